// "Your progress" on the start page: the record that this browser keeps, as a file, from a file, or begun anew.
// The map itself is a cell of the page.

import { save } from "./files.js";
import { button, make } from "./nodes.js";
import { linesOf } from "./store.js";

const FILE = "progress.jsonl"; // as it is called on a desktop
const MAP = "progress-map";

// `changed()`: what to do when Python should read the record again.
export function showProgress(notebook, store, changed) {
  const map = notebook.cells.find(({ id }) => id === MAP);
  if (!map) return;
  map.isLive = true; // it comes by itself, as a figure does
  const count = make("span");
  const said = make("p", { role: "status" });
  const recount = async () => {
    const { length } = linesOf(await store.record());
    count.textContent = length ? `${length} event${length === 1 ? " is" : "s are"} kept in this browser. ` : "Nothing is kept in this browser yet. ";
  };
  const tell = (sentence) => {
    said.textContent = sentence;
    return recount();
  };
  store.addEventListener("news", recount);
  const chosen = make("input", { type: "file", accept: ".jsonl,.json", hidden: "" });
  chosen.addEventListener("change", async () => {
    const [file] = chosen.files;
    if (file) await tell(await imported(await file.text(), store, changed));
    chosen.value = "";
  });
  const forget = async () => {
    if (!confirm("Forget all progress, and all that was written in cells, in this browser? Export it first, if you may want it back.")) return;
    await tell(await store.clear().then(() => "The record begins anew.", () => "It could not be forgotten: the browser refuses its storage."));
    changed();
  };
  const buttons = [
    button("Export", async () => save(FILE, `${linesOf(await store.record()).join("\n")}\n`)),
    button("Import", () => chosen.click()),
    button("Begin anew", forget),
  ];
  const words = make("p", {}, count, "It leaves the browser only as a file: the one that the course has on a desktop, too.");
  map.section.after(make("section", { class: "progress", "aria-label": "Your progress" }, words, make("div", { class: "cell-buttons" }, ...buttons, chosen), said));
  return tell("");
}

async function imported(text, store, changed) {
  const lines = eventsOf(text);
  if (!lines.length) return "This file holds no progress.";
  try {
    const added = await store.merge(lines);
    if (added) changed();
    return `${added} of ${lines.length} events ${added === 1 ? "is" : "are"} new.`;
  } catch {
    return "The file could not be imported: the browser's storage is refused or full.";
  }
}

// The events in a file, a line each as Python writes them. What is damaged is left out.
function eventsOf(text) {
  return linesOf(text).filter((line) => {
    try {
      return isEvent(JSON.parse(line));
    } catch {
      return false;
    }
  });
}

// The first version of the course wrote all points as one object.
function isEvent(value) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  const parts = Object.values(value);
  return typeof value.event === "string" || (parts.length > 0 && parts.every((part) => typeof part === "number"));
}
