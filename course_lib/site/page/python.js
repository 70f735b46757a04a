// Python in its worker: started when it is first asked for, given work, ended when it hangs.
// Each message of the worker is an event by its first word; besides there are `starting` and `ended`.

class Ended extends Error {} // what becomes of work that was under way

// For whoever need not be told, because the page says it.
export function ended(error) {
  if (!(error instanceof Ended)) reportError(error);
}

export class Python extends EventTarget {
  #how;
  #worker = null;
  #ready = null;
  #waiting = new Map(); // the message that will come -> who waits for it
  #life = 0; // counts the workers, so that one that was ended while it was prepared is not begun

  // `how`: an async function that returns what the worker needs to start, or throws why it cannot.
  constructor(how) {
    super();
    this.#how = how;
  }

  get isOn() {
    return this.#ready !== null;
  }

  start() {
    if (!this.#ready) {
      this.#ready = this.#begin();
      this.#tell("starting");
    }
    return this.#ready;
  }

  async #begin() {
    const life = ++this.#life;
    const how = await this.#how().catch((error) => this.end(error.message));
    if (life !== this.#life) throw new Ended("It was ended before it began.");
    this.#worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#take(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.end("The page's worker did not start: its file is missing or damaged, or this browser does not take it.");
    };
    return this.#ask("ready", { start: how });
  }

  // Run a cell's code. Its outputs are events; the answer is whether it ran to its end.
  async run(cell, code) {
    await this.start();
    return (await this.#ask(`ran ${cell}`, { run: cell, code })).ok;
  }

  send(message) {
    this.#worker?.postMessage(message);
  }

  // End it, whatever it does, and say why. The next `start` starts another.
  end(why) {
    this.#life++;
    this.#worker?.terminate();
    this.#worker = this.#ready = null;
    for (const { reject } of this.#waiting.values()) reject(new Ended(why));
    this.#waiting.clear();
    this.#tell("ended", { why });
  }

  // End it, and start another.
  restart(why) {
    this.end(why);
    this.start().catch(ended);
  }

  #ask(answer, message) {
    return new Promise((resolve, reject) => {
      this.#waiting.set(answer, { resolve, reject });
      this.send(message);
    });
  }

  #take(data) {
    const [[word, of]] = Object.entries(data);
    if (word === "failed") return this.end(of);
    this.#tell(word, data);
    const answer = word === "ready" ? word : `${word} ${of}`;
    this.#waiting.get(answer)?.resolve(data);
    this.#waiting.delete(answer);
  }

  #tell(word, detail) {
    this.dispatchEvent(new CustomEvent(word, { detail }));
  }
}
