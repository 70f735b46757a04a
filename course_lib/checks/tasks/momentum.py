"""Exercise 5: momentum."""

from itertools import count

import numpy as np

from course_lib import surfaces, training
from course_lib.checks.drawing import EXPECTED, YOURS
from course_lib.checks.task import Function, Goal, Prediction
from course_lib.optimizers import SGD
from course_lib.optimizers.sgd import SGDState

SLOPE, RATE = 2.0, 0.05  # of the slope that is predicted on
RAVINE = surfaces.Ravine(condition=50)  # the one that settings are chosen for
BUDGET, LOW, LOWER = 100, 1e-4, 1e-8  # its updates, and the losses to reach with them


def step(w, g, v, lr, momentum):
    w, state = SGD(lr=lr, momentum=momentum).step(w, g, SGDState(0, v))
    return w, state.velocity


def step_in_place(w, g, v, lr, momentum):
    v *= momentum
    v -= lr * g
    return w + v, v


def go_on(w, before, g, lr, momentum):
    """The weights after the next update of a run of which the last two points are known."""
    return step(w, g, w - before, lr, momentum)[0]


def go_on_in_place(w, before, g, lr, momentum):
    w += momentum * (w - before) - lr * g
    return w


def path(w, curvatures, lr, momentum, updates, step=step):
    velocity, points = np.zeros_like(w), [w]
    for _ in range(updates):
        w, velocity = step(w, curvatures * w, velocity, lr, momentum)
        points.append(w)
    return np.array(points)


def path_forgetful(w, curvatures, lr, momentum, updates):
    return path(w, curvatures, lr, 0.0, updates)


def path_late(w, curvatures, lr, momentum, updates):
    def late(w, g, velocity, lr, momentum):
        return w + velocity, momentum * velocity - lr * g

    return path(w, curvatures, lr, momentum, updates, late)


def path_of_one_array(w, curvatures, lr, momentum, updates):
    velocity, points = 0.0, [w]
    for _ in range(updates):
        velocity = momentum * velocity - lr * curvatures * w
        w += velocity
        points.append(w)
    return points


def path_of_one_copy(w, curvatures, lr, momentum, updates):
    points = path(w, curvatures, lr, momentum, updates)
    return np.repeat(points[-1:], len(points), axis=0)


def path_of_first_slope(w, curvatures, lr, momentum, updates):
    g = curvatures * w
    return path(
        w, curvatures, lr, momentum, updates, lambda w, _, v, lr, momentum: step(w, g, v, lr, momentum)
    )


def draw_paths(axes, got, expected):
    from course_lib import plots  # matplotlib takes a moment

    plots.draw_surface(axes, surfaces.Ravine(condition=20), filled=False)
    axes.plot(*expected.T, **EXPECTED)
    x, y = np.asarray(got).T
    axes.plot(x, y, **YOURS)
    axes.set(title="The path in the ravine")
    axes.legend(loc="upper right")


def updates_to_63_percent(momentum):
    return next(n for n in count(1) if 1 - momentum**n >= 0.63)


def terminal(slope, lr, momenta):
    return {
        asked: number
        for momentum in momenta
        for asked, number in [
            (f"terminal step at momentum {momentum}", lr * slope / (1 - momentum)),
            (f"updates to 63% of it at momentum {momentum}", updates_to_63_percent(momentum)),
        ]
    }


def terminal_again(rng):
    slope, lr = rng.choice([3.0, 5.0]), rng.choice([0.02, 0.1])
    momenta = rng.choice([0.75, 0.85, 0.9]), rng.choice([0.95, 0.96, 0.99])
    text = f"The slope is {slope:g} wherever you stand, lr is {lr}, and the velocity starts at 0."
    return text, terminal(slope, lr, momenta)


