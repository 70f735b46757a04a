"""Exercise 8: decay."""

import numpy as np

from course_lib import surfaces, training
from course_lib.checks.drawing import EXPECTED, YOURS
from course_lib.checks.task import Function, Prediction
from course_lib.optimizers import SGD
from course_lib.schedules import Exponential, InverseTime

DECAY = 0.004  # predicted on: when is a half left, and when a tenth?
TOO_LARGE = SGD(lr=0.5, decay=0.04)  # at this curvature
CURVATURE = 10.0


def rates(lr, decay, epochs, updates):
    return InverseTime(lr, decay)(np.arange(epochs * updates))


def rates_by_epoch(lr, decay, epochs, updates):
    return np.repeat(InverseTime(lr, decay)(np.arange(epochs)), updates)


def draw_rates(axes, got, expected):
    axes.plot(expected, **EXPECTED)
    axes.plot(np.ravel(got), **YOURS)
    axes.set(xlabel="updates done", ylabel="rate", title="The rate of every update", ylim=0)
    axes.legend()


def train(w, lr, decay, curvature, updates):
    sgd = SGD(lr=lr, decay=decay)
    run = training.run(surfaces.Parabola(curvature), sgd, w0=[w], steps=updates)
    return run.w[0], run.rates[-1]


def train_in_place(w, lr, decay, curvature, updates):
    in_use = lr
    for t in range(updates):
        in_use = lr
        in_use *= 1 / (1 + decay * t)
        w = w - in_use * curvature * w
    return w, in_use


def train_compounded(w, lr, decay, curvature, updates):
    return train_in_place(w, lr.copy(), decay, curvature, updates)


def train_from_one(w, lr, decay, curvature, updates):
    return train(w, lr / (1 + decay), decay / (1 + decay), curvature, updates)


def train_one_behind(w, lr, decay, curvature, updates):
    return train(w, lr, decay, curvature, updates)[0], SGD(lr=lr, decay=decay).rate(updates)


def train_changing_w(w, lr, decay, curvature, updates):
    w[:], in_use = train(w, lr, decay, curvature, updates)
    return w, in_use


def furthest(sgd, curvature):
    run = training.run(surfaces.Parabola(curvature), sgd, w0=[1.0], steps=80)
    return int(run.losses.argmax())  # the loss is largest where |w| is


def waits(decay, sgd, curvature):
    return {
        "updates until half of lr is left": 1 / decay,
        "updates until a tenth of lr is left": 9 / decay,
        "updates until |w| is largest": furthest(sgd, curvature),
    }


def waits_again(rng):
    lr, decay = rng.choice([0.1, 0.4]), rng.choice([0.002, 0.005, 0.01])
    sgd = SGD(
        **rng.choice([{"lr": 0.7, "decay": 0.04}, {"lr": 0.3, "decay": 0.04}, {"lr": 0.35, "decay": 0.02}])
    )
    text = (
        f"The first two are about SGD(lr={lr}, decay={decay}), the third about SGD(lr={sgd.lr}, "
        f"decay={sgd.decay}) on a parabola of curvature {CURVATURE:g}, from w = 1."
    )
    return text, waits(decay, sgd, CURVATURE)


def two_ways(lr, share, updates):
    t = np.arange(updates + 1)
    decay = (1 / share - 1) / updates
    return InverseTime(lr, decay)(t), Exponential(lr, factor=share, steps=updates)(t)


def draw_two_ways(axes, got, expected):
    names = ["inverse time", "exponential"]
    styles = [("#0072B2", "o-"), ("#D55E00", "s-")]
    for right, mine, name, (colour, style) in zip(expected, got, names, styles, strict=True):
        axes.plot(right, "--", color="black", lw=3)
        axes.plot(mine, style, color=colour, ms=5, markevery=5, label=f"{name}, yours")
    axes.plot([], [], "--", color="black", lw=3, label="expected")
    axes.set(xlabel="updates done", ylabel="rate", title="Two ways down to the same share", ylim=0)
    axes.legend()


