// How many letters the longest line of running text has on the page.
() => {
  const letters = [];
  const spot = document.createRange();
  for (const block of document.querySelectorAll(".jp-RenderedMarkdown > :is(p, ul, ol, blockquote)")) {
    const words = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    let [line, bottom] = [0, -Infinity];
    for (let node = words.nextNode(); node; node = words.nextNode()) {
      for (let i = 0; i < node.length; i++) {
        spot.setStart(node, i);
        spot.setEnd(node, i + 1);
        const box = spot.getBoundingClientRect();
        if (!box.width) continue; // the space at which a line is broken
        line = box.bottom > bottom + box.height / 2 ? 1 : line + 1;
        bottom = box.bottom;
        letters.push(line);
      }
    }
  }
  return Math.max(...letters);
}
