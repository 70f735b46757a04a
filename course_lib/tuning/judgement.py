"""Was a comparison fair? Four questions, each answered by a sentence."""

from typing import NamedTuple

SEEDS = 3  # fewer say nothing of the spread


class Ruling(NamedTuple):
    """Does it hold, and what there is to say."""

    holds: bool
    says: str

    def __str__(self):
        return f"{'✔' if self.holds else '✘'} {self.says}"


def judge(comparison):
    """A Ruling on each: equal tuning, seeds, the grid's edge, and what was chosen by.

    >>> from course_lib.tuning import Comparison, Trial
    >>> tried = [Trial("plain", lr, 0, "validation", loss) for lr, loss in [(0.1, 0.5), (1.0, 0.3)]]
    >>> for ruling in judge(Comparison(tuple(tried), (Trial("plain", 1.0, 0, "test", 0.4),))):
    ...     print(ruling)
    ✔ Equal tuning: each line was tried at 2 rates.
    ✘ Too few seeds: 1. Take 3 or more, or chance may have chosen.
    ✘ At the grid's edge: plain is best at 1, the end of its rates. Try further ones.
    ✔ Chosen on the validation part; the test part was kept for the end.
    """
    return [_equal_tuning(comparison), _seeds(comparison), _inside(comparison), _untouched(comparison)]


def _equal_tuning(comparison):
    counts = {line: len(comparison.rates(line)) for line in comparison.lines}
    if len(set(counts.values())) == 1:
        _, count = counts.popitem()
        return Ruling(True, f"Equal tuning: each line was tried at {count} rate{'s' if count > 1 else ''}.")
    listed = ", ".join(f"{line} at {count}" for line, count in counts.items())
    return Ruling(
        False, f"Unequal tuning: {listed} rates. Whoever tries more finds better, whatever the line is."
    )


def _seeds(comparison):
    fewest = min(len({t.seed for t in comparison.final if t.line == line}) for line in comparison.lines)
    if fewest >= SEEDS:
        return Ruling(True, f"Seeds: the final trainings began from {fewest} of them.")
    return Ruling(False, f"Too few seeds: {fewest}. Take {SEEDS} or more, or chance may have chosen.")


def _inside(comparison):
    for line in comparison.lines:
        rates, best = comparison.rates(line), comparison.chosen(line).lr
        if best in (rates[0], rates[-1]):
            says = f"At the grid's edge: {line} is best at {best:g}, the end of its rates. Try further ones."
            return Ruling(False, says)
    return Ruling(True, "Each line's best rate has a worse one on either side.")


def _untouched(comparison):
    if any(trial.part == "test" for trial in comparison.tried):
        return Ruling(
            False, "Chosen on the test part: its loss says nothing of new data any more. Choose on another."
        )
    parts = " and ".join(dict.fromkeys(trial.part for trial in comparison.tried))
    return Ruling(True, f"Chosen on the {parts} part; the test part was kept for the end.")
