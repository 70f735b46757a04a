"""Hold the figures to their grammar: presets, a goal that can be reached, a caption, a row on their page."""

import re
import runpy
from inspect import getfile
from pathlib import Path

from refresh import LESSONS
from rules import PAGES, ROOT, RULES, START_PAGE, counted, fault, read_table

from course_lib import explorers
from course_lib.base.naming import lesson_number

CHOSEN = RULES["figures"]
INDEX = Path(getfile(explorers))
REACHES = ROOT / "tests" / "explorers" / "reaches.py"  # settings that reach each goal
PAGE = ROOT / "docs" / "figures.md"
NOT_YET = "–"  # in the page's column of lessons


def faults():
    """Everything wrong with the figures."""
    yield from index_faults()
    reaches = runpy.run_path(str(REACHES))["REACHES"]
    for name in explorers.__all__:
        figure = getattr(explorers, name)
        path = Path(getfile(figure))
        made = figure()
        yield from (fault(path, says, at=at) for at, says in figure_faults(made))
        if name in reaches:
            yield from (fault(REACHES, says, at=f'"{name}"') for says in goal_faults(made, reaches[name]))
        else:
            yield fault(REACHES, f'{name} is missing; add "{name}": {{settings that reach its goal}}')
    yield from page_faults()


def index_faults():
    """Every figure is listed, in order of the alphabet."""
    listed = {Path(getfile(getattr(explorers, name))) for name in explorers.__all__}
    for path in sorted(INDEX.parent.glob("*.py")):
        if path != INDEX and path not in listed:
            says = f"the figure of {path.name} is not listed; import it, and add it to __all__"
            yield fault(INDEX, says, at="__all__")
    if sorted(explorers.__all__) != explorers.__all__:
        yield fault(INDEX, "__all__ is not in the order of the alphabet; sort it", at="__all__")


def figure_faults(made):
    """What is wrong with one figure, as pairs: a piece of the text at the place, and what is wrong."""
    if says := counted(len(made.presets), CHOSEN["presets"], "presets"):
        yield "presets", f"{says}; add or leave out some"
    if not made.goal.endswith("."):
        yield "goal", f"its goal is no sentence, {made.goal!r}; end it with a full stop"
    if not made.form["presets"]:
        yield "presets", "none of its presets is on the page; let one move only the controls that are shown"
    if made.reached:
        yield "goal", "the goal is reached before anything was moved; begin elsewhere"
    yield from (("Frame(", says) for says in [*caption_faults(made.caption), *why_faults(made.why)])
    for name, values in made.presets.items():
        try:
            made.checked(values)
        except ValueError as error:
            yield f'"{name}"', f"the preset is refused, {error}; give values that its controls take"
    bare = without_controls(made)
    if not bare[:1].isalnum():
        yield "Frame(", f"without controls the caption is {bare!r}; let it begin with a word"


def without_controls(made):
    """The caption where no control is on the page, as only=[] would have it."""
    form = made.form
    made.form = form | {"controls": []}
    caption = made.frame(**made.values).caption
    made.form = form
    return caption


def caption_faults(caption):
    """What is wrong with a caption."""
    yield from _text_faults("caption", caption, CHOSEN["longest_caption"])
    sentences = re.split(r"(?<=[.!?]) (?=[A-Z])", caption)
    if len(sentences) > CHOSEN["caption"]:
        yield f"a caption of {len(sentences)} sentences; say it in {CHOSEN['caption']}, and the rest in why"


def why_faults(why):
    """What is wrong with the reason behind "Why"; a figure may have none."""
    return _text_faults("why", why, CHOSEN["longest_why"]) if why else ()


def _text_faults(name, text, longest):
    if not 0 < len(text) <= longest:
        yield f"a {name} of {len(text)} characters; say it in 1 to {longest}"
    if text != " ".join(text.split()):
        yield f"a space too many in the {name} {text!r}; leave it out"


def goal_faults(made, settings):
    """Settings that shall reach the goal."""
    try:
        values = made.values | made.checked(settings)
    except ValueError as error:
        yield f"{error}; give settings that the figure takes"
    else:
        if not made.frame(**values).reached:
            yield f"{settings} do not reach the goal, {made.goal!r}; give others, or mend `reached`"


def page_faults():
    """docs/figures.md has a row for each figure, with its lesson, its controls and its goal."""
    rows = {name.strip("`"): rest for name, *rest in read_table(PAGE, re.compile("`[A-Z]"))}
    for name in explorers.__all__:
        figure = getattr(explorers, name)
        controls = ", ".join(f"`{control}`" for control in figure.controls)
        goal = figure.goal.removesuffix(".")
        if name not in rows:
            row = f"| `{name}` | {NOT_YET} | what it shows | {controls} | {goal} |"
            yield fault(PAGE, f"{name} has no row; add {row}", at="| figure |")
            continue
        lesson, _, *said = rows[name]
        if said != [controls, goal]:
            yield fault(PAGE, f"the row must end with {controls} | {goal} |; write that", at=f"| `{name}`")
        if lesson != NOT_YET and not shows(lesson, name):
            says = f"lesson {lesson} does not show {name}; name one that does, or {NOT_YET} while none does"
            yield fault(PAGE, says, at=f"| `{name}`")
    for name in rows.keys() - set(explorers.__all__):
        yield fault(PAGE, f"there is no figure {name}; take the row out", at=f"| `{name}`")


def shows(number, name):
    """Is there a lesson, or the start page, of this number that uses the figure?"""
    others = {*PAGES} - {START_PAGE}
    own = [path for path in LESSONS if lesson_number(path.stem) == number and path.stem not in others]
    return any(name in path.read_text(encoding="utf-8") for path in own)
