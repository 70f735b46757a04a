"""What a model learns from: inputs, targets, and how much each sample counts."""

from typing import NamedTuple

import numpy as np

from course_lib.base import batches, validation
from course_lib.base.formulas import times
from course_lib.losses.base import MEAN, weighing


class Samples(NamedTuple):
    """``x`` (N, inputs), ``y`` (N, outputs) or (N,), and ``weight`` (N,), None where all count the same."""

    x: np.ndarray
    y: np.ndarray
    weight: np.ndarray | None = None

    @property
    def size(self):
        """How many there are."""
        return len(self.x)

    def take(self, rows):
        """Some of the samples."""
        weight = None if self.weight is None else batches.take(self.weight, rows)
        return Samples(batches.take(self.x, rows), batches.take(self.y, rows), weight)

    def weigh(self, scores):
        """What is there for each sample, shape (N, ...), by its weight: ``score * w / mean(w != 0)``.

        So Keras 1 does it, batch by batch. A batch whose weights are all 0 counts nothing here; in Keras 1 it
        divides 0 by 0.
        """
        if self.weight is None:
            return scores
        scale = self.weight / max(np.mean(self.weight != 0), 1 / self.size)
        return times(scale.reshape(-1, *[1] * (scores.ndim - 1)), scores)

    def split(self, part):
        """All but the last samples, and the last ``part`` of them."""
        first = int(self.size * (1 - part))
        if first in (0, self.size):
            raise ValueError(
                f"validation_split must leave samples on both sides; got {part} of {self.size} samples"
            )
        return self.take(slice(first)), self.take(slice(first, None))


def given_weights(sample_weight, samples):
    """``sample_weight`` as an array, one number >= 0 a sample; ValueError for another."""
    weight, _ = weighing(sample_weight, (samples,), keras=1, reduction=MEAN)
    return None if sample_weight is None else weight.astype(np.float64)


def class_weights(class_weight, y, outputs, loss):
    """What each sample counts by its class: ``class_weight`` is a dict with a number >= 0 for each class.

    The class is the label, or the largest of several targets; a single target's are 1 and the loss's label
    for no. ValueError for a class that does not exist, and for one of the targets' that the dict lacks.

    >>> from course_lib import losses
    >>> class_weights({0: 1.0, 1: 5.0}, np.array([[1.0], [0.0], [1.0]]), 1, losses.binary_crossentropy)
    array([5., 1., 5.])
    """
    if not isinstance(class_weight, dict):
        raise ValueError(f"class_weight must be a dict of classes; got {validation.shorten(class_weight)}")
    if outputs == 1:
        classes, of_samples = (loss.negative_label, 1), y.reshape(-1)
    else:
        classes, of_samples = range(outputs), y if y.ndim == 1 else y.argmax(axis=-1)
    for known in class_weight:
        if known not in classes:
            listed = ", ".join(map(str, classes))
            raise ValueError(f"class_weight must have the classes {listed} only; got {known!r}")
    missing = set(of_samples.tolist()) - set(class_weight)
    if missing:
        raise ValueError(f"class_weight must have every class of the targets; got none for {min(missing):g}")
    weights = {
        known: validation.number(f"class_weight[{known}]", weight, lambda w: w >= 0, "a finite number >= 0")
        for known, weight in class_weight.items()
    }
    weight = np.array([weights[of_sample] for of_sample in of_samples.tolist()])
    if not weight.any():
        raise ValueError(f"class_weight must let some samples count; got {validation.shorten(class_weight)}")
    return weight
