"""Losses for probabilities: how surprised the prediction is by the truth.

Those with ``from_logits`` take either probabilities, clipped as Keras clips them, or the raw sums behind
them (logits), which need no clipping and never saturate.
"""

import numpy as np

from course_lib.base import formulas, validation
from course_lib.base.formulas import EPSILON, times
from course_lib.losses.base import LABELS, PROBABILITIES, Loss, PointwiseLoss


class BinaryCrossentropy(PointwiseLoss, names=["binary_crossentropy"]):
    """For yes or no: ``mean(-y * log(p) - (1 - y) * log(1 - p))``.

    ``p`` is y_pred clipped to [EPSILON, 1 - EPSILON]; where the clip bites, the slope is 0.
    ``from_logits``: y_pred is the sum ``z`` before a sigmoid, ``p = sigmoid(z)`` without a clip, and the
    slope in z is ``p - y``. An infinite z is a certain answer: it costs nothing if right, infinity if wrong.
    ``label_smoothing`` s: y becomes ``y * (1 - s) + s / 2``. ``y_true`` lies in [0, 1].

    Source: Keras 1.2.2, objectives.binary_crossentropy; smoothing and logits from Keras 3.

    >>> round(BinaryCrossentropy()([1.0, 0.0], [0.8, 0.2]), 6)
    0.223144
    >>> BinaryCrossentropy(from_logits=True)([1.0], [-1e4])
    10000.0
    """

    domain = PROBABILITIES
    by_output = True

    def __init__(self, from_logits=False, label_smoothing=0.0):
        self.from_logits = validation.flag("from_logits", from_logits)
        self.label_smoothing = _part("label_smoothing", label_smoothing)

    def value(self, y_true, y_pred):
        return self._surprise(self._smooth(y_true), y_pred)

    def slope(self, y_true, y_pred):
        return self._surprise_slope(self._smooth(y_true), y_pred)

    def _smooth(self, y_true):
        return y_true * (1 - self.label_smoothing) + self.label_smoothing / 2

    def _surprise(self, y, y_pred):
        """``-y * log(p) - (1 - y) * log(1 - p)``."""
        if self.from_logits:
            return times(y, formulas.softplus(-y_pred)) + times(1 - y, formulas.softplus(y_pred))
        p = np.clip(y_pred, EPSILON, 1 - EPSILON)
        return -y * np.log(p) - (1 - y) * formulas.log(1 - p, complement=p)

    def _surprise_slope(self, y, y_pred):
        p, not_p, slope = self._chance(y_pred)
        error = np.where(p < not_p, p - y, (1 - y) - not_p)  # p - y, by the smaller and so exacter of the two
        return error if self.from_logits else np.where(slope, error / (p * not_p), 0)

    def _chance(self, y_pred):
        """``p``, ``1 - p``, and d p / d y_pred."""
        if self.from_logits:
            p, not_p = formulas.sigmoid(y_pred), formulas.sigmoid(-y_pred)
            return p, not_p, p * not_p
        p = np.clip(y_pred, EPSILON, 1 - EPSILON)
        return p, 1 - p, p == y_pred


class CategoricalCrossentropy(Loss, names=["categorical_crossentropy"]):
    """For one class of many: ``-sum(y * log(p))`` over a row.

    ``p = y_pred / sum(y_pred)``, then clipped to [EPSILON, 1 - EPSILON]. Where the clip bites, the slope is
    0: a surely wrong prediction is stuck at -log(1e-7) = 16.118.
    ``from_logits``: y_pred is the row ``z`` before a softmax. The slope is then ``p * sum(y) - y``, mostly
    ``p - y``, and never vanishes while the prediction is wrong. A class whose z is -inf is masked: it has
    probability 0 and costs nothing unless it is the right one.
    ``label_smoothing`` s: y becomes ``y * (1 - s) + s / classes``. ``y_true`` holds probabilities, mostly a
    single 1.

    Source: Keras 1.2.2, objectives.categorical_crossentropy and its back ends; smoothing from Keras 3.

    >>> loss = CategoricalCrossentropy()
    >>> round(loss([[0, 1]], [[0.5, 0.5]]), 6), loss.gradient([[0, 1]], [[0.5, 0.5]])
    (0.693147, array([[ 1., -1.]]))
    >>> CategoricalCrossentropy(from_logits=True).gradient([[0, 1]], [[0.0, 0.0]])
    array([[ 0.5, -0.5]])
    """

    domain = PROBABILITIES

    def __init__(self, from_logits=False, label_smoothing=0.0):
        self.from_logits = validation.flag("from_logits", from_logits)
        self.label_smoothing = _part("label_smoothing", label_smoothing)

    def surprise(self, y_pred, p, not_p) -> np.ndarray:
        """What it costs that p is given to the right class; ``not_p`` is 1 - p."""
        return -self._log(y_pred, p, not_p)

    def surprise_slope(self, y_pred, p, not_p):
        """``p`` times d ``surprise`` / d p, which stays finite at p = 0."""
        return -np.ones_like(p)

    def row(self, y_true, y_pred):
        p, not_p, _ = self._chances(y_pred)
        return times(self._smooth(y_true), self.surprise(y_pred, p, not_p)).sum(axis=-1)

    def row_slope(self, y_true, y_pred):
        p, not_p, is_free = self._chances(y_pred)
        pull = times(self._smooth(y_true), self.surprise_slope(y_pred, p, not_p))  # p * d row / d p
        pull = np.where(is_free, pull, 0)
        of_others = pull.sum(axis=-1, keepdims=True) - pull
        if self.from_logits:
            return pull * not_p - p * of_others
        return (pull / p * not_p - of_others) / y_pred.sum(axis=-1, keepdims=True)

    def _smooth(self, y_true):
        return y_true * (1 - self.label_smoothing) + self.label_smoothing / y_true.shape[-1]

    def _chances(self, y_pred):
        """``p`` and ``1 - p`` of a row, and where p is free: not held by the clip."""
        if self.from_logits:
            return *formulas.softmax(y_pred), True
        share, rest = formulas.shares(y_pred)
        p = np.clip(share, EPSILON, 1 - EPSILON)
        is_free = p == share
        return p, np.where(is_free, rest, 1 - p), is_free

    def _log(self, y_pred, p, not_p):
        """``log(p)``, to the last digit."""
        return formulas.log_softmax(y_pred) if self.from_logits else formulas.log(p, not_p)


