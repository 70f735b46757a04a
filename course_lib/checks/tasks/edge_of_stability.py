"""Exercise 16: the edge of stability."""

import numpy as np

from course_lib import theory
from course_lib.checks.task import Function, Prediction

TURNS = 60
AROUND = 1e-4  # to either side, between which a gradient's change is measured
TRIED = np.array([0.1, 0.3, 0.45, 0.7, 0.9, 1.1])


# Losses of two and three weights, and their gradients.


def bowl(w):
    return (w[0] ** 2 + 4 * w[1] ** 2) / 2


def bowl_gradient(w):
    return np.array([w[0], 4 * w[1]])


def saddle_gradient(w):
    return np.array([w[0], 2 * w[1], -5 * w[2]])


def two_layers(w):
    return (1 - w[0] * w[1]) ** 2 / 2


def two_layers_gradient(w):
    u, v = w
    return (u * v - 1) * np.array([v, u])


def double_well(w):
    return (w[0] ** 2 - 1) ** 2 / 4 + w[1] ** 2 / 2


def double_well_gradient(w):
    return np.array([w[0] ** 3 - w[0], w[1]])


# Task 1: the power iteration.


def change(gradient, w, direction):
    there, back = gradient(w + AROUND * direction), gradient(w - AROUND * direction)
    return (there - back) / (2 * AROUND)


def unit(direction):
    return direction / np.sqrt(direction @ direction)


def steepest(gradient, w, direction, turns):
    for _ in range(turns):
        direction = unit(change(gradient, w, direction))
    return direction @ change(gradient, w, direction)


def steepest_by(turned, read=lambda direction, changed: direction @ changed):
    """A wrong answer: how a direction is turned, and what is read off in the end."""

    def wrong(gradient, w, direction, turns):
        for _ in range(turns):
            direction = turned(gradient, w, direction)
        return read(direction, change(gradient, w, direction))

    return wrong


def turned(gradient, w, direction):
    return unit(change(gradient, w, direction))


def length(vector):
    return np.sqrt(vector @ vector)


# Task 2: the largest rate that trains.


def end(value, gradient, w, lr, updates):
    """The loss after so many updates; inf where it left the range of numbers."""
    for _ in range(updates):
        w = w - lr * gradient(w)
        if not np.abs(w).max() < 1e100:
            return np.inf
    return value(w)


def trains(value, gradient, w, lr, updates):
    return end(value, gradient, w, lr, updates) < value(w)


def largest_rate(value, gradient, w, rates, updates):
    return max(lr for lr in rates if trains(value, gradient, w, lr, updates))


def largest_by_the_limit(value, gradient, w, rates, updates):
    limit = 2 / steepest(gradient, w, unit(np.ones(len(w))), TURNS)
    return max(lr for lr in rates if lr < limit)


def lowest_end(value, gradient, w, rates, updates):
    return min(rates, key=lambda lr: end(value, gradient, w, lr, updates))


def falls_in_every_update(value, gradient, w, rates, updates):
    def falls(lr):
        place, losses = w, [value(w)]
        for _ in range(updates):
            place = place - lr * gradient(place)
            losses.append(value(place))
        return all(np.diff(losses) <= 0)

    return max(lr for lr in rates if falls(lr))


def training_on(value, gradient, w, rates, updates):
    found, start = 0.0, value(w)
    for lr in rates:
        for _ in range(updates):
            w = w - lr * gradient(w)
        if value(w) < start:
            found = lr
    return found


# Task 3: where the curvature ends.


def edge(lr, momentum=0.0, nesterov=False):
    return float(theory.stability_limit(momentum, nesterov) / lr)


def named(plain, heavy, nesterov, rate):
    return {
        "plain SGD": plain,
        "with momentum": heavy,
        "with nesterov": nesterov,
        "the rate": rate,
    }


PREDICTED = named(edge(5.0), edge(5.0, 0.6), edge(5.0, 0.6, nesterov=True), edge(1.5, 0.5))


def edges_but(**wrong):
    """The right answers, but for some places."""
    right = enumerate(PREDICTED.values())
    return tuple(wrong.get(f"at_{place}", value) for place, value in right)


