// What a cell said, laid out as the static page has it. Each output is a dict of nbformat.

import { make } from "./nodes.js";

const VIEW = "application/vnd.jupyter.widget-view+json";
const COLOURS = /\x1b\[[\d;]*m/g; // a terminal's
const PATIENCE = 2000; // milliseconds that a figure has to draw itself, until it is shown as it is

export class Outputs {
  #place;
  #widgets;
  #stored; // what the page came with
  #old = []; // what the last run said: it stays until this one has something to show
  #coming = []; // widgets that draw themselves, out of sight
  #leave = new Map(); // a widget's element -> what ends its view

  constructor(place, widgets) {
    this.#place = place;
    this.#widgets = widgets;
    this.#stored = [...place.childNodes];
  }

  begin() {
    this.#old = [...this.#place.childNodes];
  }

  take(output) {
    const { output_type: type, name, text, data = {} } = output;
    if (VIEW in data) return this.#coming.push(this.#takeWidget(data[VIEW].model_id));
    if (type === "left_out") return this.#tellLeftOut(output);
    this.#drop(this.#old.splice(0));
    const last = this.#place.lastElementChild;
    if (type === "stream" && last?.dataset.stream === name) last.append(text);
    else this.#place.append(laidOut(output));
  }

  // All has been said. The old picture stays until all figures have drawn themselves, so that the page does not jump.
  async end() {
    const drawn = await Promise.all(this.#coming.splice(0));
    this.#drop(this.#old.splice(0));
    drawn.forEach((el) => el.classList.remove("coming"));
  }

  // Python is gone: what was live is as the page came, what was said stays.
  forget() {
    if (!this.#place.querySelector(".widget")) return;
    this.#drop([...this.#place.childNodes]);
    this.#place.append(...this.#stored);
  }

  #tellLeftOut(counts) {
    const line = this.#place.querySelector(":scope > .left-out") ?? make("p", { class: "output left-out" });
    line.textContent = `There is no room for more on a page. Left out: ${inWords(counts)}.`;
    this.#place.append(line);
  }

  async #takeWidget(id) {
    const el = make("div", { class: "output widget coming" });
    this.#place.append(el);
    try {
      this.#leave.set(el, await this.#widgets.show(id, el));
      await drawn(el);
    } catch (error) {
      reportError(error);
      el.replaceChildren(make("p", { class: "failure" }, "This cannot be shown: a file of the page is missing or damaged."));
    }
    return el;
  }

  #drop(nodes) {
    for (const node of nodes) {
      node.remove();
      this.#leave.get(node)?.();
      this.#leave.delete(node);
    }
  }
}

function laidOut({ output_type: type, name, text, ename, evalue, traceback, data = {}, metadata = {} }) {
  if (type === "stream") return make("pre", { class: "output stream", "data-stream": name }, text);
  if (type === "error") {
    const lines = traceback.length ? traceback : [`${ename}: ${evalue}`];
    return make("pre", { class: "output error" }, lines.join("\n").replace(COLOURS, ""));
  }
  if ("image/png" in data) {
    const image = { ...metadata["image/png"], src: `data:image/png;base64,${data["image/png"].trim()}` };
    return make("figure", { class: "output output-picture" }, make("img", { alt: "", ...image }));
  }
  if ("text/html" in data) {
    const node = make("div", { class: "output html framed", tabindex: 0 });
    node.innerHTML = data["text/html"]; // its scripts do not run
    return node;
  }
  return make("pre", { class: "output result" }, data["text/plain"]);
}

// "1,234 characters and 5 outputs"
function inWords({ characters, outputs }) {
  const counts = [[characters, "character"], [outputs, "output"]].filter(([count]) => count);
  return counts.map(([count, of]) => `${count.toLocaleString("en")} ${of}${count === 1 ? "" : "s"}`).join(" and ");
}

// Nothing in the element is busy any more.
function drawn(el) {
  const isBusy = () => el.querySelector("[aria-busy=true]");
  return new Promise((done) => {
    const watch = new MutationObserver(() => isBusy() || end());
    const end = () => { watch.disconnect(); clearTimeout(timer); done(); };
    const timer = setTimeout(end, PATIENCE);
    watch.observe(el, { subtree: true, attributeFilter: ["aria-busy"], childList: true });
    if (!isBusy()) end();
  });
}
