// Brings a page to life: its cells, its figures, and the Python that both stand on. Without it the page can be read.

import { keepWritten } from "./exercise.js";
import { tellLoading } from "./loading.js";
import { Notebook } from "./notebook.js";
import { notice } from "./notice.js";
import { keepOffline } from "./offline.js";
import { showProgress } from "./progress.js";
import { Python } from "./python.js";
import { readAnew, shareRecord } from "./record.js";
import { howToStart } from "./site.js";
import { savesData, startInTime } from "./starting.js";
import { Store } from "./store.js";
import "./theme.js";
import { Widgets } from "./widgets.js";

const store = new Store(notice);
const python = new Python(() => howToStart(store));
const notebook = new Notebook(python, new Widgets(python));
shareRecord(python, store);

if (notebook.cells.length) {
  keepWritten(notebook.cells, store);
  showProgress(notebook, store, () => readAnew(python));
  tellLoading(python, savesData);
  startInTime(python, notebook);
}
keepOffline(python);
