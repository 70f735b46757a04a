"""Exercise 10: adaptive rates."""

from dataclasses import replace
from math import hypot, sqrt

import numpy as np

from course_lib.checks.task import Function, Prediction
from course_lib.optimizers import SGD, Adadelta, Adagrad, RMSprop
from course_lib.optimizers.adadelta import AdadeltaState
from course_lib.optimizers.adagrad import AdagradState


def adagrad(w, g, a, lr, epsilon):
    w, state = Adagrad(lr=lr, epsilon=epsilon).step(w, g, AdagradState(0, a))
    return w, state.square


def adagrad_over(size):
    """A wrong Adagrad: ``size`` makes the divisor from the sum before and after, and epsilon."""

    def wrong(w, g, a, lr, epsilon):
        after = a + g**2
        return w - lr * g / size(a, after, epsilon), after

    return wrong


def adagrad_in_place(w, g, a, lr, epsilon):
    w, after = adagrad(w, g, a, lr, epsilon)
    a[:] = after
    return w, a


def adadelta(w, g, a, d, lr, rho, epsilon):
    w, state = Adadelta(lr=lr, rho=rho, epsilon=epsilon).step(w, g, AdadeltaState(0, a, d))
    return w, state.square, state.step_square


def adadelta_by(factor):
    """A wrong Adadelta: g times a factor made of the mean before and after, of d and of epsilon."""

    def wrong(w, g, a, d, lr, rho, epsilon):
        after = rho * a + (1 - rho) * g**2
        u = g * factor(a, after, d, epsilon)
        return w - lr * u, after, rho * d + (1 - rho) * u**2

    return wrong


def adadelta_gathering(what):
    """A wrong Adadelta: the mean d is that of ``what(u, g, lr)``."""

    def wrong(w, g, a, d, lr, rho, epsilon):
        after, a, _ = adadelta(w, g, a, d, lr, rho, epsilon)
        return after, a, rho * d + (1 - rho) * what((w - after) / lr, g, lr)

    return wrong


def travel(optimizer, g, updates):
    """How far from the start it is after 0, 1, ... updates on a constant slope."""
    w, g = np.zeros(1), np.array([g])
    state, travelled = optimizer.init(w), [0.0]
    for _ in range(updates):
        w, state = optimizer.step(w, g, state)
        travelled.append(abs(w.item()))
    return np.array(travelled)


def distances(g, lr, rho, updates):
    return travel(Adagrad(lr=lr), g, updates), travel(RMSprop(lr=lr, rho=rho), g, updates)


def distances_but(adagrad_steps=None, rmsprop_steps=None):
    """Wrong distances: the steps of one, in units of lr, made of the updates' numbers, rho and g."""
    both = adagrad_steps, rmsprop_steps

    def wrong(g, lr, rho, updates):
        t, right = np.arange(1, updates + 1), distances(g, lr, rho, updates)
        given = [steps and np.append(0, lr * np.cumsum(steps(t, rho, abs(g)) + 0 * t)) for steps in both]
        return tuple(right[i] if given[i] is None else given[i] for i in range(2))

    return wrong


def draw_distances(axes, got, expected):
    names, styles = ["Adagrad", "RMSprop"], [("#0072B2", "o-"), ("#D55E00", "s-")]
    for right, mine, name, (colour, style) in zip(expected, got, names, styles, strict=True):
        axes.plot(right, "--", color="black", lw=3)
        axes.plot(mine, style, color=colour, ms=5, markevery=10, label=f"{name}, yours")
    axes.plot([], [], "--", color="black", lw=3, label="expected")
    t = np.arange(len(expected[0]))
    axes.plot(2 * TRAVELS[0]["lr"] * np.sqrt(t), ":", color="#009E73", label="2 lr sqrt(updates)")
    axes.set(xlabel="updates", ylabel="distance", title="How far they travel on a constant slope")
    axes.legend()


def step_of(optimizer, g, number=1):
    """The length of a step, all weights together, if every gradient is ``g``."""
    w = before = np.zeros(len(g))
    state = optimizer.init(w)
    for _ in range(number):
        before = w
        w, state = optimizer.step(w, np.array(g), state)
    return float(hypot(*(w - before)))


