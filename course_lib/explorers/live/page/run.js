// Shift+Enter and Ctrl+Enter run the cell also from inside a control, where JupyterLab sees no key.

const ACCEL = /Mac/i.test(navigator.platform) ? "metaKey" : "ctrlKey"; // as JupyterLab decides it

// The cell itself takes the focus and gets the key that runs it and goes nowhere: the figure stays in view, and
// the focus outlives the figure's old page.
function onRunKeys(event) {
  const cell = event.currentTarget.closest(".jp-Cell");
  if (!cell || event.key !== "Enter" || !(event.shiftKey || event[ACCEL])) return;
  event.preventDefault(); // a button is not pressed by it
  event.stopPropagation();
  cell.focus({ preventScroll: true });
  const { code, keyCode } = event;
  const run = { key: "Enter", code, keyCode, [ACCEL]: true, bubbles: true, cancelable: true };
  cell.dispatchEvent(new KeyboardEvent("keydown", run));
}
