// The nodes that a page is made of.

const SUPPRESS = "data-lm-suppress-shortcuts"; // else JupyterLab takes arrows and letters for itself

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
