"""Every question: the truth is computed, each belief differs from it and from the others."""

import math
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import lint_questions
import numpy as np
import pytest

from course_lib import questions, surfaces, theory, training
from course_lib.base import typed
from course_lib.explorers import LearningRate
from course_lib.optimizers import SGD
from course_lib.questions import kept
from course_lib.record import answers

ALL = list(questions.BY_NAME.values())
every_question = pytest.mark.parametrize("question", ALL, ids=lambda question: question.name)


def said(question, answer):
    """An answer as a hand would give it."""
    if question.options:
        return answer
    return " and ".join(repr(float(part)) for part in np.atleast_1d(answer))


def computed_once(question):
    """A question that remembers what its answer and its beliefs come to, which are asked for often."""
    beliefs = {sentence: cache(leads_to) for sentence, leads_to in question.beliefs.items()}
    return replace(question, answer=cache(question.answer), beliefs=beliefs)


def filled(text, numbers):
    return text.format(**{name: typed.shown(number) for name, number in numbers.items()})


@every_question
def test_at_all_its_numbers_the_truth_is_right_and_a_belief_is_told_by_its_sentence(question):
    question = computed_once(question)
    for numbers in [question.first, *question.draws()]:
        right = question.right(numbers)
        assert right in question.options if question.options else np.isfinite(right).all()
        assert question.is_right(numbers, said(question, right))
        places = numbers | {name: value(**numbers) for name, value in question.computed.items()}
        assert question.reason(numbers, said(question, right)) == filled(question.why, places)
        for sentence, leads_to in question.beliefs.items():
            wrong = leads_to(**numbers)
            if wrong is not None:
                assert not question.is_right(numbers, said(question, wrong))
                assert question.reason(numbers, said(question, wrong)) == filled(sentence, places)
        told = " ".join([question.asked(numbers), filled(question.why, places)])
        assert not re.search(r"[{}]", told)


@every_question
def test_at_its_first_numbers_a_belief_is_foreseen(question):
    assert any(leads_to(**question.first) is not None for leads_to in question.beliefs.values())


@every_question
def test_the_numbers_of_a_review_come_from_the_seed_and_are_never_the_lessons(question):
    drawn = [question.drawn(day, 0) for day in range(200)]
    assert drawn == [question.drawn(day, 0) for day in range(200)]
    assert question.first not in drawn
    assert {str(numbers) for numbers in drawn} == {str(numbers) for numbers in question.draws()}


