"""What a learner reads."""

import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter

from course_lib.checks import check, comparing, feedback, hint, picture, running, tasks, words
from course_lib.checks.task import Prediction


def right(w, g, lr):
    return w - lr * g


def test_a_right_answer(capsys):
    assert check("sgd_step", right) == 3.0
    assert capsys.readouterr().out == (
        "✔ sgd_step is right.\n"
        "✔ sgd_step(w=[1], g=[2], lr=0.1) gives [0.8]\n"
        "✔ sgd_step(w=[0.5, -1], g=[-3, 4], lr=0.5) gives [2, -3]\n"
        "✔ sgd_step(w=[2, 0, 1], g=[0.5, -0.25, 4], lr=0.01) gives [1.995, 0.0025, 0.96]\n"
        "3 of 3 points.\n"
    )


def test_partial_credit_is_a_number_that_nbgrader_reads(capsys):
    points = check("sgd_step", lambda w, g, lr: w - lr * g if len(w) == 1 else w)
    assert repr(points) == "1.0"
    assert '1 of 3 points. For help: hint("sgd_step")' in capsys.readouterr().out


def test_a_stub_that_is_called_is_not_taken_for_the_answer(capsys):
    def stub(w):
        raise NotImplementedError

    check("sgd_step", lambda w, g, lr: stub(w))
    told = capsys.readouterr().out
    assert "NotImplementedError" in told
    assert "not written yet" not in told


def test_a_seed_adds_cases(capsys):
    check("sgd_step", right, seed=1)
    assert capsys.readouterr().out.count("✔ sgd_step(") == 8
    check("sgd_step", lambda w, g, lr: right(w, g, lr) if len(w) < 4 else w, seed=1)
    assert capsys.readouterr().out.count("✘") == 5


class Odd:
    def __repr__(self):
        raise RuntimeError("no repr")

    def __array__(self, *_, **__):
        raise RuntimeError("no array")


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (None, "gives None: it returns nothing: is there a return?; expected [0.8]"),
        ("0.8", "gives '0.8': it returns a str and no number"),
        (np.array([[0.8]]), "gives [[0.8]]: its shape is (1, 1) and not (1,)"),
        (np.nan, "gives nan: its shape is () and not (1,)"),
        (np.array([np.nan]), "gives [nan]: it holds nan: not a number"),
        ([[1], [2, 3]], "its rows have different lengths"),
        (
            Odd(),
            "gives <Odd, which cannot be shown: RuntimeError>: it cannot be read as numbers (RuntimeError)",
        ),
        (lambda: 3, "it returns a function and no number"),
        ({"w": 1}, "gives {'w': 1}: it returns a dict and no number"),
    ],
)
def test_whatever_comes_back_is_told_in_words(value, says, capsys):
    assert check("sgd_step", lambda w, g, lr: value) == 0
    assert says in capsys.readouterr().out


def test_a_difference_is_shown_with_the_digits_that_it_takes(capsys):
    check("sgd_step", lambda w, g, lr: right(w, g, lr) + 1e-4)
    assert "gives [0.8001]; expected [0.8]" in capsys.readouterr().out
    check("sgd_step", lambda w, g, lr: right(w, g, lr) + 2e-6)
    assert "gives [0.800002]; expected [0.8]" in capsys.readouterr().out


def test_what_differs_far_out_is_named_by_its_index(capsys):
    def late(w, lr, curvature, updates):
        path = tasks.BY_NAME["descend"].reference(w, lr, curvature, updates)
        return np.where(np.arange(len(path)) == 11, path + 1e-5, path)

    assert check("descend", late) == 3.0
    told = capsys.readouterr().out
    assert "; the first that differs is [11]: 0.0859093; expected 0.0858993\n" in told


def test_two_values_that_differ_are_never_told_with_the_same_digits(capsys):
    reference = tasks.IN_LESSONS["lesson 5"].reference
    check("lesson 5", lambda *given: (reference(*given)[0] * (1 + 1.2e-6), reference(*given)[1]))
    told = capsys.readouterr().out
    assert "gives ([0.35000042], [-0.65]): value 1: that is not it; expected ([0.35], [-0.65])" in told


