"""Hostile submissions: none gains a point that it did not earn or loses one that it did; nobody else suffers.

Each is an honest submission, half of which is right, with one attack: a cell (``hostile/cells``) or what
``hostile/notebooks.py`` and ``folders.py`` do to the files. The cells are no ``.py`` files, lest a tool
import one out here.
"""

import contextlib
import copy
import csv
import ctypes
import gc
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import psutil
import pytest
from course_grader import marking, records, seeds, session, step, submission
from course_grader.course import Course
from course_grader.faults import GraderFault
from course_grader.limits import Limits
from course_grader.preprocessors import with_outputs
from nbconvert.filters import markdown2html

from course_lib.checks import running

from . import a_class, a_course
from .a_course import NAME, RELEASE
from .hostile import folders, notebooks

HALF = {
    "sgd-step": "def sgd_step(w, g, lr):\n    return w - lr * g",
    "after-three-updates": "def after_three_updates():\n    return -0.216, 0.216, -2.744",
}
EARNED = {"sgd-step": 3, "after-three-updates": 2}
CHECKS = {"check-sgd-step", "check-after-three-updates", "check-descend", "check-chosen-rate"}

LIMITS = Limits()
CALLS = 30  # seconds for the calls of a check: on a busy machine honest work may wait long for its turn
LITTLE = 0.1  # seconds for what never ends
LATE = 60  # seconds that nothing may outlive its deadline by; where nothing else runs, it is a moment
GROWTH = 50e6  # bytes
SUBREAPER = 36  # for prctl: orphans among this process's descendants become its children
WHERE, OWED = (re.compile(rf"^# {name}: (.+)", re.MULTILINE) for name in ("where", "owed"))


@dataclass(frozen=True)
class Cell:
    """A hostile cell. ``where``: the answer that it stands for; None: it is a new cell. ``owed``: points."""

    path: Path

    @property
    def source(self):
        return self.path.read_text(encoding="utf-8")

    @property
    def where(self):
        found = WHERE.search(self.source)
        return found and found[1]

    @property
    def owed(self):
        found = OWED.search(self.source)
        return float(found[1]) if found else sum(EARNED.values()) - EARNED.get(self.where, 0)

    @property
    def gained(self):
        """Points of a check of its own, behind half right work."""
        return self.owed - sum(EARNED.values()) + EARNED.get(self.where, 0)

    def submitted(self):
        """The text of the half right notebook with this cell in it."""
        return written({self.where: self.source}) if self.where else written({}, self.source)


