// A progress bar with what is said of it.
function render({ model, el }) {
  const label = el.appendChild(document.createElement("label"));
  const bar = label.appendChild(document.createElement("progress"));
  const words = label.appendChild(document.createElement("span"));
  const show = () => {
    [bar.max, bar.value] = [model.get("total"), model.get("done")];
    words.textContent = ` ${model.get("words")}`;
  };
  model.on("change:words", show);
  show();
  return () => model.off("change:words", show);
}
export default { render };
