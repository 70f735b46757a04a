"""Which line is best for a model: each is tried at its rates, and the chosen ones from several seeds."""

from typing import NamedTuple

import numpy as np

from course_lib import optimizers, training
from course_lib.base import divergence, progress, validation
from course_lib.tuning.model import PARTS


class Trial(NamedTuple):
    """One training: with which line, rate and seed, and its last loss, on which part of the data."""

    line: str
    lr: float
    seed: int
    part: str
    loss: float


class Comparison(NamedTuple):
    """``tried``: the trials by which rates were chosen. ``final``: those of the chosen rates, by seeds."""

    tried: tuple[Trial, ...]
    final: tuple[Trial, ...]

    @property
    def lines(self):
        """The names of the lines, in their order."""
        return list(dict.fromkeys(trial.line for trial in self.tried))

    def rates(self, line):
        """The rates that a line was tried at, from low to high."""
        return sorted({trial.lr for trial in self.tried if trial.line == line})

    def chosen(self, line):
        """The trial that ended lowest, by whose rate the line is judged."""
        return min(_of(line, self.tried), key=lambda trial: np.nan_to_num(trial.loss, nan=np.inf))

    def ends(self, line):
        """The last losses of the final trials, one a seed."""
        return np.array([trial.loss for trial in _of(line, self.final)])

    @property
    def best(self):
        """The name of the line whose final trials end lowest on average."""
        return min(self.lines, key=lambda line: np.nan_to_num(self.ends(line).mean(), nan=np.inf))


def compare(make, lines, rates, seeds=(0, 1, 2), updates=300, choose_on="validation", verbose=1):
    """Try every line at every rate from the first seed, then the best rate of each from all seeds.

    ``make``: a function that gives the Model of a seed. ``lines``: optimizers by name; their own rates are
    not used. ``rates``: a list, or a dict with a list for each line. ``choose_on``: the part of the data on
    which rates are chosen; the final trials are told on the test part. ``verbose=1`` shows a progress bar.

    Nothing forbids an unfair comparison, such as one seed or one rate: ``judge`` says what is wrong with it.
    ValueError for rates that do not fit the lines, or a part that is not known.
    """
    rates = _checked_rates(lines, rates)
    validation.one_of("choose_on", choose_on, dict.fromkeys(PARTS))
    models = {seed: make(seed) for seed in seeds}
    if not models:
        raise ValueError("seeds must hold at least one number; got none")
    total = sum(map(len, rates.values())) + len(lines) * len(models)
    with progress.bar(total, verbose, unit="training") as bar:

        def trial(line, lr, seed, part):
            optimizer = optimizers.get(lines[line]).replace(lr=lr)
            bar.update()
            return Trial(line, lr, seed, part, _last_loss(models[seed], optimizer, updates, part))

        tried = tuple(
            trial(line, lr, seeds[0], choose_on) for line, of_line in rates.items() for lr in of_line
        )
        chosen = {line: Comparison(tried, ()).chosen(line).lr for line in lines}
        final = tuple(trial(line, lr, seed, "test") for line, lr in chosen.items() for seed in models)
    return Comparison(tried, final)


def _last_loss(model, optimizer, updates, part):
    """The loss on a part of the data, after a training."""
    run = training.run(model, optimizer, steps=updates, record_every=updates)
    with divergence.allowed():
        return float(model.loss_on(part, run.w))


def _of(line, trials):
    return [trial for trial in trials if trial.line == line]


def _checked_rates(lines, rates):
    """A list of rates for each line."""
    if not isinstance(lines, dict) or not lines:
        raise ValueError(f"lines must be a dict of optimizers by name; got {validation.shorten(lines)}")
    rates = rates if isinstance(rates, dict) else dict.fromkeys(lines, rates)
    if rates.keys() != lines.keys():
        raise ValueError(f"rates must be for {', '.join(lines)}; got them for {', '.join(rates)}")
    return {
        line: np.atleast_1d(validation.above_0(f"the rates of {line}", of_line)).tolist()
        for line, of_line in rates.items()
    }
