"""Exercise 2: losses for regression."""

import numpy as np

from course_lib import losses
from course_lib.checks.task import Function, Prediction

SAID = np.linspace(-3, 3, 25)  # the predictions in huber's picture, where every truth is 0
WAITS = (1, 2, 4, 5, 9, 10, 46)  # minutes, to predict constants for
OTHER_WAITS = [  # with whole constants, too
    (1, 2, 3, 4, 7, 9, 44),
    (1, 2, 3, 4, 7, 10, 29),
    (1, 2, 3, 4, 7, 12, 41),
    (1, 2, 3, 5, 10, 11, 31),
    (1, 2, 3, 5, 10, 12, 44),
    (1, 2, 3, 5, 11, 12, 36),
    (1, 2, 3, 7, 8, 10, 32),
    (1, 2, 3, 7, 8, 10, 46),
    (1, 2, 3, 7, 8, 12, 37),
]
FAVOURED_BY = {
    "mse": losses.mean_squared_error,
    "mae": losses.mean_absolute_error,
    "huber, delta 4": losses.Huber(delta=4),
    "mape": losses.mean_absolute_percentage_error,
    "pinball, quantile 0.75": losses.Pinball(quantile=0.75),
}
SEVEN = [1, 2, 2, 3, 4, 50, 3]  # minutes, of the buses in the lesson


def mse_both(y_true, y_pred):
    loss = losses.mean_squared_error
    return loss(y_true, y_pred), loss.gradient(y_true, y_pred)


def huber_both(y_true, y_pred, delta):
    loss = losses.Huber(delta)
    return loss.value(y_true, y_pred), loss.slope(y_true, y_pred)


def draw_huber(axes, got, expected):
    wide = {"color": "#0072B2", "lw": 6, "alpha": 0.4}
    axes.plot(SAID, expected[0], "-", **wide, label="expected loss")
    axes.plot(SAID, expected[1], "--", **wide, label="expected slope")
    loss, slope = got
    axes.plot(SAID, loss, "o-", color="#D55E00", ms=4, label="your loss")
    axes.plot(SAID, slope, "s--", color="#D55E00", ms=4, label="your slope")
    axes.set(xlabel="residual", title="huber with delta 1.5: the loss and its slope")
    axes.legend()


def favourite(loss, waits):
    constants = np.arange(0, 50, 0.25)
    guesses = np.repeat(constants[:, None], len(waits), axis=1)
    return constants[loss.per_sample(np.broadcast_to(waits, guesses.shape), guesses).argmin()].item()


def favourites(waits):
    return {name: favourite(loss, waits) for name, loss in FAVOURED_BY.items()}


def favourites_again(rng):
    waits = rng.choice(OTHER_WAITS)
    text = f"The waiting times are {', '.join(map(str, waits))}. Which constant has the lowest loss?"
    return text, favourites(waits)


