// Keeps the whole site in the browser, as live/files.json lists it. The build writes its hash, LIST, above this line:
// so another site is another worker, which takes all of it anew, file by file checked, and nothing, if one is damaged.

const HERE = registration.scope;
const FILES = "live/files.json";
const CACHE = `${HERE} ${LIST}`;

oninstall = (event) => event.waitUntil(keepAll());
onactivate = (event) => event.waitUntil(forgetOthers());
onmessage = () => skipWaiting(); // the reader asks for the new version
onfetch = (event) => {
  if (event.request.method === "GET" && event.request.url.startsWith(HERE)) event.respondWith(answer(event.request));
};

async function keepAll() {
  const cache = await caches.open(CACHE);
  await keep(cache, FILES, LIST);
  const { files } = await (await cache.match(new URL(FILES, HERE))).json();
  await Promise.all(Object.entries(files).map(([path, [hash]]) => keep(cache, path, hash)));
}

// What the browser has already is taken, if the host says that it is still so, and if it is whole.
async function keep(cache, path, integrity) {
  const from = (how) => cache.add(new Request(new URL(path, HERE), { integrity, cache: how }));
  await from("no-cache").catch(() => from("reload"));
}

async function forgetOthers() {
  const others = (await caches.keys()).filter((name) => name.startsWith(`${HERE} `) && name !== CACHE);
  await Promise.all(others.map((name) => caches.delete(name)));
}

async function answer(request) {
  const address = new URL(request.url);
  if (address.pathname.endsWith("/")) address.pathname += "index.html";
  const cache = await caches.open(CACHE);
  return (await cache.match(address, { ignoreSearch: true })) ?? fetch(request);
}
