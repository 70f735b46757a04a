// Python in a worker. It loads the course, and then takes the page's messages, one after the other:
// { run: cell, code }, { set: widget, changes } and { learn: lines }. browser/start.py says what Python has to tell.

const SCRIPTS = ["pyodide.mjs", "pyodide.asm.js"];

let pyodide;
let python; // browser/start.py, when it is there
let queue = Promise.resolve();

const TAKE = {
  start: ({ start: how }) => start(how),
  run: ({ run: cell, code }) => python.run(cell, code),
  learn: ({ learn: lines }) => python.learn(lines),
  set: ({ set: widget, changes }) => {
    const given = pyodide.toPy(changes);
    python.change(widget, given);
    given.destroy();
  },
};

onmessage = ({ data }) => {
  const [word] = Object.keys(data);
  queue = queue.then(() => TAKE[word](data)).catch(fail);
};

// What ends Python: a cell's own errors are outputs.
function fail(error) {
  const why = String(error.message ?? error).trim().split("\n").at(-1); // of a traceback
  const isMemory = error instanceof RangeError || /memory/i.test(why);
  postMessage({ failed: isMemory ? "This device has not enough memory for Python." : `Python could not go on: ${why}` });
}

// `runtime` and `course`: addresses. `files`: size and hash of each file by its address. `record`: what is known
// of the learner, as the file on a desktop has it. `site`: the address that links to figures begin with.
async function start({ runtime, course, files, record, site }) {
  watch(files);
  const archive = async (address) => (await fetch(address)).arrayBuffer();
  const [loaded, packages, own] = await Promise.all([
    load(runtime),
    archive(`${runtime}packages.zip`),
    archive(course),
  ]);
  pyodide = loaded;
  const [extractDir] = pyodide.pyimport("site").getsitepackages().toJs();
  for (const part of [packages, own]) pyodide.unpackArchive(part, "zip", { extractDir });
  python = pyodide.pyimport("start");
  postMessage({ ready: plain(python.begin(post, record, site)) });
}

// An import cannot be checked: its scripts are fetched and checked before, and then come from the browser's cache.
async function load(runtime) {
  await Promise.all(SCRIPTS.map((name) => fetch(runtime + name)));
  const { loadPyodide } = await import(`${runtime}${SCRIPTS[0]}`);
  return loadPyodide({ indexURL: runtime });
}

const plain = (value) => value.toJs({ dict_converter: Object.fromEntries });

// What Python has to say. Its bytes are moved to the page, not copied once more.
function post(message) {
  const said = plain(message);
  postMessage(said, buffersIn(said));
}

function buffersIn(value) {
  if (ArrayBuffer.isView(value)) return [value.buffer];
  return value && typeof value === "object" ? Object.values(value).flatMap(buffersIn) : [];
}

// From now on each of these files that is fetched is checked against its hash, and the page is told how far it is.
function watch(files) {
  const plainFetch = self.fetch;
  const total = Object.values(files).reduce((sum, { size }) => sum + size, 0);
  let bytes = 0;
  self.fetch = async (address, options) => {
    const { href } = new URL(address.url ?? address, location);
    const file = files[href];
    if (!file) return plainFetch(address, options); // a learner's own
    const response = await plainFetch(href, { ...options, integrity: file.hash }).catch(() => null);
    if (!response?.ok) {
      fail(new Error(`A file of Python is missing or damaged: ${href.split("/").pop()}.`));
      return new Promise(() => {}); // the page ends this worker; until then Pyodide has nothing to add
    }
    bytes += file.size;
    postMessage({ loading: { bytes, total } });
    return response;
  };
}
