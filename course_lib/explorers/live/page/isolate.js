// One of several: what the pointer, or the keyboard's focus, is on stands out, and the others grow pale.
// Each group of artists is one. Its name in the controls has `data-group`; in the picture it is the nearest.

const PALE = 0.12;
const NEAR = 12; // pixels

function isolateUnderHand(section, sheet, isolate, groupAt) {
  const named = ({ target }) => target.closest("[data-group]")?.dataset.group ?? null;
  const none = () => isolate(null);
  section.addEventListener("focusin", (event) => isolate(event.target.matches(":focus-visible") ? named(event) : null));
  section.addEventListener("focusout", none);
  section.addEventListener("pointerover", (event) => { if (!sheet.contains(event.target)) isolate(named(event)); });
  sheet.addEventListener("pointermove", ({ clientX, clientY }) => {
    const { left, top, width, height } = sheet.getBoundingClientRect();
    isolate(groupAt([(clientX - left) / width, (clientY - top) / height]));
  });
  section.addEventListener("pointerleave", none);
}

// The group of the artist that is nearest to a place; null where none is near.
function nearestGroup(place, styles, places) {
  const near = Object.entries(styles)
    .filter(([, { group }]) => group)
    .map(([name, style]) => ({ group: style.group, away: awayFrom(place, style, places[name]) }))
    .filter(({ away }) => away < NEAR)
    .sort((one, other) => one.away - other.away);
  return near[0]?.group ?? null;
}

function awayFrom(place, style, there) {
  if (style.clip && distanceToBox(place, style.clip) > 0) return Infinity;
  if (style.kind === "line") return distanceToLine(place, floatsOf(there));
  if (style.kind === "image") return distanceToBox(place, style.box);
  const [x, y, words] = there;
  const wide = 0.6 * style.size * words.length;
  const before = { center: 0.5, right: 1 }[style.align] ?? 0;
  return words ? distanceToBox(place, [x - before * wide, y - style.size / 2, wide, style.size]) : Infinity;
}

function distanceToBox([x, y], [left, top, width, height]) {
  return distance([x, y], [inside(x, left, left + width), inside(y, top, top + height)]);
}

function distanceToLine(place, points) {
  let least = Infinity;
  for (let i = 0; i < points.length; i += 2) {
    const [end, begin] = [points.subarray(i, i + 2), points.subarray(Math.max(0, i - 2), Math.max(2, i))];
    least = Math.min(least, distance(place, nearestOn(begin, end, place)));
  }
  return least;
}

function nearestOn([x, y], [toX, toY], place) {
  const [along, up] = [toX - x, toY - y];
  const part = ((place[0] - x) * along + (place[1] - y) * up) / (along * along + up * up || 1);
  return [x + inside(part, 0, 1) * along, y + inside(part, 0, 1) * up];
}
