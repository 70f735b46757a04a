// The page's half of a live figure: native, labelled controls, one picture, one caption.
// Python (engine.py) says what to show; this file paints it and sends back the controls and `screen`.

const SUPPRESS = "data-lm-suppress-shortcuts"; // else JupyterLab takes arrows and letters for itself
const PLAY_PAUSE = 30; // milliseconds from the answer to the next step of a playing slider
const PATIENCE = 600; // milliseconds until a picture that is not that of the settings grows pale
const UNANSWERED = "The kernel does not answer: it was restarted, or is busy. Run this cell again.";
const SILENCE = 4000; // milliseconds without an answer until the figure says so

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function button(label, press, attributes = {}) {
  const node = make("button", { type: "button", [SUPPRESS]: "", ...attributes }, label);
  node.addEventListener("click", press);
  // JupyterLab scrolls to the cell that is pressed; what was pressed shall be clicked even so.
  node.addEventListener("pointerdown", ({ pointerId }) => node.setPointerCapture(pointerId));
  return node;
}

// A screen reader says again whatever is written into a live region, even what already stood there.
function write(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

// To write a value again costs the page a layout, even where it stood there already.
function rewrite(control, value) {
  if (control.value !== String(value)) control.value = value;
}

// ---- Controls -------------------------------------------------------------------------------------

// A slider works in whole positions from 0 to `last`; these two turn positions into values and back.
function scale(control) {
  const { low, high, step, log, whole } = control;
  const inside = (value) => Math.min(high, Math.max(low, value)); // a last step may be a shorter one
  if (log && whole) return scaleOf(wholeNumbers(control));
  if (log) {
    const last = Math.round(80 * Math.log10(high / low));
    return {
      last,
      value: (position) => inside(Number((low * (high / low) ** (position / last)).toPrecision(3))),
      position: (value) => Math.round((last * Math.log(value / low)) / Math.log(high / low)),
    };
  }
  const last = Math.round((high - low) / step);
  const decimals = Math.max(0, Math.ceil(-Math.log10(step)));
  return {
    last,
    value: (position) => inside(Number((low + position * step).toFixed(decimals))),
    position: (value) => Math.round((value - low) / step),
  };
}

// Whole numbers spaced by ratios, each once, so that every key press moves on.
function wholeNumbers({ low, high }) {
  const count = Math.round(80 * Math.log10(high / low));
  const all = Array.from({ length: count + 1 }, (_, i) => Math.round(low * (high / low) ** (i / count)));
  return [...new Set(all)];
}

function scaleOf(values) {
  const further = (value) => values.findIndex((other) => other >= value);
  return { last: values.length - 1, value: (position) => values[position], position: further };
}

function slider(control, id, send, answered) {
  const { low, high, label, whole } = control;
  const { last, value, position } = scale(control);
  const range = make("input", { id, type: "range", min: 0, max: last, step: 1, [SUPPRESS]: "" });
  const exact = make("input", {
    type: "number", min: low, max: high, step: "any", "aria-label": `${label}, exact value`, title: `from ${low} to ${high}`, [SUPPRESS]: "",
  });
  const inside = (number) => Math.min(high, Math.max(low, whole ? Math.round(number) : number));
  const typed = () => send(Number.isNaN(exact.valueAsNumber) ? null : inside(exact.valueAsNumber));
  const go = (steps) => send(value(Math.min(last, Math.max(0, Number(range.value) + steps))));
  range.addEventListener("input", () => send(value(Number(range.value))));
  exact.addEventListener("change", typed);
  exact.addEventListener("keydown", (event) => {
    const steps = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (event.key === "Enter") typed(); // JupyterLab keeps Enter's `change` for itself
    if (!steps) return;
    event.preventDefault(); // an arrow moves one step of the slider, not by 1
    go(steps);
  });
  return {
    nodes: [range, exact, ...(control.play ? player(range, last, go, answered) : [])],
    show(number) {
      rewrite(range, position(number));
      range.setAttribute("aria-valuetext", number);
      rewrite(exact, number);
    },
  };
}

// Play, pause and single steps for a slider. A playing slider waits for the answer to each step.
function player(range, last, go, answered) {
  let playing = null; // another symbol for each start, so that no answer to an earlier one goes on
  const pause = () => {
    playing = null;
    play.textContent = "Play";
  };
  const move = (steps) => {
    const begun = playing;
    answered(() => setTimeout(() => { if (begun === playing) next(); }, PLAY_PAUSE));
    go(steps);
  };
  const next = () => (Number(range.value) < last ? move(1) : pause());
  const start = () => {
    playing = Symbol("playing");
    play.textContent = "Pause";
    move(Number(range.value) < last ? 1 : -last); // at the end: from the beginning again
  };
  const play = button("Play", () => (playing ? pause() : start()));
  const step = (steps) => () => { pause(); go(steps); };
  for (const taken of ["pointerdown", "input"]) range.addEventListener(taken, pause); // by hand or by key
  return [button("−1", step(-1), { "aria-label": "One step back" }), play, button("+1", step(1), { "aria-label": "One step on" })];
}

function toggle(control, id, send) {
  const box = make("input", { id, type: "checkbox", role: "switch", [SUPPRESS]: "" });
  box.addEventListener("change", () => send(box.checked));
  return { nodes: [box], show: (on) => { box.checked = on; } };
}

function choice(control, id, send) {
  const options = control.options.map((option) => make("option", { value: option }, option));
  const list = make("select", { id, [SUPPRESS]: "" }, ...options);
  list.addEventListener("change", () => send(list.value));
  return { nodes: [list], show: (option) => rewrite(list, option) };
}

function several(control, id, send) {
  const boxes = control.options.map((option) => make("input", { type: "checkbox", value: option, [SUPPRESS]: "" }));
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  boxes.forEach((box) => box.addEventListener("change", () => send(chosen())));
  const labels = boxes.map((box) => make("label", {}, box, box.value));
  return {
    nodes: [make("span", { class: "options", role: "group", "aria-label": control.label }, ...labels)],
    show: (options) => boxes.forEach((box) => { box.checked = options.includes(box.value); }),
  };
}

const CONTROLS = { slider, switch: toggle, choice, several };

// ---- Picture --------------------------------------------------------------------------------------

const bytesOf = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const floatsOf = (view) => new Float32Array(bytesOf(view).slice().buffer);

function paintLine(context, style, place) {
  const points = floatsOf(place);
  if (style.width && style.color) {
    context.beginPath();
    for (let i = 0; i < points.length; i += 2) context.lineTo(points[i], points[i + 1]);
    Object.assign(context, { lineWidth: style.width, strokeStyle: style.color, lineJoin: "round" });
    context.setLineDash(style.dashes);
    context.stroke();
    context.setLineDash([]);
  }
  if (style.marker) paintMarkers(context, style.marker, points);
}

// A path has hundreds of markers: one is drawn, and stamped at whole pixels of the screen, as matplotlib does.
function paintMarkers(context, marker, points) {
  const ratio = context.getTransform().a;
  const { stamp, reach } = (marker.stamped ??= stampOf(marker, ratio));
  context.setTransform(1, 0, 0, 1, 0, 0);
  const middle = (length) => Math.round(length * ratio) - reach;
  for (let i = 0; i < points.length; i += 2) context.drawImage(stamp, middle(points[i]), middle(points[i + 1]));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
}

function stampOf({ outlines, face, edge, width }, ratio) {
  const shape = new Path2D();
  for (const outline of outlines) {
    shape.moveTo(outline[0], outline[1]);
    for (let i = 2; i < outline.length; i += 2) shape.lineTo(outline[i], outline[i + 1]);
  }
  const reach = Math.ceil(ratio * (width + Math.max(...outlines.flat().map(Math.abs))));
  const stamp = new OffscreenCanvas(2 * reach, 2 * reach);
  const context = stamp.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, reach, reach);
  Object.assign(context, { fillStyle: face, strokeStyle: edge, lineWidth: width });
  if (face) context.fill(shape);
  if (edge && width) context.stroke(shape);
  return { stamp, reach };
}

