"""Exercise 14: which pull a line means, how long a weight lives under it, which weights to leave alone."""

import numpy as np

from course_lib.checks.task import Function, Prediction
from course_lib.optimizers import SGD, Adam, AdamW, Parts

UPDATES = 20  # that are predicted
RATES = 0.1, 0.01, 0.1, 0.01, 0.005  # of the five lines
STRENGTHS = 0.05, 2.0, 0.1, 2.0, 2.0


def idle(optimizer, updates=UPDATES):
    """What is left of a weight that begins at 1 and has no gradient."""
    w, g = np.ones(1), np.zeros(1)
    state = optimizer.init(w)
    for _ in range(updates):
        w, state = optimizer.step(w, g, state)
    return float(w[0])


def lines(rates, strengths):
    """The five lines, in short, and the optimizers of this course that do the same."""
    (a, b, c, d, e), (p, q, r, s, t) = rates, strengths
    return {
        f"PyTorch SGD(lr={a}, weight_decay={p})": SGD(lr=a, l2=p),
        f"PyTorch AdamW(lr={b}, weight_decay={q})": AdamW(lr=b, weight_decay=q),
        f"Keras 3 SGD({c}, momentum=0.9, weight_decay={r})": SGD(lr=c, momentum=0.9, weight_decay=r),
        f"PyTorch Adam(lr={d}, weight_decay={s})": Adam(lr=d, l2=s),
        f"optax add_decayed_weights({t}) before adam({e})": Adam(lr=e, l2=t),
    }


def five_decays(rates=RATES, strengths=STRENGTHS):
    """What each line leaves."""
    return {line: idle(optimizer) for line, optimizer in lines(rates, strengths).items()}


def five_decays_again(rng):
    rates = rng.choice([0.1, 0.2]), rng.choice([0.01, 0.02]), 0.1, rng.choice([0.008, 0.012]), 0.006
    strengths = rng.choice([0.03, 0.08]), rng.choice([1.0, 1.5]), rng.choice([0.05, 0.15]), 0.3, 3.0
    expected = five_decays([*map(float, rates)], [*map(float, strengths)])
    return f"From 1, without a gradient: what do {UPDATES} updates leave, by {'; '.join(expected)}?", expected


def five_with(place, left):
    """A wrong answer: the five numbers, one of them otherwise."""
    numbers = [*five_decays().values()]
    numbers[place] = left
    return lambda: numbers


def by_factor(place, lr=None):
    """What the line leaves if each update keeps 1 - lr * weight_decay."""
    return (1 - (RATES[place] if lr is None else lr) * STRENGTHS[place]) ** UPDATES


def halving_decay(rates):
    """Where the logarithms of what the updates keep add up to that of a half: by halving the bracket."""
    low, high = 0.0, 1 / rates.max()
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        is_more = np.prod(1 - rates * middle) > 0.5
        low, high = (middle, high) if is_more else (low, middle)
    return (low + high) / 2


def falling_rates(rng):
    peak, updates = rng.uniform(0.001, 0.003), int(rng.integers(300, 600))
    return {"rates": peak * (1 - np.arange(updates) / updates) ** rng.uniform(0.5, 2)}


def acts_as_decay(gradients, l2):
    return l2 / np.sqrt(np.mean(gradients**2, axis=0))


def gradients_of_some_sizes(rng):
    sizes = 10.0 ** rng.uniform(0, 2, 3)
    return {"gradients": sizes * rng.normal(size=(6, 3)), "l2": round(rng.uniform(0.01, 0.2), 3)}


def matrices_decayed(w, shapes, lr, weight_decay):
    pulls = [weight_decay if len(shape) == 2 else 0.0 for shape in shapes]
    sizes = [int(np.prod(shape)) for shape in shapes]
    sgds = [SGD(lr=lr, weight_decay=pull) for pull in pulls]
    parts = Parts(parts=list(zip(sizes, sgds, strict=True)))
    return parts.step(w, np.zeros(len(w)), parts.init(w))[0]


