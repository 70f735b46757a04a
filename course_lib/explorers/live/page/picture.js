// The picture: a canvas with the still part, on which the moving artists are painted, and which can be clicked.

const bytesOf = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const floatsOf = (view) => new Float32Array(bytesOf(view).slice().buffer);

function paintLine(context, style, place) {
  const points = floatsOf(place);
  if (style.width && style.color) {
    context.beginPath();
    for (let i = 0; i < points.length; i += 2) context.lineTo(points[i], points[i + 1]);
    Object.assign(context, { lineWidth: style.width, strokeStyle: style.color, lineJoin: "round" });
    context.setLineDash(style.dashes);
    context.stroke();
    context.setLineDash([]);
  }
  if (style.marker) paintMarkers(context, style.marker, points);
}

// A path has hundreds of markers: one is drawn, and stamped at whole pixels of the screen, as matplotlib does.
function paintMarkers(context, marker, points) {
  const ratio = context.getTransform().a;
  const { stamp, reach } = (marker.stamped ??= stampOf(marker, ratio));
  context.setTransform(1, 0, 0, 1, 0, 0);
  const middle = (length) => Math.round(length * ratio) - reach;
  for (let i = 0; i < points.length; i += 2) context.drawImage(stamp, middle(points[i]), middle(points[i + 1]));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
}

function stampOf({ outlines, face, edge, width }, ratio) {
  const shape = new Path2D();
  for (const outline of outlines) {
    shape.moveTo(outline[0], outline[1]);
    for (let i = 2; i < outline.length; i += 2) shape.lineTo(outline[i], outline[i + 1]);
  }
  const reach = Math.ceil(ratio * (width + Math.max(...outlines.flat().map(Math.abs))));
  const stamp = new OffscreenCanvas(2 * reach, 2 * reach);
  const context = stamp.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, reach, reach);
  Object.assign(context, { fillStyle: face, strokeStyle: edge, lineWidth: width });
  if (face) context.fill(shape);
  if (edge && width) context.stroke(shape);
  return { stamp, reach };
}

function paintImage(context, { box, smooth }, place) {
  context.imageSmoothingEnabled = smooth;
  context.drawImage((place.small ??= imageOf(place)), ...box);
}

function imageOf([height, width, bytes]) {
  const small = new OffscreenCanvas(width, height);
  small.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(bytesOf(bytes)), width, height), 0, 0);
  return small;
}

function paintText(context, { color, size, weight, mono, align, vertical }, [x, y, words]) {
  const lines = words.split("\n");
  const height = 1.2 * size;
  const above = { top: 0, center: 0.5, center_baseline: 0.5 }[vertical] ?? 1;
  Object.assign(context, {
    fillStyle: color,
    font: `${weight} ${size}px ${mono ? "DejaVu Sans Mono, monospace" : "DejaVu Sans, Verdana, sans-serif"}`,
    textAlign: align,
    textBaseline: "middle",
  });
  lines.forEach((line, row) => context.fillText(line, x, y + (row + 0.5 - above * lines.length) * height));
}

const PAINTERS = { line: paintLine, image: paintImage, text: paintText, steps: paintSteps };

// The canvas of a figure: the still picture below, the moving artists above it in their order.
function easel(canvas) {
  const context = canvas.getContext("2d", { alpha: false }); // opaque: cheaper to put on screen
  let picture = null;
  let ready = null; // the scene whose picture is decoded
  let [shown, only] = [null, null]; // the places on the canvas, and the group that stands out
  const isPale = ({ group }) => only && group && group !== only;
  const paint = (places) => {
    shown = places;
    const [width, height] = ready.size;
    const ratio = canvas.width / width;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.drawImage(picture, 0, 0, width, height);
    for (const [name, style] of Object.entries(ready.styles)) {
      context.save();
      context.globalAlpha = isPale(style) ? PALE : style.alpha;
      if (style.clip) {
        context.beginPath();
        context.rect(...style.clip);
        context.clip();
      }
      PAINTERS[style.kind](context, style, places[name]);
      context.restore();
    }
  };
  return {
    isReady: (scene) => scene === ready,
    decode: (scene) => createImageBitmap(new Blob([scene.picture], { type: "image/png" })),
    take(scene, decoded) {
      picture?.close();
      [picture, ready] = [decoded, scene];
      [canvas.width, canvas.height] = scene.size.map((length) => Math.round(length * scene.pixels));
      canvas.style.setProperty("--ratio", scene.size[0] / scene.size[1]);
    },
    paint,
    // Let a group of artists stand out; null, or one that is not there: none.
    isolate(group) {
      if (!shown || group === only) return;
      only = Object.values(ready.styles).some((style) => style.group === group) ? group : null;
      paint(shown);
    },
    groupAt: (part) => nearestGroup(part.map((x, side) => x * ready.size[side]), ready.styles, shown),
  };
}
