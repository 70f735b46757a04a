"""Exercise 11: Adam and its family."""

import numpy as np

from course_lib.checks.drawing import EXPECTED, YOURS
from course_lib.checks.task import Function, Prediction
from course_lib.optimizers import Adam, AdamW
from course_lib.optimizers.adam import AdamState

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8
QUICK = {"beta_1": 0.8, "beta_2": 0.99}  # the means of the prediction


def predicted(betas, large, small):
    """The length of steps on a slope that stays, in units of lr."""

    def last(g, updates=1, **settings):
        return steps(np.full(updates, g), Adam(lr=1.0, **betas, **settings))[-1]

    return {
        f"first step, gradient {large:g}": last(large),
        f"first step, gradient {small:g}": last(small),
        "first step without the correction": last(small, bias_correction=False),
        "second step without the correction": last(small, updates=2, bias_correction=False),
        "first step, gradient = epsilon": last(1e-8),
    }


def predicted_again(rng):
    beta_1, beta_2 = rng.choice([(0.5, 0.96), (0.4, 0.84), (0.7, 0.99)])
    large, small = rng.choice([50.0, 800.0]), rng.choice([0.03, 0.004])
    text = (
        f"beta_1 = {beta_1}, beta_2 = {beta_2}, epsilon = 1e-8, and the gradient stays; without the "
        f"correction it is {small:g}. How long is the step, in units of lr?"
    )
    return text, predicted({"beta_1": beta_1, "beta_2": beta_2}, large, small)


def steps(gradients, adam):
    """Each step against the gradient, in units of lr."""
    w, path = np.zeros(1), [np.zeros(1)]
    state = adam.init(w)
    for g in gradients:
        w, state = adam.step(w, np.array([g]), state)
        path.append(w)
    return -np.diff(path, axis=0)[:, 0] / adam.lr


def update(w, g, state, lr):
    iterations, m, v = state
    w, after = Adam(lr=lr).step(w, g, AdamState(iterations, m, v, v))
    return w, (after.iterations, after.mean, after.square)


def another_update(
    w,
    g,
    state,
    lr,
    *,
    sign=-1,
    late=0,
    count=1,
    m_only=False,
    uncorrected=False,
    paper=False,
    inside=False,
    squared=True,
    store=False,
    direct=False,
):
    """One Adam step with the faults that are asked for."""
    iterations, m, v = state
    t = np.float64(iterations + 1 - late)
    m = BETA_1 * m + (1 - BETA_1) * g
    v = BETA_2 * v + (1 - BETA_2) * (g**2 if squared else g)
    m_share, v_share = 1 - BETA_1**t, 1 - BETA_2**t
    if uncorrected:
        m_share = v_share = 1.0
    if m_only:
        v_share = 1.0
    size = np.sqrt(v) + EPSILON
    if inside:
        size = np.sqrt(v + EPSILON)
    if paper:
        size = np.sqrt(v) + EPSILON * np.sqrt(v_share)
    mean = g * m_share if direct else m
    w = w + sign * lr * np.sqrt(v_share) / m_share * mean / size
    if store:
        m, v = m / m_share, v / v_share
    return w, (iterations + count, m, v)


def updated_by(size):
    """A wrong Adam: ``size(m, v, t)`` is its step in units of lr, up or down."""

    def wrong(w, g, state, lr):
        (iterations, m, v), t = update(w, g, state, lr)[1], np.float64(state[0] + 1)
        return w - lr * size(m, v, t), (iterations, m, v)

    return wrong


def other_parts_updated(w, g, state, lr):
    iterations, m, v = state
    t = iterations + 1
    m, v = (1 - BETA_1) * m + BETA_1 * g, (1 - BETA_2) * v + BETA_2 * g**2
    correction = np.sqrt(1 - BETA_2**t) / (1 - BETA_1**t)
    return w - lr * correction * m / (np.sqrt(v) + EPSILON), (t, m, v)


def updated_in_place(w, g, state, lr):
    new, state = update(w, g, state, lr)
    w -= w - new
    return w, state


