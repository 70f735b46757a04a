// A stopwatch inside a notebook's page: which value was asked for when, and when it was on screen.
// `slider` tells its value in aria-valuetext; `value` is an expression for the value that the content belongs
// to. `picture` (a selector, or null) is an <img> that is replaced or gets a new src after that value has
// changed, or a <canvas> that is painted with it.
([slider, value, picture]) => {
  const asked = [], shown = [];
  let hand = 0; // when the last key or mouse event happened
  for (const event of ["keydown", "pointermove"]) {
    document.addEventListener(event, ({ timeStamp }) => { hand = timeStamp; }, true);
  }

  let done = null; // resolves the promise of settled()
  const tellIfSettled = () => {
    if (asked.length > 0 && shown.at(-1)?.value === asked.at(-1).value) done?.([asked, shown]);
  };

  const number = (text) => Number(parseFloat(text).toPrecision(3));
  const note = (list, value, at) => {
    if (value !== list.at(-1)?.value) list.push({ value, at });
    tellIfSettled();
  };
  const evaluate = new Function(`return ${value}`);
  const valueOfContent = () => number(evaluate() ?? "");

  const afterPaint = new MessageChannel(); // a message sent in an animation frame arrives when it was painted
  const painted = [];
  afterPaint.port1.onmessage = () => note(shown, painted.shift(), performance.now());
  const seen = () => {
    const value = valueOfContent();
    if (Number.isNaN(value)) return;
    requestAnimationFrame(() => { painted.push(value); afterPaint.port2.postMessage(null); });
  };
  if (document.querySelector(picture)?.matches("img")) {
    const loaded = ({ target }) => { if (target.matches?.(picture)) seen(); };
    document.addEventListener("load", loaded, true); // for a src that was replaced meanwhile it does not fire
  } else {
    const anywhere = { subtree: true, childList: true, characterData: true, attributeFilter: ["data-settings"] };
    new MutationObserver(seen).observe(document.body, anywhere);
  }
  new MutationObserver(() => note(asked, number(slider.getAttribute("aria-valuetext")), hand))
    .observe(slider, { attributeFilter: ["aria-valuetext"] });

  // Tell of each call of a method until it is told to stop.
  const spy = ({ prototype }, name, tell) => {
    const method = prototype[name];
    prototype[name] = function (...words) { tell(this); return method.apply(this, words); };
    return () => { prototype[name] = method; };
  };

  window.stopwatch = {
    asked, shown,
    clear() { asked.length = shown.length = 0; },
    thumb() {
      const { left, top, width, height } = slider.getBoundingClientRect();
      const along = slider.matches("input") ? (slider.value - slider.min) / (slider.max - slider.min) : 0.5;
      return { x: left + along * width, y: top + height / 2 };
    },
    middle() {
      const { left, width } = (slider.closest(".noUi-base") ?? slider).getBoundingClientRect();
      return left + width / 2;
    },
    // All that was asked for and all that was shown, once the last of each are the same value.
    settled: () => new Promise((resolve) => { done = resolve; tellIfSettled(); }),
    // A whole play: its seconds, in how many frames it was painted, and the messages to the kernel meanwhile.
    async played() {
      const canvas = document.querySelector(picture);
      const buttons = [...canvas.closest("figure").querySelectorAll("button")];
      const play = buttons.find(({ textContent }) => textContent === "Play");
      const frames = new Set();
      let messages = 0;
      const stops = [
        spy(CanvasRenderingContext2D, "drawImage", (context) => {
          if (context.canvas === canvas) frames.add(document.timeline.currentTime);
        }),
        spy(WebSocket, "send", ({ url }) => { messages += url.includes("/channels"); }),
      ];
      const start = performance.now();
      play.click();
      await new Promise((end) => {
        new MutationObserver(() => { if (play.textContent === "Play") end(); }).observe(play, { childList: true });
      });
      stops.forEach((stop) => stop());
      return [(performance.now() - start) / 1e3, frames.size, messages];
    },
    content() {
      const shownAs = document.querySelector(picture);
      return { value: valueOfContent(), source: shownAs?.src ?? shownAs?.toDataURL() };
    },
  };
}
