"""Exercise 19: a floor from gradients, the steepest fall, a range test in numbers, and what was unfair."""

from math import log

import numpy as np

from course_lib import tuning
from course_lib.checks.drawing import EXPECTED, YOURS
from course_lib.checks.task import Function, Goal, Prediction

FAIR, PARTS = "fair", ("validation", "test")


# Task 1: the floor that is to be expected, from the gradients of some batches.


def floor_from(gradients, lr, momentum):
    off = gradients - gradients.mean(axis=0)
    return tuning.predicted_floor(lr, (off**2).sum(axis=1).mean(), momentum)


def floor_by(noise_of, times=lambda momentum: 1 / (1 - momentum)):
    """A wrong answer: with another noise, or another part for momentum."""

    def predict_floor(gradients, lr, momentum):
        return lr * noise_of(gradients) / 4 * times(momentum)

    return predict_floor


def squared_errors(gradients):
    return (gradients - gradients.mean(axis=0)) ** 2


# Task 2: where the loss falls fastest.


def slopes(rates, losses):
    return np.diff(losses) / np.diff(np.log(rates))


def steepest_rate(rates, losses):
    return rates[np.argmin(slopes(rates, losses))]


def draw_steepest(axes, got, expected):
    case = STEEP[0]
    axes.semilogx(case["rates"], case["losses"], ".-", color="0.6")
    for rate, look in ((expected, EXPECTED), (got, YOURS)):
        axes.plot(float(rate), np.interp(float(rate), case["rates"], case["losses"]), **look | {"ls": ""})
    axes.set(title="The loss of a range test, smoothed", xlabel="learning rate")
    axes.legend(loc="lower left")


def drawn_test(rng):
    """A curve that falls and climbs, at rates that grow unevenly."""
    rates = np.geomspace(1e-3, 1, 9) * rng.uniform(0.8, 1.25, 9)
    bends = np.log(rates / rng.uniform(0.02, 0.1))
    return {"rates": rates, "losses": 2.3 - 2 / (1 + np.exp(-2 * bends)) + 3 * rates**2}


STEEP = [
    {
        "rates": np.array([0.001, 0.002, 0.02, 0.03, 0.05, 0.2, 0.6]),
        "losses": np.array([2.4, 2.3, 1.5, 1.4, 0.8, 0.6, 2.5]),
    },
    {"rates": np.array([0.01, 0.1, 0.3, 3.0]), "losses": np.array([1.0, 0.9, 0.6, 0.2])},
]


# Task 3: numbers of a range test.

TEST = {"low": 1e-4, "high": 1.0, "growth": 1.2, "momentum": 0.8, "lowest": 0.5}


def numbers_of(low, high, growth, momentum, lowest):
    return {
        "updates from the first rate to the last": log(high / low) / log(growth),
        "growth during the memory": growth ** (1 / (1 - momentum)),
        "plain SGD's rate of the same speed": lowest / 4 / (1 - momentum),
    }


def numbers_again(rng):
    """The text and what is expected, where the prediction is asked again with other numbers."""
    case = {"low": 1e-3, "high": rng.choice([1.0, 10.0]), "growth": rng.choice([1.05, 1.1, 1.3])}
    case |= {"momentum": rng.choice([0.5, 0.75]), "lowest": rng.choice([0.2, 0.4])}
    text = (
        f"The rates go from {case['low']:g} to {case['high']:g} and grow by {case['growth']:g} each update. "
        f"Momentum is {case['momentum']:g}, and the loss is lowest at {case['lowest']:g}, which is divided "
        "by 4."
    )
    return text, numbers_of(**case)


RIGHT = tuple(numbers_of(**TEST).values())


def numbers_but(at_0=RIGHT[0], at_1=RIGHT[1], at_2=RIGHT[2]):
    return at_0, at_1, at_2


# Task 4: what was unfair.


def what_is_unfair(tried, starts, part):
    """The first that judge finds, as a word; rates, starts, edge and test are its four rulings."""
    trials = tuple(tuning.Trial(line, lr, starts[0], part, loss) for line, lr, loss in tried)
    lines = dict.fromkeys(line for line, _, _ in tried)
    final = tuple(tuning.Trial(line, 0.0, start, "test", 0.0) for line in lines for start in starts)
    rulings = tuning.judge(tuning.Comparison(trials, final))
    words = ("rates", "starts", "edge", "test")
    return next((word for word, ruling in zip(words, rulings, strict=True) if not ruling.holds), FAIR)


def without(word):
    """A wrong answer that never sees this fault, but those behind it."""

    def answer(tried, starts, part):
        if word == "starts":
            starts = (0, 1, 2)
        if word == "test":
            part = "validation"
        if word in ("rates", "edge"):
            found = what_is_unfair(tried, starts, part)
            rest = "starts" if len(set(starts)) < 3 else "test" if part == "test" else FAIR
            return rest if found == word else found
        return what_is_unfair(tried, starts, part)

    return answer


