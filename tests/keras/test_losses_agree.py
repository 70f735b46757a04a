"""Our losses and Keras 3's: the same values and slopes, or a difference that is pinned."""

import re
from functools import partial
from pathlib import Path

import jax
import keras
import numpy as np
import pytest
from keras import losses as theirs
from rules import read_table

from course_lib import losses as ours

PAGE = Path(__file__).parents[2] / "docs" / "losses.md"
SAID = {name: cells[-1] for name, *cells in read_table(PAGE, re.compile(r"[a-z_ ]+$")) if len(cells) == 5}
LACKS = "has it not"
pytestmark = pytest.mark.usefixtures("all_digits")
CLOSE = {"rtol": 1e-6, "atol": 1e-9}
rng = np.random.default_rng(21)
NUMBERS = rng.normal(size=(6, 4))
ONE_HOT = np.eye(4)[rng.integers(4, size=6)]
PROBABILITIES = rng.uniform(0.05, 0.95, (6, 4))
DISTRIBUTIONS = rng.dirichlet(np.ones(4), 6)
SIGNS = rng.choice([-1.0, 1.0], (6, 4))
YES_NO = (SIGNS + 1) / 2
COUNTS = rng.poisson(3, (6, 4)).astype(float)
LOGITS = 3 * rng.normal(size=(6, 4))
LABELS = ONE_HOT.argmax(axis=1)
WEIGHTS = np.array([0.5, 0.0, 2.0, 1.0, 0.0, 3.0])

# Ours, Keras 3's, y_true, y_pred.
SAME = [
    (ours.MeanSquaredError(), theirs.MeanSquaredError(), NUMBERS, LOGITS),
    (ours.MeanAbsoluteError(), theirs.MeanAbsoluteError(), NUMBERS, LOGITS),
    (ours.MeanAbsolutePercentageError(), theirs.MeanAbsolutePercentageError(), NUMBERS, LOGITS),
    (ours.MeanSquaredLogarithmicError(), theirs.MeanSquaredLogarithmicError(), COUNTS, 5 * PROBABILITIES),
    (ours.Huber(), theirs.Huber(), NUMBERS, LOGITS),
    (ours.Huber(2.5), theirs.Huber(delta=2.5), NUMBERS, LOGITS),
    (ours.LogCosh(), theirs.LogCosh(), NUMBERS, LOGITS),
    (ours.Poisson(), theirs.Poisson(), COUNTS, 5 * PROBABILITIES),
    (ours.CosineProximity("sum"), theirs.CosineSimilarity(), NUMBERS, LOGITS),
    (ours.Hinge(), theirs.Hinge(), SIGNS, LOGITS),
    (ours.SquaredHinge(), theirs.SquaredHinge(), SIGNS, LOGITS),
    (ours.CategoricalHinge(), theirs.CategoricalHinge(), ONE_HOT, LOGITS),
    (ours.BinaryCrossentropy(), theirs.BinaryCrossentropy(), DISTRIBUTIONS, PROBABILITIES),
    (ours.BinaryCrossentropy(True), theirs.BinaryCrossentropy(from_logits=True), YES_NO, LOGITS),
    (
        ours.BinaryCrossentropy(label_smoothing=0.2),
        theirs.BinaryCrossentropy(label_smoothing=0.2),
        YES_NO,
        PROBABILITIES,
    ),
    (
        ours.BinaryCrossentropy(True, 0.2),
        theirs.BinaryCrossentropy(from_logits=True, label_smoothing=0.2),
        YES_NO,
        LOGITS,
    ),
    (ours.CategoricalCrossentropy(), theirs.CategoricalCrossentropy(), DISTRIBUTIONS, PROBABILITIES),
    (ours.CategoricalCrossentropy(True), theirs.CategoricalCrossentropy(from_logits=True), ONE_HOT, LOGITS),
    (
        ours.CategoricalCrossentropy(label_smoothing=0.2),
        theirs.CategoricalCrossentropy(label_smoothing=0.2),
        ONE_HOT,
        PROBABILITIES,
    ),
    (
        ours.CategoricalCrossentropy(True, 0.2),
        theirs.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2),
        ONE_HOT,
        LOGITS,
    ),
    (ours.SparseCategoricalCrossentropy(), theirs.SparseCategoricalCrossentropy(), LABELS, PROBABILITIES),
    (
        ours.SparseCategoricalCrossentropy(True),
        theirs.SparseCategoricalCrossentropy(from_logits=True),
        LABELS,
        LOGITS,
    ),
    (ours.KullbackLeiblerDivergence(), theirs.KLDivergence(), DISTRIBUTIONS, PROBABILITIES),
    (ours.BinaryFocalCrossentropy(), theirs.BinaryFocalCrossentropy(), YES_NO, PROBABILITIES),
    (
        ours.BinaryFocalCrossentropy(gamma=3, alpha=0.3, balanced=True),
        theirs.BinaryFocalCrossentropy(gamma=3, alpha=0.3, apply_class_balancing=True),
        YES_NO,
        PROBABILITIES,
    ),
    (ours.CategoricalFocalCrossentropy(), theirs.CategoricalFocalCrossentropy(), ONE_HOT, PROBABILITIES),
    (
        ours.CategoricalFocalCrossentropy(gamma=1, alpha=0.5),
        theirs.CategoricalFocalCrossentropy(gamma=1, alpha=0.5),
        DISTRIBUTIONS,
        PROBABILITIES,
    ),
    (
        ours.BinaryFocalCrossentropy(from_logits=True, label_smoothing=0.2),
        theirs.BinaryFocalCrossentropy(from_logits=True, label_smoothing=0.2),
        YES_NO,
        LOGITS,
    ),
    (
        ours.BinaryFocalCrossentropy(gamma=1.5, alpha=0.3, balanced=True, label_smoothing=0.1),
        theirs.BinaryFocalCrossentropy(gamma=1.5, alpha=0.3, apply_class_balancing=True, label_smoothing=0.1),
        YES_NO,
        PROBABILITIES,
    ),
    (
        ours.CategoricalFocalCrossentropy(from_logits=True, label_smoothing=0.2),
        theirs.CategoricalFocalCrossentropy(from_logits=True, label_smoothing=0.2),
        ONE_HOT,
        LOGITS,
    ),
    (
        ours.CategoricalFocalCrossentropy(label_smoothing=0.2),
        theirs.CategoricalFocalCrossentropy(label_smoothing=0.2),
        ONE_HOT,
        PROBABILITIES,
    ),
    (ours.Dice(), theirs.Dice(axis=-1), YES_NO, PROBABILITIES),
    (ours.Tversky(), theirs.Tversky(axis=-1), YES_NO, PROBABILITIES),
]
every_pair = pytest.mark.parametrize(
    ("our", "their", "y_true", "y_pred"), SAME, ids=[repr(our) for our, *_ in SAME]
)
NOT_IN_KERAS_3 = {ours.RootMeanSquaredError, ours.Pinball, ours.ZLoss, ours.Distillation}


