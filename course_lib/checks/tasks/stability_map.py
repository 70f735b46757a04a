"""Exercise 6: the stability map."""

from functools import cache
from math import ceil, log

import numpy as np

from course_lib import surfaces, theory, training
from course_lib.checks.task import Function, Goal, Prediction
from course_lib.checks.tasks.momentum import path

MILLIONTH = 1e-6
CONDITION = 400  # of the ravine that is predicted on
FLAT, STEEP = 0.02, 8.0  # the curvatures that a pair is tuned for
BUDGET, LESS = 220, 180  # updates
MAP = {  # the map that is drawn
    "rates": np.linspace(0.05, 2.05, 26),
    "momenta": np.linspace(0.0, 0.9, 16),
    "curvature": 2.0,
    "updates": 151,
}


def judged(lr, momentum, curvatures):
    settles = lr * np.max(curvatures) < theory.stability_limit(momentum)
    return settles, np.max(theory.contraction(lr * curvatures, momentum))


def judged_by(roots):
    """judged, with something else than the larger size of the two roots."""

    def judge(lr, momentum, curvatures):
        middle = (1 + momentum - lr * curvatures) / 2
        root = np.sqrt(middle**2 - momentum + 0j)
        return judged(lr, momentum, curvatures)[0], np.max(roots(middle, root))

    return judge


def mapped(rates, momenta, curvature, updates):
    parabola = surfaces.Parabola(curvature)
    runs = training.sweep(parabola, "sgd", [1.0], updates, lr=rates, momentum=momenta, record_every=updates)
    return abs(runs.w[0].T) < 1


def mapped_without_abs(rates, momenta, curvature, updates):
    parabola = surfaces.Parabola(curvature)
    runs = training.sweep(parabola, "sgd", [1.0], updates, lr=rates, momentum=momenta, record_every=updates)
    return runs.w[0].T < 1


def mapped_in_one_go(rates, momenta, curvature, updates):
    converged, w, velocity = [], 1.0, 0.0
    for momentum in momenta:
        for lr in rates:
            for _ in range(updates):
                velocity = momentum * velocity - lr * curvature * w
                w = w + velocity
            converged.append(abs(w) < 1)
    return np.reshape(converged, (len(momenta), len(rates)))


def draw_pair(rng):
    """A pair that is not near its limit: below 0.9 of it, or above 1.1."""
    momentum, curvatures = rng.uniform(0.05, 0.95), rng.uniform(0.1, 5, size=3)
    part = rng.choice([rng.uniform(0.1, 0.9), rng.uniform(1.1, 1.3)])
    lr = part * theory.stability_limit(momentum) / max(curvatures)
    return {"lr": lr, "momentum": momentum, "curvatures": curvatures}


def draw_map(rng):
    """Three momenta, and rates of which none is near a limit."""
    momenta, curvature = np.sort(rng.uniform(0, 0.8, size=3)), rng.uniform(0.5, 4)
    rates = rng.uniform(0.1, 4.2, size=40) / curvature
    limits = 2 * (1 + momenta) / curvature
    clear = (abs(rates[:, None] / limits - 1) > 0.05).all(axis=1)
    return {"rates": rates[clear][:5], "momenta": momenta, "curvature": curvature, "updates": 151}


def draw_maps(axes, got, expected):
    axes.axis("off")
    for left, cells, name, color in [
        (0.06, got, "yours", "#D55E00"),
        (0.58, expected, "expected", "#0072B2"),
    ]:
        image = axes.inset_axes((left, 0.13, 0.42, 0.77))
        rates, momenta = MAP["rates"], MAP["momenta"]
        edges = (*_edges(rates), *_edges(momenta))
        cells = np.asarray(cells, dtype=float)
        image.imshow(
            cells, extent=edges, cmap=_white_to(color), vmin=0, vmax=1, origin="lower", aspect="auto"
        )
        image.plot(2 * (1 + momenta) / MAP["curvature"], momenta, "--", color="black", label="limit")
        image.set(title=f"{name}: where it converges", xlabel="lr", ylabel="momentum")
        image.legend(loc="upper left")