TRAVELS = [
    {"g": 100.0, "lr": 0.1, "rho": 0.9, "updates": 100},
    {"g": -0.01, "lr": 1.0, "rho": 0.5, "updates": 4},
    {"g": 3.0, "lr": 0.2, "rho": 0.75, "updates": 2},
]
TURNED = (5 / sqrt(2), 5 / sqrt(2))


def predicted(adagrad, number, rmsprop, adadelta, turned):
    """The lengths of four steps."""
    places = {4: "fourth", 9: "ninth", 16: "16th", 25: "25th"}
    return {
        f"Adagrad, {places[number]} step": step_of(adagrad, (50.0,), number),
        "RMSprop, first step": step_of(rmsprop, (50.0,)),
        "Adadelta, first step": step_of(adadelta, (50.0,)),
        "Adagrad, first step, turned": step_of(turned, TURNED),
    }


def predicted_again(rng):
    lr, number, turned = rng.choice([0.3, 0.6]), int(rng.choice([4, 16, 25])), rng.choice([0.3, 0.5])
    rho, slow = rng.choice([0.75, 0.84, 0.91]), rng.choice([0.96, 0.99])
    text = (
        f"Adagrad(lr={lr}), RMSprop(lr=0.02, rho={rho}) and Adadelta(lr=1, rho={slow}, epsilon=1e-4) with "
        f"the gradient 50, and Adagrad(lr={turned}) with the gradient [3.54, 3.54]. How long is the step?"
    )
    rmsprop, adadelta = RMSprop(lr=0.02, rho=rho), Adadelta(lr=1.0, rho=slow, epsilon=1e-4)
    return text, predicted(Adagrad(lr=lr), number, rmsprop, adadelta, Adagrad(lr=turned))


STEPS = predicted(
    Adagrad(lr=0.2), 9, RMSprop(lr=0.01, rho=0.96), Adadelta(lr=1.0, rho=0.75, epsilon=1e-6), Adagrad(lr=0.1)
)


def steps_but(**wrong):
    """The right answers, but for some places."""
    return tuple(wrong.get(f"at_{place}", right) for place, right in enumerate(STEPS.values()))


def first_step_from(a, g):
    w, _ = adagrad(np.zeros(1), np.array([g]), np.array([a]), lr=0.1, epsilon=1e-8)
    return float(-w[0])


