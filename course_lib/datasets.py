"""Data: real, small, shipped with the package; where it comes from stands in ``data/README.md``."""

import csv
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


def load_csv(path, test_share=0.2, seed=0):
    """The samples of a CSV file of one's own: columns of numbers, and in the last one the label of each row.

    A first line of names is left out. Labels may be numbers or words; they are numbered from 0 in their
    sorted order. The rows are shuffled by ``seed``, and ``test_share`` of them is held back for testing. Each
    column is shifted and scaled to mean 0 and standard deviation 1 on the training part; one that never
    changes becomes 0.

    ValueError for a file that cannot be read, a row of another length, a cell that is no number, and for
    labels that do not come back, which are rather numbers to be predicted.
    """
    share = validation.number("test_share", test_share, lambda p: (p > 0) & (p < 1), "a number in (0, 1)")
    rows = _rows(path)
    x = np.array([[_number(cell, line) for cell in row[:-1]] for line, row in rows])
    names, y = np.unique([row[-1].strip() for _, row in rows], return_inverse=True)
    if not 2 <= len(names) <= len(y) // 2:
        raise ValueError(
            f"the last column must hold labels, at least 2 different ones that come back; got {len(names)} "
            f"different ones in {len(y)} rows"
        )
    order = np.random.default_rng(validation.whole_number("seed", seed, low=0)).permutation(len(y))
    test, train = np.split(order, [max(1, round(share * len(y)))])
    spread = x[train].std(axis=0)
    x = (x - x[train].mean(axis=0)) / np.where(spread > 0, spread, 1)
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


def _rows(path):
    """The rows of a CSV file that hold samples, each with the number of its line."""
    try:
        with Path(path).open(newline="", encoding="utf-8-sig") as file:
            rows = [(line, row) for line, row in enumerate(csv.reader(file), 1) if any(map(str.strip, row))]
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise ValueError(f"path must be a CSV file that can be read; got {path}: {why}") from None
    columns = len(rows[0][1]) if rows else 0
    if columns == 1:
        raise ValueError(f"a line must hold numbers and a label, parted by commas; got {rows[0][1][0]!r}")
    if rows and not any(map(_is_number, rows[0][1][:-1])):
        rows = rows[1:]  # they are names
    if len(rows) < 4:
        raise ValueError(f"the file must hold at least 4 samples; got {len(rows)} in {path}")
    for line, row in rows:
        if len(row) != columns:
            raise ValueError(f"line {line} must have {columns} cells, as the others; got {len(row)}")
    return rows


def _is_number(cell):
    try:
        return bool(np.isfinite(float(cell)))
    except ValueError:
        return False


def _number(cell, line):
    if not _is_number(cell):
        raise ValueError(
            f"line {line} must hold finite numbers before its label; got {validation.shorten(cell)}"
        )
    return float(cell)


def _principal_axes(x, components):
    """The directions in which ``x`` varies most, as columns, each with its largest entry positive.

    R has the axes of all rows and is small: on a busy machine the threads of a large SVD wait for seconds.
    """
    _, _, axes = np.linalg.svd(np.linalg.qr(x - x.mean(axis=0), mode="r"))
    axes = axes[:components].T
    return axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(components)])
