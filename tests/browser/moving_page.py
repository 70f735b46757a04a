"""Live figures on a page of their own: without a JupyterLab, and with nobody behind them who answers."""

import base64
import json
from collections.abc import Mapping

from course_lib.explorers.live.engine import Explorer

HTML = """<!doctype html>
<meta charset="utf-8">
<script type="module">
const code = new Blob([CODE], { type: "text/javascript" });
const { default: widget } = await import(URL.createObjectURL(code));
const bytes = (text) => new DataView(Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)).buffer);
const revive = (key, value) => (value && value.base64 !== undefined ? bytes(value.base64) : value);
window.sent = 0; // messages to the kernel
window.models = JSON.parse(STATES, revive).map((state) => {
    const handlers = {};
    return {
        get: (name) => state[name],
        set(name, value) {
            state[name] = value;
            (handlers[`change:${name}`] ?? []).forEach((handler) => handler());
        },
        save_changes: () => { window.sent += 1; },
        on: (event, handler) => (handlers[event] ??= []).push(handler),
        off() {},
    };
});
window.show = (index) => {
    const el = document.createElement("div");
    document.body.append(el);
    widget.render({ model: models[index], el });
};
show(0);
window.ready = true;
</script>
<style>CSS</style>
<body></body>
"""


def write(path, figure, *others):
    """Write a page that shows the first figure; ``models`` has all of them, for their views."""
    states = [
        {name: getattr(other, name) for name in ("form", "screen", "scene", "view", "images", "error")}
        | other.values
        for other in (figure, *others)
    ]
    page = HTML.replace("CSS", Explorer._css).replace("CODE", json.dumps(Explorer._esm))
    path.write_text(page.replace("STATES", json.dumps(json.dumps(_plain(states)))), encoding="utf-8")


def _plain(value):
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
