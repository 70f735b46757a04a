"""The range test: one short training with a growing rate, beside trainings at rates that stay."""

from functools import cache
from typing import ClassVar

import numpy as np

from course_lib import datasets, layers, models, plots, training, tuning
from course_lib.explorers.live.controls import Choice, Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import words
from course_lib.explorers.shared.words import number
from course_lib.optimizers import SGD

UPDATES = 200  # of a training
RATES = np.geomspace(0.01, 10, 7)  # that trainings are made at
LOW, HIGH = 1e-3, 100.0  # of the range test
LOSSES, ABOVE_THE_NAMES, FLOORS = (0.02, 12.0), (0.09, 12.0), (1e-4, 1e1)
GOOD, WILD = 1.25, 1.5  # times the best training's loss; above the second, rounding alone decides the end
PLAIN = {"momentum": "0", "batch_size": "32", "growth": 1.1, "smoothing": 0.9, "divide": 4.0}


class RangeTest(Explorer):
    """A network learns the digits while its rate grows: where does the loss fall, where does it blow up?

    >>> figure = RangeTest()
    >>> print(figure.set(divide=8.0))
    Finds a good rate at momentum 0, batch_size 32, growth 1.1, smoothing 0.9, divide 8. The
    test of 104 updates says lr 0.884: a training ends at 0.263, the best of 7 at 0.257. Its
    noise floor is 0.0144, predicted 0.0177.
    """

    title = "The range test: one short training finds the rate"
    goal = "with momentum 0.9, batches of 32 or smaller and a growth of at least 1.3, a training below 0.3."
    controls: ClassVar = {
        "momentum": Choice("0", ("0", "0.5", "0.9")),
        "batch_size": Choice("32", ("8", "32", "128"), label="batch size (samples)"),
        "growth": Slider(1.1, low=1.02, high=1.5, label="growth of lr an update"),
        "smoothing": Slider(0.9, low=0, high=0.98),
        "divide": Slider(4.0, low=1, high=20, step=0.5, label="divide by"),
    }
    presets: ClassVar = {
        "Plain SGD": PLAIN,
        "With momentum": PLAIN | {"momentum": "0.9"},
        "Grows too fast": PLAIN | {"momentum": "0.9", "growth": 1.4},
        "Grows slowly": PLAIN | {"growth": 1.03},
        "Not smoothed": PLAIN | {"smoothing": 0.0},
        "Batches of 8": PLAIN | {"batch_size": "8"},
        "Not divided": PLAIN | {"divide": 1.0},
    }
    says: ClassVar = {"loss": "smoothed loss"}

    def frame(self, *, momentum, batch_size, growth, smoothing, divide):
        test = _test(momentum, batch_size, growth)._replace(keep=smoothing)
        test = test._replace(smooth=tuning.smoothed(test.losses, smoothing))
        lr = test.rate(divide)
        ends, floors = _trainings(momentum, batch_size)
        end, (predicted, measured) = _training(momentum, batch_size, lr)
        settings = {"momentum": momentum, "batch_size": batch_size, "growth": growth}
        settings |= {"smoothing": smoothing, "divide": divide}
        facts = {"test": test, "rate": lr, "end": end, "ends": ends, "predicted": predicted}
        facts |= {"measured": measured, "floors": floors, "wild": _is_wild(lr, end, ends)}
        rest = ~_is_wild(RATES, ends, ends)
        return Frame(
            {
                "batches": (test.rates, _seen(test.losses, LOSSES)),
                "loss": (test.rates, _seen(test.smooth, LOSSES)),
                "ends": (RATES, _seen(np.where(rest, ends, np.inf), LOSSES)),
                "lowest": ([test.lowest, test.lowest], ABOVE_THE_NAMES),
                "chosen": ([lr, lr], ABOVE_THE_NAMES),
                "end": ([lr], _seen([np.inf if facts["wild"] else end], LOSSES)),
                "predicted": (RATES[rest], _seen(floors.predicted[rest], FLOORS)),
                "measured": (RATES[rest], _seen(floors.measured[rest], FLOORS)),
                "chosen there": ([lr, lr], FLOORS),
            },
            _describe(facts, words.settings(settings, self.shown)),
            _explain(facts, float(momentum), divide),
            reached=bool(momentum == "0.9" and batch_size != "128" and growth >= 1.3 and end < 0.3),
            grows={"batches": 0, "loss": 0},
            facts=facts,
        )

    def draw(self, figure, frame):
        left, right = figure.subplots(1, 2, width_ratios=[1.3, 1])
        left.set(xscale="log", yscale="log", xlim=(LOW, HIGH), ylim=LOSSES)
        left.set(
            xlabel="lr, growing with the updates",
            title="The test, and trainings",
        )
        left.set_xticks([0.01, 0.1, 1, 10], ["0.01", "0.1", "1", "10"])
        left.set_yticks([0.1, 0.3, 1, 3, 10], ["0.1", "0.3", "1", "3", "10"])
        right.set(xscale="log", yscale="log", xlim=(RATES[0] / 2, RATES[-1] * 2), ylim=FLOORS)
        right.set(xlabel="learning rate", title="Noise floor")
        right.set_xticks([0.01, 0.1, 1, 10], ["0.01", "0.1", "1", "10"])
        right.set_yticks([0.0001, 0.01, 1], ["0.0001", "0.01", "1"])
        for axes in (left, right):
            axes.minorticks_off()
            axes.grid(alpha=0.3)
        chosen = {"color": plots.VERMILION, "lw": 1.6}
        trained = {"color": plots.ORANGE, "mec": "white", "ms": 10}
        moving = {
            "batches": plots.empty_line(left, color=plots.SKY, lw=0.9),
            "loss": plots.empty_line(left, color=plots.BLUE, lw=3, label="test, smoothed"),
            "ends": plots.empty_line(left, "o", label=f"after {UPDATES} updates", **trained),
            "lowest": plots.empty_line(left, color=plots.QUIET, ls=":", lw=1.4, label="lowest"),
            "chosen": plots.empty_line(left, label="divided", **chosen),
            "end": plots.empty_line(left, "D", color=plots.VERMILION, mec="white", ms=10),
            "predicted": plots.empty_line(right, color=plots.BLACK, ls="--", lw=1.8, label="predicted"),
            "measured": plots.empty_line(right, "o", label="measured", **trained),
            "chosen there": plots.empty_line(right, **chosen),
        }
        left.legend(loc="lower left", frameon=False, ncols=2, columnspacing=1, handlelength=1.2)
        right.legend(loc="upper left", frameon=False)
        return moving

    def python(self, *, momentum, batch_size, growth, smoothing, divide):
        return (
            "from course_lib import optimizers, tuning; from course_lib.explorers import range_test\n"
            f"tuning.range_test(range_test.digits_model({batch_size}), optimizers.SGD(momentum={momentum}), "
            f"growth={growth!r}, keep={smoothing!r}).smooth"
        )


