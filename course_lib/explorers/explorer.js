// The page's half of a live figure: native, labelled controls, one picture, one caption.
// Python (engine.py) says what to show; this file sends back `values`, and how fine the screen is.

const SUPPRESS = "data-lm-suppress-shortcuts"; // else JupyterLab takes arrows and letters for itself
let figures = 0;

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// A slider works in whole positions from 0 to `last`; these two turn positions into values and back.
function scale({ low, high, step, log }) {
  if (log) {
    const last = Math.round(80 * Math.log10(high / low));
    return {
      last,
      value: (position) => Number((low * (high / low) ** (position / last)).toPrecision(3)),
      position: (value) => Math.round((last * Math.log(value / low)) / Math.log(high / low)),
    };
  }
  const last = Math.round((high - low) / step);
  const decimals = Math.max(0, Math.ceil(-Math.log10(step)));
  return {
    last,
    value: (position) => Number((low + position * step).toFixed(decimals)),
    position: (value) => Math.round((value - low) / step),
  };
}

function slider(control, id, send) {
  const { low, high } = control;
  const { last, value, position } = scale(control);
  const range = make("input", { id, type: "range", min: 0, max: last, step: 1, [SUPPRESS]: "" });
  const exact = make("input", {
    type: "number", min: low, max: high, step: "any", "aria-label": `${control.name}, exact value`, title: `from ${low} to ${high}`, [SUPPRESS]: "",
  });
  range.addEventListener("input", () => send(value(Number(range.value))));
  const typed = () => send(Number.isNaN(exact.valueAsNumber) ? null : Math.min(high, Math.max(low, exact.valueAsNumber)));
  exact.addEventListener("change", typed);
  exact.addEventListener("keydown", (event) => {
    const steps = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (event.key === "Enter") typed(); // JupyterLab keeps Enter's `change` for itself
    if (!steps) return;
    event.preventDefault(); // an arrow moves one step of the slider, not by 1
    send(value(Math.min(last, Math.max(0, Number(range.value) + steps))));
  });
  return {
    nodes: [range, exact],
    show(number) {
      range.value = position(number);
      range.setAttribute("aria-valuetext", number);
      exact.value = number;
    },
  };
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
  return { nodes: [list], show: (option) => { list.value = option; } };
}

function button(label, press) {
  const node = make("button", { type: "button", [SUPPRESS]: "" }, label);
  node.addEventListener("click", press);
  return node;
}

function render({ model, el }) {
  const { title, controls, presets, reset, size } = model.get("form");
  const figure = `explorer-${++figures}`;
  const change = (values) => {
    model.set("values", { ...model.get("values"), ...values });
    model.save_changes(); // the widget manager keeps one message under way and merges the rest
  };

  const rows = controls.map((control, index) => {
    const id = `${figure}-${index}`;
    const send = (value) => (value === null ? showValues() : change({ [control.name]: value }));
    const { nodes, show } = { slider, switch: toggle, choice }[control.kind](control, id, send);
    const row = make("div", { class: `control ${control.kind}` }, make("label", { for: id }, control.name), ...nodes);
    return { row, show: () => show(model.get("values")[control.name]) };
  });
  const buttons = Object.entries(presets).map(([name, values]) => button(name, () => change(values)));
  buttons.push(button("Reset", () => change(reset)));

  const image = make("img", { width: size[0], height: size[1] });
  const caption = make("figcaption", { "aria-live": "polite" });
  const problem = make("pre", { role: "alert", class: "problem" });
  el.replaceChildren(make("section", { class: "course-explorer", "aria-label": title },
    make("div", { class: "controls", role: "group", "aria-label": "Settings" }, ...rows.map(({ row }) => row)),
    make("div", { class: "presets", role: "group", "aria-label": "Presets" }, ...buttons),
    make("figure", {}, image, caption), problem));

  const showValues = () => rows.forEach(({ show }) => show());
  const showPicture = () => { image.src = model.get("picture"); };
  const showCaption = () => {
    caption.textContent = model.get("caption");
    image.alt = `${title}. ${model.get("caption")}`;
  };
  const showProblem = () => { problem.textContent = model.get("error"); problem.hidden = !model.get("error"); };

  const shown = { values: showValues, picture: showPicture, caption: showCaption, error: showProblem };
  for (const [name, show] of Object.entries(shown)) {
    show();
    model.on(`change:${name}`, show);
  }
  model.set("pixel_ratio", Math.min(4, Math.max(1, window.devicePixelRatio)));
  model.save_changes();
  return () => {
    for (const [name, show] of Object.entries(shown)) model.off(`change:${name}`, show);
  };
}

export default { render };
