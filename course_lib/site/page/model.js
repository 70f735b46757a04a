// What a widget's `render({ model, el })` is given: anywidget's front-end contract, here over messages to Python.
// Kept: get, set, save_changes, on, off. Missing: send and widget_manager, which no widget of the course asks for.

export class Model {
  #state;
  #send;
  #listeners = new Map(); // event -> whoever listens
  #unsent = {};
  #isBusy = false;

  constructor(state, send) {
    this.#state = { ...state };
    this.#send = send;
  }

  get(name) {
    return this.#state[name];
  }

  set(name, value) {
    if (Object.is(value, this.#state[name])) return;
    this.#unsent[name] = value;
    this.update({ [name]: value });
  }

  // One message is under way at a time. What is set meanwhile goes out together when it was answered.
  save_changes() {
    if (this.#isBusy || !Object.keys(this.#unsent).length) return;
    const changes = this.#unsent;
    this.#unsent = {};
    this.#isBusy = true;
    this.#send(changes);
  }

  on(event, listener) {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
  }

  off(event, listener) {
    this.#listeners.set(event, (this.#listeners.get(event) ?? []).filter((other) => other !== listener));
  }

  // Python took the last message.
  answered() {
    this.#isBusy = false;
    this.save_changes();
  }

  // By a hand or by Python. All of it is known before anybody is told.
  update(changes) {
    Object.assign(this.#state, changes);
    for (const name of Object.keys(changes)) this.#tell(`change:${name}`);
    this.#tell("change");
  }

  #tell(event) {
    for (const listener of this.#listeners.get(event) ?? []) listener();
  }
}
