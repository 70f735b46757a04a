// What the page knows of its site, and what Python needs to start there.

const { root, runtime, source: file } = document.documentElement.dataset;
const [, course] = document.querySelector("meta[name=course]").content.split(" "); // the hash of course.zip
const SITE = new URL(root, location);
export const source = file; // of the page, in the course: "lessons/05_momentum.ipynb"
export const ofSite = (path) => new URL(path, SITE);
const RUNTIME = new URL(runtime, location);
const OF_PYTHON = /^runtime\/|^live\/course\.zip$/;

// Throws why it cannot start.
export async function howToStart(store) {
  if (typeof WebAssembly !== "object") throw new Error("This browser has no WebAssembly, which Python needs.");
  if (typeof Worker !== "function") throw new Error("This browser has no Web Workers, where Python runs.");
  const listed = await list();
  if (listed.course !== course) throw new Error("The course has changed since this page was loaded. Reload the page.");
  return {
    runtime: RUNTIME.href,
    course: ofSite("live/course.zip").href,
    files: filesOfPython(listed),
    record: await store.record(),
    site: SITE.href,
  };
}

// In bytes, as they travel.
export async function sizeOfPython() {
  return Object.values(filesOfPython(await list())).reduce((sum, { size }) => sum + size, 0);
}

// Address -> hash and size; `elsewhere` are those that another site has.
function filesOfPython({ files, elsewhere }) {
  const here = Object.entries(files).filter(([path]) => OF_PYTHON.test(path));
  const all = [...here, ...Object.entries(elsewhere)];
  return Object.fromEntries(all.map(([path, [hash, size]]) => [ofSite(path).href, { hash, size }]));
}

async function list() {
  try {
    return await (await fetch(ofSite("live/files.json"), { cache: "no-cache" })).json();
  } catch {
    throw new Error("The list of the site's files is missing or damaged: live/files.json.");
  }
}
