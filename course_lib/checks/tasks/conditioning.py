"""Exercise 4: conditioning."""

import numpy as np

from course_lib import surfaces, theory, training
from course_lib.checks.drawing import EXPECTED, YOURS
from course_lib.checks.task import Function, Goal, Prediction
from course_lib.optimizers import SGD

BOOTH = surfaces.Booth()
FLAT, STEEP = BOOTH.curvatures  # 2 and 18
BEST, KEPT = 2 / (FLAT + STEEP), (STEEP - FLAT) / (STEEP + FLAT)
UPDATES = 35  # that booth may take
DRAWN = {"a": 0.5, "b": 0.4, "c": 0.5}  # the bowl in the picture


def powers(curvatures, lr, updates):
    return (1 - lr * curvatures) ** updates


def path(w, a, b, c, lr, updates):
    points = [w]
    for _ in range(updates):
        points.append(points[-1] - lr * np.array([[a, b], [b, c]]) @ points[-1])
    return np.array(points)


def path_of_mixed_points(w, a, b, c, lr, updates):
    (x, y), points = w, [w]
    for _ in range(updates):
        x = x - lr * (a * x + b * y)
        y = y - lr * (b * x + c * y)
        points.append([x, y])
    return np.array(points)


def path_of_one_array(w, a, b, c, lr, updates):
    points = path(w, a, b, c, lr, updates)
    return np.repeat(points[-1:], len(points), axis=0)


def draw_path(axes, got, expected):
    x, y = np.meshgrid(np.linspace(-2, 2, 81), np.linspace(-1.6, 1.6, 65))
    a, b, c = DRAWN.values()
    axes.contour(x, y, (a * x * x + 2 * b * x * y + c * y * y) / 2, 12, colors="0.8")
    axes.plot(*expected.T, **EXPECTED)
    xs, ys = np.transpose(got)
    axes.plot(xs, ys, **YOURS)
    axes.set(xlabel="x", ylabel="y", title="The path in the tilted bowl", aspect="equal")
    axes.legend()


def behaviour(lr, curvatures):
    products = lr * np.array(curvatures)
    if products.max() > theory.stability_limit():
        return "diverges"
    return "zigzags" if theory.oscillates(products).any() else "slides"


def behaviour_beyond(border):
    """A wrong behaviour, which counts the border itself as beyond it."""

    def wrong(lr, curvatures):
        there = lr * max(curvatures) == border
        return behaviour(lr * 1.001 if there else lr, curvatures)

    return wrong


def behaviour_with_limit_1(lr, curvatures):
    return "diverges" if max(curvatures) * lr > 1 else "slides"


def behaviour_by_first_zigzag(lr, curvatures):
    for curvature in curvatures:
        if lr * curvature > 1:
            return "diverges" if lr * curvature > 2 else "zigzags"
    return "slides"


def behaviour_if_all(lr, curvatures):
    if min(curvatures) * lr > 2:
        return "diverges"
    return "zigzags" if max(curvatures) * lr > 1 else "slides"


def parts_left(lr, updates):
    """What is left of booth's error in each direction after each update, shape (updates + 1, 2)."""
    along, across = np.array([1, -1]) / np.sqrt(2), np.array([1, 1]) / np.sqrt(2)
    run = training.run(BOOTH, SGD(lr=lr), steps=updates)
    errors = (np.array(run.path) - BOOTH.minima[0]) @ np.transpose([along, across])
    return np.abs(errors / errors[0])


def reach(settings):
    if not isinstance(settings, dict) or set(settings) != {"lr", "kept"}:
        raise ValueError('return a dict such as {"lr": 0.02, "kept": 0.96}')
    try:
        lr, kept = float(settings["lr"]), float(settings["kept"])
    except (TypeError, ValueError):
        raise ValueError("lr and kept must be numbers") from None
    if not 0 < lr < 10:
        raise ValueError("lr must be above 0 and below 10")
    left = parts_left(lr, UPDATES).max(axis=1)
    measured = left[-1] ** (1 / UPDATES)
    return [
        (
            f"both errors below a thousandth after {UPDATES} updates",
            left[-1] < 1e-3,
            f"{left[-1]:.3g} is left",
        ),
        (
            "kept is what each update keeps of the slower error",
            np.isclose(kept, measured, rtol=0.01),
            "it is" if np.isclose(kept, measured, rtol=0.01) else f"you say {kept:.3g}, and that is not it",
        ),
    ]