def test_every_loss_is_compared_with_keras_or_said_to_be_without_a_counterpart():
    # CategoricalGeneralizedCrossEntropy takes labels there: it is compared below.
    compared = {type(our) for our, *_ in SAME} | {ours.CategoricalGeneralizedCrossEntropy}
    assert compared | NOT_IN_KERAS_3 == set(ours.names().values())
    assert {type(ours.get(name)) for name, said in SAID.items() if said == LACKS} == NOT_IN_KERAS_3


@every_pair
def test_the_value_of_each_sample_is_keras_3s(our, their, y_true, y_pred):
    expected = their.call(y_true, y_pred)
    np.testing.assert_allclose(our.per_sample(y_true, y_pred), expected, **_as_the_page_says(our))


@every_pair
@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["", "weighted"])
def test_the_mean_and_its_slope_are_keras_3s(our, their, y_true, y_pred, weights):
    value, slope = jax.value_and_grad(lambda p: their(y_true, p, sample_weight=weights))(y_pred)
    how = {"sample_weight": weights, "keras": 3}
    assert our(y_true, y_pred, **how) == pytest.approx(float(value), rel=1e-6)
    assert slope.dtype == np.float64
    np.testing.assert_allclose(our.gradient(y_true, y_pred, **how), slope, **_as_the_page_says(our))


def _as_the_page_says(our):
    """Up to a bit or two by which another machine's logarithms may be off."""
    said = SAID[_row(our)]
    return {"rtol": 0 if said == "exact" else 10 * float(said), "atol": 1e-17}


def _row(our):
    name = next(name for name in SAID if ours.names().get(name) is type(our))
    return f"{name} from logits" if our.from_logits and f"{name} from logits" in SAID else name


@pytest.mark.parametrize("q", [0.3, 0.5, 0.9])
def test_the_generalized_crossentropy_is_keras_3s_which_takes_labels(q):
    our, their = ours.CategoricalGeneralizedCrossEntropy(q), theirs.CategoricalGeneralizedCrossEntropy(q)
    value, slope = jax.value_and_grad(partial(their, LABELS))(jax.numpy.array(PROBABILITIES))
    assert our(ONE_HOT, PROBABILITIES) == pytest.approx(float(value), rel=1e-6)
    np.testing.assert_allclose(our.gradient(ONE_HOT, PROBABILITIES), slope, **CLOSE)


