// The run as a table, for a screen reader and for copying. Python sends its numbers only while it is open.

function tabled(model) {
  const place = make("div", { class: "tables", tabindex: 0, role: "group", "aria-label": "Table", [SUPPRESS]: "" });
  const copy = copier(() => place, () => model.get("tables").map(tabSeparated).join("\n\n"));
  const node = make("details", { class: "table" }, make("summary", { [SUPPRESS]: "" }, "Table"), place, copy);
  node.addEventListener("toggle", () => {
    show();
    model.set("tabled", node.open);
    model.save_changes();
  });
  const show = () => {
    const tables = model.get("tables");
    if (node.open) place.replaceChildren(...(tables.length ? tables.map(tableOf) : ["There is no curve yet."]));
    copy.textContent = "Copy";
  };
  return { node, show };
}

function tableOf({ caption, columns, rows }) {
  const heads = columns.map((name) => make("th", { scope: "col" }, name));
  const lines = rows.map(([first, ...others]) => {
    return make("tr", {}, make("th", { scope: "row" }, first), ...others.map((number) => make("td", {}, number)));
  });
  return make("table", {}, make("caption", {}, caption), make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...lines));
}

const tabSeparated = ({ columns, rows }) => [columns, ...rows].map((line) => line.join("\t")).join("\n");
