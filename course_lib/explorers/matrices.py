"""Muon on a matrix that remembers eight pairs: the rare ones are learnt as fast as the frequent ones."""

from typing import ClassVar

import numpy as np

from course_lib import optimizers, plots, theory, training
from course_lib.associative_memory import AssociativeMemory
from course_lib.explorers.live.controls import Choice, Slider, Switch
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import ends, words
from course_lib.explorers.shared.words import number
from course_lib.optimizers.muon import orthogonal

UPDATES, LEARNT = 100, 0.1  # a pair whose error stays below this is learnt
LAST = 10  # updates over which an error is averaged, which may swing
ERRORS, SINGULAR = (0, 1.15), (2e-5, 10)
FAR = 1e6  # a larger error is drawn there
LOOKS = {
    "pair 1": {"color": plots.BLUE, "lw": 3},
    "pair 8": {"color": plots.VERMILION, "lw": 3, "ls": "-."},
}
BETWEEN = [f"pair {i}" for i in range(2, 8)]
SGD = {"optimizer": "sgd", "lr": 2.0, "ratio": 0.5, "turned": True, "ns_steps": 5, "momentum": 0.0}
ADAM = SGD | {"optimizer": "adam", "lr": 0.03, "momentum": 0.9}
MUON = SGD | {"optimizer": "muon", "lr": 0.05}


class Matrices(Explorer):
    """SGD learns a pair the later the rarer it is, Adam if the axes are turned, and Muon all at once.

    >>> figure = Matrices()
    >>> print(figure.set(optimizer="muon", lr=0.05))
    Learns all 8 pairs in 25 updates at optimizer muon, lr 0.05, ns_steps 5, momentum 0, ratio
    0.5, turned on. The commonest is learnt after 24, the rarest after 19. The first update's
    singular values go from 0.693 to 1.13 lr.
    """

    title = "A matrix that remembers eight pairs: the error of each, and what an update is made of"
    goal = (
        "all pairs learnt in 20 updates, turned, where each is seen a quarter as often as the one before it, "
        "or more rarely."
    )
    controls: ClassVar = {
        "optimizer": Choice("sgd", ("sgd", "adam", "muon")),
        "lr": Slider(2.0, low=0.005, high=8, log=True),
        "ratio": Slider(0.5, low=0.2, high=1, label="ratio of frequencies"),
        "turned": Switch(True, label="keys and values turned"),
        "ns_steps": Slider(5, low=0, high=8, step=1, whole=True, label="iterations (Muon)"),
        "momentum": Slider(0.0, low=0, high=0.95, label="momentum (Adam: beta_1)"),
    }
    presets: ClassVar = {
        "SGD": SGD,
        "All pairs alike": SGD | {"ratio": 1.0},
        "Adam along the axes": ADAM | {"turned": False},
        "Adam, turned": ADAM,
        "Muon": MUON,
        "Three iterations": MUON | {"ns_steps": 3},
        "A quarter as often": MUON | {"ratio": 0.25},
        "Muon with momentum": MUON | {"momentum": 0.95},
    }
    says: ClassVar = {"pair 1": "error of pair 1", "pair 8": "error of pair 8"}

    def frame(self, *, ratio, turned, **settings):
        memory, optimizer = AssociativeMemory(ratio, turned=turned), _optimizer(**settings)
        run = training.run(memory, optimizer, steps=UPDATES)
        path = np.asarray(run.path)
        errors = np.minimum(memory.errors(path.T), FAR)
        learnt = _learnt_after(errors)
        update = _singular_values(path[0] - path[1]) / optimizer.lr
        lines = {f"pair {i}": (run.updates, error) for i, error in enumerate(errors, 1)}
        names = ends.labels(
            {name: lines[name] for name in LOOKS}, ERRORS, beyond=2, gap=ends.GAP * self.screen["text"]
        )
        facts = {"run": run, "errors": errors, "learnt": learnt, "update": update, "p": memory.p}
        return Frame(
            {
                **lines,
                **{f"{name}'s name": place for name, place in names.items()},
                "update": (memory.p, np.maximum(update, SINGULAR[0])),
                **_polynomial(memory.p, settings["ns_steps"]),
            },
            self._caption(optimizer, settings | {"ratio": ratio, "turned": turned}, facts),
            _why(optimizer, turned, facts),
            reached=turned and ratio <= 0.25 and learnt.min() >= 0 and learnt.max() <= 20,
            grows=dict.fromkeys(lines, 0) | {f"{name}'s name": name for name in names},
            facts=facts,
        )

    def draw(self, figure, frame):
        left, right = figure.subplots(1, 2, width_ratios=[1.2, 1])
        _draw_error_axes(left)
        _draw_singular_axes(right)
        return {
            **{name: plots.empty_line(left, color=plots.SKY, lw=1.2) for name in BETWEEN},
            **{name: plots.empty_line(left, **look) for name, look in LOOKS.items()},
            **{f"{name}'s name": plots.end_name(left, look["color"]) for name, look in LOOKS.items()},
            "polynomial": plots.empty_line(right, color=plots.GREEN, lw=1.5),
            "polynomial's name": plots.end_name(right, plots.GREEN),
            "update": plots.empty_line(right, "o", color=plots.BLUE, mec="white", ms=9, zorder=3),
        }

    def python(self, *, ratio, turned, **settings):
        return (
            "from course_lib import associative_memory, optimizers, training\n"
            f"training.run(associative_memory.AssociativeMemory({ratio}, turned={turned}), "
            f"optimizers.{_optimizer(**settings)!r}, steps={UPDATES}).losses"
        )

    def _caption(self, optimizer, values, facts):
        verdict = words.verdict(_manner(optimizer, facts), words.settings(values, self.shown))
        low, high = (number(round(end, 3)) for end in (facts["update"].min(), facts["update"].max()))
        span = f"go from {low} to {high}" if low != high else f"are {low}"
        return f"{verdict} {_of_the_pairs(facts)} The first update's singular values {span} lr."


