"""Metrics: what is reported beside the loss that training follows: accuracy, and every loss by its name.

A metric is called as ``metric(y_true, y_pred)``, as a loss is: it checks, weighs and averages in the same
way. ``y_true`` and ``y_pred`` have shape (samples, outputs); sparse labels have shape (samples,).
"""

import numpy as np

from course_lib import losses
from course_lib.base import validation
from course_lib.losses.base import LABELS, Loss


class Accuracy(Loss):
    """The share of the samples that are right.

    It jumps as a prediction crosses a border and is flat elsewhere: its slope is 0, and nothing can be
    learned from it. So train on a loss, and report the accuracy.
    """

    def row_slope(self, y_true, y_pred):
        return np.zeros_like(y_pred)


class BinaryAccuracy(Accuracy):
    """The share of each sample's outputs that round to the truth: ``mean(y == round(p))``.

    ``p`` is rounded as it is: .5 becomes 0, 1.6 becomes 2. (Keras 3 asks whether ``p > 0.5`` instead.) For
    logits and for the labels -1 and +1 there is SignAccuracy.

    Source: Keras 1.2.2, metrics.binary_accuracy.

    >>> BinaryAccuracy()([[1], [0], [1]], [[0.8], [0.1], [0.4]])
    0.6666666666666666
    """

    def row(self, y_true, y_pred):
        return (y_true == np.round(y_pred)).mean(axis=-1)


class SignAccuracy(Accuracy):
    """The share of each sample's outputs whose sign is that of the truth: above 0 means 1, else no.

    ``no``: the truth's label for no, 0 beside logits or -1 beside the outputs of a hinge.

    Source: binary_accuracy with Keras 3's ``threshold=0``, where Keras 1 rounds, which suits neither.

    >>> SignAccuracy()([[1], [0], [1]], [[0.3], [-4.0], [-0.1]])
    0.6666666666666666
    >>> SignAccuracy(no=-1)([[1], [1], [-1], [-1]], [[0.3], [2.3], [-0.4], [-3.0]])
    1.0
    """

    def __init__(self, no=0):
        self.no = validation.number("no", no, lambda label: (label == 0) | (label == -1), "0 or -1")

    def row(self, y_true, y_pred):
        right = np.where(y_true == 1, y_pred > 0, (y_true == self.no) & (y_pred <= 0))
        return right.mean(axis=-1)


class CategoricalAccuracy(Accuracy):
    """Whether the largest output is where the truth is largest: ``argmax(y) == argmax(p)``.

    Of equals the first counts.

    Source: Keras 1.2.2, metrics.categorical_accuracy.

    >>> CategoricalAccuracy()([[0, 1], [1, 0]], [[0.2, 0.8], [0.4, 0.6]])
    0.5
    """

    def row(self, y_true, y_pred):
        return y_true.argmax(axis=-1) == y_pred.argmax(axis=-1)


class SparseCategoricalAccuracy(Accuracy):
    """The same for labels, whole numbers from 0 up: ``y == argmax(p)``.

    Source: Keras 1.2.2, metrics.sparse_categorical_accuracy.

    >>> SparseCategoricalAccuracy()([1, 0], [[0.2, 0.8], [0.4, 0.6]])
    0.5
    """

    domain = LABELS

    def check_true(self, y_true, shape):
        return losses.sparse_categorical_crossentropy.check_true(y_true, shape)

    def row(self, y_true, y_pred):
        return y_true == y_pred.argmax(axis=-1)


ACCURACIES = {
    "binary_accuracy": BinaryAccuracy,
    "categorical_accuracy": CategoricalAccuracy,
    "sparse_categorical_accuracy": SparseCategoricalAccuracy,
}


def names():
    """Every name that ``resolve`` knows, each with its class; which one accuracy is, the model decides."""
    return {"accuracy": Accuracy, "acc": Accuracy} | ACCURACIES | losses.names()


def resolve(identifier, loss, outputs):
    """A metric's name in the History, and the metric, for a model of this loss and so many outputs.

    A loss has its own first name there; accuracy is called ``acc``, as Keras 1 calls it. ValueError for a
    name that is not known.

    >>> resolve("accuracy", losses.mean_squared_error, outputs=10)
    ('acc', CategoricalAccuracy())
    >>> resolve("mse", losses.categorical_crossentropy, outputs=10)
    ('mean_squared_error', MeanSquaredError())
    """
    if isinstance(identifier, Loss):
        return _name(identifier), identifier
    if not isinstance(identifier, str) or identifier not in names():
        got = validation.shorten(identifier)
        raise ValueError(f"metric must be one of acc, accuracy, {', '.join(ACCURACIES)} or a loss; got {got}")
    kind = names()[identifier]
    return ("acc", accuracy_of(loss, outputs)) if kind is Accuracy else (_name(kind()), kind())


def accuracy_of(loss, outputs):
    """The accuracy that suits a loss and its labels.

    Labels in whole numbers ask which class it is. A single output says yes or no, and so does each of several
    under a loss that judges them one by one: binary cross-entropy and its focal form, the hinges, Dice and
    Tversky. Where yes begins, the loss says: above 0 for logits and for labels -1 and +1, else by rounding.
    All others ask which output is the largest. For a regression that means little; Keras computes it so too.
    """
    if loss.domain is LABELS:
        return SparseCategoricalAccuracy()
    if outputs == 1 or loss.by_output:
        return SignAccuracy(loss.negative_label) if loss.threshold == 0 else BinaryAccuracy()
    return CategoricalAccuracy()


def _name(metric):
    """The first of the names that lead to the metric's class."""
    kinds = names().items()
    return next((name for name, kind in kinds if kind is type(metric)), type(metric).__name__)
