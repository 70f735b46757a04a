// What a hand has set can be taken back: Ctrl+Z, and Ctrl+Shift+Z or Ctrl+Y for what was taken back.

const ONE_MOVE = 1000; // milliseconds: what is set again within them is one move, as the way of a slider is

function undoable(settings, apply) {
  const [past, future] = [[], []];
  let latest = { what: "", when: -Infinity };
  const step = (from, to) => () => {
    if (!from.length) return;
    to.push(settings());
    latest.what = "";
    apply(from.pop());
  };
  return {
    note(changes) { // before they are made
      const [what, when] = [Object.keys(changes).join(), performance.now()];
      if (what !== latest.what || when - latest.when > ONE_MOVE) past.push(settings());
      latest = { what, when };
      future.length = 0;
    },
    part() { latest.what = ""; }, // what is set next is a move of its own, as a press of a button is
    undo: step(past, future),
    redo: step(future, past),
  };
}

function onUndoKeys(section, { undo, redo }) {
  section.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const meant = key === "y" || (key === "z" && event.shiftKey) ? redo : key === "z" ? undo : null;
    if (!meant) return;
    event.preventDefault();
    event.stopPropagation(); // JupyterLab would take back what was typed in the cell
    meant();
  });
}
