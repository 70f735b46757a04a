"""Exercise 15: warm-up, plateau, cool-down."""

from typing import Any

import numpy as np

from course_lib import schedules
from course_lib.averaging import EMA
from course_lib.checks.drawing import EXPECTED, YOURS
from course_lib.checks.task import Function, Prediction

KERAS = {"warm_up": 100, "peak": 0.4, "decay_steps": 900, "alpha": 0.1}  # whose rates are predicted
ASKED = ["at update 1", "at update 51", "half-way down", "the update that is first at the end's rate"]


def wsd(t, lr, warm_up, updates, cool_down, end):
    stable = updates - warm_up - cool_down
    return schedules.WarmUpStableDecay(lr, warm_up, stable, cool_down, end=end)(t)


def rising_and_falling(t, lr, warm_up, updates, cool_down, end):
    """Without its end: what falls goes on falling."""
    return min(lr * t / warm_up, lr, lr + (end - lr) * (t - updates + cool_down) / cool_down)


def losses_by(keep, add):
    """Of lesson 9's account: what an update keeps of the variance, and what it adds."""

    def account(rates, curvature, s):
        variance, found = 0.0, [0.0]
        for rate in rates:
            variance = keep(rate, curvature) * variance + add(rate, curvature, s)
            found.append(curvature * variance / 2)
        return np.array(found)

    return account


def kept(rate, curvature):
    return (1 - rate * curvature) ** 2


def added(rate, curvature, s):
    return (rate * s) ** 2


noise_loss = losses_by(kept, added)


def floor_of_each_rate(rates, curvature, s):
    rates = np.asarray(rates)
    return np.append(0, rates * s**2 / (2 * (2 - rates * curvature)))


def variances(rates, curvature, s):
    return 2 * noise_loss(rates, curvature, s) / curvature


def averaged(weights, momentum):
    average = EMA(momentum)
    mean = average.init(np.atleast_1d(weights[0]))
    for w in weights:
        mean = average.step(np.atleast_1d(w), mean)
    return float(mean.w[0])


def averaged_from_zero(weights, momentum):
    mean = 0.0
    for w in weights:
        mean = momentum * mean + (1 - momentum) * w
    return mean


def averaged_the_other_way(weights, momentum):
    return averaged(weights, 1 - momentum)


