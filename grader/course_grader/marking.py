"""The marks of one submission: its code runs in a sandbox, and everything that judges it stays out here.

``mark`` takes a notebook that was rebuilt (submission.py), so that its check cells are the released ones. It
goes through the code cells in their order. A student's cell is run in the sandbox; at a check cell the task
calls the student's function there, case by case, and compares what comes back here.
"""

import ast
import time
from dataclasses import asdict, dataclass

from course_grader import sandbox
from course_grader.faults import GraderFault
from course_grader.limits import Limits
from course_grader.session import Session
from course_lib.checks import feedback, tasks, words

GRADED, STUDENT_ERROR = "graded", "student error"
UNWRITTEN = "It is not written yet."
TEXT = 20_000  # characters of a mark's text that are kept


@dataclass(frozen=True)
class Mark:
    """Of one check cell: the points, what the student is told, and how it came to them.

    ``state``: ``GRADED``, or ``STUDENT_ERROR`` if the student's process ended or had to be ended.
    ``mistake``: the task's sentence for a known one, or ``UNWRITTEN``; "" for all others, and none.
    """

    grade_id: str
    points: float
    max_points: float
    text: str
    state: str = GRADED
    mistake: str = ""


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
    nobody gets a mark.
    """
    walls = walls or sandbox.choose()
    begin, marks, said = time.monotonic(), [], []
    with Session(walls, limits, folder) as session:
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            if is_check(cell):
                marks.append(_marked(cell, seed_of, session))
            else:
                said.append(Said(cell.id, *_ran(session.run(cell.id, cell.source))))
    return Report(tuple(marks), tuple(said), time.monotonic() - begin, walls.name)


def is_check(cell):
    """Is it a cell that is marked by itself: graded, and not for the student to write?"""
    about = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and about.get("grade", False) and not about.get("solution", False)


def checked(cell):
    """The task of a check cell and the name of the student's function: ``check("sgd_step", sgd_step)``.

    GraderFault, if there is no such line.
    """
    for node in ast.walk(ast.parse(cell.source)):
        match node:
            case ast.Call(func=ast.Name(id="check"), args=[ast.Constant(value=name), ast.Name(id=function)]):
                if name in tasks.BY_NAME:
                    return tasks.BY_NAME[name], function
    raise GraderFault(
        f"The cell {cell.metadata.nbgrader.grade_id} cannot be marked out here: it has no line "
        'check("task", function) with one of the tasks in course_lib/checks/tasks. Write it as a task.'
    )


def _marked(cell, seed_of, session):
    task, function = checked(cell)
    seed = seed_of[task.name] if isinstance(seed_of, dict) else seed_of(task.name)
    session.killed = False
    try:
        verdict = task.judge(function, seed, session.call)
        text, earned = feedback.told(task, verdict), task.earned(verdict)
    except GraderFault:
        raise
    except Exception as error:
        raise GraderFault(
            f"The task {task.name} cannot be judged ({type(error).__name__}: {error}). Nobody has lost a "
            f"point by it. Look at it in course_lib/checks/tasks; the seed of its hidden cases is {seed}."
        ) from error
    points = float(cell.metadata.nbgrader.points)
    state = STUDENT_ERROR if session.killed else GRADED
    text = f"{text[:TEXT]}\n{words.points(earned, points)}."
    mistake = UNWRITTEN if verdict.unwritten else verdict.says
    return Mark(cell.metadata.nbgrader.grade_id, min(earned, points), points, text, state, mistake)


def _ran(ran):
    return ran.printed, ran.error