def test_at_probability_0_the_generalized_crossentropy_is_keras_3s_in_value_and_slope():
    our, their = ours.CategoricalGeneralizedCrossEntropy(), theirs.CategoricalGeneralizedCrossEntropy(0.5)
    value, slope = jax.value_and_grad(partial(their, np.array([0])))(jax.numpy.array([[0.0, 1.0]]))
    assert our([[1, 0]], [[0.0, 1.0]]) == float(value) == 2
    assert our.gradient([[1, 0]], [[0.0, 1.0]])[0, 0] == float(slope[0, 0]) == -np.inf


@every_pair
@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "sum", "none"])
def test_each_reduction_is_keras_3s(our, their, y_true, y_pred, reduction, monkeypatch):
    monkeypatch.setattr(their, "reduction", reduction)  # not by its config: Huber's forgets delta
    expected = their(y_true, y_pred, sample_weight=WEIGHTS)
    got = our(y_true, y_pred, sample_weight=WEIGHTS, keras=3, reduction=reduction)
    np.testing.assert_allclose(got, expected, **CLOSE)


# Where the generations differ.


def test_keras_1s_cosine_is_keras_3s_divided_by_the_dimensions():
    third = float(theirs.CosineSimilarity()(NUMBERS, LOGITS))
    assert ours.cosine_proximity(NUMBERS, LOGITS) == pytest.approx(third / 4, rel=1e-6)
    assert ours.CosineProximity("sum")(NUMBERS, LOGITS) == pytest.approx(third, rel=1e-6)


def test_keras_1_divides_by_the_weights_in_use_and_keras_3_by_all_samples():
    third = float(theirs.MeanSquaredError()(NUMBERS, LOGITS, sample_weight=WEIGHTS))
    first = ours.mean_squared_error(NUMBERS, LOGITS, sample_weight=WEIGHTS)
    assert first == pytest.approx(third * 6 / 4, rel=1e-6)  # two of the six weights are 0


@pytest.mark.parametrize("name", ["Hinge", "SquaredHinge"])
def test_keras_3_turns_labels_0_and_1_into_signs_and_we_refuse_them(name):
    our, their = getattr(ours, name)(), getattr(theirs, name)()
    assert float(their(YES_NO, LOGITS)) == pytest.approx(our(SIGNS, LOGITS), rel=1e-6)
    with pytest.raises(ValueError, match=r"y_true must hold the labels -1 and \+1"):
        our(YES_NO, LOGITS)


def test_keras_3s_dice_and_tversky_take_the_batch_for_one_picture_unless_told_an_axis():
    for our, their in ((ours.dice, theirs.Dice()), (ours.tversky, theirs.Tversky())):
        flat = our(YES_NO.reshape(1, -1), PROBABILITIES.reshape(1, -1))
        assert float(their(YES_NO, PROBABILITIES)) == pytest.approx(flat, rel=1e-6)
        assert abs(flat - our(YES_NO, PROBABILITIES)) > 1e-3


def test_keras_3s_tversky_exchanged_alpha_and_beta_up_to_3_15_1():
    their = float(theirs.Tversky(alpha=0.3, beta=0.8, axis=-1)(YES_NO, PROBABILITIES))
    exchanged = tuple(map(int, keras.__version__.split(".")[:3])) <= (3, 15, 1)
    same = ours.Tversky(**({"alpha": 0.8, "beta": 0.3} if exchanged else {"alpha": 0.3, "beta": 0.8}))
    other = ours.Tversky(same.beta, same.alpha)
    assert same(YES_NO, PROBABILITIES) == pytest.approx(their, rel=1e-6)
    assert abs(other(YES_NO, PROBABILITIES) - their) > 1e-2


def test_keras_3s_log_cosh_does_not_overflow_either():
    assert float(theirs.LogCosh()([[0.0]], [[1e4]])) == pytest.approx(ours.log_cosh([0.0], [1e4]), rel=1e-6)


def test_keras_3s_focal_loss_does_not_clip_the_probability_that_it_weighs_by():
    wrong = np.array([[1.0]]), np.array([[1e-9]])
    our, their = ours.binary_focal_crossentropy(*wrong), float(theirs.BinaryFocalCrossentropy()(*wrong))
    assert our == pytest.approx((1 - 1e-7) ** 2 * -np.log(1e-7), rel=5e-8)
    assert their == pytest.approx((1 - 1e-9) ** 2 * -np.log(1e-7), rel=5e-8)


def test_the_epsilon_is_keras_3s():
    assert keras.config.epsilon() == ours.EPSILON