FOR_KERAS = "The pair is good for Keras. Here 1 - momentum of a gradient enters, so lr must be larger."
DIVERGES = "It diverges: lr * (1 - momentum), which is Keras's lr, is over the limit 2 * (1 + momentum)."
TOO_LONG = "The memory is too long for 100 updates: at this momentum too much is left, whatever lr is."
NO_MEMORY = "There is hardly any memory: along the flat side of the ravine the path crawls."
TOO_SHORT = "The steps are too short for the budget: raise lr. Keras's lr is divided by 1 - momentum here."


def losses(lr, momentum):
    """In the ravine, with lr and momentum as Keras means them."""
    return training.run(RAVINE, SGD(lr=lr, momentum=momentum), steps=BUDGET, record_path=False).losses


def reach(settings):
    lr, momentum = _pair(settings)
    keras = lr * (1 - momentum)
    start, *_, end = losses(keras, momentum)
    measured = f"it is {end:.3g}"
    return [
        (f"a loss below its start, {start:.2f}", end < start, measured),
        (f"a loss below {LOW:g} after {BUDGET} updates", end < LOW, measured),
        (f"a loss below {LOWER:g} after {BUDGET} updates", end < LOWER, measured),
    ]


def _pair(settings):
    if not isinstance(settings, dict) or settings.keys() != {"lr", "momentum"}:
        raise ValueError('return a dict with two numbers: {"lr": ..., "momentum": ...}')
    lr, momentum = settings["lr"], settings["momentum"]
    if np.ndim(lr) or np.ndim(momentum) or isinstance(lr, str) or isinstance(momentum, str):
        raise ValueError("lr and momentum must be numbers")
    if not lr > 0:
        raise ValueError("lr must be above 0")
    if not 0 <= momentum < 1:
        raise ValueError("momentum must be at least 0 and below 1")
    return lr, momentum


def sign(explains):
    """For settings of the right form; _pair raises for the others, and no sentence is told then."""
    return lambda settings: explains(*_pair(settings))


