// A stopwatch that begins with the page: when the picture of a figure was painted, and when the figure was live.
// `picture` and `live`: selectors; the first that is found on the page counts.
([picture, live]) => {
  window.painted = {}; // milliseconds since the page was asked for

  const afterPaint = new MessageChannel(); // a message sent in an animation frame arrives when it was painted
  const names = [];
  afterPaint.port1.onmessage = () => { painted[names.shift()] = performance.now(); };
  const waiting = {
    picture: () => { const found = document.querySelector(picture); return found?.complete && found.naturalWidth > 0; },
    live: () => document.querySelector(live)?.checkVisibility({ visibilityProperty: true }),
  };
  const look = () => {
    for (const [name, isThere] of Object.entries(waiting)) {
      if (!isThere()) continue;
      delete waiting[name];
      names.push(name);
      afterPaint.port2.postMessage(null);
    }
    if (Object.keys(waiting).length) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
