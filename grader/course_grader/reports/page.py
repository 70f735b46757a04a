"""A report as one HTML file that needs nothing else: to look at, to show in class and to print.

What may be shown in class stands first, and without names. All else has the class ``names``, which a switch
at the top of the page hides.
"""

from importlib import resources

from course_grader.reports import drawings
from course_grader.reports.markup import Html, element

STYLE = resources.files("course_grader.reports").joinpath("page.css").read_text(encoding="utf-8")
LONGEST = 80  # characters of a name that are shown


def whole(title, *parts):
    """The page with this title and these sections."""
    switch = [
        element("input", type="checkbox", id="switch", class_="switch"),
        element("label", "Without names, to show it in class", for_="switch"),
    ]
    head = [
        Html('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        element("title", title),
        element("style", Html(STYLE)),
    ]
    body = element(
        "body",
        element("a", "To the report", href="#report", class_="skip"),
        *switch,
        element("main", element("h1", title), *parts, id="report", tabindex="-1"),
    )
    return f"<!DOCTYPE html>\n{element('html', element('head', *head), body, lang='en')}\n"


def section(title, *parts, names=False):
    """A part under a heading; ``names``: it has some."""
    return element("section", element("h2", title), *parts, class_="names" if names else None)


def sentence(words, **attributes):
    """A paragraph."""
    return element("p", words, **attributes)


def bars(rows):
    """A bar for each (sentence, how many, of how many)."""
    cells = []
    for says, many, of in rows:
        cells.append(element("div", element("strong", f"{many} of {of}: "), says))
        cells.append(drawings.bar(many / of if of else 0.0, f"{many} of {of}"))
    return element("div", *cells, class_="bars")


def name(book, student):
    """As the gradebook has it, with the folder's name where the two differ; bounded: students choose it."""
    in_words = book.students[student].in_words if student in book.students else student
    shown = student if in_words == student else f"{in_words} ({student})"
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}..."


def named(book, students):
    """Several of them, in one text."""
    return "; ".join(name(book, student) for student in students)


def time(moment):
    """A time in UTC, in words."""
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"
