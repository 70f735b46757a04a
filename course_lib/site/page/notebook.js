// Which cells run, and in which order.

import { Cell } from "./cells.js";
import { ended } from "./python.js";

export class Notebook {
  #python;
  #queue = []; // cells that wait
  #current = null; // the cell that runs
  #stopped = null; // the one that was stopped: only a hand runs it again

  constructor(python, widgets) {
    this.#python = python;
    const hands = { run: (cell) => this.run(cell), stop: () => this.stop() };
    this.cells = [...document.querySelectorAll(".cell")].map((section) => new Cell(section, widgets, hands));
    python.addEventListener("ended", () => {
      this.#queue = [];
      this.cells.forEach((cell) => cell.forget());
    });
  }

  // By hand: first those above that have not run as they stand. One that raises an error says so, and the next runs.
  run(cell) {
    if (cell === this.#stopped) this.#stopped = null;
    const above = this.cells.slice(0, this.cells.indexOf(cell));
    return this.#inTurn([...above.filter((other) => this.#mustRun(other)), cell]);
  }

  // Make the figure of a cell live: it needs fewer cells than stand above it.
  enliven(cell) {
    const needed = this.cells.filter(({ id }) => cell.needs.includes(id));
    const cells = [...needed, cell];
    if (!cells.includes(this.#stopped)) this.#inTurn(cells.filter((other) => this.#mustRun(other)));
  }

  // End Python, whatever it does, and start another.
  stop() {
    this.#stopped = this.#current;
    this.#python.restart("Stopped. Python starts again: figures come back by themselves, your cells when you run them.");
    this.#stopped?.show("stopped");
  }

  #mustRun(cell) {
    return cell.isStale && cell !== this.#current;
  }

  async #inTurn(cells) {
    this.#queue = [...cells, ...this.#queue.filter((cell) => !cells.includes(cell))]; // what was asked for last comes first
    cells.forEach((cell) => cell.show("waiting"));
    if (this.#current) return; // they come after it
    while ((this.#current = this.#queue.shift() ?? null)) {
      await this.#current.execute(this.#python).catch(ended);
    }
  }
}
