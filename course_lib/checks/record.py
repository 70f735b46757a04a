"""What was done so far, in a small file in the user's data folder. It outlives the kernel."""

import json
import os
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir

from course_lib.base import whole_file
from course_lib.checks import tasks, words

ELSEWHERE = "COURSE_PROGRESS"  # this environment variable names another file
BLOCKS = 12  # the length of a bar


def file():
    """Where it is kept."""
    elsewhere = os.environ.get(ELSEWHERE)
    return Path(elsewhere or Path(jupyter_data_dir()) / "losses-and-optimizers" / "progress.json")


def read():
    """Task -> points. A damaged file is put aside, with ".damaged" behind its name, and nothing is known."""
    try:
        known = json.loads(file().read_text(encoding="utf-8"))
        return {str(name): float(points) for name, points in known.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError):
        aside = file().with_name(f"{file().name}.damaged")
        os.replace(file(), aside)
        print(f"The file with your progress was damaged. It is now {aside}; a new one begins.")
        return {}


def add(name, points):
    """Remember the points of a task, if they are more than before. The file is replaced as a whole."""
    try:
        known = read()
        if points < known.get(name, -1):
            return
        file().parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(known | {name: points}, indent=1, sort_keys=True)
        with whole_file.replacing(file()) as new:
            new.write(text.encode())
    except OSError as error:
        print(f"Your progress could not be kept: {error}. The check itself counts.")


class Progress:
    """Points in each lesson's exercise, as a table; in a notebook with bars."""

    def __init__(self, known):
        self.rows = [
            (
                lesson,
                sum(min(known.get(task.name, 0), task.points) for task in listed),
                sum(task.points for task in listed),
                sum(known.get(task.name, 0) >= task.points for task in listed),
                len(listed),
            )
            for lesson, listed in tasks.BY_LESSON.items()
        ]

    def __repr__(self):
        return "\n".join(
            f"{lesson:26}{_bar(earned / possible)}  {words.points(earned, possible)}, {done} of {count} tasks"
            for lesson, earned, possible, done, count in self.rows
        )

    def _repr_html_(self):
        rows = "".join(
            f"<tr><th scope='row'>{lesson}</th>"
            f"<td><progress value='{earned}' max='{possible}' aria-label='{lesson}'></progress></td>"
            f"<td>{words.points(earned, possible)}</td><td>{done} of {count} tasks</td></tr>"
            for lesson, earned, possible, done, count in self.rows
        )
        return f"<table><caption>Your progress in the checked tasks</caption>{rows}</table>"


def progress():
    """What is done: points and finished tasks of each lesson's exercise.

    Your best result of each task is kept in a file of your own, so it is still there tomorrow.
    """
    return Progress(read())


def _bar(share):
    full = round(BLOCKS * share)
    return "█" * full + "·" * (BLOCKS - full)
