"""Every loss from one table: its formula, its slope, its names. A loss without a row fails the first test."""

import json
import re
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numeric import assert_is_the_slope

from course_lib import constraints, datasets, losses
from course_lib.base import formulas
from tools import accuracy

EPS = 1e-7


def softmax(z):
    return np.exp(z - z.max()) / np.exp(z - z.max()).sum()


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def clipped(p):
    return np.clip(p, EPS, 1 - EPS)


def binary(y, p):
    return -y * np.log(clipped(p)) - (1 - y) * np.log(1 - clipped(p))


def smoothed_binary(y, p, from_logits, label_smoothing):
    y = y * (1 - label_smoothing) + label_smoothing / 2
    return np.mean(binary(y, sigmoid(p) if from_logits else p))


def categorical(y, p, from_logits, label_smoothing=0.0):
    y = y * (1 - label_smoothing) + label_smoothing / len(p)
    return -np.sum(y * np.log(clipped(softmax(p) if from_logits else p / p.sum())))


def categorical_focal(y, p, gamma, alpha, from_logits, label_smoothing):
    y = y * (1 - label_smoothing) + label_smoothing / len(p)
    p = clipped(softmax(p) if from_logits else p / p.sum())
    return -np.sum(alpha * (1 - p) ** gamma * y * np.log(p))


def binary_focal(y, p, gamma, alpha, balanced, from_logits, label_smoothing):
    y = y * (1 - label_smoothing) + label_smoothing / 2
    p = sigmoid(p) if from_logits else p
    right = y * p + (1 - y) * (1 - p)
    weight = y * alpha + (1 - y) * (1 - alpha) if balanced else 1
    return np.mean(weight * (1 - right) ** gamma * binary(y, p))


def kullback_leibler(y, p):
    y, p = np.clip(y, EPS, 1), np.clip(p, EPS, 1)
    return np.sum(y * np.log(y / p))


def logarithmic(y, p):
    return np.mean((np.log(np.maximum(p, EPS) + 1) - np.log(np.maximum(y, EPS) + 1)) ** 2)


def huber(y, p, delta):
    e = np.abs(p - y)
    return np.mean([0.5 * x * x if x <= delta else delta * x - 0.5 * delta * delta for x in e])


def cosine(y, p, reduction):
    match = y / np.linalg.norm(y) * p / np.linalg.norm(p)
    return -(match.mean() if reduction == "mean" else match.sum())


def tversky(y, p, alpha, beta):
    common, false_alarms, misses = np.sum(y * p), np.sum((1 - y) * p), np.sum(y * (1 - p))
    return 1 - common / (common + alpha * false_alarms + beta * misses + EPS)


def z_loss(y, z, k):
    return -np.sum(y * np.log(softmax(z))) + k * np.log(np.exp(z).sum()) ** 2


def distillation(y, z, temperature):
    q, p = softmax(y / temperature), softmax(z / temperature)
    return temperature**2 * np.sum(q * np.log(q / p))


class Row(NamedTuple):
    """``formula``: of one row, with the settings by name. ``data``: what ``y_true`` holds, see below."""

    formula: callable
    data: str
    variants: tuple = ({},)