def walked(gradients, *, fed_back=(), share=(True, True), late=0, fixed=False, size=1):
    """The steps of a scalar Adam, in units of lr, with the faults that are asked for."""
    m = v = 0.0
    lengths = []
    for t, g in enumerate(gradients, 1):
        t_used = np.float64(1 if fixed else t - late)
        m = BETA_1 * m + (1 - BETA_1) * g
        v = BETA_2 * v + (1 - BETA_2) * g**2
        m_hat = m / (1 - BETA_1**t_used) if share[0] else m
        v_hat = v / (1 - BETA_2**t_used) if share[1] else v
        lengths.append(m_hat / (np.sqrt(v_hat) + EPSILON) ** size)
        m = m_hat if "m" in fed_back else m
        v = v_hat if "v" in fed_back else v
    return np.array(lengths)


def repaired(gradients):
    # epsilon is far below every gradient here, so it does not matter where it stands
    return steps(gradients, Adam(lr=1.0, beta_1=BETA_1, beta_2=BETA_2))


def draw_steps(axes, got, expected):
    updates = np.arange(1, len(expected) + 1)
    axes.axhline(0, color="black", lw=1)
    axes.plot(updates, expected, **EXPECTED)
    axes.plot(updates, got, **YOURS)
    axes.set(xlabel="update", ylabel="step / lr", title="The first steps on a slope that never changes")
    axes.legend()


def by_l2(w, gradients, lr, weight_decay, *, times=1, square=1, start=False, forget=False):
    """Adam with weight_decay * w inside its gradient, with the faults that are asked for."""
    adam, w0 = Adam(lr=lr), w
    state = adam.init(w)
    for g in gradients:
        state = adam.init(w) if forget else state
        w, state = adam.step(w, g + times * weight_decay * (w0 if start else w) ** square, state)
    return w


def by_adamw(w, gradients, lr, weight_decay, *, forget=False):
    adamw = AdamW(lr=lr, weight_decay=weight_decay)
    state = adamw.init(w)
    for g in gradients:
        w, state = adamw.step(w, g, adamw.init(w) if forget else state)
    return w


def both(w, gradients, lr, weight_decay):
    return by_l2(w, gradients, lr, weight_decay), by_adamw(w, gradients, lr, weight_decay)


def both_forgetful(w, gradients, lr, weight_decay):
    return tuple(by(w, gradients, lr, weight_decay, forget=True) for by in (by_l2, by_adamw))


def shrunk_late(w, gradients, lr, weight_decay):
    l2, adam = by_l2(w, gradients, lr, weight_decay), Adam(lr=lr)
    state = adam.init(w)
    for g in gradients:
        w, state = adam.step(w, g, state)
        w = w - lr * weight_decay * w
    return l2, w


def shrunk_without_lr(w, gradients, lr, weight_decay):
    return by_l2(w, gradients, lr, weight_decay), by_adamw(w, gradients, lr, weight_decay / lr)


def swinging(rng, updates):
    """Gradients of one large and one small weight, shape (updates, 2)."""
    return rng.normal(size=(updates, 2)) * [20.0, 0.02] + [5.0, 0.01]


ADAM_STATE = (0, np.zeros(2), np.zeros(2))


def adam_step_by(**faults):
    """The lesson's form of an Adam step, with the faults that are asked for."""

    def stepped(w, g, m, v, t, lr):
        w, (_, m, v) = another_update(w, g, (t - 1, m, v), lr, **faults)
        return w, m, v

    return stepped