TASKS = [
    Function(
        name="mse_and_gradient",
        points=3,
        hints=[
            "What divides the sum of the squares? The same number divides every slope.",
            "loss = sum(r**2) / N and slope = 2 * r / N, with r = y_pred - y_true and N = r.size",
            "r = y_pred - y_true, and then return np.mean(...), ...",
        ],
        mistakes={
            "The gradient's sign is wrong: the residual is y_pred - y_true, not the other way round.": (
                lambda y_true, y_pred: (np.mean((y_pred - y_true) ** 2), 2 * (y_true - y_pred) / y_true.size)
            ),
            "The gradient lacks its 1 / N: it trains as if lr were N times as large.": (
                lambda y_true, y_pred: (np.mean((y_pred - y_true) ** 2), 2 * (y_pred - y_true))
            ),
            "The 2 is missing: the slope of r**2 is 2 * r.": (
                lambda y_true, y_pred: (np.mean((y_pred - y_true) ** 2), (y_pred - y_true) / y_true.size)
            ),
            "len counts the rows of a table. N is how many numbers there are in all: y_true.size.": (
                lambda y_true, y_pred: (np.mean((y_pred - y_true) ** 2), 2 * (y_pred - y_true) / len(y_true))
            ),
            "In a table len is the number of rows. Divide both, the sum and the slopes, by y_true.size.": (
                lambda y_true, y_pred: (
                    np.sum((y_pred - y_true) ** 2) / len(y_true),
                    2 * (y_pred - y_true) / len(y_true),
                )
            ),
            "Both are half as large as they should be: mse has no 1 / 2 in front.": (
                lambda y_true, y_pred: (
                    np.mean((y_pred - y_true) ** 2) / 2,
                    (y_pred - y_true) / y_true.size,
                )
            ),
            "That is the root of the mean. mse stops before the root.": (
                lambda y_true, y_pred: (
                    np.sqrt(np.mean((y_pred - y_true) ** 2)),
                    2 * (y_pred - y_true) / y_true.size,
                )
            ),
            "You add the squares up. The mean divides their sum by N, and so the slopes as well.": (
                lambda y_true, y_pred: (np.sum((y_pred - y_true) ** 2), 2 * (y_pred - y_true))
            ),
            "Your loss is the sum of the squares; the mean is asked for. The gradient is right.": (
                lambda y_true, y_pred: (np.sum((y_pred - y_true) ** 2), 2 * (y_pred - y_true) / y_true.size)
            ),
        },
        reference=mse_both,
        cases=[
            {"y_true": np.array([1.0, 4.0, 2.0]), "y_pred": np.array([2.0, 1.0, 2.5])},
            {"y_true": np.array([10.0, 0.0, -3.0, 7.0]), "y_pred": np.array([9.0, 2.0, -3.5, 3.0])},
            {
                "y_true": np.array([[1.0, 5.0, 0.0], [2.0, -1.0, 3.0]]),
                "y_pred": np.array([[0.0, 5.5, 2.0], [4.0, -4.0, 3.1]]),
            },
        ],
        draw=lambda rng: {"y_true": rng.normal(size=(4, 3)), "y_pred": rng.normal(size=(4, 3))},
    ),
    Function(
        name="huber_and_slope",
        points=4,
        hints=[
            "How far off is each prediction, whatever the side? Compare that with delta.",
            "e = abs(r): e**2 / 2 while e <= delta, then delta * e - delta**2 / 2. The slope is r, kept "
            "between -delta and delta",
            "e = np.abs(y_pred - y_true), and then np.where(e <= delta, ..., ...)",
        ],
        mistakes={
            "The two parts do not meet: at delta your loss jumps up. The line is delta * e - delta**2 / 2.": (
                lambda y_true, y_pred, delta: (
                    np.where(
                        np.abs(y_pred - y_true) <= delta,
                        (y_pred - y_true) ** 2 / 2,
                        delta * np.abs(y_pred - y_true),
                    ),
                    np.clip(y_pred - y_true, -delta, delta),
                )
            ),
            "Near the truth it is half the square; yours is the whole one, and its slope would be 2 * r.": (
                lambda y_true, y_pred, delta: (
                    np.where(
                        np.abs(y_pred - y_true) <= delta,
                        (y_pred - y_true) ** 2,
                        delta * np.abs(y_pred - y_true) - delta**2 / 2,
                    ),
                    np.clip(y_pred - y_true, -delta, delta),
                )
            ),
            "Everything is twice as large: huber counts half the square, e**2 / 2.": (
                lambda y_true, y_pred, delta: (
                    2 * huber_both(y_true, y_pred, delta)[0],
                    2 * huber_both(y_true, y_pred, delta)[1],
                )
            ),
            "The line rises by 1 for each unit. It goes on in the square's direction: by delta.": (
                lambda y_true, y_pred, delta: (
                    np.where(
                        np.abs(y_pred - y_true) <= delta,
                        (y_pred - y_true) ** 2 / 2,
                        delta**2 / 2 + np.abs(y_pred - y_true) - delta,
                    ),
                    np.clip(y_pred - y_true, -delta, delta),
                )
            ),
            "Beyond delta your slope is never negative. A prediction far too low has the slope -delta.": (
                lambda y_true, y_pred, delta: (
                    huber_both(y_true, y_pred, delta)[0],
                    np.where(np.abs(y_pred - y_true) <= delta, y_pred - y_true, delta),
                )
            ),
            "You compare the residual itself with delta, so a prediction far too low counts as near. "
            "Take its size.": (
                lambda y_true, y_pred, delta: (
                    np.where(
                        y_pred - y_true <= delta,
                        (y_pred - y_true) ** 2 / 2,
                        delta * np.abs(y_pred - y_true) - delta**2 / 2,
                    ),
                    np.minimum(y_pred - y_true, delta),
                )
            ),
            "delta plays no part: your square ends at 1, whatever delta is.": (
                lambda y_true, y_pred, delta: huber_both(y_true, y_pred, 1.0)
            ),
            "The two parts are swapped: square near the truth, straight beyond delta.": (
                lambda y_true, y_pred, delta: (
                    np.where(
                        np.abs(y_pred - y_true) > delta,
                        (y_pred - y_true) ** 2 / 2,
                        delta * np.abs(y_pred - y_true) - delta**2 / 2,
                    ),
                    np.where(
                        np.abs(y_pred - y_true) > delta, y_pred - y_true, delta * np.sign(y_pred - y_true)
                    ),
                )
            ),
            "Beyond delta your slope is -1 or 1. The line there rises by delta for each unit.": (
                lambda y_true, y_pred, delta: (
                    huber_both(y_true, y_pred, delta)[0],
                    np.where(np.abs(y_pred - y_true) <= delta, y_pred - y_true, np.sign(y_pred - y_true)),
                )
            ),
            "delta is missing in your line: it rises by delta for each unit, and yours by 1.": (
                lambda y_true, y_pred, delta: (
                    np.where(
                        np.abs(y_pred - y_true) <= delta,
                        (y_pred - y_true) ** 2 / 2,
                        np.abs(y_pred - y_true) - 1 / 2,
                    ),
                    np.where(np.abs(y_pred - y_true) <= delta, y_pred - y_true, np.sign(y_pred - y_true)),
                )
            ),
            "Beyond delta your slope still grows, as that of mse does: outliers keep their pull.": (
                lambda y_true, y_pred, delta: (huber_both(y_true, y_pred, delta)[0], y_pred - y_true)
            ),
            "The slope's sign is wrong: the residual is y_pred - y_true, not the other way round.": (
                lambda y_true, y_pred, delta: (
                    huber_both(y_true, y_pred, delta)[0],
                    np.clip(y_true - y_pred, -delta, delta),
                )
            ),
            "That is the mean already, with its 1 / N. Here one loss and one slope for each prediction are "
            "asked for.": (
                lambda y_true, y_pred, delta: (
                    losses.Huber(delta)(y_true, y_pred),
                    losses.Huber(delta).gradient(y_true, y_pred),
                )
            ),
        },
        reference=huber_both,
        cases=[
            {"y_true": np.zeros(25), "y_pred": SAID, "delta": 1.5},
            {"y_true": np.array([3.0, 0.0, 8.0]), "y_pred": np.array([3.4, 5.0, 1.0]), "delta": 2.0},
            {"y_true": np.array([1.0, -2.0]), "y_pred": np.array([1.2, -2.7]), "delta": 0.5},
        ],
        draw=lambda rng: {
            "y_true": rng.normal(size=6),
            "y_pred": rng.normal(size=6) * 4,
            "delta": rng.uniform(0.2, 3),
        },
        picture=draw_huber,
    ),
    Prediction(
        name="best_constants",
        points=5,
        hints=[
            "Each number pulls at the constant, from above or from below. Where do the pulls cancel?",
            "pull = r for mse, sign(r) for mae, r but at most 4 for huber, sign(r) / y for mape, and for "
            "pinball 0.75 from above against 0.25 from below",
            "return (1 + 2 + 4 + 5 + 9 + 10 + 46) / 7, ... and the other four in the order of the list",
        ],
        mistakes={
            "mse and mae are exchanged: the mean is mse's, the median is mae's.": lambda: (5, 11, 6, 2, 10),
            "mse does not leave the outlier out: the 46 belongs in the mean.": (
                lambda: (31 / 6, 5, 6, 2, 10)
            ),
            "At 5 only the sides are counted. With delta 4 the numbers within 4 pull by their distance.": (
                lambda: (11, 5, 5, 2, 10)
            ),
            "mape is not mae: each number pulls by 1 / y, so the small ones pull hardest.": (
                lambda: (11, 5, 6, 5, 10)
            ),
            "mape's pulls add up to 2.2 for all seven. The 1 has less than half of that.": (
                lambda: (11, 5, 6, 1, 10)
            ),
            "At or below 9 are 5 of 7, which is 71%. Three quarters are asked for, so go one further.": (
                lambda: (11, 5, 6, 2, 9)
            ),
            "You have the 0.25 quantile. Too low is the dear side here, so the constant is high.": (
                lambda: (11, 5, 6, 2, 2)
            ),
        },
        expected=favourites(WAITS),
        again=favourites_again,
    ),
]

