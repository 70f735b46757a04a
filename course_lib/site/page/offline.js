// When Python has been loaded once, the whole course is kept for days without a net. sw.js does it.

import { notice } from "./notice.js";
import { button } from "./nodes.js";
import { ofSite } from "./site.js";

const LATER = 4000; // milliseconds: the figure that somebody waits for comes first

export function keepOffline(python) {
  const workers = navigator.serviceWorker; // not there on a page over plain HTTP
  if (!workers) return;
  const wasKept = workers.controller !== null;
  if (wasKept) workers.addEventListener("controllerchange", () => location.reload()); // never a mixture of two versions
  const keep = () => workers.register(ofSite("sw.js")).then(tellOfNew, () => {}); // where it is refused, the page does without
  if (wasKept) keep();
  else python.addEventListener("ready", () => setTimeout(keep, LATER), { once: true });
}

function tellOfNew(kept) {
  const tell = () => {
    const { waiting } = kept;
    if (waiting && navigator.serviceWorker.controller) {
      notice("There is a new version of the course. ", button("Load it", () => waiting.postMessage("take over")));
    }
  };
  const watch = () => kept.installing?.addEventListener("statechange", tell);
  tell();
  watch(); // the browser may have found it before this page's script ran
  kept.addEventListener("updatefound", watch);
  kept.update().catch(() => {}); // without a net there is nobody to ask
}
