"""A run of SGD on a surface: the path it takes, beside its loss after each update."""

import re
from typing import ClassVar, NamedTuple

import numpy as np

from course_lib import plots, theory, training
from course_lib.explorers.controls import Choice, Slider, Switch
from course_lib.explorers.engine import Explorer
from course_lib.optimizers import SGD

UPDATES = 100
PLAIN = {"surface": "ravine", "lr": 0.1, "momentum": 0.0, "decay": 0.0, "nesterov": False}
FAR_AWAY = 1e6  # far outside the picture; a path is drawn no further


class Frame(NamedTuple):
    """What the figure shows: the run's points in the picture (n, 2), its losses (n,), and words."""

    run: training.Run
    points: np.ndarray
    losses: np.ndarray
    caption: str


class Trajectory(Explorer):
    """SGD on a surface, 100 updates: drag lr, momentum and decay, and see where it goes.

    >>> figure = Trajectory(surface="ravine", lr=0.1)
    >>> print(figure.set(lr=2.5))
    lr 2.5, momentum 0, decay 0, nesterov off (ravine): diverges. lr is over the limit
    2/curvature = 2, so each update makes the error larger. The loss grows beyond all bounds
    from 0.384.
    """

    title = "SGD on a surface: the path, and the loss after each update"
    controls: ClassVar = {
        "surface": Choice("ravine", ("parabola", "ravine", "rosenbrock", "himmelblau")),
        "lr": Slider(0.1, low=1e-4, high=4, log=True),
        "momentum": Slider(0.0, low=0, high=0.99),
        "decay": Slider(0.0, low=0, high=0.1, step=0.001),
        "nesterov": Switch(False),
    }
    presets: ClassVar = {
        "Plain descent": PLAIN,
        "With momentum": PLAIN | {"momentum": 0.9},
        "Documented settings": PLAIN | {"momentum": 0.9, "decay": 1e-6, "nesterov": True},
        "Zigzag": PLAIN | {"lr": 1.9},
        "Diverge": PLAIN | {"lr": 2.1},
        "Saved by decay": PLAIN | {"lr": 3.0, "decay": 0.05},
        "Curved valley": PLAIN | {"surface": "rosenbrock", "lr": 0.001, "momentum": 0.9},
    }

    def frame(self, *, surface, lr, momentum, decay, nesterov):
        sgd = SGD(lr=lr, momentum=momentum, decay=decay, nesterov=nesterov)
        run = training.run(surface, sgd, steps=UPDATES)
        points = plots.on_picture(run.objective, np.asarray(run.path))
        drawn = _finite(points, run.losses)
        points = np.clip(points[:drawn], -FAR_AWAY, FAR_AWAY)
        return Frame(run, points, run.losses[:drawn] - run.objective.minimum, describe(run, self.shown))

    def still(self, frame):
        return type(frame.run.objective)

    def draw(self, figure, frame):
        left, right = figure.subplots(1, 2, width_ratios=[1.15, 1])
        plots.draw_surface(left, frame.run.objective)
        left.set_title("The path of the weights")
        plots.draw_loss_axes(right, UPDATES)
        self.path, self.last = plots.path_line(left)
        (self.loss,) = right.plot([], [], color=plots.BLUE)
        return [self.path, self.last, self.loss]

    def move(self, frame):
        self.path.set_data(*frame.points.T)
        self.last.set_data(*frame.points[-1:].T)
        self.loss.set_data(np.arange(len(frame.losses)), frame.losses)


class LearningRate(Trajectory):
    """One slider, one weight: what the learning rate alone does on a parabola of curvature 1."""

    title = "The learning rate on a parabola"
    controls: ClassVar = {
        **Trajectory.controls,
        "surface": Choice("parabola", ("parabola",)),
        "lr": Slider(0.1, low=0, high=2.5, step=0.01),
    }
    presets: ClassVar = {
        "Crawl": {"lr": 0.02},
        "Half the error": {"lr": 0.5},
        "One step": {"lr": 1.0},
        "Zigzag": {"lr": 1.8},
        "For ever": {"lr": 2.0},
        "Diverge": {"lr": 2.1},
    }

    def __init__(self, *, only=("lr",), **values):
        super().__init__(only=only, **values)


def describe(run, shown):
    """What the run does and why, in words; of the settings, those that the learner can change."""
    sgd, surface = run.optimizer, type(run.objective).__name__.lower()
    settings = {name: f"{name} {exact(getattr(sgd, name))}" for name in ("lr", "momentum", "decay")}
    settings["nesterov"] = f"nesterov {'on' if sgd.nesterov else 'off'}"
    named = ", ".join(text for name, text in settings.items() if name in shown)
    reason = _why_on_a_quadratic(run) if run.objective.quadratic else _what_happened(run)
    sentences = [f"{named} ({surface}): {reason}", _losses(run), _about_decay(run), _about_nesterov(sgd)]
    return " ".join(filter(None, sentences))


