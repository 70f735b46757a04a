"""Exercise 17: A matrix is not a list."""

from math import sqrt

import numpy as np

from course_lib.checks.drawing import EXPECTED, YOURS
from course_lib.checks.task import Function, Prediction
from course_lib.optimizers.muon import NEWTON_SCHULZ, SCALES, orthogonal

A, B, C = NEWTON_SCHULZ
STEPS = 5
LARGE_ENOUGH = 0.5


def polynomial(s):
    return A * s + B * s**3 + C * s**5


# Task 1.


def predicted(small, large, factor, rows, columns):
    """Of a gradient with these two singular values, and of a matrix with so many rows and columns."""
    divided = small / sqrt(small**2 + large**2)
    return {
        "divided by the norm": divided,
        "after one iteration": polynomial(divided),
        f"the step at {factor:g} times the gradient": 1.0,
        "Keras's scale": SCALES["keras"](rows, columns),
        "PyTorch's scale": SCALES["pytorch"](rows, columns),
    }


EXPECTED_NUMBERS = predicted(0.06, 0.08, 1000, 50, 2)


def predicted_again(rng):
    small, large = rng.choice([(0.05, 0.12), (0.8, 1.5), (0.28, 0.96)])
    factor = rng.choice([20, 500])
    rows, columns = rng.choice([(36, 4), (100, 25), (64, 16)])
    text = (
        f"The singular values are {small:g} and {large:g}, and the smaller one is asked for. Then the "
        f"gradient is multiplied by {factor}, and then the matrix has {rows} rows and {columns} columns."
    )
    return text, predicted(small, large, factor, rows, columns)


def predicted_but(**changed):
    """The five numbers, but for some, ``at_0=...``."""
    return tuple(changed.get(f"at_{i}", right) for i, right in enumerate(EXPECTED_NUMBERS.values()))


# Task 2.


def muon_update(w, g, b, lr, momentum):
    return muon_by()(w, g, b, lr, momentum)


def muon_by(
    *, share=lambda momentum: 1.0, nesterov=True, norm=True, sign=-1, scale=SCALES["keras"], kept="b"
):
    """Muon's update, with the faults that are asked for."""

    def updated(w, g, b, lr, momentum):
        b = momentum * b + share(momentum) * g
        u = g + momentum * b if nesterov else b
        x = orthogonal(u / np.linalg.norm(u) if norm else u)
        return w + sign * lr * scale(*w.shape) * x, {"b": b, "u": u, "x": x}[kept]

    return updated


def muon_in_place(w, g, b, lr, momentum):
    new, b = muon_update(w, g, b, lr, momentum)
    w -= w - new
    return w, b


def muon_case(rng, rows, columns):
    w, g, b = (0.1 * rng.normal(size=(3, rows, columns))).round(3)
    return {"w": w, "g": g, "b": b, "lr": 0.5, "momentum": 0.9}


# Task 3.


def orthogonal_factor(g):
    left, _, right = np.linalg.svd(g, full_matrices=False)
    return left @ right


def cubic(product, steps=40):
    """Newton and Schulz's step of the third degree, with another product of three matrices."""

    def iterated(g):
        x = g / np.linalg.norm(g)
        for _ in range(steps):
            x = 1.5 * x - 0.5 * product(x)
        return x

    return iterated


def turned_back(g):
    left, _, right = np.linalg.svd(g, full_matrices=False)
    return left @ right.T


def draw_singular_values(axes, got, expected):
    place = np.arange(1, min(np.shape(expected)) + 1)
    for of, look in ((expected, EXPECTED), (got, YOURS)):
        axes.plot(place, np.linalg.svd(of, compute_uv=False), **look | {"ls": "none"})
    axes.set(xlabel="which", xticks=place, ylim=(0, 3.2), title="Singular values of what you return")
    axes.legend()


# Task 4.


def iterations_needed(singular_values):
    return iterations_from(singular_values / np.linalg.norm(singular_values))


def iterations_from(singular_values, last=np.min):
    """Until the ``last`` of them, by default the smallest, is large enough."""
    s, count = singular_values, 0
    while last(s) < LARGE_ENOUGH:
        s, count = polynomial(s), count + 1
    return count


