"""Thirty students, from right to hostile, and a teacher who gives the lines of docs/teaching.md in turn."""

import csv
import re
from dataclasses import replace

import pytest
from course_grader import standing
from playwright.sync_api import expect

from tools import lab

from . import report_page
from .conftest import (
    ASSIGNMENT,
    KINDS,
    ONE_USER,
    PAGE,
    POINTS,
    ROOT,
    STUDENTS,
    TYPES,
    WRITE_NO_PROSE,
    lines_below,
)

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own
NOTEBOOK = f"{ASSIGNMENT}/{ASSIGNMENT}.ipynb"
PROSE = 2.5  # points that the teacher gives to everybody who wrote


@pytest.fixture
def teachers_page(browser):
    """Nbgrader's pages ask for a library on the network; nothing but this machine answers here."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.route(lambda url: "//127.0.0.1" not in url, lambda route: route.abort())
    yield page
    page.close()


def test_thirty_students_from_the_first_line_to_the_last(room, teachers_page, browser):
    """Before each command the doctor names it; after it, what it was to do is done.

    That a shell finds nbgrader is shown below.
    """
    assert len(STUDENTS) == 30
    first, *others = lines_below("Once")
    assert first == "pip install . ./grader"  # tests/install gives it
    for line in others:
        room.give(line)
    after = {
        "generate_assignment": released_is_what_is_committed,
        "mark": everybody_has_the_points_of_their_own_work,
        "generate_feedback": everybody_has_a_page,
        "export": the_table_has_everything,
    }
    with room.loaded() as give:
        assert "gradebook   not yet" in give("python -m course_grader doctor")
        for line in lines_below("For each lesson"):
            command, _, said = line.partition("#")
            if command:
                assert command.strip() in room.next_step()
                give(command)
                for word in after.keys() & command.split():
                    after[word](room)
            elif "students" in said:
                if "submit" in said:
                    assert room.next_step() == f"{standing.LATER} nbgrader collect {ASSIGNMENT}"
                students_turn(room, give, re.findall(r"nbgrader \w+ \w+", said))
            else:
                assert "mark what" in room.next_step()
                prose_is_marked(room, teachers_page)
    assert "02_regression_losses" in room.next_step()
    report, _, export = lines_below("In the evening")
    room.give_here(report)
    report_page.is_readable(browser, room.course / "grading" / "reports" / f"{ASSIGNMENT}.html", STUDENTS)
    assert "moodle" in room.give_here(export)


def students_turn(room, give, commands):
    """One student types the commands as they stand, and is warned of nothing; the others need no process."""
    folder = room.home / "students" / TYPES
    folder.mkdir(parents=True, exist_ok=True)
    for command in commands:
        assert "WARNING" not in give(command, folder)
        if "fetch_assignment" in command:
            KINDS[STUDENTS[TYPES]][0](folder / NOTEBOOK)
    if "fetch_feedback" in " ".join(commands):
        (page,) = folder.glob(f"{ASSIGNMENT}/feedback/*/{ASSIGNMENT}.html")
        assert "3 of 3 points" in page.read_text(encoding="utf-8")
    else:
        assert "WARNING" not in give("nbgrader list", folder)
        for name, kind in STUDENTS.items():
            if name != TYPES:
                room.hand_in(name, kind)


def released_is_what_is_committed(room):
    assert (room.course / "exercises" / NOTEBOOK).read_bytes() == (ROOT / "exercises" / NOTEBOOK).read_bytes()


def everybody_has_the_points_of_their_own_work(room):
    assert room.scores() == POINTS
    assert room.waiting() == {name for name, kind in STUDENTS.items() if kind not in WRITE_NO_PROSE}
    with room.gradebook() as gradebook:
        assert {one.max_score for one in gradebook.assignment_submissions(ASSIGNMENT)} == {15}
    marked = room.course / "grading" / "autograded" / "right" / NOTEBOOK
    assert "seed=" in (room.course / "solutions" / NOTEBOOK).read_text()
    assert "seed=" not in marked.read_text(), "their code and the hidden cases never met"
    assert (room.course / "grading" / "key").exists()


def prose_is_marked(room, page):
    """One student's by hand in the formgrader, the others' at once."""
    with lab.serve(room.course, cwd=room.course) as url:
        page.goto(f"{url}/formgrader/gradebook/{ASSIGNMENT}/{ASSIGNMENT}")
        expect(page.locator("tbody tr")).to_have_count(len(STUDENTS))
        page.goto(f"{url}/formgrader/submissions/{room.submission_id('right')}")
        page.wait_for_load_state("networkidle")  # its script listens to the field only then
        prose = page.locator(".nbgrader_cell").filter(has_text="Divide lr by 10")
        with page.expect_response(lambda answer: "/api/grade/" in answer.url and answer.ok):
            prose.locator("input.score").fill(str(PROSE))
            page.keyboard.press("Tab")
    assert room.scores()["right"] == POINTS["right"] + PROSE
    room.mark_prose(PROSE)


def everybody_has_a_page(room):
    pages = {
        path.parts[-3]: path.read_text(encoding="utf-8")
        for path in (room.course / "grading" / "feedback").glob(f"*/{ASSIGNMENT}/{ASSIGNMENT}.html")
    }
    assert pages.keys() == STUDENTS.keys()
    assert "did not end within 2 s" in pages["endless_loop"]
    assert "its process ended" in pages["os_exit"]


def the_table_has_everything(room):
    with (room.course / "marks.csv").open() as table:
        marks = {row["student_id"]: float(row["score"]) for row in csv.DictReader(table)}
    wrote = {name: 0 if kind in WRITE_NO_PROSE else PROSE for name, kind in STUDENTS.items()}
    assert marks == {name: POINTS[name] + wrote[name] for name in STUDENTS}


def test_without_an_exchange_files_are_given_and_put_by_hand(room):
    """The page names the lines to leave out, and where a file belongs. That the others work as they stand is
    shown above; here they are buttons, which need no process."""
    said = re.search(r"Below, leave out ([^;]+);", PAGE)[1]
    left_out = re.findall(r"`(\w+)`", said)
    assert left_out == ["release_assignment", "collect", "release_feedback"]
    place = re.search(r"`(\S+/STUDENT/\S+)`", PAGE)[1]
    for line in lines_below("For each lesson"):
        command, _, said = line.partition("#")
        if "fetch_assignment" in said:
            assert room.next_step().startswith(f"{standing.LATER} put each one's file into")
            for name in ("right", "half"):
                path = room.course / place.replace("STUDENT", name)
                path.parent.mkdir(parents=True)
                path.write_bytes((room.course / "exercises" / NOTEBOOK).read_bytes())
                KINDS[name][0](path)
        elif "prose" in said:
            room.mark_prose(PROSE)
        elif command and command.split()[1] not in left_out:
            assert command.strip() in room.next_step()
            room.give_here(command)
    pages = (room.course / "grading" / "feedback").glob(f"*/{ASSIGNMENT}/{ASSIGNMENT}.html")
    assert len(list(pages)) == 2
    assert (room.course / "marks.csv").is_file()
    assert room.scores() == {"right": 12 + PROSE, "half": 5}


def test_the_exchange_may_be_a_folder_of_ones_own_and_the_commands_buttons(room):
    """As the page has it for a machine without sudo; the formgrader's buttons are these calls."""
    folder = room.home / "own exchange"
    made, written = re.search(r"You make it with\s+`([^`]+)`,\s+and write `([^`]+)`", PAGE).groups()
    room.give(made.replace("FOLDER", f"'{folder}'"))
    with (room.course / "nbgrader_config.py").open("a") as settings:
        settings.write(f"{written.replace('FOLDER', str(folder))}\n{ONE_USER.splitlines()[1]}\n")
    own = replace(room, exchange=folder.name)
    own.button("generate_assignment")
    own.button("release_assignment")
    for name in ("right", "too_slow"):
        own.hand_in(name, name)
    own.button("collect")
    own.button("autograde", "right")
    assert own.scores() == {"right": 12}
    assert "python -m course_grader mark" in own.next_step()
    own.button("autograde", "too_slow")
    assert own.scores() == {"right": 12, "too_slow": 11}
    assert "mark what 2 students wrote" in own.next_step()
    own.mark_prose(PROSE)
    own.button("generate_feedback")
    with own.loaded() as give:
        give(f"nbgrader release_feedback {ASSIGNMENT}")  # nbgrader's button warns of its own code
        assert "nbgrader export --to marks.csv" in own.next_step()
        said = re.search(r"give\s+`(--Exchange\.root=FOLDER)`", PAGE)[1].replace("FOLDER", f"'{folder}'")
        assert ASSIGNMENT in give(f"nbgrader list {said}", own.home)


def test_the_button_validate_says_what_is_missing(room):
    for name in ("right", "half"):
        path = room.home / f"{name}.ipynb"
        path.write_bytes((room.course / "exercises" / NOTEBOOK).read_bytes())
        KINDS[name][0](path)
    told = room.give("nbgrader validate right.ipynb half.ipynb", room.home)
    assert told.count("Your notebook passes all the tests") == 1
    assert "Partial credit" in told
    assert "You did not provide a response" in told
