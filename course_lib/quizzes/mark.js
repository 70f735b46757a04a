// A mark in the picture of a surface, for an answer that is a place there: dragged, or moved by the arrow keys.
// `weights`: name, low and high of each. A surface of one weight is seen from the side, and its mark is a line.

const HOW = "Drag the mark, move it by the arrow keys, or type its place.";
const FAST = 10; // steps of an arrow key with Shift

function marking({ picture, box: [left, bottom, width, height], weights, start, step }, moved) {
  const [across, up] = weights;
  const decimals = Math.ceil(-Math.log10(step));
  const image = make("img", { src: picture, alt: "", draggable: "false" });
  const mark = make("div", { class: up ? "mark" : "mark line", role: "slider", tabindex: 0, [SUPPRESS]: "" });
  const area = make("div", { class: "area" }, mark);
  const node = make("div", {}, make("div", { class: "picture" }, image, area), make("p", { class: "how" }, HOW));
  const percent = (part) => `${100 * part}%`;
  Object.assign(area.style, { left: percent(left), bottom: percent(bottom), width: percent(width), height: percent(height) });
  mark.setAttribute("aria-label", `Your mark: ${weights.map(({ name }) => name).join(", ")}`);
  mark.setAttribute("aria-valuemin", across.low);
  mark.setAttribute("aria-valuemax", across.high);

  let place;
  let closed = false;
  const put = (values) => {
    place = values;
    const part = ({ low, high }, value) => Math.min(1, Math.max(0, (value - low) / (high - low)));
    mark.style.left = percent(part(across, values[0]));
    if (up) mark.style.bottom = percent(part(up, values[1]));
    mark.setAttribute("aria-valuenow", values[0]);
    mark.setAttribute("aria-valuetext", values.join(" and "));
  };
  const move = (values) => {
    const onStep = (value, { low, high }) => Number((step * Math.round(Math.min(high, Math.max(low, value)) / step)).toFixed(decimals));
    put(weights.map((weight, index) => onStep(values[index], weight)));
    moved(place);
  };
  const follow = ({ clientX, clientY }) => {
    const sheet = area.getBoundingClientRect();
    const at = ({ low, high }, part) => low + part * (high - low);
    move([at(across, (clientX - sheet.left) / sheet.width), ...(up ? [at(up, (sheet.bottom - clientY) / sheet.height)] : [])]);
  };
  area.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    area.setPointerCapture(event.pointerId);
    follow(event);
  });
  area.addEventListener("pointermove", (event) => { if (event.buttons & 1) follow(event); });
  const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: up ? [0, -1] : [-1], ArrowUp: up ? [0, 1] : [1] };
  mark.addEventListener("keydown", (event) => {
    const direction = directions[event.key];
    if (!direction || closed) return;
    event.preventDefault();
    move(place.map((value, index) => value + direction[index] * step * (event.shiftKey ? FAST : 1)));
  });
  put(start);
  return {
    node,
    read(said) { // as it is typed; what is no plain number yet leaves the mark where it is
      const values = said.split(" and ").map((value) => Number(value.replace(",", ".") || NaN));
      if (values.length === weights.length && values.every(Number.isFinite)) put(values);
    },
    close(values) { // for good; a question that was skipped has no place
      closed = true;
      if (values) put(values);
      mark.hidden = !values;
      mark.tabIndex = -1;
      mark.setAttribute("aria-disabled", true);
    },
  };
}