def _edges(values):
    """Half a cell around the first and the last of evenly spaced values."""
    half = (values[1] - values[0]) / 2
    return values[0] - half, values[-1] + half


def _white_to(color):
    from matplotlib.colors import ListedColormap  # matplotlib takes a moment

    return ListedColormap(["white", color])


def best_pair(flat, steep):
    lr, root = (2 / (flat**0.5 + steep**0.5)) ** 2, (steep / flat) ** 0.5
    return lr, ((root - 1) / (root + 1)) ** 2


def updates_by_theory(lr, momentum, condition=CONDITION):
    """To a millionth in a ravine, if each update keeps its share from the first one on."""
    kept = np.max(theory.contraction(lr * np.array([1 / condition, 1]), momentum))
    return ceil(log(MILLIONTH) / log(kept))


@cache
def updates_measured(lr, momentum, curvatures, updates):
    """To a millionth in every direction; ``updates`` + 1 if that is not enough."""
    errors = abs(path(np.ones(len(curvatures)), np.array(curvatures), lr, momentum, updates)).max(axis=1)
    return int((~(errors <= MILLIONTH)).sum())


def updates_needed(condition):
    lr, momentum = best_pair(1 / condition, 1)
    return {
        "without momentum": updates_by_theory(2 / (1 + 1 / condition), 0.0, condition),
        "with the best pair": updates_measured(lr, momentum, (1 / condition, 1), ceil(15 * condition**0.5)),
        "with its momentum and lr 1": updates_by_theory(1.0, momentum, condition),
    }


def updates_needed_again(rng):
    condition = int(rng.choice([225, 625, 900, 1600, 2500]))
    text = f"The ravine has condition number {condition}. How many updates to a millionth of the error?"
    return text, updates_needed(condition)


PAIR = best_pair(1 / CONDITION, 1)
TUNED = best_pair(FLAT, STEEP)
UPDATES = updates_needed(CONDITION)
PLAIN_UPDATES, PAIR_UPDATES, HALF_UPDATES = UPDATES.values()


def reach(settings):
    if not isinstance(settings, dict) or settings.keys() != {"lr", "momentum"}:
        raise ValueError('return a dict with two numbers: {"lr": ..., "momentum": ...}')
    errors = abs(path(np.ones(2), np.array([FLAT, STEEP]), **settings, updates=BUDGET)).max(axis=1)
    settles = settings["lr"] * STEEP < theory.stability_limit(settings["momentum"])
    return [
        (
            "it settles in every direction",
            settles,
            f"after {BUDGET} updates {errors[-1]:.3g} of the error is left",
        ),
        *(
            (f"a millionth of the error after {n} updates", errors[n] <= MILLIONTH, f"it is {errors[n]:.3g}")
            for n in (BUDGET, LESS)
        ),
    ]


def kept_by(size):
    """A wrong factor: ``size(middle, root)`` is what an update keeps."""

    def kept(lr, momentum, curvature):
        middle = (1 + momentum - lr * curvature) / 2
        return float(size(middle, np.sqrt(middle**2 - momentum + 0j)))

    return kept


PAIR_OF_FOUR = best_pair(0.04, 4)