function paintImage(context, { box, smooth }, place) {
  context.imageSmoothingEnabled = smooth;
  context.drawImage((place.small ??= imageOf(place)), ...box);
}

function imageOf([height, width, bytes]) {
  const small = new OffscreenCanvas(width, height);
  small.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(bytesOf(bytes)), width, height), 0, 0);
  return small;
}

function paintText(context, { color, size, weight, mono, align, vertical }, [x, y, words]) {
  const lines = words.split("\n");
  const height = 1.2 * size;
  const above = { top: 0, center: 0.5, center_baseline: 0.5 }[vertical] ?? 1;
  Object.assign(context, {
    fillStyle: color,
    font: `${weight} ${size}px ${mono ? "DejaVu Sans Mono, monospace" : "DejaVu Sans, Verdana, sans-serif"}`,
    textAlign: align,
    textBaseline: "middle",
  });
  lines.forEach((line, row) => context.fillText(line, x, y + (row + 0.5 - above * lines.length) * height));
}

const PAINTERS = { line: paintLine, image: paintImage, text: paintText };

// The canvas of a figure: the still picture below, the moving artists above it in their order.
function easel(canvas, [width, height]) {
  const context = canvas.getContext("2d", { alpha: false }); // opaque: cheaper to put on screen
  let picture = null;
  let ready = null; // the scene whose picture is decoded
  return {
    isReady: (scene) => scene === ready,
    decode: (scene) => createImageBitmap(new Blob([scene.picture], { type: "image/png" })),
    take(scene, decoded) {
      picture?.close();
      [picture, ready] = [decoded, scene];
      [canvas.width, canvas.height] = [Math.round(width * scene.pixels), Math.round(height * scene.pixels)];
    },
    paint(places) {
      const ratio = canvas.width / width;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.drawImage(picture, 0, 0, width, height);
      for (const [name, style] of Object.entries(ready.styles)) {
        context.save();
        context.globalAlpha = style.alpha;
        if (style.clip) {
          context.beginPath();
          context.rect(...style.clip);
          context.clip();
        }
        PAINTERS[style.kind](context, style, places[name]);
        context.restore();
      }
    },
  };
}