def counting_trials(tried, starts, part):
    """Counts the trainings and not the lines' rates: a rate that was tried twice is no second rate."""
    counts = {line: sum(of == line for of, _, _ in tried) for line in {of for of, _, _ in tried}}
    return "rates" if len(set(counts.values())) > 1 else without("rates")(tried, starts, part)


def counting_repeats(tried, starts, part):
    return what_is_unfair(tried, tuple(range(len(starts))), part)


def only_the_highest(tried, starts, part):
    """Looks for the edge at the top alone."""
    found = what_is_unfair(tried, starts, part)
    if found != "edge":
        return found
    for line in {of for of, _, _ in tried}:
        mine = [(loss, lr) for of, lr, loss in tried if of == line]
        if min(mine)[1] == max(lr for _, lr in mine):
            return "edge"
    return "test" if part == "test" else FAIR


def trials(*losses, lines=("sgd", "adam"), rates=(0.01, 0.1, 1.0)):
    """A list of (line, rate, loss), with the losses in turn."""
    places = [(line, rate) for line in lines for rate in rates]
    return [(line, rate, loss) for (line, rate), loss in zip(places, losses, strict=True)]


GOOD = trials(0.9, 0.3, 0.8, 0.5, 0.2, 2.0)
COMPARED = [
    {"tried": GOOD, "starts": (0, 1, 2), "part": "validation"},
    {"tried": GOOD[:-1], "starts": (0, 1, 2), "part": "validation"},
    {"tried": GOOD, "starts": (0, 1), "part": "validation"},
    {"tried": trials(0.9, 0.3, 0.8, 0.1, 0.2, 2.0), "starts": (0, 1, 2), "part": "validation"},
    {"tried": trials(0.9, 0.3, 0.8, 0.5, 0.2, 0.1), "starts": (0, 1, 2, 3), "part": "validation"},
    {"tried": GOOD, "starts": (5, 6, 7), "part": "test"},
    {"tried": GOOD, "starts": (4, 4, 4), "part": "validation"},
    {"tried": [*GOOD[:2], GOOD[1], *GOOD[3:]], "starts": (0, 1, 2), "part": "validation"},
]


def drawn_comparison(rng):
    tried = trials(*rng.permutation(np.linspace(0.1, 2, 6)).round(2).tolist())
    tried = tried[:-1] if rng.random() < 0.2 else tried
    starts = tuple(range(int(rng.integers(1, 5))))
    return {"tried": tried, "starts": starts, "part": str(rng.choice(PARTS, p=[0.8, 0.2]))}


# Of the lesson: a plan, judged by what its step 6 found.

BEST = {"momentum": 0.3, "adam": 0.03}  # rates, for the network of the lesson


def checked(plan):
    """The plan; ValueError where it is none that could be carried out."""
    if not isinstance(plan, dict) or plan.keys() != {*BEST, "seeds", "choose_on"}:
        raise ValueError('return a dict with "momentum", "adam", "seeds" and "choose_on"')
    if not all(isinstance(plan[name], list | tuple) and plan[name] for name in (*BEST, "seeds")):
        raise ValueError("momentum, adam and seeds must be lists of numbers")
    if not all(isinstance(lr, int | float) and lr > 0 for line in BEST for lr in plan[line]):
        raise ValueError("rates must be numbers above 0")
    if plan["choose_on"] not in PARTS:
        raise ValueError('choose_on must be "validation" or "test"')
    return plan


def carry_out(plan):
    """The four rulings, where a training's loss is how many times its rate is off the best one."""
    plan = checked(plan)
    tried = [
        tuning.Trial(line, lr, 0, plan["choose_on"], abs(log(lr / best)))
        for line, best in BEST.items()
        for lr in plan[line]
    ]
    final = [tuning.Trial(line, 0.0, seed, "test", 0.0) for line in BEST for seed in plan["seeds"]]
    asked = ("equal tuning", "three seeds", "no best rate at the edge", "the test part kept for the end")
    rulings = tuning.judge(tuning.Comparison(tuple(tried), tuple(final)))
    return [(what, ruling.holds, ruling.says) for what, ruling in zip(asked, rulings, strict=True)]


FAIR_PLAN = {"momentum": [0.03, 0.1, 0.3, 1.0, 3.0], "adam": [0.003, 0.01, 0.03, 0.1, 0.3]}
FAIR_PLAN |= {"seeds": [0, 1, 2], "choose_on": "validation"}
MORE_FOR_ONE = "One line gets more rates than the other. Then it is not the line that wins, but the search."
ONE_SEED = "A single seed, or two, cannot tell a better line from a lucky start."
ON_TEST = 'Whoever chooses on "test" has no part left that would tell of new data.'
ONE_GRID = "One grid does not fit both: Adam's steps are as long as lr whatever the gradient is."


