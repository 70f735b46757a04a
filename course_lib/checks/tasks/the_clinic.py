"""Exercise 18: The clinic."""

from functools import cache

import numpy as np

from course_lib.checks.drawing import EXPECTED, YOURS
from course_lib.checks.task import Function, Goal, Prediction
from course_lib.clinic import CAUSES, CHANGES, TESTS, admit, go_on, result, ward
from course_lib.clinic.ordered import untreated
from course_lib.clinic.running import end

LETTERS = "ABC"
CAUSES_ASKED = (
    "learning rate too low",
    "renamed argument",
    "MSE on a softmax",
    "gradients not reset",
    "noise floor",
    "no warm-up",
)
PATIENT = ward(4)[3]
MOST_TESTS = 2
NO_CURE_LATE = "Shorter steps come too late: the first updates have thrown the weights far away already."
BOTH_CURED = (
    "lr / 10 cures both of these in the test. But with a rate that is too high for good, the gradient dies."
)
TOO_MANY = "Two tests are enough: see which causes the first one leaves, and which test divides those."


def row(patient):
    """What the tests measure of a patient, as a row of the exercise's table."""
    course = untreated(patient)
    first_norm, last_norm = float(np.median(course.norm[:5])), end(course.norm)
    of_tests = [result(test, patient).number for test in ("lr / 10", "one batch")]
    return [f"lr {patient.lr:g}", *(f"{x:.3g}" for x in (end(course.loss), *of_tests, first_norm, last_norm))]


@cache
def row_of(cause, seed):
    """The row of one of the few patients. A round draws those of the rounds before, too."""
    return row(admit(cause, seed))


def other_patients(rng):
    """The text and what is expected, where the prediction is asked again with other patients."""
    chosen = rng.choice(len(CAUSES_ASKED) - 1, 3, replace=False)  # what a late start shows varies too much
    rows = [row_of(CAUSES_ASKED[number], int(rng.integers(20, 23))) for number in chosen]
    said = [f"{letter}: {', '.join(words)}." for letter, words in zip(LETTERS, rows, strict=True)]
    return f"The table of three others: {' '.join(said)} Which causes?", {
        f"patient {letter}": int(number) + 1 for letter, number in zip(LETTERS, chosen, strict=True)
    }


def softmax(z):
    z = np.exp(z - z.max(axis=1, keepdims=True))
    return z / z.sum(axis=1, keepdims=True)


def descend(x, y, lr, updates, *, sums=False, mean=True, sign=-1, squares=False, first=True):
    """The cross-entropy of a linear softmax on one batch, before the first and after each update."""
    w, given, losses = np.zeros((x.shape[1], y.shape[1])), 0.0, []
    for _ in range(updates + 1):
        p = softmax(x @ w)
        losses.append(-np.mean(np.log(p[y == 1])))
        slope = (
            p * ((p - y) - ((p - y) * p).sum(axis=1, keepdims=True)) * 2 / y.shape[1] if squares else p - y
        )
        g = x.T @ slope / (len(x) if mean else 1)
        given = g + given if sums else g
        w = w + sign * lr * given
    return np.array(losses if first else losses[1:])


def draw_losses(axes, got, expected):
    axes.plot(expected, **EXPECTED)
    axes.plot(np.asarray(got, float), **YOURS)
    axes.set(title="The loss of the one batch", xlabel="updates")
    axes.legend(loc="upper right")


def batch(rng, samples=4, inputs=5, classes=3):
    """So many samples of random inputs, more of them than samples, and labels one-hot."""
    return {"x": rng.normal(size=(samples, inputs)), "y": np.eye(classes)[rng.integers(0, classes, samples)]}


def treat(settings):
    """What becomes of the patient of task 3 under these tests, this cause and this change."""
    if not isinstance(settings, dict) or settings.keys() != {"tests", "cause", "change"}:
        raise ValueError('return a dict with three entries: {"tests": [...], "cause": ..., "change": ...}')
    tests, cause, change = settings["tests"], settings["cause"], settings["change"]
    if not isinstance(tests, list | tuple) or any(test not in TESTS for test in tests):
        raise ValueError(f"tests must be a list of some of {', '.join(TESTS)}")
    if cause not in CAUSES or change not in CHANGES:
        raise ValueError("cause and change must be written as in the figure")
    is_cured = go_on(PATIENT, change).is_cured
    return [
        (f"{MOST_TESTS} tests at most", len(set(tests)) <= MOST_TESTS, f"{len(set(tests))} ordered"),
        ("the right cause", cause == PATIENT.cause, cause),
        ("a change that cures", is_cured, "it gets well" if is_cured else "it does not get well"),
    ]


