"""All live figures on one page without a kernel, at first settings: for whoever looks at them or measures them.

What Python would send is written into the page, and a model stands in for the widget's. It notes what the page
sends, in ``window.sent``; nothing answers, but the values that a hand sets are taken.
"""

import base64
import json
from collections.abc import Mapping

from matplotlib.text import Text

from course_lib import explorers
from course_lib.explorers.live.engine import Explorer

LIGHT = {
    "--jp-layout-color1": "#fff",
    "--jp-layout-color2": "#eee",
    "--jp-ui-font-color1": "rgba(0, 0, 0, 0.87)",
}
DARK = {
    "--jp-layout-color1": "#111",
    "--jp-layout-color2": "#424242",
    "--jp-ui-font-color1": "rgba(255, 255, 255, 0.87)",
}
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Every figure</title>
<meta name="viewport" content="width=device-width">
<style>body {{ margin: 0; background: var(--jp-layout-color1); color: var(--jp-ui-font-color1); {colors} }}
.cell {{ margin-bottom: 40px; }} {css}</style>
<body><main></main><script type="module">
const {{ default: {{ render }} }} = await import("data:text/javascript;base64,{module}");
const bytes = (text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
const states = JSON.parse(document.querySelector("#states").textContent, (_, v) => v?.bytes === undefined ? v : bytes(v.bytes));
window.sent = [];
window.models = states.map((state) => {{
  const on = {{}};
  const model = {{
    get: (name) => state[name],
    set: (name, value) => {{ state[name] = value; sent.push(name); on[`change:${{name}}`]?.forEach((tell) => tell()); }},
    save_changes: () => {{}},
    on: (event, tell) => (on[event] ??= []).push(tell),
    off: () => {{}},
  }};
  const el = document.createElement("div");
  el.className = "cell";
  document.querySelector("main").append(el);
  render({{ model, el }});
  return model;
}});
</script><script type="application/json" id="states">{states}</script></body></html>"""


def write(path, figures, dark):
    """Write the page with these figures as they are."""
    colors = "".join(f"{name}: {value};" for name, value in (DARK if dark else LIGHT).items())
    module = base64.b64encode(Explorer._esm.encode()).decode()
    states = json.dumps([_state(figure) for figure in figures], default=_bytes).replace("</", r"<\/")
    path.write_text(PAGE.format(colors=colors, css=Explorer._css, module=module, states=states), "utf-8")


def every_figure(**screen):
    """One of each, on such a screen."""
    return [_on_screen(getattr(explorers, name)(), screen) for name in explorers.__all__]


def smallest_type(figure):
    """The height of the smallest letters in the picture, but for exponents, in parts of its width."""
    drawn = figure._figure
    points = min(
        text.get_fontsize() for text in drawn.findobj(Text) if text.get_text() and text.get_visible()
    )
    return points / 72 / drawn.get_size_inches()[0]


def _on_screen(figure, screen):
    figure.screen = figure.screen | screen
    return figure


def _state(figure):
    return {name: getattr(figure, name) for name in figure.keys if not name.startswith("_")}


def _bytes(value):
    if isinstance(value, Mapping):
        return dict(value)
    return {"bytes": base64.b64encode(value).decode()} if isinstance(value, bytes) else None
