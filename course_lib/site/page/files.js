// Files that go to the reader's disk.

import { make } from "./nodes.js";

export function save(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" })); // no type whose ending a browser would add
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // a download may begin late
}