CELLS = [Cell(path) for path in sorted(Path(__file__).with_name("hostile").glob("cells/*.cell"))]
CLASSMATES = ["Zoë o'Neil", "-rf", "classmate", "{assignment_id}"]
IN_THE_BATCH = [  # all kinds of attacks that end by themselves; all others are marked here
    "eat_disk", "eat_forks", "eat_threads", "exit_at_once", "forge_report", "kill_all", "poison_bytecode",
    "read_gradebook", "say_markup", "say_surrogates", "wire_junk",
    "check_taken_over", "control_characters", "files_beside", "forged_empty_rows", "huge",
    "link_to_a_classmate", "links_beside", "many_files_beside", "more_to_grade", "pipe", "rows_without_end",
]  # fmt: skip
END_THEIR_PROCESS = {  # as many as a notebook may: what they did to it is met by nothing that is run next
    "loops": [
        "loop", "loop_deaf", "loop_in_c", "loop_in_regex", "loop_swallowing", "patch_clock", "recurse",
        "recurse_in_c",
    ],
    "hogs": [
        "eat_inodes", "eat_memory_by_lists", "eat_memory_by_mmap", "print_flood", "print_flood_by_fd",
        "state_gc", "stop_itself", "wait_for_input", "wire_silence",
    ],
    "ends": [
        "crash", "crash_by_abort", "kill_parent", "patch_builtins", "patch_json", "say_nothing", "swap_code",
        "wire_crossed", "wire_present",
    ],
    "ends in a call": [
        "crash_in_function", "equal_words", "exit_by_interrupt", "exit_in_function", "loop_in_error",
        "loop_in_function", "loop_in_import", "loop_in_numpy", "return_strides", "wire_closed_later",
        "wire_dripping",
    ],
}  # fmt: skip
ENDING = [name for names in END_THEIR_PROCESS.values() for name in names]
LEAVE_NOTHING = (  # so their names begin: all is over with the cell, or with the check of its function
    "become_", "daemon", "eat_memory_by_memfd", "eat_memory_by_shm", "eat_memory_in_", "eat_processes",
    "eat_watches", "equal_", "exit_by_", "find_", "forge_", "kill_by_", "link_", "look_", "loop_in_",
    "network", "patch_comparing", "patch_tasks", "poison_home", "print_flood_in_function", "read_",
    "recurse_in_compiler", "return_", "say_", "search_", "share_", "state_answer_", "state_arguments_",
    "state_asks_", "state_memorised", "state_once", "state_root", "state_signature", "state_syscalls",
    "transform_",
)  # fmt: skip
NEVER_END = {
    "eat_inodes", "eat_memory_by_lists", "eat_memory_by_mmap", "kill_parent", "loop", "loop_deaf",
    "loop_in_c", "loop_in_regex", "loop_swallowing", "patch_clock", "print_flood", "print_flood_by_fd",
    "read_requests", "recurse", "recurse_in_c", "stop_itself", "wait_for_input", "wire_silence",
}  # fmt: skip
SOME_DAY = {name for name in NEVER_END if name.startswith("eat_")}  # these may end by themselves, if quick
NEVER_ANSWER = {"loop_in_error", "loop_in_numpy", "wire_lying"}  # when their function is called
STOPPED_WITHIN = {"loop_in_function", "loop_in_import"}  # likewise, but by the process itself, which goes on
DEAF = {"read_requests", "wire_deaf"}  # to all that comes after them
TOGETHER = [
    cell
    for cell in CELLS
    if cell.path.stem.startswith(LEAVE_NOTHING)
    and cell.path.stem not in [*IN_THE_BATCH, *ENDING, "read_requests"]  # whose threads go on
]

BESIDE = {  # each changes for good what no other one uses
    "patch_check", "patch_isclose", "patch_library", "patch_os_calls", "state_environment",
    "state_other_task", "state_screen",
}  # fmt: skip
IN_ONE_NOTEBOOK = [TOGETHER, [cell for cell in CELLS if cell.path.stem in BESIDE]]
ALONE = [
    cell for cell in CELLS if cell not in TOGETHER and cell.path.stem not in [*BESIDE, *IN_THE_BATCH, *ENDING]
]


def written(answers, cell=None):
    """The text of a half right notebook, with other answers, and a new cell behind the set-up."""
    notebook = nbformat.from_dict(RELEASE)
    for each in notebook.cells:
        each.source = (HALF | answers).get(each.id, each.source)
    if cell:
        notebook.cells.insert(2, nbformat.v4.new_code_cell(cell, id="attack"))
    return nbformat.writes(notebook)


def seed_of(task):
    return sum(task.encode())


def total(report):
    return sum(mark.points for mark in report.marks)


@pytest.fixture(scope="module")
def classmate(walls):
    """An honest submission, and its marks before any attack."""
    notebook = submission.rebuilt(written({}), RELEASE)
    report = marking.mark(notebook, seed_of, walls, LIMITS)
    assert total(report) == sum(EARNED.values())
    return notebook, report.marks


@pytest.fixture(scope="module")
def memory(classmate):
    """Bytes that this process has before the first attack."""
    gc.collect()
    return psutil.Process().memory_info().rss


@pytest.fixture(scope="module", autouse=True)
def _adopts_orphans(walls):
    prctl = ctypes.CDLL(None).prctl
    prctl(SUBREAPER, 1, 0, 0, 0)
    yield
    prctl(SUBREAPER, 0, 0, 0, 0)


@pytest.fixture(scope="module")
def others():
    """What this process had started before: a browser, if tests of pages came first."""
    return psutil.Process().children()


