// Motion: what grows is shown up to an update, and plays by itself. All of it happens on the page.
// `grows` says of each such artist the update of its first point, or of every point, or whose end or steps it is;
// `turns` says of others what they show, by the update from which on they do.

const WHOLE_PLAY = 4000; // milliseconds, whatever the number of updates
const SPEEDS = [0.25, 0.5, 1, 2, 4];
const JUMPS = 8; // of a play, for those who want to see no movement

function motion(paint) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let [places, grows, turns, scene] = [{}, {}, {}, {}];
  let last = 0; // the number of updates
  let at = Infinity; // how far it is: an update, while it plays a part of one; from the last on, all there is
  let painted = null; // what of this is on the canvas
  let [speed, request, then] = [SPEEDS.indexOf(1), null, null];
  let ended = null; // to be called when a play that nobody pressed is over, or stopped by a hand

  const isPlaying = () => request !== null;
  const visible = () => (calm.matches && isPlaying() ? Math.round((Math.floor((JUMPS * at) / last) * last) / JUMPS) : at);
  const refresh = () => {
    painted = visible();
    const shown = painted < last ? { ...places, ...placesAt(painted, places, grows, scene.styles), ...turnedAt(painted, turns) } : places;
    paint(shown);
    if (row.hidden) return;
    const update = Math.min(last, Math.floor(painted));
    const words = `update ${grouped(update)} of ${grouped(last)}${heightsOf(shown, scene.heights)}`;
    write(said, words);
    tellArrows(legend, scene.styles, shown);
    rewrite(range, update);
    range.setAttribute("aria-valuetext", words);
  };
  const go = (to) => {
    at = to >= last ? Infinity : Math.max(0, to);
    if (visible() !== painted) refresh();
  };
  const pause = () => {
    if (!isPlaying()) return;
    cancelAnimationFrame(request);
    const there = visible();
    request = then = null;
    play.textContent = "Play";
    go(Math.ceil(there));
    const tell = ended;
    ended = null;
    tell?.();
  };
  const tick = (now) => {
    request = requestAnimationFrame(tick);
    go(at + ((now - (then ?? now)) * SPEEDS[speed] * last) / WHOLE_PLAY);
    then = now;
    if (at >= last) pause();
  };
  const start = () => {
    if (at >= last) go(0);
    play.textContent = "Pause";
    said.setAttribute("aria-live", "off"); // the numbers of a play are too many to be read out
    request = requestAnimationFrame(tick);
  };
  const byHand = () => { // before a step or a choice
    pause();
    said.setAttribute("aria-live", "polite");
  };
  const step = (updates) => () => { byHand(); go(Math.min(last, at) + updates); };
  const hasten = (steps) => () => {
    speed = Math.min(SPEEDS.length - 1, Math.max(0, speed + steps));
    write(pace, `speed ${SPEEDS[speed]}`);
  };

  const play = button("Play", () => (isPlaying() ? pause() : start()));
  const range = make("input", { type: "range", min: 0, step: 1, "aria-label": "Update that is shown", [SUPPRESS]: "" });
  range.addEventListener("input", () => {
    const chosen = Number(range.value); // a pause puts it elsewhere
    byHand();
    go(chosen);
  });
  const pace = make("span", { class: "pace" }, "speed 1");
  const legend = make("span", { class: "legend" });
  const said = make("span", { class: "said" });
  const row = make("div", { class: "motion", role: "group", "aria-label": "Motion" },
    button("−1", step(-1), { "aria-label": "One update back" }), play,
    button("+1", step(+1), { "aria-label": "One update on" }), range,
    make("span", { class: "speed" },
      button("×½", hasten(-1), { "aria-label": "Half the speed", title: "Half the speed" }), pace,
      button("×2", hasten(+1), { "aria-label": "Twice the speed", title: "Twice the speed" })),
    make("div", { class: "told" }, said, " ", legend));
  return {
    row,
    pause,
    playsByItself: () => ended !== null,
    playThen(tell) {
      ended = null;
      pause();
      go(0);
      ended = tell;
      start();
    },
    show(...news) { // by a slider: the update that is shown stays, on the new path
      [places, grows, turns, scene] = news;
      last = lastUpdate(places, grows);
      range.max = last;
      row.hidden = !Object.keys(grows).length;
      if (!isPlaying()) said.setAttribute("aria-live", "off"); // the caption is read out
      refresh();
    },
  };
}

