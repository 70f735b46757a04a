// A learner's predictions: a button that goes to the settings of each, and there the guess beside what happened.

function predictions(model, seen, go) {
  const buttons = make("div", { class: "presets" });
  const told = make("div", { "aria-live": "polite" });
  const node = make("div", { class: "predicted" }, buttons, told);
  const places = make("div", { class: "places", "aria-hidden": true }); // over the picture; in words below it
  const list = () => {
    const rows = model.get("predicted").map(({ label, values }) => button(label, go(values)));
    buttons.replaceChildren(...(rows.length ? ["Your predictions: ", ...rows] : []));
    node.hidden = !rows.length;
    tell();
  };
  const tell = () => {
    const now = seen.view.values;
    const stands = ([name, value]) => JSON.stringify(now[name]) === JSON.stringify(value);
    const here = model.get("predicted").filter(({ values }) => Object.entries(values).every(stands));
    const sentences = here.flatMap((row) => row.told);
    if (told.textContent !== sentences.join("")) told.replaceChildren(...sentences.map((sentence) => make("p", {}, sentence)));
    const scene = model.get("scene");
    const drawn = scene.compared ? here.flatMap((row) => row.places) : []; // not every figure has such a picture
    places.replaceChildren(...drawn.map((both) => drawPlaces(both, scene)));
  };
  return { node, places, list, tell };
}

// The place that was said and the one that it is, with a line between them. What is outside of the axes is cut off.
function drawPlaces({ said, right }, { size, compared }) {
  const [left, top, width, height] = compared.box;
  const part = (value, { ends: [first, last] }) => (value - first) / (last - first);
  const at = ([x, y]) => [width * part(x, compared.x), height * (1 - part(y, compared.y))];
  const [[x1, y1], [x2, y2]] = [at(said), at(right)];
  const ring = (kind, cx, cy) => draw("circle", { class: kind, cx, cy, r: 11 });
  const name = (words, x, y, below) =>
    inside(x, 0, width) === x && inside(y, 0, height) === y ? [draw("text", { x: left + x, y: top + y + below }, words)] : [];
  return draw("svg", { viewBox: `0 0 ${size[0]} ${size[1]}` },
    draw("svg", { x: left, y: top, width, height },
      draw("line", { x1, y1, x2, y2 }), ring("right", x2, y2), ring("said", x1, y1)),
    ...name("you said", x1, y1, -17), ...name("it is", x2, y2, 27));
}

function draw(tag, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
