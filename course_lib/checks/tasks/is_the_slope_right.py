"""Exercise 2b: is the slope right?"""

import numpy as np

from course_lib import losses
from course_lib.checks.task import Function, Prediction

H = 6e-6
ALLOWED = 1e-7  # so far off may a slope be from the measured one, as a part of it
DOUBLE, SINGLE = "16 digits", "7 digits"  # that float64 and float32 keep
FORWARD, CENTRAL = "forward", "central"


def mse(y_true, y_pred):
    return losses.mean_squared_error(y_true, y_pred)


def poisson(y_true, y_pred):
    return losses.poisson(y_true, y_pred)


def msle(y_true, y_pred):
    return losses.mean_squared_logarithmic_error(y_true, y_pred)


def slopes_as_proved(loss, y_true, y_pred):
    return losses.get(loss.__name__).gradient(y_true, y_pred)


def central(loss, y_true, y_pred, h):
    nudges = h * np.eye(len(y_pred))
    changes = [loss(y_true, y_pred + nudge) - loss(y_true, y_pred - nudge) for nudge in nudges]
    return np.array(changes) / (2 * h)


def forward(loss, y_true, y_pred, h):
    nudges = h * np.eye(len(y_pred))
    return np.array([loss(y_true, y_pred + nudge) - loss(y_true, y_pred) for nudge in nudges]) / h


def as_it_was(loss, y_true, y_pred, h=1e-12):
    slopes = np.zeros(len(y_pred))
    for i in range(len(y_pred)):
        y_pred[i] += h
        up = loss(y_true, y_pred)
        y_pred[i] -= h
        down = loss(y_true, y_pred)
        slopes[i] = (up - down) / (2 * h)
    return slopes


def in_place(loss, y_true, y_pred):
    slopes = np.zeros(len(y_pred))
    for i in range(len(y_pred)):
        y_pred[i] += H
        up = loss(y_true, y_pred)
        y_pred[i] -= 2 * H
        down = loss(y_true, y_pred)
        y_pred[i] += H
        slopes[i] = (up - down) / (2 * H)
    return slopes


def rounded_twice(loss, y_true, y_pred, h=1e-12):
    nudged, slopes = y_pred.copy(), np.zeros(len(y_pred))
    for i in range(len(y_pred)):
        nudged[i] = y_pred[i] + h
        up = loss(y_true, nudged)
        nudged[i] -= 2 * h
        slopes[i] = (up - loss(y_true, nudged)) / (2 * h)
        nudged[i] = y_pred[i]
    return slopes


def all_at_once(loss, y_true, y_pred):
    slope = (loss(y_true, y_pred + H) - loss(y_true, y_pred - H)) / (2 * H)
    return np.full(len(y_pred), slope)


# A loss of three weights, in three units: poisson, of counts of 6, 8 and 5, whose logarithms are predicted.
# And its gradient, as people write it. Each function goes into the grader's sandbox alone, with its numbers.


def of_model(w):
    return np.mean(np.exp(w) - w * [6, 8, 5])


def in_millions(w):
    return np.mean(np.exp(w) - w * [6, 8, 5]) / 1e6


def in_millionths(w):
    return np.mean(np.exp(w) - w * [6, 8, 5]) * 1e6


def as_proved(w):
    return (np.exp(w) - [6, 8, 5]) / 3


def without_n(w):
    return np.exp(w) - [6, 8, 5]


def second_too_small(w):
    return (np.exp(w) - [6, 8, 5]) / 3 * [1, 0.99, 1]


def as_proved_in_millions(w):
    return (np.exp(w) - [6, 8, 5]) / 3e6


def third_too_large_in_millions(w):
    return (np.exp(w) - [6, 8, 5]) / 3e6 * [1, 1, 1.01]


def as_proved_in_millionths(w):
    return (np.exp(w) - [6, 8, 5]) / 3e-6


def first_turned_in_millionths(w):
    return (np.exp(w) - [6, 8, 5]) / 3e-6 * [-1, 1, 1]


