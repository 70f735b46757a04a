// Brings a page to life: its cells, its figures, and the Python that both stand on. Without it the page can be read.

import { tellLoading } from "./loading.js";
import { Notebook } from "./notebook.js";
import { Python } from "./python.js";
import { howToStart } from "./site.js";
import { savesData, startInTime } from "./starting.js";
import "./theme.js";
import { Widgets } from "./widgets.js";

const python = new Python(howToStart);
const notebook = new Notebook(python, new Widgets(python));

if (notebook.cells.length) {
  tellLoading(python, savesData);
  startInTime(python, notebook);
}