def test_what_is_right_by_formulas_of_its_own():
    """Not by the library: by the closed forms that the lessons derive."""

    def right(name, **numbers):
        return questions.BY_NAME[name].right(numbers)

    assert right("weight_after_three", lr=0.5) == -(0.5**3)
    assert right("weight_over_the_limit", lr=2.1) == pytest.approx(1.1**3)
    assert right("terminal_step", lr=0.1, momentum=0.9) == pytest.approx(1.0)
    for momentum in (0.8, 0.9, 0.99):
        expected = math.ceil(math.log(1 - 0.63) / math.log(momentum))
        assert right("updates_to_63_percent", momentum=momentum) == expected
    assert right("kept_by_an_update", lr=1.0, momentum=0.9) == pytest.approx(0.9**0.5)
    assert right("millionth_without_momentum", condition=100) == math.ceil(
        math.log(1e-6) / math.log(99 / 101)
    )
    assert right("left_along_the_ravine", lr=1.5, condition=50) == pytest.approx(1 - 1.5 / 50)
    assert right("updates_along_the_ravine", condition=30) == math.ceil(math.log(1e-3) / math.log(29 / 30))
    assert right("first_step_of_nesterov", lr=0.1, momentum=0.9) == pytest.approx(0.19)
    assert right("last_step_of_nesterov", lr=0.1, momentum=0.9) == pytest.approx(1.0)
    assert right("left_of_the_rate", decay=1e-4, updates=20_000) == pytest.approx(1 / 3)
    assert right("furthest_out", lr=3.0, decay=0.05) == (3 / 2 - 1) / 0.05
    for momentum in (0.5, 0.9):
        plain, with_momentum = 0.1 / 1.9, 0.1 * (1 + momentum) / ((1 - momentum) * (2 * (1 + momentum) - 0.1))
        assert right("mean_square_at_rest", lr=0.1) == pytest.approx(plain)
        assert right("floor_with_momentum", lr=0.1, momentum=momentum) == pytest.approx(with_momentum / plain)
    assert right("batch_is_off_by", error=3.0, samples=16) == 3 / 4
    p = 1 / (1 + math.exp(8))
    assert right("first_step_with_mse", start=-8.0) == pytest.approx(2 * (1 - p) ** 2 * p)
    assert right("first_step_with_crossentropy", start=-8.0) == pytest.approx(1 - p)
    assert right("constant_for_mse", outlier=20.0) == pytest.approx(32 / 6)
    assert right("ratio_without_n", n=20) == pytest.approx(20)
    assert right("digits_of_a_slope", h=1e-10) == pytest.approx(16 - 10, abs=0.5)
    assert right("error_after_a_tenth", h=0.1) == "a hundredth of it"
    assert right("error_after_a_tenth", h=1e-8) == "ten times as large"
    assert right("first_step_of_adagrad", lr=0.2, gradient=40.0) == pytest.approx(0.2)
    assert right("later_step_of_adagrad", lr=0.2, gradient=30.0, number=16) == pytest.approx(0.2 / 4)
    expected = 0.3 * sum(t**-0.5 for t in range(1, 226))
    assert right("distance_of_adagrad", lr=0.3, gradient=7.0, updates=225) == pytest.approx(expected)
    expected = 0.05 / 0.002**0.5
    assert right("first_step_uncorrected", beta_1=0.95, beta_2=0.998) == pytest.approx(expected, rel=1e-5)
    steps = [(1 - 0.8**t) / (1 - 0.999**t) ** 0.5 for t in range(1, 300)]
    assert right("longest_step_uncorrected", beta_1=0.8, beta_2=0.999) == 1 + steps.index(max(steps))
    assert right("distance_of_adam", lr=0.01, updates=50) == pytest.approx(0.5)
    assert right("times_shorter_with_mse", outputs=20) == pytest.approx(20 * 20 / 2)
    assert right("manner_of_a_rate", lr=2.0) == "swings for ever"
    assert right("manner_of_a_pair", lr=3.2, momentum=0.4) == "diverges"


@pytest.mark.parametrize(("lr", "momentum"), [(2.5, 0.4), (3.2, 0.4), (3.4, 0.65), (3.0, 0.9)])
def test_the_manner_of_a_pair_is_that_of_a_run(lr, momentum):
    run = training.run("parabola", SGD(lr=lr, momentum=momentum), steps=2000)
    settles = questions.BY_NAME["manner_of_a_pair"].right({"lr": lr, "momentum": momentum}) == "settles"
    assert settles == (abs(run.w[0]) < 1e-6)


@pytest.mark.parametrize(
    ("outlier", "ends"), [(50.0, (2, 3)), (2.5, (2, 2.5)), (2.8, (2, 2.8)), (1.0, (2, 2))]
)
def test_no_constant_has_a_lower_mae(outlier, ends):
    """Of a fine grid, by its definition."""
    delays = np.array([1, 2, 2, 3, 4, outlier])
    constants = np.arange(0, 60, 0.1).round(1)
    scores = np.abs(delays[:, None] - constants).mean(axis=0)
    best = constants[scores < scores.min() + 1e-9]
    assert (best[0], best[-1]) == ends
    assert questions.BY_NAME["constants_for_mae"].right({"outlier": outlier}) == ends[1]
    moves = questions.BY_NAME["moved_by_an_outlier"].right({"outlier": outlier})
    assert moves == ("both" if ends != (2, 3) else "neither" if outlier == 50 else "mse's alone")


@pytest.mark.parametrize("start", [-5.0, -8.0])
def test_so_many_updates_turn_a_logit(start):
    for name, slope in [
        ("updates_with_mse", lambda p: 2 * (p - 1) * p * (1 - p)),
        ("updates_with_crossentropy", lambda p: p - 1),
    ]:
        z, updates = start, 0
        while z <= 0:
            z -= slope(1 / (1 + math.exp(-z)))
            updates += 1
        assert questions.BY_NAME[name].right({"start": start}) == updates


