"""CSV files that a spreadsheet, or another system, opens and takes for nothing but text and numbers."""

import csv
import io

from course_grader.faults import GraderFault
from course_grader.records import refusal
from course_lib.base import whole_file

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would reckon with a text that begins so


def text(value):
    """A text as a cell that is no formula.

    >>> text("=1+1"), text("Müller, Jo")
    ("'=1+1", 'Müller, Jo')
    """
    return f"'{value}" if value.startswith(FORMULA) else value


def write(path, rows):
    """Write rows of cells as a whole, in UTF-8; None is an empty cell. GraderFault if the disk refuses."""
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(rows)
    save(path, lines.getvalue())


def save(path, content):
    """Write a text as a whole, in UTF-8, into a folder that is made. GraderFault if the disk refuses."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file.replacing(path) as file:
            file.write(content.encode(errors="replace"))
    except OSError as error:
        raise GraderFault(refusal(error, path)) from None