TASKS = [
    Prediction(
        name="muon_by_hand",
        points=3,
        hints=[
            "The norm of a matrix is the root of the sum of the squares of its singular values.",
            "3.4445 * s - 4.775 * s**3 + 2.0315 * s**5; the scales are 0.2 * sqrt(max(m, n)) and "
            "sqrt(max(1, m / n))",
            "return 0.06 / 0.1, ... and what does the division by the norm leave of a factor 1000?",
        ],
        mistakes={
            "The norm is the root of the sum of the squares, here 0.1, and not the larger of the two.": (
                lambda: predicted_but(at_0=0.75, at_1=polynomial(0.75))
            ),
            "The norm is the root of the sum of the squares, and not the sum.": (
                lambda: predicted_but(at_0=0.06 / 0.14, at_1=polynomial(0.06 / 0.14))
            ),
            "You left out the division by the norm before the iteration.": (
                lambda: predicted_but(at_1=polynomial(0.06))
            ),
            "That is what it is to become. One iteration does not bring it there, nor do five.": (
                lambda: predicted_but(at_1=1.0)
            ),
            "The gradient is divided by its norm: a factor drops out.": lambda: predicted_but(at_2=1000.0),
            "Keras takes 0.2 times the root of the longer side.": (
                lambda: predicted_but(at_3=SCALES["keras"](2, 2))
            ),
            "You left out Keras's 0.2.": lambda: predicted_but(at_3=sqrt(50)),
            "PyTorch takes the root of m / n, rows over columns.": lambda: predicted_but(at_4=25.0),
            "m is the number of rows, 50. Where m / n is above 1, the scale is, too.": (
                lambda: predicted_but(at_4=1.0)
            ),
        },
        expected=EXPECTED_NUMBERS,
        again=predicted_again,
    ),
    Function(
        name="muon_update",
        points=4,
        hints=[
            "Which of b and u does the next update need? That one you return beside the weights.",
            "b = momentum * b + g; u = g + momentum * b; x = orthogonal(u / norm of u)",
            "return w - lr * 0.2 * max(w.shape) ** 0.5 * x, b",
        ],
        mistakes={
            "Muon adds the gradients up: momentum * b + g, with no 1 - momentum before g.": (
                muon_by(share=lambda momentum: 1 - momentum)
            ),
            "Your step is that of b. Muon looks ahead: u = g + momentum * b.": muon_by(nesterov=False),
            "u is not divided by its norm, which the polynomial asks for.": muon_by(norm=False),
            "You return u as the new memory. u is for this step only; the next one needs b.": muon_by(
                kept="u"
            ),
            "You return the step as the new memory. The next update needs b, as long as it was.": (
                muon_by(kept="x")
            ),
            "Your step has the wrong sign: it climbs.": muon_by(sign=1),
            "The scale is missing: 0.2 * sqrt(max(m, n)).": muon_by(scale=SCALES["none"]),
            "The scale takes the longer side of the matrix, and you took the shorter.": (
                muon_by(scale=lambda m, n: 0.2 * sqrt(min(m, n)))
            ),
            "That is PyTorch's scale. Keras's is 0.2 * sqrt(max(m, n)).": muon_by(scale=SCALES["pytorch"]),
            "You change the caller's own w: w -= ... does that. Write w = w - ...": muon_in_place,
        },
        reference=muon_update,
        cases=[
            {
                "w": np.array([[1.0, 2.0], [3.0, 4.0]]),
                "g": np.array([[0.05, 0.3], [0.35, 0.1]]),
                "b": np.zeros((2, 2)),
                "lr": 0.5,
                "momentum": 0.95,
            },
            muon_case(np.random.default_rng(1), 2, 3),
            muon_case(np.random.default_rng(2), 4, 2),
        ],
        draw=lambda rng: muon_case(rng, *rng.choice([(2, 4), (3, 2), (5, 3)])),
        rtol=1e-4,  # with an epsilon beside the norm, or without
    ),
    Function(
        name="orthogonal_factor",
        points=4,
        hints=[
            "What is x**3 of an array: a product of three matrices, or the cube of each number in it?",
            "Which product of x, x and x has the cubes of its singular values, and the same directions?",
            "x = 1.5 * x - 0.5 * x @ x.T @ x",
        ],
        mistakes={
            "x**3 takes the cube of each number: that takes the matrix for a list. Take products, with @.": (
                cubic(lambda x: x**3)
            ),
            "x @ x @ x has no transpose in it. The squares of the singular values are in x @ x.T.": (
                cubic(lambda x: x @ x @ x)
            ),
            "The transpose stands in the wrong place: it is the factor in the middle.": (
                cubic(lambda x: x.T @ x @ x)
            ),
            "Those are too few iterations: a small singular value grows by 1.5 in each.": (
                cubic(lambda x: x @ x.T @ x, steps=5)
            ),
            "That is Muon's polynomial. It brings the singular values near 1, and not to 1.": (
                lambda g: orthogonal(g / np.linalg.norm(g), STEPS)
            ),
            "numpy's svd gives the right factor transposed already: left @ right.": turned_back,
        },
        reference=orthogonal_factor,
        cases=[
            {"g": np.array([[3.0, 1.0, 0.0], [0.0, 2.0, 1.0], [1.0, 0.0, 0.5]])},
            {"g": np.diag([0.3, 0.4])},
            {"g": np.array([[1.0, -2.0], [0.5, 3.0]])},
        ],
        draw=lambda rng: {"g": np.round(np.diag([3.0, 2.0, 1.0]) + 0.5 * rng.normal(size=(3, 3)), 2)},
        picture=draw_singular_values,
    ),
    Function(
        name="iterations_needed",
        points=4,
        hints=[
            "Which of them comes last? After each iteration ask whether the smallest is there.",
            "s = s / norm of s, and then s = 3.4445 * s - 4.775 * s**3 + 2.0315 * s**5 as often as it takes",
            "count = 0, and then while s.min() < 0.5: ...",
        ],
        mistakes={
            "The division by the norm comes first, as in Muon.": iterations_from,
            "You stop when the largest is there. Asked for is when all are.": (
                lambda singular_values: iterations_from(
                    singular_values / np.linalg.norm(singular_values), last=np.max
                )
            ),
            "That divides by the largest. The norm is the root of the sum of all their squares.": (
                lambda singular_values: iterations_from(singular_values / singular_values.max())
            ),
            "It may take none at all: ask before the first iteration, too.": (
                lambda singular_values: max(1, iterations_needed(singular_values))
            ),
            "One too many: count the iterations that were made, from 0.": (
                lambda singular_values: iterations_needed(singular_values) + 1
            ),
            "One too few: the last iteration counts as well.": (
                lambda singular_values: iterations_needed(singular_values) - 1
            ),
        },
        reference=iterations_needed,
        cases=[
            {"singular_values": np.array([0.04, 0.05])},
            {"singular_values": np.full(8, 0.1)},
            {"singular_values": 0.5 ** np.arange(8.0)},
            {"singular_values": 0.25 ** np.arange(8.0)},
        ],
        draw=lambda rng: {"singular_values": rng.uniform(0.1, 0.5) ** np.arange(rng.integers(4, 9))},
    ),
]