TASKS = [
    Function(
        name="momentum_step",
        points=3,
        hints=[
            "What is the velocity after an update? Look at the line of the lesson that moves w.",
            "velocity = w - before; the next is momentum * velocity - lr * g, and w moves by it",
            "last_step = w - before, and then return w + ...",
        ],
        mistakes={
            "You start with a velocity of 0: that is plain descent. How long was the last step?": (
                lambda w, before, g, lr, momentum: w - lr * g
            ),
            "You go back: the last step leads from before to w, so it is w - before.": (
                lambda w, before, g, lr, momentum: go_on(w, 2 * w - before, g, lr, momentum)
            ),
            "momentum is missing: the whole last step is taken again.": (
                lambda w, before, g, lr, momentum: w + (w - before) - lr * g
            ),
            "The gradient enters with the wrong sign: it climbs.": (
                lambda w, before, g, lr, momentum: go_on(w, before, -g, lr, momentum)
            ),
            "lr is missing: the whole gradient enters the velocity.": (
                lambda w, before, g, lr, momentum: go_on(w, before, g, 1.0, momentum)
            ),
            "The last step has lr in it already, and you multiply it by lr again.": (
                lambda w, before, g, lr, momentum: go_on(w, before, g, lr, lr * momentum)
            ),
            "Only 1 - momentum of the gradient enters, as at deeplearning.ai. In Keras it enters whole.": (
                lambda w, before, g, lr, momentum: go_on(w, before, (1 - momentum) * g, lr, momentum)
            ),
            "The step begins at w, where the run stands now, and not at before.": (
                lambda w, before, g, lr, momentum: go_on(w, before, g, lr, momentum) - w + before
            ),
            "The gradient plays no part: that is the last step once more, a little shorter.": (
                lambda w, before, g, lr, momentum: w + momentum * (w - before)
            ),
            "The step looks ahead, as with nesterov=True. Here w moves by the new velocity and no more.": (
                lambda w, before, g, lr, momentum: w + momentum * (momentum * (w - before) - lr * g) - lr * g
            ),
            "That is the new velocity. The weights after the update are asked for.": (
                lambda w, before, g, lr, momentum: go_on(w, before, g, lr, momentum) - w
            ),
            "The weights alone are asked for: the next velocity can be told from them again.": (
                lambda w, before, g, lr, momentum: (
                    go_on(w, before, g, lr, momentum),
                    go_on(w, before, g, lr, momentum) - w,
                )
            ),
            "You change the caller's own w: w += ... does that. Write w = w + ...": go_on_in_place,
        },
        reference=go_on,
        cases=[
            {
                "w": np.array([1.0]),
                "before": np.array([1.5]),
                "g": np.array([2.0]),
                "lr": 0.1,
                "momentum": 0.9,
            },
            {
                "w": np.array([0.5, -1.0]),
                "before": np.array([0.25, -2.0]),
                "g": np.array([-3.0, 4.0]),
                "lr": 0.05,
                "momentum": 0.6,
            },
            {
                "w": np.array([2.0, 0.0, 1.0]),
                "before": np.array([2.0, 0.5, 0.0]),
                "g": np.array([0.5, -0.25, 4.0]),
                "lr": 0.2,
                "momentum": 0.8,
            },
        ],
        draw=lambda rng: {
            "w": rng.normal(size=4),
            "before": rng.normal(size=4),
            "g": rng.normal(size=4),
            "lr": rng.uniform(0.01, 0.5),
            "momentum": rng.uniform(0.2, 0.95),
        },
    ),
    Function(
        name="momentum_path",
        points=4,
        hints=[
            "Which two things must live on from one update to the next?",
            "each update: velocity = momentum * velocity - lr * curvatures * w, then w = w + velocity",
            "path, velocity = [w], np.zeros(len(w)), and then for _ in range(updates): ...",
        ],
        mistakes={
            "The velocity starts again from 0 at every update: that is plain descent.": path_forgetful,
            "The weights move by the old velocity, so every step comes one update late.": path_late,
            "Every row is the last point: w += ... changes the array that your list holds already.": (
                path_of_one_array
            ),
            "All your rows are the last point: the list holds one array. Make a new one: w = w + ...": (
                path_of_one_copy
            ),
            "The slope is that of the start at every update. It must be taken anew where w is.": (
                path_of_first_slope
            ),
            "Only 1 - momentum of each slope enters, as at deeplearning.ai. In Keras it enters whole.": (
                lambda w, curvatures, lr, momentum, updates: path(
                    w, curvatures, lr * (1 - momentum), momentum, updates
                )
            ),
            "The last update is missing. Store w after each update, not before it.": (
                lambda w, curvatures, lr, momentum, updates: path(w, curvatures, lr, momentum, updates)[:-1]
            ),
            "The start is missing: the path begins with the w that was given.": (
                lambda w, curvatures, lr, momentum, updates: path(w, curvatures, lr, momentum, updates)[1:]
            ),
            "The curvatures are missing: the slope is curvatures * w.": (
                lambda w, curvatures, lr, momentum, updates: path(w, np.ones_like(w), lr, momentum, updates)
            ),
            "Only the last w comes back; the whole path is asked for.": (
                lambda w, curvatures, lr, momentum, updates: path(w, curvatures, lr, momentum, updates)[-1]
            ),
            "One row for each update is asked for; yours has one for each weight.": (
                lambda w, curvatures, lr, momentum, updates: path(w, curvatures, lr, momentum, updates).T
            ),
        },
        reference=path,
        cases=[
            {
                "w": np.array([-1.6, 0.8]),
                "curvatures": np.array([0.05, 1.0]),
                "lr": 0.3,
                "momentum": 0.8,
                "updates": 30,
            },
            {
                "w": np.array([2.0, -1.0]),
                "curvatures": np.array([4.0, 0.5]),
                "lr": 0.1,
                "momentum": 0.5,
                "updates": 4,
            },
            {
                "w": np.array([1.0, 0.5, -2.0]),
                "curvatures": np.array([1.0, 2.0, 3.0]),
                "lr": 0.2,
                "momentum": 0.9,
                "updates": 6,
            },
        ],
        draw=lambda rng: {
            "w": rng.uniform(-2, 2, size=3),
            "curvatures": rng.uniform(0.1, 3, size=3),
            "lr": rng.uniform(0.05, 0.5),
            "momentum": rng.uniform(0.2, 0.95),
            "updates": int(rng.integers(3, 20)),
        },
        picture=draw_paths,
    ),
    Prediction(
        name="terminal_steps",
        points=4,
        hints=[
            "At which length does a step stay the same from update to update?",
            "the terminal step is lr * slope / (1 - momentum); a memory lasts 1 / (1 - momentum) updates",
            "return 0.05 * 2 / (1 - 0.8), ... and its updates, and then both for momentum 0.98",
        ],
        mistakes={
            "The slope is left out: here it is 2, so every gradient is 2 as well.": lambda: (
                0.25,
                5,
                2.5,
                50,
            ),
            "You divide by momentum; the sum of all the parts divides by 1 - momentum.": lambda: (
                RATE * SLOPE / 0.8,
                5,
                RATE * SLOPE / 0.98,
                50,
            ),
            "That is the first step. The next are longer, because a part of the last comes again.": (
                lambda: (0.1, 5, 0.1, 50)
            ),
            "That is the second step. The third adds one part more, and so on.": lambda: (0.18, 5, 0.198, 50),
            "There it is just short of 63%. Take the first update that has 63% or more.": (
                lambda: (0.5, 4, 5, 49)
            ),
            "Updates are whole. Take the first one that has 63% or more.": lambda: (0.5, 4.456, 5, 49.2),
            "v is negative, for it goes downhill. How long a step is has no sign.": lambda: (-0.5, 5, -5, 50),
            "Ten updates belong to momentum 0.9. Another momentum has another memory.": lambda: (
                0.5,
                10,
                5,
                10,
            ),
            "So many updates it takes to half of the terminal step; 63% is asked for.": lambda: (
                0.5,
                4,
                5,
                35,
            ),
        },
        expected=terminal(SLOPE, RATE, (0.8, 0.98)),
        again=terminal_again,
    ),
    Goal(
        name="ravine_settings",
        points=3,
        hints=[
            "First look for a pair that Keras would like. What does deeplearning.ai's 1 - beta do to its lr?",
            "deeplearning.ai's lr is Keras's lr / (1 - momentum)",
            'return {"lr": 1 / (1 - 0.8), "momentum": ...} is Keras\'s lr of 1, converted',
        ],
        mistakes={
            FOR_KERAS: lambda: {"lr": 1.0, "momentum": 0.8},
            DIVERGES: lambda: {"lr": 30.0, "momentum": 0.8},
            TOO_LONG: lambda: {"lr": 50.0, "momentum": 0.95},
            NO_MEMORY: lambda: {"lr": 1.9, "momentum": 0.0},
            TOO_SHORT: lambda: {"lr": 0.1, "momentum": 0.8},
        },
        signs={
            FOR_KERAS: sign(lambda lr, momentum: losses(lr, momentum)[-1] < LOWER),
            DIVERGES: sign(lambda lr, momentum: lr * (1 - momentum) >= 2 * (1 + momentum)),
            TOO_LONG: sign(lambda lr, momentum: momentum > 0.87),
            NO_MEMORY: sign(lambda lr, momentum: momentum < 0.3),
            TOO_SHORT: sign(lambda lr, momentum: lr * (1 - momentum) < 2),
        },
        measure=reach,
        example={"lr": 5.0, "momentum": 0.8},
        goals=3,
    ),
]