// A click or a drag on a plot sets the controls that are its axes.
function pickable(canvas, model, controls, change) {
  const valueAt = (part, { control, ends: [first, last], log }) => {
    const { low, high } = controls[control];
    const exact = log ? first * (last / first) ** part : first + part * (last - first);
    const { value, position } = scale(controls[control]);
    return { [control]: value(position(Math.min(high, Math.max(low, exact)))) }; // where the slider can stand
  };
  const set = (event) => {
    const { left, top, width } = canvas.getBoundingClientRect();
    const shrunk = width / model.get("form").size[0];
    const [x, y] = [(event.clientX - left) / shrunk, (event.clientY - top) / shrunk];
    for (const { box: [boxLeft, boxTop, boxWidth, boxHeight], x: across, y: up } of model.get("scene").picks) {
      const parts = [(x - boxLeft) / boxWidth, 1 - (y - boxTop) / boxHeight];
      if (parts.some((part) => part < 0 || part > 1)) continue;
      change({ ...(across && valueAt(parts[0], across)), ...(up && valueAt(parts[1], up)) });
    }
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    set(event);
  });
  canvas.addEventListener("pointermove", (event) => { if (event.buttons & 1) set(event); });
}

// ---- The whole ------------------------------------------------------------------------------------

function render({ model, el }) {
  const { title, goal, controls, presets, reset, size, textSizes } = model.get("form");
  const figure = `explorer-${Math.random().toString(36).slice(2)}`; // a page may hold many, each with its own copy of this file
  const send = (changes) => {
    for (const [trait, value] of Object.entries(changes)) model.set(trait, value);
    model.save_changes(); // the widget manager keeps one message under way and merges the rest
  };
  const names = Object.keys(reset); // of all controls; each is an attribute of the model
  const settings = () => JSON.stringify(Object.fromEntries(names.map((name) => [name, model.get(name)])));
  const waiting = []; // to be told when the next frame is on the page
  const answered = (tell) => waiting.push(tell);

  const rows = controls.map((control, index) => {
    const id = `${figure}-${index}`;
    const set = (value) => (value === null ? showValues() : send({ [control.name]: value }));
    const { nodes, show } = CONTROLS[control.kind](control, id, set, answered);
    const words = control.kind === "several" ? make("span", { class: "label" }, control.label) : make("label", { for: id }, control.label);
    const row = make("div", { class: `control ${control.kind} ${control.play ? "played" : ""}` }, words, ...nodes);
    return { row, show: () => show(model.get(control.name)) };
  });

  const setScreen = (changes) => send({ screen: { ...model.get("screen"), ...changes } });
  const resize = (steps) => () => {
    const size = textSizes.indexOf(model.get("screen").text) + steps;
    if (size in textSizes) setScreen({ text: textSizes[size] });
  };
  const buttons = [
    ...Object.entries(presets).map(([name, values]) => button(name, () => send(values))),
    button("Reset", () => send(reset)),
    make("span", { class: "text-size" },
      button("A−", resize(-1), { "aria-label": "Smaller text" }), " ",
      button("A+", resize(+1), { "aria-label": "Larger text" })),
  ];

  const canvas = make("canvas", { role: "img", style: `width: ${size[0]}px; aspect-ratio: ${size[0]} / ${size[1]}` });
  const caption = make("figcaption", { "aria-live": "polite" });
  const mark = make("p", { class: "goal", role: "status" });
  const code = make("pre", { tabindex: 0, [SUPPRESS]: "" });
  const copy = button("Copy", async () => {
    getSelection().selectAllChildren(code); // over plain HTTP a page has no clipboard: then Ctrl + C
    await navigator.clipboard?.writeText(code.textContent);
    copy.textContent = navigator.clipboard ? "Copied" : "Selected";
  });
  const python = make("details", { class: "python" }, make("summary", { [SUPPRESS]: "" }, "As Python"), code, copy);
  const problem = make("pre", { role: "alert", class: "problem" });
  const silence = make("p", { role: "alert", class: "silence" }, UNANSWERED); // the style sheet shows it
  const section = make("section", { class: "course-explorer", "aria-label": title },
    make("div", { class: "controls", role: "group", "aria-label": "Settings" }, ...rows.map(({ row }) => row)),
    make("div", { class: "presets", role: "group", "aria-label": "Presets" }, ...buttons),
    make("figure", {}, canvas, caption), ...(goal ? [mark] : []), python, problem, silence);
  el.replaceChildren(section);
  pickable(canvas, model, Object.fromEntries(controls.map((control) => [control.name, control])), send);

  const { isReady, decode, take, paint } = easel(canvas, size);
  const showValues = () => rows.forEach(({ show }) => show());
  const showProblem = () => { write(problem, model.get("error")); problem.hidden = !model.get("error"); };
  let timers = [];
  const showBusy = () => {
    const busy = settings() !== section.dataset.settings;
    section.setAttribute("aria-busy", busy);
    section.classList.remove("late", "unanswered");
    timers.forEach(clearTimeout);
    const later = (word, wait) => setTimeout(() => section.classList.add(word), wait);
    timers = busy ? [later("late", PATIENCE), later("unanswered", SILENCE)] : [];
  };
  const showView = () => {
    if (!isReady(model.get("scene"))) return; // it will be shown with its own still picture
    const view = model.get("view");
    paint({ ...view.places, ...model.get("images") });
    write(caption, view.caption);
    canvas.setAttribute("aria-label", `${title}. ${view.caption}`);
    write(mark, `${view.reached ? "✔ Reached" : "☐ Goal"}: ${goal}`);
    mark.classList.toggle("reached", view.reached);
    code.textContent = view.python;
    copy.textContent = "Copy";
    section.dataset.settings = JSON.stringify(view.values);
    showBusy();
    const isLatest = section.getAttribute("aria-busy") === "false";
    if (isLatest) waiting.splice(0).forEach((tell) => tell()); // an answer to what was asked before is none
  };
  const showScene = async () => {
    const scene = model.get("scene");
    const decoded = await decode(scene);
    if (scene !== model.get("scene")) return; // a newer one came meanwhile
    take(scene, decoded);
    section.style.setProperty("--text", scene.text);
    canvas.classList.toggle("pickable", scene.picks.length > 0);
    showView();
  };

  const moved = () => { showValues(); showBusy(); }; // by a hand here, by Python, or by a linked widget
  const shown = { scene: showScene, view: showView, error: showProblem, ...Object.fromEntries(names.map((name) => [name, moved])) };
  for (const [name, show] of Object.entries(shown)) {
    show();
    model.on(`change:${name}`, show);
  }
  const fitScreen = () => { // a zoomed page is resized, too
    const pixels = Math.min(4, Math.max(1, window.devicePixelRatio));
    if (pixels !== model.get("screen").pixels) setScreen({ pixels });
  };
  fitScreen();
  window.addEventListener("resize", fitScreen);
  return () => {
    window.removeEventListener("resize", fitScreen);
    timers.forEach(clearTimeout);
    for (const [name, show] of Object.entries(shown)) model.off(`change:${name}`, show);
  };
}

export default { render };
