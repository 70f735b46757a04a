"""Exercise 12: what a network mixes up, a fair count, and how wide a valley is."""

import numpy as np

from course_lib import metrics
from course_lib.checks.task import Function, Prediction
from course_lib.optimizers import SGD
from course_lib.training import Run

FAR, UPDATES = 8.0, 200  # how far away the bottom is, and in how many updates Adam is to be there


def judged(y_true, y_pred):
    confusion = np.zeros((y_pred.shape[1], y_pred.shape[1]))
    np.add.at(confusion, (y_true, y_pred.argmax(axis=1)), 1)
    return metrics.SparseCategoricalAccuracy()(y_true, y_pred), confusion


def counted_once(y_true, y_pred):
    accuracy, confusion = judged(y_true, y_pred)
    return accuracy, np.minimum(confusion, 1)


def of_rows(y_true, y_pred):
    accuracy, confusion = judged(y_true, y_pred)
    return accuracy, confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)


def of_the_sure(y_true, y_pred):
    """Only what is given more than a half counts as predicted."""
    sure = y_pred.max(axis=1) > 0.5
    _, confusion = judged(y_true[sure], y_pred[sure])
    return np.trace(confusion) / len(y_true), confusion


def draw_confusion(axes, got, expected):
    yours, right = np.asarray(got[1]), expected[1]
    axes.imshow(right, cmap="Blues", vmax=2 * right.max())
    for (row, column), count in np.ndenumerate(yours):
        fits = yours.shape == right.shape and count == right[row, column]
        color = "black" if fits else "#D55E00"
        axes.text(column, row, f"{count:g}", color=color, ha="center", va="center", weight="bold")
    ticks = range(len(right))
    axes.set(xticks=ticks, yticks=ticks, xlabel="taken for", ylabel="is")
    axes.set_title("Shade: expected. Numbers: yours, orange where they differ.", fontsize=10)


def predictions(rng, samples=20, classes=4):
    """True classes, and probabilities that are right more often than not and have a clear largest."""
    y_true = rng.permutation(np.resize(np.arange(classes), samples))
    logits = rng.normal(size=(samples, classes))
    logits[np.arange(samples), y_true] += 1.0
    logits[np.arange(samples), logits.argmax(axis=1)] += 0.1
    y_pred = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return {"y_true": y_true, "y_pred": y_pred}


def counts_to(losses, bar, stay=True):
    """Updates until each column stays at or below the bar, or until it first is; -1 where it never does."""
    run = Run(None, SGD(), np.arange(len(losses)), losses, None, losses[-1])
    return np.array(run.updates_to_stay(bar) if stay else run.updates_to(bar))


def fastest(losses, rates, bar, *, stay=True, late=0, never=np.inf, place=False):
    counts = counts_to(losses, bar, stay)
    best = np.where(counts < 0, never, counts + late).argmin()
    count = max(never, -1) if counts[best] < 0 else counts[best] + late
    return best if place else rates[best], count


def lowest(losses, rates, bar, *, at_the_end):
    ends = np.where(np.isfinite(losses), losses, np.inf)
    best = (ends[-1] if at_the_end else ends.min(axis=0)).argmin()
    return rates[best], counts_to(losses, bar)[best]


def not_above(losses, rates, bar):
    """Who asks for the last loss above the bar: nan is not above it."""
    return fastest(np.where(np.isnan(losses), -np.inf, losses), rates, bar)


def bowl(rates, updates, curvature):
    """The losses of plain descent, one column a rate."""
    return (1 - np.array(rates) * curvature) ** (2 * np.arange(updates + 1)[:, np.newaxis])


def sweep_drawn(rng):
    factors = rng.permutation([1.3, 0.9, 0.7, 0.5]) * rng.uniform(0.97, 1.0, 4)
    updates = np.arange(13)[:, np.newaxis]
    return {
        "losses": factors**updates * (1 + 0.9 * np.cos(2.5 * updates)),  # they swing across the bar
        "rates": np.round(np.geomspace(0.01, 10, 4) * rng.uniform(0.5, 1), 4),
        "bar": rng.uniform(0.04, 0.06),
    }


