"""Lesson 16: where the curvature of a training network ends, and how the smallest network shows why."""

from course_lib import theory
from course_lib.questions.question import Question

LESSON = "16_edge_of_stability"
START = 0.35  # the largest curvature of the figure's network at its first weights
NETWORK = (
    "A small network learns fifty digits, all of them in each update. At its first weights the largest "
    f"curvature of the loss is {START}."
)
STAYS, FLATTER, DIVERGES = "at that minimum", "at a flatter minimum", "nowhere: it diverges"


def edge(lr, momentum=0.0, nesterov=False):
    return theory.stability_limit(momentum, nesterov) / lr


def end_of_two_layers(lr, u=2.0, v=0.51, updates=400):
    """Where plain descent on (1 - u * v)**2 / 2 ends, which begins beside the minimum (2, 0.5)."""
    for _ in range(updates):
        error = 1 - u * v
        u, v = u + lr * error * v, v + lr * error * u
        if u**2 + v**2 > 1000:
            return DIVERGES
    return STAYS if u**2 + v**2 > 4.2 else FLATTER


QUESTIONS = [
    Question(
        name="curvature_settles_at",
        lesson=LESSON,
        text=f"{NETWORK} It is trained by plain SGD with `lr = {{lr}}`. About how large is that curvature "
        "after 400 updates?",
        first={"lr": 3.0},
        again={"lr": (3.5, 4.0, 5.0)},
        answer=edge,
        tolerance=0.1,
        beliefs={
            "It would stay there, if the loss were a parabola. A network's bends more as it learns.": (
                lambda lr: START
            ),
            "That is where an error along that direction is gone in a single update. It climbs further.": (
                lambda lr: 1 / lr if abs(1 / lr - START) > 0.03 else None
            ),
            "It does not diverge: beyond `2 / {lr}` it is thrown back to where the loss bends less.": (
                lambda lr: float("inf")
            ),
            "At a minimum the slope is 0. The curvature is not: how much a place bends is another thing.": (
                lambda lr: 0.0
            ),
            "The limit is `lr * curvature = 2`. Divide that by `lr`, not the other way round.": lambda lr: (
                lr / 2
            ),
        },
        why="It climbs to `2 / {lr}`, the limit of this rate, and stays there.",
        figure={"lr": 3.0, "momentum": 0.0, "batch_size": "50"},
    ),
    Question(
        name="curvature_settles_with_momentum",
        lesson=LESSON,
        text=f"{NETWORK} It is trained by `SGD(lr={{lr}}, momentum={{momentum}})`. About how large is that "
        "curvature after 400 updates?",
        first={"lr": 5.0, "momentum": 0.5},
        again={"lr": (5.0, 6.0), "momentum": (0.3, 0.5)},
        answer=edge,
        tolerance=0.1,
        beliefs={
            "That is the limit without momentum. With it, steeper directions settle, too.": (
                lambda lr, momentum: edge(lr)
            ),
            "Momentum is no rate of `lr / (1 - {momentum})` where the slope changes its sign at each step.": (
                lambda lr, momentum: edge(lr / (1 - momentum))
            ),
            "That is where it begins. It climbs to the limit, which momentum has moved up.": (
                lambda lr, momentum: START if edge(lr) > 0.38 and momentum > 0.4 else None
            ),
            "That is the limit where a gradient comes in by `1 - {momentum}` of itself. Here it is whole.": (
                lambda lr, momentum: edge(lr * (1 - momentum)) if momentum > 0.4 else None
            ),
            "That is the limit of Nesterov's momentum.": (
                lambda lr, momentum: edge(lr, momentum, nesterov=True)
            ),
        },
        why="It climbs to the limit of lesson 6, `2 * (1 + {momentum}) / {lr}`, and stays there.",
        figure={"lr": 5.0, "momentum": 0.5, "batch_size": "50"},
    ),
    Question(
        name="thrown_out_of_a_minimum",
        lesson=LESSON,
        text="The loss of two weights is `(1 - u * v)**2 / 2`, so each pair with `u * v = 1` is a minimum. "
        "At `(2, 0.5)` the curvature is 4.25. Plain descent begins right beside it, at `(2, 0.51)`, with "
        "`lr = {lr}`. Where does it end?",
        first={"lr": 0.6},
        again={"lr": (0.3, 0.4, 0.55, 0.8, 1.05)},
        options=(STAYS, FLATTER, DIVERGES),
        answer=end_of_two_layers,
        beliefs={
            "The rate is over `2 / 4.25`, the limit there: no error stays small.": (
                lambda lr: STAYS if end_of_two_layers(lr) != STAYS else None
            ),
            "Out of a parabola it would. Here the valley is wider elsewhere, and there it settles.": (
                lambda lr: DIVERGES if end_of_two_layers(lr) == FLATTER else None
            ),
            "The rate is below `2 / 4.25`, the limit there: nothing throws it out.": (
                lambda lr: FLATTER if end_of_two_layers(lr) == STAYS else None
            ),
        },
        why="It can settle where the curvature is below `2 / {lr}`. The flattest minimum, `(1, 1)`, has 2.",
    ),
]