def single(*given):
    return tasks.BY_NAME["momentum_path"].reference(*given).astype(np.float32)


def test_single_precision_costs_no_point_and_is_said(capsys):
    task = tasks.BY_NAME["momentum_path"]
    assert np.abs(task.reference(**task.cases[0]) - single(*task.cases[0].values())).max() > 1e-9
    assert check("momentum_path", single, seed=4) == task.points
    assert capsys.readouterr().out.count("float32: single precision, which keeps 7 digits") == 8
    assert check("momentum_path", lambda *given: single(*given) + np.float32(1e-4)) == 0
    assert "single precision" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        (np.float32(1.000008), True),
        (np.float32(1.00002), False),
        (1.000008, False),
        (np.float32(np.inf), False),
    ],
)
def test_how_near_single_precision_must_come(answer, right):
    assert (comparing.difference(answer, 1.0) == "") == right
    assert comparing.difference(np.float32([1.0, 2.0]), np.array([np.inf, 1.0])) == "that is not it"


def test_the_mistake_comes_first_and_the_cases_are_folded_below_it(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    check("sgd_step", lambda w, g, lr: w + lr * g)
    (feedback,) = shown
    page = feedback._repr_html_()
    assert (
        page.index("the wrong sign: it climbs.")
        < page.index("<details><summary>")
        < page.index("✘ sgd_step(")
    )
    assert page.index("</details>") < page.index("0 of 3 points.")
    assert repr(feedback).startswith("→ Your step has the wrong sign: it climbs.\n✘ sgd_step(")


def test_what_is_wrong_stands_before_what_is_right_and_nothing_is_taken_for_html(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    check("sgd_step", lambda w, g, lr: w - lr * g if len(w) < 3 else "<b>")
    first, *rest = repr(shown[0]).splitlines()
    assert first.startswith("✘ sgd_step(w=[2, 0, 1]")
    assert [line[0] for line in rest] == ["✔", "✔", "2"]
    assert "&#x27;&lt;b&gt;&#x27;" in shown[0]._repr_html_()


def test_no_number_stands_below_a_check_but_where_it_is_graded(monkeypatch):
    shown, formatter = [], DisplayFormatter()
    for graded in (False, True):
        if graded:
            monkeypatch.setenv(feedback.GRADED, "autograde")
        shown.append(formatter.format(check("sgd_step", right))[0])
    assert shown == [{}, {"text/plain": "3.0"}]


def test_a_task_in_a_lesson_has_no_points_and_leaves_no_trace(capsys, tmp_path):
    assert check("lesson 1", lambda w, lr, curvature: w - lr * w) == 0
    told = capsys.readouterr().out
    assert told.startswith("→ You put w where the slope belongs.")
    assert told.endswith('For help: hint("lesson 1")\n')
    check("lesson 1", lambda w, lr, curvature: w - lr * curvature * w)
    assert capsys.readouterr().out == "✔ update is right.\n"
    hint("lesson 1")
    assert "Hint 1 of 2: " in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_what_it_printed_stands_below_a_case_that_failed(capsys):
    check("sgd_step", lambda w, g, lr: print("w is", w))
    assert "  it printed: w is [1.]\n" in capsys.readouterr().out


def test_an_endless_loop_ends_the_trying(capsys, monkeypatch):
    monkeypatch.setattr(running, "SECONDS", 0.5)

    def second_loops(w, g, lr):
        while len(w) == 2:
            pass
        return w - lr * g

    assert check("sgd_step", second_loops) == 1.0
    told = capsys.readouterr().out
    assert "did not end within 0.5 s" in told
    assert "1 more case was not tried." in told


def test_the_function_itself_is_asked_for(capsys):
    assert check("sgd_step", right(np.ones(1), np.ones(1), 0.1)) == 0
    assert (
        'Hand over the function itself, without calling it: check("sgd_step", sgd_step)'
        in capsys.readouterr().out
    )


def test_a_name_that_is_no_task_is_told_its_neighbours(capsys):
    with pytest.raises(ValueError, match="there is no task 'sgd_stepp'; near it are sgd_step"):
        check("sgd_stepp", right)
    hint("sgd_stepp")
    assert capsys.readouterr().out.startswith("There is no task 'sgd_stepp'; near it are sgd_step, ")


def test_a_wrong_prediction_is_not_told_the_right_one(capsys):
    assert check("after_three_updates", lambda: (-0.216, 0.5, 0.5)) == 1.0
    told = capsys.readouterr().out
    assert "✔ lr 0.1: you say -0.216: yes" in told
    assert "✘ lr 0.6: you say 0.5: no; measure it, and find out why" in told
    assert "2.74" not in told


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (None, "it gives None; numbers are asked for, here 3"),
        ((1, 2), "it gives (1, 2); asked for are 3: lr 0.1, lr 0.4, lr 0.6"),
        ("a", "it gives 'a'; numbers are asked for, here 3"),
    ],
)
def test_a_prediction_in_another_form(value, says, capsys):
    assert check("after_three_updates", lambda: value) == 0
    assert says in capsys.readouterr().out


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (0.2, "✘ never on the other side: w reaches 0.6"),
        ("fast", "✘ chosen_rate() gives 'fast': lr must be a finite number >= 0; got 'fast'"),
        (None, "chosen_rate() gives None"),
    ],
)
def test_a_goal_says_what_came_of_the_settings(value, says, capsys):
    check("chosen_rate", lambda: value)
    assert says in capsys.readouterr().out