LESSON = {
    "lesson 2": Function(
        name="mse_gradient",
        points=0,
        hints=[
            "Each prediction has a slope of its own. What is the slope of a squared residual?",
            "2 * residual, divided by the number of predictions; the residual is y_pred - y_true",
        ],
        mistakes={
            "The 1 / N is missing: mse is a mean, and so each slope is divided by N.": (
                lambda y_true, y_pred: 2 * (y_pred - y_true)
            ),
            "The signs are wrong: the residual is y_pred - y_true.": (
                lambda y_true, y_pred: mse_both(y_pred, y_true)[1]
            ),
            "The 2 is missing: the slope of r**2 is 2 * r.": (
                lambda y_true, y_pred: mse_both(y_true, y_pred)[1] / 2
            ),
            "That is the loss. Its slopes are asked for, one for each prediction.": (
                lambda y_true, y_pred: mse_both(y_true, y_pred)[0]
            ),
            "That is the sum of the slopes. Each prediction keeps its own.": (
                lambda y_true, y_pred: mse_both(y_true, y_pred)[1].sum()
            ),
        },
        reference=lambda y_true, y_pred: mse_both(y_true, y_pred)[1],
        cases=[
            {"y_true": np.array([1.0, 2.0, 4.0]), "y_pred": np.array([3.0, 2.0, 1.0])},
            {"y_true": np.array([0.5, -1.0]), "y_pred": np.array([1.0, 1.5])},
        ],
    ),
    "lesson 2, your turn": Prediction(
        name="best_for_mae",
        points=0,
        hints=[
            "Sort the seven delays. Which has as many below it as above?",
            "It is the fourth of the seven.",
        ],
        mistakes={
            "That is the mean, which mse likes best.": lambda: np.mean(SEVEN),
            "That is between the middle two of six. Seven have one in the middle.": lambda: 2.5,
            "More buses are above it than below. Their pulls do not cancel.": lambda: 2,
        },
        expected={"mae's best constant": float(np.median(SEVEN))},
        rtol=1e-3,
    ),
}