SMOOTH = ({}, {"from_logits": True}, {"label_smoothing": 0.2}, {"from_logits": True, "label_smoothing": 0.2})
TABLE = {
    losses.MeanSquaredError: Row(lambda y, p: np.mean((p - y) ** 2), "numbers"),
    losses.RootMeanSquaredError: Row(lambda y, p: np.sqrt(np.mean((p - y) ** 2)), "numbers"),
    losses.MeanAbsoluteError: Row(lambda y, p: np.mean(np.abs(p - y)), "numbers"),
    losses.MeanAbsolutePercentageError: Row(
        lambda y, p: 100 * np.mean(np.abs(y - p) / np.maximum(np.abs(y), EPS)), "numbers"
    ),
    losses.MeanSquaredLogarithmicError: Row(logarithmic, "counts"),
    losses.Huber: Row(huber, "numbers", ({}, {"delta": 0.5})),
    losses.LogCosh: Row(lambda y, p: np.mean(np.log(np.cosh(p - y))), "numbers"),
    losses.Pinball: Row(
        lambda y, p, quantile: np.mean(np.where(y > p, quantile * (y - p), (1 - quantile) * (p - y))),
        "numbers",
        ({}, {"quantile": 0.9}),
    ),
    losses.Poisson: Row(lambda y, p: np.mean(p - y * np.log(p + EPS)), "counts"),
    losses.CosineProximity: Row(cosine, "numbers", ({}, {"reduction": "sum"})),
    losses.Hinge: Row(lambda y, p: np.mean(np.maximum(1 - y * p, 0)), "signs"),
    losses.SquaredHinge: Row(lambda y, p: np.mean(np.maximum(1 - y * p, 0) ** 2), "signs"),
    losses.CategoricalHinge: Row(
        lambda y, p: max(0, np.max((1 - y) * p) - np.sum(y * p) + 1), "one-hot rows of numbers"
    ),
    losses.BinaryCrossentropy: Row(smoothed_binary, "probabilities", SMOOTH),
    losses.CategoricalCrossentropy: Row(categorical, "distributions", SMOOTH),
    losses.SparseCategoricalCrossentropy: Row(
        lambda y, p, from_logits: categorical(np.arange(len(p)) == y, p, from_logits),
        "labels",
        ({}, {"from_logits": True}),
    ),
    losses.KullbackLeiblerDivergence: Row(kullback_leibler, "distributions"),
    losses.BinaryFocalCrossentropy: Row(
        binary_focal,
        "probabilities",
        ({"balanced": True, "alpha": 0.3}, {"gamma": 0}, {"gamma": 3.5}, *SMOOTH),
    ),
    losses.CategoricalFocalCrossentropy: Row(
        categorical_focal, "distributions", ({"gamma": 0}, {"gamma": 0.5, "alpha": 1}, *SMOOTH)
    ),
    losses.CategoricalGeneralizedCrossEntropy: Row(
        lambda y, p, q: (1 - np.sum(y * p) ** q) / q, "one-hot rows", ({}, {"q": 0.1}, {"q": 1})
    ),
    losses.Dice: Row(lambda y, p: 1 - 2 * np.sum(y * p) / (np.sum(y) + np.sum(p) + EPS), "probabilities"),
    losses.Tversky: Row(tversky, "probabilities", ({}, {"alpha": 0.3, "beta": 0.8})),
    losses.ZLoss: Row(z_loss, "distributions", ({}, {"k": 0.3}, {"k": 0})),
    losses.Distillation: Row(distillation, "numbers", ({}, {"temperature": 5}, {"temperature": 0.5})),
}
LOSSES = [loss(**variant) for loss, row in TABLE.items() for variant in row.variants]
SHAPES = [(4,), (1, 4), (5, 4), (5, 1), (2, 3, 4)]

every_loss = pytest.mark.parametrize("loss", LOSSES, ids=repr)


def data(loss, shape=(5, 4), seed=0):
    """``y_true`` in the loss's domain and ``y_pred`` away from its kinks."""
    rng = np.random.default_rng(seed)
    one_hot = np.eye(shape[-1])[rng.integers(shape[-1], size=shape[:-1])]
    numbers, probabilities = rng.normal(size=shape), rng.uniform(0.1, 0.9, shape)
    y_true, y_pred = {
        "numbers": (numbers, numbers + rng.choice([-1, 1], shape) * rng.uniform(0.1, 2, shape)),
        "counts": (rng.poisson(3, shape).astype(float), rng.uniform(0.2, 6, shape)),
        "signs": (rng.choice([-1.0, 1.0], shape), 2 * numbers),
        "one-hot rows of numbers": (one_hot, 2 * numbers),
        "one-hot rows": (one_hot, probabilities),
        "probabilities": (rng.uniform(0, 1, shape), probabilities),
        "distributions": (rng.dirichlet(np.ones(shape[-1]), shape[:-1]), probabilities),
        "labels": (one_hot.argmax(axis=-1), probabilities),
    }[TABLE[type(loss)].data]
    return y_true, 3 * numbers if getattr(loss, "from_logits", False) else y_pred


def test_every_loss_that_can_be_named_is_in_the_table():
    assert set(TABLE) == set(losses.names().values())


@every_loss
def test_the_gradient_is_the_slope_of_the_value(loss):
    for shape in SHAPES:
        y_true, y_pred = data(loss, shape)
        gradient = loss.gradient(y_true, y_pred)
        assert gradient.shape == shape
        assert_is_the_slope(gradient, partial(loss, y_true), y_pred)


@every_loss
def test_the_weighted_gradient_is_the_slope_of_the_weighted_value(loss):
    y_true, y_pred = data(loss)
    for keras in (1, 3):
        how = {"sample_weight": [0.5, 0, 2, 1, 0], "keras": keras}
        gradient = loss.gradient(y_true, y_pred, **how)
        assert_is_the_slope(gradient, partial(loss, y_true, **how), y_pred)


@every_loss
def test_the_value_is_that_of_the_formula_row_by_row(loss):
    y_true, y_pred = data(loss)
    formula, settings = TABLE[type(loss)].formula, loss.get_config()
    expected = [formula(y, p, **settings) for y, p in zip(y_true, y_pred, strict=True)]
    np.testing.assert_allclose(loss.per_sample(y_true, y_pred), expected, rtol=1e-12, atol=1e-15)


