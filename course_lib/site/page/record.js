// The record lies in the browser, and each tab's Python has it as a file: what is added in one place is told to the others.

export function shareRecord(python, store) {
  python.addEventListener("kept", ({ detail: { kept } }) => store.add(kept));
  store.addEventListener("news", ({ detail: { lines } }) => (lines ? python.send({ learn: lines }) : readAnew(python)));
}

// Where more has changed than lines that were added.
export function readAnew(python) {
  if (python.isOn) python.restart("The record has changed. Python starts again.");
}
