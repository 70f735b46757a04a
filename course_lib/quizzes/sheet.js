// The page's half of a sheet of questions: native radio buttons and text fields, and the reply beside each.
// A question for a place has a picture to mark it in (mark.js), and a field for each of its numbers.
// `shown`: title, field (what a number is called), send (the word on the button), and two that may be missing:
// skip (a second button), atOnce (an option is sent as it is chosen) and wrong (how a wrong answer is marked).

const SUPPRESS = "data-lm-suppress-shortcuts"; // else JupyterLab takes arrows and letters for itself
const UNANSWERED = "The kernel does not answer: it was restarted, or is busy. Run this cell again.";
const SILENCE = 4000; // milliseconds without a reply until the sheet says so

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function button(word, press) {
  const node = make("button", { type: "button", [SUPPRESS]: "" }, word);
  node.addEventListener("click", press);
  return node;
}

// Questions are written with `code`; everything else is plain text.
function words(text) {
  return text.split("`").map((part, index) => (index % 2 ? make("code", {}, part) : part));
}

function radios(options, name, chosen) {
  return options.map((option) => {
    const radio = make("input", { type: "radio", name, value: option, [SUPPRESS]: "" });
    radio.addEventListener("change", () => chosen(option));
    return make("label", {}, radio, make("span", {}, ...words(option)));
  });
}

function render({ model, el }) {
  const sheet = `quiz-${Math.random().toString(36).slice(2)}`;
  const { title, field, send, skip, atOnce, wrong } = model.get("shown");
  let patience;
  const wait = () => {
    clearTimeout(patience);
    patience = setTimeout(() => section.classList.add("unanswered"), SILENCE);
  };
  const answer = (key, said) => {
    if (model.get("answers")[key] === said) return; // its reply is there
    model.set("answers", { ...model.get("answers"), [key]: said });
    model.save_changes();
    wait();
  };

  const questions = model.get("asked").map(({ text, options, lines, picture }, index) => {
    const key = String(index + 1);
    let said = ""; // what stands in the fields
    const submit = () => { if (said !== "") answer(key, said); };
    const kind = lines ? { rows: lines } : { type: "text", autocomplete: "off" };
    const read = () => {
      const parts = inputs.map(({ value }) => value.trim());
      said = parts.every(Boolean) ? parts.join(" and ") : "";
    };
    const inputFor = (label) => {
      const input = make(lines ? "textarea" : "input", { ...kind, "aria-label": label, [SUPPRESS]: "" });
      input.addEventListener("input", () => { read(); mark?.read(said); });
      input.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.isComposing) return;
        if (!lines) return submit();
        event.preventDefault(); // JupyterLab would take the new line away
        input.setRangeText("\n", input.selectionStart, input.selectionEnd, "end");
        read();
      });
      return input;
    };
    const weights = picture?.weights ?? [];
    const inputs = picture ? weights.map(({ name }) => inputFor(`${field}: ${name}`)) : [inputFor(field)];
    const write = (place) => {
      place.forEach((value, index) => { inputs[index].value = value; });
      read();
    };
    const mark = picture && marking(picture, write);
    const named = weights.map(({ name }, index) => make("label", {}, name, inputs[index]));
    const choose = (option) => { said = option; if (atOnce) submit(); };
    const fields = options ? radios(options, `${sheet}-${key}`, choose) : picture ? named : inputs;
    const buttons = [
      ...(options && atOnce ? [] : [button(send, submit)]),
      ...(skip ? [button(skip, () => answer(key, ""))] : []),
    ];
    const row = make("div", { class: "row" }, ...(options ? [] : fields), ...buttons);
    const reply = make("p", { class: "reply", role: "status", tabindex: -1 });
    const set = make("fieldset", {}, make("legend", {}, `${key}. `, ...words(text)), ...(options ? fields : []), ...(mark ? [mark.node] : []), row, reply);
    const show = ({ right, words: told, closed, place }) => {
      const [look, sign] = right === null ? ["", ""] : right ? ["right", "✔ Right. "] : ["wrong", `✘ ${wrong}. `];
      reply.replaceChildren(sign, ...words(told));
      reply.className = `reply ${look}`;
      if (!closed || set.classList.contains("closed")) return;
      const hadFocus = set.contains(document.activeElement);
      set.classList.add("closed");
      mark?.close(place);
      set.querySelectorAll("input, textarea, button").forEach((node) => { node.disabled = true; });
      if (hadFocus) reply.focus();
    };
    return { set, show, key };
  });
  const score = make("p", { class: "score", role: "status" });
  const silence = make("p", { class: "silence", role: "alert" }, UNANSWERED); // the style sheet shows it
  const section = make("section", { class: "course-quiz", "aria-label": title }, ...questions.map(({ set }) => set), score, silence);
  el.replaceChildren(section);

  const showReplies = () => {
    clearTimeout(patience);
    section.classList.remove("unanswered");
    const replies = model.get("replies");
    for (const { key, show } of questions) if (key in replies) show(replies[key]);
    score.textContent = model.get("score");
  };
  showReplies();
  model.on("change:replies", showReplies);
  return () => {
    clearTimeout(patience);
    model.off("change:replies", showReplies);
  };
}

export default { render };
