"""Exercise 13: one update through three sources, and a wrong word in each."""

import numpy as np

from course_lib.checks.task import Function, Prediction
from course_lib.optimizers import SGD
from course_lib.optimizers.sgd import SGDState
from course_lib.sources import keras_3, pytorch

WHAT = "memory", "step"
SLOPE, MOMENTUM, RATES = 2.0, 0.5, (0.4, 0.1)  # that two updates are predicted on


def step_of_keras_1(p, g, m, iterations, lr, momentum, decay, nesterov):
    sgd = SGD(lr=lr, momentum=momentum, decay=decay, nesterov=nesterov)
    p, state = sgd.update(p, g, SGDState(iterations, m))
    return p, state.velocity, state.iterations


def step_of_keras_3(w, g, m, rate, momentum, nesterov):
    w, m = w.copy(), m.copy()
    keras_3.SGD(momentum=momentum, nesterov=nesterov).update_step(g, w, m, rate)
    return w, m


def step_of_pytorch(w, g, b, lr, momentum, dampening, nesterov):
    sgd = pytorch.SGD([w.copy()], lr, momentum, dampening, nesterov)
    sgd.buffers = {} if b is None else {0: b.copy()}
    sgd.step([g])
    return sgd.params[0], sgd.buffers[0]


def second_update(slope=SLOPE, momentum=MOMENTUM, rates=RATES):
    """What is remembered after two updates, and how far the second of them moves the weight; in both."""

    def carried(step, memory, **settings):
        before = w = np.zeros(1)
        for rate in rates:
            before, (w, memory) = w, step(w, np.array([slope]), memory, rate, momentum, **settings)
        return float(memory[0]), float((w - before)[0])

    keras = carried(step_of_keras_3, np.zeros(1), nesterov=False)
    torch = carried(step_of_pytorch, None, nesterov=False, dampening=0.0)
    both = ("Keras", keras), ("PyTorch", torch)
    return {f"{what} of {who}": told for who, two in both for what, told in zip(WHAT, two, strict=True)}


def second_update_again(rng):
    slope, momentum = rng.choice([3.0, 4.0]), rng.choice([0.25, 0.75])
    rates = rng.choice([0.2, 0.3]), rng.choice([0.01, 0.02])
    text = f"The gradient is {slope:g}, the momentum {momentum}; the rates are {rates[0]} and {rates[1]}."
    return text, second_update(slope, momentum, rates)


def keras_1_as_found(p, g, m, iterations, lr, momentum, decay, nesterov):
    rate = lr * (1 / (1 + decay * iterations))
    v = momentum * m - rate * g
    return p + (momentum * m - rate * g if nesterov else v), v, iterations + 1


def keras_1_counted_first(p, g, m, iterations, lr, momentum, decay, nesterov):
    return (*step_of_keras_1(p, g, m, iterations + 1, lr, momentum, decay, nesterov)[:2], iterations + 1)


def keras_1_ahead_of_the_step(p, g, m, iterations, lr, momentum, decay, nesterov):
    stepped, v, count = step_of_keras_1(p, g, m, iterations, lr, momentum, decay, False)
    return stepped + (momentum * v if nesterov else 0), v, count


def keras_1_ahead_is_remembered(p, g, m, iterations, lr, momentum, decay, nesterov):
    new, _, count = step_of_keras_1(p, g, m, iterations, lr, momentum, decay, nesterov)
    return new, new - p, count


def keras_1_not_counted(p, g, m, iterations, lr, momentum, decay, nesterov):
    return (*step_of_keras_1(p, g, m, iterations, lr, momentum, decay, nesterov)[:2], iterations)


def keras_1_memory_lost(p, g, m, iterations, lr, momentum, decay, nesterov):
    new, _, count = step_of_keras_1(p, g, m, iterations, lr, momentum, decay, nesterov)
    return new, m, count


def keras_3_as_found(w, g, m, rate, momentum, nesterov):
    return (w + rate * g, m) if momentum == 0 else step_of_keras_3(w, g, m, rate, momentum, nesterov)


def keras_3_all_uphill(w, g, m, rate, momentum, nesterov):
    return step_of_keras_3(w, -g, m, rate, momentum, nesterov)


def keras_3_downhill_twice(w, g, m, rate, momentum, nesterov):
    if momentum == 0:
        return w - rate * g, m
    m = momentum * m - rate * g
    return w - (momentum * m - rate * g if nesterov else m), m


def keras_3_standing(w, g, m, rate, momentum, nesterov):
    return (w, m) if momentum == 0 else step_of_keras_3(w, g, m, rate, momentum, nesterov)


def pytorch_as_found(w, g, b, lr, momentum, dampening, nesterov):
    return step_of_pytorch(w, g, b, lr, momentum, momentum, nesterov)


def pytorch_damped_first(w, g, b, lr, momentum, dampening, nesterov):
    return step_of_pytorch(w, g, np.zeros_like(g) if b is None else b, lr, momentum, dampening, nesterov)


def pytorch_undamped(w, g, b, lr, momentum, dampening, nesterov):
    return step_of_pytorch(w, g, b, lr, momentum, 0.0, nesterov)