@every_loss
def test_the_value_is_the_mean_over_the_samples(loss):
    for shape in SHAPES:
        y_true, y_pred = data(loss, shape)
        value, per_sample = loss(y_true, y_pred), loss.per_sample(y_true, y_pred)
        assert per_sample.shape == shape[:-1]
        assert value == pytest.approx(per_sample.mean(), rel=1e-15), shape
        assert type(value) is float


@every_loss
def test_the_order_of_the_samples_does_not_matter(loss):
    y_true, y_pred = data(loss)
    order = [3, 1, 4, 0, 2]
    mixed = y_true[order], y_pred[order]
    assert np.array_equal(loss.per_sample(*mixed), loss.per_sample(y_true, y_pred)[order])
    assert np.array_equal(loss.gradient(*mixed), loss.gradient(y_true, y_pred)[order])


@every_loss
def test_lists_and_integers_are_as_good_as_arrays(loss):
    y_true, y_pred = data(loss)
    assert loss(y_true.tolist(), y_pred.tolist()) == loss(y_true, y_pred)
    whole = np.ones(y_pred.shape, int)
    assert loss(y_true, whole) == loss(y_true, whole.astype(float))


@every_loss
@pytest.mark.parametrize("how", [{}, {"sample_weight": np.float32([0, 1, 2, 3, 4])}], ids=["", "weighted"])
def test_float32_is_kept_and_agrees_with_float64(loss, how):
    y_true, y_pred = data(loss)
    single = y_true if TABLE[type(loss)].data == "labels" else np.float32(y_true), np.float32(y_pred)
    gradient, per_sample = loss.gradient(*single, **how), loss.per_sample(*single)
    np.testing.assert_allclose(gradient, loss.gradient(y_true, y_pred, **how), rtol=2e-4, atol=1e-5)
    assert (per_sample.dtype, gradient.dtype) == (np.float32, np.float32)


@every_loss
def test_asking_changes_no_argument(loss):
    y_true, y_pred = data(loss)
    before = y_true.copy(), y_pred.copy()
    loss(y_true, y_pred)
    loss.gradient(y_true, y_pred)
    assert np.array_equal(y_true, before[0])
    assert np.array_equal(y_pred, before[1])


@every_loss
def test_a_diverged_prediction_warns_nothing(loss):
    y_true, y_pred = data(loss)
    for broken in (np.nan, np.inf, -np.inf, 1e200):
        y_pred[1, 2] = broken
        loss(y_true, y_pred)
        loss.gradient(y_true, y_pred)


FOR_LARGE_NUMBERS = [
    losses.LogCosh(),
    losses.BinaryCrossentropy(from_logits=True),
    losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1),
    losses.CategoricalCrossentropy(from_logits=True),
    losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
    losses.SparseCategoricalCrossentropy(from_logits=True),
    losses.ZLoss(),
    losses.Distillation(),
]


@pytest.mark.parametrize("loss", FOR_LARGE_NUMBERS, ids=repr)
@pytest.mark.parametrize("size", [1e4, -1e4])
def test_large_numbers_do_not_overflow(loss, size):
    y_true, y_pred = data(loss)
    y_pred[0, 1] = y_pred[3, :2] = size
    assert np.isfinite(loss(y_true, y_pred))
    assert np.isfinite(loss.gradient(y_true, y_pred)).all()
    assert loss(y_true, y_pred) > 100  # the miss is felt in full


def test_a_mean_that_overflows_warns_nothing():
    assert losses.get("mse")([[0.0], [0.0]], [[1e154], [1e154]]) == np.inf


def test_a_row_of_sum_0_warns_nothing():
    losses.categorical_crossentropy([[0, 1]], [[1, -1]])
    losses.categorical_crossentropy.gradient([[0, 1]], [[1, -1]])


LN2 = np.log(2)