class SparseCategoricalCrossentropy(CategoricalCrossentropy, names=["sparse_categorical_crossentropy"]):
    """Categorical cross-entropy for labels: ``-log(p[label])``.

    ``y_true`` holds a whole number for each row of y_pred, from 0 to its length - 1; its shape is that of
    y_pred without the last axis, or with a 1 there.

    Where a row does not add up to 1, Keras 1's back ends differ: Theano's, as here, divides by the sum and
    then clips, TensorFlow's clips first: [0, 1, 0, 1] costs 16.118 and 16.811 for the label 0.

    Source: Keras 1.2.2, objectives.sparse_categorical_crossentropy.

    >>> round(SparseCategoricalCrossentropy()([1, 0], [[0.5, 0.5], [0.8, 0.2]]), 6)
    0.458145
    """

    domain = LABELS

    def __init__(self, from_logits=False):
        super().__init__(from_logits)

    def row(self, y_true, y_pred):
        return super().row(self._one_hot(y_true, y_pred), y_pred)

    def row_slope(self, y_true, y_pred):
        return super().row_slope(self._one_hot(y_true, y_pred), y_pred)

    def check_true(self, y_true, shape):
        labels = np.atleast_1d(validation.finite_array("y_true", y_true))
        if labels.shape == (*shape[:-1], 1):
            labels = labels[..., 0]
        if labels.shape != shape[:-1]:
            rows = labels.shape == shape and PROBABILITIES.holds(labels).all()
            hint = " (y.argmax(axis=-1) turns rows into labels)" if rows else ""
            raise ValueError(
                f"y_true must have shape {shape[:-1]}, a label for each row; got {labels.shape}{hint}"
            )
        self._in_domain(labels)
        if (labels >= shape[-1]).any():
            raise ValueError(f"y_true must hold labels from 0 to {shape[-1] - 1}; got {labels.max():g}")
        return labels

    def _one_hot(self, labels, y_pred):
        return np.eye(y_pred.shape[-1], dtype=y_pred.dtype)[labels.astype(int)]


class KullbackLeiblerDivergence(Loss, names=["kullback_leibler_divergence", "kld", "KLD", "kl_divergence"]):
    """How much is lost by taking the distribution y_pred for y_true: ``sum(y * log(y / p))`` over a row.

    Both are clipped to [EPSILON, 1]; where the clip bites on y_pred, the slope is 0. ``y_true`` in [0, 1].

    Source: Keras 1.2.2, objectives.kullback_leibler_divergence.

    >>> round(KullbackLeiblerDivergence()([[0.5, 0.5]], [[0.25, 0.75]]), 6)
    0.143841
    """

    domain = PROBABILITIES

    def row(self, y_true, y_pred):
        y, p = np.clip(y_true, EPSILON, 1), np.clip(y_pred, EPSILON, 1)
        near = np.abs(y - p) < 0.02 * p  # there y / p would round
        return (y * np.where(near, np.log1p((y - p) / p), np.log(y / p))).sum(axis=-1)

    def row_slope(self, y_true, y_pred):
        y, p = np.clip(y_true, EPSILON, 1), np.clip(y_pred, EPSILON, 1)
        return np.where((y_pred >= EPSILON) & (y_pred <= 1), -y / p, 0)


