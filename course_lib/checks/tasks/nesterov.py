"""Exercise 7: Nesterov."""

from dataclasses import replace

import numpy as np

from course_lib import theory
from course_lib.checks.task import Function, Goal, Prediction
from course_lib.optimizers import SGD
from course_lib.optimizers.sgd import SGDState

STEEPEST = 4.0  # the curvature that is predicted on
PAIRS = [(0.3, 0.9), (0.4, 0.9), (0.45, 0.05), (0.6, 0.5), (1.0, 0.9)]  # lr, momentum
MOST = 10  # gradients of a test case


def step(w, g, velocity, lr, momentum):
    sgd = SGD(lr=lr, momentum=momentum, nesterov=True)
    w, state = sgd.step(w, g, SGDState(0, velocity))
    return w, state.velocity


def heavy_ball(w, g, velocity, lr, momentum):
    velocity = momentum * velocity - lr * g
    return w + velocity, velocity


def twice(w, g, velocity, lr, momentum):
    velocity = momentum * velocity - lr * g
    return w + velocity + momentum * velocity, velocity


def velocity_lost(w, g, velocity, lr, momentum):
    return step(w, g, velocity, lr, momentum)[0], velocity


def uphill_velocity(w, g, velocity, lr, momentum):
    velocity = momentum * velocity + lr * g
    return w - momentum * velocity - lr * g, velocity


def pytorch(w, g, velocity, lr, momentum):
    velocity = momentum * velocity + g
    return w - lr * (g + momentum * velocity), velocity


def step_as_velocity(w, g, velocity, lr, momentum):
    ahead = step(w, g, velocity, lr, momentum)[0]
    return ahead, ahead - w


WRONG = {
    "the heavy ball": heavy_ball,
    "momentum applied twice": twice,
    "a velocity that gets lost": velocity_lost,
    "the whole step stored as velocity": step_as_velocity,
}


def both_paths(theta, curvature, lr, momentum, updates, step=step):
    """theta and the place ahead, theta + momentum * velocity, which is what Keras stores."""
    w, velocity = np.array([theta]), np.zeros(1)
    places, thetas = [w], [w]
    for _ in range(updates):
        w, velocity = step(w, curvature * w, velocity, lr, momentum)
        places.append(w)
        thetas.append(w - momentum * velocity)
    return np.concatenate(thetas), np.concatenate(places)


def looked(slope_at, ahead):
    """both_paths in the look-ahead form, with something else at the two places that go wrong."""

    def walk(theta, curvature, lr, momentum, updates):
        velocity, thetas, places = 0.0, [theta], [theta]
        for _ in range(updates):
            old, velocity = (
                velocity,
                momentum * velocity - lr * curvature * slope_at(theta, velocity, momentum),
            )
            theta = theta + velocity
            thetas.append(theta)
            places.append(ahead(theta, old, velocity, momentum))
        return thetas, places

    return walk


def place(theta, velocity, momentum):
    return theta + momentum * velocity


def place_behind(theta, curvature, lr, momentum, updates):
    thetas, places = both_paths(theta, curvature, lr, momentum, updates)
    return thetas, np.append(theta, places[:-1])


def draw_both(axes, got, expected):
    for name, ours, mark in [("theta", expected[0], "s"), ("place ahead", expected[1], "D")]:
        axes.plot(ours, f"{mark}--", color="#0072B2", ms=9, mfc="none", label=f"{name}, expected")
    thetas, places = got
    axes.plot(thetas, "o-", color="#D55E00", ms=4, label="theta, yours")
    axes.plot(places, "^:", color="#E69F00", ms=4, label="place ahead, yours")
    axes.axhline(0, color="black", lw=1)
    axes.set(xlabel="updates", title="theta, and the place ahead of it")
    axes.locator_params("x", integer=True)
    axes.legend()


def with_v(case):
    """The arguments of a case, as the lesson names them."""
    return {"v" if name == "velocity" else name: value for name, value in case.items()}


def who_diverges(limits, steepest=STEEPEST, pairs=PAIRS):
    """For each pair: 0 nobody, 1 the heavy ball alone, 2 Nesterov alone, 3 both."""
    return [
        sum(code for code, limit in zip((1, 2), limits(momentum), strict=True) if lr * steepest >= limit)
        for lr, momentum in pairs
    ]


