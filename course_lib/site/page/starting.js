// When Python starts. On a fast connection: when the page has been loaded. Where data are saved: when a button is
// pressed. Else, and where the browser does not say: when a figure comes into view, or is touched or focused.

import { ended } from "./python.js";

const FAST = 5; // Mbit/s, as the browser guesses it
const NEAR = "50% 0px"; // a figure that is half a screen away is almost in view
const { connection } = navigator;

export const savesData = Boolean(connection?.saveData) || matchMedia("(prefers-reduced-data: reduce)").matches;
const isFast = connection?.effectiveType === "4g" && connection.downlink >= FAST;

// Start it at the right moment, and from then on make those figures live that somebody comes to.
export function startInTime(python, notebook) {
  const met = new Set();
  const meet = (cell) => {
    met.add(cell);
    if (python.isOn || !savesData) notebook.enliven(cell);
  };
  python.addEventListener("starting", () => met.forEach(meet));
  const figures = new Map(notebook.cells.filter(({ isLive }) => isLive).map((cell) => [cell.section, cell]));
  const sight = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries.reverse()) if (isIntersecting) meet(figures.get(target));
  }, { rootMargin: NEAR });
  for (const [section, cell] of figures) {
    sight.observe(section);
    for (const touch of ["pointerdown", "focusin"]) section.addEventListener(touch, () => met.has(cell) || meet(cell));
  }
  if (isFast && !savesData) whenLoaded(() => python.start().catch(ended));
}

function whenLoaded(act) {
  if (document.readyState === "complete") act();
  else window.addEventListener("load", act, { once: true });
}