@pytest.mark.parametrize(
    ("loss", "y_true", "y_pred", "value", "gradient"),
    [
        ("mse", [1, 2], [1, 4], 2, [0, 2]),
        ("rmse", [[3, 4], [0, 0]], [[0, 0], [0, 0]], 2.5 / 2**0.5, None),
        ("mae", [1, 2], [1, 4], 1, [0, 0.5]),
        ("mape", [4, -10], [5, -5], (25 + 50) / 2, [12.5, 5]),
        ("msle", [np.e - 1], [np.e**3 - 1], 4, [4 / np.e**3]),
        ("hinge", [1, -1, 1], [0.5, 1, 2], (0.5 + 2) / 3, [-1 / 3, 1 / 3, 0]),
        ("squared_hinge", [1, -1, 1], [0.5, 1, 2], (0.25 + 4) / 3, [-1 / 3, 4 / 3, 0]),
        ("categorical_hinge", [0, 1, 0], [0.5, 1, 0.25], 0.5, [1, -1, 0]),
        ("binary_crossentropy", [1, 0], [0.5, 0.5], LN2, [-1, 1]),
        ("categorical_crossentropy", [0, 1], [0.5, 0.5], LN2, [1, -1]),
        ("categorical_crossentropy", [0, 1], [2, 2], LN2, [0.25, -0.25]),
        ("sparse_categorical_crossentropy", [1, 0], [[1, 1], [3, 1]], (LN2 + np.log(4 / 3)) / 2, None),
        ("kld", [0.5, 0.5], [0.25, 0.75], 0.5 * np.log(4 / 3), [-2, -2 / 3]),
        ("poisson", [2], [1 - EPS], 1 - EPS, [-1]),
        ("cosine", [[3, 4]], [[6, 8]], -1 / 2, [[0, 0]]),
        ("cosine", [[1, 0]], [[1, 1]], -(0.5**0.5) / 2, None),
        (losses.CosineProximity("sum"), [[3, 4]], [[6, 8]], -1, [[0, 0]]),
        (losses.Huber(2), [0, 0], [1, 5], (0.5 + 8) / 2, [0.5, 1]),
        ("log_cosh", [0], [1], np.log(np.cosh(1)), [np.tanh(1)]),
        (losses.Pinball(0.9), [10, 10], [9, 11], (0.9 + 0.1) / 2, [-0.45, 0.05]),
        ("binary_focal", [1], [0.5], 0.25 * LN2, [-0.25 * 2 - 2 * 0.5 * LN2]),
        ("categorical_focal", [0, 1], [0.5, 0.5], 0.25 * 0.25 * LN2, None),
        ("categorical_generalized_cross_entropy", [0, 1], [0.75, 0.25], 1, [0, -2]),
        ("dice", [1, 1, 0, 0], [1, 0, 1, 0], 0.5, None),
        (losses.Tversky(alpha=1, beta=2), [1, 1, 0, 0], [1, 0, 1, 0], 0.75, None),
        ("z_loss", [1, 0, 0], [2, 1, 0.1], 0.41703002 + 0.00058420, None),
        (losses.ZLoss(k=1), [1, 0], [0, 0], LN2 + LN2**2, [-0.5 + LN2, 0.5 + LN2]),
        (losses.Distillation(1), [np.log(3), 0], [0, 0], LN2 - 2 * LN2 + 0.75 * np.log(3), [-0.25, 0.25]),
    ],
)
def test_the_values_that_a_hand_can_compute(loss, y_true, y_pred, value, gradient):
    loss = losses.get(loss)
    assert loss(y_true, y_pred) == pytest.approx(value, rel=1e-6)
    if gradient is not None:
        np.testing.assert_allclose(loss.gradient(y_true, y_pred), gradient, rtol=1e-6, atol=1e-6)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=20))
def test_a_perfect_prediction_costs_nothing_and_moves_nothing(y):
    for name in ("mse", "rmse", "mae", "mape", "msle", "huber", "log_cosh", "pinball"):
        assert losses.get(name)(y, y) == 0
        assert not losses.get(name).gradient(y, y).any()


def test_log_cosh_is_straight_far_out():
    assert losses.log_cosh([0.0], [-1e4]) == pytest.approx(1e4 - LN2, rel=1e-15)
    assert losses.log_cosh.gradient([0.0], [-1e4]) == -1


@pytest.mark.parametrize("scale", [1, -1])
def test_crossentropy_from_logits_is_exact_at_a_distance_of_10_000(scale):
    wrong, right = scale * np.array([[1e4, -1e4]]), scale * np.array([[-1e4, 1e4]])
    y = np.array([[0.0, 1.0]]) if scale == 1 else np.array([[1.0, 0.0]])
    loss = losses.CategoricalCrossentropy(from_logits=True)
    assert (loss(y, wrong), loss(y, right)) == (2e4, 0)
    assert np.array_equal(loss.gradient(y, wrong), 1 - 2 * y)
    binary = losses.BinaryCrossentropy(from_logits=True)
    assert (binary(y, wrong), binary(y, right)) == (1e4, 0)
    assert np.array_equal(binary.gradient(y, wrong), (1 - 2 * y) / 2)


def test_probabilities_and_their_logits_cost_the_same():
    y_true, z = data(losses.CategoricalCrossentropy(from_logits=True))
    p = np.apply_along_axis(softmax, -1, z)
    for name in ("categorical_crossentropy", "binary_crossentropy"):
        of_p, of_z = losses.get(name), losses.names()[name](from_logits=True)
        squash = p if name.startswith("cat") else sigmoid(z)
        np.testing.assert_allclose(of_z.per_sample(y_true, z), of_p.per_sample(y_true, squash), rtol=1e-12)