def overshooting(steepest, pairs):
    codes = who_diverges(both_limits, steepest, pairs)
    return {f"lr {lr}, momentum {momentum}": code for (lr, momentum), code in zip(pairs, codes, strict=True)}


def overshooting_again(rng):
    """Pairs well below both limits, between them and above both."""
    steepest, pairs = rng.choice([2.0, 5.0]), []
    for momentum in rng.permutation([0.2, 0.4, 0.6, 0.8, 0.95]):
        higher, lower = both_limits(momentum)
        lr = rng.choice([0.8 * lower, (lower + higher) / 2, 1.2 * higher]) / steepest
        pairs.append((round(float(lr), 2), float(momentum)))
    codes = "0 for nobody, 1 for the heavy ball alone, 2 for Nesterov alone, 3 for both"
    text = f"The steepest curvature is {steepest:g}. Who diverges: {codes}?"
    return text, overshooting(steepest, pairs)


def both_limits(momentum):
    return theory.stability_limit(momentum), theory.stability_limit(momentum, nesterov=True)


def caught(settings):
    """Which of WRONG end up elsewhere than Nesterov does."""
    lr, momentum, gradients = _read(settings)
    return {
        name: abs(_end(wrong, lr, momentum, gradients) - _end(step, lr, momentum, gradients)) > 1e-9
        for name, wrong in WRONG.items()
    }


def _end(step, lr, momentum, gradients):
    w, velocity = np.zeros(1), np.zeros(1)
    for g in gradients:
        w, velocity = step(w, np.array([g]), velocity, lr, momentum)
    return w.item()


def _read(settings):
    if not isinstance(settings, dict) or settings.keys() != {"lr", "momentum", "gradients"}:
        raise ValueError('return a dict: {"lr": ..., "momentum": ..., "gradients": [...]}')
    gradients = np.asarray(settings["gradients"], dtype=float)
    if gradients.ndim != 1 or not 1 <= gradients.size <= MOST:
        raise ValueError(f'"gradients" must be a list of 1 to {MOST} numbers')
    return settings["lr"], settings["momentum"], gradients.tolist()


def reach(settings):
    return [
        (name, found, "caught" if found else "it passes your test")
        for name, found in caught(settings).items()
    ]


