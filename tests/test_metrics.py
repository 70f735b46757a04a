"""Metrics: accuracy as Keras 1 resolves it, and every loss under its name."""

import numpy as np
import pytest
from numeric import central_difference

from course_lib import losses, metrics
from course_lib.metrics import BinaryAccuracy, CategoricalAccuracy, SparseCategoricalAccuracy

RNG = np.random.default_rng(0)
LABELS = RNG.integers(4, size=50)
ROWS = np.eye(4)[LABELS]
P = RNG.dirichlet(np.ones(4), size=50)

# A metric, the truth, a prediction, and the share that is right of each sample.
CASES = [
    (BinaryAccuracy(), [[1], [0], [1], [0]], [[0.51], [0.49], [0.2], [0.9]], [1, 1, 0, 0]),
    (BinaryAccuracy(), [[1, 0, 1, 1]], [[0.9, 0.1, 0.2, 0.8]], [0.75]),
    (BinaryAccuracy(), [[1], [0]], [[0.5], [0.5]], [0, 1]),  # a half is rounded to the even number, 0
    (
        BinaryAccuracy(),
        [[1], [-1]],
        [[1.6], [-0.8]],
        [0, 1],
    ),  # no probabilities, and rounded
    (CategoricalAccuracy(), [[0, 1, 0], [1, 0, 0]], [[0.1, 0.5, 0.4], [0.1, 0.5, 0.4]], [1, 0]),
    (CategoricalAccuracy(), [[1, 0], [0, 1]], [[0.5, 0.5], [0.5, 0.5]], [1, 0]),  # of equals the first
    (SparseCategoricalAccuracy(), [1, 0], [[0.1, 0.5, 0.4], [0.1, 0.5, 0.4]], [1, 0]),
    (SparseCategoricalAccuracy(), [[1], [0]], [[0.1, 0.5, 0.4], [0.1, 0.5, 0.4]], [1, 0]),
]


@pytest.mark.parametrize(("metric", "y_true", "y_pred", "right"), CASES, ids=lambda value: repr(value)[:40])
def test_accuracy_is_the_share_that_is_right(metric, y_true, y_pred, right):
    assert np.array_equal(metric.per_sample(y_true, y_pred), right)
    assert metric(y_true, y_pred) == np.mean(right)


def test_labels_and_their_rows_have_one_accuracy():
    expected = np.mean([p.argmax() == label for p, label in zip(P, LABELS, strict=True)])
    assert SparseCategoricalAccuracy()(LABELS, P) == CategoricalAccuracy()(ROWS, P) == expected


@pytest.mark.parametrize("metric", [BinaryAccuracy(), CategoricalAccuracy()], ids=repr)
def test_an_accuracy_is_flat_so_nothing_can_be_learned_from_it(metric):
    assert not metric.gradient(ROWS, P).any()
    assert not central_difference(lambda p: metric(ROWS, p), P).any()


@pytest.mark.parametrize("name", ["acc", "accuracy"])
@pytest.mark.parametrize(
    ("loss", "outputs", "kind"),
    [
        ("mse", 10, CategoricalAccuracy),
        ("mse", 1, BinaryAccuracy),
        ("categorical_crossentropy", 2, CategoricalAccuracy),
        ("binary_crossentropy", 1, BinaryAccuracy),
        ("binary_crossentropy", 10, BinaryAccuracy),
        ("hinge", 1, BinaryAccuracy),
        ("sparse_categorical_crossentropy", 10, SparseCategoricalAccuracy),
        ("sparse_categorical_crossentropy", 1, SparseCategoricalAccuracy),
    ],
)
def test_which_accuracy_it_is_the_loss_and_the_outputs_decide(name, loss, outputs, kind):
    resolved, metric = metrics.resolve(name, losses.get(loss), outputs)
    assert (resolved, type(metric)) == ("acc", kind)


@pytest.mark.parametrize("name", [*metrics.ACCURACIES, *losses.names()])
def test_every_other_name_leads_to_its_class_and_to_the_first_name_of_that(name):
    resolved, metric = metrics.resolve(name, losses.mean_squared_error, outputs=2)
    assert type(metric) is metrics.names()[name] is metrics.names()[resolved]
    assert metrics.resolve(resolved, losses.mean_squared_error, outputs=2)[0] == resolved


@pytest.mark.parametrize(
    ("name", "in_full"), [("mse", "mean_squared_error"), ("KLD", "kullback_leibler_divergence")]
)
def test_a_loss_is_reported_under_its_name_in_full(name, in_full):
    assert metrics.resolve(name, losses.mean_squared_error, outputs=2)[0] == in_full


def test_a_loss_with_settings_is_a_metric_too():
    huber = losses.Huber(delta=2.0)
    assert metrics.resolve(huber, losses.mean_squared_error, outputs=2) == ("huber", huber)


def test_a_loss_of_your_own_is_reported_under_the_name_of_its_class():
    class Cube(losses.Loss):
        pass

    assert metrics.resolve(Cube(), losses.mean_squared_error, outputs=2)[0] == "Cube"


@pytest.mark.parametrize("metric", [BinaryAccuracy(), CategoricalAccuracy()], ids=repr)
def test_a_diverged_prediction_is_wrong_and_warns_nothing(metric):
    assert metric([[0.0, 1.0]], [[np.nan, np.nan]]) == 0
    metric([[0.0, 1.0]], [[np.inf, -np.inf]])