@pytest.mark.parametrize("name", ["categorical_crossentropy", "categorical_focal", "dice"])
def test_only_what_normalises_a_row_does_not_see_its_scale(name):
    loss = losses.get(name)
    y_true, y_pred = data(loss)
    same = loss(y_true, 7 * y_pred) == pytest.approx(loss(y_true, y_pred), rel=1e-14)
    assert same == (name != "dice")


def test_no_smoothing_and_no_focus_are_the_plain_crossentropy():
    y_true, y_pred = data(losses.categorical_crossentropy)
    plain = losses.categorical_crossentropy(y_true, y_pred)
    assert losses.CategoricalFocalCrossentropy(gamma=0, alpha=1)(y_true, y_pred) == pytest.approx(plain)
    assert losses.BinaryFocalCrossentropy(gamma=0)(y_true, y_pred) == pytest.approx(
        losses.binary_crossentropy(y_true, y_pred)
    )


def test_the_generalized_crossentropy_lies_between_crossentropy_and_absolute_error():
    y_true, y_pred = data(losses.categorical_generalized_cross_entropy)
    p = y_pred / y_pred.sum(axis=-1, keepdims=True)
    near_0, at_1 = (losses.CategoricalGeneralizedCrossEntropy(q) for q in (1e-8, 1))
    assert near_0(y_true, p) == pytest.approx(losses.categorical_crossentropy(y_true, p), rel=1e-6)
    assert at_1(y_true, p) == pytest.approx(np.mean(1 - p[y_true == 1]), rel=1e-14)


def test_dice_is_tversky_with_both_errors_weighed_one_half():
    y_true, y_pred = data(losses.dice)
    halved = losses.Tversky()(y_true, y_pred)
    assert losses.dice(y_true, y_pred) == pytest.approx(halved, rel=1e-6)  # EPSILON stands elsewhere


def test_the_two_hinges_and_the_cosine_see_only_margin_and_direction():
    assert losses.cosine_proximity([[1, 2]], [[10, 20]]) == pytest.approx(-1 / 2)
    assert losses.CosineProximity("sum")([[1, 2, 2]], [[10, 20, 20]]) == pytest.approx(-1)
    assert losses.cosine_proximity([[0, 0]], [[1, 2]]) == 0
    assert losses.hinge([1, -1], [1.5, -7]) == losses.squared_hinge([1, -1], [1.5, -7]) == 0


def test_labels_may_have_a_last_axis_of_1():
    loss = losses.sparse_categorical_crossentropy
    y_true, y_pred = data(loss)
    assert loss(y_true[:, None], y_pred) == loss(y_true, y_pred)
    assert np.array_equal(loss.gradient(y_true[:, None], y_pred), loss.gradient(y_true, y_pred))


WEIGHTS = np.array([0.5, 0.0, 2.0, 1.0, 0.0])


def test_keras_1_divides_by_the_weights_in_use_and_keras_3_by_all_samples():
    loss = losses.mean_squared_error
    y_true, y_pred = data(loss)
    score = np.mean((y_pred - y_true) ** 2, axis=1)
    first, third = (loss(y_true, y_pred, sample_weight=WEIGHTS, keras=keras) for keras in (1, 3))
    assert first == pytest.approx(np.mean(score * WEIGHTS / np.mean(WEIGHTS != 0)), rel=1e-14)
    assert third == pytest.approx(np.sum(score * WEIGHTS) / 5, rel=1e-14)
    assert third / first == pytest.approx(3 / 5, rel=1e-14)  # two of the five weights are 0


@pytest.mark.parametrize("keras", [1, 3])
def test_equal_weights_change_nothing_but_the_scale(keras):
    loss = losses.mean_absolute_error
    y_true, y_pred = data(loss, (2, 3, 4))
    twice = loss(y_true, y_pred, sample_weight=np.full((2, 3), 2), keras=keras)
    assert twice == pytest.approx(2 * loss(y_true, y_pred), rel=1e-15)


# FACTS section 1, and every name since, by class. Upper-case ones are Keras's own.
NAMES = {
    "MeanSquaredError": "mean_squared_error mse MSE",
    "RootMeanSquaredError": "root_mean_squared_error rmse RMSE",
    "MeanAbsoluteError": "mean_absolute_error mae MAE",
    "MeanAbsolutePercentageError": "mean_absolute_percentage_error mape MAPE",
    "MeanSquaredLogarithmicError": "mean_squared_logarithmic_error msle MSLE",
    "Hinge": "hinge",
    "SquaredHinge": "squared_hinge",
    "CategoricalHinge": "categorical_hinge",
    "BinaryCrossentropy": "binary_crossentropy",
    "CategoricalCrossentropy": "categorical_crossentropy",
    "SparseCategoricalCrossentropy": "sparse_categorical_crossentropy",
    "KullbackLeiblerDivergence": "kullback_leibler_divergence kld KLD kl_divergence",
    "Poisson": "poisson",
    "CosineProximity": "cosine_proximity cosine",
    "Huber": "huber huber_loss",
    "LogCosh": "log_cosh logcosh",
    "Pinball": "pinball quantile",
    "BinaryFocalCrossentropy": "binary_focal_crossentropy binary_focal",
    "CategoricalFocalCrossentropy": "categorical_focal_crossentropy categorical_focal",
    "CategoricalGeneralizedCrossEntropy": "categorical_generalized_cross_entropy",
    "Dice": "dice",
    "Tversky": "tversky",
    "ZLoss": "z_loss",
    "Distillation": "distillation",
}


