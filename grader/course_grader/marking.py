"""The marks of one submission: its code runs in a sandbox, and everything that judges it stays out here.

``mark`` takes a notebook that was rebuilt (submission.py), so that its check cells are the released ones. It
goes through the code cells in their order. A student's cell is run in the sandbox; at a check cell the task
calls the student's function there, case by case, and compares what comes back here.
"""

import time
from dataclasses import asdict, dataclass, replace

from course_grader import sandbox
from course_grader.faults import GraderFault, TooLong
from course_grader.limits import Limits
from course_grader.session import Session
from course_lib.checks import feedback, running, tasks, words
from course_lib.checks.points import called, is_check

GRADED, STUDENT_ERROR = "graded", "student error"
UNWRITTEN = "It is not written yet."
TEXT = 20_000  # characters of a mark's text that are kept
PRINTED, ERROR = 100_000, 100  # and of what all cells say together; of an error at least so many
OWN = 30.0  # seconds that this process itself computes for a submission


@dataclass(frozen=True)
class Mark:
    """Of one check cell: the points, what the student is told, and how it came to them.

    ``state``: ``GRADED``, or ``STUDENT_ERROR`` if the student's process ended or had to be ended.
    ``mistake``: the task's sentence for a known one, or ``UNWRITTEN``; "" for all others, and none.
    ``whole``: the text with the numbers of hidden cases, for the teacher; it stays in the record.
    """

    grade_id: str
    points: float
    max_points: float
    text: str
    state: str = GRADED
    mistake: str = ""
    whole: str = ""


@dataclass(frozen=True)
class Said:
    """Of a student's cell, by its id: what it printed, and its error in one line, "" if it had none."""

    cell: str
    printed: str = ""
    error: str = ""


@dataclass(frozen=True)
class Report:
    """Of one submission. ``seconds``: on the clock. ``sandbox``: the walls it ran behind."""

    marks: tuple[Mark, ...]
    said: tuple[Said, ...]
    seconds: float
    sandbox: str

    def to_dict(self):
        """The report as plain data, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain):
        """The report that ``to_dict`` gave.

        >>> report = Report((Mark("check-descend", 2.0, 4.0, "..."),), (Said("a1"),), 0.3, "bubblewrap")
        >>> Report.from_dict(report.to_dict()) == report
        True
        """
        marks = tuple(Mark(**mark) for mark in plain["marks"])
        said = tuple(Said(**cell) for cell in plain["said"])
        return cls(marks, said, plain["seconds"], plain["sandbox"])


def mark(notebook, seed_of, walls=None, limits=Limits(), folder=None):
    """Mark a rebuilt notebook; a Report.

    ``seed_of``: the seed of a task's hidden cases, a dict or a function of its name. ``walls``: a Sandbox, by
    default the best that works here. ``folder``: what was handed in beside the notebook, or None.

    GraderFault, if there is no sandbox, if a check cell has no task, or if a task cannot be judged: then
    nobody gets a mark. TooLong, if to judge it takes this process itself more than ``OWN`` seconds.
    """
    walls = walls or sandbox.choose()
    begin = time.monotonic()
    try:
        with Session(walls, limits, folder) as session:
            marks, said = running.in_time(went_through, [notebook, seed_of, session], OWN, time.process_time)
    except running.TimeUp:
        raise TooLong(
            f"To judge what came back took more than {OWN:g} s of the grader's own time. Look at this "
            "notebook; nobody else is held up by it."
        ) from None
    return Report(tuple(marks), tuple(said), time.monotonic() - begin, walls.name)


def went_through(notebook, seed_of, session):
    """The marks and what the cells said, as ``mark`` has them."""
    marks, said, room = [], [], PRINTED
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        if is_check(cell):
            marks.append(_marked(cell, seed_of, session))
            continue
        ran = session.run(cell.id, cell.source)
        said.append(Said(cell.id, ran.printed[:room], ran.error[: max(room, ERROR)]))
        room = max(0, room - len(ran.printed) - len(ran.error))
    return marks, said


def checked(cell):
    """The task of a check cell and the name of the student's function: ``check("sgd_step", sgd_step)``.

    GraderFault, if there is no such line.
    """
    names = called(cell.source)
    if names and names[0] in tasks.BY_NAME:
        return tasks.BY_NAME[names[0]], names[1]
    raise GraderFault(
        f"The cell {cell.metadata.nbgrader.grade_id} cannot be marked out here: it has no line "
        'check("task", function) with one of the tasks in course_lib/checks/tasks. Write it as a task.'
    )


def _marked(cell, seed_of, session):
    task, function = checked(cell)
    task = replace(task, points=float(cell.metadata.nbgrader.points))  # those that the exercise promised
    seed = seed_of[task.name] if isinstance(seed_of, dict) else seed_of(task.name)
    session.killed = False
    try:
        verdict = task.judge(function, seed, session.call)
        earned = task.earned(verdict)
        text, whole = feedback.told(task, verdict, discreet=True), feedback.told(task, verdict)
    except GraderFault:
        raise
    except Exception as error:
        raise GraderFault(
            f"The task {task.name} cannot be judged ({type(error).__name__}: {error}). Nobody has lost a "
            f"point by it. Look at it in course_lib/checks/tasks; the seed of its hidden cases is {seed}."
        ) from error
    state = STUDENT_ERROR if session.killed else GRADED
    text = f"{text[:TEXT]}\n{words.points(earned, task.points)}."
    mistake = UNWRITTEN if verdict.unwritten else verdict.says
    name = cell.metadata.nbgrader.grade_id
    return Mark(name, earned, task.points, text, state, mistake, whole[:TEXT])
