// A stopwatch inside a notebook's page: which value was asked for when, and when it was on screen.
// `slider` tells its value in aria-valuetext, `words` (a selector) begin with "lr <value>", and `picture`
// (a selector, or null) is an <img> that is replaced or gets a new src after the words have changed.
([slider, words, picture]) => {
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
  const valueInWords = () => number(document.querySelector(words)?.textContent.replace("lr ", "") ?? "");

  const afterPaint = new MessageChannel(); // a message sent in an animation frame arrives when it was painted
  const painted = [];
  afterPaint.port1.onmessage = () => note(shown, painted.shift(), performance.now());
  const seen = () => {
    const value = valueInWords();
    if (Number.isNaN(value)) return;
    requestAnimationFrame(() => { painted.push(value); afterPaint.port2.postMessage(null); });
  };
  if (picture) {
    const loaded = ({ target }) => { if (target.matches?.(picture)) seen(); };
    document.addEventListener("load", loaded, true); // for a src that was replaced meanwhile it does not fire
  } else {
    new MutationObserver(seen).observe(document.body, { subtree: true, childList: true, characterData: true });
  }
  new MutationObserver(() => note(asked, number(slider.getAttribute("aria-valuetext")), hand))
    .observe(slider, { attributeFilter: ["aria-valuetext"] });

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
    content: () => ({ value: valueInWords(), source: document.querySelector(picture)?.src }),
  };
}
