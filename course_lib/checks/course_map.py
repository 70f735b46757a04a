"""The map of the course: how each lesson stands, by all that the learner did."""

import base64
from html import escape

from course_lib import questions
from course_lib.base import events
from course_lib.checks import calibration, in_words, record, rounds, solutions, tasks, words
from course_lib.questions import kept
from course_lib.record import answers, spacing
from course_lib.record.spacing import DUE, HOLDS, NEW, SHAKY

BLOCKS = 12  # the length of a bar
WIDTH = max(map(len, tasks.BY_LESSON)) + 2  # of a lesson's name


class Progress:
    """For each lesson how it stands, and the points of its exercise: as a table, in a notebook with bars.

    Below it the goals that were found, and what became of the predictions.
    """

    def __init__(self):
        self.points, self.said = record.read(), answers.by_item()
        self.today = events.now().toordinal()
        self.rows = [self._row(lesson, listed) for lesson, listed in tasks.BY_LESSON.items()]
        self.answered = kept.answered()
        about = _about_goals(record.goals()), _about_opened(solutions.opened()), self._about_answers()
        self.lines = [*filter(None, [*about, self._about_due()])]

    def _row(self, lesson, listed):
        points = self.points
        said = [in_words.BY_LESSON[lesson]] if lesson in in_words.BY_LESSON else []
        whole = [*listed, *said]
        return (
            lesson,
            self._state(lesson, listed),
            sum(min(points.get(task.name, 0), task.points) for task in whole),
            sum(task.points for task in whole),
            sum(map(self._is_solved, listed)) + sum(task.name in points for task in said),
            len(whole),
        )

    def _state(self, lesson, listed):
        """Due, if something of it is; else shaky, if something was wrong when it was last asked or tried."""
        states = [
            spacing.state(said, self.today)
            if item in questions.BY_NAME
            else _holds(said[-1].right)  # only the questions of ``course_lib.questions`` come back
            for item, said in self.said.items()
            if said[-1].lesson == lesson
        ]
        states += [_holds(self._is_solved(task)) for task in listed if task.name in self.points]
        return next((state for state in (DUE, SHAKY, HOLDS) if state in states), NEW)

    def _is_solved(self, task):
        return rounds.is_done(task, self.points)

    def _about_answers(self):
        right = sum(answer.right for _, answer in self.answered)
        skipped = sum(answer.event == answers.SKIPPED for said in self.said.values() for answer in said)
        told = f"Predictions and reviews: {right} of {len(self.answered)} right"
        return f"{told}, {skipped} skipped." if skipped else f"{told}." if self.answered else ""

    def _about_due(self):
        due = sum(
            spacing.state(said, self.today) == DUE
            for item, said in self.said.items()
            if item in questions.BY_NAME
        )
        return f"Due again: {due} question{'s' * (due != 1)}, in the review of a later lesson." if due else ""

    def __repr__(self):
        lessons = [
            f"{lesson:{WIDTH}}{state:11}{_bar(earned / possible)}  {words.points(earned, possible)}, "
            f"{done} of {count} tasks"
            for lesson, state, earned, possible, done, count in self.rows
        ]
        return "\n".join([*lessons, *self.lines])

    def _repr_html_(self):
        rows = "".join(
            f"<tr><th scope='row'>{lesson}</th><td>{state}</td>"
            f"<td><progress value='{earned:g}' max='{possible:g}' aria-label='{lesson}'></progress></td>"
            f"<td>{words.points(earned, possible)}</td><td>{done} of {count} tasks</td></tr>"
            for lesson, state, earned, possible, done, count in self.rows
        )
        lines = "".join(f"<p>{line}</p>" for line in self.lines)
        return f"<table><caption>Your way through the course</caption>{rows}</table>{lines}{self._picture()}"

    def _picture(self):
        points = calibration.points(self.answered)
        if not points:
            return ""
        from course_lib.checks import calibration_picture  # matplotlib takes a moment

        picture = base64.b64encode(calibration_picture.picture(points)).decode()
        alt = escape(calibration.in_words(points))
        return f"<img src='data:image/png;base64,{picture}' alt='{alt}' width='{calibration_picture.WIDTH}'>"


def progress():
    """How each lesson stands: not begun, shaky, holds, or due again; with the points of its exercise.

    Your best result of each task is kept in a file of your own, and so is what you predicted; so it is still
    there tomorrow.
    """
    return Progress()


def _holds(right):
    return HOLDS if right else SHAKY


def _about_goals(goals):
    return f"Goals found by hand in the figures: {len(goals)} ({', '.join(goals)})" if goals else ""


def _about_opened(names):
    return f"Solutions read before the task was solved: {len(names)} ({', '.join(names)})" if names else ""


def _bar(share):
    full = round(BLOCKS * share)
    return "█" * full + "·" * (BLOCKS - full)
