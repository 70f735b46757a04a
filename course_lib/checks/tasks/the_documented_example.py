"""Exercise 12b: the documented line, a line reviewed, and the documentation's network repaired."""

from functools import cache, partial

import numpy as np

from course_lib import datasets, layers, models, theory
from course_lib.base import validation
from course_lib.checks.task import Function, Goal, Prediction
from course_lib.checks.tasks.nesterov import twice
from course_lib.optimizers import SGD
from course_lib.optimizers.sgd import SGDState

LINE = {"lr": 0.1, "decay": 1e-6, "momentum": 0.9, "nesterov": True}
DEMO = {"loss": "mean_squared_error", **LINE}
CROSSENTROPY = "categorical_crossentropy"
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


def left(decay, updates):
    """The share of the rate that decay leaves after so many updates."""
    return SGD(lr=1.0, decay=decay).rate(updates)


def faults_of(
    loss, curvature, updates, lr, decay, momentum, nesterov, limit=theory.stability_limit, left=left
):
    return {
        "loss": loss == DEMO["loss"],
        "lr": lr * curvature >= limit(momentum, nesterov),
        "decay": left(decay, updates) < 0.5,
    }


def reviewed(*line, order=("loss", "lr", "decay"), **changed):
    """The first fault of a line, whose values may be given by name as well."""
    found = faults_of(*line, **changed)
    return next((fault for fault in order if found[fault]), "none")


def line_of(*values, loss=CROSSENTROPY):
    """A case: its values, in the order of the arguments after the loss."""
    names = ("curvature", "updates", "lr", "decay", "momentum", "nesterov")
    return {"loss": loss} | dict(zip(names, values, strict=True))


def line_drawn(rng):
    """A line that is not near a limit of lr, nor near half of its rate."""
    momentum, nesterov = rng.choice([0.0, 0.5, 0.8, 0.95]), bool(rng.integers(2))
    curvature, updates = rng.uniform(0.2, 8.0), int(rng.integers(200, 3000))
    part = rng.choice([0.1, 0.5, 0.85, 1.15, 1.5])
    return {
        "loss": rng.choice([CROSSENTROPY, CROSSENTROPY, CROSSENTROPY, DEMO["loss"]]).item(),
        "curvature": curvature,
        "updates": updates,
        "lr": part * float(theory.stability_limit(momentum, nesterov)) / curvature,
        "decay": rng.choice([0.0, 0.1, 0.6, 0.85, 1.2, 5.0]) / updates,
        "momentum": momentum,
        "nesterov": nesterov,
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
        name="first_fault",
        points=4,
        hints=[
            "Three questions, one after the other, and each that finds a fault returns at once.",
            "limit = 2 * (1 + momentum), nesterov's / (1 + 2 * momentum); left = 1 / (1 + decay * updates)",
            'if loss == "mean_squared_error": return "loss"; then compare lr * curvature with the limit',
        ],
        mistakes={
            "The loss comes first: no rate helps where squared error is sure and wrong.": (
                partial(reviewed, order=("lr", "loss", "decay"))
            ),
            "lr comes before decay: a run that diverges is over before decay has done anything.": (
                partial(reviewed, order=("loss", "decay", "lr"))
            ),
            "You take nesterov's limit also where nesterov is False; there it is 2 * (1 + momentum).": (
                partial(
                    reviewed, limit=lambda momentum, nesterov: theory.stability_limit(momentum, nesterov=True)
                )
            ),
            "Your limit is that of the heavy ball. With nesterov it is lower.": (
                partial(reviewed, limit=lambda momentum, nesterov: theory.stability_limit(momentum))
            ),
            "Your limit is that of plain descent. Momentum moves it, and nesterov again.": (
                partial(reviewed, limit=lambda momentum, nesterov: 2.0)
            ),
            "1.357 and 3.8 are the limits at momentum 0.9. Each momentum has limits of its own.": (
                partial(reviewed, limit=lambda momentum, nesterov: 1.357 if nesterov else 3.8)
            ),
            "You compare lr alone with the limit, which is one of lr * curvature.": (
                lambda loss, curvature, *rest: reviewed(loss, 1.0, *rest)
            ),
            "decay does not fall exponentially: the rate is lr / (1 + decay * updates).": (
                partial(reviewed, left=lambda decay, updates: np.exp(-decay * updates))
            ),
            "decay does not fall along a line: the rate is lr / (1 + decay * updates).": (
                partial(reviewed, left=lambda decay, updates: 1 - decay * updates)
            ),
            "A decay above 0 is no fault by itself. How much of the rate is left after so many updates?": (
                partial(reviewed, left=lambda decay, updates: float(decay == 0))
            ),
        },
        reference=reviewed,
        cases=[
            line_of(0.4, 1000, 0.1, 1e-6, 0.9, True, loss=DEMO["loss"]),
            line_of(0.4, 1000, 0.1, 1e-6, 0.9, True),
            line_of(0.4, 1000, 6.0, 0.0, 0.9, True),
            line_of(0.4, 1000, 6.0, 0.0, 0.9, False),
            line_of(5.0, 1000, 0.3, 0.0, 0.9, True),
            line_of(5.0, 1000, 1.0, 0.0, 0.9, True, loss=DEMO["loss"]),
            line_of(5.0, 500, 1.0, 0.01, 0.9, True),
            line_of(1.0, 500, 0.1, 0.01, 0.9, False),
            line_of(1.0, 800, 0.1, 1e-3, 0.9, False),
            line_of(1.0, 600, 0.1, 1e-3, 0.0, False),
            line_of(2.0, 1000, 0.7, 0.0, 0.5, True),
        ],
        draw=line_drawn,
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
    "lesson 12b": Function(
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
    "lesson 12b, your turn": Prediction(
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
