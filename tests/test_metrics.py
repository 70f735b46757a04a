"""Metrics: accuracy as Keras 1 resolves it, and every loss under its name."""

import numpy as np
import pytest
from numeric import central_difference

from course_lib import losses, metrics
from course_lib.metrics import BinaryAccuracy, CategoricalAccuracy, SignAccuracy, SparseCategoricalAccuracy

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
    (SignAccuracy(), [[1], [0], [1], [0]], [[0.3], [-2.0], [-0.1], [5.0]], [1, 1, 0, 0]),
    (SignAccuracy(), [[1], [0]], [[0.0], [0.0]], [0, 1]),  # an even chance is no, as with probabilities
    (SignAccuracy(), [[0.7], [0.2]], [[3.0], [-3.0]], [0, 0]),  # no labels, as with probabilities
    (SignAccuracy(no=-1), [[1], [1], [-1], [-1]], [[0.3], [2.3], [-0.4], [-3.0]], [1, 1, 1, 1]),
    (SignAccuracy(no=-1), [[1, 1, -1, -1]], [[0.3, -2.3, -0.4, 3.0]], [0.5]),
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
        ("binary_focal", 10, BinaryAccuracy),
        ("dice", 10, BinaryAccuracy),
        ("tversky", 10, BinaryAccuracy),
        ("hinge", 1, SignAccuracy),
        ("hinge", 4, SignAccuracy),
        ("squared_hinge", 1, SignAccuracy),
        ("categorical_hinge", 10, CategoricalAccuracy),
        ("categorical_focal", 10, CategoricalAccuracy),
        ("mae", 1, BinaryAccuracy),
        ({"class_name": "binary_crossentropy", "config": {"from_logits": True}}, 1, SignAccuracy),
        ({"class_name": "binary_focal", "config": {"from_logits": True}}, 3, SignAccuracy),
        ({"class_name": "categorical_crossentropy", "config": {"from_logits": True}}, 3, CategoricalAccuracy),
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


def test_probabilities_and_their_logits_have_one_accuracy():
    z = RNG.normal(size=(200, 1))
    y = (z + RNG.normal(size=z.shape) > 0).astype(float)
    _, of_logits = metrics.resolve("acc", losses.BinaryCrossentropy(from_logits=True), 1)
    _, of_probabilities = metrics.resolve("acc", losses.binary_crossentropy, 1)
    _, of_signs = metrics.resolve("acc", losses.hinge, 1)
    right = np.mean((z > 0) == (y == 1))
    assert 0.6 < right < 0.9
    assert of_logits(y, z) == of_probabilities(y, 1 / (1 + np.exp(-z))) == of_signs(2 * y - 1, z) == right


@pytest.mark.parametrize("wrong", [1, 0.5, "-1", None])
def test_a_label_for_no_that_no_loss_has_is_refused(wrong):
    with pytest.raises(ValueError, match="no must be 0 or -1"):
        SignAccuracy(no=wrong)


DECIDING = [BinaryAccuracy(), SignAccuracy(), CategoricalAccuracy()]


@pytest.mark.parametrize("metric", DECIDING, ids=repr)
def test_a_diverged_prediction_is_wrong_and_warns_nothing(metric):
    assert metric([[0.0, 1.0]], [[np.nan, np.nan]]) == 0
    metric([[0.0, 1.0]], [[np.inf, -np.inf]])
