"""The clinic: its runs against ``fit``, its tests against what is known, and its page against its tool."""

import re

import numpy as np
import pytest

from course_lib import datasets
from course_lib.clinic import (
    CANNOT_TELL,
    CAUSES,
    CHANGES,
    TESTS,
    admit,
    go_on,
    ordered,
    patients,
    procedure,
    result,
    running,
    signs,
    ward,
)
from course_lib.clinic.answers import NOTHING
from course_lib.layers import Dense
from course_lib.models import Sequential
from course_lib.optimizers import SGD
from tools import clinic, measured_part

every_cause = pytest.mark.parametrize("cause", CAUSES)
CURE = {  # one change for each cause that takes it away
    "learning rate too high": "lr / 10",
    "learning rate too low": "lr * 10",
    "no warm-up": "warm-up",
    "noise floor": "batches of 10 times",
    "inert decay": "lr falls to 0",
    "MSE on a softmax": "cross-entropy",
    "renamed argument": "the argument's right name",
    "epsilon too large": "epsilon 1e-8",
    "gradients not reset": "reset the gradients",
    "unshuffled data": "shuffle",
    "wrong labels": "right labels",
}


# The runs.


def test_a_run_is_that_of_fit():
    patient, seen = (
        admit("learning rate too low", seed=5),
        patients.entropy(admit("learning rate too low", 5)),
    )
    layers = [Dense(16, activation="tanh", input_dim=64), Dense(10, activation="softmax")]
    model = Sequential(layers, seed=5)
    model.compile(patients.ENTROPY, SGD(lr=patient.lr))
    epochs = running.UPDATES * patients.BATCH // patients.SAMPLES
    model.fit(seen.x, seen.y, batch_size=patients.BATCH, epochs=epochs, verbose=0)
    assert running.run(patient).loss[-1] == pytest.approx(model.evaluate(seen.x, seen.y), rel=1e-12)


def test_gradients_that_are_not_reset_are_a_momentum_of_1():
    patient = admit("gradients not reset")._replace(optimizer=SGD(lr=0.1))
    slopes = [lambda w: np.array([2.0, 0.5]) * w] * 9
    *_, (w, given) = running.walk(patient, np.array([1.0, -1.0]), slopes, updates=8)
    v, by_hand, total = 0.0, np.array([1.0, -1.0]), 0.0
    for _ in range(8):
        total = total + np.array([2.0, 0.5]) * by_hand
        v = v - 0.1 * np.array([2.0, 0.5]) * by_hand
        by_hand = by_hand + v
    assert w == pytest.approx(by_hand)
    assert given == pytest.approx(total + np.array([2.0, 0.5]) * by_hand)


def test_samples_that_are_not_shuffled_come_sorted_in_every_epoch():
    patient = admit("unshuffled data")
    objective = patients.descended(patient)
    assert (np.diff(objective.y.ravel()) >= 0).all()
    w, per_epoch = objective.start, patients.SAMPLES // patient.batch_size
    slopes = running.epochs(patient)
    first, second = ([next(slopes)(w) for _ in range(per_epoch)] for _ in range(2))
    assert np.array_equal(first, second)


def test_the_part_of_the_labels_that_are_wrong_is_the_patients():
    patient = admit("wrong labels", seed=4)
    wrong = patients.entropy(patient).y != patients.entropy(patient._replace(wrong_labels=0.0)).y
    assert wrong.mean() == pytest.approx(patient.wrong_labels, abs=0.1)


# The tests.


def test_a_rate_that_is_not_read_changes_no_digit():
    patient = admit("renamed argument", seed=2)
    slow = running.run(patients.with_rate(patient, patient.lr / 10))
    assert np.array_equal(slow.val_loss, ordered.untreated(patient).val_loss)
    assert result("lr / 10", patient).word == NOTHING


