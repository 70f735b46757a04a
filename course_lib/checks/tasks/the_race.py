"""Exercise 12: the documented line, fair counts, and the documentation's network repaired."""

from functools import cache

import numpy as np

from course_lib import datasets, layers, metrics, models, theory
from course_lib.base import validation
from course_lib.checks.task import Function, Goal, Prediction
from course_lib.checks.tasks.nesterov import twice
from course_lib.optimizers import SGD
from course_lib.optimizers.sgd import SGDState
from course_lib.training import Run

LINE = {"lr": 0.1, "decay": 1e-6, "momentum": 0.9, "nesterov": True}
DEMO = {"loss": "mean_squared_error", **LINE}
SLOPE, CURVATURE = 2.0, 5.0  # that the line is predicted on
FRESH, WITHIN = 60, 30  # updates before the labels move; those to be there in, fresh and moved
LOSSES = (
    "mean_squared_error",
    "mean_absolute_error",
    "binary_crossentropy",
    "categorical_crossentropy",
    "kullback_leibler_divergence",
)


def line_step(update, slope=SLOPE, **changed):
    """The length of the line's step on a slope that stays."""
    sgd = SGD(**LINE | changed)
    before = w = np.zeros(1)
    state = sgd.init(w)
    for _ in range(update):
        before, (w, state) = w, sgd.step(w, [slope], state)
    return float((before - w)[0])


def line_said(slope, curvature, **changed):
    momentum = (LINE | changed)["momentum"]
    return {
        "second step": line_step(2, slope, **changed),
        "a step in the long run": line_step(200, slope, **changed),
        "rate after 500,000 updates": SGD(**LINE | changed).rate(500_000),
        "limit of lr": float(theory.stability_limit(momentum, nesterov=True)) / curvature,
        "limit of lr, nesterov=False": float(theory.stability_limit(momentum)) / curvature,
    }


def line_said_again(rng):
    slope, curvature = rng.choice([3.0, 4.0]), rng.choice([2.0, 8.0])
    changed = {
        "lr": rng.choice([0.05, 0.2]),
        "decay": rng.choice([2e-6, 4e-6]),
        "momentum": rng.choice([0.8, 0.95]),
    }
    settings = ", ".join(f"{name}={value:g}" for name, value in changed.items())
    text = (
        f"SGD({settings}, nesterov=True), the gradient {slope:g}; the limits at the curvature {curvature:g}."
    )
    return text, line_said(slope, curvature, **changed)


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


@cache
def digits():
    return datasets.load_digits(components=10)


def checked(settings):
    """The settings, completed by those of the documentation; ValueError if they are not sane."""
    if not isinstance(settings, dict):
        raise ValueError('a dict is asked for, such as {"lr": 0.2}')
    unknown = [key for key in settings if key not in DEMO]
    if unknown:
        raise ValueError(f"there is no setting {unknown[0]!r}; there are {', '.join(DEMO)}")
    settings = DEMO | settings
    if settings["loss"] not in LOSSES:
        got = validation.shorten(settings["loss"])
        raise ValueError(f"loss must be one of {', '.join(LOSSES)}; got {got}")
    for name, most in (("lr", 100), ("decay", 1), ("momentum", 0.999)):
        number = settings[name]
        if (
            not isinstance(number, int | float | np.number)
            or isinstance(number, bool)
            or not 0 <= number <= most
        ):
            raise ValueError(f"{name} must be a number from 0 to {most}; got {validation.shorten(number)}")
    if not isinstance(settings["nesterov"], bool):
        raise ValueError(f"nesterov must be True or False; got {validation.shorten(settings['nesterov'])}")
    return settings


def learning(settings):
    """The share of the test digits that is right after each of the first updates, fresh and moved."""
    settings = dict(settings)
    data = digits()
    hidden = layers.Dense(64, init="uniform", activation="tanh", input_dim=10)
    model = models.Sequential([hidden, layers.Dense(10, init="uniform", activation="softmax")], seed=0)
    model.compile(settings.pop("loss"), SGD(**settings))
    rng, shares = np.random.default_rng(0), {False: [], True: []}
    for update in range(FRESH + WITHIN):
        moved = update >= FRESH
        batch = rng.integers(len(data.x_train), size=32)
        labels = (data.y_train[batch] + moved) % 10
        model.train_on_batch(data.x_train[batch], datasets.to_categorical(labels, 10))
        if len(shares[moved]) < WITHIN:
            shares[moved].append(np.mean(model.predict_classes(data.x_test) == (data.y_test + moved) % 10))
    return [np.array(listed) for listed in shares.values()]