def stretches(finishes):
    """The places of the first and the last rate of each unbroken stretch that finishes."""
    there = np.concatenate(([0], np.isfinite(finishes), [0]))
    edges = np.flatnonzero(np.diff(there))
    return np.stack([edges[::2], edges[1::2] - 1], axis=1)


def widest(finishes, rates, *, width=lambda low, high: high / low, beyond=0):
    """The first and the last rate of the stretch whose ``width`` is largest."""
    ends = stretches(finishes)
    low, high = ends[np.argmax([width(*rates[pair]) for pair in ends])]
    return rates[low], rates[min(high + beyond, len(rates) - 1)]


def widest_by_count(finishes, rates):
    ends = stretches(finishes)
    return tuple(rates[ends[np.argmax(ends[:, 1] - ends[:, 0])]])


def around_the_quickest(finishes, rates):
    quickest = finishes.argmin()
    (ends,) = [pair for pair in stretches(finishes) if pair[0] <= quickest <= pair[1]]
    return tuple(rates[ends])


def valley_drawn(rng, rates=10):
    """Rates unevenly far apart, of which every second or third finishes in a stretch of its own."""
    finishes = rng.integers(20, 200, size=rates).astype(float)
    finishes[rng.choice(rates, size=3, replace=False)] = np.inf
    return {
        "finishes": finishes,
        "rates": np.round(1e-3 * np.cumprod(rng.uniform(1.3, 4, size=rates)), 5),
    }


def summed_up(finishes, rates):
    return np.isfinite(finishes).sum(), rates[finishes.argmin()]