def keras_rates(warm_up, peak, decay_steps, alpha):
    """Of its CosineDecay from 0, at four places."""
    cosine: Any = schedules.Cosine(peak, decay_steps, alpha)
    rate = schedules.WarmUp(cosine, warm_up)
    first = warm_up + decay_steps + 1
    return dict(zip(ASKED, [rate(0), rate(50), rate(warm_up + decay_steps // 2), first], strict=True))


def keras_again(rng):
    numbers = {
        "warm_up": int(rng.choice([80, 200, 250])),
        "peak": float(rng.choice([0.02, 0.5, 1.0])),
        "decay_steps": int(rng.choice([600, 800, 1000])),
        "alpha": float(rng.choice([0.02, 0.05, 0.2])),
    }
    text = (
        f"CosineDecay(0.0, decay_steps={numbers['decay_steps']}, warmup_target={numbers['peak']:g}, "
        f"warmup_steps={numbers['warm_up']}, alpha={numbers['alpha']:g}): the rates of update 1, of update "
        "51 and half-way down, and the number of the first update that has the rate of the end?"
    )
    return text, keras_rates(**numbers)


def rates_but(**wrong):
    """The right answers, but for some places."""
    right = keras_rates(**KERAS).values()
    return tuple(wrong.get(f"at_{place}", answer) for place, answer in enumerate(right))


def draw_noise_loss(axes, got, expected):
    axes.plot(expected, **EXPECTED)
    axes.plot(np.asarray(got, float), **YOURS)
    axes.set(title="The noise's part of the loss", xlabel="updates")
    axes.legend(loc="upper right")


LEVEL_AND_DOWN = np.append(np.full(60, 0.5), np.linspace(0.5, 0, 40, endpoint=False))

TASKS = [
    Function(
        name="wsd_rate",
        points=4,
        hints=[
            "Which of the three parts is t in? What is the rate at both ends of that part?",
            "a line from a to b is a + (b - a) * part, where part goes from 0 to 1",
            "begin = updates - cool_down, and then if t < warm_up: ...",
        ],
        mistakes={
            "Your cool-down goes to 0. It ends at end.": (
                lambda t, lr, warm_up, updates, cool_down, end: wsd(t, lr, warm_up, updates, cool_down, 0.0)
            ),
            "That is the lesson's line, which falls to 0 and on. Here it ends at end, and stays there.": (
                lambda t, lr, warm_up, updates, cool_down, end: trapezoid(t, lr, warm_up, cool_down, updates)
            ),
            "Past the last update your rate goes on falling. There it stays at end.": rising_and_falling,
            "end is a rate, not a part of lr.": (
                lambda t, lr, warm_up, updates, cool_down, end: wsd(
                    t, lr, warm_up, updates, cool_down, end * lr
                )
            ),
            "Your cool-down begins at update cool_down. It takes the last cool_down updates.": (
                lambda t, lr, warm_up, updates, cool_down, end: wsd(
                    t, lr, warm_up, updates, updates - cool_down, end
                )
            ),
            "Your warm-up gives the first update a rate. After 0 updates it is 0, as in Keras 3.": (
                lambda t, lr, warm_up, updates, cool_down, end: (
                    lr * (t + 1) / warm_up if t < warm_up else wsd(t, lr, warm_up, updates, cool_down, end)
                )
            ),
            "There is no warm-up in it: it begins at lr.": (
                lambda t, lr, warm_up, updates, cool_down, end: (
                    lr if t < warm_up else wsd(t, lr, warm_up, updates, cool_down, end)
                )
            ),
            "lr is missing: you give the part of it.": (
                lambda t, lr, warm_up, updates, cool_down, end: (
                    wsd(t, lr, warm_up, updates, cool_down, end) / lr
                )
            ),
        },
        reference=wsd,
        cases=[
            {"t": t, "lr": 0.4, "warm_up": 10, "updates": 100, "cool_down": 20, "end": 0.1}
            for t in (0, 5, 10, 50, 90, 100, 300)
        ],
        draw=lambda rng: {
            "t": int(rng.integers(0, 250)),
            "lr": rng.uniform(0.5, 1),
            "warm_up": int(rng.integers(20, 50)),
            "updates": int(rng.integers(150, 200)),
            "cool_down": int(rng.integers(40, 90)),
            "end": rng.uniform(0.1, 0.4),
        },
    ),
    Function(
        name="noise_loss",
        points=4,
        hints=[
            "What did an update keep of the variance in lesson 9, and what did it add? At which curvature?",
            "variance = (1 - rate * curvature)**2 * variance + (rate * s)**2, and the loss is half of "
            "curvature * variance",
            "variance, found = 0.0, [0.0], and then for rate in rates: ...",
        ],
        mistakes={
            "The curvature is missing in what is kept: an update multiplies w by 1 - rate * curvature.": (
                losses_by(lambda rate, curvature: kept(rate, 1.0), added)
            ),
            "That is the floor of each rate, where the noise would come to rest in time. It lags behind.": (
                floor_of_each_rate
            ),
            "What w keeps is 1 - rate * curvature; its mean square keeps the square of that.": (
                losses_by(lambda rate, curvature: 1 - rate * curvature, added)
            ),
            "A kick is rate * noise: in the mean square the rate is squared, too.": (
                losses_by(kept, lambda rate, curvature, s: rate * s**2)
            ),
            "That is the variance. The loss is curvature / 2 times that.": variances,
            "The half is missing: the loss is curvature * w**2 / 2.": (
                lambda rates, curvature, s: 2 * noise_loss(rates, curvature, s)
            ),
            "Nothing of the old noise is kept: keep (1 - rate * curvature)**2 of the variance.": (
                losses_by(lambda rate, curvature: 0.0, added)
            ),
            "The start is missing: the loss before the first update, 0, comes first.": (
                lambda rates, curvature, s: noise_loss(rates, curvature, s)[1:]
            ),
            "Only the last loss comes back; all of them are asked for.": (
                lambda rates, curvature, s: noise_loss(rates, curvature, s)[-1]
            ),
        },
        reference=noise_loss,
        cases=[
            {"rates": LEVEL_AND_DOWN, "curvature": 2.0, "s": 0.5},
            {"rates": np.array([0.5, 0.25]), "curvature": 1.0, "s": 2.0},
            {"rates": np.array([0.1, 0.3, 0.0]), "curvature": 4.0, "s": 1.0},
        ],
        draw=lambda rng: {
            "rates": rng.uniform(0.05, 0.4, size=int(rng.integers(3, 9))),
            "curvature": rng.uniform(1.5, 4),
            "s": rng.uniform(0.3, 2),
        },
        picture=draw_noise_loss,
    ),
    Function(
        name="average_of_path",
        points=3,
        hints=[
            "What is the average after the first weight? And after the second?",
            "mean = momentum * mean + (1 - momentum) * w, but for the first weight mean = w",
            "mean = weights[0], and then for w in weights[1:]: ...",
        ],
        mistakes={
            "Your average begins at 0, and is too small at first. It begins as the first weight.": (
                averaged_from_zero
            ),
            "momentum is the part that is kept of the mean, not the part of the new weight.": (
                averaged_the_other_way
            ),
            "That is the plain mean. The older weights are to count less.": (
                lambda weights, momentum: np.mean(weights)
            ),
            "You divide by 1 - momentum**n, as Adam does. That is for a mean that began at 0.": (
                lambda weights, momentum: averaged(weights, momentum) / (1 - momentum ** len(weights))
            ),
            "You go through the weights backwards: the last one counts most.": (
                lambda weights, momentum: averaged(weights[::-1], momentum)
            ),
        },
        reference=averaged,
        cases=[
            {"weights": np.array([4.0, 2.0, 2.0]), "momentum": 0.5},
            {"weights": np.array([1.0, -1.0, 1.0, -1.0, 1.0]), "momentum": 0.9},
            {"weights": np.array([3.0]), "momentum": 0.8},
        ],
        draw=lambda rng: {
            "weights": rng.normal(1, 1, size=int(rng.integers(3, 9))),
            "momentum": rng.uniform(0.6, 0.95),
        },
    ),
    Prediction(
        name="predict_keras_rates",
        points=4,
        hints=[
            "How many updates are done when update 1 takes its rate? After how many does the cosine begin?",
            "decay_steps are counted from the end of the warm-up, and alpha is a part of warmup_target",
            "return 0.0, 0.4 * 50 / 100, ... half-way between the peak and the end, and a count",
        ],
        mistakes={
            "The first update has done none before it: the line begins at 0, and so it does nothing.": (
                lambda: rates_but(at_0=0.004)
            ),
            "After 50 of 100 updates of warm-up the rate is half of the peak.": lambda: rates_but(at_1=0.204),
            "alpha is a part of the peak: the end is at 0.04, and half-way down is the middle of the two.": (
                lambda: rates_but(at_2=0.25)
            ),
            "Half-way down the cosine is half-way between the peak and the end, not between it and 0.": (
                lambda: rates_but(at_2=0.2)
            ),
            "decay_steps begin where the warm-up ends: 100 and 900 updates come before.": (
                lambda: rates_but(at_3=901)
            ),
            "A rate is that after so many updates: after 1000 of them it is the next that has it.": (
                lambda: rates_but(at_3=1000)
            ),
        },
        rtol=4e-4,  # an update more or less is wrong
        expected=keras_rates(**KERAS),
        again=keras_again,
    ),
]


def trapezoid(t, lr, warm_up, cool_down, updates):
    return lr * min(t / warm_up, 1.0, (updates - t) / cool_down)


LESSON = {
    "lesson 15": Function(
        name="rate",
        points=0,
        hints=[
            "Write two lines through the picture, one up from 0 and one down to 0. Which one is lower?",
            "the least of t / warm_up, 1 and (updates - t) / cool_down, times lr",
        ],
        mistakes={
            "Your cool-down rises: what is left is updates - t.": (
                lambda t, lr, warm_up, cool_down, updates: (
                    lr * min(t / warm_up, 1.0, (t - updates) / cool_down)
                )
            ),
            "The plateau is missing: no part is above 1.": (
                lambda t, lr, warm_up, cool_down, updates: lr * min(t / warm_up, (updates - t) / cool_down)
            ),
            "There is no cool-down in it: over the last cool_down updates the rate falls to 0.": (
                lambda t, lr, warm_up, cool_down, updates: lr * min(t / warm_up, 1.0)
            ),
            "lr is missing: the plateau is at 1.": (
                lambda t, lr, warm_up, cool_down, updates: trapezoid(t, 1.0, warm_up, cool_down, updates)
            ),
            "The warm-up takes warm_up updates, and the cool-down cool_down. You exchanged them.": (
                lambda t, lr, warm_up, cool_down, updates: trapezoid(t, lr, cool_down, warm_up, updates)
            ),
            "After 0 updates the rate is 0: the first part is t / warm_up.": (
                lambda t, lr, warm_up, cool_down, updates: (
                    lr * min((t + 1) / warm_up, 1.0, (updates - t) / cool_down)
                )
            ),
            "It falls from the first update on: divide what is left by cool_down, not by updates.": (
                lambda t, lr, warm_up, cool_down, updates: lr * min(t / warm_up, 1.0, (updates - t) / updates)
            ),
        },
        reference=trapezoid,
        cases=[
            {"t": t, "lr": 0.5, "warm_up": 20, "cool_down": 40, "updates": 200}
            for t in (0, 10, 20, 100, 160, 190, 199)
        ],
    ),
    "lesson 15, your turn": Prediction(
        name="momentum_of_average",
        points=0,
        hints=[
            "(1 + momentum) / (1 - momentum) is to be 99.",
            "1 + momentum = 99 - 99 * momentum",
        ],
        mistakes={
            "A plain mean of 100 weights would do that. This average looks further back: less is enough.": (
                lambda: 0.99
            ),
            "That divides by 39.": lambda: 0.95,
            "That is the part of the new weight. The momentum is the part that is kept.": lambda: 0.02,
        },
        expected={"momentum": 0.98},
        rtol=1e-3,
    ),
}
