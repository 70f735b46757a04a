"""From the signs to a verdict, in words and as a picture."""

from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from course_lib import plots
from course_lib.base import divergence
from course_lib.diagnosis import log as logs
from course_lib.diagnosis import rules, simulated

CANNOT_TELL = "I cannot tell"


class Finding(NamedTuple):
    """A cause beside a log: what speaks for it and what against it, in words."""

    cause: rules.Cause
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]

    def __str__(self):
        lines = [f"{self.cause.name}: {self.cause.means}"]
        lines += [f"  for:     {said}" for said in self.speaks_for]
        lines += [f"  against: {said}" for said in self.speaks_against]
        return "\n".join(lines)


class Diagnosis(NamedTuple):
    """What ``diagnose`` found: ``print`` says it, ``picture`` draws it."""

    log: logs.Log
    findings: tuple[Finding, ...]  # the likeliest first

    @property
    def likely(self):
        """The findings against which nothing speaks."""
        return [finding for finding in self.findings if not finding.speaks_against]

    @property
    def verdict(self):
        """The name of the one likely cause; "I cannot tell" if there is none, or more than one."""
        return self.likely[0].cause.name if len(self.likely) == 1 else CANNOT_TELL

    @property
    def told(self):
        """The findings that are worth telling: those that are likely, or else the two that come nearest."""
        return self.likely or list(self.findings[:2])

    def __str__(self):
        if len(self.likely) == 1:
            (found,) = self.likely
            return f"Likely {found}\n  try:     {found.cause.remedy}"
        why = "more than one cause fits" if self.likely else "something speaks against each cause"
        return "\n".join([f"{CANNOT_TELL}: {why}. Nearest come:", *map(str, self.told)])

    __repr__ = __str__

    def picture(self):
        """A matplotlib Figure: the log, and beside it a simulated run for each cause that is told."""
        panels = [("your log", self.log)]
        panels += [(f"simulated: {of.cause.name}", simulated.twin(of.cause.name)) for of in self.told]
        with mpl.rc_context(plots.STYLE):
            figure = Figure((4.6 * len(panels), 3.6), dpi=100, layout="constrained")
            places = figure.subplots(1, len(panels), squeeze=False)[0]
            for axes, (title, log) in zip(places, panels, strict=True):
                draw(axes, log)
                axes.set(title=title)
        return figure


def diagnose(log, ignore=()):
    """Name the likely cause of what a log of training shows.

    ``log``: a list of losses, a dict of columns, or the path of a CSV file whose first line names them: loss,
    and if there are any lr, gradient_norm and val_loss. ``ignore``: columns to leave out. The signs of every
    cause are looked for; a cause is likely if nothing speaks against it. ValueError as in ``log.read``.

    >>> found = diagnose([0.5 ** (t / 4) for t in range(60)])
    >>> found.verdict
    'healthy'
    >>> print(diagnose([1.5**t for t in range(30)]))
    Likely learning rate too high: The updates overshoot, each further than the last.
      for:     the loss ends above all of its first two thirds
      for:     the last third rises 40 times as far as all before it ranged
      try:     Divide the rate by 10; look for a loss that is a sum where a mean was meant.
    """
    log = logs.read(log, ignore)
    with divergence.allowed():
        findings = [_finding(cause, cause.signs(log)) for cause in rules.CAUSES]
    return Diagnosis(log, tuple(sorted(findings, key=lambda finding: len(finding.speaks_against))))


def draw(axes, log):
    """The losses of a log against its entries, by powers of ten where some are far above the rest."""
    loss = log.finite
    axes.plot(np.arange(1, len(loss) + 1), loss, color=plots.BLUE, lw=1.6, label="loss")
    if log.val_loss is not None:
        axes.plot(
            np.arange(1, len(log.val_loss) + 1), log.val_loss, "--", color=plots.VERMILION, label="val_loss"
        )
        axes.legend(frameon=False)
    low, high = loss.min(), max(np.quantile(loss, 0.95), loss[0])
    if low > 0 and loss.max() > high + 10 * (high - low):
        axes.set_yscale("log")
    axes.set(xlabel="entries")


def _finding(cause, signs):
    speaks_for = tuple(sign.said for sign in signs if sign.holds and sign.logged)
    return Finding(cause, speaks_for, tuple(sign.said for sign in signs if not sign.holds))