TASKS = [
    Function(
        name="accuracy_and_confusion",
        points=4,
        hints=[
            "Which class does the network name for a sample? You need that list for both answers.",
            "accuracy = mean(named == y_true); in confusion[true, named] each sample adds 1",
            "named = y_pred.argmax(axis=1) asks each sample, axis=0 each class; then a square of zeros",
        ],
        mistakes={
            "Rows and columns are swapped: the row is the truth, the column what it is taken for.": (
                lambda y_true, y_pred: (judged(y_true, y_pred)[0], judged(y_true, y_pred)[1].T)
            ),
            "No count is above 1: confusion[y_true, named] += 1 adds to each place only once.": (
                counted_once
            ),
            "That is the number of the right ones; accuracy is their share.": (
                lambda y_true, y_pred: (judged(y_true, y_pred)[0] * len(y_true), judged(y_true, y_pred)[1])
            ),
            "That is in percent; accuracy is a share, from 0 to 1.": (
                lambda y_true, y_pred: (judged(y_true, y_pred)[0] * 100, judged(y_true, y_pred)[1])
            ),
            "Both are right, in the wrong order: the accuracy comes first.": (
                lambda y_true, y_pred: judged(y_true, y_pred)[::-1]
            ),
            "That is the share of the wrong ones, the error rate.": (
                lambda y_true, y_pred: (1 - judged(y_true, y_pred)[0], judged(y_true, y_pred)[1])
            ),
            "That is how sure the network is on average. Accuracy asks only whether its largest is right.": (
                lambda y_true, y_pred: (y_pred.max(axis=1).mean(), judged(y_true, y_pred)[1])
            ),
            "You divide each row by its sum; counts are asked for.": of_rows,
            "You leave out samples with no probability above a half. The largest counts, small or not.": (
                of_the_sure
            ),
            "The matrix ends at the last class in y_true; it needs a row and a column for each output.": (
                lambda y_true, y_pred: (
                    judged(y_true, y_pred)[0],
                    judged(y_true, y_pred)[1][: y_true.max() + 1, : y_true.max() + 1],
                )
            ),
        },
        reference=judged,
        cases=[
            predictions(np.random.default_rng(12)),
            {
                "y_true": np.array([0, 1, 1, 0, 1]),
                "y_pred": np.array(
                    [[0.4, 0.35, 0.25], [0.1, 0.8, 0.1], [0.6, 0.3, 0.1], [0.9, 0.05, 0.05], [0.5, 0.4, 0.1]]
                ),
            },
        ],
        draw=predictions,
        picture=draw_confusion,
    ),
    Function(
        name="fastest_rate",
        points=4,
        hints=[
            "Look at a column from its end. Up to which row is it at or below the bar all the way?",
            "count = len(losses) - stays, where stays is how many of the last rows are below; inf if none is",
            "stays = np.logical_and.accumulate((losses <= bar)[::-1]).sum(axis=0)",
        ],
        mistakes={
            "A rate that ends above the bar wins with 0. Give it inf before you take the smallest.": (
                lambda losses, rates, bar: fastest(losses, rates, bar, never=0)
            ),
            "A rate that ends above the bar wins with -1. Give it inf before you take the smallest.": (
                lambda losses, rates, bar: fastest(losses, rates, bar, never=-1)
            ),
            "A run that ends in nan wins: nan is not above the bar, nor below. Ask for <= bar.": not_above,
            "One too many: row 0 is the start, before any update; a row's number is its count.": (
                lambda losses, rates, bar: fastest(losses, rates, bar, late=1)
            ),
            "At the bar is there: <= and not <.": (
                lambda losses, rates, bar: fastest(losses, rates, np.nextafter(bar, -np.inf))
            ),
            "You choose the rate that ends lowest. The first to stay below the bar is asked for.": (
                lambda losses, rates, bar: lowest(losses, rates, bar, at_the_end=True)
            ),
            "You choose the rate with the lowest loss of all. The first to stay below is asked for.": (
                lambda losses, rates, bar: lowest(losses, rates, bar, at_the_end=False)
            ),
            "You count to the first time at the bar. A run that comes up again has not finished.": (
                lambda losses, rates, bar: fastest(losses, rates, bar, stay=False)
            ),
            "One too few: that is the last row above the bar; the run has finished in the next.": (
                lambda losses, rates, bar: fastest(losses, rates, bar, late=-1)
            ),
            "Two finish together. Of these take the one further left.": (
                lambda losses, rates, bar: fastest(losses[:, ::-1], rates[::-1], bar)
            ),
            "Both are right, in the wrong order: the rate comes first.": (
                lambda losses, rates, bar: fastest(losses, rates, bar)[::-1]
            ),
            "You return the rate's place; the rate itself is asked for.": (
                lambda losses, rates, bar: fastest(losses, rates, bar, place=True)
            ),
        },
        reference=fastest,
        cases=[
            {
                "losses": bowl([0.02, 0.1, 0.2, 0.3], updates=12, curvature=8.0),
                "rates": np.array([0.02, 0.1, 0.2, 0.3]),
                "bar": 0.05,
            },
            {
                "losses": np.array(
                    [
                        [4.0, 4.0, 4.0, 4.0],
                        [3.0, 2.5, 9.0, 3.6],
                        [2.0, 0.9, np.inf, 3.2],
                        [1.6, 1.3, np.nan, 2.8],
                        [1.1, 0.85, np.nan, 2.4],
                        [0.2, 0.95, np.nan, 1.8],
                        [0.6, 0.7, np.nan, 0.3],
                    ]
                ),
                "rates": np.array([0.1, 0.5, 2.0, 0.02]),
                "bar": 1.0,
            },
            {
                "losses": np.array([[2.0, 2.0], [1.2, 1.5], [0.4, 0.8], [0.6, 0.5], [0.1, 0.2]]),
                "rates": np.array([0.3, 0.4]),
                "bar": 0.5,
            },
            {
                "losses": np.array([[2.0, 2.0, 2.0], [1.2, 0.4, 0.3], [0.3, 0.1, 0.2]]),
                "rates": np.array([0.1, 0.3, 0.5]),
                "bar": 0.5,
            },
        ],
        draw=sweep_drawn,
    ),
    Function(
        name="widest_valley",
        points=4,
        hints=[
            "Walk along the rates and note where a stretch that finishes begins, and where it ends.",
            "width = highest / lowest, of each stretch; a gap is where np.isfinite(finishes) is False",
            "edges = np.flatnonzero(np.diff(np.concatenate(([0], np.isfinite(finishes), [0]))))",
        ],
        mistakes={
            "There is a rate in between that does not finish: a valley is an unbroken stretch.": (
                lambda finishes, rates: tuple(rates[np.isfinite(finishes)][[0, -1]])
            ),
            "You count the rates in a stretch. How far apart they are counts: highest / lowest.": (
                widest_by_count
            ),
            "You take the largest difference. For a rate, twice as large is a step: take highest / lowest.": (
                lambda finishes, rates: widest(finishes, rates, width=lambda low, high: high - low)
            ),
            "That is the stretch with the quickest rate. The widest one is asked for.": around_the_quickest,
            "That is the narrowest stretch.": (
                lambda finishes, rates: widest(finishes, rates, width=lambda low, high: low / high)
            ),
            "inf stands for a rate that never finishes; you let it count.": (
                lambda finishes, rates: (rates[0], rates[-1])
            ),
            "One too far: your last rate is the one behind the stretch, which does not finish.": (
                lambda finishes, rates: widest(finishes, rates, beyond=1)
            ),
            "Both are right, in the wrong order: the lowest rate comes first.": (
                lambda finishes, rates: widest(finishes, rates)[::-1]
            ),
        },
        reference=widest,
        cases=[
            {
                "finishes": np.array([np.inf, 180, 90, np.inf, 60, 30, 25, np.inf]),
                "rates": np.array([0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2]),
            },
            {
                "finishes": np.array([100, 80, np.inf, 50, 40, 60, np.inf, 45, 35, np.inf, 10, np.inf]),
                "rates": np.array([0.01, 0.1, 0.2, 0.3, 0.35, 0.4, 1.0, 5.0, 9.0, 20.0, 30.0, 50.0]),
            },
            {
                "finishes": np.array([np.inf, 120, np.inf, 70, 50, 55]),
                "rates": np.array([0.001, 0.01, 0.02, 0.05, 0.1, 0.2]),
            },
        ],
        draw=valley_drawn,
    ),
]

