"""Lesson 17: how late a rare pair is learnt, by SGD and by Muon, and how long Muon's step is on a column."""

from functools import cache

import numpy as np

from course_lib import training
from course_lib.associative_memory import AssociativeMemory
from course_lib.optimizers import Muon
from course_lib.questions.question import Question

LESSON = "17_matrices"
LEARNT, UPDATES = 0.1, 100
PAIRS = (
    "A matrix that starts at 0 learns {pairs} pairs of a key and a value; the keys stand at right angles, "
    "and so do the values. The loss is half the squared error, the mean over all samples, and each pair is "
    "seen {ratio} times as often as the one before it."
)


def times_rarer(pairs, ratio):
    """SGD takes lr * p of a pair's error at each update, where p is how often it is seen."""
    p = AssociativeMemory(ratio, pairs).p
    return p[0] / p[-1]


@cache
def times_as_late_by_muon(pairs, ratio):
    memory = AssociativeMemory(ratio, pairs)
    muon = Muon(lr=0.05, momentum=0.0, shape=(pairs, pairs), scale="none")
    errors = memory.errors(np.asarray(training.run(memory, muon, steps=UPDATES).path).T)
    first, *_, last = (errors < LEARNT).argmax(axis=1)
    return last / first


def length_of_a_column(iterations):
    w = np.zeros(2)
    muon = Muon(lr=1.0, scale="none", ns_steps=iterations)
    return np.linalg.norm(muon.step(w, np.array([3.0, 4.0]), muon.init(w))[0])


QUESTIONS = [
    Question(
        name="rare_pair_by_sgd",
        lesson=LESSON,
        text=f"{PAIRS} Plain SGD at a small rate: how many times as many updates as the first pair does the "
        "last one take?",
        first={"pairs": 8, "ratio": 0.5},
        again={"pairs": (4, 5, 6), "ratio": (0.5, 0.25)},
        answer=times_rarer,
        tolerance=0.1,
        beliefs={
            "All are in the same matrix, but the gradient of a pair is as small as the pair is rare.": (
                lambda pairs, ratio: 1.0
            ),
            "The factors are multiplied, pair after pair, and not added.": (
                lambda pairs, ratio: (pairs - 1) / ratio
            ),
            "Its number is {pairs}. But each pair is rarer than the last by a factor, `1 / {ratio}`.": (
                lambda pairs, ratio: pairs
            ),
            "From the first of {pairs} pairs to the last there is one factor less than that.": (
                lambda pairs, ratio: (1 / ratio) ** pairs
            ),
        },
        why="The mean counts a pair as often as it is seen, so SGD takes so much less of a rare pair's "
        "error: `1 / {ratio}` times less from each pair to the next.",
        figure={"optimizer": "sgd", "lr": 2.0, "ratio": 0.5},
    ),
    Question(
        name="rare_pair_by_muon",
        lesson=LESSON,
        text=f"{PAIRS} Muon makes each step of a matrix about as long in every direction, however much "
        "longer the gradient is in some. About how many times as many updates as the first pair does the "
        "last one take?",
        first={"pairs": 8, "ratio": 0.5},
        again={"pairs": (4, 6, 8), "ratio": (0.5, 0.6, 0.7)},
        answer=times_as_late_by_muon,
        tolerance=0.35,
        beliefs={
            "So it is with SGD, whose step is as small as the pair is rare. Muon's is as long as for any.": (
                times_rarer
            ),
            "It does not turn the order round: no direction gets more than another.": (
                lambda pairs, ratio: 1 / times_rarer(pairs, ratio)
            ),
        },
        why="A pair is a direction, and Muon goes about equally far in each: all are learnt at about the "
        "same time.",
        figure={"optimizer": "muon", "lr": 0.05, "ratio": 0.5},
    ),
    Question(
        name="muon_on_a_column",
        lesson=LESSON,
        text="Muon divides a gradient by its norm. Then it takes each singular value `s` to `3.4445 * s - "
        "4.775 * s**3 + 2.0315 * s**5`, {iterations} times. A column has a single singular value, its "
        "length. How long is a column in the end?",
        first={"iterations": 5},
        again={"iterations": (2, 3, 4, 6)},
        answer=length_of_a_column,
        tolerance=0.02,
        beliefs={
            "That is the aim, but 1 does not stay 1: put it in, and 0.701 comes out.": lambda iterations: 1.0,
            "So it is after one iteration less.": lambda iterations: length_of_a_column(iterations - 1),
            "So it is after one iteration more.": lambda iterations: length_of_a_column(iterations + 1),
        },
        why="Divided by its norm it is 1 long. One iteration makes that 0.701, the next 1.114, and it goes "
        "on to and fro.",
    ),
]