@pytest.fixture
def patient(monkeypatch):
    """What never ends has little time, and all else as long as it may need on a busy machine."""
    monkeypatch.setattr(running, "SECONDS", CALLS)
    ask, names = session.Worker.ask, {cell.source: cell.path.stem for cell in CELLS}

    def asked(worker, do, what, seconds):
        if do == "cell":
            told[worker].append(names.get(what["source"]))
        *_, last = told[worker]
        if do == "call" and last in STOPPED_WITHIN:
            what = what | {"seconds": LITTLE}
        elif last in (NEVER_END if do == "cell" else NEVER_ANSWER) or DEAF & {*told[worker]}:
            seconds = LITTLE
        return ask(worker, do, what, seconds)

    told = defaultdict(lambda: [None])  # for each process its hostile cells, by name, and None for others
    monkeypatch.setattr(session.Worker, "ask", asked)


@pytest.fixture
def no_remains(tmp_path, monkeypatch, others, patient):
    """Fails if an attack leaves a process or a file, or ends later than its deadline allows."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    begin = time.monotonic()
    yield
    assert time.monotonic() - begin < LIMITS.whole_seconds + LATE
    assert_nothing_runs(others)
    assert files_left(tmp_path) == []


def assert_nothing_runs(others):
    end = time.monotonic() + LATE
    while left := [process for process in started_since(others) if alive(process)]:
        assert time.monotonic() < end, left
        time.sleep(0.01)


def started_since(others):
    """Every process below this one, but for the others and theirs."""
    for child in psutil.Process().children():
        if child not in others:
            yield child
            with contextlib.suppress(psutil.NoSuchProcess):
                yield from child.children(recursive=True)


def alive(process):
    """Does it run? A child that has ended is buried."""
    with contextlib.suppress(psutil.NoSuchProcess, ChildProcessError):
        if process.status() != psutil.STATUS_ZOMBIE:
            return True
        os.waitpid(process.pid, os.WNOHANG)
    return False


def files_left(folder):
    """What is in a folder for temporary files, and what attacks left in those of the system."""
    shared = (path for name in ("/tmp", "/var/tmp", "/dev/shm") for path in Path(name).glob("hostile*"))
    return [*folder.iterdir(), *shared]


def test_each_says_what_it_tries():
    assert [cell.path for cell in CELLS if not re.match('""".+"""\n', cell.source)] == []
    assert [spoil for spoil in notebooks.ATTACKS if not spoil.__doc__] == []


def told_little(report, checks=CHECKS):
    """Is a report on all checks small, and does none of its cells say that what it tried was possible?"""
    assert {mark.grade_id for mark in report.marks} == checks
    assert not any(said.error.startswith("AssertionError: out") for said in report.said), "it was possible"
    return len(json.dumps(report.to_dict())) < 200_000


def harmless(notebook):
    """Is a marked notebook valid and small, and does a browser run nothing of it?"""
    nbformat.validate(notebook)
    return len(nbformat.writes(notebook).encode()) < 200_000 and live(notebook) == []


def is_unread(notebook):
    return any("nothing in it was marked" in cell.source for cell in notebook.cells)


@pytest.mark.parametrize("cell", ALONE, ids=lambda cell: cell.path.stem)
@pytest.mark.usefixtures("memory", "no_remains")
def test_a_hostile_cell_has_the_points_of_honest_work(cell, walls):
    notebook = submission.rebuilt(cell.submitted(), RELEASE)
    report = marking.mark(notebook, seed_of, walls, LIMITS)
    assert total(report) == pytest.approx(cell.owed, abs=0.001)
    assert told_little(report)
    assert harmless(with_outputs(notebook, report))


def in_one_notebook(attacks):
    """A rebuilt notebook, half right, with all these cells: each before a check of its own if it answers a
    task, else behind the set-up."""
    notebook = submission.rebuilt(written({}), RELEASE)
    checks = {cell.id: cell for cell in notebook.cells if cell.id in CHECKS}
    for attack in attacks:
        cell = nbformat.v4.new_code_cell(attack.source, id=attack.path.stem)
        if attack.where:
            check = copy.deepcopy(checks[f"check-{attack.where}"])
            check.id = check.metadata.nbgrader.grade_id = f"check-{cell.id}"
            notebook.cells += [cell, check]
        else:
            notebook.cells.insert(2, cell)
    return notebook


def have_the_points_of_honest_work(attacks, walls):
    """Asserts it of a notebook with all of them; the cells and checks in which its process ended, by id."""
    notebook = in_one_notebook(attacks)
    report = marking.mark(notebook, seed_of, walls, LIMITS)
    checks = {f"check-{attack.path.stem}": attack.gained for attack in attacks if attack.where}
    points = {mark.grade_id: mark.points for mark in report.marks}
    owed = dict.fromkeys(CHECKS, 0) | {f"check-{name}": earned for name, earned in EARNED.items()} | checks
    assert points == pytest.approx(owed, abs=0.001)
    assert told_little(report, points.keys())
    assert harmless(with_outputs(notebook, report))
    left_out = {said.cell for said in report.said if said.error.endswith("run without this one")}
    return left_out | {mark.grade_id for mark in report.marks if mark.state != marking.GRADED}


@pytest.mark.parametrize("attacks", IN_ONE_NOTEBOOK, ids=["leave nothing", "change something"])
@pytest.mark.usefixtures("memory", "no_remains")
def test_cells_that_leave_the_others_alone_have_the_points_of_honest_work(attacks, walls):
    """None ends the process in which the next one is run."""
    assert have_the_points_of_honest_work(attacks, walls) == set()


@pytest.mark.parametrize("names", END_THEIR_PROCESS.values(), ids=END_THEIR_PROCESS)
@pytest.mark.usefixtures("memory", "no_remains")
def test_cells_that_end_their_process_have_the_points_of_honest_work(names, walls):
    attacks = [cell for cell in CELLS if cell.path.stem in names]
    ended = {name.removeprefix("check-") for name in have_the_points_of_honest_work(attacks, walls)}
    assert ended | SOME_DAY & {*names} == {*names} - STOPPED_WITHIN


@pytest.fixture
def handed_in(tmp_path_factory):
    """The folder of a student, whose neighbour is honest."""
    folder = tmp_path_factory.mktemp("submitted")
    for student in ("classmate", "attacker"):
        place = folder / student / NAME
        place.mkdir(parents=True)
        notebooks.at(place).write_text(written({}), encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def marked():
    """Marks what was handed in; the same attempt once, for what its code can know is all in its name."""
    reports = {}

    def mark(given):
        if given.attempt not in reports:
            seed_of = seeds.seeds(notebooks.KEY, NAME, "attacker", given.attempt)
            reports[given.attempt] = step.mark(replace(step.Step.of(given, seed_of), limits=LIMITS))
        return reports[given.attempt]

    return mark


@pytest.mark.parametrize(
    "spoil",
    [spoil for spoil in notebooks.ATTACKS if spoil.__name__ not in IN_THE_BATCH],
    ids=lambda spoil: spoil.__name__,
)
@pytest.mark.usefixtures("memory", "no_remains")
def test_a_hostile_file_has_the_points_of_honest_work(spoil, handed_in, marked):
    owed = notebooks.ATTACKS[spoil]
    spoil(handed_in)
    given = submission.handed_in(handed_in, RELEASE, NAME)
    report = marked(given)
    assert told_little(report)
    assert total(report) == (owed or 0)
    assert is_unread(given.notebook) == (owed is None)
    assert harmless(with_outputs(given.notebook, report))


def state(folder):
    """All that is in a folder and its folders, with contents, times and numbers."""
    paths = [(path, path.lstat()) for path in sorted(folder.rglob("*"))]
    return [
        (
            path,
            about.st_mode,
            about.st_ino,
            about.st_mtime_ns,
            about.st_ctime_ns,
            path.is_file() and path.read_bytes(),
        )
        for path, about in paths
    ]


SPOILS = [*folders.REFUSED, *notebooks.ATTACKS]


@pytest.mark.parametrize("spoil", SPOILS, ids=lambda spoil: spoil.__name__)
def test_nothing_outside_of_a_hostile_folder_is_written_renamed_or_deleted(spoil, handed_in):
    classmate = handed_in.parent.with_name("classmate")
    spoil(handed_in)
    outside = [folder for folder in (classmate, handed_in.parents[2] / "outside") if folder.exists()]
    before = [state(folder) for folder in outside]
    refused = pytest.raises(GraderFault) if spoil in folders.REFUSED else contextlib.nullcontext()
    with refused as why:
        submission.put_right(handed_in, RELEASE, NAME)
    assert [state(folder) for folder in outside] == before
    if why:
        assert re.search(r"is a link, or no folder|another name elsewhere \(a hard link\)", str(why.value))
    else:
        left = [path for path in handed_in.rglob("*") if not path.is_file() and not path.is_dir()]
        assert [path for path in left if ".submitted" not in str(path)] == []
        assert not any(path.is_symlink() for path in handed_in.rglob("*") if ".submitted" not in str(path))


def live(notebook):
    """What a browser would run or load of its texts, as the formgrader shows them."""
    finder = Live()
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            finder.feed(markdown2html(cell.source))
    return finder.found


class Live(HTMLParser):
    """Finds tags and attributes that run or load something."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        targets = [value for name, value in attrs if name in ("href", "src") and value]
        runs = any(name.startswith("on") for name, _ in attrs)
        if runs or tag in ("script", "iframe", "svg", "form") or any(":" in target for target in targets):
            self.found.append(self.get_starttag_text())