TASKS = [
    Prediction(
        name="three_patients",
        points=3,
        hints=[
            "Ask of each: does a tenth of the rate cure it, change it, or change nothing at all?",
            "a batch below 0.2 is learned; a gradient of 0.02 at first is small; 4 and then 20 is growth",
            "patient A: not a digit changes with lr / 10",
        ],
        mistakes={
            "Patient A is slow, too. But with a rate that is read, a tenth of it would be slower still.": (
                lambda: [1, 0, 0]
            ),
            "Patient B wanders, too. But from the start a tenth of the rate would not cure a noise floor.": (
                lambda: [0, 5, 0]
            ),
            "A tenth of the rate cures patient B, too. But its gradient grows, which says more.": (
                lambda: [0, 6, 0]
            ),
            "Patient C is slow, too. But look at its gradient: at the first update it is tiny.": (
                lambda: [0, 0, 1]
            ),
            "That is what patient A has: of patient C the loss changes with the rate.": lambda: [0, 0, 2],
        },
        expected={"patient A": 2, "patient B": 4, "patient C": 3},
        again=other_patients,
    ),
    Function(
        name="one_batch_losses",
        points=4,
        hints=[
            "It is plain descent, and every update sees the same samples. What is the slope here?",
            "p = softmax(x @ w); the gradient is x.T @ (p - y) / len(x)",
            "losses = [], and then for _ in range(updates + 1): ... append the loss before you move w",
        ],
        mistakes={
            "The gradients are not reset: each update takes the sum of all so far.": (
                lambda x, y, lr, updates: descend(x, y, lr, updates, sums=True)
            ),
            "Your gradient is the sum over the samples; the loss is their mean.": (
                lambda x, y, lr, updates: descend(x, y, lr, updates, mean=False)
            ),
            "The loss before the first update is missing.": (
                lambda x, y, lr, updates: descend(x, y, lr, updates, first=False)
            ),
            "The loss after the last update is missing.": (
                lambda x, y, lr, updates: descend(x, y, lr, updates)[:-1]
            ),
            "The steps go uphill.": lambda x, y, lr, updates: descend(x, y, lr, updates, sign=1),
            "That is the slope of MSE on a softmax. With cross-entropy the two slopes make p - y.": (
                lambda x, y, lr, updates: descend(x, y, lr, updates, squares=True)
            ),
            "That is the last loss alone; all of them are asked for.": (
                lambda x, y, lr, updates: descend(x, y, lr, updates)[-1]
            ),
        },
        reference=descend,
        cases=[
            {**batch(np.random.default_rng(18)), "lr": 0.5, "updates": 20},
            {**batch(np.random.default_rng(19), samples=2, inputs=3, classes=2), "lr": 1.0, "updates": 4},
        ],
        draw=lambda rng: {**batch(rng), "lr": rng.uniform(0.1, 1), "updates": int(rng.integers(2, 8))},
        picture=draw_losses,
    ),
    Goal(
        name="treatment",
        points=3,
        hints=[
            "The loss leaps up in the first updates. Which two causes begin like that?",
            "lr * curvature is over 2 for both; what does the gradient do in the end?",
            'return {"tests": ["gradient norm", ...], "cause": "no ...", "change": ...}',
        ],
        mistakes={
            BOTH_CURED: lambda: {"tests": [], "cause": "learning rate too high", "change": "warm-up"},
            NO_CURE_LATE: lambda: {"tests": [], "cause": "no warm-up", "change": "lr / 10"},
            TOO_MANY: lambda: {"tests": list(TESTS), "cause": "no warm-up", "change": "warm-up"},
        },
        signs={
            BOTH_CURED: lambda settings: settings["cause"] == "learning rate too high",
            NO_CURE_LATE: lambda settings: settings["change"] == "lr / 10",
            TOO_MANY: lambda settings: len(settings["tests"]) > MOST_TESTS,
        },
        measure=treat,
        example={"tests": ["lr / 10", "gradient norm"], "cause": "no warm-up", "change": "warm-up"},
        goals=3,
    ),
]


def ordered_by(*, row=False, at_best=False, total=False, same=False, all_counted=False, answers=False):
    """An answer to the lesson's lines: the right one, and wrong ones."""

    def order(left, fits, answer):
        counts = fits.sum(axis=0) if same or all_counted else left @ fits
        at_worst = counts.min() if at_best else counts.sum() if total else counts.max()
        if answers:
            return counts, left * fits[:, answer]
        return at_worst, left * fits[answer] if row else fits[:, answer] if same else left * fits[:, answer]

    return order


FITS = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 0.0]])

LESSON = {
    "lesson 18": Function(
        name="order",
        points=0,
        hints=[
            "`left` has a 1 for each cause that is left. How many of these does each column of `fits` keep?",
            "`left @ fits` counts them, answer by answer; a cause stays where both are 1",
        ],
        mistakes={
            "You count all causes that fit. At worst is counted among those that are left.": ordered_by(
                all_counted=True
            ),
            "A cause that was ruled out before comes back: take only those that are left.": ordered_by(
                same=True
            ),
            "left is as it was. Cross out the causes that the answer does not fit: multiply by its column.": (
                lambda left, fits, answer: ((left @ fits).max(), left)
            ),
            "The causes are the rows, the answers the columns.": ordered_by(row=True),
            "That is how many are left at best. At worst means after the answer that fits most.": (
                ordered_by(at_best=True)
            ),
            "Those are all answers together; there will be one of them.": ordered_by(total=True),
            "Those are the counts for each answer. At worst it is the largest.": ordered_by(answers=True),
        },
        reference=ordered_by(),
        cases=[
            {"left": np.array([1.0, 1.0, 1.0]), "fits": FITS, "answer": 0},
            {"left": np.array([1.0, 0.0, 1.0]), "fits": FITS, "answer": 1},
            {"left": np.array([0.0, 1.0, 0.0]), "fits": FITS, "answer": 2},
        ],
    ),
    "lesson 18, your turn": Prediction(
        name="causes_left",
        points=0,
        hints=[
            "left.sum() counts the causes that are left.",
            "`one batch` is still to be ordered, with the answer `is not learned`",
        ],
        mistakes={
            "One test is missing: one batch is not learned.": lambda: 6,
            "That is with one batch learned by heart; here it is not.": lambda: 4,
            "So many there are before any test. Each answer crosses some out.": lambda: len(CAUSES),
        },
        expected={"causes": 2},
        atol=0.1,
    ),
}
