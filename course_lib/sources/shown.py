"""The source that is installed here, shown on the page and stored nowhere."""

from html import escape

import anywidget
import traitlets

from course_lib.base import cell, validation
from course_lib.sources import installed

TITLES = {"keras": "Keras 3", "torch": "PyTorch"}


class Installed(anywidget.AnyWidget):
    """SGD's update as this machine has it: ``Installed("keras")`` or ``Installed("torch")``.

    Only the live page shows it. What is stored with the notebook is the same sentence on every machine,
    whatever is installed there.

    >>> Installed("torch").name
    'PyTorch'
    """

    _esm = """
    function render({ model, el }) {
      const title = document.createElement("p");
      title.textContent = model.get("title");
      const code = document.createElement("pre");
      code.textContent = model.get("code");
      code.hidden = !model.get("code");
      code.style.cssText = "overflow-x: auto; font: 13px var(--jp-code-font-family, monospace)";
      code.tabIndex = 0;
      el.replaceChildren(title, code);
    }
    export default { render };
    """

    title = traitlets.Unicode().tag(sync=True)
    code = traitlets.Unicode().tag(sync=True)

    def __init__(self, package):
        self.name = validation.one_of("package", package, TITLES)
        found = installed.source(package)
        title = f"{self.name} {found[0]}, as it is installed here:" if found else self.missing()
        super().__init__(title=title, code=found[1] if found else "")

    def missing(self):
        return f"{self.name} is not installed here; the transcription above stands for it."

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = (super()._repr_mimebundle_(**kwargs) if cell.is_watched() else None) or ({}, {})
        says = f"Run this cell to read the source of {self.name} that is installed on your machine."
        data |= {"text/plain": says, "text/html": f"<p>{escape(says)}</p>"}
        return data, metadata