def test_a_classmate_has_the_same_marks_after_all_of_them(classmate, walls):
    notebook, before = classmate
    assert marking.mark(notebook, seed_of, walls, LIMITS).marks == before


def test_the_grader_has_not_grown(memory):
    gc.collect()
    assert psutil.Process().memory_info().rss - memory < GROWTH


# One batch, as a teacher runs it: classmates with odd names, and those attacks.


@dataclass(frozen=True)
class Batch:
    """What came of ``python -m course_grader mark``: its ``rows`` by student, the gradebook's ``scores``."""

    course: Course
    done: subprocess.CompletedProcess
    rows: dict
    scores: dict
    left: list


@pytest.fixture(scope="module")
def batch(walls, others, tmp_path_factory):
    folder = tmp_path_factory.mktemp("batch")
    course = Course(a_course.make(folder / "course"))
    a_course.tell_gradebook(course)
    for student in [*CLASSMATES, *IN_THE_BATCH]:
        a_course.hand_in(course, student, HALF)
    submitted = course.grading / "submitted"
    for cell in CELLS:
        if cell.path.stem in IN_THE_BATCH:
            at = notebooks.at(submitted / cell.path.stem / NAME)
            at.write_text(cell.submitted(), encoding="utf-8")
    for spoil in notebooks.ATTACKS:
        if spoil.__name__ in IN_THE_BATCH:
            spoil(submitted / spoil.__name__ / NAME)
    (folder / "tmp").mkdir()
    words = ["mark", NAME, "--course", str(course.root), "--csv", "marks.csv"]
    done = subprocess.run(
        [sys.executable, "-m", "course_grader", *words],
        cwd=folder,
        env=os.environ | {"TMPDIR": str(folder / "tmp")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert_nothing_runs(others)
    with (folder / "marks.csv").open(encoding="utf-8") as table:
        rows = {row["student"].removeprefix("'"): row for row in csv.DictReader(table)}
    return Batch(course, done, rows, a_course.scores(course), files_left(folder / "tmp"))


def test_the_batch_marks_everybody(batch):
    assert batch.done.returncode == 0, batch.done.stdout + batch.done.stderr
    assert batch.rows.keys() == set(batch.course.students(NAME)) == batch.scores.keys()
    assert batch.left == []


@pytest.mark.parametrize("student", [*CLASSMATES, *IN_THE_BATCH])
def test_all_have_the_points_of_honest_work_in_the_batch(student, batch):
    owed = {cell.path.stem: cell.owed for cell in CELLS}
    owed |= {spoil.__name__: points for spoil, points in notebooks.ATTACKS.items()}
    points = owed.get(student, sum(EARNED.values()))
    assert float(batch.rows[student]["points"]) == batch.scores[student] == (points or 0)
    assert told_little(records.Records(batch.course.marks, NAME).read(student).report)
    marked = nbformat.read(a_class.autograded(batch.course, student), as_version=4)
    assert is_unread(marked) == (points is None)
    assert harmless(marked)


def test_nbgrader_keeps_little_of_it(batch):
    kept = (
        path.stat().st_size for path in (batch.course.grading / "autograded").rglob("*") if path.is_file()
    )
    assert sum(kept) < 50e6
