"""How a value is shown: ``_ipython_display_``, ``_repr_mimebundle_``, ``_repr_html_`` and its like, as text.

Kept: IPython's order of them. A matplotlib Figure is shown as its picture, as in a notebook.
"""

import base64
import io
import pprint
import sys

METHODS = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "text/latex": "_repr_latex_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
}
LONG = 79  # characters of a line, from which on a list is broken


def forms(value):
    """``(data, metadata)``, each by MIME type; None for a value that has shown itself."""
    if _shows_itself(value):
        return None
    data, metadata = _bundle(value)
    for kind, name in METHODS.items():
        method = getattr(value, name, None)
        if kind not in data and method is not None and not isinstance(value, type):
            data[kind] = method()
    if _is_figure(value):
        data["image/png"] = picture(value)
    data.setdefault("text/plain", text(value))
    return {kind: _as_text(content) for kind, content in data.items() if content is not None}, metadata


def text(value):
    """The value in words; a long list on several lines."""
    if type(value) in (list, tuple, dict, set):
        return pprint.pformat(value, width=LONG, sort_dicts=False)
    return repr(value)


def picture(figure):
    """A matplotlib Figure as a PNG."""
    buffer = io.BytesIO()
    figure.savefig(buffer, bbox_inches="tight")
    return buffer.getvalue()


def _shows_itself(value):
    show = getattr(value, "_ipython_display_", None)
    if show is None or isinstance(value, type):
        return False
    try:
        show()
    except NotImplementedError:
        return False
    return True


def _bundle(value):
    make = getattr(value, "_repr_mimebundle_", None)
    bundle = make(include=None, exclude=None) if make is not None and not isinstance(value, type) else None
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
    return dict(data), dict(metadata)


def _is_figure(value):
    figure = sys.modules.get("matplotlib.figure")  # who has one has loaded it
    return figure is not None and isinstance(value, figure.Figure)


def _as_text(content):
    return base64.b64encode(content).decode() if isinstance(content, bytes) else content