TASKS = [
    Function(
        name="judge_pair",
        points=4,
        hints=[
            "Which direction breaks the limit first? And which one, once all settle, is the slowest?",
            "z = middle + root and z = middle - root, with middle = (1 + momentum - lr * curvature) / 2",
            "settles = lr * max(curvatures) < ...; then the larger abs(z) of each curvature",
        ],
        mistakes={
            "Your limit is that of plain descent. With momentum it is 2 * (1 + momentum).": (
                lambda lr, momentum, curvatures: (
                    lr * max(curvatures) < 2,
                    judged(lr, momentum, curvatures)[1],
                )
            ),
            "Your limit looks at the flattest direction. The steepest one is the first to diverge.": (
                lambda lr, momentum, curvatures: (
                    lr * min(curvatures) < 2 * (1 + momentum),
                    judged(lr, momentum, curvatures)[1],
                )
            ),
            "What is kept is that of the steepest direction; another one may be slower. Try them all.": (
                lambda lr, momentum, curvatures: judged(lr, momentum, np.array([max(curvatures)]))
            ),
            "You take the smallest share of all directions. The largest one is left over in the end.": (
                lambda lr, momentum, curvatures: (
                    judged(lr, momentum, curvatures)[0],
                    min(theory.contraction(lr * curvatures, momentum)),
                )
            ),
            "You take the mean of all directions. In the long run the one that keeps most is left.": (
                lambda lr, momentum, curvatures: (
                    judged(lr, momentum, curvatures)[0],
                    np.mean(theory.contraction(lr * curvatures, momentum)),
                )
            ),
            "1 - lr * curvature is the factor of plain descent. With momentum there are two solutions.": (
                lambda lr, momentum, curvatures: (
                    judged(lr, momentum, curvatures)[0],
                    max(abs(1 - lr * curvatures)),
                )
            ),
            "The half is missing: both solutions are twice as large as they should be.": (
                lambda lr, momentum, curvatures: (
                    judged(lr, momentum, curvatures)[0],
                    2 * judged(lr, momentum, curvatures)[1],
                )
            ),
            "The half is missing in the middle: it is (1 + momentum - lr * curvature) / 2.": judged_by(
                lambda middle, root: abs(2 * middle + np.sqrt(3 * middle**2 + root**2) * np.sign(middle))
            ),
            "sqrt(momentum) holds while every direction swings. Here some creep or zigzag.": (
                lambda lr, momentum, curvatures: (judged(lr, momentum, curvatures)[0], momentum**0.5)
            ),
            "The size of a complex number is its abs. You take the real part alone.": (
                judged_by(
                    lambda middle, root: np.maximum(abs((middle + root).real), abs((middle - root).real))
                )
            ),
            "It is nan where a direction swings: np.sqrt of a negative number. cmath.sqrt can do it.": (
                judged_by(lambda middle, root: np.where(root.imag == 0, abs(middle) + abs(root), np.nan))
            ),
            "A factor of -0.9 keeps as much as 0.9. So take abs, and in the steepest direction too.": (
                judged_by(
                    lambda middle, root: np.where(root.imag == 0, (middle + root).real, abs(middle + root))
                )
            ),
            "You take the smaller of the two solutions. In the long run the larger one is left.": (
                judged_by(lambda middle, root: np.minimum(abs(middle + root), abs(middle - root)))
            ),
            "The two are in the wrong order: first whether it settles, then what an update keeps.": (
                lambda lr, momentum, curvatures: judged(lr, momentum, curvatures)[::-1]
            ),
        },
        reference=judged,
        cases=[
            {"lr": 1.0, "momentum": 0.9, "curvatures": np.array([0.05, 1.0])},
            {"lr": 0.1, "momentum": 0.5, "curvatures": np.array([0.04, 0.5])},
            {"lr": 0.7, "momentum": 0.6, "curvatures": np.array([0.5, 4.0, 1.5])},
            {"lr": 0.9, "momentum": 0.3, "curvatures": np.array([0.2, 3.0, 1.2])},
            {"lr": 1.0, "momentum": 0.1, "curvatures": np.array([2.1, 0.3, 1.0])},
            {"lr": 0.3, "momentum": 0.0, "curvatures": np.array([1.0, 5.0])},
        ],
        draw=draw_pair,
    ),
    Function(
        name="measure_map",
        points=4,
        hints=[
            "How many runs are that, and what must be fresh at the beginning of each?",
            "for every pair: w, velocity = 1, 0, then the updates, and at the end abs(w) < 1",
            "converged = np.zeros((len(momenta), len(rates)), dtype=bool), and then two loops around a third",
        ],
        mistakes={
            "Rows and columns are swapped: one row for each momentum is asked for.": (
                lambda rates, momenta, curvature, updates: mapped(rates, momenta, curvature, updates).T
            ),
            "Every row is that of momentum 0: the velocity does not live on from update to update.": (
                lambda rates, momenta, curvature, updates: mapped(rates, 0 * momenta, curvature, updates)
            ),
            "It is the wrong way round: True stands where it diverges.": (
                lambda rates, momenta, curvature, updates: ~mapped(rates, momenta, curvature, updates)
            ),
            "You compare w and not its size: after an odd number of updates a run may be far below 0.": (
                mapped_without_abs
            ),
            "A run begins where the one before it ended. Each pair needs w = 1 and velocity = 0 anew.": (
                mapped_in_one_go
            ),
            "Only 1 - momentum of each slope enters, as at deeplearning.ai. Here it enters whole.": (
                lambda rates, momenta, curvature, updates: np.array(
                    [mapped(rates * (1 - m), np.array([m]), curvature, updates)[0] for m in momenta]
                )
            ),
            "The curvature is missing: the slope is curvature * w.": (
                lambda rates, momenta, curvature, updates: mapped(rates, momenta, 1.0, updates)
            ),
        },
        reference=mapped,
        cases=[
            MAP,
            {
                "rates": np.array([0.5, 0.1, 0.7, 0.3]),
                "momenta": np.array([0.0, 0.3, 0.8]),
                "curvature": 5.0,
                "updates": 99,
            },
        ],
        draw=draw_map,
        picture=draw_maps,
    ),
    Prediction(
        name="updates_at_400",
        points=3,
        rtol=0.1,
        hints=[
            "Four times the condition number of the lesson. What does each of the two runs pay for it?",
            "n updates leave kept**n, so n is log(1e-6) / log(kept)",
            "return 4 * 691, ... the second goes with the root, for the third ask judge_pair what is kept",
        ],
        mistakes={
            "Without momentum the condition number itself counts, not its root: four times as many.": (
                lambda: (2 * 691, PAIR_UPDATES, HALF_UPDATES)
            ),
            "With the best pair only the root of the condition number counts: 20 here, 10 in the lesson.": (
                lambda: (PLAIN_UPDATES, 4 * 95, HALF_UPDATES)
            ),
            "sqrt(momentum)**n forgets how slowly this pair gets under way: in the lesson 95, not 69.": (
                lambda: (PLAIN_UPDATES, updates_by_theory(*PAIR), HALF_UPDATES)
            ),
            "lr has a say here: at 1.0 the flattest direction does not swing yet. It creeps.": (
                lambda: (PLAIN_UPDATES, PAIR_UPDATES, PAIR_UPDATES)
            ),
            "sqrt(momentum) is kept only where every direction swings. At lr 1 the flattest creeps, and the "
            "best pair gets under way slowly: in the lesson 95, not 69.": (
                lambda: (PLAIN_UPDATES, updates_by_theory(*PAIR), updates_by_theory(*PAIR))
            ),
            "Four times the condition number costs four times the updates, not sixteen times.": (
                lambda: (16 * 691, PAIR_UPDATES, HALF_UPDATES)
            ),
            "Those are the numbers of condition 100. Here it is four times as large.": (
                lambda: (691, 95, HALF_UPDATES)
            ),
            "You divide 6 by a natural logarithm. Both logarithms must be of one kind.": lambda: (
                PLAIN_UPDATES / log(10),
                updates_by_theory(*PAIR) / log(10),
                HALF_UPDATES / log(10),
            ),
        },
        expected=UPDATES,
        again=updates_needed_again,
    ),
    Goal(
        name="tuned_pair",
        points=3,
        hints=[
            "What does the formula of the best pair say? And which of its neighbours gets under way sooner?",
            "lr = (2 / (sqrt(flat) + sqrt(steep)))**2, and momentum at least ((root - 1) / (root + 1))**2",
            'return {"lr": 0.43, "momentum": ...}: a little less lr than the formula, with more momentum',
        ],
        mistakes={
            "It diverges: lr is over 2 * (1 + momentum) / 8, the limit of the steepest direction.": (
                lambda: {"lr": 0.5, "momentum": 0.8}
            ),
            "That is the formula's pair, the best for a long run. A neighbour is under way sooner. Which?": (
                lambda: {"lr": TUNED[0], "momentum": TUNED[1]}
            ),
            "Everything swings and keeps sqrt(momentum). Another lr changes nothing: take less momentum.": (
                lambda: {"lr": 0.4, "momentum": 0.95}
            ),
            "The flattest direction creeps. Raise lr or the momentum, until it swings as well.": (
                lambda: {"lr": 0.1, "momentum": 0.82}
            ),
        },
        signs={
            "It diverges: lr is over 2 * (1 + momentum) / 8, the limit of the steepest direction.": (
                lambda s: s["lr"] * STEEP >= theory.stability_limit(s["momentum"])
            ),
            "That is the formula's pair, the best for a long run. A neighbour is under way sooner. Which?": (
                lambda s: np.allclose([s["lr"], s["momentum"]], TUNED, rtol=0.005)
            ),
            "Everything swings and keeps sqrt(momentum). Another lr changes nothing: take less momentum.": (
                lambda s: s["momentum"] > 0.83 and s["lr"] * FLAT > (1 - s["momentum"] ** 0.5) ** 2
            ),
            "The flattest direction creeps. Raise lr or the momentum, until it swings as well.": (
                lambda s: s["lr"] * FLAT < (1 - s["momentum"] ** 0.5) ** 2
            ),
        },
        measure=reach,
        example={"lr": 0.4, "momentum": 0.84},
        goals=3,
    ),
]

