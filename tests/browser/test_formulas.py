"""Formulas in JupyterLab: its own MathJax sets them, without another host."""

import re
from urllib.parse import urlsplit

import nbformat
import refresh
from rules import GLOSSARY

SHOWN = {GLOSSARY: "what-a-run-does", "06_stability_map": "formula-best"}
FORMULA = re.compile(r"\$\$[^$]+\$\$|\$[^$]+\$")


def test_every_formula_is_typeset_and_no_other_host_is_asked(page, folder, open_notebook, keep_screenshot):
    stored = {name: nbformat.read(refresh.ROOT / "lessons" / f"{name}.ipynb", as_version=4) for name in SHOWN}
    cells = [cell for name, book in stored.items() for cell in book.cells if cell.id == SHOWN[name]]
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells, metadata=refresh.METADATA), folder / "formulas.ipynb"
    )
    written = sum(len(FORMULA.findall(cell.source)) for cell in cells)
    hosts = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    open_notebook("formulas.ipynb")
    page.wait_for_function(
        "count => document.querySelectorAll('.jp-Notebook mjx-container').length === count", arg=written
    )
    assert page.locator(".jp-Notebook mjx-merror").count() == 0
    assert "$" not in page.locator(".jp-Notebook").inner_text()
    assert hosts - {None} == {"127.0.0.1"}
    keep_screenshot("formulas")