def pytorch_only_damped(w, g, b, lr, momentum, dampening, nesterov):
    return step_of_pytorch(w, g, b, lr, momentum, 1 - dampening, nesterov)


def pytorch_rate_inside(w, g, b, lr, momentum, dampening, nesterov):
    return step_of_pytorch(w, lr * g, b, 1.0, momentum, dampening, nesterov)


def cases_of_keras_1(rng):
    return {
        "p": rng.normal(size=3),
        "g": rng.normal(size=3),
        "m": 0.1 * rng.normal(size=3),
        "iterations": int(rng.integers(2, 40)),
        "lr": round(rng.uniform(0.05, 0.5), 3),
        "momentum": round(rng.uniform(0.5, 0.95), 3),
        "decay": round(rng.uniform(0.01, 0.2), 3),
        "nesterov": bool(rng.random() < 0.7),
    }


def cases_of_keras_3(rng):
    return {
        "w": rng.normal(size=3),
        "g": rng.normal(size=3),
        "m": np.zeros(3),
        "rate": round(rng.uniform(0.05, 0.5), 3),
        "momentum": 0.0,
        "nesterov": bool(rng.random() < 0.5),
    }


def cases_of_pytorch(rng):
    return {
        "w": rng.normal(size=3),
        "g": rng.normal(size=3),
        "b": rng.normal(size=3),
        "lr": round(rng.uniform(0.05, 0.5), 3),
        "momentum": round(rng.uniform(0.5, 0.95), 3),
        "dampening": round(rng.uniform(0.1, 0.4), 3),
        "nesterov": bool(rng.random() < 0.5),
    }


def at(**arguments):
    """A case with its lists as arrays."""
    return {name: np.array(one) if isinstance(one, list) else one for name, one in arguments.items()}


TASKS = [
    Prediction(
        name="second_update",
        points=4,
        hints=[
            "Write both lines for the memory, side by side. In which of them stands the rate?",
            "Keras: m = 0.5 * m - rate * g, w + m. PyTorch: b = 0.5 * b + g, w - lr * b.",
            "After the first update m is -0.8 and b is 2. Now the second, with the rate 0.1.",
        ],
        mistakes={
            "PyTorch multiplies all of its memory by the rate of now, old gradients included.": (
                lambda: (-0.6, -0.6, 3.0, -0.6)
            ),
            "In PyTorch the rate is not in the memory; it comes when the weight moves.": (
                lambda: (-0.6, -0.6, 0.6, -0.3)
            ),
            "In Keras the memory keeps the rate that each gradient came with; the first had 0.4.": (
                lambda: (-0.3, -0.3, 3.0, -0.3)
            ),
            "Keras's memory points downhill: the minus stands in it.": lambda: (0.6, -0.6, 3.0, -0.3),
            "Those are the memories after the first update; two are asked for.": (
                lambda: (-0.8, -0.8, 2.0, -0.8)
            ),
            "PyTorch adds the new gradient whole. It is no mean, unless you ask for dampening.": (
                lambda: (-0.6, -0.6, 2.0, -0.2)
            ),
        },
        expected=second_update(),
        again=second_update_again,
    ),
    Function(
        name="keras_1_mended",
        points=4,
        hints=[
            "Run it with nesterov=True and with nesterov=False. What is the same, and should not be?",
            "Nesterov's step is momentum times the new memory, and the gradient's part once more.",
            "The wrong word stands in the line below if nesterov. Which of m and v is the new memory?",
        ],
        mistakes={
            "With nesterov it is still the heavy ball: momentum * m is in v already. Look ahead from v.": (
                keras_1_as_found
            ),
            "The count goes up after the rate is taken: the first update has the whole rate.": (
                keras_1_counted_first
            ),
            "You look ahead from the end of the heavy ball's step. The gradient's part, not v, is added.": (
                keras_1_ahead_of_the_step
            ),
            "What is remembered is v. The look ahead moves the weight and is not kept.": (
                keras_1_ahead_is_remembered
            ),
            "The update is not counted: return iterations + 1.": keras_1_not_counted,
            "You return the old memory m, so momentum never begins. The new one is v.": keras_1_memory_lost,
        },
        reference=step_of_keras_1,
        cases=[
            at(
                p=[1.0, -2.0],
                g=[0.5, 1.0],
                m=[-0.2, 0.1],
                iterations=0,
                lr=0.1,
                momentum=0.9,
                decay=0.0,
                nesterov=True,
            ),
            at(
                p=[1.0, -2.0],
                g=[0.5, 1.0],
                m=[-0.2, 0.1],
                iterations=10,
                lr=0.1,
                momentum=0.9,
                decay=0.1,
                nesterov=True,
            ),
            at(
                p=[0.3],
                g=[-2.0],
                m=[0.4],
                iterations=4,
                lr=0.2,
                momentum=0.5,
                decay=0.05,
                nesterov=False,
            ),
        ],
        draw=cases_of_keras_1,
    ),
    Function(
        name="keras_3_mended",
        points=4,
        hints=[
            "It has three ways out. With which settings does it take each? Try each by itself.",
            "Without momentum an update is plain descent: w - rate * g, downhill.",
            "The wrong sign stands in the line that runs where momentum is 0.",
        ],
        mistakes={
            "Without momentum it climbs: the plain step must be subtracted.": keras_3_as_found,
            "Now it climbs with momentum as well. The memory holds -rate * g: leave its minus.": (
                keras_3_all_uphill
            ),
            "m points downhill already, and is added. Subtracted, it climbs.": keras_3_downhill_twice,
            "Without momentum it does not move at all; plain descent is asked for.": keras_3_standing,
        },
        reference=step_of_keras_3,
        cases=[
            at(w=[1.0, -2.0], g=[0.5, 1.0], m=[0.0, 0.0], rate=0.1, momentum=0.0, nesterov=False),
            at(w=[1.0, -2.0], g=[0.5, 1.0], m=[0.0, 0.0], rate=0.2, momentum=0.0, nesterov=True),
            at(w=[1.0, -2.0], g=[0.5, 1.0], m=[-0.2, 0.1], rate=0.1, momentum=0.9, nesterov=False),
            at(w=[1.0, -2.0], g=[0.5, 1.0], m=[-0.2, 0.1], rate=0.1, momentum=0.9, nesterov=True),
        ],
        draw=cases_of_keras_3,
    ),
    Function(
        name="pytorch_mended",
        points=4,
        hints=[
            "The first update is right, the second is too short. What does the memory take of a gradient?",
            "b = momentum * b + (1 - dampening) * g, and the first time b = g",
            "One of the settings in the head of the function is used nowhere in it.",
        ],
        mistakes={
            "The memory is no mean: it takes 1 - dampening of each gradient, all of it by default.": (
                pytorch_as_found
            ),
            "The first gradient is remembered whole; dampening begins with the second.": (
                pytorch_damped_first
            ),
            "dampening is used nowhere: the memory leaves that part of each gradient out.": pytorch_undamped,
            "dampening is what is left out, not what is taken: 1 - dampening.": pytorch_only_damped,
            "The rate stands inside the memory, as in Keras. Here it multiplies the whole at the end.": (
                pytorch_rate_inside
            ),
        },
        reference=step_of_pytorch,
        cases=[
            at(w=[1.0], g=[2.0], b=[2.0], lr=0.1, momentum=0.9, dampening=0.0, nesterov=False),
            at(w=[1.0], g=[2.0], b=[2.0], lr=0.1, momentum=0.9, dampening=0.25, nesterov=True),
            at(w=[1.0, -2.0], g=[0.5, 1.0], b=None, lr=0.1, momentum=0.9, dampening=0.5, nesterov=False),
            at(
                w=[1.0, -2.0], g=[0.5, 1.0], b=[3.0, 1.0], lr=0.05, momentum=0.8, dampening=0.1, nesterov=True
            ),
        ],
        draw=cases_of_pytorch,
    ),
]


