// A learner's predictions: a button that goes to the settings of each, and there the guess beside what happened.

function predictions(model, go) {
  const buttons = make("div", { class: "presets" });
  const told = make("div", { "aria-live": "polite" });
  const node = make("div", { class: "predicted" }, buttons, told);
  const list = () => {
    const rows = model.get("predicted").map(({ label, values }) => button(label, go(values)));
    buttons.replaceChildren(...(rows.length ? ["Your predictions: ", ...rows] : []));
    node.hidden = !rows.length;
    tell();
  };
  const tell = () => {
    const now = model.get("view").values;
    const stands = ([name, value]) => JSON.stringify(now[name]) === JSON.stringify(value);
    const here = model.get("predicted").filter(({ values }) => Object.entries(values).every(stands));
    const sentences = here.flatMap((row) => row.told);
    if (told.textContent !== sentences.join("")) told.replaceChildren(...sentences.map((sentence) => make("p", {}, sentence)));
  };
  return { node, list, tell };
}
