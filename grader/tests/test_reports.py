"""The report on a class that was really marked, and the parts of which it is made."""

import csv
import re
import shutil
from datetime import datetime
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from course_grader import __main__
from course_grader.batch import Batch
from course_grader.course import Course
from course_grader.gradebook import Gradebook
from course_grader.marking import UNWRITTEN
from course_grader.reports import drawings, markup

from course_lib.checks import tasks

from . import a_course
from .a_class import Here
from .a_course import NAME, RIGHT

UPHILL = RIGHT["sgd-step"].replace("-", "+")
SIGN = next(iter(tasks.BY_NAME["sgd_step"].mistakes))
ODD = """def descend(w, lr, curvature, updates):
    {0} = [w] * (updates + 1)
    k = 1
    while k <= updates:
        {0}[k] = {0}[k - 1] * (1 - lr * curvature)
        k += 1
    return {0}"""
CLASS = {  # what they hand in; all of it two hours late
    "ada": RIGHT,
    "bob": {"sgd-step": UPHILL, "descend": ODD.format("path")},
    "cy": {"sgd-step": UPHILL, "descend": ODD.format("places")},
    "<b>dan": {"sgd-step": "def sgd_step(w, g, lr):\n    return 7 * w"},
}
WICKED = {"first_name": "<script>alert(1)</script>", "last_name": '" onload="alert(2)'}


@pytest.fixture(scope="module")
def made(tmp_path_factory, walls):
    """Marked behind the real walls, ada's check and prose by hand; eve has handed in nothing."""
    course = Course(a_course.make(tmp_path_factory.mktemp("made") / "course"))
    a_course.tell_gradebook(course)
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text().replace("per_cent_a_day = 0", "per_cent_a_day = 10"))
    for name, answers in CLASS.items():
        a_course.hand_in(course, name, answers)
    mark(course, *CLASS)
    a_course.by_hand(course, "ada", "check-descend", 3.5)
    mark(course, "ada", again=True)
    a_course.by_hand(course, "ada", "nan-in-words", 3.0)
    with a_course.api(course).gradebook as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate=datetime(2026, 1, 31, 8))
        gradebook.update_or_create_student("eve", **WICKED)
    a_course.hand_in(course, "fay", {})  # and is not marked
    return course.root


def mark(course, *students, **options):
    batch = Batch(course, NAME, students, Gradebook(course.config, NAME), **options)
    assert not any(row.failed for row in batch.run(batch.jobs(), Here()))


@pytest.fixture(scope="module")
def reported(made):
    assert __main__.main(["report", "--course", str(made)]) == 0
    return made / "grading" / "reports"