TASKS = [
    Prediction(
        name="adam_first_steps",
        points=3,
        hints=[
            "What are m and v after the first update, when both start at 0? Leave g in as a letter.",
            "first: m = 0.2 * g, sqrt(v) = 0.1 * g; second: m = 0.36 * g, v = 0.0199 * g**2",
            "return 1, 1, 0.2 / 0.1, ... and in the fifth the root of v is only a tenth of epsilon",
        ],
        mistakes={
            "Those are as long as the gradient. Adam divides by its size, so the scale drops out.": (
                lambda: (300, 0.002, 0.004, 0.005103, 1e-8)
            ),
            "Too short without the correction: m is 5 times too small, but the root below it is 10 times.": (
                lambda: (1, 1, 0.5, 1 / 2.552, 1 / 11)
            ),
            "You divide by v; its root is what stands below the line.": (
                lambda: (1, 1, 0.2 / 0.01, 0.36 / 0.0199, 1 / 11)
            ),
            "That is the paper's form at epsilon. Keras adds epsilon to the uncorrected root.": (
                lambda: (1, 1, 2, 2.552, 0.5)
            ),
            "Without the correction the second step is not the first again: both means fill up further.": (
                lambda: (1, 1, 2, 2, 1 / 11)
            ),
            "At epsilon the scale does count: there epsilon is no longer small beside the root of v.": (
                lambda: (1, 1, 2, 2.552, 1)
            ),
            "The fifth is with the correction again, and you left it out there.": lambda: (
                1,
                1,
                2,
                2.552,
                2 / 11,
            ),
            "Without the correction the first step is no 1: m is 0.2 of g there, the root of v 0.1 of it.": (
                lambda: (1, 1, 1, 1, 1)
            ),
            "Those are the steps with the other betas, 0.9 and 0.999; here they are 0.8 and 0.99.": (
                lambda: (1, 1, 3.162, 4.25, 0.0307)
            ),
        },
        expected=predicted(QUICK, 300.0, 0.002),
        again=predicted_again,
    ),
    Function(
        name="adam_update",
        points=4,
        hints=[
            "How many updates will have been done when this one is? That is the t of the formula.",
            "t = iterations + 1; w = w - lr * sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (sqrt(v) + 1e-8)",
            "iterations, m, v = state, and then the two means",
        ],
        mistakes={
            "t starts from 0, where both shares are 0, and you divide by them. t is iterations + 1.": (
                lambda w, g, state, lr: another_update(w, g, state, lr, late=1)
            ),
            "t is the old count, and the new state has it too. It is iterations + 1 in both.": (
                lambda w, g, state, lr: another_update(w, g, state, lr, late=1, count=0)
            ),
            "The root is gone: v is a mean of squares, and the step divides by its root.": (
                updated_by(lambda m, v, t: np.sqrt(1 - BETA_2**t) / (1 - BETA_1**t) * m / (v + EPSILON))
            ),
            "The share of v enters the step with a root, as v itself does: sqrt(1 - 0.999**t).": (
                updated_by(lambda m, v, t: (1 - BETA_2**t) / (1 - BETA_1**t) * m / (np.sqrt(v) + EPSILON))
            ),
            "The correction is upside down. m is divided by its share, 1 - 0.9**t.": (
                updated_by(
                    lambda m, v, t: (1 - BETA_1**t) / np.sqrt(1 - BETA_2**t) * m / (np.sqrt(v) + EPSILON)
                )
            ),
            "The bias correction is missing: the first steps are several times too long.": (
                lambda w, g, state, lr: another_update(w, g, state, lr, uncorrected=True)
            ),
            "Only m is corrected; v started at 0 as well.": (
                lambda w, g, state, lr: another_update(w, g, state, lr, m_only=True)
            ),
            "Your step has the wrong sign: it climbs.": (
                lambda w, g, state, lr: another_update(w, g, state, lr, sign=1)
            ),
            "You store the corrected means. The state keeps m and v as they are; correct the step alone.": (
                lambda w, g, state, lr: another_update(w, g, state, lr, store=True)
            ),
            "m and v are the corrected means from now on, and the state has them. Give those other names.": (
                lambda w, g, state, lr: another_update(w, g, state, lr, store=True, paper=True)
            ),
            "The update is not counted: iterations must grow by 1, or t stays 1 for ever.": (
                lambda w, g, state, lr: another_update(w, g, state, lr, count=0)
            ),
            "epsilon is inside the root. sqrt(1e-8) is 1e-4, which is not small beside small gradients.": (
                lambda w, g, state, lr: another_update(w, g, state, lr, inside=True)
            ),
            "epsilon stands beside the corrected root: that is the paper's form. Keras adds it to sqrt(v).": (
                lambda w, g, state, lr: another_update(w, g, state, lr, paper=True)
            ),
            "Your parts are the wrong way round: 0.9 of m and 0.999 of v are kept.": other_parts_updated,
            "v is a mean of squares: the gradient goes into it as g**2, and so v is never negative.": (
                lambda w, g, state, lr: another_update(w, g, state, lr, squared=False)
            ),
            "Your step takes g itself where it should take m: the momentum is lost.": (
                lambda w, g, state, lr: another_update(w, g, state, lr, direct=True)
            ),
            "You change the caller's own w: w -= ... does that. Write w = w - ...": updated_in_place,
        },
        reference=update,
        cases=[
            {"w": np.array([1.0, -2.0]), "g": np.array([5.0, -0.0005]), "state": ADAM_STATE, "lr": 0.1},
            {
                "w": np.array([0.5, 0.25]),
                "g": np.array([-0.4, 3.0]),
                "state": (1, np.array([0.1, -0.2]), np.array([0.002, 0.03])),
                "lr": 0.01,
            },
            {
                "w": np.array([1.0, 1.0, 1.0]),
                "g": np.array([2e-8, -0.3, 0.7]),
                "state": (40, np.array([1e-8, 0.2, 0.1]), np.array([1e-16, 0.02, 0.05])),
                "lr": 0.5,
            },
        ],
        draw=lambda rng: {
            "w": rng.normal(size=3),
            "g": rng.normal(size=3),
            "state": (int(rng.integers(1, 200)), rng.normal(size=3), rng.uniform(0.01, 1, size=3)),
            "lr": rng.uniform(0.01, 0.5),
        },
    ),
    Function(
        name="repaired_adam_steps",
        points=4,
        hints=[
            "Follow m by hand on the gradients 1, 1: what is it before the correction, and what is kept?",
            "kept: m and v, not corrected; in the step: m / (1 - 0.9**t) over the root of v / (1 - 0.999**t)",
            "m_hat = m / (1 - 0.9**t) gives the corrected mean a name of its own",
        ],
        mistakes={
            "That is the code as it was found: the corrected means are carried on and corrected again.": (
                lambda gradients: walked(gradients, fed_back="mv")
            ),
            "m is repaired. The corrected v is still carried on, and corrected again at the next update.": (
                lambda gradients: walked(gradients, fed_back="v")
            ),
            "v is repaired. The corrected m is still carried on, and corrected again at the next update.": (
                lambda gradients: walked(gradients, fed_back="m")
            ),
            "Now there is no correction left: the first step is 3.16 lr long.": (
                lambda gradients: walked(gradients, share=(False, False))
            ),
            "v is not corrected any more, and m alone is: the first step is 32 lr long.": (
                lambda gradients: walked(gradients, share=(True, False))
            ),
            "t starts from 0, where both shares are 0; the count in the code was right.": (
                lambda gradients: walked(gradients, late=1)
            ),
            "Your t is one too large; the count in the code was right.": lambda gradients: walked(
                gradients, late=-1
            ),
            "Your steps have the other sign. The code gives m over the root of v, without a minus.": (
                lambda gradients: -repaired(gradients)
            ),
            "That is the last step alone; all of them are asked for.": lambda gradients: repaired(gradients)[
                -1
            ],
            "The shares are those of the first update all the time; they grow with t.": (
                lambda gradients: walked(gradients, fixed=True)
            ),
            "The root is gone: v is a mean of squares, and the step divides by its root.": (
                lambda gradients: walked(gradients, size=2)
            ),
        },
        reference=repaired,
        rtol=1e-4,  # whichever form epsilon takes
        cases=[
            {"gradients": np.full(50, 2.0)},
            {"gradients": np.array([1.0, -3.0, 0.5, 4.0, -0.2])},
            {"gradients": np.array([0.02, 0.01, -0.03])},
        ],
        draw=lambda rng: {"gradients": rng.uniform(1, 3, 12) * rng.choice([-1.0, 1.0, 1.0], 12)},
        picture=draw_steps,
    ),
    Function(
        name="l2_and_adamw",
        points=4,
        hints=[
            "Where does the pull go in: into what Adam is given as the gradient, or past Adam?",
            "L2 gives Adam g + weight_decay * w; AdamW gives it g, and starts from w - lr * weight_decay * w",
            "adam = optimizers.Adam(lr=lr), and for each walk a state of its own, adam.init(w)",
        ],
        mistakes={
            "Both are L2 inside the gradient. AdamW shrinks the weights beside Adam's step.": (
                lambda w, gradients, lr, weight_decay: (by_l2(w, gradients, lr, weight_decay),) * 2
            ),
            "Both are AdamW. L2 adds weight_decay * w to the gradient before Adam sees it.": (
                lambda w, gradients, lr, weight_decay: (by_adamw(w, gradients, lr, weight_decay),) * 2
            ),
            "The two are in the wrong order: first L2, then AdamW.": (
                lambda w, gradients, lr, weight_decay: both(w, gradients, lr, weight_decay)[::-1]
            ),
            "lr is missing in AdamW's shrinking: the weights lose lr * weight_decay of themselves.": (
                shrunk_without_lr
            ),
            "You shrink after Adam's step; AdamW starts the update from the shrunken weights.": shrunk_late,
            "You add the square, weight_decay * w**2. Into the gradient belongs a slope: weight_decay * w.": (
                lambda w, gradients, lr, weight_decay: (
                    by_l2(w, gradients, lr, weight_decay, square=2),
                    by_adamw(w, gradients, lr, weight_decay),
                )
            ),
            "Your L2 pulls away from 0. Add weight_decay * w to the gradient: the step goes against it.": (
                lambda w, gradients, lr, weight_decay: (
                    by_l2(w, gradients, lr, weight_decay, times=-1),
                    by_adamw(w, gradients, lr, weight_decay),
                )
            ),
            "lr has no place in the sum for L2: Adam multiplies the step by it.": (
                lambda w, gradients, lr, weight_decay: (
                    by_l2(w, gradients, lr, weight_decay, times=lr),
                    by_adamw(w, gradients, lr, weight_decay),
                )
            ),
            "The pull of L2 is that of the start at every update; it must be taken where w is.": (
                lambda w, gradients, lr, weight_decay: (
                    by_l2(w, gradients, lr, weight_decay, start=True),
                    by_adamw(w, gradients, lr, weight_decay),
                )
            ),
            "The state is not carried over: adam.init(w) is called before every update.": both_forgetful,
        },
        reference=both,
        cases=[
            {
                "w": np.array([1.0, 2.0]),
                "gradients": np.array([[20.0, 0.02], [-10.0, 0.01], [30.0, -0.03]]),
                "lr": 0.1,
                "weight_decay": 0.5,
            },
            {
                "w": np.array([-1.5, 0.5]),
                "gradients": np.array([[4.0, 0.03], [-2.0, 0.01], [1.0, 0.02], [-6.0, -0.01]]),
                "lr": 0.05,
                "weight_decay": 0.2,
            },
        ],
        draw=lambda rng: {
            "w": rng.uniform(0.5, 2, 2),
            "gradients": swinging(rng, updates=6),
            "lr": rng.uniform(0.02, 0.1),
            "weight_decay": rng.uniform(0.1, 0.5),
        },
    ),
]

