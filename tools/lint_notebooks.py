"""Hold the lessons to their grammar: what every one has, in which order, and what none may have.

    python tools/lint_notebooks.py              # all lessons, and the form of all solutions
    python tools/lint_notebooks.py FILE ...     # some

Prints a line for each fault, with its file, its line and what to do, and exits 1 if there is any. How many of
what, and the titles, stand in ``rules.toml``.
"""

import argparse
import re
import sys
from functools import cache
from pathlib import Path

import claims
import nbformat
from claims import code as code_cells
from refresh import LESSONS, LIVE_VIEW, METADATA, SOLUTIONS, outputs
from rules import GLOSSARY, PAGES, ROOT, RULES, START_PAGE, bold, fault

from course_lib import questions

CHOSEN = RULES["lessons"]
SECTIONS, WORDS = CHOSEN["sections"], CHOSEN["words"]
START = ROOT / "lessons" / f"{START_PAGE}.ipynb"
GLOSSARY_PAGE = START.with_name(f"{GLOSSARY}.ipynb")
NEW_WORD = re.compile(r"(?<!\[)\*\*(\w[^*]*)\*\*")  # in bold, and not in a link
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
DRIVES = re.compile(r"\b(\w+)\.(set\(|\w+ = )")  # a figure, to other settings
ROW = re.compile(
    r"^\| (\d+[a-z]?) \| \[(.*)\]\((.*)\) \| .* \| (\d+) \|$", re.MULTILINE
)  # of the list of lessons


def faults(path):
    """Everything wrong with one notebook."""
    notebook = nbformat.read(path, as_version=4)
    return [fault(path, says, at=f'"id": "{cell}"') for cell, says in _found(path, notebook)]


def _found(path, notebook):
    """Everything wrong, as pairs: the id of the cell, and what is wrong."""
    is_solution = path.resolve() in SOLUTIONS
    most_imports = RULES["exercises" if is_solution else "lessons"]["most_imports"]
    yield from form_faults(notebook, most_imports)
    yield from output_faults(notebook)
    yield from link_faults(notebook, path.parent)
    if not is_solution and path.stem not in PAGES:
        yield from grammar_faults(notebook, path.stem)
        yield from word_faults(notebook)
        yield from claims.faults(notebook)
        yield from list_faults(notebook, path.name)
    if path.resolve() == START:
        yield from order_faults()


def form_faults(notebook, most_imports):
    """The file itself: metadata, names of cells, code that stays short and plain."""
    if notebook.metadata != METADATA:
        yield "", "its metadata is not canonical; run `make notebooks`"
    for cell in notebook.cells:
        if not re.fullmatch(r"[a-z][a-z0-9-]*[a-z0-9]", cell.id) or re.fullmatch(
            r"[0-9a-f]{8}(-.*)?", cell.id
        ):
            yield cell.id, f"the id {cell.id} says nothing; say what the cell is, in words joined by hyphens"
    longest = CHOSEN["longest_cell"]
    for cell in code_cells(notebook):
        lines = cell.source.splitlines()
        if len(lines) > longest and "teacher" not in cell.metadata.get("tags", []):
            yield cell.id, f"{len(lines)} lines; make two cells of it, {longest} can be read aloud"
        if cell.source.rstrip().endswith(";"):
            yield cell.id, "it ends with ';', which hides the output from the comparison; leave it out"
        if re.search(r"^\s*[!%]", cell.source, re.MULTILINE):
            yield cell.id, "a shell or magic command, which is not everywhere; write it in Python"
    for cell in code_cells(notebook)[:1]:
        count = sum("import" in line for line in cell.source.splitlines())
        if count > most_imports:
            yield cell.id, f"{count} imports; {most_imports} are enough, the others go where they are used"


