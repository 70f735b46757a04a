"""Hold the questions to their grammar: what is right is computed, and so is what each belief leads to."""

import ast
import math
import re
from inspect import getfile
from pathlib import Path

import nbformat
import numpy as np
from claims import code as code_cells
from refresh import LESSONS
from rules import PAGES, RULES, fault

from course_lib import explorers, questions
from course_lib.explorers.shared import words

CHOSEN = RULES["questions"]
INDEX = Path(questions.__file__)
PLACE = re.compile(r"{(\w+)}")
ENDS = (".", "!", "?")


def faults():
    """Everything wrong with the questions."""
    lessons = {path.stem: path for path in LESSONS if path.stem not in PAGES}
    names = [question.name for listed in questions.BY_LESSON.values() for question in listed]
    for question in questions.ON_START_PAGE:
        yield from _named(question, question_faults(question))
    for lesson, listed in questions.BY_LESSON.items():
        if lesson not in lessons:
            yield fault(INDEX, f"there is no lesson {lesson}; name the questions' lesson", at=lesson)
            continue
        figures = [*figures_of(lessons[lesson])]
        for question in listed:
            found = [*question_faults(question, figures)]
            if question.lesson != lesson:
                found.append(f"its lesson is {question.lesson}, and {lesson} lists it; name one of them")
            if names.count(question.name) > 1:
                found.append("another question has its name; give it one of its own")
            yield from _named(question, found)


def _named(question, found):
    """These faults of a question, where it is written."""
    return (fault(_module(question), says, at=f'"{question.name}"') for says in found)


def question_faults(question, figures=()):
    """What is wrong with one question. ``figures``: those that show it, and at which settings they open."""
    if len(question.draws()) < CHOSEN["draws"]:
        yield f"{len(question.draws())} other numbers; let `again` have {CHOSEN['draws']} or more"
    if len(question.beliefs) < CHOSEN["beliefs"]:
        yield f"{len(question.beliefs)} beliefs; foresee {CHOSEN['beliefs']} or more"
    if question.again.keys() != question.first.keys():
        yield "`again` and `first` have other numbers; give both the same names"
        return
    for text in (question.text, question.why, *question.beliefs):
        known = question.first.keys() | (() if text == question.text else question.computed.keys())
        if unknown := set(PLACE.findall(text)) - known:
            yield f"{text[:40]!r} has a place for {', '.join(unknown)}, which is no number of it; name one"
        if not text.endswith(ENDS):
            yield f"{text[:40]!r} is no sentence; end it with a full stop or a question mark"
    yield from computed_faults(question)
    for figure, values in figures:
        try:
            settings = figure.taken(question.figure)
        except ValueError as error:
            yield f"{figure.__name__} does not show it, {error}; give settings that the figure takes"
        else:
            opened = {name: values.get(name, control.value) for name, control in figure.controls.items()}
            if settings and settings.items() <= figure.taken(opened).items():
                call = words.call(figure.__name__, **values)
                yield f"{call} opens with its answer, in the learner's copy, too; open it elsewhere"


def computed_faults(question):
    """What is wrong with the truth and with what the beliefs lead to, at all numbers that may be asked."""
    for numbers in [question.first, *question.draws()]:
        right = question.right(numbers)
        wrong = [leads_to(**numbers) for leads_to in question.beliefs.values()]
        wrong = [answer for answer in wrong if answer is not None]
        for answer in (right, *wrong):
            endless = answer is not right and answer == math.inf  # as somebody may expect
            if not (endless or _is_answer(question, answer)):
                yield f"{answer} at {numbers} is no answer to it; compute one that is"
        for place, answer in enumerate(wrong):
            if any(_alike(question, answer, other) for other in [right, *wrong[:place]]):
                yield f"a belief leads to {answer} at {numbers}, as another or the truth; give None there"


def _is_answer(question, answer):
    """One of its options, or all the numbers of it."""
    return answer in question.options if question.options else np.all(np.isfinite(answer))


def _alike(question, one, other):
    return question.agree(one, other) or question.agree(other, one)


def _module(question):
    """The file in which it is written: that of a belief's function, for the truth may be a library's."""
    return Path(getfile(next(iter(question.beliefs.values()), question.answer)))


def figures_of(path):
    """The figures of a lesson's notebook that show its predictions, and the settings that it gives them."""
    for cell in code_cells(nbformat.read(path, as_version=4)):
        for call in ast.walk(ast.parse(cell.source)):
            given = {word.arg: word.value for word in getattr(call, "keywords", [])}
            if given.pop("asked", None):
                values = {name: ast.literal_eval(value) for name, value in given.items()}
                yield getattr(explorers, call.func.id), values
