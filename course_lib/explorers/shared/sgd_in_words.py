"""What a run of SGD does on a surface, and why, in words that agree with the theory."""

import numpy as np

from course_lib import surfaces, theory
from course_lib.explorers.shared.words import beginning, call, factor, number, settings, verdict

FAR_AWAY = 1e6  # a loss so many times the first is far outside every picture


def describe(run, shown):
    """The caption: what the run does, at the settings that the learner can change, and its losses."""
    return " ".join(filter(None, [opening(run, shown), _losses(run), _about_nesterov(run.optimizer)]))


def opening(run, shown):
    """What the run does, at the settings that the learner can change."""
    values = {name: getattr(run.optimizer, name) for name in ("lr", "momentum", "decay", "nesterov")}
    named = settings(values | {"curvature": number(max(run.objective.curvatures))}, shown)
    return verdict(_manner(run), named, _place(run, shown))


def explain(run):
    """Why the run does what it does, with the formulas of ``course_lib.theory``."""
    return " ".join(filter(None, [_why(run), _about_decay(run)]))


def _place(run, shown):
    """The surface, as ``surfaces.get`` calls it, and the start where the learner chose one."""
    surface, start = run.objective, tuple(run.path[0])
    name = next(name for name, known in surfaces.names().items() if isinstance(surface, known))
    chosen = "start" in shown and start != surface.start
    return f"{name}, {beginning(start)}" if chosen else name


def _manner(run):
    if _stands_still(run):
        return "stands still"
    return _manner_on_a_quadratic(run) if run.objective.quadratic else _manner_elsewhere(run)


def _why(run):
    if _stands_still(run):
        return "It begins where the slope is 0." if run.optimizer.lr else "lr is 0."
    return _why_on_a_quadratic(run) if run.objective.quadratic else _why_elsewhere(run)


def _stands_still(run):
    return (run.path == run.path[0]).all()


def _curvatures(run):
    """Those that the run meets: not all, where its first slope points straight at the minimum."""
    surface, start = run.objective, run.path[0]
    error, slope = start - surface.minima[0], surface.gradient(start)
    met = [curvature for curvature in surface.curvatures if (slope == curvature * error).all()]
    return np.array(met or surface.curvatures)


def _manner_on_a_quadratic(run):
    sgd, curvatures = run.optimizer, _curvatures(run)
    limit = _limit(run)
    if sgd.lr > limit and sgd.decay and not _is_lost(run):
        return _manner_over_the_limit(run.losses)
    if sgd.lr > limit:
        return "diverges"
    if sgd.lr == limit and not sgd.decay:
        return "never settles"
    jumps = sgd.lr * curvatures == 1
    if jumps.all() and not sgd.momentum:
        return "jumps straight to the minimum"
    if jumps.all() and sgd.nesterov and not sgd.decay:
        return "jumps over the minimum and back to it"
    swings = theory.oscillates(sgd.lr * curvatures, sgd.momentum, sgd.nesterov)
    if not sgd.momentum:
        return "zigzags and settles" if swings.any() else "slides down without overshooting"
    overshoots = swings | jumps if sgd.nesterov else swings
    return "swings around the minimum and settles" if overshoots.any() else "slides down without overshooting"


def _manner_over_the_limit(losses):
    """With decay, which takes the rate below the limit sooner or later."""
    peak = losses.argmax()
    if peak == 0:
        return "begins too fast and settles all the same"
    return "climbs first and comes down" if peak < len(losses) - 1 else "still climbs"


def _manner_elsewhere(run):
    if _is_lost(run):
        return "diverges"
    if run.diverged:
        return "has not come down yet"
    return "climbs and falls" if run.losses.max() > run.losses[0] else "goes downhill"


def _limit(run):
    sgd = run.optimizer
    return theory.stability_limit(sgd.momentum, sgd.nesterov) / max(_curvatures(run))


def _why_on_a_quadratic(run):
    sgd, limit = run.optimizer, _limit(run)
    formula = "2(1 + momentum)/(1 + 2 momentum)" if sgd.nesterov else "2(1 + momentum)"
    formula = formula if sgd.momentum else "2"
    limit_in_words = f"the limit {formula}/curvature = {number(limit, 4)}"  # a slider has 3 digits
    over = f"lr is over {limit_in_words}"
    if sgd.lr > limit and sgd.decay:
        update = int(np.ceil((sgd.lr / limit - 1) / sgd.decay))
        brings = (
            "would bring the rate down to it only by" if _is_lost(run) else "brings the rate down to it by"
        )
        return f"{over}; decay {brings} update {update:,}."
    if sgd.lr > limit:
        at_once = len(_curvatures(run)) == 1 and not sgd.momentum
        grows = "each update makes the error larger" if at_once else "in the long run the error only grows"
        return f"{over}, so {grows}."
    if sgd.lr == limit and not sgd.decay:
        return f"lr is exactly {limit_in_words}."
    return _speed(sgd, _curvatures(run))


def _speed(sgd, curvatures):
    factors = theory.contraction(sgd.lr * curvatures, sgd.momentum, sgd.nesterov)
    if not factors.any() and not (sgd.momentum and sgd.decay):
        updates = "two updates take" if sgd.momentum else "a single update takes"
        return f"lr is 1/curvature, so {updates} all of the error away."
    kept = f"each update keeps {factor(factors.max())} of the error"
    when = "At the first rate" if sgd.decay else "In the long run" if sgd.momentum else ""
    sentence = f"{when} {kept}" if when else kept.capitalize()
    zigzags = not sgd.momentum and (sgd.lr * curvatures > 1).any()
    begins = f"lr is over 1/curvature, so the weight overshoots. {sentence}" if zigzags else sentence
    if len(curvatures) == 1:
        return f"{begins}."
    if np.ptp(factors) < 1e-9:
        return f"{begins}, in every direction."
    return f"{begins} in its slowest direction, the one of curvature {number(curvatures[factors.argmax()])}."


def _why_elsewhere(run):
    if _is_lost(run):
        return (
            f"Near the minimum the curvature is up to {number(max(run.objective.curvatures))}, "
            f"which allows lr only up to {number(_limit(run), 4)}; on steeper slopes, less."
        )
    nearest = np.linalg.norm(np.array(run.objective.minima) - run.w, axis=1).min()
    return f"It ends {number(nearest)} away from the nearest minimum."


def _is_lost(run):
    """Has the loss left the range of numbers, or gone far away?"""
    first, last = run.losses[[0, -1]] - run.objective.minimum
    return not np.isfinite(last) or last > FAR_AWAY * max(first, 1)


def _losses(run):
    first, last = run.losses[[0, -1]] - run.objective.minimum
    if _stands_still(run):
        return f"The loss stays at {number(first)}."
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


def as_python(surface, settings, steps, w0=None):
    """The two lines that run SGD on a surface with these settings, and give its losses."""
    sgd = call("optimizers.SGD", **settings)
    start = "" if w0 is None else f"w0={w0}, "
    return (
        "from course_lib import optimizers, training\n"
        f"training.run({surface!r}, {sgd}, {start}steps={steps}).losses"
    )