UNITS = {of_model: 1.0, in_millions: 1e-6, in_millionths: 1e6}
SUSPECTS = [
    (of_model, as_proved),
    (of_model, without_n),
    (of_model, second_too_small),
    (in_millions, as_proved_in_millions),
    (in_millions, third_too_large_in_millions),
    (in_millionths, as_proved_in_millionths),
    (in_millionths, first_turned_in_millionths),
]


def measured(loss, w, h=H):
    nudges = h * np.eye(len(w))
    return np.array([loss(w + nudge) - loss(w - nudge) for nudge in nudges]) / (2 * h)


def measured_forward(loss, w):
    return np.array([loss(w + nudge) - loss(w) for nudge in H * np.eye(len(w))]) / H


def wrong(loss, gradient, w):
    """By the true slopes, without measuring."""
    true = UNITS[loss] * as_proved(w)
    return abs(gradient(w) - true) > ALLOWED * abs(true)


def accused_by(slopes):
    """What is accused when the slopes are measured in this way."""
    return lambda loss, gradient, w: abs(gradient(w) - slopes(loss, w)) > ALLOWED * abs(slopes(loss, w))


# How many digits of a slope are right, where the loss, its slope and its bend are all about 1.


def digits_of_bend(kind, nudge):
    """With h = 10**-nudge: a forward difference errs by h, a central one by h**2."""
    return nudge if kind == FORWARD else 2 * nudge


def digits_of_rounding(kept, nudge):
    """The loss is rounded in its last digit, and h divides that."""
    return int(kept.split()[0]) - nudge


def right_digits(kind, kept, nudge):
    return min(digits_of_bend(kind, nudge), digits_of_rounding(kept, nudge))


ASKED = [
    (CENTRAL, DOUBLE, 3),
    (CENTRAL, DOUBLE, 9),
    (FORWARD, DOUBLE, 3),
    (FORWARD, DOUBLE, 12),
    (CENTRAL, SINGLE, 3),
]


def answers(asked, digits=right_digits):
    return {f"{kind}, {kept}, h = 1e-{nudge}": digits(kind, kept, nudge) for kind, kept, nudge in asked}


def digits_again(rng):
    nudges = [int(rng.choice(some)) for some in ([2, 4], [8, 10, 11], [2, 4, 5], [10, 11, 13], [2, 4])]
    asked = [(kind, kept, nudge) for (kind, kept, _), nudge in zip(ASKED, nudges, strict=True)]
    listed = "; ".join(answers(asked))
    return f"How many digits of the slope are right? {listed}.", answers(asked)


def said(digits):
    """A wrong answer to what is asked first."""
    return lambda: list(answers(ASKED, digits).values())


# What the lesson asks.


def cube(x):
    return x**3


def reciprocal(x):
    return 1 / x