def digits_model(batch_size=32, seed=0):
    """A network of 8 hidden units on ten numbers a digit, as ``tuning`` takes it."""
    network = models.Sequential(
        [layers.Dense(8, activation="tanh", input_dim=10), layers.Dense(10, activation="softmax")], seed
    )
    network.compile("sparse_categorical_crossentropy", "sgd")
    return tuning.OfSequential(network, datasets.load_digits(components=10), batch_size, seed)


@cache
def _model(batch_size):
    return digits_model(int(batch_size))


@cache
def _test(momentum, batch_size, growth):
    return tuning.range_test(_model(batch_size), SGD(momentum=float(momentum)), LOW, HIGH, growth)


@cache
def _trainings(momentum, batch_size):
    """The last losses at all RATES, and the Floors there: one family of trainings."""
    run = _run(momentum, batch_size, RATES)
    return np.nan_to_num(run.losses[-1], nan=np.inf), tuning.Floors(RATES, *tuning.floor_of(run))


@cache
def _training(momentum, batch_size, lr):
    run = _run(momentum, batch_size, lr)
    return run.losses[-1].item(), tuning.floor_of(run)


def _run(momentum, batch_size, lr):
    sgd = SGD(lr=lr, momentum=float(momentum))
    return training.run(_model(batch_size), sgd, steps=UPDATES, record_every=20)


def _is_wild(lr, end, ends):
    """Where a rate above the best one ends far above it."""
    return (lr > RATES[ends.argmin()]) & (end > WILD * ends.min())


def _seen(values, ylim):
    """Kept inside the picture; what is nan stands at its top."""
    return np.clip(np.nan_to_num(values, nan=ylim[1]), *ylim)


def _describe(facts, settings):
    verdict, lr, best = words.verdict(_manner(facts), settings), number(facts["rate"]), facts["ends"].min()
    test = f"The test of {len(facts['test'].rates)} updates says lr {lr}: a training"
    if facts["wild"]:
        return f"{verdict} {test} ends far above the best of {len(RATES)}, which ends at {number(best)}."
    return (
        f"{verdict} {test} ends at {number(facts['end'])}, the best of {len(RATES)} at {number(best)}. "
        f"Its noise floor is {number(facts['measured'])}, predicted {number(facts['predicted'])}."
    )


def _manner(facts):
    """The verdict on the rate that was chosen."""
    if facts["end"] <= GOOD * facts["ends"].min():
        return "finds a good rate"
    best = RATES[facts["ends"].argmin()]
    return f"chooses too {'high' if facts['rate'] > best else 'low'} a rate"


def _explain(facts, momentum, divide):
    test = facts["test"]
    lags = 1 / (1 - momentum)
    grown = number((test.rates[1] / test.rates[0]) ** lags, 2)
    late = f" In the {number(lags)} updates of a step's build-up it grows {grown}-fold." if momentum else ""
    return (
        f"The smoothed loss falls fastest at {number(test.steepest)} and is lowest at {number(test.lowest)}; "
        f"that, divided by {divide:g}, is the rate.{late} The floor is about lr noise / (4 (1 - momentum)), "
        "once the weights have come to rest; at low rates they have not."
    )