LESSON = {
    "lesson 11": Function(
        name="adam_step",
        points=0,
        hints=[
            "Two running means: of the gradients, and of their squares. What is the share of the gradients?",
            "the share of m is 1 - beta_1**t; lr times root of v's share, divided by m's share",
        ],
        mistakes={
            "There is no bias correction: the first steps have another length.": adam_step_by(
                uncorrected=True
            ),
            "Only m is corrected. v has its own share, and it fills more slowly.": adam_step_by(m_only=True),
            "The step goes uphill.": adam_step_by(sign=1),
            "v is the mean of the squares, g**2.": adam_step_by(squared=False),
            "You store the corrected means. They must go on as they are; only the step is corrected.": (
                adam_step_by(store=True)
            ),
            "epsilon stands beside the root, not under it.": adam_step_by(inside=True),
            "epsilon stands beside the corrected root: that is the paper's form. Keras adds it to sqrt(v).": (
                adam_step_by(paper=True)
            ),
            "t comes in counted already: do not add 1.": adam_step_by(late=-1),
        },
        reference=adam_step_by(),
        cases=[
            {
                "w": np.array([1.0, -2.0]),
                "g": np.array([5.0, 0.5]),
                "m": np.zeros(2),
                "v": np.zeros(2),
                "t": 1,
                "lr": 0.1,
            },
            {
                "w": np.array([0.5]),
                "g": np.array([1e-4]),
                "m": np.array([-2e-4]),
                "v": np.array([1e-9]),
                "t": 3,
                "lr": 0.5,
            },
        ],
    ),
    "lesson 11, your turn": Prediction(
        name="second_beta",
        points=0,
        hints=[
            "Without correction the first step is (1 - beta_1) / sqrt(1 - beta_2) of lr.",
            "sqrt(1 - beta_2) is 0.1",
        ],
        mistakes={
            "You left out the root: v is a mean of squares.": lambda: 0.9,
            "That is the usual one: without correction the first step is 3.16 times lr.": lambda: 0.999,
            "That is 1 - beta_2.": lambda: 0.01,
        },
        expected={"beta_2": 1 - 0.1**2},
        rtol=1e-4,
    ),
}