@pytest.mark.parametrize(("class_name", "names"), NAMES.items())
def test_every_name_leads_to_its_class(class_name, names):
    for name in names.split():
        assert losses.names()[name] is getattr(losses, class_name)
        assert type(losses.get(name)) is getattr(losses, class_name)
    assert type(getattr(losses, names.split()[0])) is getattr(losses, class_name)


def test_no_class_is_without_a_test_of_its_names():
    assert set(NAMES) == {loss.__name__ for loss in TABLE}


@every_loss
def test_a_loss_comes_back_from_its_config(loss):
    identifier = json.loads(json.dumps({"class_name": type(loss).__name__, "config": loss.get_config()}))
    y_true, y_pred = data(loss)
    for again in (losses.get(identifier), losses.get(loss), eval(repr(loss), vars(losses))):
        assert again.get_config() == loss.get_config()
        assert again(y_true, y_pred) == loss(y_true, y_pred)


# How exact: tools/accuracy.py has the formulas once more, for arithmetic of 400 digits.


def test_the_sweep_of_accuracy_has_every_loss_and_every_one_from_logits():
    assert {type(case.loss) for case in accuracy.CASES.values()} == set(TABLE)
    from_logits = {type(case.loss) for case in accuracy.CASES.values() if case.loss.from_logits}
    assert from_logits == {loss for loss in TABLE if "from_logits" in loss.settings() or loss.from_logits}


PAGE = (Path(__file__).parents[1] / "docs" / "losses.md").read_text(encoding="utf-8")
ON_THE_PAGE = {
    name: [0.0 if cell == "exact" else float(cell) for cell in cells]
    for name, *cells in re.findall(
        r"^\| ([a-z_ ]+)" + r" \| (1e-\d+|exact)" * 4 + r" \| [^|]+\|$", PAGE, re.MULTILINE
    )
}


@pytest.mark.parametrize("dtype", accuracy.DTYPES)
@pytest.mark.parametrize("name", accuracy.CASES)
def test_value_and_slope_are_exact_over_the_whole_range(name, dtype):
    """At a sixth of the sizes of which the page tells, around 1 among them, and at both ends."""
    case = accuracy.CASES[name]
    sizes = np.r_[min(case.sizes), max(case.sizes), case.sizes[4::6]]
    off = accuracy.worst(case._replace(sizes=sizes), dtype)
    assert max(off) < accuracy.DTYPES[dtype].bound
    said = ON_THE_PAGE[name][:2] if dtype is np.float64 else ON_THE_PAGE[name][2:]
    assert np.all(
        np.array(off) <= 10 * np.array(said) + 1e-18
    )  # another machine's logarithms may be one bit off


def test_the_sweep_would_notice_a_formula_that_rounds():
    class Rounding(losses.LogCosh):
        def value(self, y_true, y_pred):
            return np.log(np.cosh(y_pred - y_true))

    value, _ = accuracy.worst(accuracy.CASES["log_cosh"]._replace(loss=Rounding()), np.float32)
    assert value > 0.1


INF = np.inf
BINARY, CATEGORICAL, SPARSE = (
    losses.names()[name](from_logits=True)
    for name in ("binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy")
)
FOCAL, CATEGORICAL_FOCAL = (
    losses.names()[name](from_logits=True) for name in ("binary_focal", "categorical_focal")
)


