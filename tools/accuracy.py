"""How exact each loss and its slope are, from tiny errors to huge ones, beside arithmetic of 400 digits.

    python tools/accuracy.py          prints the table of docs/losses.md and draws docs/accuracy.png

A formula is written once more in ``decimal``; its slope is a central difference with a step of 1e-30.
An error is measured relative to the answer. Only where an answer is the small difference of large terms
(``terms``), it is relative to these: no order of operations could keep more of what the inputs hold.
"""

import decimal
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_lib import losses
from course_lib.losses.base import EPSILON, LABELS

PICTURE = Path(__file__).parents[1] / "docs" / "accuracy.png"
STEP = Decimal(10) ** -30


class Dtype(NamedTuple):
    """What its results must keep to, where its numbers have all their digits, and how many the oracle has."""

    bound: float
    smallest: float
    largest: float
    digits: int


DTYPES = {np.float64: Dtype(1e-12, 1e-300, 1e300, 400), np.float32: Dtype(1e-5, 1e-37, 1e37, 130)}
HALF = Decimal("0.5")


# The formulas, of rows of decimals. ``eps`` and ``top`` are the bounds of the clip in the dtype at hand.


def mean(terms):
    terms = list(terms)
    return sum(terms) / len(terms)


def root_mean_square(y, p, eps, top):
    return mean((a - b) ** 2 for a, b in zip(p, y, strict=True)).sqrt()


def percentage(y, p, eps, top):
    return 100 * mean(abs(a - b) / max(abs(b), eps) for a, b in zip(p, y, strict=True))


def logarithmic(y, p, eps, top):
    return mean(((1 + max(a, eps)).ln() - (1 + max(b, eps)).ln()) ** 2 for a, b in zip(p, y, strict=True))


def huber(e):
    return e * e / 2 if e <= 1 else e - HALF


def log_cosh(e):
    return e - Decimal(2).ln() if e > 1000 else ((e.exp() + (-e).exp()) / 2).ln()


def of_errors(function):
    return lambda y, p, eps, top: mean(function(abs(a - b)) for a, b in zip(p, y, strict=True))


def of_margins(function):
    return lambda y, p, eps, top: mean(function(max(1 - a * b, 0)) for a, b in zip(p, y, strict=True))


def poisson(y, p, eps, top):
    return mean(a - b * (a + eps).ln() for a, b in zip(p, y, strict=True))


def poisson_terms(y, p, eps, top):
    return mean(abs(a) + abs(b * (a + eps).ln()) for a, b in zip(p, y, strict=True))


def norm(row):
    return sum(a * a for a in row).sqrt()


def cosine(y, p, eps, top):
    match = sum(a * b for a, b in zip(p, y, strict=True))
    return -match / max(norm(y), eps) / max(norm(p), eps) / len(p)


def categorical_hinge(y, p, eps, top):
    right = sum(a * b for a, b in zip(p, y, strict=True))
    return max(max((1 - b) * a for a, b in zip(p, y, strict=True)) - right + 1, 0)


def clip(p, low, high):
    return min(max(p, low), high)


def sigmoid(z):
    return 1 / (1 + (-z).exp())


def power(x, exponent):
    return x**exponent if exponent else 1


def binary(focus=0, logits=False):
    def formula(y, p, eps, top):
        chances = [(sigmoid(a), sigmoid(-a)) if logits else (clip(a, eps, top),) * 2 for a in p]
        if not logits:
            chances = [(a, 1 - a) for a, _ in chances]
        return mean(
            power(b * no + (1 - b) * yes, focus) * (-b * yes.ln() - (1 - b) * no.ln())
            for b, (yes, no) in zip(y, chances, strict=True)
        )

    return formula


def categorical(focus=0, alpha=1, logits=False):
    def formula(y, p, eps, top):
        p = [a.exp() for a in p] if logits else p
        shares = [a / sum(p) for a in p]
        shares = shares if logits else [clip(a, eps, top) for a in shares]
        return sum(-Decimal(alpha) * power(1 - a, focus) * b * a.ln() for a, b in zip(shares, y, strict=True))

    return formula


def z_loss(y, p, eps, top):
    return categorical(logits=True)(y, p, eps, top) + Decimal("1e-4") * sum(a.exp() for a in p).ln() ** 2


def distillation(y, p, eps, top):
    return sum(distillation_terms(y, p))


def distillation_terms(y, p):
    """With the temperature 2: its parts, each of which may have either sign."""
    teacher, student = ([(a / 2).exp() for a in row] for row in (y, p))
    q, p = ([a / sum(row) for a in row] for row in (teacher, student))
    return [4 * a * part for a, b in zip(q, p, strict=True) for part in (a.ln(), -b.ln())]


