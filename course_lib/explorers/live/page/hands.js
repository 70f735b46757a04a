// Hands in the picture: a plot that is clicked, or a path whose start is dragged, sets the controls that are its axes.

// The value at a part of an axis's way.
function onAxis(part, { ends: [first, last], log }) {
  return log ? first * (last / first) ** part : first + part * (last - first);
}

const inside = (value, low, high) => Math.min(high, Math.max(low, value));

// What a place in the picture sets of the controls of a pick: the nearest at which they can stand.
function settingsAt([x, y], { box: [left, top, width, height], x: across, y: up }, controls) {
  const nearest = (part, axis) => {
    const { low, high } = controls[axis.control];
    const { value, position } = scale(controls[axis.control]);
    return value(position(inside(onAxis(inside(part, 0, 1), axis), low, high)));
  };
  const right = across && nearest((x - left) / width, across);
  const above = up && nearest((top + height - y) / height, up);
  if (across && up && across.control === up.control) return { [across.control]: [right, above] };
  return { ...(across && { [across.control]: right }), ...(up && { [up.control]: above }) };
}

// Each plot that can be clicked has an area above the canvas, and each start that can be dragged a grip, so that
// a finger beside them scrolls the page. `own` tells where a start is that nobody chose.
function handsOn(layer, controls, change) {
  const own = {};
  let follow = () => {};

  const put = (node, place, size) => { // in parts of the picture, which is shown larger or smaller
    const sides = { left: 0, top: 1, width: 0, height: 1 };
    for (const [name, length] of Object.entries(place)) node.style[name] = `${(100 * length) / size[sides[name]]}%`;
  };
  const reacting = (kind, pick, size) => {
    const node = make("div", { class: kind });
    const set = (event) => {
      const sheet = layer.parentElement.getBoundingClientRect();
      const x = ((event.clientX - sheet.left) / sheet.width) * size[0];
      change(settingsAt([x, ((event.clientY - sheet.top) / sheet.height) * size[1]], pick, controls));
    };
    node.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      node.setPointerCapture(event.pointerId);
      if (kind === "pick") set(event);
    });
    node.addEventListener("pointermove", (event) => { if (event.buttons & 1) set(event); });
    return node;
  };
  const area = (pick, size) => {
    const node = reacting("pick", pick, size);
    const [left, top, width, height] = pick.box;
    put(node, { left, top, width, height }, size);
    return node;
  };
  const grip = (pick, size) => {
    const node = reacting("grip", pick, size);
    const [left, top, width, height] = pick.box;
    node.title = "Drag the start";
    const show = (places) => {
      const [x, y] = floatsOf(places[pick.line]);
      node.hidden = inside(x, left, left + width) !== x || inside(y, top, top + height) !== y;
      put(node, { left: x, top: y }, size);
      Object.assign(own, settingsAt([x, y], pick, controls));
    };
    return { node, show };
  };
  return {
    own,
    take({ picks, size }) {
      const grips = picks.filter(({ line }) => line).map((pick) => grip(pick, size));
      follow = (places) => grips.forEach(({ show }) => show(places));
      layer.replaceChildren(...picks.filter(({ line }) => !line).map((pick) => area(pick, size)), ...grips.map(({ node }) => node));
    },
    show: (places) => follow(places),
  };
}