def decayed_where(chosen, factor=lambda lr, weight_decay: 1 - lr * weight_decay):
    """A wrong answer that shrinks the arrays for which ``chosen(place, shape)`` holds."""

    def wrong(w, shapes, lr, weight_decay):
        where = np.repeat(
            [chosen(place, shape) for place, shape in enumerate(shapes)],
            [int(np.prod(shape)) for shape in shapes],
        )
        return np.where(where, w * factor(lr, weight_decay), w)

    return wrong


def is_matrix(place, shape):
    return len(shape) == 2


def decayed_in_place(w, shapes, lr, weight_decay):
    w[:] = matrices_decayed(w, shapes, lr, weight_decay)
    return w


def some_shapes(rng):
    inputs, hidden, outputs = (int(size) for size in rng.integers(1, 4, 3))
    return {
        "w": rng.normal(size=(inputs + 1) * hidden + (hidden + 1) * outputs),
        "shapes": [(inputs, hidden), (hidden,), (hidden, outputs), (outputs,)],
        "lr": round(rng.uniform(0.05, 0.5), 3),
        "weight_decay": round(rng.uniform(0.1, 1), 3),
    }


TASKS = [
    Prediction(
        name="five_decays",
        points=5,
        hints=[
            "For each line first: does the pull go through the gradient? If so, what divides or repeats it?",
            "beside the step, as in plain SGD: (1 - lr * weight_decay)**20; in Adam's gradient: lr a step",
            "return (1 - 0.1 * 0.05) ** 20, ... and the fourth is 1 - 20 * 0.01",
        ],
        mistakes={
            "PyTorch's Adam takes weight_decay into the gradient, where Adam divides it by its own size.": (
                five_with(3, by_factor(3))
            ),
            "In a chain of optax what stands before adam is divided by it: this is L2.": five_with(
                4, by_factor(4)
            ),
            "AdamW is the decoupled one: its pull passes Adam's division by.": five_with(
                1, 1 - UPDATES * RATES[1]
            ),
            "In Keras 3 the pull stands beside the step, where momentum does not repeat it.": five_with(
                2, idle(SGD(lr=RATES[2], momentum=0.9, l2=STRENGTHS[2]))
            ),
            "lr is missing: an update takes lr * weight_decay of the weight.": lambda: [
                by_factor(place, lr=1.0) for place in range(5)
            ],
            "That is what is gone. What is left was asked for.": lambda: [
                1 - left for left in five_decays().values()
            ],
        },
        expected=five_decays(),
        again=five_decays_again,
    ),
    Function(
        name="halving_decay",
        points=3,
        hints=[
            "Which part of the weight does one update keep, and what comes of all of them together?",
            "while they are small, all 1 - rate * weight_decay make e**(-weight_decay * sum of rates)",
            "the logarithm of 2 over a sum",
        ],
        mistakes={
            "That leaves 1/e of it, 0.37: it is the time scale. Half was asked for.": (
                lambda rates: 1 / rates.sum()
            ),
            "An update takes its part of what is left, and not of the 1 at the start.": (
                lambda rates: 0.5 / rates.sum()
            ),
            "The first rate does not hold for all of the updates: a schedule changes the decay, too.": (
                lambda rates: np.log(2) / (rates[0] * len(rates))
            ),
            "That is the part that one update takes away. It is lr * weight_decay, and lr is missing here.": (
                lambda rates: 1 - 0.5 ** (1 / len(rates))
            ),
            "That would do if there was one update. There are len(rates) of them.": (
                lambda rates: np.log(2) / rates.mean()
            ),
            "That pull is away from 0: the logarithm of a half is negative.": (
                lambda rates: np.log(0.5) / rates.sum()
            ),
        },
        reference=halving_decay,
        rtol=1e-2,  # by the sum or by the product
        cases=[
            {"rates": np.full(500, 0.002)},
            {"rates": 0.002 * np.cos(np.arange(800) / 800 * np.pi / 2)},
            {"rates": np.repeat([0.004, 0.0004], [300, 500])},
        ],
        draw=falling_rates,
    ),
    Function(
        name="acts_as_decay",
        points=3,
        hints=[
            "By what does Adam divide the gradient of a weight, and so the pull in it?",
            "the size of a weight's gradients is the root of the mean of their squares",
            "np.mean(gradients**2, axis=0) has a number for each weight",
        ],
        mistakes={
            "You multiply by the size. Adam divides by it: a busy weight feels less.": (
                lambda gradients, l2: l2 * np.sqrt(np.mean(gradients**2, axis=0))
            ),
            "The root is missing: v is a mean of squares.": (
                lambda gradients, l2: l2 / np.mean(gradients**2, axis=0)
            ),
            "That is a number for each update. Each weight has its own: take the mean along the updates.": (
                lambda gradients, l2: l2 / np.sqrt(np.mean(gradients**2, axis=1))
            ),
            "That is one number for all. Adam has a v for each weight.": (
                lambda gradients, l2: l2 / np.sqrt(np.mean(gradients**2))
            ),
            "The gradients swing, and their mean says nothing of their size. Square them first.": (
                lambda gradients, l2: l2 / np.abs(np.mean(gradients, axis=0))
            ),
            "That is the mean of the sizes. Adam's is the root of the mean of the squares.": (
                lambda gradients, l2: l2 / np.mean(np.abs(gradients), axis=0)
            ),
            "You take the sum of the squares; v is their mean.": (
                lambda gradients, l2: l2 / np.sqrt(np.sum(gradients**2, axis=0))
            ),
        },
        reference=acts_as_decay,
        cases=[
            {"gradients": np.array([[100.0, 0.5], [-100.0, -0.5]]), "l2": 0.1},
            {"gradients": np.array([[3.0, 1.0, 40.0], [-4.0, -1.0, 30.0], [1.0, 2.0, -50.0]]), "l2": 0.02},
        ],
        draw=gradients_of_some_sizes,
    ),
    Function(
        name="matrices_decayed",
        points=4,
        hints=[
            "How many numbers of w belong to an array of a given shape, and where do they begin?",
            "the size of a shape is np.prod(shape); with two axes it is multiplied by 1 - lr * weight_decay",
            "new, begin = w.copy(), 0; then for shape in shapes: end = begin + np.prod(shape)",
        ],
        mistakes={
            "All of them shrink. The biases, with one axis, are to be left alone.": decayed_where(
                lambda place, shape: True
            ),
            "You shrink the biases, and leave the matrices alone: the other way round.": decayed_where(
                lambda place, shape: len(shape) == 1
            ),
            "Only the first matrix shrinks. There may be more.": decayed_where(
                lambda place, shape: place == 0
            ),
            "Nothing shrinks at all.": decayed_where(lambda place, shape: False),
            "lr is missing: the leak is lr * weight_decay.": decayed_where(
                is_matrix, lambda lr, weight_decay: 1 - weight_decay
            ),
            "Your weights grow. The leak is taken away.": decayed_where(
                is_matrix, lambda lr, weight_decay: 1 + lr * weight_decay
            ),
            "That is what is taken away. What is left was asked for.": decayed_where(
                is_matrix, lambda lr, weight_decay: lr * weight_decay
            ),
            "You change the caller's own w. Begin with w.copy().": decayed_in_place,
        },
        reference=matrices_decayed,
        cases=[
            {
                "w": np.array([1.0, -2.0, 0.5, 4.0]),
                "shapes": [(2, 1), (1,), (1, 1)],
                "lr": 0.1,
                "weight_decay": 0.5,
            },
            {
                "w": np.array([1.0, 2.0, 3.0, 4.0, 10.0, 20.0]),
                "shapes": [(2, 2), (2,)],
                "lr": 0.2,
                "weight_decay": 1.0,
            },
        ],
        draw=some_shapes,
    ),
]