def divergence(y, p, eps, top):
    return sum(divergence_terms(y, p, eps))


def divergence_terms(y, p, eps):
    clipped = ((clip(a, eps, Decimal(1)), clip(b, eps, Decimal(1))) for a, b in zip(p, y, strict=True))
    return [b * (b / a).ln() for a, b in clipped]


def generalized(y, p, eps, top):
    return (1 - sum(a * b for a, b in zip(p, y, strict=True)).sqrt()) * 2


def overlap(eps_share):
    def formula(y, p, eps, top):
        common = sum(a * b for a, b in zip(p, y, strict=True))
        return 1 - common / (HALF * (sum(p) + sum(y)) + eps * Decimal(eps_share))

    return formula


# The rows: a size, a truth, a prediction. A size says where on the range the prediction lies.


def errors(sizes):
    for e in sizes:
        yield e, [0.0, 0.0], [e, -2 * e]
        yield e, [1.0, -2.5], [1.0 + e, -2.5 - 3 * e]


def ratios(sizes):
    for e in sizes:
        yield e, [3.0, 0.0], [3.0 + e, e]
        yield e, [1e-4, 7.0], [1e-4 + e, 7.0 - min(e, 6.0)]


def margins(sizes):
    for e in sizes:
        yield e, [1.0, -1.0], [1.0 - e, -1.0 + e / 2]
        yield e, [1.0, -1.0], [-e, 3.0]


def directions(sizes):
    for e in sizes:
        yield e, [1.0, 2.0, -2.0], [3.0 * e, e, 5.0 * e]
        yield e, [1.0, 2.0, -2.0], [3.0, 6.0 + e, -6.0 + 3 * e]


def rows_of_scores(sizes):
    for e in sizes:
        yield e, [0.0, 1.0, 0.0], [e, 0.5, -1.0]
        yield e, [0.0, 1.0, 0.0], [e, 1.0 + e / 2, -1.0]
        yield e, [0.0, 1.0, 0.0], [0.1 + e, 1.1, -1.0]
        yield e, [0.0, 1.0, 0.0], [0.25, -e, -1.0]


def chances(sizes):
    for e in sizes:
        for p in (e, 1 - e):
            yield e, [1.0, 0.0], [p, p]
            yield e, [0.25, 0.75], [p, 1 - p / 2]


def shares(sizes):
    for e in sizes:
        yield e, [1.0, 0.0], [e, 1.0]
        yield e, [0.0, 1.0, 0.0], [e / 3, 1.0, e]


def answers(sizes):
    for e in sizes:
        yield e, [1.0, 0.0], [e, 1 - e]
        yield e, [0.0, 1.0], [e, 1 - e]


def distributions(sizes):
    for e in sizes:
        yield e, [0.5, 0.25, 0.25], [0.5 - e / 2, 0.25 + e / 4, 0.25 + e / 8]
        yield e, [0.5, 0.5, 0.0], [e, 1.0 - e, 0.5 * e]


def pixels(sizes):
    for e in sizes:
        yield e, [1.0, 0.0, 1.0], [1 - e, e, 1.0]
        yield e, [1.0, 0.0, 1.0], [e, 1.0, e / 2]


def yes_no_logits(sizes):
    for z in sizes:
        yield z, [1.0, 0.0], [z, z]
        yield -z, [1.0, 0.0], [-z, -z]
        yield z, [0.25, 1.0], [z, -z]


def labels_of_logits(sizes):
    for z in sizes:
        yield z, [1.0, 0.0, 0.0], [z, 0.5, -1.0]
        yield -z, [1.0, 0.0, 0.0], [-z, 0.5, -1.0]


def rows_of_logits(sizes):
    yield from labels_of_logits(sizes)
    for z in sizes:
        yield z, [0.25, 0.25, 0.5], [z, 0.5, -1.0]


WIDE = 1.3 * 10.0 ** np.arange(-150, 150.5, 10)  # for float32 only the middle of it
BETWEEN = 1.3 * 10.0 ** np.arange(-15, 15.5, 1)
BELOW_HALF = 0.37 * 10.0 ** np.arange(-15, 0.25, 0.5)
LOGITS = np.r_[10.0 ** np.arange(-8, 0.5, 2), np.arange(5, 700, 85), 5e3]


class Case(NamedTuple):
    """A loss, its formula, the rows to try, and the size of its terms where these may cancel."""

    loss: losses.Loss
    formula: object
    rows: object
    sizes: np.ndarray
    terms: object = None


