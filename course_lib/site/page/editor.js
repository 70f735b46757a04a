// The editor of a cell: CodeMirror, in a shadow root, where its style sheets are allowed by the page's policy.

import {
  EditorState, EditorView, HighlightStyle, Prec, bracketMatching, defaultKeymap, drawSelection, history, historyKeymap,
  indentOnInput, indentUnit, indentWithTab, keymap, pythonLanguage, syntaxHighlighting, tags,
} from "./vendor/codemirror.js";
import { make } from "./nodes.js";

const LABEL = "Code. Shift+Enter runs it; Escape, then Tab leaves it.";
const COLOURS = HighlightStyle.define([ // as the static page has them; style.css holds them for light and dark
  { tag: tags.keyword, color: "var(--keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--number)" },
  { tag: tags.comment, color: "var(--quiet)" },
]);
const LOOK = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "transparent" },
  "&.cm-focused": { outline: "none" }, // its frame tells
  ".cm-scroller": { font: "inherit", lineHeight: "inherit" },
  ".cm-content, .cm-line": { padding: 0 },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
});

export class Editor {
  #view;

  constructor(code, { run, changed }) {
    this.node = make("div", { class: "code editor" });
    const root = this.node.attachShadow({ mode: "open" });
    const keys = [
      { key: "Shift-Enter", run: () => { run(); return true; } },
      { key: "Mod-Enter", run: () => { run(); return true; } },
      { key: "Escape", run: (view) => { view.setTabFocusMode(true); return true; } },
    ];
    const extensions = [
      Prec.highest(keymap.of(keys)),
      keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
      history(), drawSelection(), indentOnInput(), indentUnit.of("    "), bracketMatching(),
      pythonLanguage, syntaxHighlighting(COLOURS), LOOK,
      EditorView.contentAttributes.of({ "aria-label": LABEL }),
      EditorView.domEventHandlers({ focus: (_, view) => view.setTabFocusMode(false) }),
      EditorView.updateListener.of(({ docChanged, state }) => { if (docChanged) changed(state.doc.toString()); }),
    ];
    this.#view = new EditorView({ state: EditorState.create({ doc: code, extensions }), root, parent: root });
  }

  focus() {
    this.#view.focus();
  }

  rewrite(code) {
    this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: code } });
  }
}