DONE_AT_ONCE = (
    "At 1 / 18 the steep direction is done at once, and the flat one crawls: it keeps 0.889. Raise lr."
)
DIVERGES = "It diverges: across, lr * 18 is over 2."
BEYOND = "You are past the best rate: the steep direction is now the slower one, and the limit is near."
CRAWLS = "The flat direction crawls: each update keeps more than 0.821 of it. The rate may be larger."
SIGN = "kept is a size. The minus sign of the steep direction only says that it zigzags."
TAKEN = "That is the part which an update takes away. What it keeps is asked for."
ALL_UPDATES = "That is what all 35 updates leave together. kept is what a single one keeps."


def best_and_kept(flat, steep):
    lr = 2 / (flat + steep)
    return lr, float(theory.contraction(lr * flat))


MIDDLE = 2 / (0.5 + 8), 1 - 3 * 2 / (0.5 + 8)  # of the curvatures 0.5, 3 and 8


TASKS = [
    Function(
        name="kept_after",
        points=3,
        hints=[
            "By what does one update multiply the error in a direction? And two updates?",
            "after n updates a direction has (1 - lr * curvature)**n of its error",
            "return (1 - ...) ** updates: numpy does all directions at once",
        ],
        mistakes={
            "That is after one update. Each further one multiplies by the factor again.": (
                lambda curvatures, lr, updates: 1 - lr * curvatures
            ),
            "You take the same piece away at every update. It takes a part of what is left: that is a "
            "power.": (lambda curvatures, lr, updates: 1 - lr * curvatures * updates),
            "You multiply by the number of updates. Each update multiplies by the factor: that is a power.": (
                lambda curvatures, lr, updates: (1 - lr * curvatures) * updates
            ),
            "lr * curvature is the part that an update takes away. It keeps 1 - lr * curvature.": (
                lambda curvatures, lr, updates: (lr * curvatures) ** updates
            ),
            "The sign is lost. A direction that zigzags is on the other side after an odd number of "
            "updates.": (lambda curvatures, lr, updates: np.abs(1 - lr * curvatures) ** updates),
            "That is the part which is gone. What is left is asked for.": (
                lambda curvatures, lr, updates: 1 - (1 - lr * curvatures) ** updates
            ),
            "Every direction has the same number: its curvature is missing.": (
                lambda curvatures, lr, updates: (1 - lr) ** updates * np.ones(len(curvatures))
            ),
            "Only the slowest direction comes back. A number for each is asked for.": (
                lambda curvatures, lr, updates: np.max(np.abs(1 - lr * curvatures) ** updates)
            ),
        },
        reference=powers,
        cases=[
            {"curvatures": np.array([0.2, 1.0, 3.0]), "lr": 0.5, "updates": 3},
            {"curvatures": np.array([4.0, 0.1]), "lr": 0.4, "updates": 5},
            {"curvatures": np.array([0.05, 0.6, 1.5, 2.0]), "lr": 0.7, "updates": 2},
        ],
        draw=lambda rng: {
            "curvatures": rng.uniform(0.05, 3, 4),
            "lr": rng.uniform(0.2, 0.6),
            "updates": int(rng.integers(2, 9)),
        },
    ),
    Function(
        name="bowl_path",
        points=4,
        hints=[
            "At which point are both slopes taken? Is y still there when you have changed x?",
            "x_new = x - lr * (a * x + b * y) and y_new = y - lr * (b * x + c * y), both from the old x and "
            "y",
            "points = [w], and in the loop: x, y = points[-1]",
        ],
        mistakes={
            "The slope of y is taken at the new x. Both slopes belong to the old point: work them out "
            "first.": (path_of_mixed_points),
            "The start is missing: the path begins with w.": (
                lambda w, a, b, c, lr, updates: path(w, a, b, c, lr, updates)[1:]
            ),
            "Only the last point comes back; the whole path is asked for.": (
                lambda w, a, b, c, lr, updates: path(w, a, b, c, lr, updates)[-1]
            ),
            "Rows and columns are exchanged: each row should be a point.": (
                lambda w, a, b, c, lr, updates: path(w, a, b, c, lr, updates).T
            ),
            "b is missing: each weight runs down a parabola of its own, as if the bowl stood straight.": (
                lambda w, a, b, c, lr, updates: path(w, a, 0, c, lr, updates)
            ),
            "It climbs: the step goes against the slope.": (
                lambda w, a, b, c, lr, updates: path(w, a, b, c, -lr, updates)
            ),
            "All your points are the last one: the list holds one array, and -= changes it. Store a new "
            "array.": (path_of_one_array),
        },
        reference=path,
        cases=[
            {"w": np.array([-1.8, -0.6]), **DRAWN, "lr": 2.0, "updates": 10},
            {"w": np.array([1.0, 0.5]), "a": 1.0, "b": -0.5, "c": 2.0, "lr": 0.4, "updates": 2},
            {"w": np.array([0.5, 2.0]), "a": 3.0, "b": 1.0, "c": 0.5, "lr": 0.1, "updates": 4},
        ],
        draw=lambda rng: {
            "w": rng.uniform(-2, 2, 2),
            "a": rng.uniform(0.8, 2),
            "b": rng.uniform(0.2, 0.7),
            "c": rng.uniform(0.8, 2),
            "lr": rng.uniform(0.1, 0.6),
            "updates": int(rng.integers(2, 9)),
        },
        picture=draw_path,
    ),
    Function(
        name="behaviour_of_rate",
        points=3,
        hints=[
            "What does a factor of -0.5 do to an error? And which direction decides whether a run diverges?",
            "lr * curvature above 2 in any direction: diverges. Else above 1 in any: zigzags. Else: slides",
            "steepest = lr * max(curvatures), and then if steepest > ...",
        ],
        mistakes={
            "At exactly 1 the factor is 0: it is there at once, and changes no side. Write > 1, not >= 1.": (
                behaviour_beyond(1)
            ),
            "At exactly 2 the factor is -1: it changes sides for ever, and does not grow. Write > 2.": (
                behaviour_beyond(2)
            ),
            "Your limit is still 1. Between 1 and 2 the factor is between 0 and -1: it zigzags, and "
            "settles.": (behaviour_with_limit_1),
            "You stop at the first direction that zigzags. A later one may diverge; look at all of them.": (
                behaviour_by_first_zigzag
            ),
            "You ask whether all directions grow. A single one is enough.": behaviour_if_all,
            "Only the average curvature is asked. The steepest direction decides.": (
                lambda lr, curvatures: behaviour(lr, [np.mean(curvatures)])
            ),
            "Only the first direction is asked: a return in its turn ends the loop. Look at all of them.": (
                lambda lr, curvatures: behaviour(lr, curvatures[:1])
            ),
            "The flattest direction is asked. The steepest one decides.": (
                lambda lr, curvatures: behaviour(lr, [min(curvatures)])
            ),
            "The curvatures are added up. Each direction follows its own: compare them one by one.": (
                lambda lr, curvatures: behaviour(lr, [sum(curvatures)])
            ),
            "Only the last direction is asked, and they come in any order.": (
                lambda lr, curvatures: behaviour(lr, curvatures[-1:])
            ),
            "A zigzag is called a slide: above 1 the factor is negative.": (
                lambda lr, curvatures: "diverges" if lr * max(curvatures) > 2 else "slides"
            ),
        },
        reference=behaviour,
        cases=[
            {"lr": 1.5, "curvatures": [0.05, 1.0]},
            {"lr": 0.5, "curvatures": [1.0, 0.2, 1.5]},
            {"lr": 0.3, "curvatures": [4.0, 8.0, 0.5]},
            {"lr": 0.6, "curvatures": [2.0, 3.0, 1.8]},
            {"lr": 0.7, "curvatures": [3.5, 0.1]},
            {"lr": 2.2, "curvatures": [0.3, 0.2]},
            {"lr": 0.3, "curvatures": [2.0, 8.0, 4.0]},
            {"lr": 0.5, "curvatures": [0.5, 2.0]},
            {"lr": 0.25, "curvatures": [8.0, 1.0]},
        ],
        draw=lambda rng: {
            "lr": rng.choice([0.3, 0.7, 1.1]).item(),
            "curvatures": rng.uniform(0.05, 3, 3).round(3).tolist(),
        },
    ),
    Goal(
        name="rate_for_booth",
        points=3,
        hints=[
            "At which rate are the two directions equally slow?",
            "lr = 2 / (steep + flat), and each update keeps (steep - flat) / (steep + flat)",
            'return {"lr": 2 / (18 + ...), "kept": ...}',
        ],
        mistakes={
            DIVERGES: lambda: {"lr": 0.2, "kept": 0.8},
            BEYOND: lambda: {"lr": 0.105, "kept": 0.89},
            DONE_AT_ONCE: lambda: {"lr": 1 / 18, "kept": 8 / 9},
            CRAWLS: lambda: {"lr": 0.08, "kept": 0.84},
            SIGN: lambda: {"lr": 0.1, "kept": -0.8},
            TAKEN: lambda: {"lr": 0.1, "kept": 0.2},
            ALL_UPDATES: lambda: {"lr": 0.1, "kept": 0.0004},
        },
        signs={
            DIVERGES: lambda s: s["lr"] > 2 / STEEP,
            BEYOND: lambda s: s["lr"] * STEEP - 1 > 1e-3 ** (1 / UPDATES),
            DONE_AT_ONCE: lambda s: np.isclose(s["lr"], 1 / STEEP, rtol=0.02),
            CRAWLS: lambda s: s["lr"] > 0 and 1 - s["lr"] * FLAT > 1e-3 ** (1 / UPDATES),
            SIGN: lambda s: s["kept"] < 0,
            TAKEN: lambda s: np.isclose(s["kept"], 1 - KEPT, rtol=0.05),
            ALL_UPDATES: lambda s: 0 < s["kept"] < 1e-3,
        },
        measure=reach,
        example={"lr": BEST, "kept": KEPT},
        goals=2,
    ),
]

