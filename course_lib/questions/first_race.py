"""The start page: the line that everybody copies against one that is nothing but a rate, in a ravine."""

from course_lib import training
from course_lib.optimizers import SGD
from course_lib.questions.question import Question

LESSON = "00_start_here"
UPDATES = 100
FAMOUS, PLAIN = "the famous line", "the plain line"
COPIED = {"lr": 0.1, "decay": 1e-6, "momentum": 0.9, "nesterov": True}
LIMIT = 2  # of the plain line's rate, in this ravine


def race(lr, momentum=COPIED["momentum"]):
    """The name of each line -> its run."""
    lines = {FAMOUS: SGD(**COPIED | {"momentum": momentum}), PLAIN: SGD(lr=lr)}
    return {name: training.run("ravine", sgd, steps=UPDATES) for name, sgd in lines.items()}


def lowest(runs):
    """The name of the line that ends lower."""
    return min(runs, key=lambda name: runs[name].losses[-1])


def winner(lr, momentum):
    return lowest(race(lr, momentum))


def wrongly(name, lr, momentum):
    """This line, if it does not win."""
    return None if winner(lr, momentum) == name else name


def end(name):
    """A function of the numbers: the loss with which this line ends, in two digits."""
    return lambda **numbers: float(f"{race(**numbers)[name].losses[-1]:.1e}")


QUESTIONS = [
    Question(
        name="first_race",
        lesson=LESSON,
        text="Two lines go down a ravine of curvature 1 across and 1/20 along. The famous line is "
        "`SGD(lr=0.1, decay=1e-6, momentum={momentum}, nesterov=True)`, the plain line `SGD(lr={lr})`. Which "
        "one ends lower after 100 steps?",
        first={"lr": 1.9, "momentum": 0.9},
        again={"lr": (0.5, 1.0, 1.5, 2.0), "momentum": (0.5, 0.9, 0.95)},
        options=(FAMOUS, PLAIN),
        answer=winner,
        beliefs={
            "A line is no faster for its many settings. The famous one ends at {famous}; a rate of {lr} that "
            "fits the ravine, at {plain}.": (lambda lr, momentum: wrongly(FAMOUS, lr, momentum)),
            "A rate of {lr} is below the limit, and still too small: along the ravine it crawls, and ends at "
            "{plain}. The famous line ends at {famous}.": (
                lambda lr, momentum: wrongly(PLAIN, lr, momentum) if lr < LIMIT else None
            ),
            "At {lr} the plain line jumps from wall to wall, and never gets lower across.": (
                lambda lr, momentum: wrongly(PLAIN, lr, momentum) if lr >= LIMIT else None
            ),
        },
        why="The plain line wins where its rate is large enough for the flat direction, and not too large "
        "for the steep one.",
        computed={"famous": end(FAMOUS), "plain": end(PLAIN)},
    ),
]
