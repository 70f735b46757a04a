// What the learner did, kept in this browser: the record, an event a line as the desktop's file has it, and what was
// written in cells. Tabs share it, and each line is added by itself, so that none covers another's.

const NAME = "losses-and-optimizers";
const [RECORD, CELLS] = ["record", "cells"];

// What this browser could not write, it knows until the page is closed, and writes later. `tell` is given a sentence
// the first time.
// It tells of `news`: `lines` that another tab has added, or null where it began the record anew.
export class Store extends EventTarget {
  #tell;
  #isTold = false;
  #opened = null;
  #unkept = []; // lines
  #tabs = new BroadcastChannel(NAME); // the others

  constructor(tell) {
    super();
    this.#tell = tell;
    this.#tabs.onmessage = ({ data: lines }) => this.dispatchEvent(new CustomEvent("news", { detail: { lines } }));
  }

  // All lines, as the file has them.
  async record() {
    const kept = await this.#try(() => this.#within(RECORD, "readonly", (lines) => lines.getAll()), []);
    return [...kept, ...this.#unkept].map((line) => `\n${line}`).join("");
  }

  // What Python has added.
  async add(text) {
    const lines = [...this.#unkept.splice(0), ...linesOf(text)];
    const isKept = await this.#try(() => this.#put(RECORD, (kept) => lines.forEach((line) => kept.add(line))).then(() => true));
    if (isKept) this.#tabs.postMessage(lines);
    else this.#unkept.unshift(...lines);
  }

  // Add the lines that are not there yet. Returns how many these are.
  async merge(lines) {
    const added = [];
    const addNew = (kept, known) => {
      for (const line of lines.filter((line) => !known.has(line))) {
        known.add(line);
        kept.add(line);
        added.push(line);
      }
    };
    await this.#within(RECORD, "readwrite", (kept) => {
      kept.getAll().onsuccess = ({ target }) => addNew(kept, new Set(target.result));
    });
    this.#tabs.postMessage(added);
    return added.length;
  }

  // Forget all of it. Throws, as `merge` does, where it cannot.
  async clear() {
    this.#unkept = [];
    for (const name of [RECORD, CELLS]) await this.#within(name, "readwrite", (all) => all.clear());
    this.#tabs.postMessage(null);
  }

  // What was written on a page: cell -> code.
  async written(page) {
    const range = IDBKeyRange.bound([page], [page, []]);
    const read = (cells) => [cells.getAllKeys(range), cells.getAll(range)];
    const [keys, codes] = await this.#try(() => this.#within(CELLS, "readonly", read), [[], []]);
    return new Map(keys.map(([, cell], index) => [cell, codes[index]]));
  }

  // Keep what is written in a cell; null forgets it.
  write(page, cell, code) {
    const put = (cells) => (code === null ? cells.delete([page, cell]) : cells.put(code, [page, cell]));
    return this.#try(() => this.#put(CELLS, put));
  }

  // Written even if the page is closed at once: the browser need not ask it whether there is more to come.
  #put(name, act) {
    return this.#within(name, "readwrite", (all) => {
      act(all);
      all.transaction.commit();
    });
  }

  async #try(act, otherwise) {
    try {
      return await act();
    } catch {
      if (!this.#isTold) this.#tell("This browser does not keep what you do here: its storage is refused or full. It counts until the page is closed.");
      this.#isTold = true;
      return otherwise;
    }
  }

  // The results of the requests that `act` makes, when all of it is on the disk, or nothing is.
  async #within(name, mode, act) {
    this.#opened ??= opened();
    const transaction = (await this.#opened).transaction(name, mode);
    const requests = act(transaction.objectStore(name));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    return Array.isArray(requests) ? requests.map(({ result }) => result) : requests?.result;
  }
}

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(RECORD, { autoIncrement: true });
      request.result.createObjectStore(CELLS);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export const linesOf = (text) => text.split(/\r?\n/).filter((line) => line.trim());
