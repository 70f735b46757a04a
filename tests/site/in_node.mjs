// The page's Python in node, started as live/worker.js does, where a Python file answers:
// node in_node.mjs SITE FILE.py GIVEN.json SAID.json. The file's `answer` is called with what is given.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [site, file, given, said] = process.argv.slice(2);

async function answer() {
  const { loadPyodide } = await import(pathToFileURL(join(site, "runtime/pyodide.mjs")));
  const pyodide = await loadPyodide({ indexURL: join(site, "runtime"), stdout: console.error });
  for (const archive of ["runtime/packages.zip", "live/course.zip"]) {
    const content = new Uint8Array(readFileSync(join(site, archive)));
    pyodide.unpackArchive(content, "zip", { extractDir: "/lib/python3.12/site-packages" });
  }
  const names = pyodide.toPy({ __name__: "answers" });
  pyodide.runPython(readFileSync(file, "utf8"), { globals: names, filename: file });
  writeFileSync(said, names.get("answer")(readFileSync(given, "utf8")));
}

await answer().catch((error) => { // else node shows the line that threw: a megabyte of the runtime
  console.error(error.message);
  process.exitCode = 1;
});
