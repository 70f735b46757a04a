// Tells the widgets whether the page is dark, as JupyterLab does.

const dark = matchMedia("(prefers-color-scheme: dark)");
const tell = () => { document.body.dataset.jpThemeLight = !dark.matches; };

tell();
dark.addEventListener("change", tell);