def pulled_step(w, g, adam, state, l2=0.0, weight_decay=0.0):
    return adam.replace(l2=l2, weight_decay=weight_decay).step(w, g, state)


def after_a_step(w, g, l2=0.0, weight_decay=0.0):
    """A case of the lesson: the second update."""
    adam = Adam(lr=0.1)
    _, state = adam.step(w, np.array([3.0, -0.02]), adam.init(w))
    return {"w": w, "g": g, "adam": adam, "state": state, "l2": l2, "weight_decay": weight_decay}


LESSON = {
    "lesson 14": Function(
        name="pulled_step",
        points=0,
        hints=[
            "One pull goes into g, the other one into w. Which of the two does Adam divide?",
            "g + l2 * w, and w - adam.lr * weight_decay * w; then adam.step",
        ],
        mistakes={
            "The two pulls are the wrong way round: l2 goes into the gradient.": (
                lambda w, g, adam, state, l2, weight_decay: pulled_step(w, g, adam, state, weight_decay, l2)
            ),
            "weight_decay went into the gradient as well, where Adam divides it.": (
                lambda w, g, adam, state, l2, weight_decay: pulled_step(w, g, adam, state, l2 + weight_decay)
            ),
            "lr is missing: the weight loses lr * weight_decay of itself.": (
                lambda w, g, adam, state, l2, weight_decay: adam.step(w - weight_decay * w, g + l2 * w, state)
            ),
            "lr has no place in the gradient. Adam multiplies its step by it.": (
                lambda w, g, adam, state, l2, weight_decay: pulled_step(
                    w, g, adam, state, adam.lr * l2, weight_decay
                )
            ),
            "L2 pulls at the weight as it came in. Add l2 * w before w shrinks.": (
                lambda w, g, adam, state, l2, weight_decay: adam.step(
                    w * (1 - adam.lr * weight_decay), g + l2 * w * (1 - adam.lr * weight_decay), state
                )
            ),
            "l2 pulls away from 0. The step goes against the gradient, so l2 * w is added to it.": (
                lambda w, g, adam, state, l2, weight_decay: adam.step(
                    w * (1 - adam.lr * weight_decay), g - l2 * w, state
                )
            ),
            "The weights grow beside the step. The leak is taken away.": (
                lambda w, g, adam, state, l2, weight_decay: adam.step(
                    w * (1 + adam.lr * weight_decay), g + l2 * w, state
                )
            ),
            "Nothing pulls. Add l2 * w to g, and take lr * weight_decay * w from w.": (
                lambda w, g, adam, state, l2, weight_decay: adam.step(w, g, state)
            ),
        },
        reference=pulled_step,
        cases=[
            after_a_step(np.array([1.0, -2.0]), np.array([5.0, 0.01]), l2=0.5),
            after_a_step(np.array([1.0, -2.0]), np.array([5.0, 0.01]), weight_decay=0.4),
            after_a_step(np.array([0.5, 3.0]), np.array([-0.2, 0.3]), l2=0.2, weight_decay=0.3),
        ],
    ),
    "lesson 14, your turn": Prediction(
        name="for_a_quarter_of_the_updates",
        points=0,
        hints=[
            "How far an idle weight shrinks is told by lr * weight_decay, times the number of updates.",
            "A quarter of the updates, and the same product.",
        ],
        mistakes={
            "With the same weight_decay a quarter of the updates shrinks it a quarter as far.": lambda: 0.1,
            "The other way round: with fewer updates each must shrink it more.": lambda: 0.025,
            "The root is a rule of thumb for lr. The shrinking adds up with the number of updates.": (
                lambda: 0.2
            ),
        },
        expected={"weight_decay": 0.4},
    ),
}
