// An answer in words: a field in the place of the cell of text.

import { make } from "./nodes.js";

export class Answer extends EventTarget { // tells of `edited`, as a cell does
  #field;

  constructor(section) {
    super();
    this.id = section.dataset.cell;
    this.original = section.textContent.trim();
    this.#field = make("textarea", { "aria-label": "Your answer", placeholder: "Your answer", rows: 5 });
    this.#field.addEventListener("input", () => this.dispatchEvent(new Event("edited")));
    section.replaceChildren(this.#field);
  }

  get code() {
    return this.#field.value.trim() ? this.#field.value : this.original;
  }

  rewrite(text) {
    this.#field.value = text;
  }
}