def output_faults(notebook):
    """What was stored: a run from top to bottom, without errors, warnings or things that change."""
    counts = [cell.execution_count for cell in code_cells(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield "", f"its cells were not run once from top to bottom: counts {counts}; run `make notebooks`"
    for cell in code_cells(notebook):
        for output in outputs(nbformat.from_dict({"cells": [cell]})):
            text = str(output.get("text", "")) + str(output.get("data", {}).get("text/plain", ""))
            if output.output_type == "error":
                yield cell.id, f"an error is stored, {output.ename}; mend the cell and run `make notebooks`"
            if output.get("name") == "stderr":
                yield cell.id, f"a warning is stored: {text[:60]}; mend what it warns of"
            if re.search(r"0x[0-9a-f]{6,}", text):
                yield cell.id, f"an address is stored, which is never the same: {text[:60]}; show the value"
            if LIVE_VIEW in output.get("data", {}):
                yield cell.id, "a widget's model is stored; run `make notebooks`"


def link_faults(notebook, folder):
    """Links that lead nowhere, pictures without words."""
    for cell in claims.markdown(notebook):
        for picture, words, target in LINK.findall(cell.source):
            if not words.strip():
                what = "a picture without alt text" if picture else "a link without words"
                yield cell.id, f"{what}: {target}; say between [ and ] what is there"
            if "://" not in target and not (folder / target.split("#")[0]).exists():
                yield cell.id, f"the link leads nowhere: {target}; mend it, or run `make exercises`"


def grammar_faults(notebook, name):
    """The order of a lesson, from its goal to the note for the teacher, and what each part must hold."""
    cells = {cell.id: cell for cell in notebook.cells}
    text = "\n".join(cell.source for cell in claims.markdown(notebook))
    headings = re.findall(r"^(#+) (.*)$", text, re.MULTILINE)
    if not headings or headings[0][0] != "#" or [level for level, _ in headings].count("#") != 1:
        yield "", "it needs one title, '# Number. Name', and needs it first"
    titles = list(SECTIONS.values())
    sections = [title for level, title in headings if level == "##"]
    if [title for title in sections if title in titles] != titles:
        yield "", f"its sections are {sections}; they should hold, in this order, {titles}"
    first = notebook.cells[0]
    for mark in (bold(WORDS[part]) for part in ("goal", "need", "time")):
        if mark not in first.source:
            yield first.id, f"the first cell does not say {mark}; add a paragraph that does"
    yield from prediction_faults(notebook, name)
    yield from spoiler_faults(notebook, name)
    if section(text, "check") and not any("assert" in cell.source for cell in code_cells(notebook)):
        yield "check", "nothing is asserted; compute what was predicted, and assert it"
    settings = CHOSEN["other_settings"]
    driven = cells.get("other-settings")
    if driven is None or claims.output_text(driven).count("\n\n") < settings:
        says = f"no cell `other-settings` drives the figure to {settings} others and says what came"
        yield "other-settings", f'{says}; print(figure.set(...), end="\\n\\n") for each'
    if f'Quiz("{name}")' not in "\n".join(cell.source for cell in code_cells(notebook)):
        yield "quiz", f'it has no Quiz("{name}"); add a cell that ends with it'
    exercise = f"(../exercises/{name}/{name}.ipynb)"
    if exercise not in section(text, "summary"):
        yield "summary", f"the summary does not link to its exercise; add [exercise]{exercise}"
    for mark in (bold(WORDS[part]) for part in ("ask", "answer", "then")):
        if mark not in section(text, "teach"):
            yield "teach", f"the note for the teacher does not say {mark}; add a paragraph that does"


def prediction_faults(notebook, name):
    """A lesson asks its questions, shows them in its figure, and compares them with what happened."""
    if name not in questions.BY_LESSON:
        yield "predict", f'no guess is kept; write its questions, and ask them with Predict("{name}")'
        return
    source = "\n".join(cell.source for cell in code_cells(notebook))
    for call in ("Predict", "Compare"):
        if f'{call}("{name}")' not in source:
            yield "predict", f'it has no {call}("{name}"); add a cell that ends with it'
    if any(question.figure for question in questions.of(name)) and f'asked="{name}"' not in source:
        yield "figure", f'the figure does not show the predictions; give it asked="{name}"'
    places = [source.find(call) for call in (f'Predict("{name}")', f'asked="{name}"', f'Compare("{name}")')]
    found = [place for place in places if place >= 0]
    if found != sorted(found):
        yield "predict", "it tells before it asks; let Predict come first, then the figure, then Compare"
    if CHOSEN["review"] and earlier(name) and f'Review("{name}")' not in source:
        yield "predict", f'nothing comes back; begin the lesson with a cell that ends with Review("{name}")'


def spoiler_faults(notebook, name):
    """No answer stands before it is asked for, and each figure stays as the text beside it needs it."""
    cells = code_cells(notebook)
    shown = {last for cell in cells if (last := cell.source.split("\n")[-1]).isidentifier()}
    compared = next((at for at, cell in enumerate(cells) if f'Compare("{name}")' in cell.source), 0)
    for at, cell in enumerate(cells):
        driven = [found for found in DRIVES.finditer(cell.source) if found[1] in shown]
        if driven and at < compared:
            yield cell.id, "it tells what there is to find before it was looked for; move it behind Compare"
        elif driven and cell.source.rfind(f"{driven[-1][1]}.reset()") < driven[-1].start():
            yield cell.id, f"it leaves the figure changed; end it with {driven[-1][1]}.reset()"
        elif driven and cell.source.find(f"{driven[0][1]}.reset()") > driven[0].start():
            yield cell.id, f"what a learner did to the figure stays; begin it with {driven[0][1]}.reset()"


def earlier(name):
    """Is there a lesson before this one that has questions?"""
    return any(lesson < name for lesson in questions.BY_LESSON)


def word_faults(notebook):
    """New words, in bold: not too many before the first figure, each with its link to the glossary."""
    prose = {cell.id: cell.source for cell in claims.markdown(notebook)}
    first = "\n".join(text for cell, text in prose.items() if cell in ("predict", "try-it"))
    new = re.findall(r"\*\*([a-z][^*]*)\*\*", first)  # what begins with a capital is a part of the figure
    if len(new) > CHOSEN["new_words"]:
        most = f"{CHOSEN['new_words']} are enough; say the others where they are needed"
        yield "predict", f"{len(new)} new words before the first figure, {', '.join(new)}: {most}"
    tables = glossary_tables()
    for cell, text in prose.items():
        for word in NEW_WORD.findall(text):
            if table := tables.get(word.lower()):
                link = f"[**{word}**]({GLOSSARY}.ipynb#{table.replace(' ', '-')})"
                yield cell, f"the glossary has the word {word}; link to it where it is explained: {link}"


@cache
def glossary_tables():
    """Each word of the glossary, with the title of the table that it stands in."""
    found = {}
    for cell in claims.markdown(nbformat.read(GLOSSARY_PAGE, as_version=4)):
        title = re.match(r"## (.*)", cell.source)
        names = re.findall(r"^\| `?([A-Za-z][\w ]*)\b.*\]\(\S+\) \|$", cell.source, re.MULTILINE)
        found |= {name.lower(): title[1] for name in names if title}
    return found


def section(text, part):
    """The text from the title of this part of a lesson to that of the next; "" if it has none."""
    parts = list(SECTIONS)
    begin = text.find(f"## {SECTIONS[part]}")
    after = SECTIONS[parts[parts.index(part) + 1]] if part != parts[-1] else None
    end = text.find(f"## {after}") if after else -1
    return text[begin : end if end >= 0 else len(text)] if begin >= 0 else ""


def list_faults(notebook, name):
    """The list of lessons on the start page must say what the lesson says."""
    title = re.match(r"# (\d+[a-z]?)\. (.*)", notebook.cells[0].source)
    minutes = re.search(
        rf"{re.escape(bold(WORDS['time']))} (\d+) {RULES['words']['minutes']}", notebook.cells[0].source
    )
    if not (title and minutes):
        yield "title", f"a lesson begins '# Number. Name', and says '{bold(WORDS['time'])} 30 minutes.'"
    elif (*title.groups(), name, minutes[1]) not in listed_lessons():
        row = f"| {title[1]} | [{title[2]}]({name}) | the question it answers | {minutes[1]} |"
        yield "title", f"the list in lessons/{START.name} has no such row; it should hold {row}"


def order_faults():
    """The list on the start page has every lesson once, in their order."""
    files = [file for _, _, file, _ in listed_lessons()]
    lessons = [path.name for path in LESSONS if path.stem not in PAGES]
    if files != lessons:
        asked = f"it should have, in this order, {', '.join(lessons)}"
        yield "lessons", f"the list has {', '.join(files)}; {asked}"


def listed_lessons():
    """The list of lessons on the start page: number, title, file and minutes of each."""
    cells = claims.markdown(nbformat.read(START, as_version=4))
    return [row for cell in cells for row in ROW.findall(cell.source)]


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    every = [*LESSONS, *SOLUTIONS]
    parser.add_argument("notebooks", nargs="*", type=Path, default=every, help="default: lessons, solutions")
    options = parser.parse_args(arguments)
    found = [str(found) for path in options.notebooks for found in faults(path)]
    sys.exit("\n".join(found) or 0)


if __name__ == "__main__":
    main()