@pytest.mark.parametrize(
    ("loss", "y_true", "z", "value", "gradient"),
    [
        (SPARSE, [0], [[0, 1, -INF]], np.log(1 + np.e), [[-1 / (1 + 1 / np.e), 1 / (1 + 1 / np.e), 0]]),
        (SPARSE, [2], [[0, 1, -INF]], INF, [[1 / (1 + np.e), 1 / (1 + 1 / np.e), -1]]),
        (SPARSE, [1], [[0, INF, 3]], 0, [[0, 0, 0]]),
        (SPARSE, [0], [[0, INF, 3]], INF, [[-1, 1, 0]]),
        (CATEGORICAL, [[1, 0, 0]], [[0, 0, -INF]], LN2, [[-0.5, 0.5, 0]]),
        (CATEGORICAL, [[0.5, 0.5, 0]], [[-INF, 0, 0]], INF, [[-0.5, 0, 0.5]]),
        (CATEGORICAL_FOCAL, [[1, 0, 0]], [[0, 0, -INF]], 0.25 * 0.25 * LN2, None),
        (CATEGORICAL_FOCAL, [[1, 0]], [[INF, 0]], 0, [[0, 0]]),
        (BINARY, [1], [INF], 0, [0]),
        (BINARY, [0], [-INF], 0, [0]),
        (BINARY, [0], [INF], INF, [1]),
        (BINARY, [1], [-INF], INF, [-1]),
        (FOCAL, [1], [INF], 0, [0]),
        (FOCAL, [0], [-INF], 0, [0]),
        (FOCAL, [0], [INF], INF, [1]),
        (FOCAL, [1], [-INF], INF, [-1]),
        ("categorical_hinge", [[0, 1, 0]], [[0.5, 1, -INF]], 0.5, [[1, -1, 0]]),
        ("categorical_hinge", [[0, 1]], [[0, -INF]], INF, [[1, -1]]),
        ("hinge", [1], [INF], 0, [0]),
        ("hinge", [1], [-INF], INF, [-1]),
        ("log_cosh", [0], [INF], INF, [1]),
        ("huber", [0], [-INF], INF, [-1]),
        ("mae", [0], [-INF], INF, [-1]),
        ("pinball", [0], [INF], INF, [0.5]),
        ("rmse", [[0, 0]], [[3e200, 4e200]], 5e200 / 2**0.5, [[0.6 / 2**0.5, 0.8 / 2**0.5]]),
        ("cosine", [[1, 1]], [[2e200, 2e200]], -1 / 2, None),
        ("categorical_generalized_cross_entropy", [[1, 0]], [[0, 1]], 2, [[-INF, 0]]),
        (losses.CategoricalGeneralizedCrossEntropy(1), [[1, 0]], [[0, 1]], 1, [[-1, 0]]),
        (
            "sparse_categorical_crossentropy",
            [0],
            [[0, 1, 0, 1]],
            -np.log(EPS),
            [[0, 0, 0, 0]],
        ),  # Theano's 16.118
    ],
)
def test_masked_certain_and_huge_numbers_give_the_limit(loss, y_true, z, value, gradient):
    loss = losses.get(loss)
    assert loss(y_true, z) == pytest.approx(value, rel=1e-14)
    if gradient is not None:
        np.testing.assert_allclose(loss.gradient(y_true, z), gradient, rtol=1e-14, atol=1e-300)


def test_constants_stand_once():
    assert constraints.EPSILON is losses.EPSILON is formulas.EPSILON


@pytest.mark.parametrize("size", [1e-12, 1e-8, 1e-3])
def test_the_cosines_slope_is_exact_where_the_directions_nearly_agree(size):
    """In two dimensions: the sine of the angle between them, at a right angle to y_pred, over its length."""
    y_true, y_pred = [[1.0, 0.0]], [[3.0, size]]
    long = np.hypot(3.0, size)
    expected = size / long / long * np.array([-size / long, 3.0 / long])
    gradient = losses.CosineProximity("sum").gradient(y_true, y_pred)
    np.testing.assert_allclose(gradient, [expected], rtol=0, atol=1e-14 * np.linalg.norm(expected))


def test_of_nothing_but_masked_classes_there_is_no_loss():
    assert np.isnan(SPARSE([0], [[-INF, -INF]]))


# Weights and reductions.


@every_loss
@pytest.mark.parametrize("keras", [1, 3])
def test_a_sample_of_weight_0_counts_nothing_be_it_nan(loss, keras):
    y_true, y_pred = data(loss)
    how = {"sample_weight": WEIGHTS, "keras": keras}
    value, gradient = loss(y_true, y_pred, **how), loss.gradient(y_true, y_pred, **how)
    y_pred[1], y_pred[4] = np.nan, np.inf
    assert loss(y_true, y_pred, **how) == value
    assert np.array_equal(loss.gradient(y_true, y_pred, **how), gradient)
    y_pred[0] = np.nan  # and one that counts is felt
    assert np.isnan(loss(y_true, y_pred, **how))


@every_loss
@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["", "weighted"])
def test_the_reductions_are_the_mean_the_sum_and_none(loss, weights):
    y_true, y_pred = data(loss)
    score = loss.per_sample(y_true, y_pred) * (1 if weights is None else weights)
    how = {"sample_weight": weights, "keras": 3}
    assert np.array_equal(loss(y_true, y_pred, reduction="none", **how), score)
    assert loss(y_true, y_pred, reduction="sum", **how) == pytest.approx(score.sum(), rel=1e-15)
    assert loss(y_true, y_pred, reduction="sum_over_batch_size", **how) == loss(y_true, y_pred, **how)
    gradient = loss.gradient(y_true, y_pred, reduction="sum", **how)
    np.testing.assert_allclose(gradient, 5 * loss.gradient(y_true, y_pred, **how), rtol=1e-15)
    assert np.array_equal(loss.gradient(y_true, y_pred, reduction="none", **how), gradient)


