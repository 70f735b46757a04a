// One figure alone, for a slide or a frame: figure.html#StabilityMap?{"lr":1.9}. Python reads the link, and says what
// of it cannot be used.

import { tellLoading } from "./loading.js";
import { Outputs } from "./outputs.js";
import { ended, Python } from "./python.js";
import { shareRecord } from "./record.js";
import { howToStart } from "./site.js";
import { savesData } from "./starting.js";
import { Store } from "./store.js";
import "./theme.js";
import { Widgets } from "./widgets.js";

const place = document.querySelector("main > div");
const store = new Store(() => {}); // a goal that is found here counts where it can be kept
const python = new Python(() => howToStart(store));
const outputs = new Outputs(place, new Widgets(python));
let shown = Promise.resolve(); // one link after the other
python.addEventListener("output", ({ detail: { output } }) => outputs.take(output));
shareRecord(python, store);
python.addEventListener("starting", () => { shown = show(); });
addEventListener("hashchange", () => { if (python.isOn) shown = shown.then(show); });
tellLoading(python, savesData);
if (!savesData) python.start().catch(ended);

async function show() {
  const link = JSON.stringify(location.hash.slice(1)); // as Python writes a string, too
  const code = `from course_lib import explorers\nfrom course_lib.explorers.live import links\nlinks.opened(${link}, explorers)`;
  try {
    await python.start();
    outputs.begin();
    await python.run("figure", code);
    await outputs.end();
  } catch (error) {
    ended(error);
  }
}

// A page that holds this one in a frame can give it the height that it needs.
new ResizeObserver(([{ borderBoxSize: [{ blockSize }] }]) => {
  parent.postMessage({ courseFigureHeight: Math.ceil(blockSize) }, "*");
}).observe(document.body, { box: "border-box" });
