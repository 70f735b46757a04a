"""What a learner calls: check, again, hint, solution, answer_in_words and hand_in."""

import difflib
import html
import os
import sys
from dataclasses import dataclass

from course_lib.base import validation
from course_lib.checks import handing_in, in_words, record, rounds, solutions, tasks, words
from course_lib.checks.task import Prediction

GRADED = "NBGRADER_EXECUTION"  # nbgrader sets this environment variable
HINTS_SEEN: dict[str, int] = {}  # how far hint() has climbed


class Points(float):
    """What a check gives: a number to compute with, and no line of its own in a learner's notebook."""

    def _ipython_display_(self):
        if _is_marked():
            raise NotImplementedError  # then IPython shows the number, and nbgrader reads it there


@dataclass(frozen=True)
class Feedback:
    """What a learner is shown: the ``first`` line, the ``rest``, which a notebook folds, and the ``end``."""

    first: str
    rest: str
    end: str

    def __repr__(self):
        return "\n".join(filter(None, [self.first, self.rest, self.end]))

    def _repr_html_(self):
        first, rest, end = map(html.escape, (self.first, self.rest, self.end))
        folded = rest and f"<details><summary>Case by case</summary><pre>{rest}</pre></details>"
        return f"<div style='white-space: pre-wrap'>{first}</div>{folded}<div>{end}</div>"


def check(name, answer, *, seed=None):
    """Try your function, say what is right and what is not, and return the points, a float.

    ``name``: the task's. ``answer``: the function itself, not what it returns. ``seed``: adds cases that are
    drawn at random; graders use it.

    Of a prediction the first answer counts: if it was wrong, later ones are not tried, and it is asked again
    with other numbers (``again``). A grader's run knows no first answer: it tries what it is given.

    ValueError for a name that is no task, and for a seed that is no whole number >= 0.

    >>> def sgd_step(w, g, lr):
    ...     return w + lr * g
    >>> check("sgd_step", sgd_step)  # doctest: +SKIP
    """
    task = _task(name)
    if seed is not None:
        seed = validation.whole_number("seed", seed, low=0)
    if not callable(answer):
        print(f"✘ {task.name} must be a function; got {words.value(answer)}.")
        print(f'  Hand over the function itself, without calling it: check("{name}", {task.name})')
        return Points(0)
    verdict = task.judge(answer, seed)
    if isinstance(task, Prediction) and task.points and verdict.first and _is_locked(task):
        return _predicted(task, task.listed(verdict.first.value))
    earned = task.earned(verdict)
    tried = task.points and not verdict.unwritten
    fault = _kept(name, earned) if tried else ""  # before they are shown: none is shown and lost
    _show(name, task, verdict)
    _draw(task, verdict)
    if fault:
        print(fault)
    return Points(earned)


def again(name, *numbers):
    """Answer a prediction of which something was wrong, asked with other numbers; returns the points.

    Without numbers the question is printed once more. The first answer counts here too: then it is told what
    is right, and the next question has other numbers.

    ValueError for a name that is no task, or one that is not asked again.

    >>> again("sgd_step")
    Traceback (most recent call last):
    ValueError: sgd_step is not asked again: only predictions are, and this is none
    >>> again("after_three_updates", -0.512, 0.125, 0.008)  # doctest: +SKIP
    """
    task = _task(name)
    if not isinstance(task, Prediction) or task.again is None:
        raise ValueError(f"{name} is not asked again: only predictions are, and this is none")
    answers = rounds.said(task)
    if not answers:
        print(f'✘ Nothing is locked yet. Your first answer comes from: check("{name}", {name})')
        return Points(0)
    verdicts, fault = rounds.judged(task, answers), ""
    if numbers and not verdicts[-1].right:
        _, asked = rounds.asked(task, len(answers))
        verdict = asked.judge(lambda: numbers)
        print(told(task, verdict))
        if verdict.first:
            fault = rounds.lock(task, len(answers), task.listed(numbers))
            verdicts.append(verdict)
    return _counted(task, verdicts, fault)


def _is_locked(task):
    """Does the first answer count? Not in a grader's run; and where it was right, others may be tried."""
    return not _is_marked() and not rounds.was_right_at_once(task)


def _predicted(task, given):
    """Lock the first answer to a prediction, and tell what it is worth."""
    answers, fault = rounds.said(task), ""
    if not answers:
        fault, answers = rounds.lock(task, 0, given), [given]
    verdicts = rounds.judged(task, answers)
    if given != answers[0]:
        print(f"Your first answer counts, {words.value(tuple(answers[0]))}. Another one is not tried here.")
    print(told(task, verdicts[0]))
    return _counted(task, verdicts, fault)


def _counted(task, verdicts, fault):
    """Keep and print the points of a prediction's rounds; and ask again, if its last answer was not right."""
    earned = rounds.earned(task, verdicts)
    fault = _kept(task.name, earned) or fault
    solved = verdicts[-1].right
    print(f"{words.points(earned, task.points)}." + ("" if solved else f' For help: hint("{task.name}")'))
    if not solved and task.again:
        print(rounds.question(task, len(verdicts)))
    if fault:
        print(fault)
    return Points(earned)