def central_difference(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


TASKS = [
    Function(
        name="measured_gradient",
        points=4,
        hints=[
            "Where is the second point, and how far is it from the first? And what is in y_pred afterwards?",
            "(loss at y_pred + h - loss at y_pred - h) / (2 * h), one prediction at a time, with h = 6e-6",
            "h = 6e-6, and in the loop: nudge = np.zeros(len(y_pred)), nudge[i] = h",
        ],
        mistakes={
            "Half the slope, and few digits of it: h is far too small, and the second point is not where it "
            "should be.": as_it_was,
            "h = 1e-12 leaves 3 or 4 right digits: the change of the loss drowns in rounding.": (
                lambda loss, y_true, y_pred: central(loss, y_true, y_pred, 1e-12)
            ),
            "Few digits are right. h = 1e-12 is still there: the change of the loss drowns in rounding.": (
                rounded_twice
            ),
            "Half the slope: your second point is y_pred itself, only h away, and you divide by 2 * h.": (
                lambda loss, y_true, y_pred: forward(loss, y_true, y_pred, H) / 2
            ),
            "That is a forward difference: it errs by about h. Go down by h as well, and divide by 2 * h.": (
                lambda loss, y_true, y_pred: forward(loss, y_true, y_pred, H)
            ),
            "Twice the slope: from h below to h above it is 2 * h.": (
                lambda loss, y_true, y_pred: 2 * central(loss, y_true, y_pred, H)
            ),
            "You nudge the caller's own y_pred, and rounding leaves a trace in it. Nudge a copy.": in_place,
            "You nudge all predictions at once. That adds all slopes up; nudge one at a time.": all_at_once,
            "h = 0.1 is too large: the loss bends between the two points.": (
                lambda loss, y_true, y_pred: central(loss, y_true, y_pred, 0.1)
            ),
        },
        reference=slopes_as_proved,
        cases=[
            {"loss": poisson, "y_true": np.array([2.0, 0.0, 5.0]), "y_pred": np.array([1.1, 0.7, 3.3])},
            {"loss": msle, "y_true": np.array([3.0, 1.0]), "y_pred": np.array([0.3, 4.2])},
            {
                "loss": mse,
                "y_true": np.array([1.0, -2.0, 0.5, 3.0]),
                "y_pred": np.array([0.4, 1.3, 0.9, 2.2]),
            },
        ],
        draw=lambda rng: {
            "loss": [poisson, msle][rng.integers(2)],
            "y_true": rng.uniform(3, 5, 4),
            "y_pred": rng.uniform(0.5, 2, 4),
        },
        rtol=1e-7,
    ),
    Function(
        name="wrong_slopes",
        points=4,
        hints=[
            "Measure each slope first. How far off may a right one be, and as a part of what?",
            "wrong is abs(claimed - measured) > 1e-7 * abs(measured), measured centrally with h = 6e-6",
            "measured = np.zeros(len(w)), then a loop with nudge = np.zeros(len(w)) and nudge[i] = 6e-6",
        ],
        mistakes={
            "It is the other way round: True stands for a slope that is wrong.": (
                lambda loss, gradient, w: ~wrong(loss, gradient, w)
            ),
            "You look at the difference itself. In another unit all slopes are a million times as large, "
            "or as small. Divide by the size of the measured slope.": (
                lambda loss, gradient, w: abs(gradient(w) - measured(loss, w)) > ALLOWED
            ),
            "Right slopes are accused. Either you measure too roughly (take central differences, h = 6e-6), "
            "or you compare with a slope below 0 and not with its size.": accused_by(measured_forward),
            "A slope that is too far down passes. Off is off on either side: take abs of the difference.": (
                lambda loss, gradient, w: gradient(w) - measured(loss, w) > ALLOWED * abs(measured(loss, w))
            ),
            "A slope that is too flat passes. Off is off on either side: take abs of the difference.": (
                lambda loss, gradient, w: gradient(w) / measured(loss, w) - 1 > ALLOWED
            ),
            "You accuse by the sign alone. A slope of the right sign can be wrong as well.": (
                lambda loss, gradient, w: np.sign(gradient(w)) != np.sign(measured(loss, w))
            ),
            "Nothing is accused: you divide by the measured slope, and it is below 0. Divide by its size.": (
                lambda loss, gradient, w: abs(gradient(w) - measured(loss, w)) / measured(loss, w) > ALLOWED
            ),
            "That is one verdict for all weights. One for each is asked for.": (
                lambda loss, gradient, w: bool(wrong(loss, gradient, w).any())
            ),
            "Those are the places of the wrong ones. True or False for each weight is asked for.": (
                lambda loss, gradient, w: np.flatnonzero(wrong(loss, gradient, w))
            ),
        },
        reference=wrong,
        cases=[
            {"loss": of_model, "gradient": second_too_small, "w": np.array([0.3, -0.2, 0.1])},
            {"loss": of_model, "gradient": without_n, "w": np.array([0.0, 0.5, -0.4])},
            {"loss": in_millions, "gradient": third_too_large_in_millions, "w": np.array([0.2, 0.2, 0.2])},
            {"loss": in_millionths, "gradient": as_proved_in_millionths, "w": np.array([-0.5, 0.1, 0.4])},
            {"loss": in_millionths, "gradient": first_turned_in_millionths, "w": np.array([0.4, 0.3, -0.1])},
        ],
        draw=lambda rng: dict(
            zip(("loss", "gradient"), SUSPECTS[rng.integers(len(SUSPECTS))], strict=True),
            w=rng.uniform(-0.5, 0.5, 3),
        ),
    ),
    Prediction(
        name="right_digits",
        points=4,
        hints=[
            "Two things make a measured slope wrong. Which of them is the larger at this h?",
            "the bend: h for a forward difference, h**2 for a central one; rounding: 1e-16 / h, or 1e-7 / h",
            "central with h = 1e-3: the bend 1e-6, rounding 1e-13, so return 6, ... and the other four",
        ],
        mistakes={
            "float32 keeps 7 digits of the loss, not 16. Its rounding is 1e-7 / h.": (
                said(lambda kind, kept, nudge: right_digits(kind, DOUBLE, nudge))
            ),
            "A central difference errs by h**2: what the bend does on its two sides cancels, but for that.": (
                said(lambda kind, kept, nudge: min(nudge, digits_of_rounding(kept, nudge)))
            ),
            "A forward difference has nothing on its other side that could cancel. It errs by h, not h**2.": (
                said(lambda kind, kept, nudge: right_digits(CENTRAL, kept, nudge))
            ),
            "You count the bend alone. Rounding is divided by h, so a small h makes it large.": (
                said(lambda kind, kept, nudge: digits_of_bend(kind, nudge))
            ),
            "You count the rounding alone. At a large h the bend is the larger error.": (
                said(lambda kind, kept, nudge: digits_of_rounding(kept, nudge))
            ),
            "Those are the digits of h. What counts is what h does to the bend and to the rounding.": (
                said(lambda kind, kept, nudge: nudge)
            ),
        },
        expected=answers(ASKED),
        again=digits_again,
    ),
]

LESSON = {
    "lesson 2b": Function(
        name="central_difference",
        points=0,
        hints=[
            "How far does f go between the two points, and how far apart are they?",
            "(f(x + h) - f(x - h)) / (2 * h)",
        ],
        mistakes={
            "That is a forward difference: your second point is x itself. Go down by h as well.": (
                lambda f, x, h: (f(x + h) - f(x)) / h
            ),
            "Twice the slope: from x - h to x + h it is 2 * h.": (lambda f, x, h: (f(x + h) - f(x - h)) / h),
            "Divide by all of 2 * h: without brackets, / 2 * h multiplies by h.": (
                lambda f, x, h: (f(x + h) - f(x - h)) / 2 * h
            ),
            "The sign is wrong: the value at x - h is subtracted from that at x + h.": (
                lambda f, x, h: (f(x - h) - f(x + h)) / (2 * h)
            ),
            "That is the change of f. Divide it by how far apart the points are.": (
                lambda f, x, h: f(x + h) - f(x - h)
            ),
        },
        reference=central_difference,
        cases=[{"f": cube, "x": 2.0, "h": 0.5}, {"f": reciprocal, "x": -1.0, "h": 0.1}],
    ),
    "lesson 2b, your turn": Prediction(
        name="ratio",
        points=0,
        hints=[
            "What does each of the two faults do to a slope?",
            "Without 1 / N it is 6 times as large; without the 2 it is half of that.",
        ],
        mistakes={
            "That is the 1 / N alone. The 2 is missing as well.": lambda: 6,
            "That is the 2 alone. The 1 / N is missing as well.": lambda: 0.5,
            "The missing 2 makes the slope smaller, not larger.": lambda: 12,
            "That is the measured slope divided by the written one.": lambda: 1 / 3,
        },
        expected={"as written, per measured": 6 / 2},
    ),
}