TASKS = [
    Function(
        name="nesterov_update",
        points=3,
        hints=[
            "Which velocity stands in the line that moves w: the one from before, or the one of this update?",
            "velocity_new = momentum * velocity - lr * g; w_new = w + momentum * velocity_new - lr * g",
            "velocity = momentum * velocity - lr * g comes first, and then the line with w",
        ],
        mistakes={
            "The old velocity still stands in the step. So w moves by the new one: the heavy ball's step.": (
                heavy_ball
            ),
            "momentum is applied twice: w moves by the velocity, and by momentum times it once more.": twice,
            "The new velocity gets lost: you return the old one.": velocity_lost,
            "You store the whole step as velocity. Only momentum * velocity - lr * g is remembered.": (
                step_as_velocity
            ),
            "The gradient enters with the wrong sign: the step climbs.": (
                lambda w, g, velocity, lr, momentum: step(w, -g, velocity, lr, momentum)
            ),
            "Your velocity points uphill, and w subtracts it. Here it is momentum * velocity - lr * g.": (
                uphill_velocity
            ),
            "Your velocity is PyTorch's, which has no lr in it. Here it is momentum * velocity - lr * g.": (
                pytorch
            ),
            "Both are right, in the wrong order: the new weights come first.": (
                lambda w, g, velocity, lr, momentum: step(w, g, velocity, lr, momentum)[::-1]
            ),
            "lr * g is missing in the step: w moves by momentum * velocity alone.": (
                lambda w, g, velocity, lr, momentum: (
                    w + momentum * (momentum * velocity - lr * g),
                    momentum * velocity - lr * g,
                )
            ),
        },
        reference=step,
        cases=[
            {
                "w": np.array([1.0]),
                "g": np.array([2.0]),
                "velocity": np.array([0.0]),
                "lr": 0.1,
                "momentum": 0.9,
            },
            {
                "w": np.array([1.0]),
                "g": np.array([2.0]),
                "velocity": np.array([-0.3]),
                "lr": 0.1,
                "momentum": 0.9,
            },
            {
                "w": np.array([0.5, -1.0]),
                "g": np.array([-3.0, 4.0]),
                "velocity": np.array([0.25, 1.0]),
                "lr": 0.05,
                "momentum": 0.6,
            },
            {
                "w": np.array([2.0]),
                "g": np.array([0.5]),
                "velocity": np.array([0.0]),
                "lr": 0.2,
                "momentum": 0.0,
            },
        ],
        draw=lambda rng: {
            "w": rng.normal(size=3),
            "g": rng.normal(size=3),
            "velocity": rng.normal(size=3),
            "lr": rng.uniform(0.01, 0.5),
            "momentum": rng.uniform(0.2, 0.95),
        },
    ),
    Goal(
        name="choose_case",
        points=4,
        hints=[
            "With which momentum are all five the same? And how do they differ in the first update?",
            "-(1 + momentum) * lr * g is the first step of four of the five: memory shows up later.",
            'return {"lr": 0.1, "momentum": 0.9, "gradients": [...]} with more than one gradient',
        ],
        mistakes={
            "With momentum 0 all of them are plain descent. No gradient can tell them apart.": (
                lambda: {"lr": 0.1, "momentum": 0.0, "gradients": [1.0, 2.0]}
            ),
            "With lr 0 nothing moves, whoever computes it.": (
                lambda: {"lr": 0.0, "momentum": 0.9, "gradients": [1.0, 2.0]}
            ),
            "All gradients are 0, so nothing moves.": (
                lambda: {"lr": 0.1, "momentum": 0.9, "gradients": [0.0, 0.0]}
            ),
            "One update is too few: what it remembers is not used before the next.": (
                lambda: {"lr": 0.1, "momentum": 0.9, "gradients": [1.0]}
            ),
            "Until the last update the gradients are 0. Nothing is there to be remembered.": (
                lambda: {"lr": 0.1, "momentum": 0.9, "gradients": [0.0, 1.0]}
            ),
            "A wrong one ends at Nesterov's place by chance. Change a gradient, or add one.": (
                lambda: {"lr": 0.1, "momentum": 0.5, "gradients": [1.0, -0.5]}
            ),
        },
        signs={
            "With momentum 0 all of them are plain descent. No gradient can tell them apart.": (
                lambda s: _read(s)[1] == 0
            ),
            "With lr 0 nothing moves, whoever computes it.": lambda s: _read(s)[0] == 0,
            "All gradients are 0, so nothing moves.": lambda s: not any(_read(s)[2]),
            "One update is too few: what it remembers is not used before the next.": (
                lambda s: len(_read(s)[2]) == 1
            ),
            "Until the last update the gradients are 0. Nothing is there to be remembered.": (
                lambda s: not any(_read(s)[2][:-1])
            ),
            "A wrong one ends at Nesterov's place by chance. Change a gradient, or add one.": (
                lambda s: not all(caught(s).values())
            ),
        },
        measure=reach,
        example={"lr": 0.1, "momentum": 0.9, "gradients": [1.0, 2.0, -1.0]},
        goals=len(WRONG),
    ),
    Function(
        name="look_ahead",
        points=4,
        hints=[
            "Where would momentum alone carry theta? The slope is taken there.",
            "g = curvature * (theta + momentum * velocity), and the rest of the update as for the heavy ball",
            "thetas, places, velocity = [theta], [theta], 0.0, and then for _ in range(updates): ...",
        ],
        mistakes={
            "The slope is taken at theta, as by the heavy ball. Look ahead by momentum * velocity.": looked(
                lambda theta, velocity, momentum: theta,
                lambda theta, old, velocity, momentum: place(theta, velocity, momentum),
            ),
            "The slope is taken a whole velocity ahead. Momentum leads to momentum * velocity.": looked(
                lambda theta, velocity, momentum: theta + velocity,
                lambda theta, old, velocity, momentum: place(theta, velocity, momentum),
            ),
            "Your place ahead has the old velocity. The new one leads on from the new theta.": (
                looked(place, lambda theta, old, velocity, momentum: place(theta, old, momentum))
            ),
            "Your place ahead is a whole velocity away from theta, not momentum times the velocity.": (
                looked(place, lambda theta, old, velocity, momentum: theta + velocity)
            ),
            "Your place ahead is where this update took its slope. Asked for is where the next one will.": (
                place_behind
            ),
            "The two are in the wrong order: theta first, then the place ahead.": (
                lambda theta, curvature, lr, momentum, updates: both_paths(
                    theta, curvature, lr, momentum, updates
                )[::-1]
            ),
            "The start is missing in both: each begins with the theta that was given.": (
                lambda theta, curvature, lr, momentum, updates: [
                    one[1:] for one in both_paths(theta, curvature, lr, momentum, updates)
                ]
            ),
        },
        reference=both_paths,
        cases=[
            {"theta": 1.0, "curvature": 2.0, "lr": 0.2, "momentum": 0.8, "updates": 20},
            {"theta": -2.0, "curvature": 1.0, "lr": 0.1, "momentum": 0.5, "updates": 4},
            {"theta": 0.5, "curvature": 4.0, "lr": 0.3, "momentum": 0.9, "updates": 7},
        ],
        draw=lambda rng: {
            "theta": rng.uniform(-2, 2),
            "curvature": rng.uniform(0.5, 2),
            "lr": rng.uniform(0.05, 0.5),
            "momentum": rng.uniform(0.2, 0.95),
            "updates": int(rng.integers(3, 20)),
        },
        picture=draw_both,
    ),
    Prediction(
        name="who_overshoots",
        points=5,
        hints=[
            "What decides is lr * curvature. Which number must it stay below, for each of the two?",
            "heavy ball: 2 * (1 + momentum); Nesterov: the same, divided by 1 + 2 * momentum",
            "return 0, ... for lr * curvature is 1.2 there, and the limits are 3.8 and 1.357",
        ],
        mistakes={
            "You give Nesterov the heavy ball's limit. Its own is lower: divide by 1 + 2 * momentum.": (
                lambda: who_diverges(lambda momentum: (2 * (1 + momentum),) * 2)
            ),
            "You give the heavy ball Nesterov's limit. Its own is higher, 2 * (1 + momentum).": (
                lambda: who_diverges(lambda momentum: (both_limits(momentum)[1],) * 2)
            ),
            "You have the two limits the wrong way round: Nesterov's is the lower one.": (
                lambda: who_diverges(lambda momentum: both_limits(momentum)[::-1])
            ),
            "You use plain descent's limit 2 for both. Momentum moves it, up for one, down for the other.": (
                lambda: who_diverges(lambda momentum: (2, 2))
            ),
            "The curvature is missing: lr * 4 is what the limits are for.": (
                lambda: who_diverges(lambda momentum: [STEEPEST * limit for limit in both_limits(momentum)])
            ),
            "In the last pair Nesterov's limit is passed. Compare lr * curvature with the other one, too.": (
                lambda: (*who_diverges(both_limits)[:-1], 2)
            ),
        },
        expected=overshooting(STEEPEST, PAIRS),
        again=overshooting_again,
    ),
]

LESSON = {
    "lesson 7": replace(
        TASKS[0],
        name="nesterov_step",
        points=0,
        reference=lambda w, g, v, lr, momentum: step(w, g, v, lr, momentum),
        mistakes={says.replace("* velocity", "* v"): wrong for says, wrong in TASKS[0].mistakes.items()},
        cases=[with_v(case) for case in TASKS[0].cases],
        draw=None,
    ),
    "lesson 7, your turn": Prediction(
        name="limit",
        points=0,
        hints=[
            "What is the limit of lr * curvature for Nesterov?",
            "2 * (1 + momentum) / (1 + 2 * momentum), and then divide by the curvature",
        ],
        mistakes={
            "That is the heavy ball's limit. Nesterov's is lower.": lambda: (
                float(theory.stability_limit(0.5)) / 3
            ),
            "That is the limit of lr * curvature; the curvature is 3.": lambda: float(
                theory.stability_limit(0.5, nesterov=True)
            ),
            "That is the limit without momentum.": lambda: 2 / 3,
        },
        expected={"lr": float(theory.stability_limit(0.5, nesterov=True)) / 3},
        rtol=1e-3,
    ),
}