class Read(HTMLParser):
    """The texts of a page's sections by their headings, and whether all its elements are closed."""

    def __init__(self, page):
        super().__init__()
        self.open, self.sections, self.named, self.tags = [], {}, {}, []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "section":
            self.title, self.names = "", dict(attributes).get("class") == "names"
        if tag not in ("meta", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag != "input":
            assert self.open.pop() == tag

    def handle_data(self, text):
        if "section" in self.open:
            if self.open[-1] == "h2":
                self.title = text
                self.sections[text], self.named[text] = [], self.names
            else:
                self.sections[self.title].append(text)


@pytest.fixture(scope="module")
def page(reported):
    return Read((reported / f"{NAME}.html").read_text(encoding="utf-8"))


def section(page, title):
    return " ".join(page.sections[title])


def test_the_mistakes_of_a_task_stand_in_the_words_that_students_were_told(page):
    said = section(page, "The most frequent mistakes")
    assert f"Task 1. A step that went wrong 2 of 4:  {SIGN} 2 of 4" in said
    assert "1 more went wrong in other ways." in said  # dan's
    assert f"Task 2. Predict 3 of 4:  {UNWRITTEN}" in said
    assert f"Task 3. A whole path 1 of 4:  {UNWRITTEN}" in said


def test_the_tasks_stand_with_the_hardest_first(page):
    said = section(page, "The tasks, the hardest first")
    shares = [int(share) for share in re.findall(r"Task \d[^:]+: (\d+)%", said)]
    assert len(shares) == 5
    assert shares == sorted(shares)
    assert "Task 1. A step that went wrong: 25%  of 3 points; 1 of 4 have all" in said


def test_who_is_missing_late_alike_or_changed_by_hand(page):
    missing = section(page, "Nothing handed in")
    assert f"{WICKED['last_name']}, {WICKED['first_name']} (eve)" in missing
    assert "Handed in and not marked yet: fay." in missing
    late = section(page, "Late")
    assert late.startswith("Each day begun after the due date costs 10% of the assignment's points.")
    assert "<b>dan 2026-01-31 10:00 1 0 0" in late  # who has earned next to nothing
    assert "ada 2026-01-31 10:00 1 0 1.5" in late
    assert "bob; cy descend 6 others" in section(page, "Answers that are alike")
    assert "ada check-descend 4 3.5 marked again since: look once more" in section(page, "Changed by hand")
    assert "ada 13 -1.5 3 3 3.5 2 3 waits for you" in section(page, "Everybody")


def test_names_are_where_the_switch_hides_them(page):
    public = {title for title, named in page.named.items() if not named}
    assert public == {"Marks", "The most frequent mistakes", "The tasks, the hardest first"}
    for title in public:
        assert not re.search(r"\b(ada|bob|cy|dan|eve|fay)\b", section(page, title))


def test_no_text_of_a_students_is_html_and_nothing_is_loaded(page, reported):
    assert not {tag for tag, _ in page.tags} & {"script", "b", "link", "img", "iframe"}
    assert not [name for _, given in page.tags for name in given if name.startswith("on")]
    for file in reported.glob("*.html"):
        assert "//" not in file.read_text(encoding="utf-8").replace("<!--", "")


def test_every_picture_says_what_it_shows(page):
    pictures = [given for tag, given in page.tags if tag == "svg"]
    titles = [tag for tag, _ in page.tags if tag == "title"]
    assert {given["role"] for given in pictures} == {"img"}
    assert len(titles) == len(pictures) + 1  # and the page's own
    said = section(page, "Marks")
    assert "Students by points: " in said
    assert sum(map(int, re.findall(r"(\d+) from", said))) == 4


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_the_table_has_everybody_and_the_points_of_nbgrader(made, reported):
    table = rows(reported / f"{NAME}.csv")
    assert {name: row["state"] for name, row in table.items()} == {
        "ada": "waits for you",
        "bob": "marked",
        "cy": "marked",
        "<b>dan": "marked",
        "eve": "nothing handed in",
        "fay": "not marked yet",
    }
    with a_course.api(Course(made)).gradebook as gradebook:
        for one in gradebook.assignment_submissions(NAME):
            row = table[one.student_id]
            assert float(row["points"]) == one.score
            assert float(row["penalty"]) == one.late_submission_penalty
            assert float(row["counts"]) == one.score - one.late_submission_penalty
            assert (row["days_late"], float(row["max_points"])) == ("1", one.max_score)
    whole = rows(reported / "course.csv")
    assert whole["ada"]["counts"] == whole["ada"][NAME] == table["ada"]["counts"] == "13.0"
    assert whole["eve"][NAME] == ""


def test_the_page_of_the_course_leads_to_the_others(reported):
    course = Read((reported / "course.html").read_text(encoding="utf-8"))
    links = [given["href"] for tag, given in course.tags if tag == "a"]
    assert links == ["#report", f"{NAME}.html"]
    assert f"{NAME} 5 1 4 1" in section(course, "Assignments")
    assert f"({NAME}, Task 1. A step that went wrong)" in section(course, "The most frequent mistakes")
    assert "ada 13 0 0 13" in section(course, "Students")


def test_two_reports_on_the_same_class_are_the_same(made, reported):
    """But for the time that they were made at."""
    first = {path.name: path.read_text(encoding="utf-8") for path in reported.iterdir()}
    assert __main__.main(["report", NAME, "--course", str(made)]) == 0
    again = {path.name: path.read_text(encoding="utf-8") for path in reported.iterdir()}

    def timeless(page):
        return re.sub(r"as of [^.]+\.", "", page)

    assert {name: timeless(text) for name, text in first.items()} == {
        name: timeless(text) for name, text in again.items()
    }


# Where there is little to report


@pytest.fixture
def bare(tmp_path):
    course = Course(a_course.make(tmp_path / "course"))
    a_course.tell_gradebook(course)
    return course


def test_before_anybody_has_handed_in(bare, capsys):
    assert __main__.main(["report", NAME, "--course", str(bare.root)]) == 0
    path = bare.grading / "reports" / f"{NAME}.html"
    assert capsys.readouterr().out == f"{path} and .csv are written.\n"
    page = Read(path.read_text(encoding="utf-8"))
    assert section(page, "Marks") == "Nobody is marked yet."
    assert "There is no due date, so nobody is." in section(page, "Late")


def test_a_course_of_which_nothing_is_handed_in(bare, capsys):
    assert __main__.main(["report", "--course", str(bare.root)]) == 1
    assert "Nobody has handed in anything that is released" in capsys.readouterr().err
    assert not (bare.grading / "reports").exists()


def test_marks_that_no_batch_has_made_are_said(made, tmp_path):
    course = Course(shutil.copytree(made, tmp_path / "course"))
    (course.marks / NAME / "bob.json").unlink()
    assert __main__.main(["report", NAME, "--course", str(course.root)]) == 0
    page = Read((course.grading / "reports" / f"{NAME}.html").read_text(encoding="utf-8"))
    said = section(page, "The most frequent mistakes")
    assert "Marked without course_grader mark: 1. Their mistakes are not counted." in said


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda course: (course.root / "gradebook.db").unlink(), "There is no gradebook at"),
        (
            lambda course: (course.root / "gradebook.db").write_bytes(b"no database" * 999),
            "cannot be written",
        ),
        (lambda course: (course.grading / "reports").write_text(""), "cannot be written"),
        (
            lambda course: rule(course, "per_cent_a_day = -1"),
            "c.LateDays.per_cent_a_day in nbgrader_config.py",
        ),
    ],
)
def test_what_is_in_the_way_is_said_in_a_sentence(bare, capsys, spoil, says):
    bare.grading.mkdir(exist_ok=True)
    spoil(bare)
    assert __main__.main(["report", NAME, "--course", str(bare.root)]) == 1
    said = capsys.readouterr().err
    assert says in said
    assert "Traceback" not in said


