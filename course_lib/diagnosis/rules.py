"""A rule for each cause: the signs that must all be there, each measured and said in words.

A rule takes a Log and gives its signs. It is the only place where its thresholds stand; docs/diagnosis.md
says how often they are right.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from course_lib.diagnosis import measures
from course_lib.diagnosis.log import Log

CALM = 0.005  # of the drop: a wobble that one does not see
INERT = 0.05  # a decay that changes the rate by less does nothing
PERIODIC = 0.5  # how surely a swing must come back


class Sign(NamedTuple):
    """Something measured: does it hold, and how is it said? What was not logged does not hold."""

    holds: bool
    said: str
    logged: bool = True


class Cause(NamedTuple):
    """What may be wrong, what to try, and the signs that it leaves in a log."""

    name: str
    means: str
    remedy: str
    signs: Callable[[Log], list[Sign]]


def rate_too_high(log):
    if log.broke:
        return [Sign(True, f"the loss leaves the range of numbers after {len(log.finite)} entries")]
    before, last = log.loss[: len(log.loss) * 2 // 3], measures.thirds(log.loss)[-1]
    times = (last[-3:].mean() - before.max()) / max(np.ptp(before), np.finfo(float).tiny)
    return [
        Sign(times > 0, f"the loss ends {'above' if times > 0 else 'below'} all of its first two thirds"),
        Sign(times > 2, f"the last third rises {max(times, 0):.2g} times as far as all before it ranged"),
    ]


def rate_too_low(log):
    last = measures.thirds(log.finite)[-1]
    falls = [measures.fall(third) for third in measures.thirds(log.finite)]
    steady = min(falls) / max(*falls, np.finfo(float).tiny)
    return [
        _sign(measures.falls_clearly(last), "the loss still falls at the end", "it no longer falls clearly"),
        Sign(steady > 0.5, f"its slowest third falls {max(steady, 0):.2g} times as far as its fastest"),
        _is_not(_pinned(log)),
        _is_not(_turns(log)),
        _is_not(_comes_back(log)),
    ]


def noise_floor(log):
    return [*_at_the_floor(log), _is_not(_decays_inertly(log))]


def inert_decay(log):
    return [*_at_the_floor(log), _decays_inertly(log)]


def no_warm_up(log):
    return [_leaps_at_first(log), _ends_below(log), _is_calm(log), _is_not(_turns(log))]


def overfitting(log):
    best = len(log.finite) if log.val_loss is None else int(np.argmin(log.val_loss[: len(log.finite)]))
    falls_on = best < len(log.finite) and measures.end(log.finite) < log.finite[best]
    return [
        _turns(log),
        _sign(falls_on, "the training loss falls on meanwhile", "the training loss does not fall on"),
    ]


def unshuffled(log):
    _, middle, last = measures.thirds(log.finite)
    keeps = 1 / 3 < np.ptp(last) / max(np.ptp(middle), np.finfo(float).tiny) < 3
    return [
        _comes_back(log),
        _sign(keeps, "the last two thirds are of one height", "the last two thirds are not of one height"),
    ]


def clipped(log):
    return [_pinned(log), _ends_below(log)]


def nothing_moves(log):
    loss = log.finite
    return [
        _sign(
            abs(measures.fall(loss)) <= measures.chance(loss),
            "no trend goes beyond chance",
            "there is a trend",
        ),
        _sign(abs(measures.memory(loss)) < 0.3, "each loss is chance", "a loss depends on the one before it"),
        _keeps_together(log.loss),
        _is_not(_comes_back(log)),
    ]


def healthy(log):
    first, _, last = measures.thirds(log.finite)
    slowed = measures.fall(last) < 0.2 * measures.fall(first)
    return [
        _ends_below(log),
        _sign(slowed, "its fall slows down", "its fall does not slow down"),
        _is_calm(log),
        _is_not(_leaps_at_first(log)),
        _is_not(_comes_back(log)),
        _is_not(_turns(log)),
        _is_not(_pinned(log)),
    ]


# Signs that more than one rule asks for.


def _sign(holds, yes, no):
    return Sign(bool(holds), yes if holds else no)


def _is_not(sign):
    return sign._replace(holds=not sign.holds)


def _at_the_floor(log):
    second_half = log.finite[len(log.finite) // 2 :]
    level = abs(measures.fall(second_half)) < 2 * measures.wobble(second_half)
    lower = log.finite.min() < measures.end(log.finite) - 5 * measures.wobble(second_half)
    return [
        _ends_below(log),
        _sign(not lower, "the loss never was clearly lower", "the loss was clearly lower before"),
        _sign(level, "the second half is level", "the second half is not level"),
        _keeps_together(second_half),
        _is_not(_is_calm(log)),
        _is_not(_comes_back(log)),
        _is_not(_leaps_at_first(log)),
    ]


def _keeps_together(loss):
    together = np.isfinite(loss).all() and measures.strays(loss) < 8
    return _sign(together, "no loss strays far from the others", "some losses stray far from the others")


def _ends_below(log):
    loss = log.finite
    last = measures.thirds(loss)[-1]
    fell = measures.drop(loss) > 3 * measures.wobble(last)
    return _sign(fell, "the loss falls beyond its wobble", "the loss does not fall beyond its wobble")


def _is_calm(log):
    part = measures.wobble(measures.thirds(log.finite)[-1]) / measures.drop(log.finite)
    return Sign(part < CALM, f"the last third wobbles by {100 * min(part, 9.99):.2g} % of the whole fall")


def _leaps_at_first(log):
    loss = log.finite
    first, _, last = measures.thirds(loss)
    leap = first.max() - loss[0]
    leaps = leap > max(0.2 * measures.drop(loss), 5 * measures.wobble(last))
    return _sign(leaps, "the loss first leaps up", "the loss does not first leap up")


def _comes_back(log):
    lag, sure = measures.period(log.finite)
    return _sign(
        sure > PERIODIC, f"the same jumps come back every {lag} entries", "no jumps come back regularly"
    )


def _pinned(log):
    if log.gradient_norm is None:
        return Sign(False, "no gradient norm was logged, which would show clipping", logged=False)
    norm = log.gradient_norm[: len(log.finite)]
    part = np.mean(norm > 0.999 * norm.max())
    return Sign(part > 0.5, f"the gradient norm is at its largest value in {100 * part:.0f} % of the entries")


def _turns(log):
    if log.val_loss is None:
        return Sign(False, "no validation loss was logged, which would show overfitting", logged=False)
    loss = log.val_loss[: len(log.finite)]
    best = int(np.argmin(loss))
    turns = best < 0.8 * len(loss) and measures.end(loss) - loss[best] > 0.05 * (loss.max() - loss.min())
    return _sign(
        turns, f"the validation loss rises from entry {best + 1} on", "the validation loss does not rise"
    )


def _decays_inertly(log):
    if log.lr is None:
        return Sign(False, "no learning rate was logged, which would show an inert decay", logged=False)
    part = 1 - log.lr.min() / max(log.lr.max(), np.finfo(float).tiny)
    return Sign(0 < part < INERT, f"the learning rate changes by {100 * part:.2g} % in the whole log")


CAUSES = (
    Cause(
        "learning rate too high",
        "The updates overshoot, each further than the last.",
        "Divide the rate by 10; look for a loss that is a sum where a mean was meant.",
        rate_too_high,
    ),
    Cause(
        "learning rate too low",
        "The loss falls on and on at one speed: it is far from where it could be.",
        "Multiply the rate by 3 until the loss no longer falls, then go one step back.",
        rate_too_low,
    ),
    Cause(
        "noise floor",
        "The noise of the batches keeps the weights moving around the minimum.",
        "Let the rate fall towards the end, take larger batches, or average the weights.",
        noise_floor,
    ),
    Cause(
        "inert decay",
        "A decay is set, but so small that the rate stays, and with it the noise floor.",
        "Choose the decay by the number of updates: it should divide the rate by 10 or more.",
        inert_decay,
    ),
    Cause(
        "no warm-up",
        "The rate is too high for the start, where the surface is steepest, and right after it.",
        "Let the rate rise from 0 during the first updates.",
        no_warm_up,
    ),
    Cause(
        "overfitting",
        "What is still learned holds for the training samples only.",
        "Stop at the best validation loss; more data, or a smaller or regularized model.",
        overfitting,
    ),
    Cause(
        "unshuffled data",
        "The samples come in one order in every epoch, and each part pulls to its own side.",
        "Shuffle the samples before every epoch.",
        unshuffled,
    ),
    Cause(
        "clipped gradients",
        "Most updates are as long as the clip allows: it, not the gradient, sets the pace.",
        "Raise the clip above the usual norm, so that only the outliers are cut.",
        clipped,
    ),
    Cause(
        "nothing moves",
        "The losses are chance around one level: the weights do not move, or it does not help.",
        "Look at the gradient norm, at what is trainable, and whether one batch can be learned by heart.",
        nothing_moves,
    ),
    Cause(
        "healthy",
        "The loss falls, slows down and comes to rest: these curves show nothing wrong.",
        "Compare the level that is reached with that of another model.",
        healthy,
    ),
)
