// The page's half of a live figure: native, labelled controls, one picture, one caption.
// Python (engine.py) says what to show; this paints it and sends back the controls and `screen`.
// The files of this folder are one module: engine.py joins them, and they share their names.

const PATIENCE = 600; // milliseconds until a picture that is not that of the settings grows pale
const SILENCE = 4000; // milliseconds without an answer until the figure says so
const UNANSWERED = "The kernel does not answer: it was restarted, or is busy. Run this cell again.";

function render({ model, el }) {
  const { title, goal, heard, controls, presets, reset, textSizes } = model.get("form");
  const figure = `explorer-${Math.random().toString(36).slice(2)}`; // a page may hold many, each with its own copy of this file
  const send = (changes) => {
    for (const [trait, value] of Object.entries(changes)) model.set(trait, value);
    model.save_changes(); // the widget manager keeps one message under way and merges the rest
  };
  const names = Object.keys(reset); // of all controls; each is an attribute of the model
  const values = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const settings = () => JSON.stringify(values());
  const history = undoable(values, send);
  const { seen, isAtHand, note, ask } = foresight(model, controls, settings);
  const change = (changes) => { // by hand
    history.note(changes);
    note(values(), changes);
    send(changes);
  };
  const press = (changes) => () => { history.part(); change(changes); };
  const layer = make("div");
  const hands = handsOn(layer, Object.fromEntries(controls.map((control) => [control.name, control])), change);

  const rows = controls.map((control, index) => {
    const id = `${figure}-${index}`;
    const set = (value) => (value === null ? showValues() : change({ [control.name]: value }));
    const { nodes, show } = CONTROLS[control.kind](control, id, set);
    const words = GROUPS.includes(control.kind) ? make("span", { class: "label" }, control.label) : make("label", { for: id }, control.label);
    words.title = "Double click: the first value";
    words.addEventListener("dblclick", press({ [control.name]: reset[control.name] }));
    const row = make("div", { class: `control ${control.kind}` }, words, ...nodes);
    return { row, show: () => show(model.get(control.name) ?? hands.own[control.name]) };
  });
  const starts = rows.filter((_, index) => controls[index].kind === "point");

  const setScreen = (changes) => send({ screen: { ...model.get("screen"), ...changes } });
  const resize = (steps) => () => {
    const size = textSizes.indexOf(model.get("screen").text) + steps;
    if (size in textSizes) setScreen({ text: textSizes[size] });
  };
  const buttons = [
    ...Object.entries(presets).map(([name, values]) => button(name, press(values))),
    make("div", { class: "tools" },
      make("span", {},
        button("Reset", press(reset)), " ",
        button("↶", history.undo, { "aria-label": "Undo", title: "Undo: Ctrl+Z" }), " ",
        button("↷", history.redo, { "aria-label": "Redo", title: "Redo: Ctrl+Y" })),
      make("span", {},
        button("A−", resize(-1), { "aria-label": "Smaller text" }), " ",
        button("A+", resize(+1), { "aria-label": "Larger text" }))),
  ];

  const canvas = make("canvas", { role: "img" });
  const why = make("p", { tabindex: 0 });
  const reason = make("details", { class: "why" }, make("summary", { [SUPPRESS]: "" }, "Why"), why);
  const { isReady, decode, take, paint, isolate, groupAt } = easel(canvas);
  const moving = motion(paint);
  const [verdict, rest] = [make("strong", { class: "verdict" }), new Text()];
  const caption = make("figcaption", { "aria-live": "polite", "aria-atomic": true }, verdict, " ", rest);
  const mark = make("p", { class: "goal", role: "status" });
  const predicted = predictions(model, seen, press);
  const code = make("pre", { tabindex: 0, [SUPPRESS]: "" });
  const copy = copier(() => code, () => code.textContent);
  const python = make("details", { class: "python" }, make("summary", { [SUPPRESS]: "" }, "As Python"), code, copy);
  const table = tabled(model);
  const link = linked(seen);
  const problem = make("pre", { role: "alert", class: "problem" });
  const line = () => ({ style: model.get("scene").styles[heard], place: seen.view.places[heard] });
  const listen = listener(line);
  const silence = make("p", { role: "alert", class: "silence" }, UNANSWERED); // the style sheet shows it
  const section = make("section", { class: "course-explorer", "aria-label": title },
    make("div", { class: "parts" },
      make("div", { class: "hand" },
        make("div", { class: "controls", role: "group", "aria-label": "Settings" }, ...rows.map(({ row }) => row)),
        make("div", { class: "presets", role: "group", "aria-label": "Presets" }, ...buttons)),
      make("div", { class: "sight" },
        make("figure", {}, make("div", { class: "easel" }, canvas, predicted.places, layer), moving.row, caption), predicted.node,
        ...(goal ? [mark] : []), make("div", { class: "further" }, reason, listen.node, python, table.node, ...link.nodes), problem, silence)));
  el.replaceChildren(section);
  section.addEventListener("keydown", ({ key }) => { if (key === "Escape") listen.stop(); });
  section.addEventListener("keydown", onRunKeys);
  onUndoKeys(section, history);
  isolateUnderHand(section, canvas.parentElement, isolate, groupAt);

  const showValues = () => rows.forEach(({ show }) => show());
  const showProblem = () => { write(problem, model.get("error")); problem.hidden = !model.get("error"); };
  let timers = [];
  const showBusy = () => {
    const busy = settings() !== section.dataset.settings;
    section.setAttribute("aria-busy", busy);
    section.classList.remove("late", "unanswered");
    timers.forEach(clearTimeout);
    const later = (word, wait) => setTimeout(() => section.classList.add(word), wait);
    timers = busy ? [later("late", PATIENCE), later("unanswered", SILENCE)] : [];
  };
  const showGoal = () => {
    if (moving.playsByItself()) return; // it would tell the end
    const { reached } = seen.view;
    write(mark, `${reached ? "✔ Reached" : model.get("found") ? "★ Found before" : "☐ Goal"}: ${goal}`);
    mark.classList.toggle("reached", reached);
  };
  const tell = (words) => {
    const [first, more] = opened(words);
    write(verdict, first);
    write(rest, more);
    canvas.setAttribute("aria-label", `${title}. ${words}`);
    showGoal();
  };
  let { meanwhile } = seen.view; // what was said when it last played by itself
  const showView = () => {
    if (!isReady(model.get("scene"))) return; // it will be shown with its own still picture
    const { view, images } = seen;
    moving.show({ ...view.places, ...images }, view.grows, view.turns, model.get("scene"));
    hands.show(view.places);
    starts.forEach(({ show }) => show());
    write(why, view.why);
    reason.hidden = !view.why;
    if (view.meanwhile && view.meanwhile !== meanwhile) {
      moving.playThen(() => tell(seen.view.caption));
      tell(view.meanwhile);
    } else if (!moving.playsByItself()) tell(view.caption);
    meanwhile = view.meanwhile;
    predicted.tell();
    listen.show();
    code.textContent = view.python;
    copy.textContent = "Copy";
    link.show();
    section.dataset.settings = JSON.stringify(view.values);
    showBusy();
    ask();
  };
  const showScene = async () => {
    const scene = model.get("scene");
    const decoded = await decode(scene);
    if (scene !== model.get("scene")) return; // a newer one came meanwhile
    take(scene, decoded);
    section.style.setProperty("--text", scene.text);
    section.classList.toggle("dark", scene.dark);
    hands.take(scene);
    showView();
  };

  const moved = () => { // by a hand here, by Python, or by a linked widget
    showValues();
    if (isAtHand()) showView(); // also Python's last answer, which it does not give again
    else showBusy();
  };
  const shown = { scene: showScene, view: showView, error: showProblem, found: showGoal, tables: table.show, predicted: predicted.list, ...Object.fromEntries(names.map((name) => [name, moved])) };
  for (const [name, show] of Object.entries(shown)) {
    show();
    model.on(`change:${name}`, show);
  }
  const fitScreen = () => {
    const fits = { pixels: sharpness(canvas, model.get("scene").size[0]), narrow: section.clientWidth < NARROW, dark: isDark(section) };
    const known = model.get("screen");
    if (section.clientWidth && Object.keys(fits).some((name) => fits[name] !== known[name])) setScreen(fits);
  };
  const unwatch = watchPage(section, fitScreen);
  return () => {
    unwatch();
    moving.pause();
    listen.stop();
    timers.forEach(clearTimeout);
    for (const [name, show] of Object.entries(shown)) model.off(`change:${name}`, show);
  };
}

// A caption's first sentence, and the rest of it.
function opened(caption) {
  const end = `${caption} `.indexOf(". ") + 1;
  return [caption.slice(0, end), caption.slice(end).trim()];
}

export default { render };