def test_mse_has_a_fiftieth_of_the_gradient_at_equal_outputs():
    """2/10 is the mean of squares' slope, 1/10 the softmax's; with weights of 0 all outputs are equal."""
    patient = admit("MSE on a softmax")
    w = np.zeros_like(patients.entropy(patient).start)
    with_mse, with_entropy = (of(patient).gradient(w) for of in (patients.descended, patients.entropy))
    assert with_mse == pytest.approx(with_entropy / 50, rel=1e-6)


@every_cause
def test_nothing_speaks_against_what_a_patient_of_the_first_ward_has(cause):
    shown = signs.seen(admit(cause, seed=1), TESTS)
    assert signs.against(cause, shown) == []
    assert signs.left(shown) == [cause]


def test_an_unknown_test_cause_or_change_is_refused():
    patient = admit("noise floor")
    for call, name in [
        (lambda: result("blood", patient), "test"),
        (lambda: admit("a cold"), "cause"),
        (lambda: go_on(patient, "rest"), "change"),
        (lambda: admit("noise floor", seed=-1), "seed"),
    ]:
        with pytest.raises(ValueError, match=f"{name} must be "):
            call()


# Rule, treatment, ward.


@pytest.mark.parametrize("test", TESTS)
def test_the_matrix_says_what_the_table_says(test):
    answers, matrix = signs.fits(test)
    for cause, row in zip(CAUSES, matrix, strict=True):
        for answer, fits in zip(answers, row, strict=True):
            assert (signs.against(cause, {test: answer}) == []) == bool(fits)


def test_the_test_that_is_ordered_leaves_fewest_at_worst():
    """By counting: of these five causes one batch leaves four at worst, the gradient two."""
    causes = ["learning rate too low", "MSE on a softmax", "gradients not reset", "learning rate too high"]
    counted = {test: procedure._at_worst(test, causes) for test in TESTS}
    assert counted == {"lr / 10": 2, "one batch": 3, "gradient norm": 1, "lr * curvature": 2}


@every_cause
def test_what_takes_the_cause_away_cures(cause):
    assert go_on(admit(cause, seed=1), CURE[cause]).is_cured


def test_a_change_that_changes_nothing_is_the_unchanged_run():
    treated = go_on(admit("noise floor"), "shuffle")
    assert treated.course is treated.unchanged
    assert not treated.is_cured
    assert CURE.keys() == set(CAUSES)
    assert set(CURE.values()) <= CHANGES.keys()


@pytest.mark.parametrize("seed", range(1, 10))
def test_a_ward_leaves_one_cause_out(seed):
    causes = [patient.cause for patient in ward(seed)]
    assert len(causes) == len(set(causes)) == 10
    assert causes != [patient.cause for patient in ward(seed + 1)]


# The page.


def test_the_page_says_what_the_tool_counts():
    """The first of the page's patients: none of its counts may be lower than theirs."""
    page = clinic.PAGE.read_text(encoding="utf-8").partition(clinic.BEGIN)[2].partition(measured_part.END)[0]
    rows = re.findall(r"^\| ([A-Za-z -]+) \| (\d+) \| (\d+) \| (\d+) \| (.*?) \|", page, re.MULTILINE)
    assert [name for name, *_ in rows] == list(CAUSES)
    table, _ = clinic.examined(1)
    for (name, count, right, not_told, others), row in zip(rows, table, strict=True):
        said = {other.strip(): int(n) for other, n in re.findall(r"([A-Za-z -]+) (\d+)", others)}
        said |= {CANNOT_TELL: int(not_told), name: int(right)}
        assert sum(said.values()) == int(count) == clinic.COUNT
        for told, n in zip(clinic.SAID, row, strict=True):
            assert n <= said.get(told, 0) + 1  # another machine's last bit may turn one
    assert sum(int(right) for *_, right, _, _ in rows) == int(re.findall(r"(\d+) with 3 tests", page)[0])


def test_the_digits_of_a_patient_are_the_courses():
    digits = datasets.load_digits()
    x = patients.entropy(admit("noise floor", seed=3)).x
    assert len(x) == patients.SAMPLES
    assert all((row == digits.x_train).all(axis=1).any() for row in x[:5])