def test_the_picture_shows_both(monkeypatch):
    drawn = []
    monkeypatch.setattr(
        picture, "show", lambda draw, got, expected, alt: drawn.append((list(got), list(expected), alt))
    )
    check("descend", lambda w, lr, curvature, updates: [w] * (updates + 1))
    ((got, expected, alt),) = drawn
    assert alt.startswith("descend(w=-1, lr=0.45, curvature=4, updates=12) gives [-1, -1")
    assert got == [-1.0] * 13
    assert expected[:2] == [-1.0, 0.8]


def test_a_picture_of_something_odd_is_left_out(monkeypatch, capsys):
    monkeypatch.setattr(picture, "get_ipython", lambda: True)
    check("descend", lambda *arguments: {"path": [1, 2]}.items)
    assert "  There is no picture: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("got", "expected", "says"),
    [
        (1, True, "it returns an int; True or False is asked for"),
        (np.True_, True, ""),
        (False, np.True_, "that is not it"),
        ("Zigzags ", "zigzags", "spell it as the task does, 'zigzags'"),
        ("slides", "zigzags", "that is not it"),
        (3, "zigzags", "it returns an int and no word"),
        (np.array([1.0, 2.0]), (1.0, 2.0), ""),
        (np.ones(()), (1.0, 2.0), "it returns an array and not 2 values"),
        ((1.0,), (1.0, 2.0), "it returns 1 value and not 2"),
        ((1.0, 3.0), (1.0, 2.0), "value 2: that is not it"),
    ],
)
def test_a_difference_is_said_in_words(got, expected, says):
    assert comparing.difference(got, expected) == says


def test_a_masked_number_is_a_wrong_one():
    two = Prediction("two", 2, [], {"no": lambda: (3, 4)}, {"one": 1, "the other": 2})
    for masked in ([1, 2], [1.0, 2.0]):
        verdict = two.judge(lambda masked=masked: np.ma.masked_array(masked, mask=[True, False]))
        assert [line.right for line in verdict.lines] == [False, True]


def test_of_two_mistakes_at_once_one_is_told(capsys):
    check(
        "after_three_updates", lambda: (-(0.9**3), 0.6, 2.744)
    )  # no curvature in one, one update in another
    assert "→" in capsys.readouterr().out


SHARED: list = [1.0]
for _ in range(40):
    SHARED = [SHARED] * 6
ITSELF: list = []
ITSELF.append(ITSELF)
HOLDING = np.empty((), object)
HOLDING[()] = SHARED
RECORD = np.zeros(1, [("a", object)])
RECORD["a"][0] = SHARED


