"""Numbers in a lesson's prose: each is computed by a cell.

A claim is marked behind the number, with the id of the cell whose output shows it; the mark is a comment,
which a reader does not see:

    Each update keeps 0.949<!-- from check-rate --> of the error.

A number without a mark must be one that some cell of the lesson uses or prints, such as a setting, or a
small count. Numbers in `code` and in $formulas$ are not looked at.
"""

import re

from rules import RULES, bold

NUMBERED = "|".join(RULES["words"]["lessons"] + RULES["words"]["exercises"])
TIME = re.escape(bold(RULES["lessons"]["words"]["time"]))
NUMBER = re.compile(r"(?<![\w.])[-−]?\d[\d,]*\.?\d*(?:e[-+]?\d+)?(?![\w])", re.IGNORECASE)
CLAIM = re.compile(r"([-−]?\d[\d,]*\.?\d*(?:e[-+]?\d+)?)\s?(%?)<!-- from ([\w-]+) -->", re.IGNORECASE)
NOT_PROSE = [
    re.compile(r"```.*?```", re.DOTALL),
    re.compile(r"`[^`]*`"),
    re.compile(r"\$\$[^$]*\$\$|\$[^$]*\$"),  # formulas
    CLAIM,
    re.compile(r"\[\d+[a-z]?\.(?= )"),  # a link begins with the number of its lesson
    re.compile(r"\]\([^)]*\)"),  # where a link leads
    re.compile(r"^#.*$", re.MULTILINE),  # headings carry the lesson's number
    re.compile(r"^\s*\d+\.\s", re.MULTILINE),  # so do lists
    re.compile(rf"(?:{NUMBERED}) \d+[a-z]?(?:( and | to |, )\d+[a-z]?)*", re.IGNORECASE),
    re.compile(rf"{TIME} \d+"),
    re.compile(r"\((?:19|20)\d\d\)"),  # years
    re.compile(r"Keras [\d.]+|Python [\d.]+"),
]
SMALL = 12  # counts that anyone can check by looking


def claims(notebook):
    """Every claim as (cell id, the text of the number, per cent?, the id of the cell it comes from)."""
    for cell in markdown(notebook):
        for number, percent, source in CLAIM.findall(cell.source):
            yield cell.id, number, bool(percent), source


def faults(notebook):
    """Claims that their cell does not bear out, and numbers that come from nowhere, by the cell's id."""
    printed = {cell.id: output_text(cell) for cell in code(notebook)}
    for where, number, percent, source in claims(notebook):
        if source not in printed:
            yield where, f"{number} is said to come from {source}, which is no code cell; name another"
        elif not any(agrees(number, other, percent) for other in numbers(printed[source])):
            yield where, f"{number} is not in the output of {source}; correct the number, or the cell"
    known = {value for cell in code(notebook) for value in numbers(cell.source + " " + printed[cell.id])}
    for cell in markdown(notebook):
        for text in NUMBER.findall(prose(cell.source)):
            value = as_float(text)
            if not (value in known or abs(value) in known or (value.is_integer() and abs(value) <= SMALL)):
                yield cell.id, f"{text} comes from no cell; mark it, {text}<!-- from ID-OF-A-CELL -->"


def agrees(claimed, computed, percent=False):
    """Is the computed number the claimed one, at the places that were written?"""
    if "e" in claimed.lower():
        return float(f"{computed:.{places(claimed.lower().split('e')[0])}e}") == as_float(claimed)
    rounded = [round(value, places(claimed)) for value in (computed, *([100 * computed] if percent else []))]
    return as_float(claimed) in rounded


def places(text):
    """Digits after the point."""
    return len(text.partition(".")[2])


def numbers(text):
    """Every number in a text."""
    return [as_float(found) for found in NUMBER.findall(text)]


def as_float(text):
    return float(text.replace(",", "").replace("−", "-").rstrip("."))


def prose(text):
    """The text without formulas, links, headings and the claims that are marked."""
    for pattern in NOT_PROSE:
        text = pattern.sub(" ", text)
    return text


def output_text(cell):
    """All that a code cell printed or showed as text."""
    return "\n".join(
        str(output.get("text", "")) + str(output.get("data", {}).get("text/plain", ""))
        for output in cell.outputs
    )


def markdown(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]
