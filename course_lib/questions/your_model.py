"""Lesson 19: how long a range test is, what momentum hides from it, and how high a floor will be."""

from math import log

from course_lib.questions.question import Question

LESSON = "19_your_model"


def updates_between(low, high, growth):
    return log(high / low) / log(growth)


def memory(momentum):
    """The updates after which a step on a constant slope has grown to 63 %: about that many it looks back."""
    return 1 / (1 - momentum)


def floor_elsewhere(height, batch, larger, momentum):
    """The floor is as one over the batch, and as the way that a kick goes in the end."""
    return height * batch / larger * memory(momentum)


QUESTIONS = [
    Question(
        name="updates_of_a_range_test",
        lesson=LESSON,
        text="A learning rate begins at {low} and is multiplied by {growth} after each update. After how "
        "many updates is it {high}?",
        first={"low": 0.001, "high": 10, "growth": 1.1},
        again={"low": (0.001, 0.0001), "high": (1, 10), "growth": (1.05, 1.2)},
        answer=updates_between,
        tolerance=0.04,
        beliefs={
            "That is as if each update added the same. It multiplies, so the later ones add far more.": (
                lambda low, high, growth: (high - low) / (low * (growth - 1))
            ),
            "So many times it grows tenfold. Each takes {updates} updates.": (
                lambda low, high, growth: log(high / low, 10)
            ),
            "So many times it doubles. That takes {doubling} updates each time.": (
                lambda low, high, growth: log(high / low, 2)
            ),
        },
        computed={
            "updates": lambda low, high, growth: round(log(10) / log(growth)),
            "doubling": lambda low, high, growth: round(log(2) / log(growth)),
        },
        why="Tenfold takes `log(10) / log({growth})` = {updates} updates, for each power of ten.",
    ),
    Question(
        name="growth_during_the_memory",
        lesson=LESSON,
        text="With `momentum = {momentum}` a step builds up over about `1 / (1 - momentum)` updates. The "
        "learning rate is multiplied by {growth} after each update. By what does it grow in that time?",
        first={"momentum": 0.9, "growth": 1.4},
        again={"momentum": (0.8, 0.9), "growth": (1.05, 1.1, 1.2)},
        answer=lambda momentum, growth: growth ** memory(momentum),
        tolerance=0.06,
        beliefs={
            "You added the growths up. Each multiplies what the ones before it made.": (
                lambda momentum, growth: 1 + (growth - 1) * memory(momentum) if growth > 1.1 else None
            ),
            "You multiplied the growth by the updates. It is taken that many times: a power.": (
                lambda momentum, growth: growth * memory(momentum)
            ),
            "That is a single update. The step has a memory of {memory}.": (lambda momentum, growth: growth),
        },
        computed={"memory": lambda momentum, growth: round(memory(momentum))},
        why="It is multiplied {memory} times by {growth}. A test that grows so fast sees the effect of a "
        "rate when it has long been left behind.",
        figure={"momentum": "0.9", "growth": 1.4},
    ),
    Question(
        name="floor_of_another_line",
        lesson=LESSON,
        text="Plain SGD with batches of {batch} hovers {height} above the bottom. How far, at the same "
        "small rate, does SGD with batches of {larger} and `momentum = {momentum}`?",
        first={"height": 0.01, "batch": 32, "larger": 128, "momentum": 0.9},
        again={"height": (0.01, 0.02), "batch": (8, 16), "larger": (32, 64), "momentum": (0.5, 0.8)},
        answer=floor_elsewhere,
        tolerance=0.05,
        beliefs={
            "That leaves momentum out, which takes each kick again: `1 / (1 - {momentum})` times as high.": (
                lambda height, batch, larger, momentum: floor_elsewhere(height, batch, larger, 0.0)
            ),
            "That leaves the batch out. The floor is as one over its size.": (
                lambda height, batch, larger, momentum: floor_elsewhere(height, batch, batch, momentum)
            ),
            "A larger batch is off by less, not by more: its floor is lower.": (
                lambda height, batch, larger, momentum: floor_elsewhere(height, larger, batch, momentum)
            ),
            "The noise is as one over the root of the batch; the floor goes with its square.": (
                lambda height, batch, larger, momentum: floor_elsewhere(
                    height, batch**0.5, larger**0.5, momentum
                )
            ),
            "Momentum does not average the noise away, it adds it up: the floor rises.": (
                lambda height, batch, larger, momentum: height * batch / larger * (1 - momentum)
            ),
        },
        why="The batch divides it by `{larger} / {batch}`, momentum multiplies it by `1 / (1 - {momentum})`.",
    ),
]
