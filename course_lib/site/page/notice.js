// A sentence that the reader should know, at the top of the page.

import { make } from "./nodes.js";

export function notice(sentence, ...more) {
  const line = make("p", { class: "notice", role: "alert" });
  document.querySelector("main").prepend(line);
  line.append(sentence, ...more); // when it is there, so that it is read out
}
