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

// The host is asked whether what the browser has is still so.
const checked = (path, integrity) => new Request(new URL(path, HERE), { integrity, cache: "no-cache" });

async function keepAll() {
  const cache = await caches.open(CACHE);
  await cache.add(checked(FILES, LIST));
  const { files } = await (await cache.match(new URL(FILES, HERE))).json();
  await cache.addAll(Object.entries(files).map(([path, [hash]]) => checked(path, hash)));
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
