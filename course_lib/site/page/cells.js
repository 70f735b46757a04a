// A cell of the page: its code, its buttons, and what it said.

import { button, make } from "./nodes.js";
import { Outputs } from "./outputs.js";

const WORDS = { rest: "", waiting: "Waiting", running: "Running", ran: "Done", raised: "Ended with an error", stopped: "Stopped" };

export class Cell extends EventTarget { // tells of `edited`
  ran = null; // the code that ran last, in the Python of now
  #static; // the code as the page came with it, to be read
  #editor = null;
  #state = make("span", { class: "state" });
  #buttons;
  #run;

  // `run(cell)` and `stop()`: what its buttons do.
  constructor(section, widgets, { run, stop }) {
    super();
    const { cell, needs } = section.dataset;
    this.section = section;
    this.id = cell;
    this.needs = needs.split(" ").filter(Boolean);
    this.isLive = section.querySelector(".outputs :is(img, ol)") !== null; // a figure or questions: they come by themselves
    this.isLocked = "locked" in section.dataset;
    this.#static = section.querySelector(".code");
    this.original = this.code = this.#static.textContent;
    this.outputs = new Outputs(section.querySelector(".outputs"), widgets);
    this.#run = () => run(this);
    this.#buttons = {
      run: button("Run", this.#run),
      stop: button("Stop", stop),
      edit: button("Edit", () => this.edit()),
      reset: button("Reset", () => this.rewrite(this.original)),
    };
    this.#static.after(make("div", { class: "cell-buttons" }, ...Object.values(this.#buttons), this.#state));
    this.#static.addEventListener("click", () => getSelection().isCollapsed && this.edit());
    this.show("rest");
  }

  get isStale() {
    return this.ran !== this.code;
  }

  // Run it now.
  async execute(python) {
    const { code } = this;
    const take = ({ detail: { cell, output } }) => cell === this.id && this.outputs.take(output);
    python.addEventListener("output", take);
    try {
      await python.start();
      this.show("running");
      this.outputs.begin();
      const ok = await python.run(this.id, code);
      this.ran = code;
      await this.outputs.end();
      if (this.ran !== null) this.show(ok ? "ran" : "raised"); // else Python was ended meanwhile
    } finally {
      python.removeEventListener("output", take);
    }
  }

  // Python was ended, and nothing has run.
  forget() {
    this.ran = null;
    this.outputs.forget();
    this.show("rest");
  }

  async edit() {
    if (this.isLocked || this.#editor) return;
    const { Editor } = await import("./editor.js");
    if (this.#editor) return; // a second press, meanwhile
    this.#editor = new Editor(this.code, { run: this.#run, changed: (code) => this.#changed(code) });
    this.#static.replaceWith(this.#editor.node);
    this.#editor.focus();
    this.#showButtons();
  }

  // Put other code in its place.
  rewrite(code) {
    if (this.#editor) this.#editor.rewrite(code);
    else this.#static.textContent = code;
    this.#changed(code);
  }

  #changed(code) {
    this.code = code;
    if (["ran", "raised", "stopped"].includes(this.section.dataset.state)) this.show("rest");
    this.#showButtons();
    this.dispatchEvent(new Event("edited"));
  }

  // One of WORDS.
  show(state) {
    this.section.dataset.state = state;
    const isHere = this.section.contains(document.activeElement);
    this.#state.setAttribute("aria-live", isHere ? "polite" : "off"); // of many that run, one is heard
    this.#state.textContent = WORDS[state];
    this.#showButtons();
  }

  #showButtons() {
    const { run, stop, edit, reset } = this.#buttons;
    const focused = document.activeElement;
    stop.hidden = !["waiting", "running"].includes(this.section.dataset.state);
    edit.hidden = this.isLocked || this.#editor !== null;
    reset.hidden = this.code === this.original;
    if ([stop, edit, reset].includes(focused) && focused.hidden) run.focus(); // it is not lost
  }
}
