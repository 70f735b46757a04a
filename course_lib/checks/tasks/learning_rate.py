"""Exercise 1: the learning rate."""

import numpy as np

from course_lib import surfaces, training
from course_lib.checks.drawing import EXPECTED, YOURS
from course_lib.checks.task import Function, Goal, Prediction
from course_lib.optimizers import SGD

CURVATURE = 4.0  # of the parabola that is predicted on
STEEP = 8.0  # of the one that a rate is chosen for


def step(w, g, lr):
    sgd = SGD(lr=lr)
    return sgd.step(w, g, sgd.init(w))[0]


def faulty(climbs=False, normed=False, in_place=False):
    """The step with some of its three faults."""

    def step(w, g, lr):
        move = lr * (g / np.linalg.norm(g) if normed else g) * (1 if climbs else -1)
        if in_place:
            w += move
            return w
        return w + move

    return step


def path(w, lr, curvature, updates):
    run = training.run(surfaces.Parabola(curvature), SGD(lr=lr), w0=[w], steps=updates)
    return np.array(run.path)[:, 0]


def draw_paths(axes, got, expected):
    axes.axhline(0, color="black", lw=1)
    axes.plot(expected, **EXPECTED)
    axes.plot(got, **YOURS)
    axes.set(xlabel="updates", ylabel="w", title="The path on the parabola")
    axes.legend()


def three_updates(curvature, rates):
    return {f"lr {lr:g}": path(-1.0, lr, curvature, 3)[-1] for lr in rates}


def three_updates_again(rng):
    curvature = rng.choice([2.0, 5.0])
    kept = rng.choice([0.8, 0.5, -0.2, -0.5, -1.2, -1.5], 3, replace=False)
    text = f"The curvature is {curvature:g}, and w starts at -1. Where is it after three updates?"
    return text, three_updates(curvature, (1 - kept) / curvature)


def path_from_first_w(w, lr, curvature, updates):
    return np.concatenate([[w], np.full(updates, w - lr * curvature * w)])


DIVERGES = "It diverges: lr is over the limit 2 / curvature = 0.25."
ZIGZAGS = "It zigzags: above 1 / curvature = 0.125 every update jumps over the minimum."
CRAWLS = "It is on its way and too slow: more than a quarter of the error is left each time."


def reach(settings):
    if np.ndim(settings):
        raise ValueError("one number is asked for")
    after = path(-1.0, settings, STEEP, 10)
    over = not after.max() <= 0  # nan, if the numbers ran out
    return [
        ("an error below 1e-6 after 10 updates", abs(after[-1]) < 1e-6, f"it is {abs(after[-1]):.3g}"),
        ("never on the other side", not over, f"w reaches {after.max():.3g}" if over else "it stays"),
    ]