TASKS = [
    Function(
        name="floor_from_batches",
        points=4,
        hints=[
            "How far is each batch's gradient from their mean? Take the squared length of that.",
            "noise = ((gradients - gradients.mean(axis=0)) ** 2).sum(axis=1).mean()",
            "return lr * noise / (4 * (1 - momentum))",
        ],
        mistakes={
            "The noise is the squared length of the error. You took the length.": floor_by(
                lambda g: np.sqrt(squared_errors(g).sum(axis=1)).mean()
            ),
            "You took the mean over the weights too. A squared length is the sum of all squares.": floor_by(
                lambda g: squared_errors(g).mean()
            ),
            "You added the batches up. Over them take the mean.": floor_by(lambda g: squared_errors(g).sum()),
            "That is the gradients' own length. The noise is how far they are from their mean.": floor_by(
                lambda g: (g**2).sum(axis=1).mean()
            ),
            "You divided by one less than the number of batches. The mean over them is asked for.": floor_by(
                lambda g: squared_errors(g).sum() / (len(g) - 1)
            ),
            "The factor 4 is missing below.": floor_by(lambda g: 4 * squared_errors(g).sum(axis=1).mean()),
            "Momentum raises the floor: divide by 1 - momentum.": floor_by(
                lambda g: squared_errors(g).sum(axis=1).mean(), times=lambda momentum: 1 - momentum
            ),
            "Momentum is missing: it takes each kick again and again.": floor_by(
                lambda g: squared_errors(g).sum(axis=1).mean(), times=lambda momentum: 1.0
            ),
        },
        reference=floor_from,
        cases=[
            {"gradients": np.array([[1.0, 0.0], [3.0, 2.0]]), "lr": 0.1, "momentum": 0.5},
            {
                "gradients": np.array([[0.5, 1.0, -1.0], [0.5, 3.0, 0.0], [2.0, -1.0, 1.0]]),
                "lr": 0.4,
                "momentum": 0.9,
            },
        ],
        draw=lambda rng: {
            "gradients": rng.normal(1.0, 0.5, size=(int(rng.integers(2, 6)), int(rng.integers(2, 5)))),
            "lr": rng.uniform(0.01, 0.5),
            "momentum": rng.uniform(0.3, 0.9),
        },
    ),
    Function(
        name="steepest_rate",
        points=4,
        hints=[
            "Between two neighbours: by how much does the loss change, for how much of log(rate)?",
            "slope = (losses[i + 1] - losses[i]) / (log(rates[i + 1]) - log(rates[i]))",
            "slopes = np.diff(losses) / np.diff(np.log(rates)), and the steepest is the most negative",
        ],
        mistakes={
            "That is the largest fall from one rate to the next. Divide by how far apart they are.": (
                lambda rates, losses: rates[np.argmin(np.diff(losses))]
            ),
            "That is the fall by each 1 of the rate. Rates grow by factors: divide by the step of log.": (
                lambda rates, losses: rates[np.argmin(np.diff(losses) / np.diff(rates))]
            ),
            "There it climbs fastest. A fall is a negative slope: take the smallest.": (
                lambda rates, losses: rates[np.argmax(slopes(rates, losses))]
            ),
            "There the loss is lowest. Asked for is where it falls fastest.": (
                lambda rates, losses: rates[np.argmin(losses)]
            ),
            "That is the rate at the end of the steepest piece. The one at its beginning is asked for.": (
                lambda rates, losses: rates[np.argmin(slopes(rates, losses)) + 1]
            ),
            "That is the place in the list. The rate there is asked for.": (
                lambda rates, losses: np.argmin(slopes(rates, losses))
            ),
        },
        reference=steepest_rate,
        cases=STEEP,
        draw=drawn_test,
        picture=draw_steepest,
    ),
    Prediction(
        name="predict_test",
        points=3,
        hints=[
            "How often must 1.2 be multiplied with itself? How long is the memory of momentum 0.8?",
            "log(1e4) / log(1.2), 1.2 ** (1 / (1 - 0.8)), and a rate divided by 1 - momentum",
            "return math.log(1e4) / math.log(1.2), ... and so on",
        ],
        mistakes={
            "The rate is multiplied in each update. You let it grow by the same amount each time.": (
                lambda: numbers_but(at_0=(TEST["high"] - TEST["low"]) / (TEST["low"] * 0.2))
            ),
            "So many powers of ten it grows. In updates of 1.2 it is more.": lambda: numbers_but(at_0=4.0),
            "The growth is a power: 1.2 is multiplied with itself in each update of the memory.": (
                lambda: numbers_but(at_1=1 + 0.2 * 5)
            ),
            "The step's memory is 1 / (1 - momentum) updates, here 5.": lambda: numbers_but(at_1=1.2),
            "You forgot to divide the lowest rate by 4.": lambda: numbers_but(at_2=0.5 / 0.2),
            "Plain SGD needs a higher rate for the same speed, not a lower one.": (
                lambda: numbers_but(at_2=0.5 / 4 * 0.2)
            ),
        },
        expected=numbers_of(**TEST),
        rtol=0.03,
        again=numbers_again,
    ),
    Function(
        name="what_is_unfair",
        points=4,
        hints=[
            "Ask the four questions one after the other, and return at the first that is answered no.",
            "sets count what is different: len({lr for line, lr, loss in tried if line == name})",
            "for each line: its best is that of the lowest loss; is its rate the least or the largest?",
        ],
        mistakes={
            "You count trainings. A rate that was tried twice is still one rate.": counting_trials,
            "You never find that one line had more rates than the other.": without("rates"),
            "You count entries. A start that was taken three times is one start.": counting_repeats,
            "Fewer than three starts are too few. You let them pass.": without("starts"),
            "A best rate that is the lowest of its line stands at the edge, too.": only_the_highest,
            "You never find a best rate at the edge of its grid.": without("edge"),
            'Who chooses on the part "test" has used it up. You let that pass.': without("test"),
        },
        reference=what_is_unfair,
        cases=COMPARED,
        draw=drawn_comparison,
    ),
]


