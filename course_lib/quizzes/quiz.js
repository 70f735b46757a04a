// The page's half of a quiz: native radio buttons and number fields, and the reply beside each question.

const SUPPRESS = "data-lm-suppress-shortcuts"; // else JupyterLab takes arrows and letters for itself
const UNANSWERED = "The kernel does not answer: it was restarted, or is busy. Run this cell again.";
const SILENCE = 4000; // milliseconds without a reply until the quiz says so

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// Questions are written with `code`; everything else is plain text.
function words(text) {
  return text.split("`").map((part, index) => (index % 2 ? make("code", {}, part) : part));
}

function radios(options, name, send) {
  return options.map((option) => {
    const radio = make("input", { type: "radio", name, value: option, [SUPPRESS]: "" });
    radio.addEventListener("change", () => send(option));
    return make("label", {}, radio, make("span", {}, ...words(option)));
  });
}

function number(name, send) {
  const field = make("input", { type: "number", step: "any", "aria-label": "Your number", [SUPPRESS]: "" });
  const check = make("button", { type: "button", [SUPPRESS]: "" }, "Check");
  const answer = () => { if (!Number.isNaN(field.valueAsNumber)) send(field.valueAsNumber); };
  check.addEventListener("click", answer);
  field.addEventListener("keydown", ({ key }) => { if (key === "Enter") answer(); });
  return [make("div", { class: "number" }, field, check)];
}

function render({ model, el }) {
  const quiz = `quiz-${Math.random().toString(36).slice(2)}`;
  const replies = model.get("asked").map(() => make("p", { class: "reply", role: "status" }));
  let patience;
  const wait = () => {
    clearTimeout(patience);
    patience = setTimeout(() => section.classList.add("unanswered"), SILENCE);
  };
  const fieldsets = model.get("asked").map(({ text, options }, index) => {
    const key = String(index + 1);
    const send = (answer) => {
      if (answer === model.get("answers")[key]) return; // its reply is there
      model.set("answers", { ...model.get("answers"), [key]: answer });
      model.save_changes();
      wait();
    };
    const fields = options ? radios(options, `${quiz}-${key}`, send) : number(`${quiz}-${key}`, send);
    return make("fieldset", {}, make("legend", {}, `${key}. `, ...words(text)), ...fields, replies[index]);
  });
  const score = make("p", { class: "score", role: "status" });
  const silence = make("p", { class: "silence", role: "alert" }, UNANSWERED); // the style sheet shows it
  const section = make("section", { class: "course-quiz", "aria-label": "Quiz" }, ...fieldsets, score, silence);
  el.replaceChildren(section);

  const showReplies = () => {
    clearTimeout(patience);
    section.classList.remove("unanswered");
    for (const [key, { right, words: said }] of Object.entries(model.get("replies"))) {
      const reply = replies[Number(key) - 1];
      reply.replaceChildren(right ? "✔ Right. " : "✘ Not yet. ", ...words(said));
      reply.className = `reply ${right ? "right" : "wrong"}`;
    }
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