def step_by(update, **fixed):
    """The lesson's function by one of the exercise's, with what the lesson leaves out."""
    return lambda w, g, b, lr, momentum: update(
        w, g, b, lr, momentum, **{"dampening": 0.0} | fixed, nesterov=False
    )


LESSON = {
    "lesson 13": Function(
        name="pytorch_step",
        points=0,
        hints=["What is remembered, and where does the rate stand?", "b = momentum * b + g; w - lr * b"],
        mistakes={
            "The rate stands inside the memory, as in Keras. Here it multiplies the whole at the end.": (
                step_by(pytorch_rate_inside)
            ),
            "The memory is no mean: it takes the new gradient whole.": step_by(pytorch_as_found),
            "The step goes uphill: a slope is subtracted.": (
                lambda w, g, b, lr, momentum: (w + lr * (momentum * b + g), momentum * b + g)
            ),
            "That is plain descent: the memory does not go into the step.": (
                lambda w, g, b, lr, momentum: (w - lr * g, momentum * b + g)
            ),
        },
        reference=step_by(step_of_pytorch),
        cases=[
            at(w=[1.0], g=[2.0], b=[0.0], lr=0.1, momentum=0.9),
            at(w=[1.0, -2.0], g=[0.5, 1.0], b=[3.0, 1.0], lr=0.05, momentum=0.8),
        ],
    ),
    "lesson 13, your turn": Prediction(
        name="memory_times",
        points=0,
        hints=["At a constant rate m is -lr * b. Which lr is in the m that is there?", "new rate / old rate"],
        mistakes={
            "That makes the old steps longer. They must become as short as the new rate has them.": lambda: (
                10
            ),
            "Then nothing is changed, and Keras goes on paying out the old rate.": lambda: 1,
            "That is what momentum does at every update, whether the rate falls or not.": lambda: 0.9,
            "That is the new rate itself. How many times as large is it as the old one?": lambda: 0.01,
            "Then all is forgotten. PyTorch keeps its gradients, and only counts them with the new rate.": (
                lambda: 0
            ),
        },
        expected={"factor": 0.01 / 0.1},
        rtol=1e-6,
    ),
}