TASKS = [
    Function(
        name="rates_of_training",
        points=4,
        hints=[
            "How many updates are done when the second epoch begins? Does the count go back to 0?",
            "rate = lr / (1 + decay * t), with t = 0, 1, ... up to epochs * updates - 1",
            "t = np.arange(epochs * updates)",
        ],
        mistakes={
            "You count epochs, so the rate stays the same within one. decay counts updates.": rates_by_epoch,
            "Your count starts anew in each epoch. The optimizer knows of no epochs and counts on.": (
                lambda lr, decay, epochs, updates: np.tile(rates(lr, decay, 1, updates), epochs)
            ),
            "Your count starts at 1. Before the first update none is done: t is 0, the rate is lr.": (
                lambda lr, decay, epochs, updates: rates(lr, decay, epochs, updates + 1)[
                    1 : epochs * updates + 1
                ]
            ),
            "That is one rate for each epoch. One for each update is asked for.": (
                lambda lr, decay, epochs, updates: rates(lr, decay, 1, epochs)
            ),
            "The decay compounds: you divide the rate that was divided already. Divide lr each time.": (
                lambda lr, decay, epochs, updates: lr / np.cumprod(1 + decay * np.arange(epochs * updates))
            ),
            "You take the same part away at every update. That is an exponential schedule, not this one.": (
                lambda lr, decay, epochs, updates: lr / (1 + decay) ** np.arange(epochs * updates)
            ),
            "You multiply by 1 - decay at every update: exponential. Here lr is divided by 1 + decay * t.": (
                lambda lr, decay, epochs, updates: lr * (1 - decay) ** np.arange(epochs * updates)
            ),
            "Your rates fall along a line, and in the end below 0. Divide lr by 1 + decay * t.": (
                lambda lr, decay, epochs, updates: lr * (1 - decay * np.arange(epochs * updates))
            ),
            "One rate too many: the last update has the count epochs * updates - 1.": (
                lambda lr, decay, epochs, updates: rates(lr, decay, 1, epochs * updates + 1)
            ),
            "The numbers are right. They should come in one row, not in a table of epochs.": (
                lambda lr, decay, epochs, updates: rates(lr, decay, epochs, updates).reshape(epochs, updates)
            ),
        },
        reference=rates,
        cases=[
            {"lr": 0.1, "decay": 0.05, "epochs": 4, "updates": 10},
            {"lr": 0.5, "decay": 0.5, "epochs": 2, "updates": 3},
            {"lr": 1.0, "decay": 0.01, "epochs": 3, "updates": 2},
        ],
        draw=lambda rng: {
            "lr": rng.uniform(0.05, 1),
            "decay": rng.uniform(0.01, 1),
            "epochs": int(rng.integers(2, 5)),
            "updates": int(rng.integers(2, 7)),
        },
        picture=draw_rates,
    ),
    Function(
        name="train_with_decay",
        points=3,
        hints=[
            "After in_use = lr, how many arrays are there? Print lr after each update.",
            "in_use = lr * (1 / (1 + decay * t)) makes a new array and leaves lr alone",
            "for t in range(updates): ... with the line from the second hint where two lines stood",
        ],
        mistakes={
            "in_use is lr under a second name, so *= changes lr, and the decay compounds.": train_in_place,
            "The caller's lr is safe now, but the decay still compounds. Start from lr at every update.": (
                train_compounded
            ),
            "There is no decay left: every update takes the whole lr.": (
                lambda w, lr, decay, curvature, updates: train(w, lr, 0.0, curvature, updates)
            ),
            "Your count starts at 1, so the first rate is below lr. It starts at 0.": train_from_one,
            "You return the rate of the next update. Asked for is the one that the last update used.": (
                train_one_behind
            ),
            "The second value is lr, the rate of the first update. Asked for is the rate of the last.": (
                lambda w, lr, decay, curvature, updates: (train(w, lr, decay, curvature, updates)[0], lr)
            ),
            "You change the caller's own w: w -= ... does that. Write w = w - ...": train_changing_w,
        },
        reference=train,
        cases=[
            {
                "w": np.array([1.0]),
                "lr": np.array([0.1]),
                "decay": 0.01,
                "curvature": 0.5,
                "updates": 100,
            },
            {
                "w": np.array([1.0, -2.0]),
                "lr": np.array([0.5, 0.05]),
                "decay": 0.1,
                "curvature": 1.5,
                "updates": 6,
            },
            {
                "w": np.array([3.0, 1.0, 1.0]),
                "lr": np.array([0.2, 0.4, 0.8]),
                "decay": 1.0,
                "curvature": 1.0,
                "updates": 3,
            },
        ],
        draw=lambda rng: {
            "w": rng.uniform(0.5, 2, size=2),
            "lr": rng.uniform(0.05, 0.4, size=2),
            "decay": rng.uniform(0.05, 0.5),
            "curvature": rng.uniform(0.5, 2),
            "updates": int(rng.integers(3, 12)),
        },
    ),
    Prediction(
        name="predict_decay",
        points=3,
        hints=[
            "What must 1 + decay * t be when half is left, and what when a tenth is left?",
            "A share is left when 1 + decay * t = 1 / share. |w| grows while rate * curvature is above 2.",
            "return 1 / 0.004, ... and solve 0.5 / (1 + 0.04 * t) * 10 = 2 for the third",
        ],
        mistakes={
            "You halve it every 250 updates. That is an exponential schedule; this one slows down.": (
                lambda: (250, 250 * np.log2(10), 38)
            ),
            "A tenth is left when 1 + decay * t is 10, so decay * t is 9 and not 10.": lambda: (
                250,
                2500,
                38,
            ),
            "A half and a tenth of lr do not depend on lr: it is in front of the fraction.": (
                lambda: (0.2 / DECAY, 9 * 0.2 / DECAY, 38)
            ),
            "You left out the curvature. It is 10, so the rate itself is too large while it is above 0.2.": (
                lambda: (250, 2250, 0)
            ),
            "No t is below 0. With curvature 10 the rate itself is too large while it is above 0.2.": (
                lambda: (250, 2250, -75)
            ),
            "When a tenth is left, 1 + decay * t must be 10. After 225 updates it is only 1.9.": (
                lambda: (250, 225, 38)
            ),
            "There the rate has come down to 1 / curvature. |w| stops growing earlier, at 2 / curvature.": (
                lambda: (250, 2250, 100)
            ),
            "The update with t = 37 still takes w outward. When it is done, 38 are done.": (
                lambda: (250, 2250, 37)
            ),
        },
        expected=waits(DECAY, TOO_LARGE, CURVATURE),
        atol=0.5,
        again=waits_again,
    ),
    Function(
        name="two_ways_down",
        points=4,
        hints=[
            "Which decay makes 1 + decay * updates equal to 1 / share? And what is share**0, and share**1?",
            "lr / (1 + decay * t) with decay = (1 / share - 1) / updates, and lr * share**(t / updates)",
            "t = np.arange(updates + 1)",
        ],
        mistakes={
            "Your decay halves the rate after these updates, whatever the share. 1 / share - 1 is missing.": (
                lambda lr, share, updates: (
                    InverseTime(lr, 1 / updates)(np.arange(updates + 1)),
                    two_ways(lr, share, updates)[1],
                )
            ),
            "Your inverse time falls too low. 1 + decay * updates must be 1 / share: mind the 1.": (
                lambda lr, share, updates: (
                    InverseTime(lr, 1 / share / updates)(np.arange(updates + 1)),
                    two_ways(lr, share, updates)[1],
                )
            ),
            "Your exponential takes the whole share at every update. The share is for all together.": (
                lambda lr, share, updates: (
                    two_ways(lr, share, updates)[0],
                    lr * share ** np.arange(updates + 1.0),
                )
            ),
            "Your exponential falls too far: its ratio is share ** (1 / updates), and not 1 / (1 + decay).": (
                lambda lr, share, updates: (
                    two_ways(lr, share, updates)[0],
                    lr / (1 + (1 / share - 1) / updates) ** np.arange(updates + 1),
                )
            ),
            "exp(-decay * t) falls too far. At t = updates it must be share: put log(share) into it.": (
                lambda lr, share, updates: (
                    two_ways(lr, share, updates)[0],
                    lr * np.exp(-(1 / share - 1) / updates * np.arange(updates + 1)),
                )
            ),
            "Your second way is a line down to the share. An exponential keeps the same ratio instead.": (
                lambda lr, share, updates: (
                    two_ways(lr, share, updates)[0],
                    np.linspace(lr, lr * share, updates + 1),
                )
            ),
            "The last rate is missing: with the one before the first update there are updates + 1.": (
                lambda lr, share, updates: tuple(way[:-1] for way in two_ways(lr, share, updates))
            ),
            "Those are shares of lr. Multiply by lr.": lambda lr, share, updates: two_ways(
                1.0, share, updates
            ),
            "Both are right, in the wrong order: inverse time comes first.": (
                lambda lr, share, updates: two_ways(lr, share, updates)[::-1]
            ),
        },
        reference=two_ways,
        cases=[
            {"lr": 0.1, "share": 0.05, "updates": 60},
            {"lr": 0.8, "share": 0.25, "updates": 4},
            {"lr": 2.0, "share": 0.5, "updates": 10},
        ],
        draw=lambda rng: {
            "lr": rng.uniform(0.05, 0.9),
            "share": rng.uniform(0.02, 0.4),
            "updates": int(rng.integers(3, 30)),
        },
        picture=draw_two_ways,
    ),
]