def test_the_sum_is_the_same_in_all_generations():
    y_true, y_pred = data(losses.mean_squared_error)
    how = {"sample_weight": WEIGHTS, "reduction": "sum"}
    assert losses.mean_squared_error(y_true, y_pred, keras=1, **how) == (
        losses.mean_squared_error(y_true, y_pred, keras=3, **how)
    )


@pytest.mark.parametrize("wrong", ["mean", None, 1, ["sum"]])
def test_a_reduction_that_does_not_exist_is_refused(wrong):
    message = "reduction must be one of none, sum, sum_over_batch_size; got"
    for ask in (losses.mean_squared_error, losses.mean_squared_error.gradient):
        with pytest.raises(ValueError, match=message):
            ask([1.0], [2.0], reduction=wrong)


# A hint leads to what works.


@pytest.mark.parametrize(
    ("loss", "y", "outputs", "hint"),
    [
        ("mse", [0.5, 1.5, 2.0], 1, "y[:, None]"),
        ("binary_crossentropy", [0, 1, 1], 1, "y[:, None]"),
        ("hinge", [-1, 1, 1], 1, "y[:, None]"),
        ("mse", [0, 2, 1], 3, "datasets.to_categorical(y, 3)"),
        ("categorical_crossentropy", [0, 2, 1], 3, "datasets.to_categorical(y, 3)"),
        ("categorical_crossentropy", [0, 1, 1], 3, "datasets.to_categorical(y, 3)"),  # one class is not seen
        ("categorical_hinge", [[0], [2], [1]], 3, "datasets.to_categorical(y[:, 0], 3)"),
        ("sparse_categorical_crossentropy", [[0, 1], [1, 0], [1, 0]], 2, "y.argmax(axis=-1)"),
    ],
)
def test_whoever_follows_the_hint_at_the_shape_arrives(loss, y, outputs, hint):
    loss, y, y_pred = losses.get(loss), np.array(y), np.full((3, outputs), 0.5)
    with pytest.raises(ValueError, match=r"y_true must have .*got .* \(" + re.escape(hint)):
        loss(y, y_pred)
    assert np.isfinite(loss(eval(hint, {"y": y, "datasets": datasets}), y_pred))


@pytest.mark.parametrize(
    ("loss", "y", "outputs"),
    [
        ("mse", [0.5, 1.5, 2.0], 3),  # no labels
        ("mse", [0, 3, 1], 3),  # a label too many
        ("hinge", [-1, 1, 1], 3),
        ("mse", [[1.0, 2.0]] * 3, 3),
        ("mse", [1.0, 2.0], 1),  # another count of samples
        ("sparse_categorical_crossentropy", [[3, 1], [1, 0], [1, 0]], 2),
    ],
)
def test_where_nothing_plain_leads_to_the_shape_no_hint_is_given(loss, y, outputs):
    with pytest.raises(ValueError, match=r"y_true must have .*got \(\d, ?\d?\)$"):
        losses.get(loss)(y, np.full((3, outputs), 0.5))


# What a loss tells of its labels: accuracy and predict_classes ask.


@pytest.mark.parametrize(
    ("loss", "threshold", "negative_label"),
    [
        (losses.mean_squared_error, 0.5, 0),
        (losses.binary_crossentropy, 0.5, 0),
        (BINARY, 0.0, 0),
        (losses.binary_focal_crossentropy, 0.5, 0),
        (FOCAL, 0.0, 0),
        (losses.hinge, 0.0, -1),
        (losses.squared_hinge, 0.0, -1),
        (losses.dice, 0.5, 0),
    ],
    ids=repr,
)
def test_a_loss_tells_the_border_between_its_two_classes(loss, threshold, negative_label):
    assert (loss.threshold, loss.negative_label) == (threshold, negative_label)


@pytest.mark.parametrize("name", ["binary_focal", "categorical_focal", "categorical_crossentropy"])
@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"from_logits": 2}, "from_logits must be True or False; got 2"),
        ({"label_smoothing": 2}, r"label_smoothing must be a number in \[0, 1\]; got 2"),
        ({"label_smoothing": [0.1, 0.2]}, "label_smoothing must be .*one only"),
    ],
)
def test_a_wrong_setting_is_refused(name, setting, message):
    with pytest.raises(ValueError, match=message):
        losses.names()[name](**setting)