def _draw_error_axes(axes):
    axes.set(xlim=(0, UPDATES), ylim=ERRORS, xticks=[0, UPDATES // 2, UPDATES], yticks=[0, 0.5, 1])
    axes.set(xlabel="updates", title="The error of each pair")
    axes.axhline(LEARNT, color=plots.FAINT, lw=0.8)
    axes.text(UPDATES, LEARNT, "learnt", color=plots.QUIET, ha="right", va="bottom")
    plots.room_for_names(axes, "pair 8")


def _draw_singular_axes(axes):
    """Both scales alike: on the diagonal nothing becomes of a singular value."""
    low, _ = SINGULAR
    axes.set(xscale="log", yscale="log", xlim=(low, 1), ylim=SINGULAR, title="Singular values")
    axes.set(xticks=[1e-4, 1e-2, 1], yticks=[1e-4, 1e-2, 1])
    axes.set(xlabel="of the gradient", ylabel="of the first update / lr")
    axes.minorticks_off()
    axes.plot([low, 1], [low, 1], color=plots.FAINT, lw=1.2)
    axes.text(0.5, 0.2, "sgd", color=plots.QUIET, va="top", ha="left")
    axes.axhline(1, color=plots.BLACK, ls="--", lw=1.2)
    axes.text(1.3 * low, 1.2, "orthogonal", va="bottom")


def _optimizer(optimizer, lr, momentum, ns_steps):
    if optimizer == "adam":
        return optimizers.Adam(lr=lr, beta_1=momentum)
    if optimizer == "muon":
        return optimizers.Muon(lr=lr, momentum=momentum, shape=(8, 8), scale="none", ns_steps=ns_steps)
    return optimizers.SGD(lr=lr, momentum=momentum)


def _learnt_after(errors):
    """For each pair the updates from which on its error stays below LEARNT; -1 where it does not."""
    late = len(errors[0]) - np.logical_and.accumulate((errors < LEARNT)[:, ::-1], axis=1).sum(axis=1)
    return np.where(late < len(errors[0]), late, -1)


def _singular_values(step):
    return np.linalg.svd(step.reshape(8, 8), compute_uv=False)


def _polynomial(p, ns_steps):
    """What Muon makes of a gradient's singular values, as a line with its name at the left end."""
    s = np.geomspace(SINGULAR[0], p[0], 400)
    of_norm_1 = s / np.sqrt(np.square(p).sum())
    made = orthogonal(of_norm_1[:, None, None], ns_steps)[:, 0, 0]  # matrices of a single number
    return {"polynomial": (s, made), "polynomial's name": (3 * s[0], 1.2 * made[0], "muon")}


def _limit(sgd, p):
    """The rate from which on SGD leaves the commonest pair; its curvature is p."""
    return theory.stability_limit(sgd.momentum) / p[0]


def _manner(optimizer, facts):
    learnt = facts["learnt"]
    done = np.count_nonzero(learnt >= 0)
    if isinstance(optimizer, optimizers.SGD) and optimizer.lr >= _limit(optimizer, facts["p"]):
        return "diverges"
    if done == len(learnt):
        return f"learns all {done} pairs in {words.updates(int(learnt.max()))}"
    return f"learns {done or 'none'} of {len(learnt)} pairs in {words.updates(UPDATES)}"


def _of_the_pairs(facts):
    common, rare = facts["learnt"][[0, -1]]
    errors = [number(error) for error in facts["errors"][[0, -1], -LAST:].mean(axis=1)]
    if common < 0:
        return f"The last {LAST} errors of the commonest average {errors[0]}, of the rarest {errors[1]}."
    if rare < 0:
        return f"The commonest is learnt after {common}; the rarest's last {LAST} errors average {errors[1]}."
    return f"The commonest is learnt after {common}, the rarest after {rare}."


def _why(optimizer, turned, facts):
    if isinstance(optimizer, optimizers.Muon):
        return (
            "Muon divides the gradient by its norm and lets each of its singular values s become "
            f"3.4445 s - 4.775 s³ + 2.0315 s⁵, {optimizer.ns_steps} times. Those near 1 then bring their "
            "pairs nearer by about lr, whatever the frequency, and later to and fro by as much. An iteration "
            "multiplies a tiny s by no more than 3.4445."
        )
    if isinstance(optimizer, optimizers.Adam):
        return f"Adam takes the matrix for a list of 64 weights. {_adam(turned, facts)}"
    p = facts["p"]
    common, rare, limit = (number(x) for x in (p[0], p[-1], _limit(optimizer, p)))
    return (
        "SGD takes lr p of a pair's error at each update, where p is how often the pair is seen: from "
        f"{common} down to {rare}. These are the first gradient's singular values. lr has to stay below "
        f"2(1 + momentum)/{common} = {limit}. Turn keys and values, and the gradient turns along: nothing "
        "changes."
    )


def _adam(turned, facts):
    if not turned:
        return "Along the axes each pair is one of them, and all eight get equal steps. Turn them."
    return (
        "Turned, each weight has a part of every pair, most of it the commonest's. The 64 get equal first "
        f"steps, and the pairs do not: the largest singular value is {number(facts['update'].max())} lr."
    )