def reach(settings):
    fresh, moved = learning(checked(settings))
    wanted = (("fresh: 85% of the test digits", fresh, 0.85), ("labels moved: 80%", moved, 0.8))
    reached = []
    for asked, shares, share in wanted:
        there = bool((shares >= share).any())
        what = (
            f"there after {(shares >= share).argmax() + 1}"
            if there
            else f"{int(100 * shares.max())}% at the most"
        )
        reached.append((f"{asked} within {WITHIN} updates", there, what))
    return reached


def long_run(s, updates=0):
    """The rate that momentum makes of lr in the long run, and what decay has left of it after so many."""
    s = checked(s)
    return s["lr"] / (1 - s["momentum"]) / (1 + s["decay"] * updates)


LEAST = 2.5  # that it must be, or the steps are too short


SURE_AND_WRONG = "Whatever lr is, this loss has nearly no slope where the network is sure and wrong."
RATE_GONE = "decay takes the rate away: after 30 updates less than half of it is left."
BINARY = "binary_crossentropy asks ten yes-or-no questions; to a softmax belongs the categorical one."
TOO_LONG = (
    "The steps are too long: momentum makes lr / (1 - momentum) of the rate, and it jumps over the mark."
)
SLOW_TO_TURN = "With so much momentum the velocity holds on to the old labels for long. Take less of it."
TOO_SHORT = "The loss is right, the steps are too short: there is room for a larger lr."


def line_update(**changed):
    sgd = SGD(**LINE | changed)

    def update(w, g, v, iterations):
        w, state = sgd.step(w, g, SGDState(iterations, v))
        return w, state.velocity

    return update


def against_the_way(w, g, v, iterations):
    """The line with the velocity of the other sign."""
    w, v = line_update()(w, g, -v, iterations)
    return w, -v


TASKS = [
    Prediction(
        name="line_predicted",
        points=4,
        hints=[
            "Write the source's lines for v and w, and put in v = 0. Which argument decides each answer?",
            "v = 0.9 * v - lr * g, step 0.9 * v - lr * g; lr / (1 + decay * iterations); 2 * 1.9 / 2.8",
            "The first velocity is -0.2, the second 0.9 * (-0.2) - 0.2; now the second step.",
        ],
        mistakes={
            "0.38 is the second step without nesterov, or the first with it. Look ahead from the second v.": (
                lambda: (0.38, 2.0, 0.1 / 1.5, 1.357 / 5, 0.76)
            ),
            "The gradient is 2, and each step goes with it: yours are those of a gradient of 1.": (
                lambda: (0.271, 1.0, 0.1 / 1.5, 1.357 / 5, 0.76)
            ),
            "nesterov changes the first steps. In the long run they are as long as without it.": (
                lambda: (0.542, 3.8, 0.1 / 1.5, 1.357 / 5, 0.76)
            ),
            "The step is 0.9 * v - lr * g. You left out its second part.": (
                lambda: (0.342, 1.8, 0.1 / 1.5, 1.357 / 5, 0.76)
            ),
            "You apply momentum twice. w moves by 0.9 * v - lr * g, and not by v and 0.9 * v.": (
                lambda: (0.722, 3.8, 0.1 / 1.5, 1.357 / 5, 0.76)
            ),
            "lr is missing in the long run: the steps grow to lr * g / (1 - momentum).": (
                lambda: (0.542, 20, 0.1 / 1.5, 1.357 / 5, 0.76)
            ),
            "Momentum is missing in the long run: the steps add up to 1 / (1 - momentum) times lr * g.": (
                lambda: (0.542, 0.2, 0.1 / 1.5, 1.357 / 5, 0.76)
            ),
            "decay does not fall exponentially: the rate is lr / (1 + decay * iterations).": (
                lambda: (0.542, 2.0, 0.1 * np.exp(-0.5), 1.357 / 5, 0.76)
            ),
            "decay does not fall along a line: the rate is lr / (1 + decay * iterations).": (
                lambda: (0.542, 2.0, 0.05, 1.357 / 5, 0.76)
            ),
            "The two limits are swapped: nesterov has the lower one.": (
                lambda: (0.542, 2.0, 0.1 / 1.5, 0.76, 1.357 / 5)
            ),
            "2 / curvature is the limit without momentum; momentum moves it, and nesterov again.": (
                lambda: (0.542, 2.0, 0.1 / 1.5, 0.4, 0.4)
            ),
            "Those are limits of lr * curvature; divide them by the curvature, which is 5.": (
                lambda: (0.542, 2.0, 0.1 / 1.5, 1.357, 3.8)
            ),
        },
        expected=line_said(SLOPE, CURVATURE),
        again=line_said_again,
    ),
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
    Goal(
        name="repaired_line",
        points=4,
        hints=[
            "Which of the five has a gradient that does not vanish where the network is sure and wrong?",
            "cross-entropy's slope is p - y; with it there is room for a rate a few times as large",
            'return {"loss": "categorical_crossentropy", "lr": ...}',
        ],
        mistakes={
            SURE_AND_WRONG: lambda: {"lr": 10.0},
            RATE_GONE: lambda: {"loss": "categorical_crossentropy", "lr": 0.3, "decay": 0.5},
            BINARY: lambda: {"loss": "binary_crossentropy"},
            SLOW_TO_TURN: lambda: {"loss": "categorical_crossentropy", "lr": 0.2, "momentum": 0.95},
            TOO_LONG: lambda: {"loss": "categorical_crossentropy", "lr": 2.0},
            TOO_SHORT: lambda: {"loss": "categorical_crossentropy"},
        },
        signs={
            SURE_AND_WRONG: lambda s: checked(s)["loss"] in LOSSES[:2],
            RATE_GONE: lambda s: checked(s)["decay"] * WITHIN > 1 and long_run(s, FRESH) < LEAST,
            BINARY: lambda s: checked(s)["loss"] == "binary_crossentropy",
            SLOW_TO_TURN: lambda s: checked(s)["momentum"] > 0.9 and LEAST < long_run(s) < 10,
            TOO_LONG: lambda s: long_run(s) > 4.5,
            TOO_SHORT: lambda s: long_run(s) <= LEAST,
        },
        measure=reach,
        example={"loss": "categorical_crossentropy", "lr": 0.3},
        goals=2,
    ),
]

