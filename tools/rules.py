"""The course's own choices, as ``rules.toml`` has them, and the faults that the lint finds."""

import tomllib
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
TABLE = Path(__file__).with_name("rules.toml")
RULES = tomllib.loads(TABLE.read_text(encoding="utf-8"))
START_PAGE, GLOSSARY = RULES["lessons"]["start_page"], RULES["lessons"]["glossary"]
PAGES = [START_PAGE, GLOSSARY, *RULES["lessons"]["other_pages"]]


class Fault(NamedTuple):
    """What is wrong and what to do, and where."""

    path: Path
    line: int
    says: str

    def __str__(self):
        path = self.path.resolve()
        shown = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path
        return f"{shown}:{self.line}: {self.says}"


def fault(path, says, at=""):
    """A fault at the first line of the file that holds the text ``at``; at the first of all if none does."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return Fault(path, next((number for number, line in enumerate(lines, 1) if at in line), 1), says)


def counted(number, bounds, what):
    """What is wrong with a count of things, in words: bounds are least and most; "" if nothing is."""
    least, most = bounds
    if least <= number <= most:
        return ""
    asked = f"{least}" if least == most else f"{least} to {most}"
    return f"{number} {what}, where {asked} are asked for ({TABLE.name} says so)"


def bold(word):
    """A word as it begins a paragraph: ``**Goal.**``."""
    return f"**{word}.**"


def read_table(page, first_cell):
    """The rows of a page's tables whose first cell matches, as lists of cells."""
    lines = page.read_text(encoding="utf-8").splitlines()
    split = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|"))
    return [cells for cells in split if first_cell.match(cells[0])]
