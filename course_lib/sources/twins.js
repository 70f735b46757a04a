// The page's half of the twins: each line that has a part is a button; its part's lines are marked everywhere.

const SUPPRESS = "data-lm-suppress-shortcuts"; // else JupyterLab takes the keys for itself

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// What is said is written with `code`; everything else is plain text.
function words(text) {
  return text.split("`").map((part, index) => (index % 2 ? make("code", {}, part) : part));
}

function render({ model, el }) {
  const lines = [];
  const choose = (parts) => {
    const shown = model.get("part");
    if (parts.includes(shown)) return; // the line is marked already
    model.set("part", parts[0]);
    model.save_changes();
  };
  const line = ({ text, parts }) => {
    if (!parts.length) return make("li", {}, make("span", {}, text));
    const button = make("button", { type: "button", [SUPPRESS]: "" }, text);
    button.addEventListener("click", () => choose(parts));
    button.addEventListener("pointerenter", () => choose(parts));
    lines.push({ button, parts });
    return make("li", {}, button);
  };
  const results = [];
  const columns = model.get("columns").map(({ name, lines: code }) => {
    const result = make("span", { class: "result" });
    results.push({ name, result });
    const head = make("div", { class: "name" }, make("span", {}, name), result);
    return make("div", { role: "group", "aria-label": name, class: "source" }, head, make("ol", { role: "list" }, ...code.map(line)));
  });
  const names = Object.keys(model.get("said")).map((part) => {
    const button = make("button", { type: "button", [SUPPRESS]: "" }, part);
    button.addEventListener("click", () => choose([part]));
    lines.push({ button, parts: [part] });
    return button;
  });
  const said = make("p", { role: "status", class: "said" });
  const parts = make("div", { role: "group", "aria-label": "parts", class: "parts" }, ...names);
  const sources = make("div", { class: "sources" }, ...columns);
  el.replaceChildren(make("section", { class: "course-twins", "aria-label": "Twins" }, parts, said, sources));

  const show = () => {
    const part = model.get("part");
    for (const { button, parts: own } of lines) button.setAttribute("aria-pressed", String(own.includes(part)));
    for (const { name, result } of results) result.textContent = model.get("numbers")[part][name] ?? "";
    said.replaceChildren(...words(model.get("said")[part]));
  };
  show();
  model.on("change:part", show);
  return () => model.off("change:part", show);
}

export default { render };