TASKS = [
    Function(
        name="sgd_step",
        points=3,
        hints=[
            "The gradient points uphill. Which way should the weights go, and how far? Whose array is w?",
            "w_new = w - lr * g, in a new array",
            "return w - ...",
        ],
        mistakes={
            "Your step has the wrong sign: it climbs.": faulty(climbs=True),
            "All your steps have the length lr. Where it is steep they should be long: leave the norm out.": (
                faulty(normed=True)
            ),
            "You change the caller's own w: w -= ... does that. Write w = w - ...": faulty(in_place=True),
            "Two faults are left: the step climbs, and its length is always lr.": (
                faulty(climbs=True, normed=True)
            ),
            "Two faults are left: the step climbs, and it changes the caller's own w.": (
                faulty(climbs=True, in_place=True)
            ),
            "Two faults are left: its length is always lr, and it changes the caller's own w.": (
                faulty(normed=True, in_place=True)
            ),
            "All three faults are still there. Take the complaints one by one.": (
                faulty(climbs=True, normed=True, in_place=True)
            ),
            "lr is missing: you take the whole gradient as the step.": lambda w, g, lr: w - g,
            "You put w where the gradient belongs. The two are equal on the lesson's parabola alone.": (
                lambda w, g, lr: w - lr * w
            ),
            "You return the step alone; the new weights are asked for.": lambda w, g, lr: -lr * g,
            "You divide by lr: then a larger rate gives a shorter step.": lambda w, g, lr: w - g / lr,
        },
        reference=step,
        cases=[
            {"w": np.array([1.0]), "g": np.array([2.0]), "lr": 0.1},
            {"w": np.array([0.5, -1.0]), "g": np.array([-3.0, 4.0]), "lr": 0.5},
            {"w": np.array([2.0, 0.0, 1.0]), "g": np.array([0.5, -0.25, 4.0]), "lr": 0.01},
        ],
        draw=lambda rng: {"w": rng.normal(size=4), "g": rng.normal(size=4), "lr": rng.uniform(0.01, 1)},
    ),
    Prediction(
        name="after_three_updates",
        points=3,
        hints=[
            "By what is w multiplied in one update?",
            "after n updates w is w0 * (1 - lr * curvature)**n",
            "return -1 * (1 - 0.1 * 4)**3, ... and the same for the other two rates",
        ],
        rtol=0.02,  # two digits
        mistakes={
            "The size is right and the sign is not. w starts at -1, and a factor below 0 changes its side at "
            "each update.": lambda: (0.6**3, (-0.6) ** 3, (-1.4) ** 3),
            "You left out the curvature: here it is 4, and the slope is 4 * w.": (
                lambda: (-(0.9**3), -(0.6**3), -(0.4**3))
            ),
            "That is w after one update; three are asked for.": lambda: (-0.6, 0.6, 1.4),
            "You take the slope of the start three times. It must be taken anew where w is.": (
                lambda: (0.2, 3.8, 6.2)
            ),
        },
        expected=three_updates(CURVATURE, (0.1, 0.4, 0.6)),
        again=three_updates_again,
    ),
    Function(
        name="descend",
        points=4,
        hints=[
            "Keep a list. The start goes in first, and then w after every update.",
            "each update: w = w - lr * slope, with slope = curvature * w at the w of that moment",
            "path = [w], and then for _ in range(updates): ...",
        ],
        mistakes={
            "The start is missing: the path begins with the w that was given.": (
                lambda w, lr, curvature, updates: path(w, lr, curvature, updates)[1:]
            ),
            "The slope is that of the start at every update. It must be taken anew where w is.": (
                lambda w, lr, curvature, updates: w - lr * curvature * w * np.arange(updates + 1)
            ),
            "Every update starts from the first w. Give w its new value before the next one: w = w - ...": (
                path_from_first_w
            ),
            "The last update is missing. Store w after each update, not before it.": (
                lambda w, lr, curvature, updates: path(w, lr, curvature, updates)[:-1]
            ),
            "The curvature is missing: the slope is curvature * w.": (
                lambda w, lr, curvature, updates: path(w, lr, 1.0, updates)
            ),
            "It climbs: the step goes against the slope.": (
                lambda w, lr, curvature, updates: w * (1 + lr * curvature) ** np.arange(updates + 1)
            ),
            "Only the last w comes back; the whole path is asked for.": (
                lambda w, lr, curvature, updates: path(w, lr, curvature, updates)[-1]
            ),
        },
        reference=path,
        cases=[
            {"w": -1.0, "lr": 0.45, "curvature": 4.0, "updates": 12},
            {"w": 2.0, "lr": 0.1, "curvature": 1.0, "updates": 3},
            {"w": 1.0, "lr": 0.3, "curvature": 10.0, "updates": 5},
            {"w": -1.0, "lr": 0.1, "curvature": 2.0, "updates": 0},
        ],
        draw=lambda rng: {
            "w": rng.uniform(-2, 2),
            "lr": rng.uniform(0.01, 0.4),
            "curvature": rng.uniform(0.5, 5),
            "updates": int(rng.integers(1, 20)),
        },
        picture=draw_paths,
    ),
    Goal(
        name="chosen_rate",
        points=2,
        hints=[
            "Which factor lets w come closer and never over to the other side?",
            "0 <= 1 - lr * curvature, and (1 - lr * curvature)**10 below 1e-6",
            "return 1 / ... is the rate that needs a single update",
        ],
        mistakes={
            DIVERGES: lambda: 0.3,
            ZIGZAGS: lambda: 0.2,
            CRAWLS: lambda: 0.05,
        },
        signs={
            DIVERGES: lambda s: s > 2 / STEEP,
            ZIGZAGS: (lambda s: s > 1 / STEEP),
            CRAWLS: (lambda s: 0 < s < 0.75 / STEEP),
        },
        measure=reach,
        example=0.125,
        goals=2,
    ),
]

LESSON = {
    "lesson 1": Function(
        name="update",
        points=0,
        hints=["The slope points uphill, and w goes the other way.", "w - lr * slope"],
        mistakes={
            "Your update has the wrong sign: it climbs.": (lambda w, lr, curvature: w + lr * curvature * w),
            "lr is missing: you take the whole slope as the step.": (
                lambda w, lr, curvature: w - curvature * w
            ),
            "You put w where the slope belongs. The two are equal at curvature 1 alone.": (
                lambda w, lr, curvature: w - lr * w
            ),
            "You return the step alone; the new w is asked for.": (
                lambda w, lr, curvature: lr * curvature * w
            ),
        },
        reference=lambda w, lr, curvature: path(w, lr, curvature, 1)[1],
        cases=[{"w": -1.0, "lr": 0.5, "curvature": 1.0}, {"w": 2.0, "lr": 0.1, "curvature": 4.0}],
    ),
    "lesson 1, your turn": Prediction(
        name="rates",
        points=0,
        hints=[
            "Which factors leave a tenth of the error? The error may change its side.",
            "1 - lr * 10 is 0.1, or it is -0.1",
        ],
        mistakes={
            "You left out the curvature: here it is 10, and the factor is 1 - lr * 10.": lambda: (0.9, 1.1),
            "Right, but the smaller comes first.": lambda: (0.11, 0.09),
            "That rate takes all of the error away; a tenth is to be left.": lambda: (0.1, 0.1),
            "That rate takes a tenth of the error away; a tenth is to be left.": lambda: (0.01, 0.19),
        },
        expected={"the smaller rate": (1 - 0.1) / 10, "the larger rate": (1 + 0.1) / 10},
    ),
}