def edges_again(rng):
    lr, momentum, curvature = (
        rng.choice([3.0, 4.0, 8.0]),
        rng.choice([0.2, 0.3, 0.7]),
        rng.choice([0.4, 0.6, 1.2]),
    )
    text = (
        f"Where does the curvature end with lr = {lr:g}: by plain SGD, with momentum {momentum:g}, and with "
        f"nesterov besides? And with which lr does it end at {curvature:g}, if the momentum is {momentum:g}?"
    )
    ends = edge(lr), edge(lr, momentum), edge(lr, momentum, nesterov=True)
    return text, named(*ends, edge(curvature, momentum))


# The lesson's own lines.


def descend(u, v, lr):
    error = 1 - u * v
    return u + lr * error * v, v + lr * error * u


def one_after_the_other(u, v, lr):
    error = 1 - u * v
    u = u + lr * error * v
    return u, v + lr * error * u


def with_a_new_error(u, v, lr):
    u = u + lr * (1 - u * v) * v
    return u, v + lr * (1 - u * v) * u


TASKS = [
    Function(
        name="steepest",
        points=4,
        hints=[
            "How does the gradient change from a little before w to a little behind it, along the direction?",
            "change = (gradient(w + h * direction) - gradient(w - h * direction)) / (2 * h)",
            "for _ in range(turns): change = ..., direction = change / np.linalg.norm(change)",
        ],
        mistakes={
            "The direction keeps its growing length. Shorten it to length 1 after each turn.": steepest_by(
                change
            ),
            "That is the length of the change: it cannot be negative. Take direction @ change.": steepest_by(
                turned, lambda direction, changed: length(changed)
            ),
            "The change is still to be divided by 2 * h, how far apart the two places are.": steepest_by(
                turned, lambda direction, changed: direction @ changed * 2 * AROUND
            ),
            "Divide by 2 * h: the two places are twice h apart.": steepest_by(
                turned, lambda direction, changed: 2 * direction @ changed
            ),
            "That is the curvature along the direction that was given: it is to be turned first.": (
                lambda gradient, w, direction, turns: direction @ change(gradient, w, direction)
            ),
            "You return the direction. Asked for is the curvature along it.": steepest_by(
                turned, lambda direction, changed: direction
            ),
            "You turn the direction into the gradient. Turn it into the gradient's change.": steepest_by(
                lambda gradient, w, direction: unit(gradient(w))
            ),
        },
        reference=steepest,
        rtol=1e-4,
        cases=[
            {
                "gradient": bowl_gradient,
                "w": np.array([1.0, 1.0]),
                "direction": np.array([0.8, 0.6]),
                "turns": 30,
            },
            {
                "gradient": two_layers_gradient,
                "w": np.array([2.0, 0.5]),
                "direction": np.array([0.6, 0.8]),
                "turns": 30,
            },
            {
                "gradient": saddle_gradient,
                "w": np.array([1.0, -1.0, 2.0]),
                "direction": np.array([0.6, 0.64, 0.48]),
                "turns": 60,
            },
        ],
        draw=lambda rng: {
            "gradient": two_layers_gradient,
            "w": rng.uniform(1.0, 3.0, 2),
            "direction": unit(rng.uniform(0.2, 1.0, 2)),
            "turns": 80,
        },
    ),
    Function(
        name="largest_rate",
        points=4,
        hints=[
            "What does it mean that a rate trains? Try each of them from the same w.",
            "for _ in range(updates): w = w - lr * gradient(w), and then value(w) beside value at the start",
            "for lr in rates: place = w, and then descend from place",
        ],
        mistakes={
            "That is the rate that ends lowest. Asked for is the largest that trains.": lowest_end,
            "That is the largest below 2 / curvature at the start. Try all of them.": largest_by_the_limit,
            "The loss may rise on the way: only its end counts.": falls_in_every_update,
            "Each rate begins at the w that was given, not where the last one ended.": training_on,
            "That is the smallest rate that trains.": (
                lambda value, gradient, w, rates, updates: min(
                    lr for lr in rates if trains(value, gradient, w, lr, updates)
                )
            ),
        },
        reference=largest_rate,
        cases=[
            {
                "value": two_layers,
                "gradient": two_layers_gradient,
                "w": np.array([2.0, 0.6]),
                "rates": TRIED,
                "updates": 20,
            },
            {
                "value": bowl,
                "gradient": bowl_gradient,
                "w": np.array([1.0, 1.0]),
                "rates": np.array([0.1, 0.2, 0.4, 0.6]),
                "updates": 50,
            },
            {
                "value": double_well,
                "gradient": double_well_gradient,
                "w": np.array([1.6, 1.0]),
                "rates": np.array([0.2, 0.35, 0.5, 0.7, 2.5]),
                "updates": 100,
            },
        ],
        draw=lambda rng: {
            "value": two_layers,
            "gradient": two_layers_gradient,
            "w": np.array([rng.uniform(1.8, 2.4), rng.uniform(0.55, 0.65)]),
            "rates": TRIED[: int(rng.integers(3, 7))],
            "updates": 40,
        },
    ),
    Prediction(
        name="predict_edges",
        points=4,
        hints=[
            "At which lr * curvature does an error along the steepest direction neither grow nor die?",
            "2 / lr, 2 * (1 + momentum) / lr, and with nesterov that divided by 1 + 2 * momentum",
            "return 2 / 5, 2 * 1.6 / 5, ... and the rate from 2 * 1.5 / lr = 1.5",
        ],
        mistakes={
            "Momentum widens the limit: multiply it by 1 + momentum.": lambda: edges_but(at_1=edge(5.0)),
            "It is no plain SGD at lr / (1 - momentum): the limit is 2 * (1 + momentum).": (
                lambda: edges_but(at_1=edge(5.0 / 0.4))
            ),
            "With nesterov the limit is lower: divide by 1 + 2 * momentum, as in lesson 7.": (
                lambda: edges_but(at_2=edge(5.0, 0.6))
            ),
            "Nesterov's limit is lower even than that of plain SGD: lesson 7.": (
                lambda: edges_but(at_2=edge(5.0))
            ),
            "Its momentum is 0.5: 2 * (1 + momentum) / lr is to be 1.5.": lambda: edges_but(at_3=edge(1.5)),
            "That is lr * curvature at the edge. Divide by lr, and the curvature is left.": lambda: (
                *(5 * value for value in list(PREDICTED.values())[:3]),
                PREDICTED["the rate"],
            ),
        },
        expected=PREDICTED,
        again=edges_again,
    ),
]