LESSON = {
    "lesson 4": Function(
        name="best_rate",
        points=0,
        hints=[
            "At the best rate both directions are equally slow. What does an update keep of each?",
            "lr * steep - 1 is 1 - lr * flat; put the lr of it into one of them",
        ],
        mistakes={
            "That rate is best for the steep direction alone; the flat one crawls.": (
                lambda flat, steep: (1 / steep, 1 - flat / steep)
            ),
            "That is the limit of the steep direction: there it swings for ever.": (
                lambda flat, steep: (2 / steep, best_and_kept(flat, steep)[1])
            ),
            "At the limit of the steep direction, 2 / steep, an update keeps all of its error.": (
                lambda flat, steep: (2 / steep, 1 - 2 * flat / steep)
            ),
            "The rate is half of the best one: solve lr * steep - 1 = 1 - lr * flat for lr.": (
                lambda flat, steep: (1 / (flat + steep), best_and_kept(flat, steep)[1])
            ),
            "What is kept is a size: steep - flat, so that it is not below 0.": (
                lambda flat, steep: (2 / (flat + steep), (flat - steep) / (flat + steep))
            ),
            "The second is upside down: more than 1 would be divergence.": (
                lambda flat, steep: (2 / (flat + steep), (steep + flat) / (steep - flat))
            ),
            "The second is what an update takes away; what it keeps is asked for.": (
                lambda flat, steep: (2 / (flat + steep), 2 * flat / (steep + flat))
            ),
        },
        reference=best_and_kept,
        cases=[{"flat": 0.05, "steep": 1.0}, {"flat": 2.0, "steep": 18.0}],
    ),
    "lesson 4, your turn": Prediction(
        name="middle_direction",
        points=0,
        hints=[
            "Which of the three curvatures decide what the best rate is?",
            "The rate is 2 / (steepest + flattest); an update multiplies an error by 1 - lr * curvature",
        ],
        mistakes={
            "The middle curvature has no say in the rate: the slowest direction is never the middle one.": (
                lambda: (2 / (0.5 + 3 + 8), 1 - 3 * 2 / (0.5 + 3 + 8))
            ),
            "An update multiplies the errors of the outer two by that, but for the sign.": lambda: (
                MIDDLE[0],
                1 - MIDDLE[0] * 0.5,
            ),
            "That is the part which an update takes away. By what does it multiply the error?": lambda: (
                MIDDLE[0],
                MIDDLE[0] * 3,
            ),
        },
        expected=dict(zip(["the best rate", "the factor in the middle"], MIDDLE, strict=True)),
        rtol=0.025,
    ),
}
