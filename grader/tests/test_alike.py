"""Answers that are alike: what counts, what does not, and texts that were made to hurt who reads them."""

import pytest
from course_grader.reports.alike import LONGEST, Alike, form, groups

STUB = "def descend(w, updates):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
MINE = """def descend(w, updates):
    path = [w]
    for _ in range(updates):
        w = w - 0.1 * w
        path.append(w)
    return path"""
YOURS = '''def descend(start, n):  # my own
    """Walks down."""
    places = [start]

    for k in range(n): # again and again
        start = (start - 0.1*start)
        places.append(start)
    return places'''
SHORT = "def descend(w, updates):\n    return w"


def test_names_comments_docstrings_and_spaces_do_not_count():
    assert form(MINE, STUB) == form(YOURS, STUB)
    assert form(MINE, STUB, names=True) != form(YOURS, STUB, names=True)


def test_what_was_given_is_taken_off_once():
    assert len(form(MINE, STUB)) == 5  # all but the line with def
    assert form(STUB, STUB) == ()
    assert len(form(f"{MINE}\n{STUB}", STUB)) == 6  # a second def is one's own


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("0.1 * w", "0.2 * w"),
        ("w - 0.1", "w + 0.1"),
        ("append(w)", "insert(w)"),
        ("path.append(w)\n", "path.append(w)\n        pass\n"),
        ("for _ in range(updates)", "while updates"),
    ],
)
def test_all_else_counts(part, other):
    assert part in MINE
    assert form(MINE.replace(part, other), STUB) != form(MINE, STUB)


def alike(**given):
    return groups({"descend": given}, {"descend": STUB})


def test_a_pair_is_found_and_said_to_have_the_same_names_or_not():
    assert alike(ada=MINE, bob=YOURS, cy=STUB) == [Alike(("ada", "bob"), ("descend",), 5, False)]
    assert alike(ada=MINE, bob=f"{MINE}  # done") == [Alike(("ada", "bob"), ("descend",), 5, True)]


def test_answers_of_a_line_flag_nobody():
    assert alike(**{f"student{number}": SHORT for number in range(30)}) == []


def test_what_many_have_written_flags_nobody():
    """Of 30 who wrote it, six may have the same form; seven have the usual one."""
    others = {f"other{n}": MINE.replace("0.1", f"0.1{n}") for n in range(10, 40)}
    few = others | {f"other{n}": YOURS for n in range(10, 16)}
    assert [group.students for group in alike(**few)] == [tuple(f"other{n}" for n in range(10, 16))]
    assert alike(**few | {"other16": YOURS}) == []


def test_a_pair_that_shares_two_answers_stands_first_and_once():
    first = {"ada": MINE, "bob": YOURS, "cy": MINE.replace("0.1", "0.5"), "dan": MINE.replace("0.1", "0.5")}
    second = {"ada": YOURS, "bob": YOURS, "cy": STUB, "dan": SHORT}
    found = groups({"descend": first, "again": second}, {"descend": STUB, "again": STUB})
    assert [(group.students, group.cells, group.statements) for group in found] == [
        (("ada", "bob"), ("descend", "again"), 10),
        (("cy", "dan"), ("descend",), 5),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "def f(:",
        "x = 1\0",
        "(" * 9000,
        "-" * 9000 + "1",
        "1 + " * 2000 + "1",
        "a" + ".a" * 4000,
        "lambda: " * 1000 + "1",
        "0x" + "f" * 9000,
        "\ud800 = 1",
        "x = 1\n" * LONGEST,
        "".join(" " * depth + "if 1:\n" for depth in range(99)) + " " * 99 + "pass",
    ],
    ids=lambda source: source[:12].encode("unicode_escape").decode(),
)
def test_a_text_that_was_made_to_hurt_is_no_answer_or_an_ordinary_one(source):
    given = {"ada": source, "bob": source, "cy": MINE, "dan": YOURS}
    assert Alike(("cy", "dan"), ("descend",), 5, False) in alike(**given)


def test_what_python_warns_of_in_a_students_text_is_not_said(recwarn):
    form(r'x = "\d"; y = 1 is 1', STUB)
    assert not recwarn.list
