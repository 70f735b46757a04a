// Let a runtime compile what a page loads when Python starts:
// node compiling.mjs RUNTIME COURSE.zip BYTECODE.zip

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [runtime, course, made] = process.argv.slice(2);
const HOME = "/home/pyodide"; // as in the page; without the ranges of columns bytecode is smaller by a quarter
const read = (path) => new Uint8Array(readFileSync(path));

async function compile() {
  const { loadPyodide } = await import(pathToFileURL(join(runtime, "pyodide.mjs")));
  const pyodide = await loadPyodide({ indexURL: runtime, env: { HOME, PYTHONNODEBUGRANGES: "1" } });
  const extractDir = "/lib/python3.12/site-packages";
  for (const path of [join(runtime, "packages.zip"), course]) pyodide.unpackArchive(read(path), "zip", { extractDir });
  pyodide.FS.writeFile("/course.zip", read(course));
  pyodide.pyimport("compiling");
  writeFileSync(made, pyodide.FS.readFile("/bytecode.zip"));
}

await compile().catch((error) => { // else node shows the line that threw: a megabyte of the runtime
  console.error(error.message);
  process.exit(1);
});
