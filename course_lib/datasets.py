"""Data: real, small, shipped with the package; where it comes from stands in ``data/README.md``."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_lib.base import validation

DATA = Path(__file__).parent / "data"
TEST_SHARE = 360  # of the 1,797 digits, held back for testing


class Split(NamedTuple):
    """Samples to learn from, and samples held back."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


def load_digits(components=None):
    """1,797 handwritten digits, 8 x 8 pixels: 1,437 to train on, 360 to test on.

    ``x``: one row a digit, the 64 pixels from 0 (paper) to 1 (ink). ``y``: the digit, an int from 0 to 9.
    ``components``: give only so many numbers a digit, its largest principal components, learned on the
    training part. ``components=10`` fits a network whose first layer says ``input_dim=10``.

    Source: E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine
    Learning Repository, CC BY 4.0.

    >>> digits = load_digits()
    >>> digits.x_train.shape, digits.x_test.shape
    ((1437, 64), (360, 64))
    """
    table = np.loadtxt(DATA / "digits.csv.gz", delimiter=",", dtype=np.intp)  # a label is an index
    table = table[np.random.default_rng(0).permutation(len(table))]
    x, y = table[:, :64] / 16, table[:, 64]
    train, test = slice(None, -TEST_SHARE), slice(-TEST_SHARE, None)
    if components is not None:
        if validation.whole_number("components", components, low=1) > 64:
            raise ValueError(f"components must be a whole number from 1 to 64; got {components}")
        x = (x - x[train].mean(axis=0)) @ _principal_axes(x[train], components)
    return Split(x[train], y[train], x[test], y[test])


def to_categorical(labels, classes=None):
    """One row a label, 1 in the label's column and 0 elsewhere.

    ``classes``: how many columns; by default one more than the largest label. ValueError for a label
    that is not a whole number from 0 to ``classes - 1``.

    >>> to_categorical([0, 2])
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    labels = validation.finite_array("labels", labels)
    classes = int(labels.max()) + 1 if classes is None else validation.whole_number("classes", classes, low=1)
    wrong = (labels != np.floor(labels)) | (labels < 0) | (labels >= classes)
    if wrong.any():
        raise ValueError(f"labels must be whole numbers from 0 to {classes - 1}; got {labels[wrong][0]:g}")
    return np.eye(classes)[labels.astype(int)]


def _principal_axes(x, components):
    """The directions in which ``x`` varies most, as columns, each with its largest entry positive.

    R has the axes of all rows and is small: on a busy machine the threads of a large SVD wait for seconds.
    """
    _, _, axes = np.linalg.svd(np.linalg.qr(x - x.mean(axis=0), mode="r"))
    axes = axes[:components].T
    return axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(components)])
