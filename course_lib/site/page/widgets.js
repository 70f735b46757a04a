// The widgets that Python has shown: each has a model, and its own JavaScript and style in live/widgets/.

import { Model } from "./model.js";
import { make } from "./nodes.js";

const FILES = new URL("widgets/", import.meta.url);
const styles = new Map(); // name -> a promise of its style sheet

export class Widgets {
  #open = new Map(); // id -> { model, esm, css }

  constructor(python) {
    const on = (word, take) => python.addEventListener(word, ({ detail }) => take(detail));
    on("open", ({ open: id, state, esm, css }) => {
      const model = new Model(state, (changes) => python.send({ set: id, changes }));
      this.#open.set(id, { model, esm, css });
    });
    on("update", ({ update: id, changes }) => this.#open.get(id)?.model.update(changes));
    on("answered", ({ answered: id }) => this.#open.get(id)?.model.answered());
    on("closed", ({ closed: id }) => this.#open.delete(id));
    on("ended", () => this.#open.clear());
  }

  // Show a widget in an element, until the function that it returns is called.
  async show(id, el) {
    const { model, esm, css } = this.#open.get(id);
    const [{ default: { render } }] = await Promise.all([import(new URL(`${esm}.js`, FILES)), css && styled(css)]);
    return (await render({ model, el })) ?? (() => {});
  }
}

function styled(name) {
  if (!styles.has(name)) {
    const link = make("link", { rel: "stylesheet", href: new URL(`${name}.css`, FILES) });
    styles.set(name, new Promise((done) => { link.onload = link.onerror = done; }));
    document.head.append(link);
  }
  return styles.get(name);
}
