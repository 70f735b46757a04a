// What page/editor.js takes of CodeMirror 6. `npm ci && npm run build` makes codemirror.js of it.
export { EditorState, Prec } from "@codemirror/state";
export { EditorView, drawSelection, keymap } from "@codemirror/view";
export { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
export { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
export { pythonLanguage } from "@codemirror/lang-python";
export { tags } from "@lezer/highlight";