SQUARED = of_errors(lambda e: e * e)
CASES = {
    "mean_squared_error": Case(losses.mean_squared_error, SQUARED, errors, np.r_[WIDE, BETWEEN]),
    "root_mean_squared_error": Case(
        losses.root_mean_squared_error, root_mean_square, errors, np.r_[WIDE * WIDE, WIDE, BETWEEN]
    ),
    "mean_absolute_error": Case(
        losses.mean_absolute_error, of_errors(lambda e: e), errors, np.r_[WIDE, BETWEEN]
    ),
    "mean_absolute_percentage_error": Case(
        losses.mean_absolute_percentage_error, percentage, errors, np.r_[WIDE, BETWEEN]
    ),
    "mean_squared_logarithmic_error": Case(
        losses.mean_squared_logarithmic_error, logarithmic, ratios, np.r_[WIDE, BETWEEN]
    ),
    "huber": Case(losses.huber, of_errors(huber), errors, np.r_[WIDE, BETWEEN]),
    "log_cosh": Case(losses.log_cosh, of_errors(log_cosh), errors, np.r_[WIDE, BETWEEN]),
    "pinball": Case(losses.pinball, of_errors(lambda e: e / 2), errors, np.r_[WIDE, BETWEEN]),
    "poisson": Case(losses.poisson, poisson, ratios, np.r_[WIDE, BETWEEN], poisson_terms),
    "cosine_proximity": Case(losses.cosine_proximity, cosine, directions, np.r_[WIDE, WIDE * WIDE, BETWEEN]),
    "hinge": Case(losses.hinge, of_margins(lambda m: m), margins, np.r_[WIDE, BETWEEN]),
    "squared_hinge": Case(losses.squared_hinge, of_margins(lambda m: m * m), margins, np.r_[WIDE, BETWEEN]),
    "categorical_hinge": Case(
        losses.categorical_hinge, categorical_hinge, rows_of_scores, np.r_[WIDE, BETWEEN]
    ),
    "binary_crossentropy": Case(losses.binary_crossentropy, binary(), chances, BELOW_HALF),
    "binary_crossentropy from logits": Case(
        losses.BinaryCrossentropy(from_logits=True), binary(logits=True), yes_no_logits, LOGITS
    ),
    "categorical_crossentropy": Case(losses.categorical_crossentropy, categorical(), shares, BETWEEN),
    "categorical_crossentropy from logits": Case(
        losses.CategoricalCrossentropy(from_logits=True), categorical(logits=True), rows_of_logits, LOGITS
    ),
    "sparse_categorical_crossentropy": Case(
        losses.sparse_categorical_crossentropy, categorical(), shares, BETWEEN
    ),
    "sparse_categorical_crossentropy from logits": Case(
        losses.SparseCategoricalCrossentropy(from_logits=True),
        categorical(logits=True),
        labels_of_logits,
        LOGITS,
    ),
    "kullback_leibler_divergence": Case(
        losses.kullback_leibler_divergence,
        divergence,
        distributions,
        BELOW_HALF,
        lambda y, p, eps, top: sum(map(abs, divergence_terms(y, p, eps))),
    ),
    "binary_focal_crossentropy": Case(losses.binary_focal_crossentropy, binary(2), chances, BELOW_HALF),
    "binary_focal_crossentropy from logits": Case(
        losses.BinaryFocalCrossentropy(from_logits=True), binary(2, True), yes_no_logits, LOGITS
    ),
    "categorical_focal_crossentropy": Case(
        losses.categorical_focal_crossentropy, categorical(2, 0.25), shares, BETWEEN
    ),
    "categorical_focal_crossentropy from logits": Case(
        losses.CategoricalFocalCrossentropy(from_logits=True),
        categorical(2, 0.25, True),
        rows_of_logits,
        LOGITS,
    ),
    "categorical_generalized_cross_entropy": Case(
        losses.categorical_generalized_cross_entropy, generalized, answers, BELOW_HALF
    ),
    "dice": Case(losses.dice, overlap(0.5), pixels, BELOW_HALF),
    "tversky": Case(losses.tversky, overlap(1), pixels, BELOW_HALF),
    "z_loss": Case(losses.z_loss, z_loss, rows_of_logits, LOGITS),
    "distillation": Case(
        losses.distillation,
        distillation,
        rows_of_logits,
        LOGITS,
        lambda y, p, eps, top: sum(map(abs, distillation_terms(y, p))),
    ),
}


def measure(case, dtype):
    """For each row: its size, how far off the value is, and the worst slope; None where none is asked."""
    kind = DTYPES[dtype]
    bounds = [Decimal(float(dtype(bound))) for bound in (EPSILON, 1 - EPSILON)]
    sizes = case.sizes[(case.sizes > kind.smallest) & (case.sizes < kind.largest)]
    for size, *rows in case.rows(sizes):
        y_true, y_pred = (np.array(row, dtype) for row in rows)
        truth = y_true.argmax() if case.loss.domain is LABELS else y_true
        value, slopes = case.loss.per_sample(truth, y_pred).item(), case.loss.gradient(truth, y_pred).tolist()
        with decimal.localcontext(prec=kind.digits):
            y, p = ([Decimal(float(x)) for x in row] for row in (y_true, y_pred))
            terms = case.terms(y, p, *bounds) if case.terms else 0
            off = _off(value, case.formula(y, p, *bounds), terms, kind)
            exact = _slopes(lambda p, y=y: case.formula(y, p, *bounds), p)
            off_slopes = [_off(*pair, 0, kind) for pair in zip(slopes, exact, strict=True)]
        yield size, off, max((x for x in off_slopes if x is not None), default=None)


