"""How captions write numbers and lists."""

import pytest

from course_lib.explorers.shared.words import exact, factor, listed, number, settings, updates, verdict


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (0.05, "0.05"),
        (1.234e-6, "1.23e-6"),
        (1001.6, "1,002"),
        (2e10, "2e10"),
        (2e7, "2e7"),
        (999.7, "1,000"),
        (0, "0"),
    ],
)
def test_numbers_are_written_as_one_would_say_them(x, words):
    assert number(x) == words


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (0.98, "0.98"),
        (0.88567, "0.886"),
        (0.999981, "0.999981"),
        (0.9999995, "0.9999995"),
        (-0.9999, "-0.9999"),
        (-1.0001, "-1.0001"),
        (1, "1"),
        (-1.0, "-1"),
        (0, "0"),
    ],
)
def test_a_factor_next_to_1_is_told_from_it(x, words):
    assert factor(x) == words


def test_a_factor_may_have_more_digits():
    assert (factor(0.88567, 4), factor(1.21, 4)) == ("0.8857", "1.21")


def test_one_update_and_many():
    assert [updates(count) for count in (0, 1, 2, 1000)] == [
        "0 updates",
        "1 update",
        "2 updates",
        "1,000 updates",
    ]


def test_a_setting_is_written_as_it_was_set():
    assert [exact(x) for x in (1.999, 1e-6, 3.0, 0.1 + 0.2)] == ["1.999", "1e-6", "3", "0.3"]


def test_words_in_a_row():
    assert [listed(words) for words in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]


@pytest.mark.parametrize(
    ("shown", "place", "caption"),
    [
        (["lr", "nesterov"], "ravine", "Settles at lr 0.1, nesterov on (ravine)."),
        (["lr"], "", "Settles at lr 0.1."),
        ([], "ravine", "Settles (ravine)."),
        ([], "", "Settles."),
    ],
)
def test_a_verdict_comes_before_the_settings_that_are_shown_if_any(shown, place, caption):
    assert verdict("settles", settings({"lr": 0.1, "nesterov": True, "decay": 0.0}, shown), place) == caption