LESSON = {
    "lesson 8": Function(
        name="rate",
        points=0,
        hints=["What is lr divided by after t updates?", "1 + decay * t"],
        mistakes={
            "That is exponential decay: it takes the same share away at each update.": (
                lambda t, lr, decay: lr * (1 - decay) ** t
            ),
            "You divide once more at every update. It is lr that is divided, by 1 + decay * t.": (
                lambda t, lr, decay: lr / (1 + decay) ** t
            ),
            "That falls in a straight line, and goes below 0.": lambda t, lr, decay: lr * (1 - decay * t),
            "decay * t alone is 0 at the first update, which has the whole rate: 1 is missing.": (
                lambda t, lr, decay: lr / np.float64(decay * t)
            ),
            "You are one update ahead: t counts the updates that are done.": (
                lambda t, lr, decay: lr / (1 + decay * (t + 1))
            ),
        },
        reference=lambda t, lr, decay: InverseTime(lr, decay)(t),
        cases=[
            {"t": 0, "lr": 0.1, "decay": 0.01},
            {"t": 100, "lr": 0.1, "decay": 0.01},
            {"t": 7, "lr": 2.0, "decay": 0.5},
        ],
    ),
    "lesson 8, your turn": Prediction(
        name="decay_to_a_quarter",
        points=0,
        hints=["How many updates are there in all?", "1 + decay * 6000 is 4"],
        mistakes={
            "You count epochs. decay is taken at every update, and there are 20 * 300.": lambda: 3 / 20,
            "Then a half is left: 1 + decay * t is 2.": lambda: 1 / 6000,
            "Then a fifth is left: 1 / (1 + 4). A quarter is 1 / (1 + 3).": lambda: 4 / 6000,
            "You count the updates of one epoch; there are 20.": lambda: 3 / 300,
            "A quarter is left when 1 + decay * t is 4.": lambda: 0.25 / 6000,
        },
        expected={"decay": (1 / 0.25 - 1) / (20 * 300)},
    ),
}