@pytest.mark.parametrize(("condition", "turned"), [(10, "higher"), (20, "higher"), (30, "higher")])
def test_a_quarter_of_a_turn_is_no_turn_for_adagrad(condition, turned):
    question = questions.BY_NAME["adagrad_after_a_turn"]
    assert question.right({"condition": condition, "angle": 45}) == turned
    assert question.right({"condition": condition, "angle": 90}) == "about as low"


@pytest.mark.parametrize("condition", [10, 20])
def test_plain_sgd_at_its_best_rate(condition):
    """The loss along goes with the square of the error; across nothing is left after one update at lr = 1."""
    right = questions.BY_NAME["updates_of_sgd_at_its_best"].right({"condition": condition})
    kept = 1 - 1 / condition
    start = surfaces.Ravine(condition).start
    first = start[0] ** 2 / condition + start[1] ** 2
    expected = math.log(first / 1000 / (start[0] ** 2 / condition)) / (2 * math.log(kept))
    assert right == math.ceil(expected)
    assert questions.BY_NAME["first_at_the_best_rates"].right({"condition": condition}) == "plain SGD"


@pytest.mark.parametrize("condition", [20, 10, 15, 30])
def test_who_takes_all_of_the_loss_as_lying_along_is_told_that_most_of_it_lies_across(condition):
    question = questions.BY_NAME["updates_of_sgd_at_its_best"]
    along, across = np.abs(surfaces.Ravine(condition).start)
    assert along == 2 * across
    assert across**2 > along**2 / condition
    answer = str(math.log(1 / 1000) / 2 / math.log(1 - 1 / condition))
    assert question.reason({"condition": condition}, answer).startswith("That would be so if all")


def test_numbers_are_taken_as_they_are_typed():
    question = questions.BY_NAME["weight_after_three"]
    for answer in ("-1/8", "-0,125", "−0.125", "-125e-3", "-0.126"):
        assert question.is_right(question.first, answer), answer
    for answer in ("-0.15", "1/8"):
        assert not question.is_right(question.first, answer), answer
    with pytest.raises(ValueError, match="answer must be a number, such as"):
        question.read("an eighth")
    choice = questions.BY_NAME["manner_of_a_rate"]
    with pytest.raises(ValueError, match="answer must be one of diverges, "):
        choice.read("explodes")
    assert choice.read("Diverges ") == "diverges"
    assert questions.BY_NAME["first_at_the_best_rates"].read("adam") == "Adam"


def test_a_place_is_right_within_a_distance():
    question = questions.BY_NAME["place_in_the_ravine"]
    along, across = question.right(question.first)
    assert question.is_right(question.first, f"{along + 0.14} and {across - 0.14}")
    assert not question.is_right(question.first, f"{along + 0.15}; {across - 0.15}")
    told = question.told(question.first, f"{along:.3f} and {across + 0.3:.3f}")
    assert f"it is {along:.4g} and {across:.3g}, 0.3 away." in told
    for answer in ("1", "1 and", "1 and 2 and 3", "for ever and 1"):
        with pytest.raises(ValueError, match="answer must be"):
            question.read(answer)


def test_the_place_in_the_ravine_by_the_formula():
    """Each direction is a weight of its own: v = momentum v - lr c w, then w + v."""
    for momentum, updates in [(0.9, 10), (0.95, 20)]:
        places = []
        for w, curvature in [(-1.6, 1 / 20), (0.8, 1)]:
            v = 0.0
            for _ in range(updates):
                v = momentum * v - 0.1 * curvature * w
                w += v
            places.append(w)
        right = questions.BY_NAME["place_in_the_ravine"].right({"momentum": momentum, "updates": updates})
        assert right == pytest.approx(places)


def test_what_grows_for_ever_is_an_answer_and_told_what_is_wrong_with_it():
    slope, parabola = (questions.BY_NAME[name] for name in ("terminal_step", "weight_over_the_limit"))
    for answer in ("inf", " For ever", "it grows for ever", "∞"):
        told = slope.told(slope.first, answer)
        assert told.endswith("It does not grow for ever: each step loses `1 - 0.9` of the last one."), answer
    assert parabola.told(parabola.first, "it explodes").endswith("a number is asked for.")


