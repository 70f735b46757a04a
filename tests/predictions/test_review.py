"""Reviews: from earlier lessons, what was wrong first, with numbers of the day; answered once, and kept."""

import numpy as np
import pytest

from course_lib import questions
from course_lib.predictions import Predict, Review
from course_lib.predictions.review import chosen
from course_lib.record import answers

pytestmark = pytest.mark.usefixtures("record_file", "clock")
LESSONS = ("01_learning_rate", "05_momentum", "06_stability_map")  # the others have no questions here
LATER, LAST = "05_momentum", "99_the_end"


@pytest.fixture(autouse=True)
def _three_lessons(monkeypatch):
    listed = [question for lesson in LESSONS for question in questions.of(lesson)]
    monkeypatch.setattr(questions, "BY_NAME", {question.name: question for question in listed})


def names(lesson=LAST):
    return [question.name for question, _ in chosen(lesson)]


def lock(lesson, *said):
    predict = Predict(lesson)
    for number, answer in enumerate(said, start=1):
        predict.lock(number, answer)


def right_answer(question, numbers):
    right = question.right(numbers)
    return typed(question, right)


def typed(question, answer):
    if question.options:
        return answer
    return " and ".join(repr(float(part)) for part in np.atleast_1d(answer))


def test_it_asks_three_questions_of_earlier_lessons_with_numbers_that_the_lesson_did_not_have():
    asked = list(chosen(LATER))
    assert len(asked) == 3
    for question, numbers in asked:
        assert question.lesson < LATER
        assert numbers in question.draws()
        assert numbers != question.first
    assert [one["text"] for one in Review(LATER).asked] == [q.asked(numbers) for q, numbers in asked]


def test_what_was_wrong_or_skipped_comes_first_and_when_it_is_due_before_that(clock):
    lock("05_momentum", "1", "", "0.9")  # right, skipped, right
    lock("01_learning_rate", "0.5", "zigzags and settles", "1.331")  # wrong, right, right
    assert set(names()[:2]) == {"updates_to_63_percent", "weight_after_three"}  # shaky; then one never asked
    assert questions.BY_NAME[names()[2]].lesson == "06_stability_map"
    clock(2)
    assert set(names()[:2]) == {"updates_to_63_percent", "weight_after_three"}  # due
    clock(3)
    assert set(names()[:2]) == {"updates_to_63_percent", "weight_after_three"}  # the lower box first
    assert names()[2] in {
        "terminal_step",
        "best_of_four_momenta",
        "manner_of_a_rate",
        "weight_over_the_limit",
    }


def test_the_day_and_the_record_change_the_numbers_and_nothing_else_does(clock):
    def numbers():
        return [sorted(numbers.items()) for _, numbers in chosen(LATER)]

    first = numbers()
    assert numbers() == first
    days = []
    for day in range(1, 9):
        clock(day)
        days.append(str(numbers()))
    assert len(set(days)) > 4


def test_an_answer_is_told_at_once_and_kept_and_moves_its_question_away(clock):
    review = Review(LATER)
    (question, numbers), (wrong, wrong_numbers), _ = chosen(LATER)
    told = review.answer(1, right_answer(question, numbers))
    assert told == question.told(numbers, right_answer(question, numbers))
    assert review.replies["1"]["right"] is True
    belief = next(b for b in wrong.beliefs.values() if b(**wrong_numbers) is not None)(**wrong_numbers)
    review.answer(2, typed(wrong, belief))
    assert review.replies["2"]["right"] is False
    assert [(answer.event, answer.item, answer.numbers, answer.right) for answer in answers.known()] == [
        ("reviewed", question.name, numbers, True),
        ("reviewed", wrong.name, wrong_numbers, False),
    ]
    clock(2)
    assert names(LATER)[0] == wrong.name
    assert names(LATER)[-1] == question.name  # it holds


def test_each_is_answered_once():
    review = Review(LATER)
    question, numbers = next(chosen(LATER))
    review.answer(1, right_answer(question, numbers))
    said = review.replies["1"]
    review.set_state({"answers": {"1": "77"}})
    assert review.replies["1"] == said
    assert len(answers.known()) == 1


def test_what_is_no_answer_is_refused_and_may_be_given_again():
    review = Review(LATER)
    with pytest.raises(ValueError, match="answer must be"):
        review.answer(1, "a lot")
    review.set_state({"answers": {"1": "a lot"}})
    assert not review.replies["1"].get("closed")
    assert answers.known() == []


def test_the_stored_output_does_not_depend_on_day_or_record(clock):
    def stored():
        data, _ = Review(LATER)._repr_mimebundle_()
        return data["text/plain"], data["text/markdown"]

    first = stored()
    assert first[0] == "Review: 3 questions"
    clock(5)
    lock("01_learning_rate", "0.5")
    assert stored() == first


def test_before_the_first_lesson_there_is_nothing():
    with pytest.raises(ValueError, match="no lesson before '01_learning_rate'"):
        Review("01_learning_rate")
