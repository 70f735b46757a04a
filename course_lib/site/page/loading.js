// One line at the foot of the page: what Python does, while it is not simply there.

import { button, make } from "./nodes.js";
import { ended } from "./python.js";
import { sizeOfPython } from "./site.js";

const MB = 1e6;
const megabytes = (bytes) => `${(bytes / MB).toFixed(1)} MB`;

// `asksFirst`: a button must be pressed before Python is loaded.
export function tellLoading(python, asksFirst) {
  let lastWords = ""; // why Python was ended
  const words = make("p", { role: "status" });
  const amount = make("span", { "aria-hidden": true }); // changes too often to be read out
  const bar = make("progress", { "aria-label": "Loading" });
  const start = button("", () => {
    lastWords = "";
    python.start().catch(ended);
  });
  const line = make("aside", { class: "loading", "aria-label": "Python" }, words, amount, bar, start);
  const show = (state, sentence, press = "") => {
    line.dataset.state = state;
    words.textContent = sentence;
    amount.textContent = "";
    bar.hidden = state !== "loading";
    start.hidden = !press;
    start.textContent = press;
  };
  const ask = async () => {
    const size = await sizeOfPython();
    show("asks", "Your browser saves data: the figures are pictures until Python is loaded.", `Load Python (${megabytes(size)})`);
  };
  const on = (word, take) => python.addEventListener(word, ({ detail }) => take(detail));
  on("starting", () => { bar.removeAttribute("value"); show("loading", lastWords || "Python is loading."); });
  on("loading", ({ loading: { bytes, total } }) => {
    Object.assign(bar, { max: total, value: bytes });
    amount.textContent = `${(bytes / MB).toFixed(1)} of ${megabytes(total)}`;
  });
  on("ready", () => show("ready", "Python is there: figures and cells are live."));
  on("ended", ({ why }) => { lastWords = why; show("ended", why, "Start again"); });
  show("off", "");
  document.body.append(line);
  if (asksFirst) ask().catch(({ message }) => show("ended", message, "Start again"));
}