def test_a_rate_four_times_as_large_is_not_four_times_as_fast():
    question = questions.BY_NAME["kept_by_an_update"]
    assert question.reason(question.first, "0.81").startswith("You let a larger `lr` be faster.")
    assert question.reason(question.first, "0.9").startswith("An update keeps the root of `momentum`")


def test_half_of_the_count_without_momentum():
    question = questions.BY_NAME["millionth_with_the_best_pair"]
    assert question.reason(question.first, "350").startswith("You let momentum halve the count.")


def test_at_1_along_takes_135_updates_and_at_1_9_both_need_70():
    question = questions.BY_NAME["fastest_for_both"]
    assert math.ceil(math.log(1e-3) / math.log(0.95)) == 135
    assert math.ceil(math.log(1e-3) / math.log(0.905)) == 70
    assert question.reason(question.first, "1").endswith("along it takes 135 updates; at 1.9 both need 70.")


def test_what_is_right_has_as_many_digits_as_what_was_said():
    question = questions.BY_NAME["weight_over_the_limit"]
    first = question.first
    assert question.verdict(first, "1.331") == "You said 1.331; it is 1.331."
    assert question.verdict(first, "-1.3") == "You said -1.3; it is 1.33."
    assert question.verdict(first, "") == "You skipped this; it is 1.33."


def test_what_is_told():
    number, choice = (questions.BY_NAME[name] for name in ("weight_after_three", "manner_of_a_rate"))
    assert number.told({"lr": 0.5}, "-1/8").startswith("You said -1/8; it is -0.125. Each update keeps")
    assert number.told({"lr": 0.5}, "0.5").startswith(
        "You said 0.5; it is -0.125, 0.625 away. You took 0.5 away three"
    )
    assert number.told({"lr": 0.5}, "77").endswith(number.why.format(lr=0.5))
    assert number.told({"lr": 0.5}, "").startswith("You skipped this; it is -0.125. ")
    told = choice.told({"lr": 1.8}, "diverges")
    assert told.startswith("You said “diverges”; right is “zigzags and settles”. You took the jump")


def test_an_unknown_lesson_and_the_first_one():
    with pytest.raises(ValueError, match=r"lesson must be one of 01_learning_rate, .*; got 'moon'"):
        questions.of("moon")
    with pytest.raises(ValueError, match="no lesson before '00_start_here' has questions"):
        questions.before("00_start_here")
    assert questions.before("01_learning_rate") == questions.ON_START_PAGE
    assert {question.lesson for question in questions.before("05_momentum")} >= {"01_learning_rate"}
    assert all(question.lesson < "05_momentum" for question in questions.before("05_momentum"))


@pytest.mark.usefixtures("record_file", "clock")
def test_what_the_course_no_longer_asks_so_is_left_out():
    for item, said, numbers in [
        ("weight_after_three", "1", {"lr": 0.5}),
        ("weight_over_the_limit", "1", {"lr": 77.0}),
        ("manner_of_a_rate", "explodes", {"lr": 1.8}),
        ("what_was", "1", {}),
    ]:
        answers.remember(answers.Answer("predicted", "01_learning_rate", item, said, False, numbers))
    assert [question.name for question, _ in kept.predicted("01_learning_rate")] == ["weight_after_three"]
    assert [question.name for question, _ in kept.answered()] == ["weight_after_three"]


def test_theory_and_questions_agree_on_what_a_rate_does():
    rates = np.array([0.6, 0.9, 1.2, 1.9, 2.2])
    manners = [questions.BY_NAME["manner_of_a_rate"].right({"lr": rate}) for rate in rates]
    grows = theory.contraction(rates) > 1
    assert [manner == "diverges" for manner in manners] == grows.tolist()


def test_the_example_of_the_page_keeps_to_the_rules():
    page = Path(__file__).parents[2] / "docs" / "predictions.md"
    names = {}
    exec(page.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0], names)
    assert [*lint_questions.question_faults(names["QUESTION"], [(LearningRate, {})])] == []
