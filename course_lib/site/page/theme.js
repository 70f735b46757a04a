// Dark or light: as the reader's system is, or as ?theme=dark in the address says. The widgets are told as JupyterLab
// tells them.

const asked = new URLSearchParams(location.search).get("theme");
const dark = matchMedia("(prefers-color-scheme: dark)");
const tell = () => { document.body.dataset.jpThemeLight = asked ? asked !== "dark" : !dark.matches; };

if (asked) document.documentElement.dataset.theme = asked;
tell();
dark.addEventListener("change", tell);
