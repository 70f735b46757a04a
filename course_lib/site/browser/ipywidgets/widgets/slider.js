// A slider with its name and its value.
function render({ model, el }) {
  const label = el.appendChild(document.createElement("label"));
  const [name, range, shown] = ["span", "input", "output"].map((tag) =>
    label.appendChild(document.createElement(tag)));
  range.type = "range";
  const show = () => {
    name.textContent = `${model.get("description")} `;
    for (const limit of ["min", "max", "step"]) range[limit] = model.get(limit);
    range.value = model.get("value");
    shown.textContent = ` ${model.get("value")}`;
  };
  const names = ["description", "min", "max", "step", "value"].map((name) => `change:${name}`);
  names.forEach((name) => model.on(name, show));
  range.oninput = () => {
    model.set("value", range.valueAsNumber);
    model.save_changes();
  };
  show();
  return () => names.forEach((name) => model.off(name, show));
}
export default { render };
