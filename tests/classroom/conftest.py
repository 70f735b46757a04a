"""A class: what thirty students hand in, the folders of a teacher and theirs, and the page that says how."""

import contextlib
import io
import os
import pwd
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from course_grader import __main__, standing
from course_grader.course import Course
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeFetchAssignment, ExchangeSubmit
from traitlets.config import Config, PyFileConfigLoader

from grader.tests.a_course import RIGHT  # and in here, a new gradebook starts no process
from tests import checkout

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
ASSIGNMENT = "01_learning_rate"
COURSE = "losses_and_optimizers"
ADDRESS = "/usr/local/share"  # the page's exchange is below it; the machine's own stays as it is
ONE_USER = "c = get_config()\nc.ExchangeCollect.check_owner = False\n"  # here one user plays all students

HALF = {
    "sgd-step": RIGHT["sgd-step"],
    "after-three-updates": "def after_three_updates():\n    return -0.216, 0.216, -2.744",
}
TOO_SLOW = RIGHT | {"chosen-rate": "def chosen_rate():\n    return 0.05"}
ENDLESS = "def descend(w, lr, curvature, updates):\n    while True:\n        updates += 1"
ENDS_THE_KERNEL = "import os\n\n\ndef descend(w, lr, curvature, updates):\n    os._exit(0)"
GREEDY = "def sgd_step(w, g, lr):\n    hog = []\n    while True:\n        hog.append(bytes(2**28))"


def written(answers):
    def write(path):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            cell.source = answers.get(cell.id, cell.source)
        nbformat.write(notebook, path)

    return write


def without_a_check(path):
    written(RIGHT)(path)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id != "check-descend"]
    nbformat.write(notebook, path)


def renamed(path):
    written(RIGHT)(path)
    path.rename(path.with_name("01_learning_rate (1).ipynb"))


def in_another_encoding(path):
    written(RIGHT)(path)
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))


KINDS = {  # what each does to the fetched notebook, and the points that the checks owe for it
    "right": (written(RIGHT), 12),
    "half": (written(HALF), 5),
    "empty": (written({}), 0),
    "syntax_error": (written(RIGHT | {"sgd-step": "def sgd_step(w, g, lr)\n    return w"}), 9),
    "too_slow": (written(TOO_SLOW), 11),
    "deleted_check": (without_a_check, 12),
    "endless_loop": (written(RIGHT | {"descend": ENDLESS}), 8),
    "os_exit": (written(RIGHT | {"descend": ENDS_THE_KERNEL}), 8),
    "memory_hog": (written(RIGHT | {"sgd-step": GREEDY}), 9),
    "renamed_file": (renamed, 12),
    "wrong_encoding": (in_another_encoding, 12),
}
USUAL = ["right", "half", "empty", "syntax_error", "too_slow"]
# Each line that it reads: a folder, a file for what is said, and a command with its words.
LOADED = """
import os, shlex, sys
from course_grader import __main__, gradebook
from nbgrader.apps.nbgraderapp import main

for line in sys.stdin:
    folder, said, *sys.argv = shlex.split(line)
    if process := os.fork():
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
        continue
    os.chdir(folder)
    for stream in (1, 2):
        os.dup2(os.open(said, os.O_CREAT | os.O_WRONLY | os.O_APPEND), stream)
    sys.exit(main() if sys.argv[0] == "nbgrader" else __main__.main(sys.argv[3:]))
"""
WRITE_NO_PROSE = ("half", "empty")
TYPES = pwd.getpwuid(os.getuid()).pw_name  # the student who gives the page's own commands
STUDENTS = {  # by their kinds
    **{kind: kind for kind in KINDS},
    **{f"{USUAL[number % len(USUAL)]}_{number}": USUAL[number % len(USUAL)] for number in range(18)},
    TYPES: "right",
}
POINTS = {name: KINDS[kind][1] for name, kind in STUDENTS.items()}


def lines_below(heading):
    """The lines of the first block of commands below a heading of the page."""
    return PAGE.split(f"## {heading}\n")[1].split("```sh\n")[1].split("\n```")[0].splitlines()