LESSON = {
    "lesson 5": Function(
        name="momentum_step",
        points=0,
        hints=[
            "What is kept of the last step, and what does the gradient add to it?",
            "v = momentum * v - ... comes first; the line with w uses it",
            "v = momentum * v - lr * g, and then return w + v, v",
        ],
        mistakes={
            "The gradient enters with the wrong sign: the step climbs.": (
                lambda w, g, v, lr, momentum: step(w, -g, v, lr, momentum)
            ),
            "The weights move by the old velocity. First renew the velocity, then let w take the new one.": (
                lambda w, g, v, lr, momentum: (w + v, momentum * v - lr * g)
            ),
            "The new velocity gets lost: you return the old one, and the next step remembers nothing new.": (
                lambda w, g, v, lr, momentum: (step(w, g, v, lr, momentum)[0], v)
            ),
            "That is PyTorch's velocity, which holds gradients. In Keras it holds steps, lr included.": (
                lambda w, g, v, lr, momentum: (
                    w - lr * (momentum * v + g),
                    momentum * v + g,
                )
            ),
            "Only 1 - momentum of the gradient enters, as at deeplearning.ai. In Keras it enters whole.": (
                lambda w, g, v, lr, momentum: step(w, (1 - momentum) * g, v, lr, momentum)
            ),
            "That is deeplearning.ai's update. In Keras the whole gradient enters the velocity, with lr.": (
                lambda w, g, v, lr, momentum: (
                    w - lr * (momentum * v + (1 - momentum) * g),
                    momentum * v + (1 - momentum) * g,
                )
            ),
            "Your velocity is right, and you subtract it. It points downhill already: w + v.": (
                lambda w, g, v, lr, momentum: (
                    w - (momentum * v - lr * g),
                    momentum * v - lr * g,
                )
            ),
            "Your velocity points uphill, and w goes against it. Keras has the minus sign in the velocity.": (
                lambda w, g, v, lr, momentum: (
                    w - (momentum * v + lr * g),
                    momentum * v + lr * g,
                )
            ),
            "momentum is missing: the whole last step is taken again.": (
                lambda w, g, v, lr, momentum: (w + v - lr * g, v - lr * g)
            ),
            "The velocity plays no part: that is plain descent.": (
                lambda w, g, v, lr, momentum: (w - lr * g, v)
            ),
            "lr is missing: the whole gradient enters the velocity.": (
                lambda w, g, v, lr, momentum: step(w, g, v, 1.0, momentum)
            ),
            "The step looks ahead, as with nesterov=True. Here w moves by the new velocity and no more.": (
                lambda w, g, v, lr, momentum: (
                    w + momentum * (momentum * v - lr * g) - lr * g,
                    momentum * v - lr * g,
                )
            ),
            "The two are in the wrong order: the weights come first, then the velocity.": (
                lambda w, g, v, lr, momentum: step(w, g, v, lr, momentum)[::-1]
            ),
            "You change the caller's own velocity: *= does that. Write v = ...": step_in_place,
        },
        reference=step,
        cases=[
            {
                "w": np.array([1.0]),
                "g": np.array([2.0]),
                "v": np.array([-0.5]),
                "lr": 0.1,
                "momentum": 0.9,
            },
            {
                "w": np.array([0.5, -1.0]),
                "g": np.array([-3.0, 4.0]),
                "v": np.array([0.25, 1.0]),
                "lr": 0.05,
                "momentum": 0.6,
            },
            {
                "w": np.array([2.0, 0.0, 1.0]),
                "g": np.array([0.5, -0.25, 4.0]),
                "v": np.zeros(3),
                "lr": 0.2,
                "momentum": 0.8,
            },
        ],
    ),
    "lesson 5, your turn": Prediction(
        name="fifty_times",
        points=0,
        hints=["How many plain steps long is the terminal step?", "1 / (1 - momentum) is 50"],
        mistakes={
            "That is 1 - momentum.": lambda: 0.02,
            "At 0.8 it is five times the plain step. The memory must be ten times as long.": lambda: 0.8,
            "At 0.9 it is ten times the plain step. The memory must be five times as long.": lambda: 0.9,
            "At 0.95 it is 20 times the plain step.": lambda: 0.95,
            "At 0.99 it is 100 times the plain step.": lambda: 0.99,
            "That would be a momentum of more than 1, and the velocity would grow for ever.": lambda: 50,
        },
        expected={"momentum": 1 - 1 / 50},
        rtol=1e-6,
    ),
}
