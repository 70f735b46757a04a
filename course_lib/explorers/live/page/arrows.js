// The arrows of an update: the gradient's part of it and, from its head on, momentum's. Together they are the update.

const SHORTEST = 3; // pixels; an arrow that is shorter is none
const LONGEST = 100; // pixels; where no step of the run is so long, all its arrows are drawn larger
const MOST = 100; // times

// The three corners of an update, and how many times too far apart they are.
function arrowsOf(update, path, steps) {
  const point = (line, index) => [line[2 * index], line[2 * index + 1]];
  const corners = (k) => [point(path, k - 1), point(steps, k - 1), point(path, k)];
  let longest = 0;
  for (let k = 1; k <= steps.length / 2; k++) {
    const [begin, between, end] = corners(k);
    longest = Math.max(longest, distance(begin, between), distance(between, end));
  }
  const larger = enlargement(longest);
  const [begin, ...ends] = corners(update);
  const moved = ([x, y]) => [begin[0] + larger * (x - begin[0]), begin[1] + larger * (y - begin[1])];
  return { larger, corners: [begin, ...ends.map(moved)] };
}

const distance = ([x, y], [toX, toY]) => Math.hypot(toX - x, toY - y);

// 1, 2, 5, 10, 20, 50 or 100
function enlargement(longest) {
  const times = Math.min(MOST, LONGEST / longest);
  if (!(times > 1)) return 1;
  const power = 10 ** Math.floor(Math.log10(times));
  return power * [5, 2, 1].find((digit) => digit * power <= times);
}

function paintSteps(context, { gradient, momentum, edge, width }, { corners }) {
  if (!corners) return; // the whole path has no arrows
  const [begin, between, end] = corners;
  paintArrow(context, begin, between, gradient, edge, width);
  if (momentum) paintArrow(context, between, end, momentum, edge, width);
}

function paintArrow(context, begin, end, color, edge, width) {
  const length = distance(begin, end);
  if (!(length > SHORTEST)) return;
  const head = Math.min(5 * width, 0.7 * length);
  const shape = new Path2D();
  shape.moveTo(-length, 0);
  shape.lineTo(-head / 2, 0);
  for (const [x, y] of [[-head, head / 2.5], [0, 0], [-head, -head / 2.5]]) shape.lineTo(x, y);
  shape.lineTo(-head / 2, 0);
  context.save();
  context.translate(...end);
  context.rotate(Math.atan2(end[1] - begin[1], end[0] - begin[0]));
  context.lineJoin = "round";
  for (const [look, lineWidth] of [[edge, 2 * width], [color, width]]) {
    Object.assign(context, { strokeStyle: look, fillStyle: look, lineWidth });
    context.fill(shape);
    context.stroke(shape);
  }
  context.restore();
}

// What the arrows on the picture are.
function tellArrows(legend, styles, places) {
  const name = Object.keys(styles).find((other) => styles[other].kind === "steps");
  const { larger, corners } = places[name] ?? {};
  const parts = corners ? ["gradient", "momentum"].filter((part) => styles[name][part]) : [];
  const nodes = parts.map((part) => make("span", { style: `--arrow: ${styles[name][part]}` }, `→ ${part} step `));
  const size = larger > 1 ? [`drawn ${larger} times as long`] : [];
  if (legend.textContent !== [...nodes.map((node) => node.textContent), ...size].join("")) legend.replaceChildren(...nodes, ...size);
}
