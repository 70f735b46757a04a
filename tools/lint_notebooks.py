"""Hold the lessons to their grammar: what every one has, in which order, and what none may have.

    python tools/lint_notebooks.py              # all lessons, and the form of all solutions
    python tools/lint_notebooks.py FILE ...     # some

Prints a line for each fault and exits 1 if there is any.
"""

import argparse
import re
import sys
from pathlib import Path

import claims
import nbformat
from claims import code as code_cells
from refresh import LESSONS, LIVE_VIEW, METADATA, SOLUTIONS, outputs

SECTIONS = [
    "Predict",
    "Try it",
    "The formula and its code",
    "Check",
    "What people get wrong",
    "Quiz",
    "Summary",
    "Teach it",
]
OPENING = ["**Goal.**", "**You need.**", "**Time.**"]
TEACHER = ["**Ask.**", "**They will say.**", "**Then.**"]
OTHER_SETTINGS = 3
PAGES = ("00_", "13_")  # the start and the glossary: no lessons, and not to their grammar
LONGEST_CELL = 12
MOST_IMPORTS = 2
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


def faults(path):
    """Everything wrong with one notebook, a sentence each."""
    notebook = nbformat.read(path, as_version=4)
    imports = 3 if path.resolve() in SOLUTIONS else MOST_IMPORTS  # the third is check, hint, progress
    found = (
        list(form_faults(notebook, imports))
        + list(output_faults(notebook))
        + list(link_faults(notebook, path.parent))
    )
    if path.resolve() not in SOLUTIONS and not path.name.startswith(PAGES):
        found += list(grammar_faults(notebook, path.stem)) + list(claims.faults(notebook))
    return found


def form_faults(notebook, most_imports):
    """The file itself: metadata, names of cells, code that stays short and plain."""
    if notebook.metadata != METADATA:
        yield "its metadata is not canonical: run `make notebooks`"
    for cell in notebook.cells:
        if not re.fullmatch(r"[a-z][a-z0-9-]*[a-z0-9]", cell.id) or re.fullmatch(
            r"[0-9a-f]{8}(-.*)?", cell.id
        ):
            yield f"cell {cell.id}: its id should say what it is, in words joined by hyphens"
    for cell in code_cells(notebook):
        lines = cell.source.splitlines()
        if len(lines) > LONGEST_CELL and "teacher" not in cell.metadata.get("tags", []):
            yield f"cell {cell.id}: {len(lines)} lines; {LONGEST_CELL} can be read aloud"
        if cell.source.rstrip().endswith(";"):
            yield f"cell {cell.id}: ends with ';', which hides the output from the comparison"
        if re.search(r"^\s*[!%]", cell.source, re.MULTILINE):
            yield f"cell {cell.id}: uses a shell or magic command"
    imports = [
        line for cell in code_cells(notebook)[:1] for line in cell.source.splitlines() if "import" in line
    ]
    if len(imports) > most_imports:
        yield f"its set-up cell has {len(imports)} imports; {most_imports} are enough"


def output_faults(notebook):
    """What was stored: a run from top to bottom, without errors, warnings or things that change."""
    counts = [cell.execution_count for cell in code_cells(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"its cells were not run once from top to bottom: counts {counts}"
    for output in outputs(notebook):
        text = str(output.get("text", "")) + str(output.get("data", {}).get("text/plain", ""))
        if output.output_type == "error":
            yield f"an error is stored: {output.ename}"
        if output.get("name") == "stderr":
            yield f"something is stored on stderr: {text[:60]}"
        if re.search(r"0x[0-9a-f]{6,}", text):
            yield f"an address is stored, which differs from run to run: {text[:60]}"
        if LIVE_VIEW in output.get("data", {}):
            yield "a widget's model is stored: run `make notebooks`"


def link_faults(notebook, folder):
    """Links that lead nowhere, pictures without words."""
    for cell in claims.markdown(notebook):
        for picture, words, target in LINK.findall(cell.source):
            if not words.strip():
                fault = "a picture without alt text" if picture else "a link without words"
                yield f"cell {cell.id}: {fault}: {target}"
            if "://" not in target and not (folder / target.split("#")[0]).exists():
                yield f"cell {cell.id}: the link leads nowhere: {target}"


def grammar_faults(notebook, name):
    """The order of a lesson, from its goal to the note for the teacher, and what each part must hold."""
    text = "\n".join(cell.source for cell in claims.markdown(notebook))
    headings = re.findall(r"^(#+) (.*)$", text, re.MULTILINE)
    if not headings or headings[0][0] != "#" or [level for level, _ in headings].count("#") != 1:
        yield "it needs one title, '# Number. Name', and needs it first"
    sections = [name for level, name in headings if level == "##"]
    if [name for name in sections if name in SECTIONS] != SECTIONS:
        yield f"its sections are {sections}; they should hold, in this order, {SECTIONS}"
    for mark in OPENING:
        if mark not in notebook.cells[0].source:
            yield f"its first cell does not say {mark}"
    predict, check = text.find("## Predict"), text.find("## Check")
    if not re.search(r"\d.*\?", text[predict : text.find("## Try it")], re.DOTALL):
        yield "its prediction asks for no number"
    if check >= 0 and not any("assert" in cell.source for cell in code_cells(notebook)):
        yield "nothing is asserted"
    driven = [cell for cell in code_cells(notebook) if cell.id == "other-settings"]
    if not driven or claims.output_text(driven[0]).count("\n\n") < OTHER_SETTINGS:
        yield f"no cell 'other-settings' drives the figure to {OTHER_SETTINGS} others and says what came"
    if f'Quiz("{name}")' not in "\n".join(cell.source for cell in code_cells(notebook)):
        yield f'it has no Quiz("{name}")'
    if f"(../exercises/{name}/{name}.ipynb)" not in text[text.find("## Summary") : text.find("## Teach it")]:
        yield "its summary does not link to its exercise"
    for word in TEACHER:
        if word not in text[text.find("## Teach it") :]:
            yield f"its note for the teacher does not say {word}"


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    every = [*LESSONS, *SOLUTIONS]
    parser.add_argument("notebooks", nargs="*", type=Path, default=every, help="default: lessons, solutions")
    options = parser.parse_args(arguments)
    found = [f"{path.name}: {fault}" for path in options.notebooks for fault in faults(path)]
    sys.exit("\n".join(found) or 0)


if __name__ == "__main__":
    main()