def rule(course, line):
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text().replace("per_cent_a_day = 0", line))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["01_learning_rat"], "ASSIGNMENT: there is no '01_learning_rat'; near it are: 01_learning_rate"),
        ([NAME, "--course", "/"], "--course must be a folder with nbgrader_config.py; got /"),
    ],
)
def test_what_cannot_be_understood(bare, monkeypatch, capsys, words, says):
    monkeypatch.chdir(bare.root)
    with pytest.raises(SystemExit) as end:
        __main__.main(["report", *words])
    assert end.value.code == 2
    assert says in capsys.readouterr().err


# The parts


@pytest.mark.parametrize("most", [0.5, 1, 3, 10, 12, 15, 17, 20, 100, 250])
def test_the_edges_of_a_histogram_hold_all_points_in_at_most_ten_equal_bins(most):
    edges = drawings.steps(most)
    widths = {round(high - low, 9) for low, high in pairwise(edges)}
    assert (edges[0], len(widths)) == (0, 1)
    assert edges[-2] < most <= edges[-1]
    assert len(edges) <= 11
    points = [0, most / 3, most / 2, most]
    assert sum(drawings.counts(points, edges)) == len(points)


def test_a_text_is_escaped_in_an_element_and_in_an_attribute():
    made = markup.element("p", "<i>\x1b[2J", title='" onload="x')
    assert made == '<p title="&quot; onload=&quot;x">&lt;i&gt;?[2J</p>'