def number(x):
    """Three digits, as one would say them: 0.05, 1.2e-6, 1,000."""
    if 999.5 <= abs(x) < 1e7:
        return f"{x:,.0f}"
    return re.sub(r"e([+-])0*", lambda match: "e-" if match[1] == "-" else "e", f"{x:.3g}")


def exact(x):
    """The number as it was set: 1.999 and not 2."""
    return re.sub(r"e-0*", "e-", f"{x:.10g}")


def _why_on_a_quadratic(run):
    sgd, curvatures = run.optimizer, np.array(run.objective.curvatures)
    formula = "2(1 + momentum)/(1 + 2 momentum)" if sgd.nesterov else "2(1 + momentum)"
    formula = formula if sgd.momentum else "2"
    limit = theory.stability_limit(sgd.momentum, sgd.nesterov) / curvatures.max()
    over = f"lr is over the limit {formula}/curvature = {number(limit)}"
    if sgd.lr > limit and sgd.decay:
        update = int(np.ceil((sgd.lr / limit - 1) / sgd.decay))
        if _is_lost(run):
            return f"diverges. {over}; decay would bring the rate down to it only by update {update:,}."
        return f"climbs first. {over}; decay brings the rate down to it by update {update:,}."
    if sgd.lr > limit:
        return f"diverges. {over}, so each update makes the error larger."
    if sgd.lr == limit and not sgd.decay:
        return f"never settles. lr is exactly the limit {formula}/curvature = {number(limit)}."
    return f"{_manner(sgd, curvatures)} {_speed(sgd, curvatures)}"


def _manner(sgd, curvatures):
    swings = theory.oscillates(sgd.lr * curvatures, sgd.momentum, sgd.nesterov).any()
    if not sgd.lr:
        return "stands still: lr is 0."
    if (sgd.lr * curvatures == 1).all() and not (sgd.momentum and not sgd.nesterov):
        return "jumps over the minimum and back to it." if sgd.momentum else "jumps straight to the minimum."
    if swings:
        return (
            "swings around the minimum and settles." if sgd.momentum else "zigzags: lr is over 1/curvature."
        )
    return "slides down without overshooting."


def _speed(sgd, curvatures):
    factors = theory.contraction(sgd.lr * curvatures, sgd.momentum, sgd.nesterov)
    if not factors.any():
        updates = "two updates take" if sgd.momentum else "a single update takes"
        return f"lr is 1/curvature, so {updates} all of the error away."
    factor = factors.max()
    kept = f"each update keeps {number(factor) if factor < 0.9995 else exact(round(factor, 6))} of the error"
    when = "At the first rate" if sgd.decay else "In the long run" if sgd.momentum else ""
    sentence = f"{when} {kept}" if when else kept.capitalize()
    if len(curvatures) == 1:
        return f"{sentence}."
    if np.ptp(factors) < 1e-9:
        return f"{sentence}, in every direction."
    return (
        f"{sentence} in its slowest direction, the one of curvature {number(curvatures[factors.argmax()])}."
    )


def _what_happened(run):
    steepest = max(run.objective.curvatures)
    if _is_lost(run):
        limit = theory.stability_limit(run.optimizer.momentum, run.optimizer.nesterov) / steepest
        return (
            f"diverges. Near the minimum the curvature is up to {number(steepest)}, "
            f"which allows lr only up to {number(limit)}; on steeper slopes, less."
        )
    nearest = np.linalg.norm(np.array(run.objective.minima) - run.w, axis=1).min()
    manner = "has not come down yet" if run.diverged else "goes downhill"
    return f"{manner} and ends {number(nearest)} away from the nearest minimum."


def _is_lost(run):
    """Has the loss left the range of numbers, or gone far away?"""
    first, last = run.losses[[0, -1]] - run.objective.minimum
    return not np.isfinite(last) or last > FAR_AWAY * max(first, 1)


def _losses(run):
    first, last = run.losses[[0, -1]] - run.objective.minimum
    if _is_lost(run):
        return f"The loss grows beyond all bounds from {number(first)}."
    return f"The loss goes from {number(first)} to {number(last)} in {run.steps} updates."


def _about_decay(run):
    sgd = run.optimizer
    if not sgd.decay:
        return ""
    left = f"{sgd.rate(run.steps) / sgd.rate(0):.4g}" if sgd.lr else "1"
    halved = f"it is halved after {1 / sgd.decay:,.0f}"
    return f"Decay has brought the rate to {left} of lr after {run.steps} updates; {halved}."


def _about_nesterov(sgd):
    return "Without momentum, nesterov changes nothing." if sgd.nesterov and not sgd.momentum else ""


def _finite(points, losses):
    """How many points of a run there are to draw before it leaves the range of numbers."""
    finite = np.isfinite(points).all(axis=1) & np.isfinite(losses)
    return len(points) if finite.all() else int(finite.argmin())
