// Shift+Enter and Ctrl+Enter run the cell also from inside a control, where JupyterLab sees no other key.

// The key is given to JupyterLab once more, from a node that suppresses nothing. It runs the cell and stays
// there, as for Ctrl+Enter, so that the figure stays in view.
function onRunKeys(event) {
  if (event.key !== "Enter" || !(event.shiftKey || event.ctrlKey) || event.target === event.currentTarget) return;
  event.preventDefault(); // a button is not pressed by it
  event.stopPropagation();
  const { code, keyCode } = event;
  const key = { key: "Enter", code, keyCode, ctrlKey: true, bubbles: true, cancelable: true };
  event.currentTarget.dispatchEvent(new KeyboardEvent("keydown", key));
}