const lengthOf = (place) => place.byteLength / 8; // in points
const numbersOf = (view) => new Int32Array(bytesOf(view).slice().buffer);

function lastUpdate(places, grows) {
  const ends = Object.entries(grows).map(([name, updates]) => {
    if (typeof updates === "string") return 0;
    return typeof updates === "number" ? updates + lengthOf(places[name]) - 1 : numbersOf(updates).at(-1);
  });
  return Math.max(0, ...ends);
}

// What grows, as it is after so many updates.
function placesAt(at, places, grows, styles) {
  const cut = (line) => cutAt(indexAt(at, grows[line]), floatsOf(places[line]));
  const placed = (name, grown) => {
    if (typeof grown !== "string") return cut(name);
    if (styles[name].kind === "text") return besideTheEnd(cut(grown), floatsOf(places[grown]), places[name]);
    if (styles[name].kind !== "steps") return cut(grown).slice(-2);
    return at > 0 ? arrowsOf(Math.ceil(at), floatsOf(places[grown]), floatsOf(places[name])) : {};
  };
  return Object.fromEntries(Object.entries(grows).map(([name, grown]) => [name, placed(name, grown)]));
}

function turnedAt(at, turns) {
  const latest = (places) => places.findLast(([update]) => update <= at)[1];
  return Object.fromEntries(Object.entries(turns).map(([name, places]) => [name, latest(places)]));
}

// A line's name keeps its distance from the line's end.
function besideTheEnd(line, whole, [x, y, words]) {
  if (!line.length) return [x, y, ""];
  return [x + line.at(-2) - whole.at(-2), y + line.at(-1) - whole.at(-1), words];
}

// Which point of a line belongs to an update, with the part of the way to the next one.
function indexAt(at, updates) {
  if (typeof updates === "number") return at - updates;
  const each = numbersOf(updates);
  const next = each.findIndex((update) => update > at);
  if (next < 0) return each.length - 1;
  return next - 1 + (at - each[next - 1]) / (each[next] - each[next - 1]);
}

// The line up to that index.
function cutAt(index, points) {
  const whole = Math.floor(index);
  const part = index - whole;
  if (index < 0 || 2 * whole + 2 >= points.length) return index < 0 ? points.subarray(0, 0) : points;
  if (!part) return points.subarray(0, 2 * whole + 2);
  const cut = points.slice(0, 2 * whole + 4);
  for (const end of [cut.length - 2, cut.length - 1]) cut[end] = (1 - part) * points[end - 2] + part * points[end];
  return cut;
}

// ": loss 0.0123", read off the ends of the lines by the scale of their axes.
function heightsOf(places, heights) {
  const said = Object.entries(heights).flatMap(([word, { line, box: [, top, , height], ...axis }]) => {
    const y = floatsOf(places[line]).at(-1);
    const part = Math.round((1e6 * (top + height - y)) / height) / 1e6; // a float32 knows no more of it
    return y === undefined ? [] : [`${word} ${threeDigits(onAxis(part, axis))}`];
  });
  return said.length ? `: ${said.join(", ")}` : "";
}

const grouped = (count) => String(count).replace(/\B(?=(...)+$)/g, ","); // 10,000

function threeDigits(value) {
  const short = Number(value.toPrecision(3));
  return short && (short < 1e-4 || short >= 1e7) ? short.toExponential().replace("+", "") : String(short);
}