# In the lesson.


def newton_schulz(g, steps=STEPS):
    return orthogonal(g / np.linalg.norm(g), steps)


def iterated_by(change):
    """A wrong newton_schulz: ``change(x, square)`` is its iteration, where square is x @ x.T."""

    def wrong(g, steps=STEPS):
        x = g / np.linalg.norm(g)
        for _ in range(steps):
            x = change(x, x @ x.T)
        return x

    return wrong


def pytorchs_lr(lr, m, n):
    return lr * SCALES["keras"](m, n) / SCALES["pytorch"](m, n)


LESSON = {
    "lesson 17": Function(
        name="newton_schulz",
        points=0,
        hints=[
            "Which product of x and its transpose has the squares of the singular values?",
            "square = x @ x.T; then x becomes a * x + (b * square + c * square @ square) @ x",
        ],
        mistakes={
            "x**3 and x**5 take the powers of each number, as of a list. Take products, with @.": iterated_by(
                lambda x, square: polynomial(x)
            ),
            "square is x @ x.T. x.T @ x would have to stand on the other side of x.": iterated_by(
                lambda x, square: A * x + (B * x.T @ x + C * x.T @ x @ x.T @ x) @ x
            ),
            "The last product with x is missing: b * square @ x is the cube.": iterated_by(
                lambda x, square: A * x + B * square + C * square @ square
            ),
            "The second square is one of numbers: write square @ square.": iterated_by(
                lambda x, square: A * x + (B * square + C * square**2) @ x
            ),
            "The fifth power is square @ square @ x, and you have the cube twice.": iterated_by(
                lambda x, square: A * x + (B + C) * square @ x
            ),
            "The first term is missing, a * x: it is what lets a tiny singular value grow.": iterated_by(
                lambda x, square: (B * square + C * square @ square) @ x
            ),
        },
        reference=newton_schulz,
        cases=[
            {"g": np.array([[3.0, 1.0], [0.0, 1.0]]), "steps": 1},
            {"g": np.array([[1.0, -2.0, 0.5], [0.0, 1.0, 4.0], [2.0, 0.0, 1.0]]), "steps": 2},
        ],
    ),
    "lesson 17, your turn": Function(
        name="pytorchs_lr",
        points=0,
        hints=[
            "Both steps are lr times the scale times the same matrix.",
            "lr * 0.2 * sqrt(max(m, n)) must be the new lr times sqrt(max(1, m / n))",
        ],
        mistakes={
            "The wrong way round: where PyTorch's scale is larger, its lr must be smaller.": (
                lambda lr, m, n: lr**2 / pytorchs_lr(lr, m, n)
            ),
            "That is lr times Keras's scale. PyTorch multiplies by its own, so divide by that.": (
                lambda lr, m, n: lr * SCALES["keras"](m, n)
            ),
            "You left out Keras's 0.2.": lambda lr, m, n: 5 * pytorchs_lr(lr, m, n),
            "The same lr makes another step, for the two scales are not the same.": lambda lr, m, n: lr,
            "m is the number of rows, and PyTorch's scale is the root of m / n where that is above 1.": (
                lambda lr, m, n: lr * SCALES["keras"](m, n) / SCALES["pytorch"](n, m)
            ),
        },
        reference=pytorchs_lr,
        cases=[
            {"lr": 0.02, "m": 8, "n": 8},
            {"lr": 0.02, "m": 256, "n": 64},
            {"lr": 0.1, "m": 25, "n": 100},
        ],
    ),
}