LESSON = {
    "lesson 12": Function(
        name="summed_up",
        points=0,
        hints=[
            "A rate that never finishes has inf. How many others are there, and where is the smallest?",
            "np.isfinite(finishes) is True where one finishes; finishes.argmin() is the place of the first",
            "width = np.isfinite(finishes).sum(), and then return width, rates[finishes.argmin()]",
        ],
        mistakes={
            "You count all rates, those that never finish as well: their count is inf.": (
                lambda finishes, rates: (len(finishes), rates[finishes.argmin()])
            ),
            "You count the rates that do not finish.": (
                lambda finishes, rates: (np.isinf(finishes).sum(), rates[finishes.argmin()])
            ),
            "The second is the count of updates; the rate that needs so few is asked for.": (
                lambda finishes, rates: (np.isfinite(finishes).sum(), finishes.min())
            ),
            "The second is the rate's place; the rate itself is asked for.": (
                lambda finishes, rates: (np.isfinite(finishes).sum(), finishes.argmin())
            ),
            "The second is the slowest rate. The quickest has the smallest count.": (
                lambda finishes, rates: (np.isfinite(finishes).sum(), rates[finishes.argmax()])
            ),
            "Both are right, in the wrong order: the width comes first.": (
                lambda finishes, rates: summed_up(finishes, rates)[::-1]
            ),
        },
        reference=summed_up,
        cases=[
            {
                "finishes": np.array([np.inf, 150, 40, 60, np.inf]),
                "rates": np.array([0.001, 0.01, 0.1, 1.0, 10.0]),
            },
            {"finishes": np.array([33, 12, 18, np.inf]), "rates": np.array([0.05, 0.1, 0.2, 0.5])},
        ],
    ),
    "lesson 12, your turn": Prediction(
        name="rate_to_arrive",
        points=0,
        hints=["How far does one of Adam's steps lead, on any slope?", "lr * updates must be the whole way"],
        mistakes={
            "With that rate a single step is the whole way. There are 200 of them.": lambda: FAR,
            "With its documented rate Adam comes 0.2 far in 200 updates.": lambda: 0.001,
            "Upside down: the way is lr times the updates.": lambda: UPDATES / FAR,
            "The way is lr times the updates, so divide by them.": lambda: FAR * UPDATES,
        },
        expected={"lr": FAR / UPDATES},
    ),
}
