// Controls: a slider with its exact number, a point, a switch, a choice, several of some words.

// A slider works in whole positions from 0 to `last`; these two turn positions into values and back.
function scale(control) {
  const { low, high, step, log, whole } = control;
  const within = (value) => inside(value, low, high); // a last step may be a shorter one
  if (log && whole) return scaleOf(wholeNumbers(control));
  if (log) {
    const last = Math.round(80 * Math.log10(high / low));
    return {
      last,
      value: (position) => within(Number((low * (high / low) ** (position / last)).toPrecision(3))),
      position: (value) => Math.round((last * Math.log(value / low)) / Math.log(high / low)),
    };
  }
  const last = Math.round((high - low) / step);
  const decimals = Math.max(0, Math.ceil(-Math.log10(step)));
  return {
    last,
    value: (position) => within(Number((low + position * step).toFixed(decimals))),
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

// A field for an exact number, and a note on what it does not take. `step` moves it by one arrow key.
function exactly(control, attributes, send, step) {
  const { low, high, whole } = control;
  const field = make("input", { // no type=number, which knows no comma and follows the wheel
    type: "text", inputmode: "decimal", role: "spinbutton", autocomplete: "off", "aria-valuemin": plain(low), "aria-valuemax": plain(high),
    title: `from ${low} to ${high}`, [SUPPRESS]: "", ...attributes,
  });
  const note = make("span", { class: "note", role: "status" });
  let [shown, letters] = [null, 0];
  const typed = () => {
    if (field.value === String(shown)) return; // Enter tells of it once more, after it was taken
    const number = numberIn(field.value);
    const taken = Number.isNaN(number) ? null : inside(whole ? Math.round(number) : number, low, high);
    note.textContent = taken === number ? "" : remark(control, field.value, taken);
    send(taken);
  };
  field.addEventListener("change", typed);
  field.addEventListener("keydown", (event) => {
    const steps = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (event.key === "Enter") typed(); // JupyterLab keeps Enter's `change` for itself
    if (!steps) return;
    event.preventDefault(); // an arrow moves one step of the slider, not by 1
    step(steps);
  });
  const show = (number) => {
    shown = number;
    rewrite(field, number);
    letters = Math.max(letters, field.value.length); // it grows, and does not jump under a hand
    field.style.setProperty("--letters", letters);
    field.setAttribute("aria-valuenow", plain(number));
  };
  return { field, note, show };
}

function slider(control, id, send) {
  const { last, value, position } = scale(control);
  const range = make("input", { id, type: "range", min: 0, max: last, step: 1, [SUPPRESS]: "" });
  const go = (steps) => send(value(inside(Number(range.value) + steps, 0, last)));
  const { field, note, show } = exactly(control, { "aria-label": `${control.label}, exact value` }, send, go);
  range.addEventListener("input", () => { note.textContent = ""; send(value(Number(range.value))); });
  return {
    nodes: [range, field, note],
    show(number) {
      rewrite(range, position(number));
      range.setAttribute("aria-valuetext", number);
      show(number);
    },
  };
}

// Two numbers. Where nobody chose them, the page says where the figure starts by itself.
function point(control, id, send) {
  const { value, position } = scale(control);
  let at = [0, 0];
  const half = (index, attributes) => {
    const set = (number) => send(number === null ? null : at.map((other, i) => (i === index ? number : other)));
    const go = (steps) => set(inside(value(position(at[index]) + steps), control.low, control.high));
    return exactly(control, attributes, set, go);
  };
  const halves = [half(0, { id }), half(1, { "aria-label": `${control.label}, second weight` })];
  return {
    nodes: [...halves.map(({ field }) => field), ...halves.map(({ note }) => note)],
    show(numbers) {
      at = numbers ?? at;
      halves.forEach(({ show }, index) => show(at[index]));
    },
  };
}

// ARIA knows no 1e-7.
const plain = (number) => number.toLocaleString("en", { useGrouping: false, maximumFractionDigits: 20 });

// A number as it is written anywhere: 0.1, 0,1, 1e-3, −2. NaN for anything else.
function numberIn(words) {
  const digits = words.trim().replace(",", ".").replace("−", "-");
  return digits ? Number(digits) : NaN;
}

// Why another number stands there than was typed.
function remark({ label, low, high, whole }, words, taken) {
  if (taken === null) return `${words.trim() || "Nothing"} is no number.`;
  return whole && taken > low && taken < high ? `${label} is a whole number.` : `${label} goes from ${low} to ${high}.`;
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
  const labels = boxes.map((box) => make("label", { "data-group": box.value }, box, box.value));
  return {
    nodes: [make("span", { class: "options", role: "group", "aria-label": control.label }, ...labels)],
    show: (options) => boxes.forEach((box) => { box.checked = options.includes(box.value); }),
  };
}

// A word on each button; the one that was pressed last stays down.
function buttons(control, id, send) {
  const all = control.options.map((option) => button(option, () => send(option)));
  return {
    nodes: [make("span", { class: "options", role: "group", "aria-label": control.label }, ...all)],
    show: (word) => all.forEach((each) => each.setAttribute("aria-pressed", each.textContent === word)),
  };
}

const GROUPS = ["several", "buttons"]; // of several nodes, which have no single label
const CONTROLS = { slider, point, switch: toggle, choice, several, buttons };