LESSON = {
    "lesson 16": Function(
        name="descend",
        points=0,
        hints=[
            "The slope in u is -error * v, the slope in v is -error * u, with error = 1 - u * v.",
            "return u + lr * error * v and the same for v, with the old u",
        ],
        mistakes={
            "It climbs: the slope in u is minus error times v, and it is subtracted.": (
                lambda u, v, lr: descend(u, v, -lr)
            ),
            "The new v takes the old u: compute both before you change either.": one_after_the_other,
            "The new v takes the old u and the old error: compute both before u changes.": with_a_new_error,
            "The slope in u has v in it, and that in v has u.": (
                lambda u, v, lr: (u + lr * (1 - u * v) * u, v + lr * (1 - u * v) * v)
            ),
            "The slope has error once, not squared.": (
                lambda u, v, lr: (u + lr * (1 - u * v) ** 2 * v, v + lr * (1 - u * v) ** 2 * u)
            ),
        },
        reference=descend,
        cases=[
            {"u": 2.0, "v": 0.6, "lr": 0.5},
            {"u": 1.0, "v": 3.0, "lr": 0.1},
            {"u": -1.0, "v": 0.5, "lr": 0.2},
        ],
    ),
    "lesson 16, your turn": Prediction(
        name="rate_of_the_run",
        points=0,
        hints=[
            "It hovers at the edge, 2 * (1 + momentum) / lr.",
            "0.8 = 2 * (1 + 0.6) / lr",
        ],
        mistakes={
            "That is the rate of a run without momentum. Here it widens the edge by 1 + 0.6.": (
                lambda: edge(0.8)
            ),
            "It turns round: lr is 2 * (1 + momentum) / curvature.": lambda: 0.8 / 3.2,
            "Momentum widens the edge: 1 + momentum, not 1 - momentum.": lambda: 2 * (1 - 0.6) / 0.8,
            "Divided by 1 - momentum is a slope that stays. At the edge it changes its sign: 1 + momentum.": (
                lambda: 2 / 0.8 / (1 - 0.6)
            ),
        },
        expected={"lr": edge(0.8, 0.6)},
    ),
}
