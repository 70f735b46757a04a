// What is written on a page is kept, and an exercise can be taken home as a notebook.

import { Answer } from "./answers.js";
import { save } from "./files.js";
import { button, make } from "./nodes.js";
import { ofSite, source } from "./site.js";

// The parts of the page that a learner writes.
export async function keepWritten(cells, store) {
  const answers = [...document.querySelectorAll(".answer")].map((section) => new Answer(section));
  const parts = [...cells.filter(({ isLocked }) => !isLocked), ...answers];
  if (isExercise) offerNotebook(parts);
  const written = await store.written(source);
  for (const part of parts) {
    if (written.has(part.id) && !isWritten(part)) part.rewrite(written.get(part.id));
    part.addEventListener("edited", () => store.write(source, part.id, isWritten(part) ? part.code : null));
  }
}

const isExercise = source.startsWith("exercises/");
const isWritten = ({ code, original }) => code !== original;

function offerNotebook(parts) {
  const failed = make("span", { role: "status" });
  const download = button("Download as notebook", async () => {
    failed.textContent = "";
    try {
      save(source.split("/").pop(), await notebook(parts));
    } catch {
      failed.textContent = `A file of the page is missing or damaged: ${source}.`;
    }
  });
  const words = make("p", {}, "What you write here is kept in this browser. Handed in, it is a notebook with your answers: ");
  words.append(download, " ", failed);
  document.querySelector("main > section").after(make("div", { class: "take-home" }, words));
}

// The course's notebook with the learner's answers; all else of it is as it was.
async function notebook(parts) {
  const whole = await (await fetch(ofSite(source))).json();
  for (const part of parts.filter(isWritten)) {
    const cell = whole.cells.find(({ id }) => id === part.id);
    cell.source = part.code.split(/(?<=\n)/);
    if (cell.cell_type === "code") Object.assign(cell, { execution_count: null, outputs: [] });
  }
  return `${JSON.stringify(whole, null, 1)}\n`;
}
