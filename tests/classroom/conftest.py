"""A course with ten students, from the release of an exercise to the marks, by nbgrader's own commands and
buttons. They are marked by the grader, as on every machine that has it.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeFetchAssignment, ExchangeSubmit
from traitlets.config import Config, PyFileConfigLoader

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "01_learning_rate"

RIGHT = {
    "sgd-step": "def sgd_step(w, g, lr):\n    return w - lr * g",
    "after-three-updates": "def after_three_updates():\n    return -0.216, 0.216, 2.744",
    "descend": (
        "def descend(w, lr, curvature, updates):\n"
        "    return [w * (1 - lr * curvature) ** n for n in range(updates + 1)]"
    ),
    "chosen-rate": "def chosen_rate():\n    return 0.125",
    "nan-in-words": "The rate is too large: the loss grows, and ends as nan. Divide lr by 10.",
}
HALF = {
    "sgd-step": RIGHT["sgd-step"],
    "after-three-updates": "def after_three_updates():\n    return -0.216, 0.216, -2.744",
}
ENDLESS = "def descend(w, lr, curvature, updates):\n    while True:\n        updates += 1"
ENDS_THE_KERNEL = "import os\n\n\ndef descend(w, lr, curvature, updates):\n    os._exit(0)"
GREEDY = "def sgd_step(w, g, lr):\n    hog = [w]\n    while True:\n        hog = hog + hog"


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


STUDENTS = {  # what each does to the fetched notebook, and the points that the checks owe for it
    "right": (written(RIGHT), 12),
    "half": (written(HALF), 5),
    "empty": (written({}), 0),
    "syntax_error": (written(RIGHT | {"sgd-step": "def sgd_step(w, g, lr)\n    return w"}), 9),
    "deleted_check": (without_a_check, 12),
    "endless_loop": (written(RIGHT | {"descend": ENDLESS}), 8),
    "os_exit": (written(RIGHT | {"descend": ENDS_THE_KERNEL}), 8),
    "memory_hog": (written(RIGHT | {"sgd-step": GREEDY}), 9),
    "renamed_file": (renamed, 12),
    "wrong_encoding": (in_another_encoding, 12),
}


@dataclass
class Classroom:
    """The teacher's folder, the exchange and the students' folders, all inside ``home``."""

    home: Path

    @property
    def course(self):
        return self.home / "course"

    @property
    def environment(self):
        names = ["JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"]
        return os.environ | {name: str(self.home / name.lower()) for name in names}

    def gradebook(self):
        return Gradebook(f"sqlite:///{self.course / 'gradebook.db'}")

    def submission_id(self, name):
        """Of a student's notebook, as the formgrader's addresses have it."""
        with self.gradebook() as gradebook:
            return gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, name).id

    def manual_score(self, name):
        """What the teacher gave a student's prose."""
        with self.gradebook() as gradebook:
            return gradebook.find_grade("nan-in-words", ASSIGNMENT, ASSIGNMENT, name).manual_score

    def teacher(self, *words):
        """A command of nbgrader, as the teacher types it in the course's folder."""
        exchange = f"--Exchange.root={self.home / 'exchange'}"
        command = [sys.executable, "-m", "nbgrader", *words, exchange]
        done = subprocess.run(
            command, cwd=self.course, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"nbgrader {' '.join(words)}:\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def button(self, name):
        """A button of the formgrader, about the assignment; it does what the command of this name does."""
        config = PyFileConfigLoader("nbgrader_config.py", path=str(self.course)).load_config()
        config.Exchange.root = str(self.home / "exchange")
        config.ExchangeCollect.check_owner = False  # here one user plays all students
        done = getattr(NbGraderAPI(config=config), name)(ASSIGNMENT)
        assert done["success"], done

    def student(self, step, name):
        """What `nbgrader fetch_assignment` and `nbgrader submit` do, in the student's folder."""
        folder = self.home / "students" / name
        folder.mkdir(parents=True, exist_ok=True)
        course = {
            "course_id": "losses_and_optimizers",
            "root": str(folder),
            "assignment_id": ASSIGNMENT,
            "student_id": name,
        }
        exchange = {
            "root": str(self.home / "exchange"),
            "cache": str(folder / ".cache"),
            "assignment_dir": str(folder),
        }
        config = Config({"CourseDirectory": course, "Exchange": exchange})
        course = CourseDirectory(config=config)
        step(coursedir=course, authenticator=Authenticator(config=config), config=config).start()
        return folder / ASSIGNMENT


@pytest.fixture(scope="session")
def classroom(tmp_path_factory):
    """Released, fetched, written, handed in, collected, marked, given back and exported."""
    room = Classroom(tmp_path_factory.mktemp("classroom"))
    (room.home / "exchange").mkdir()
    (room.home / "exchange").chmod(0o777)
    for part in (f"solutions/{ASSIGNMENT}", "tools"):
        shutil.copytree(ROOT / part, room.course / part)
    shutil.copy(ROOT / "nbgrader_config.py", room.course)

    room.button("generate_assignment")
    room.button("release_assignment")
    for name, (write, _) in STUDENTS.items():
        fetched = room.student(ExchangeFetchAssignment, name)
        write(fetched / f"{ASSIGNMENT}.ipynb")
        room.student(ExchangeSubmit, name)
    room.button("collect")
    room.teacher("autograde", ASSIGNMENT)
    return room