class BinaryFocalCrossentropy(BinaryCrossentropy, names=["binary_focal_crossentropy", "binary_focal"]):
    """Binary cross-entropy that looks away from what is easy.

    ``hard**gamma`` times the binary cross-entropy, where ``hard = y * (1 - p) + (1 - y) * p`` is the
    probability that p gives to the wrong answer; ``gamma=0`` is cross-entropy alone. ``balanced``: times
    ``alpha`` for a yes, ``1 - alpha`` for a no. ``p``, ``from_logits``, ``label_smoothing`` and the domain
    are as there; where the clip bites, the slope is 0. (Keras 3 clips after the sigmoid, too.)

    Source: T.-Y. Lin and others (2017); Keras 3, losses.BinaryFocalCrossentropy (``apply_class_balancing``).

    >>> round(BinaryFocalCrossentropy(gamma=2)([1.0], [0.8]), 6)
    0.008926
    """

    def __init__(self, gamma=2.0, alpha=0.25, balanced=False, from_logits=False, label_smoothing=0.0):
        super().__init__(from_logits, label_smoothing)
        self.gamma = validation.number("gamma", gamma, lambda g: g >= 0, "a number >= 0")
        self.alpha, self.balanced = _part("alpha", alpha), validation.flag("balanced", balanced)

    def value(self, y_true, y_pred):
        y = self._smooth(y_true)
        hard, _ = self._hard(y, y_pred)
        return self._balance(y) * times(hard**self.gamma, self._surprise(y, y_pred))

    def slope(self, y_true, y_pred):
        y = self._smooth(y_true)
        hard, hard_slope = self._hard(y, y_pred)
        weight_slope = times(self.gamma * hard_slope, hard ** (self.gamma - 1))
        slope = times(weight_slope, self._surprise(y, y_pred))
        return self._balance(y) * (slope + hard**self.gamma * self._surprise_slope(y, y_pred))

    def _hard(self, y, y_pred):
        """``hard``, and its slope in y_pred."""
        p, not_p, slope = self._chance(y_pred)
        return y * not_p + (1 - y) * p, (1 - 2 * y) * slope

    def _balance(self, y):
        return y * self.alpha + (1 - y) * (1 - self.alpha) if self.balanced else 1.0


class CategoricalFocalCrossentropy(
    CategoricalCrossentropy, names=["categorical_focal_crossentropy", "categorical_focal"]
):
    """Categorical cross-entropy that looks away from what is easy.

    ``-alpha * sum((1 - p)**gamma * y * log(p))`` over a row; ``p``, ``from_logits``, ``label_smoothing`` and
    the domain are as in CategoricalCrossentropy; where the clip bites, the slope is 0. (Keras 3 clips after
    the softmax, too.)

    Source: T.-Y. Lin and others (2017); Keras 3, losses.CategoricalFocalCrossentropy.

    >>> round(CategoricalFocalCrossentropy()([[0, 1]], [[0.2, 0.8]]), 6)
    0.002231
    """

    def __init__(self, gamma=2.0, alpha=0.25, from_logits=False, label_smoothing=0.0):
        super().__init__(from_logits, label_smoothing)
        self.gamma = validation.number("gamma", gamma, lambda g: g >= 0, "a number >= 0")
        self.alpha = _part("alpha", alpha)

    def surprise(self, y_pred, p, not_p):
        return -self.alpha * times(not_p**self.gamma, self._log(y_pred, p, not_p))

    def surprise_slope(self, y_pred, p, not_p):
        weight_slope = times(self.gamma * p, not_p ** (self.gamma - 1))
        return self.alpha * (times(weight_slope, self._log(y_pred, p, not_p)) - not_p**self.gamma)


class CategoricalGeneralizedCrossEntropy(
    Loss, names=["categorical_generalized_cross_entropy", "categorical_generalized_crossentropy"]
):
    """Between cross-entropy and absolute error, for labels with mistakes in them: ``(1 - p**q) / q``.

    ``p = sum(y * y_pred)`` is the probability of the right class; the row is not normalised and nothing is
    clipped: at p = 0 the loss is ``1 / q``, and its slope there is infinite unless q is 1, as in Keras.
    ``q`` in (0, 1]: near 0 it is the cross-entropy; at 1 it is ``1 - p``, which no wrong label pulls far.

    Source: Z. Zhang and M. Sabuncu (2018); Keras 3, losses.CategoricalGeneralizedCrossEntropy.

    >>> CategoricalGeneralizedCrossEntropy(q=1.0)([[0, 1]], [[0.25, 0.75]])
    0.25
    """

    domain = PROBABILITIES

    def __init__(self, q=0.5):
        self.q = validation.number("q", q, lambda q: (q > 0) & (q <= 1), "a number in (0, 1]")

    def row(self, y_true, y_pred):
        p = (y_true * y_pred).sum(axis=-1)
        power = p**self.q
        near_1 = power > 0.99  # there 1 - power would round
        return np.where(near_1, -np.expm1(self.q * np.log(p)), 1 - power) / self.q

    def row_slope(self, y_true, y_pred):
        p = (y_true * y_pred).sum(axis=-1, keepdims=True)
        return times(-y_true, p ** (self.q - 1))


def _part(name, value):
    return validation.number(name, value, lambda x: (x >= 0) & (x <= 1), "a number in [0, 1]")
