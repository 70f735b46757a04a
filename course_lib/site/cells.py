"""A notebook's cells as a page shows them: as a learner gets them, with figures as pictures."""

import json
from base64 import b64decode
from functools import cache
from io import BytesIO
from pathlib import PurePosixPath

import numpy as np
from markupsafe import Markup
from matplotlib import colormaps
from PIL import Image
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from course_lib.course import contents
from course_lib.site.needs import needs

MAPS = ["viridis", "cividis"]  # the colours that figures give to the cells of a map
BYTES = 256 ** np.arange(3)  # which make one number of a colour


def shown(source, typeset):
    """What ``cell.html.j2`` shows of each cell."""
    cells = _cells(source)
    needed = needs({cell["id"]: cell["source"] for cell in cells if cell["cell_type"] == "code"})
    for cell in cells:
        is_code = cell["id"] in needed
        yield {
            "id": cell["id"],
            "is_code": is_code,
            "text": _coloured(cell["source"]) if is_code else Markup(typeset.html(cell["source"])),
            "needs": needed.get(cell["id"]),
            "outputs": [_shown(*output, typeset) for output in _outputs(source, cell)],
            "asks": cell["metadata"].get("nbgrader", {}).get("solution", False),
            "locked": cell["metadata"].get("editable") is False,
        }


def pictures(source):
    """The pictures among the outputs, by the names of their files."""
    return {
        name: without_loss(_png(output))
        for cell in _cells(source)
        for name, output in _outputs(source, cell)
        if "image/png" in output["data"]
    }


def without_loss(png):
    """The same picture in half of the bytes: every pixel is kept."""
    smaller = BytesIO()
    Image.open(BytesIO(png)).convert("RGB").save(smaller, "WEBP", lossless=True, method=1, quality=30)
    return smaller.getvalue()


def is_map(png):
    """Are its colours those of a map? They mean something, and are the same on dark paper."""
    small = Image.open(BytesIO(png)).convert("RGB").resize((96, 48), Image.Resampling.NEAREST)
    return np.isin(np.asarray(small, int) @ BYTES, _colours_of_maps()).mean() > 0.1


@cache
def _colours_of_maps():
    """Each as a number, with all that differ from it by one in red, green or blue."""
    exact = np.round(255 * np.concatenate([colormaps[name](np.arange(256))[:, :3] for name in MAPS]))
    by_one = np.stack(np.meshgrid(*3 * [[-1, 0, 1]]), axis=-1).reshape(-1, 3)
    return np.unique((exact[:, None] + by_one).clip(0, 255).astype(int) @ BYTES)


def _png(output):
    return b64decode("".join(output["data"]["image/png"]))


def _cells(source):
    cells = json.loads(contents.learners_copy(source))["cells"]
    return [cell | {"source": "".join(cell["source"])} for cell in cells]


def _outputs(source, cell):
    """Each output of a cell with the name that its picture would have."""
    name = f"{PurePosixPath(source).stem}-{cell['id']}"
    for number, output in enumerate(cell.get("outputs", []), start=1):
        yield f"{name}{f'-{number}' if number > 1 else ''}.webp", output


def _shown(name, output, typeset):
    if "image/png" in output["data"]:
        return {"picture": name, "is_map": is_map(_png(output)), **output["metadata"]["image/png"]}
    return {"html": Markup(typeset.html("".join(output["data"]["text/markdown"])))}


def _coloured(code):
    lexer, form = PythonLexer(stripnl=False, ensurenl=False), HtmlFormatter(nowrap=True)
    return Markup(highlight(code, lexer, form).removesuffix("\n"))