def chosen_rate(rates, losses, keep=0.9, divide=4):
    return rates[np.argmin(tuning.smoothed(losses, keep))] / divide


def chosen_of(smooth):
    def answer(rates, losses, keep=0.9, divide=4):
        return rates[np.argmin(smooth(np.asarray(losses), keep))] / divide

    return answer


def uncorrected(losses, keep):
    counts = np.arange(1, len(losses) + 1)
    return tuning.smoothed(losses, keep) * (1 - keep**counts)


LESSON = {
    "lesson 19": Function(
        name="chosen_rate",
        points=0,
        hints=[
            "The first line is Adam's m, the second puts it right for its beginning, as in lesson 11.",
            "mean = keep * mean + (1 - keep) * loss, and append mean / (1 - keep**t)",
        ],
        mistakes={
            "The mean is not put right: it begins far too low, so the first rate wins.": chosen_of(
                uncorrected
            ),
            "That is where a single batch had the lowest loss. Look at the smoothed losses.": chosen_of(
                lambda losses, keep: losses
            ),
            "The rate is not divided: there the loss is about to climb.": (
                lambda rates, losses, keep=0.9, divide=4: chosen_rate(rates, losses, keep, 1)
            ),
            "keep is the part of the mean that stays; the new loss has 1 - keep.": chosen_of(
                lambda losses, keep: tuning.smoothed(losses, 1 - keep)
            ),
        },
        reference=chosen_rate,
        cases=[
            {
                "rates": [0.1, 0.2, 0.4, 0.8, 1.6, 3.2],
                "losses": [2.0, 1.0, 1.6, 0.9, 1.0, 1.2],
                "keep": 0.8,
                "divide": 4,
            },
            {
                "rates": [0.1, 0.3, 1.0, 3.0, 10.0, 30.0],
                "losses": [2.0, 1.2, 1.0, 1.1, 1.5, 4.0],
                "keep": 0.8,
                "divide": 2,
            },
        ],
    ),
    "lesson 19, your turn": Goal(
        name="my_plan",
        points=0,
        hints=[
            "Begin with five rates for each line, each about three times the last, around its range test's.",
            'as many rates for "adam" as for "momentum"; three seeds; choose_on="validation"',
        ],
        mistakes={
            ON_TEST: lambda: FAIR_PLAN | {"choose_on": "test"},
            ONE_SEED: lambda: FAIR_PLAN | {"seeds": [0]},
            MORE_FOR_ONE: lambda: FAIR_PLAN | {"momentum": [0.1]},
            ONE_GRID: lambda: FAIR_PLAN | {"adam": [0.3, 1.0, 3.0, 10.0, 30.0]},
        },
        signs={
            ON_TEST: lambda plan: plan["choose_on"] == "test",
            ONE_SEED: lambda plan: len(set(plan["seeds"])) < 3,
            MORE_FOR_ONE: lambda plan: len(plan["momentum"]) != len(plan["adam"]),
            ONE_GRID: lambda plan: min(plan["adam"]) >= 0.1,
        },
        measure=carry_out,
        example=FAIR_PLAN,
        goals=4,
    ),
}