def _slopes(formula, p):
    """The slope in each entry; None at a kink."""
    value = formula(p)
    for i, entry in enumerate(p):
        step = STEP * abs(entry or 1)
        below, above = (formula([*p[:i], entry + move, *p[i + 1 :]]) for move in (-step, step))
        smooth = abs((above - value) - (value - below)) <= abs(above - below) * Decimal("1e-10")
        yield (above - below) / (2 * step) if smooth else None


def _off(ours, exact, terms, kind):
    """How far off, relative to the answer or to its terms; None where the answer cannot be represented."""
    if exact is None or not kind.smallest < abs(exact) < kind.largest:
        return None
    return float(abs(Decimal(ours) - exact) / max(abs(exact), terms)) if np.isfinite(ours) else np.inf


def worst(case, dtype):
    """The worst of all values, and of all slopes."""
    _, values, slopes = zip(*measure(case, dtype), strict=True)
    return tuple(max(x for x in off if x is not None) for off in (values, slopes))


def table():
    """The worst of each loss: all but the last column of the page's table, which tests/keras holds."""
    yield "| loss | value, float64 | slope, float64 | value, float32 | slope, float32 |"
    yield "|---|---|---|---|---|"
    for name, case in CASES.items():
        off = [_power(x) for dtype in DTYPES for x in worst(case, dtype)]
        yield f"| {name} | {' | '.join(off)} |"


def _power(off):
    """The next power of 10, so that another machine's last bit does not change the page."""
    return "exact" if off < 1e-18 else f"1e{np.ceil(np.log10(off)):.0f}"


class AsWritten(losses.Loss):
    """A formula as one would first write it, which rounds, cancels and overflows."""

    def __init__(self, formula):
        self.formula = formula

    def row(self, y_true, y_pred):
        return self.formula(y_true, y_pred)

    def row_slope(self, y_true, y_pred):
        return np.zeros_like(y_pred)


def logarithmic_as_written(y, p):
    logs = (np.log(np.maximum(row, EPSILON) + 1) for row in (y, p))
    return (np.subtract(*logs) ** 2).mean()


def binary_as_written(y, z):
    p = 1 / (1 + np.exp(-z))
    return np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))


def softmax_as_written(y, z):
    p = np.exp(z) / np.exp(z).sum()
    return -(y * np.log(p)).sum()


PICTURED = {
    "log_cosh": lambda y, p: np.log(np.cosh(p - y)).mean(),
    "mean_squared_logarithmic_error": logarithmic_as_written,
    "binary_crossentropy from logits": binary_as_written,
    "categorical_crossentropy from logits": softmax_as_written,
}


def draw(path=PICTURE):
    """Four losses over the whole range, in both dtypes, beside the formula as one would first write it."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    from course_lib import plots

    figure, panels = plt.subplots(1, len(PICTURED), figsize=(13, 3.6), sharey=True, layout="constrained")
    for axes, (name, as_written) in zip(panels, PICTURED.items(), strict=True):
        case = CASES[name]
        naive = case._replace(loss=AsWritten(as_written))
        looks = [
            (naive, np.float64, plots.VERMILION, "x", "as first written, float64"),
            (case, np.float32, plots.SKY, "^", "float32"),
            (case, np.float64, plots.BLUE, "o", "float64"),
        ]
        for of, dtype, color, marker, label in looks:
            points = [(size, off) for size, off, _ in measure(of, dtype) if off is not None]
            x, y = np.array(points).T
            axes.plot(x, np.clip(y, 1e-17, 10), marker, ms=4, color=color, label=label)
        linear = name.endswith("logits")
        axes.set(xscale="linear" if linear else "log", yscale="log")
        axes.set(xlim=(-720, 720) if linear else (1e-20, 1e20), ylim=(1e-17, 10))
        axes.set(xlabel="logit" if linear else "size of the error", title=name.replace(" from", "\nfrom"))
        axes.axhline(1e-12, color=plots.BLACK, lw=0.8)
    panels[0].set(ylabel="relative error")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=len(looks))
    figure.savefig(path, dpi=110)
    plt.close(figure)


if __name__ == "__main__":
    print("\n".join(table()))
    draw()
