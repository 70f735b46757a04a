"""Losses for probabilities: how surprised the prediction is by the truth.

Those with ``from_logits`` take either probabilities, clipped as Keras clips them, or the raw sums behind
them (logits), which need no clipping and never saturate.
"""

import numpy as np

from course_lib.base import validation
from course_lib.losses.base import EPSILON, LABELS, PROBABILITIES, Loss, PointwiseLoss


class BinaryCrossentropy(PointwiseLoss, names=["binary_crossentropy"]):
    """For yes or no: ``mean(-y * log(p) - (1 - y) * log(1 - p))``.

    ``p`` is y_pred clipped to [EPSILON, 1 - EPSILON]; where the clip bites, the slope is 0.
    ``from_logits``: y_pred is the sum ``z`` before a sigmoid, and the loss
    ``max(z, 0) - z * y + log(1 + exp(-abs(z)))``, whose slope is ``sigmoid(z) - y``.
    ``label_smoothing`` s: y becomes ``y * (1 - s) + s / 2``. ``y_true`` lies in [0, 1].

    Source: Keras 1.2.2, objectives.binary_crossentropy; smoothing and logits from Keras 3.

    >>> round(BinaryCrossentropy()([1.0, 0.0], [0.8, 0.2]), 6)
    0.223144
    >>> BinaryCrossentropy(from_logits=True)([1.0], [-1e4])
    10000.0
    """

    domain = PROBABILITIES

    def __init__(self, from_logits=False, label_smoothing=0.0):
        self.from_logits = validation.flag("from_logits", from_logits)
        self.label_smoothing = _part("label_smoothing", label_smoothing)

    def value(self, y_true, y_pred):
        y = self._smooth(y_true)
        if self.from_logits:
            return np.maximum(y_pred, 0) - y_pred * y + np.log1p(np.exp(-np.abs(y_pred)))
        return _surprise(y, _clip(y_pred))

    def slope(self, y_true, y_pred):
        y = self._smooth(y_true)
        if self.from_logits:
            return _sigmoid(y_pred) - y
        return np.where(_unclipped(y_pred), _surprise_slope(y, _clip(y_pred)), 0)

    def _smooth(self, y_true):
        return y_true * (1 - self.label_smoothing) + self.label_smoothing / 2


class CategoricalCrossentropy(Loss, names=["categorical_crossentropy"]):
    """For one class of many: ``-sum(y * log(p))`` over a row.

    ``p = y_pred / sum(y_pred)``, then clipped to [EPSILON, 1 - EPSILON]. Where the clip bites, the slope is
    0: a surely wrong prediction is stuck at -log(1e-7) = 16.118.
    ``from_logits``: y_pred is the row ``z`` before a softmax. The slope is then ``p * sum(y) - y``, mostly
    ``p - y``, and never vanishes while the prediction is wrong.
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

    def row(self, y_true, y_pred):
        y = self._smooth(y_true)
        log_p = _log_softmax(y_pred) if self.from_logits else np.log(_clip(_normalised(y_pred)))
        return -(y * log_p).sum(axis=-1)

    def row_slope(self, y_true, y_pred):
        y = self._smooth(y_true)
        if self.from_logits:
            return np.exp(_log_softmax(y_pred)) * y.sum(axis=-1, keepdims=True) - y
        p = _normalised(y_pred)
        return _through_normalisation(np.where(_unclipped(p), -y / _clip(p), 0), y_pred)

    def _smooth(self, y_true):
        return y_true * (1 - self.label_smoothing) + self.label_smoothing / y_true.shape[-1]


class SparseCategoricalCrossentropy(CategoricalCrossentropy, names=["sparse_categorical_crossentropy"]):
    """Categorical cross-entropy for labels: ``-log(p[label])``.

    ``y_true`` holds a whole number for each row of y_pred, from 0 to its length - 1; its shape is that of
    y_pred without the last axis, or with a 1 there.

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
        labels = self._in_domain(y_true)
        if labels.shape == (*shape[:-1], 1):
            labels = labels[..., 0]
        if labels.shape != shape[:-1]:
            raise ValueError(f"y_true must have shape {shape[:-1]}, a label for each row; got {labels.shape}")
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
        return (y * np.log(y / p)).sum(axis=-1)

    def row_slope(self, y_true, y_pred):
        y, p = np.clip(y_true, EPSILON, 1), np.clip(y_pred, EPSILON, 1)
        return np.where((y_pred >= EPSILON) & (y_pred <= 1), -y / p, 0)