LESSON = {
    "lesson 12": Function(
        name="documented_update",
        points=0,
        hints=[
            "First the rate at this moment, then the velocity, then the step that looks ahead.",
            "lr = 0.1 / (1 + 1e-6 * iterations); lessons 5 and 7 have the other two lines",
            "v = 0.9 * v - lr * g, and then return w + 0.9 * v - lr * g, v",
        ],
        mistakes={
            "decay is missing: after a million updates half of the rate is left.": line_update(decay=0.0),
            "The first update has the whole rate: count from 0.": (
                lambda w, g, v, iterations: line_update()(w, g, v, iterations + 1)
            ),
            "That is the heavy ball. nesterov=True takes momentum once more.": line_update(nesterov=False),
            "The whole new velocity is added, too. Nesterov adds momentum * v - lr * g.": (
                lambda w, g, v, iterations: twice(w, g, v, SGD(**LINE).rate(iterations), LINE["momentum"])
            ),
            "The velocity does not go into the step: that is plain descent.": (
                lambda w, g, v, iterations: (
                    line_update(momentum=0.0)(w, g, v, iterations)[0],
                    line_update()(w, g, v, iterations)[1],
                )
            ),
            "The step goes uphill: a slope is subtracted.": (
                lambda w, g, v, iterations: line_update()(w, -g, v, iterations)
            ),
            "Here v points the way the weight moves: v = momentum * v - lr * g": against_the_way,
        },
        reference=line_update(),
        rtol=1e-8,  # decay takes a millionth of the rate in an update
        cases=[
            {"w": np.array([1.0]), "g": np.array([1.0]), "v": np.array([0.0]), "iterations": 0},
            {
                "w": np.array([2.0, -1.0]),
                "g": np.array([-0.5, 4.0]),
                "v": np.array([0.3, -0.2]),
                "iterations": 1_000_000,
            },
        ],
    ),
    "lesson 12, your turn": Prediction(
        name="rate_without_momentum",
        points=0,
        hints=["How many plain steps long is the terminal step at momentum 0.9?", "lr / (1 - momentum)"],
        mistakes={
            "That is the rate with momentum. Without it every step is a tenth as long.": lambda: 0.1,
            "That is the repaired rate; count the steps of momentum 0.9.": lambda: 0.5,
            "That makes the steps shorter still; what momentum did lr must do now.": lambda: 0.01,
            "Without momentum there is no 0.9 to multiply with.": lambda: 0.19,
        },
        expected={"lr": LINE["lr"] / (1 - LINE["momentum"])},
    ),
}