def hint(name):
    """Print the next hint of a task: a nudge first, then the formula, then the first line.

    What is no task is told its neighbours in a sentence, and nothing is raised: a name is soon mistyped.
    """
    task = _near(name)
    if task is None:
        return
    place = min(HINTS_SEEN.get(name, 0), len(task.hints) - 1)
    HINTS_SEEN[name] = place + 1
    print(f"Hint {place + 1} of {len(task.hints)}: {task.hints[place]}")


def solution(name):
    """Print one way to solve a task of an exercise, and why it is right, once you have tried it.

    Where a teacher keeps the model answers closed, it says until when. A solution that was opened before the
    task was solved is named in ``progress()``; points that come afterwards count.

    What is no task is told its neighbours in a sentence, and nothing is raised.

    >>> solution("sgd_stp")
    There is no task 'sgd_stp'; near it are sgd_step, adagrad_step, wsd_rate.
    """
    task = _near(name)
    if task is None or _is_marked():
        return
    if task.points:
        print(solutions.told(task))
    else:
        print(f'{name} is a part of the lesson: hint("{name}") leads to it.')


def answer_in_words(lesson):
    """A field for the answer in words of a lesson's exercise, to be marked by oneself: an own_words.InWords.

    None, where nobody could answer: in a grader's run, and outside a notebook.

    ValueError for a lesson whose exercise asks for none.
    """
    in_words.of(lesson)
    if _is_marked() or getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)() is None:
        return None
    from course_lib.checks.own_words import InWords  # widgets take a moment, and nobody marks by them

    return InWords(lesson)


def hand_in(lesson):
    """Print what you predicted in a lesson, first and before its figure: that hands it in with the exercise.

    Your teacher sees a picture of the whole class, without names, and no points depend on it. Nothing is
    handed in without this call.

    ValueError for a lesson that has no predictions.
    """
    text = handing_in.told(lesson)
    if not _is_marked():
        print(text)


def _kept(name, earned):
    """Points are kept, but those of a grader's run, which are nobody's progress."""
    return "" if _is_marked() else record.add(name, earned)


def _is_marked():
    """Is this a grader's run?"""
    return GRADED in os.environ


def _near(name):
    """The task; for what is none, None, and its neighbours are printed."""
    try:
        return _task(name)
    except ValueError as error:
        print(f"T{str(error)[1:]}.")


def _task(name):
    known = tasks.BY_NAME | tasks.IN_LESSONS
    if isinstance(name, str) and name in known:
        return known[name]
    near = difflib.get_close_matches(str(name), known, n=3, cutoff=0.4)
    raise ValueError(f"there is no task {name!r}; near it are {', '.join(near) or ', '.join(tasks.BY_NAME)}")


def told(task, verdict, discreet=False):
    """What a learner is told of a verdict: a known mistake first, then what is wrong, then what is right.

    ``discreet``: of hidden cases without their numbers.
    """
    return "\n".join(_parts(task, verdict, discreet))


def _parts(task, verdict, discreet=False):
    if verdict.unwritten:
        return [f"✘ {task.name} is not written yet."]
    known = [f"→ {verdict.says}"] if verdict.says else []
    wrong_first = sorted(verdict.lines, key=lambda line: line.right)
    left = verdict.cases - len(verdict.lines)
    untried = [f"  {left} more {'case was' if left == 1 else 'cases were'} not tried."] if left else []
    cases = [_case(line, discreet and line.outline) for line in wrong_first]
    return [*known, *cases, *([] if verdict.right else untried)]


def _case(line, hidden):
    said = f"{'✔' if line.right else '✘'} {line.outline if hidden else line.text}"
    printed = line.printed and not line.right and not hidden
    return f"{said}\n  it printed: {' '.join(line.printed.split())}" if printed else said


def _show(name, task, verdict):
    """Of a lesson's task, which has no points, there is nothing more to say than that it is right."""
    parts = _parts(task, verdict)
    if verdict.right:
        parts = [f"✔ {task.name} is right.", *(parts if task.points else [])]
    end = [f"{words.points(task.earned(verdict), task.points)}."] if task.points else []
    end += [] if verdict.right else [f'For help: hint("{name}")']
    feedback = Feedback(parts[0], "\n".join(parts[1:]), " ".join(end))
    if feedback.rest:
        from IPython.display import display  # it takes a moment, and what is one line needs it not

        display(feedback)
    else:
        print(feedback)


def _draw(task, verdict):
    """The learner's picture beside what was expected, where the task has one."""
    draw = getattr(task, "picture", None)
    if draw is None or verdict.first is None or verdict.first.failure:
        return
    from course_lib.checks import picture  # matplotlib takes a moment, and most checks need none

    alt = f"{verdict.lines[0].text}. Yours and what was expected are drawn together."
    picture.show(draw, verdict.first.value, task.reference(**task.cases[0]), alt)
