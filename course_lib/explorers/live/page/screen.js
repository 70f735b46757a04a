// What the figure must know of the page it is on: how sharp, how wide, how dark.

const NARROW = 600; // pixels; a figure that has less puts its panels in a column

// How many pixels of the screen there are for one of the picture's own, in quarters, for few new pictures.
function sharpness(canvas, width) {
  const grown = canvas.clientWidth / width;
  return Math.min(4, Math.max(1, Math.round(4 * window.devicePixelRatio * grown) / 4));
}

// A page on which the writing is light is dark, whoever made it so.
function isDark(node) {
  const [red, green, blue] = getComputedStyle(node).color.match(/[\d.]+/g).map(Number);
  return 0.299 * red + 0.587 * green + 0.114 * blue > 128;
}

// Tell of each change of the size (also by zooming) and of the theme, while the section is on the page. Returns what
// ends it.
function watchPage(section, changed) {
  const later = () => requestAnimationFrame(() => section.isConnected && changed()); // when the new style is in force
  const sizes = new ResizeObserver(later);
  sizes.observe(section);
  const themes = new MutationObserver(later);
  for (const root of [document.documentElement, document.body]) themes.observe(root, { attributes: true });
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", later);
  window.addEventListener("resize", later);
  return () => {
    sizes.disconnect();
    themes.disconnect();
    scheme.removeEventListener("change", later);
    window.removeEventListener("resize", later);
  };
}