LESSON = {
    "lesson 6": Function(
        name="factor",
        points=0,
        hints=[
            "z**2 = (1 + momentum - lr * curvature) * z - momentum has two solutions. Which one counts?",
            "half of (1 + momentum - lr * curvature), plus and minus the root of its square less momentum",
        ],
        mistakes={
            "Only the solution with the plus counts for you; below 0 the other one is larger.": kept_by(
                lambda middle, root: abs(middle + root)
            ),
            "That is the smaller solution. In the long run the larger one counts.": kept_by(
                lambda middle, root: min(abs(middle + root), abs(middle - root))
            ),
            "The middle is not halved: it is half of 1 + momentum - lr * curvature.": kept_by(
                lambda middle, root: max(abs(2 * middle + root), abs(2 * middle - root))
            ),
            "That is twice what is kept: the half stands before both parts of a solution.": kept_by(
                lambda middle, root: 2 * max(abs(middle + root), abs(middle - root))
            ),
            "So much is kept while the error swings. When it does not, the two solutions differ.": (
                lambda lr, momentum, curvature: momentum**0.5
            ),
            "The curvature is missing: it stands beside lr.": (
                lambda lr, momentum, curvature: float(theory.contraction(lr, momentum))
            ),
        },
        reference=lambda lr, momentum, curvature: float(theory.contraction(lr * curvature, momentum)),
        cases=[
            {"lr": 0.5, "momentum": 0.9, "curvature": 1.0},
            {"lr": 3.9, "momentum": 0.9, "curvature": 1.0},
            {"lr": 0.1, "momentum": 0.25, "curvature": 2.0},
            {"lr": 0.3, "momentum": 0.0, "curvature": 4.0},
        ],
    ),
    "lesson 6, your turn": Prediction(
        name="pair",
        points=0,
        hints=[
            "Is the condition another one? And what does lr stand beside, wherever it is used?",
            "best_pair(flat=0.04, steep=4)",
        ],
        mistakes={
            "That is the pair for 1 and 0.01. These curvatures are four times as large.": (
                lambda: best_pair(0.01, 1)
            ),
            "The curvature is multiplied by lr: where the one is larger, the other must be smaller.": (
                lambda: (4 * best_pair(0.01, 1)[0], PAIR_OF_FOUR[1])
            ),
            "The pair needs the momentum too: the root of it is what an update keeps.": lambda: (
                PAIR_OF_FOUR[0],
                PAIR_OF_FOUR[1] ** 0.5,
            ),
        },
        expected=dict(zip(["lr", "momentum"], PAIR_OF_FOUR, strict=True)),
    ),
}