TASKS = [
    Function(
        name="adagrad_step",
        points=3,
        hints=[
            "Which gradients are in the sum when the first step divides by it? And what is under the root?",
            "a = a + g**2 first, then w = w - lr * g / (sqrt(a) + epsilon)",
            "a = a + g**2",
        ],
        mistakes={
            "That is still the program with both faults: an old sum, and epsilon inside the root.": (
                adagrad_over(lambda before, after, epsilon: np.sqrt(before + epsilon))
            ),
            "The sum has the present gradient now. epsilon is still inside the root.": (
                adagrad_over(lambda before, after, epsilon: np.sqrt(after + epsilon))
            ),
            "epsilon is outside now. You still divide by the sum from before this gradient.": (
                adagrad_over(lambda before, after, epsilon: np.sqrt(before) + epsilon)
            ),
            "The sum is lost: you keep the last square alone. Add it to a.": (
                lambda w, g, a, lr, epsilon: adagrad(w, g, 0 * a, lr, epsilon)
            ),
            "The root is missing: you divide by the sum of squares itself.": (
                adagrad_over(lambda before, after, epsilon: after + epsilon)
            ),
            "You take one sum for all weights. Each weight has its own.": (
                adagrad_over(lambda before, after, epsilon: np.sqrt(after.sum()) + epsilon)
            ),
            "Your step has the wrong sign: it climbs.": (
                adagrad_over(lambda before, after, epsilon: -(np.sqrt(after) + epsilon))
            ),
            "epsilon is gone. It stands beside the root, and a gradient of 0 would be divided by 0.": (
                adagrad_over(lambda before, after, epsilon: np.sqrt(after))
            ),
            "The step is right. You return the sum from before; the next update needs the new one.": (
                lambda w, g, a, lr, epsilon: (adagrad(w, g, a, lr, epsilon)[0], a)
            ),
            "Both are right, in the wrong order: the new weights come first.": (
                lambda w, g, a, lr, epsilon: adagrad(w, g, a, lr, epsilon)[::-1]
            ),
            "You change the caller's own a: a += ... does that. Write a = a + ...": adagrad_in_place,
        },
        reference=adagrad,
        cases=[
            {
                "w": np.array([0.0, 0.0]),
                "g": np.array([3.0, 1e-4]),
                "a": np.array([0.0, 0.0]),
                "lr": 0.1,
                "epsilon": 1e-8,
            },
            {
                "w": np.array([1.0, -2.0, 0.5]),
                "g": np.array([0.5, -4.0, 2e-4]),
                "a": np.array([2.0, 9.0, 1e-8]),
                "lr": 0.5,
                "epsilon": 1e-8,
            },
            {
                "w": np.array([1.0, 1.0]),
                "g": np.array([-0.3, 0.2]),
                "a": np.array([0.16, 0.04]),
                "lr": 1.0,
                "epsilon": 0.1,
            },
        ],
        draw=lambda rng: {
            "w": rng.normal(size=3),
            "g": rng.uniform(0.1, 3, size=3) * rng.choice([-1, 1], size=3),
            "a": rng.uniform(0.1, 5, size=3),
            "lr": rng.uniform(0.01, 1),
            "epsilon": rng.uniform(0.001, 0.1),
        },
        atol=1e-14,
    ),
    Function(
        name="adadelta_step",
        points=4,
        hints=[
            "Which of the two means must be new before the step is made, and which can only be new after it?",
            "u = g * sqrt(d + epsilon) / sqrt(a + epsilon), with the new a and the old d; w = w - lr * u",
            "a = rho * a + (1 - rho) * g**2",
        ],
        mistakes={
            "epsilon belongs inside both roots here. Outside, the first step is next to nothing.": (
                adadelta_by(lambda before, a, d, epsilon: (np.sqrt(d) + epsilon) / (np.sqrt(a) + epsilon))
            ),
            "You divide by the mean from before this gradient. Bring a up to date first.": (
                adadelta_by(lambda before, a, d, epsilon: np.sqrt(d + epsilon) / np.sqrt(before + epsilon))
            ),
            "The roots are missing: you take the means of squares themselves.": (
                adadelta_by(lambda before, a, d, epsilon: (d + epsilon) / (a + epsilon))
            ),
            "The two roots are the wrong way round: multiply by that of d, divide by that of a.": (
                adadelta_by(lambda before, a, d, epsilon: np.sqrt(a + epsilon) / np.sqrt(d + epsilon))
            ),
            "The step has nothing of d in it. Its root stands where lr stood in RMSprop.": (
                adadelta_by(lambda before, a, d, epsilon: 1 / np.sqrt(a + epsilon))
            ),
            "epsilon is outside of the second root. Here it belongs inside both: sqrt(a + epsilon).": (
                adadelta_by(lambda before, a, d, epsilon: np.sqrt(d + epsilon) / (np.sqrt(a) + epsilon))
            ),
            "You have rho and 1 - rho the wrong way round: rho is the part that is kept.": (
                lambda w, g, a, d, lr, rho, epsilon: adadelta(w, g, a, d, lr, 1 - rho, epsilon)
            ),
            "Your step has the wrong sign: it climbs.": (
                adadelta_by(lambda before, a, d, epsilon: -np.sqrt(d + epsilon) / np.sqrt(a + epsilon))
            ),
            "All three are right, in the wrong order: w, then a, then d.": (
                lambda w, g, a, d, lr, rho, epsilon: tuple(
                    adadelta(w, g, a, d, lr, rho, epsilon)[i] for i in (0, 2, 1)
                )
            ),
            "lr is missing in the step: w = w - lr * u.": (
                lambda w, g, a, d, lr, rho, epsilon: adadelta(w, g, a, d, 1.0, rho, epsilon)
            ),
            "Your d has the squares of lr * u. It is made of u, before lr comes in.": (
                adadelta_gathering(lambda u, g, lr: (lr * u) ** 2)
            ),
            "Your d has the squares of the gradients, as a has. It is made of the steps, u**2.": (
                adadelta_gathering(lambda u, g, lr: g**2)
            ),
            "Your d has u itself. It is a mean of squares, u**2.": adadelta_gathering(lambda u, g, lr: u),
            "You return the d that was given. The next step needs the new one.": (
                lambda w, g, a, d, lr, rho, epsilon: (*adadelta(w, g, a, d, lr, rho, epsilon)[:2], d)
            ),
        },
        reference=adadelta,
        cases=[
            {
                "w": np.array([1.0, 1.0]),
                "g": np.array([5.0, -0.02]),
                "a": np.array([0.0, 0.0]),
                "d": np.array([0.0, 0.0]),
                "lr": 1.0,
                "rho": 0.95,
                "epsilon": 1e-8,
            },
            {
                "w": np.array([0.5, -1.0]),
                "g": np.array([2.0, 0.5]),
                "a": np.array([1.0, 4.0]),
                "d": np.array([0.01, 0.25]),
                "lr": 0.5,
                "rho": 0.9,
                "epsilon": 0.01,
            },
        ],
        draw=lambda rng: {
            "w": rng.normal(size=2),
            "g": rng.uniform(0.1, 3, size=2) * rng.choice([-1, 1], size=2),
            "a": rng.uniform(0.1, 5, size=2),
            "d": rng.uniform(0.01, 0.5, size=2),
            "lr": rng.uniform(0.1, 0.9),
            "rho": rng.uniform(0.5, 0.95),
            "epsilon": rng.uniform(0.001, 0.1),
        },
        atol=1e-14,
    ),
    Function(
        name="two_distances",
        points=4,
        hints=[
            "What does each of the two remember after one update, and what after four?",
            "a = a + g**2, or a = rho * a + (1 - rho) * g**2 for RMSprop; the step is lr * g / sqrt(a)",
            "adagrad, rmsprop, total, mean = [0.0], [0.0], 0.0, 0.0",
        ],
        mistakes={
            "Your Adagrad forgets: with g**2 alone in place of the sum all steps are lr.": (
                distances_but(adagrad_steps=lambda t, rho, g: 1)
            ),
            "The root is missing: the step is lr * g / sqrt(a) in both.": (
                distances_but(lambda t, rho, g: 1 / (g * t), lambda t, rho, g: 1 / (g * (1 - rho**t)))
            ),
            "The root is missing in Adagrad: its step is lr * g / sqrt(a).": (
                distances_but(adagrad_steps=lambda t, rho, g: 1 / (g * t))
            ),
            "Your RMSprop begins with a full mean. It starts at 0, so the first steps are longer.": (
                distances_but(rmsprop_steps=lambda t, rho, g: 1)
            ),
            "1 - rho is missing before g**2 in RMSprop: then a is a sum, and no mean.": (
                distances_but(rmsprop_steps=lambda t, rho, g: np.sqrt((1 - rho) / (1 - rho**t)))
            ),
            "You have rho and 1 - rho the wrong way round in RMSprop: rho is the part that is kept.": (
                distances_but(rmsprop_steps=lambda t, rho, g: 1 / np.sqrt(1 - (1 - rho) ** t))
            ),
            "Both start at distance 0. That comes first, so there are updates + 1 numbers.": (
                lambda g, lr, rho, updates: tuple(way[1:] for way in distances(g, lr, rho, updates))
            ),
            "Those are the steps. The distance is what they add up to.": (
                lambda g, lr, rho, updates: tuple(np.diff(way) for way in distances(g, lr, rho, updates))
            ),
            "Those are the steps, with a 0 in front. The distance is what they add up to.": (
                lambda g, lr, rho, updates: tuple(
                    np.append(0, np.diff(way)) for way in distances(g, lr, rho, updates)
                )
            ),
            "Your Adagrad is the rule, which is only close to it. Add up its steps, lr * g / sqrt(a).": (
                lambda g, lr, rho, updates: (
                    2 * lr * np.sqrt(np.arange(updates + 1)),
                    distances(g, lr, rho, updates)[1],
                )
            ),
            "That is the weight, which goes against the slope. A distance has no sign.": (
                lambda g, lr, rho, updates: tuple(-np.sign(g) * way for way in distances(g, lr, rho, updates))
            ),
            "Your distance is below 0 where the gradient is. It has no sign: take abs(g).": (
                lambda g, lr, rho, updates: tuple(np.sign(g) * way for way in distances(g, lr, rho, updates))
            ),
            "Both are right, in the wrong order: Adagrad comes first.": (
                lambda g, lr, rho, updates: distances(g, lr, rho, updates)[::-1]
            ),
        },
        reference=distances,
        cases=TRAVELS,
        draw=lambda rng: {
            "g": float(10 ** rng.uniform(-2, 2)),
            "lr": rng.uniform(0.01, 1),
            "rho": rng.uniform(0.55, 0.95),
            "updates": int(rng.integers(3, 20)),
        },
        rtol=1e-4,  # with epsilon or without
        picture=draw_distances,
    ),
    Prediction(
        name="predict_adaptive_steps",
        points=4,
        hints=[
            "In all four the size of the gradient drops out. What is left?",
            "lr / sqrt(t) in update t; lr / sqrt(1 - rho); sqrt(epsilon / (1 - rho)); Pythagoras",
            "return 0.2 / sqrt(9), ... and in the last one each weight takes a step of lr",
        ],
        mistakes={
            "The ninth step is the ninth, not the first: by then nine squares are in the sum.": (
                lambda: steps_but(at_0=0.2)
            ),
            "Nine squares are in the sum, and the step divides by its root: that is 3.": (
                lambda: steps_but(at_0=0.2 / 9)
            ),
            "You count eight squares. The ninth step's own gradient is in the sum as well.": (
                lambda: steps_but(at_0=0.2 / sqrt(8))
            ),
            "RMSprop's mean starts at 0: after one update it is only 0.04 of the square.": (
                lambda: steps_but(at_1=0.01)
            ),
            "RMSprop divides by the root of its mean: the root of 0.04 is 0.2.": (
                lambda: steps_but(at_1=0.01 / 0.04)
            ),
            "After one update RMSprop's mean holds 1 - rho of the square, not rho of it.": (
                lambda: steps_but(at_1=0.01 / sqrt(0.96))
            ),
            "Adadelta does not begin with steps of lr: d is 0, and only epsilon is under the root.": (
                lambda: steps_but(at_2=1.0)
            ),
            "In Adadelta a is not yet the square: after one update it is a quarter of it.": (
                lambda: steps_but(at_2=1e-3)
            ),
            "Adadelta's a has 1 - rho of the square, a quarter of it, and not rho of it.": (
                lambda: steps_but(at_2=sqrt(1e-6 / 0.75))
            ),
            "The root is missing in Adadelta's step.": lambda: steps_but(at_2=4e-6),
            "After the turn both weights have a gradient, and each takes a step of lr.": (
                lambda: steps_but(at_3=0.1)
            ),
            "The two steps of the last one are at a right angle: their lengths do not simply add up.": (
                lambda: steps_but(at_3=0.2)
            ),
            "Plain descent would go 0.5 far, turned or not. Adagrad divides each gradient by its size.": (
                lambda: steps_but(at_3=step_of(SGD(lr=0.1), TURNED))
            ),
        },
        expected=STEPS,
        again=predicted_again,
    ),
]

LESSON = {
    "lesson 10": replace(TASKS[0], points=0, draw=None),
    "lesson 10, your turn": Prediction(
        name="first_steps",
        points=0,
        hints=["What is a after the first update, at either gradient?", "lr * g / sqrt(0.1 + g**2)"],
        mistakes={
            "That is with a = 0, where the size of the gradient drops out.": lambda: (0.1, 0.1),
            "You divide by a. It is a sum of squares, and its root is what divides.": lambda: (
                0.1 * 100 / (0.1 + 100**2),
                0.1 * 0.01 / (0.1 + 0.01**2),
            ),
            "You divide by the a from before the update. First g**2 is added to it.": lambda: (
                0.1 * 100 / sqrt(0.1),
                0.1 * 0.01 / (sqrt(0.1) * 1.02),
            ),
        },
        expected={f"at the gradient {g:g}": first_step_from(0.1, g) for g in (100.0, 0.01)},
    ),
}