class BinaryFocalCrossentropy(PointwiseLoss, names=["binary_focal_crossentropy", "binary_focal"]):
    """Binary cross-entropy that looks away from what is easy.

    With ``p`` clipped as there and ``p_t = y * p + (1 - y) * (1 - p)``: ``(1 - p_t)**gamma`` times the binary
    cross-entropy; ``gamma=0`` is that alone. ``balanced``: times ``alpha`` for a yes, ``1 - alpha`` for a no.
    ``y_true`` lies in [0, 1]; where the clip bites, the slope is 0.

    Source: T.-Y. Lin and others (2017); Keras 3, losses.BinaryFocalCrossentropy (``apply_class_balancing``).

    >>> round(BinaryFocalCrossentropy(gamma=2)([1.0], [0.8]), 6)
    0.008926
    """

    domain = PROBABILITIES

    def __init__(self, gamma=2.0, alpha=0.25, balanced=False):
        self.gamma = validation.number("gamma", gamma, lambda g: g >= 0, "a number >= 0")
        self.alpha, self.balanced = _part("alpha", alpha), validation.flag("balanced", balanced)

    def value(self, y_true, y_pred):
        y, p = y_true, _clip(y_pred)
        easy = y * p + (1 - y) * (1 - p)
        return self._balance(y) * (1 - easy) ** self.gamma * _surprise(y, p)

    def slope(self, y_true, y_pred):
        y, p = y_true, _clip(y_pred)
        easy, easy_slope = y * p + (1 - y) * (1 - p), 2 * y - 1
        hard = 1 - easy
        slope = hard**self.gamma * _surprise_slope(y, p)
        slope = slope - self.gamma * hard ** (self.gamma - 1) * easy_slope * _surprise(y, p)
        return np.where(_unclipped(y_pred), self._balance(y) * slope, 0)

    def _balance(self, y):
        return y * self.alpha + (1 - y) * (1 - self.alpha) if self.balanced else 1.0


class CategoricalFocalCrossentropy(Loss, names=["categorical_focal_crossentropy", "categorical_focal"]):
    """Categorical cross-entropy that looks away from what is easy.

    ``-alpha * sum((1 - p)**gamma * y * log(p))`` over a row; ``p`` is normalised and clipped as in
    CategoricalCrossentropy; where the clip bites, the slope is 0.

    Source: T.-Y. Lin and others (2017); Keras 3, losses.CategoricalFocalCrossentropy.

    >>> round(CategoricalFocalCrossentropy()([[0, 1]], [[0.2, 0.8]]), 6)
    0.002231
    """

    domain = PROBABILITIES

    def __init__(self, gamma=2.0, alpha=0.25):
        self.gamma = validation.number("gamma", gamma, lambda g: g >= 0, "a number >= 0")
        self.alpha = _part("alpha", alpha)

    def row(self, y_true, y_pred):
        p = _clip(_normalised(y_pred))
        return -(self.alpha * (1 - p) ** self.gamma * y_true * np.log(p)).sum(axis=-1)

    def row_slope(self, y_true, y_pred):
        share = _normalised(y_pred)
        p = _clip(share)
        slope_in_p = self.gamma * (1 - p) ** (self.gamma - 1) * np.log(p) - (1 - p) ** self.gamma / p
        slope_in_p = np.where(_unclipped(share), self.alpha * y_true * slope_in_p, 0)
        return _through_normalisation(slope_in_p, y_pred)


class CategoricalGeneralizedCrossEntropy(
    Loss, names=["categorical_generalized_cross_entropy", "categorical_generalized_crossentropy"]
):
    """Between cross-entropy and absolute error, for labels with mistakes in them: ``(1 - p**q) / q``.

    ``p = sum(y * y_pred)`` is the probability of the right class; the row is not normalised, and ``p`` is
    raised to EPSILON where it is below, with slope 0 there (Keras lets the slope grow to infinity).
    ``q`` in (0, 1]: near 0 it is the cross-entropy; at 1 it is ``1 - p``, which no wrong label pulls far.

    Source: Z. Zhang and M. Sabuncu (2018); Keras 3, losses.CategoricalGeneralizedCrossEntropy.

    >>> CategoricalGeneralizedCrossEntropy(q=1.0)([[0, 1]], [[0.25, 0.75]])
    0.25
    """

    domain = PROBABILITIES

    def __init__(self, q=0.5):
        self.q = validation.number("q", q, lambda q: (q > 0) & (q <= 1), "a number in (0, 1]")

    def row(self, y_true, y_pred):
        p = np.maximum((y_true * y_pred).sum(axis=-1), EPSILON)
        return (1 - p**self.q) / self.q

    def row_slope(self, y_true, y_pred):
        p = (y_true * y_pred).sum(axis=-1, keepdims=True)
        return np.where(p >= EPSILON, -(np.maximum(p, EPSILON) ** (self.q - 1)) * y_true, 0)


def _part(name, value):
    return validation.number(name, value, lambda x: (x >= 0) & (x <= 1), "a number in [0, 1]")


def _clip(p):
    return np.clip(p, EPSILON, 1 - EPSILON)


def _unclipped(p):
    return (p >= EPSILON) & (p <= 1 - EPSILON)


def _surprise(y, p):
    return -y * np.log(p) - (1 - y) * np.log(1 - p)


def _surprise_slope(y, p):
    return (p - y) / (p * (1 - p))


def _sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))  # exp(-z) would overflow


def _log_softmax(z):
    shifted = z - z.max(axis=-1, keepdims=True)  # the largest becomes 0, so exp cannot overflow
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _normalised(y_pred):
    return y_pred / y_pred.sum(axis=-1, keepdims=True)


def _through_normalisation(slope_in_p, y_pred):
    """d loss / d y_pred from d loss / d p, where ``p = y_pred / sum(y_pred)``."""
    p, total = _normalised(y_pred), y_pred.sum(axis=-1, keepdims=True)
    return (slope_in_p - (slope_in_p * p).sum(axis=-1, keepdims=True)) / total