class Endless(list):
    def __len__(self):
        raise RuntimeError("no length")


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (np.zeros((6,) * 22 + (0,), bool), "too much to be looked at"),
        ([np.zeros((8388608, 0))] * 6, "too much to be looked at"),
        (np.zeros((10**9, 0)), "too much to be looked at"),
        (SHARED, "too much to be looked at"),
        (HOLDING, "too much to be looked at"),
        (RECORD, "too much to be looked at"),
        (range(10**30), "too much to be looked at"),
        (["x" * 1000, *range(1000)], "too much to be looked at"),
        (np.zeros(1, "U1000000"), "too much to be looked at"),
        (np.zeros(1, "V1000000"), "too much to be looked at"),
        (set(range(10**6)), "too much to be looked at"),
        (ITSELF, "too deep to be looked at"),
        (-(10**2000), "a whole number of more than 1000 digits"),
        (Endless([1]), "it returns what cannot be looked at (RuntimeError)"),
    ],
)
def test_what_is_too_much_to_be_looked_at_is_told_so(value, says, capsys):
    """In each kind of task; none of them walks through it."""
    for name in ("sgd_step", "after_three_updates", "choose_case"):
        assert check(name, lambda *given: value) == 0
        told = capsys.readouterr().out
        assert says in told
        assert len(told) < 5000
    check("sgd_step", value)
    assert len(capsys.readouterr().out) < 5000


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ([[[[1]]]], "[[[[...]]]]"),
        ([[[[]]]], "[[[[]]]]"),
        ({n: n for n in range(9)}, "{0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, ...}"),
        ({"lr": 0.1, "loss": "mse"}, "{'lr': 0.1, 'loss': 'mse'}"),
        ("x" * 10**6, f"'{'x' * 76}..."),
        (1 + 2j, "1+2j"),
        (np.array([1j]), "[0+1j]"),
        (np.zeros((3, 0)), "[[], [], []]"),
    ],
)
def test_no_more_is_walked_through_than_is_shown(value, shown):
    assert words.value(value) == shown


def sgd_step_of_their_own(w, g, lr):
    print(w)
    raise type(f"W{w}", (Exception,), {})(str(w))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (right, ""),
        (lambda w, g, lr: None, ": it returns nothing: is there a return?"),
        (lambda w, g, lr: w, ": that is not it"),
        (lambda w, g, lr: np.zeros(int(abs(w[0]) * 1000)), ": its shape is not (4,)"),
        (lambda w, g, lr: 1 / 0, ": it raises ZeroDivisionError"),
        (sgd_step_of_their_own, ": there is no answer that can be read"),
        (lambda w, g, lr: w.fill(1), ": it changed w, which must stay as it was"),
    ],
)
def test_a_hidden_case_is_told_without_its_numbers(answer, says):
    task = tasks.BY_NAME["sgd_step"]
    told = feedback.told(task, task.judge(answer, seed=1), discreet=True).splitlines()
    sign = "✘" if says else "✔"
    outline = f"{sign} a hidden case, sgd_step(w=4 numbers, g=4 numbers, lr=a number){says}"
    assert [line for line in told if "hidden" in line] == [outline] * 5
    assert sum("it printed" in line for line in told) == 3 * (answer is sgd_step_of_their_own)


@pytest.mark.parametrize(
    ("got", "expected", "says"),
    [
        ("Zigzags", "zigzags", "spell it as the task does"),
        (range(4), (1.0, 2.0), "it returns a range and not 2 values"),
        ([1, 2, 3], (1.0, 2.0), "it does not return 2 values"),
        ((np.ones(3), 2.0), (1.0, 2.0), "value 1: its shape is not ()"),
    ],
)
def test_a_discreet_difference_says_nothing_of_what_came(got, expected, says):
    assert comparing.difference(got, expected, discreet=True) == says


def test_no_address_of_the_memory_is_shown():
    assert words.value(n for n in "ab").startswith("<generator object")
    assert "0x" not in words.value(n for n in "ab")


def test_a_tuple_of_one_looks_like_one():
    assert words.value((0.1,)) == "(0.1,)"


@pytest.mark.parametrize(
    ("discreet", "says"), [(False, "is one missing after the comma?"), (True, "2 values")]
)
def test_the_first_of_two_arrays_alone_is_told_to_be_one_array(discreet, says):
    both = (np.ones(2), np.ones(2))
    assert comparing.difference(both[0], both, discreet=discreet).endswith(says)
    assert comparing.difference(np.ones((2, 2)), both) == ""
