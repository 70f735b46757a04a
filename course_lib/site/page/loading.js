// One line at the foot of the page: what Python does, while it is not simply there.

import { button, make } from "./nodes.js";

const MB = 1e6;

// `asksFirst`: a button starts Python. `again()`: what else shall be done when it is pressed.
export function tellLoading(python, { asksFirst, again }) {
  let lastWords = ""; // why Python was ended
  const words = make("p", { role: "status" });
  const amount = make("span", { "aria-hidden": true }); // changes too often to be read out
  const bar = make("progress", { "aria-label": "Loading" });
  const start = button("", () => {
    lastWords = "";
    python.start().catch(() => {}); // the line says why not
    again();
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
  const on = (word, take) => python.addEventListener(word, ({ detail }) => take(detail));
  on("starting", () => { bar.removeAttribute("value"); show("loading", lastWords || "Python is loading."); });
  on("loading", ({ loading: { bytes, total } }) => {
    Object.assign(bar, { max: total, value: bytes });
    amount.textContent = `${(bytes / MB).toFixed(1)} of ${(total / MB).toFixed(1)} MB`;
  });
  on("ready", () => show("ready", "Python is there: figures and cells are live."));
  on("ended", ({ why }) => { lastWords = why; show("ended", why, "Start again"); });
  if (asksFirst) show("asks", "Your browser saves data, so the figures are pictures until Python is loaded.", "Load Python");
  else show("off", "");
  document.body.append(line);
}