@dataclass(frozen=True)
class Classroom:
    """A fresh clone of the course for the teacher, the machine's exchange, and the students' folders."""

    home: Path
    exchange: str = "share/nbgrader/exchange"

    @property
    def course(self):
        return self.home / "a clone"

    @property
    def environment(self):
        """The course and the grader as they are installed here, and nobody's settings but the add-on's."""
        programs, bin = self.home / "bin", Path(sys.executable).parent
        return os.environ | {
            "PATH": os.pathsep.join([str(programs), str(bin), os.environ["PATH"]]),
            "JUPYTER_CONFIG_PATH": str(self.course / "grader" / "etc"),
            "JUPYTER_CONFIG_DIR": str(self.home / "settings"),
            "JUPYTER_DATA_DIR": str(self.home / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.home / "runtime"),
            "IPYTHONDIR": str(self.home / "ipython"),
            "OPENBLAS_NUM_THREADS": "1",
        }

    @property
    def machine(self):
        """What runs a program where the exchange is at its address."""
        share = ["--bind", str(self.home / "share"), ADDRESS]
        return ["bwrap", "--dev-bind", "/", "/", "--cap-add", "ALL", "--die-with-parent", *share]

    def give(self, line, folder=None):
        """Give a line to a shell, in the course's folder or another, on a machine that has this exchange."""
        done = subprocess.run(
            [*self.machine, "bash", "-c", line],
            cwd=folder or self.course,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{line}:\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    @contextlib.contextmanager
    def loaded(self):
        """The same as ``give``; nbgrader's commands and the grader's are forks of one that loaded both."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        start = [*self.machine, sys.executable, "-c", LOADED]
        with subprocess.Popen(start, env=self.environment, **pipes) as running:

            def give(line, folder=self.course):
                words = shlex.split(line, comments=True)
                if words[0] != "nbgrader" and words[:3] != ["python", "-m", "course_grader"]:
                    return self.give(line, folder)
                said = self.home / "said"
                said.write_text("")
                print(shlex.join([str(folder), str(said), *words]), file=running.stdin, flush=True)
                assert running.stdout.readline() == "0\n", f"{line}:\n{said.read_text()}"
                return said.read_text()

            yield give

    def give_here(self, line):
        """The same, where it can be done in this process, which has everything loaded."""
        match shlex.split(line, comments=True):
            case ["python", "-m", "course_grader", *words]:
                with contextlib.chdir(self.course), contextlib.redirect_stdout(io.StringIO()) as said:
                    assert __main__.main(words) == 0
                return said.getvalue()
            case ["nbgrader", name, assignment] if assignment == ASSIGNMENT:
                return self.button(name)
            case _:
                return self.give(line)

    def button(self, name, *words):
        """A button of the formgrader, about the assignment; it does what the command of this name does."""
        config = PyFileConfigLoader("nbgrader_config.py", path=str(self.course)).load_config()
        done = getattr(NbGraderAPI(config=config), name)(ASSIGNMENT, *words)
        assert done["success"], done

    def next_step(self):
        """What the doctor says is next."""
        course = Course(self.course)
        course.config.Exchange.root = str(self.home / self.exchange)
        return standing.next_step(course)

    def gradebook(self):
        return Gradebook(f"sqlite:///{self.course / 'gradebook.db'}")

    def scores(self):
        """Student -> points, as the gradebook has them."""
        with self.gradebook() as gradebook:
            return {one.student_id: one.score for one in gradebook.assignment_submissions(ASSIGNMENT)}

    def waiting(self):
        """The students whose prose waits for the teacher."""
        with self.gradebook() as gradebook:
            found = gradebook.assignment_submissions(ASSIGNMENT)
            return {one.student_id for one in found if one.needs_manual_grade}

    def submission_id(self, name):
        """Of a student's notebook, as the formgrader's addresses have it."""
        with self.gradebook() as gradebook:
            return gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, name).id

    def mark_prose(self, points):
        """Give everybody who waits these points, as the formgrader does."""
        for name in self.waiting():
            with self.gradebook() as gradebook:
                grade = gradebook.find_grade("nan-in-words", ASSIGNMENT, ASSIGNMENT, name)
                grade.manual_score, grade.needs_manual_grade = points, False
                gradebook.db.commit()

    def hand_in(self, name, kind):
        """What `nbgrader fetch_assignment` and `nbgrader submit` do, in a student's folder."""
        folder = self.home / "students" / name
        folder.mkdir(parents=True)
        course = {"course_id": COURSE, "root": str(folder), "assignment_id": ASSIGNMENT, "student_id": name}
        exchange = {
            "root": str(self.home / self.exchange),
            "cache": str(folder / ".cache"),
            "assignment_dir": str(folder),
        }
        config = Config({"CourseDirectory": course, "Exchange": exchange})
        for step in (ExchangeFetchAssignment, ExchangeSubmit):
            course, student = CourseDirectory(config=config), Authenticator(config=config)
            step(coursedir=course, authenticator=student, config=config).start()
            if step is ExchangeFetchAssignment:
                KINDS[kind][0](folder / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")


@pytest.fixture
def room(tmp_path):
    """A machine that nobody has taught on; without bubblewrap there is none."""
    if shutil.which("bwrap") is None:
        reason = "the machine of the class is made with bubblewrap (Debian: apt install bubblewrap)"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    room = Classroom(tmp_path)
    checkout.lay(room.course)
    for name in ("share", "settings", "bin"):
        (tmp_path / name).mkdir()
    (tmp_path / "settings" / "nbgrader_config.py").write_text(ONE_USER)
    (tmp_path / "bin" / "sudo").write_text('#!/bin/sh\nexec "$@"\n')
    (tmp_path / "bin" / "sudo").chmod(0o755)
    return room
