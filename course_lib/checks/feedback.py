"""What a learner calls: check and hint."""

import difflib
import os

from course_lib.base import validation
from course_lib.checks import record, tasks, words

HINTS_SEEN: dict[str, int] = {}  # how far hint() has climbed


def check(name, answer, *, seed=None):
    """Try your function, say what is right and what is not, and return the points, a float.

    ``name``: the task's. ``answer``: the function itself, not what it returns. ``seed``: adds cases that are
    drawn at random; graders use it.

    ValueError for a name that is no task, and for a seed that is no whole number >= 0.

    >>> def sgd_step(w, g, lr):
    ...     return w + lr * g
    >>> check("sgd_step", sgd_step)  # doctest: +SKIP
    """
    task = _task(name)
    if seed is not None:
        seed = validation.whole_number("seed", seed, low=0)
    if not callable(answer):
        print(f"✘ {name} must be a function; got {words.value(answer)}.")
        print(f'  Hand over the function itself, without calling it: check("{name}", {name})')
        return 0.0
    verdict = task.judge(answer, seed)
    earned = task.earned(verdict)
    fault = _kept(name, earned)  # before they are shown, so that no points are shown and lost
    print(told(task, verdict))
    _draw(task, verdict)
    done = earned == task.points
    print(f"{words.points(earned, task.points)}." + ("" if done else f' For help: hint("{name}")'))
    if fault:
        print(fault)
    return earned


def hint(name):
    """Print the next hint of a task: a nudge first, then the formula, then the first line.

    ValueError for a name that is no task.
    """
    task = _task(name)
    place = min(HINTS_SEEN.get(name, 0), len(task.hints) - 1)
    HINTS_SEEN[name] = place + 1
    print(f"Hint {place + 1} of {len(task.hints)}: {task.hints[place]}")


def _kept(name, earned):
    """Points are kept, but those of a grader's run, which are nobody's progress."""
    return "" if "NBGRADER_EXECUTION" in os.environ else record.add(name, earned)


def _task(name):
    if isinstance(name, str) and name in tasks.BY_NAME:
        return tasks.BY_NAME[name]
    near = difflib.get_close_matches(str(name), tasks.BY_NAME, n=3, cutoff=0.4)
    raise ValueError(f"there is no task {name!r}; near it are {', '.join(near) or ', '.join(tasks.BY_NAME)}")


def told(task, verdict, discreet=False):
    """What a learner is told of a verdict: a line for each case, and the mistake, if it is a known one.

    ``discreet``: of hidden cases without their numbers.
    """
    if verdict.unwritten:
        return f"✘ {task.name} is not written yet."
    return "\n".join(_lines(verdict, discreet))


def _lines(verdict, discreet):
    for line in verdict.lines:
        hidden = discreet and line.outline
        yield f"{'✔' if line.right else '✘'} {line.outline if hidden else line.text}"
        if line.printed and not line.right and not hidden:
            yield f"  it printed: {' '.join(line.printed.split())}"
    left = verdict.cases - len(verdict.lines)
    if left and not all(line.right for line in verdict.lines):
        yield f"  {left} more {'case was' if left == 1 else 'cases were'} not tried."
    if verdict.says:
        yield f"→ {verdict.says}"


def _draw(task, verdict):
    """The learner's picture beside what was expected, where the task has one."""
    draw = getattr(task, "picture", None)
    if draw is None or verdict.first is None or verdict.first.failure:
        return
    from course_lib.checks import picture  # matplotlib takes a moment, and most checks need none

    alt = f"{verdict.lines[0].text}. Yours and what was expected are drawn together."
    picture.show(draw, verdict.first.value, task.reference(**task.cases[0]), alt)
