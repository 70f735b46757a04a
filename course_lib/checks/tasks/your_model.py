"""Exercise 19: Your model."""

import numpy as np

from course_lib.checks.drawing import EXPECTED, YOURS
from course_lib.checks.task import Function, Goal, Prediction

START, CURVATURE, UPDATES = 1.0, 2.0, 10  # of the parabola that settings are chosen for
CLOSE = 1e-6


def descend(w, lr, curvature, updates):
    """The weight at the start and after each update, on a parabola."""
    points = [w]
    for _ in range(updates):
        points.append(points[-1] - lr * curvature * points[-1])
    return np.array(points)


def left_again(rng):
    """The text and what is expected, where the prediction is asked again with other numbers."""
    lr, curvature = rng.choice([0.1, 0.2, 0.3, 0.4]), rng.choice([0.5, 1.0, 1.5])
    _, once, twice = descend(1.0, lr, curvature, 2)
    text = f"The curvature is {curvature:g} and lr is {lr:g}. Which part of the error is left?"
    return text, {"left after one update": once, "left after two": twice}


def draw_descent(axes, got, expected):
    axes.plot(expected, **EXPECTED)
    axes.plot(np.asarray(got, float), **YOURS)
    axes.set(title="The weight, update by update", xlabel="updates")
    axes.legend(loc="upper right")


def reach(settings):
    if not isinstance(settings, dict) or settings.keys() != {"lr"}:
        raise ValueError('return a dict with one number: {"lr": ...}')
    if isinstance(settings["lr"], bool) or not isinstance(settings["lr"], int | float):
        raise ValueError("lr must be a number")
    left = abs(descend(START, settings["lr"], CURVATURE, UPDATES)[-1])
    return [(f"an error below {CLOSE:g} after {UPDATES} updates", bool(left < CLOSE), f"it is {left:.3g}")]


TOO_LONG = "It diverges: lr * curvature is 2 or more, so each step overshoots by more than it gained."
TOO_SHORT = "The steps are too short: most of the error is left after so few updates."
TOO_MANY = "It overshoots, and swings around the minimum for too long."

TASKS = [
    Function(
        name="your_model_path",
        points=4,
        hints=[
            "What is the slope of the parabola where w is now?",
            "each update: w = w - lr * curvature * w",
            "points = [w], and then for _ in range(updates): ...",
        ],
        mistakes={
            "The start is missing: the path begins with the w that was given.": (
                lambda w, lr, curvature, updates: descend(w, lr, curvature, updates)[1:]
            ),
            "The step goes uphill: the slope is subtracted, not added.": (
                lambda w, lr, curvature, updates: descend(w, -lr, curvature, updates)
            ),
            "The curvature is missing: the slope is curvature * w.": (
                lambda w, lr, curvature, updates: descend(w, lr, 1.0, updates)
            ),
        },
        reference=descend,
        cases=[
            {"w": 1.0, "lr": 0.1, "curvature": 2.0, "updates": 10},
            {"w": -3.0, "lr": 0.4, "curvature": 0.5, "updates": 4},
        ],
        draw=lambda rng: {
            "w": rng.uniform(1, 3),
            "lr": rng.uniform(0.05, 0.5),
            "curvature": rng.uniform(1.5, 3),
            "updates": int(rng.integers(3, 12)),
        },
        picture=draw_descent,
    ),
    Prediction(
        name="your_model_left",
        points=2,
        hints=[
            "By which factor does one update shrink the error?",
            "the factor is 1 - lr * curvature, once for each update",
            "return 1 - 0.1 * 2, ... and the same twice",
        ],
        mistakes={
            "That is what is gone. What is left is asked for.": lambda: (0.2, 0.36),
            "The curvature is left out: here it is 2.": lambda: (0.9, 0.81),
            "The second update starts where the first one ended.": lambda: (0.8, 0.6),
        },
        expected={"left after one update": 0.8, "left after two": 0.64},
        again=left_again,
    ),
    Goal(
        name="your_model_settings",
        points=2,
        hints=[
            "Which factor would make the error 0 at once?",
            "the factor is 1 - lr * curvature",
            'return {"lr": ...}, a little below or above 1 / curvature',
        ],
        mistakes={
            TOO_LONG: lambda: {"lr": 1.2},
            TOO_SHORT: lambda: {"lr": 0.01},
            TOO_MANY: lambda: {"lr": 0.9},
        },
        signs={
            TOO_LONG: lambda settings: settings["lr"] * CURVATURE >= 2,
            TOO_SHORT: lambda settings: settings["lr"] * CURVATURE < 1,
            TOO_MANY: lambda settings: settings["lr"] * CURVATURE > 1,
        },
        measure=reach,
        example={"lr": 0.5},
        goals=1,
    ),
]
