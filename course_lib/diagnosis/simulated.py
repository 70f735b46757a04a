"""Runs whose cause is known: what a log is drawn beside, and what the rules are measured on.

Each is descent on a small problem, with ``rng`` drawing its settings; only the offset and the scale of the
losses are put on afterwards, for no rule may depend on them.
"""

import numpy as np

from course_lib.base import divergence
from course_lib.diagnosis.log import Log


def twin(cause, seed=0):
    """A run with this cause, always the same."""
    return _SIMULATED[cause](np.random.default_rng(seed))


def sample(cause, seed):
    """A run with this cause and another offset and scale, as a Log."""
    rng = np.random.default_rng(seed)
    log = _SIMULATED[cause](rng)
    offset, scale = rng.uniform(0, 2), 10 ** rng.uniform(-2, 2)
    with divergence.allowed():
        moved = [None if curve is None else scale * (curve + offset) for curve in (log.loss, log.val_loss)]
    return log._replace(loss=moved[0], val_loss=moved[1])


def names():
    """What can be simulated; the last is what no rule should name."""
    return tuple(_SIMULATED)


def descend(rng, rate, steps, noise=0.0, seen=0.0, curvature=1.0, clipnorm=np.inf):
    """Losses and gradient norms of descent on ``sum(h * w**2) / 2``, with ten curvatures h from 0.03 to 1.

    ``noise``: of the gradient; ``seen``: of the batch on which the loss is taken, relative to its start.
    ``curvature`` multiplies h, one number or one for each step.
    """
    h = np.geomspace(0.03, 1, 10)
    w = rng.normal(size=10)
    w *= np.sqrt(2 / (h @ w**2))  # the loss begins at 1
    rate, curvature = np.broadcast_to(rate, steps), np.broadcast_to(curvature, steps)
    losses, norms = np.empty(steps), np.empty(steps)
    with divergence.allowed():
        for t in range(steps):
            losses[t] = h @ w**2 / 2 * curvature[t] + seen * rng.normal()
            g = h * w * curvature[t] + noise * rng.normal(size=10)
            g *= min(1, clipnorm / np.linalg.norm(g))
            norms[t] = np.linalg.norm(g)
            w = w - rate[t] * g
    return losses, norms


def healthy(rng):
    steps = rng.integers(100, 400)
    loss, _ = descend(rng, rng.uniform(0.5, 1.2), steps, seen=rng.uniform(0, 0.003))
    return Log(loss)


def rate_too_high(rng):
    loss, _ = descend(rng, rng.uniform(2.05, 3), rng.integers(60, 300), seen=rng.uniform(0, 0.02))
    return Log(loss)


def rate_too_low(rng):
    steps = rng.integers(60, 400)
    loss, _ = descend(rng, rng.uniform(0.02, 0.3) / steps, steps, seen=rng.uniform(0, 0.005))
    return Log(loss)


def noise_floor(rng):
    steps = rng.integers(100, 400)
    loss, _ = descend(rng, rng.uniform(0.5, 1.2), steps, noise=rng.uniform(0.08, 0.3))
    return Log(loss)


def inert_decay(rng):
    log = noise_floor(rng)
    decay = 10 ** rng.uniform(-6, -4.5)
    return log._replace(lr=0.1 / (1 + decay * np.arange(len(log.loss))))


def no_warm_up(rng):
    steps = rng.integers(100, 400)
    rate = rng.uniform(0.5, 1)
    steep = 1 + rng.uniform(2.6, 4) / rate * np.exp(-np.arange(steps) / rng.uniform(3, 6))
    loss, _ = descend(rng, rate, steps, curvature=steep, seen=rng.uniform(0, 0.003))
    return Log(loss)


def overfitting(rng):
    """Descent on 40 samples with 30 weights and noisy labels, beside 400 others."""
    x, unseen = rng.normal(size=(40, 30)), rng.normal(size=(400, 30))
    truth, noise = rng.normal(size=30) / 30**0.5, rng.uniform(0.7, 1.5)
    y, y_unseen = (part @ truth + noise * rng.normal(size=len(part)) for part in (x, unseen))
    w, steps = np.zeros(30), rng.integers(150, 400)
    loss, val_loss = np.empty(steps), np.empty(steps)
    for t in range(steps):
        loss[t], val_loss[t] = np.mean((x @ w - y) ** 2), np.mean((unseen @ w - y_unseen) ** 2)
        w -= 0.15 * x.T @ (x @ w - y) / len(x)
    return Log(loss, val_loss=val_loss)


def unshuffled(rng):
    """A line is fitted to samples sorted by y, batch by batch, in the same order in every epoch."""
    batches, epochs = rng.integers(6, 20), rng.integers(6, 12)
    y = np.sort(rng.normal(size=(batches * 8)))
    x = np.column_stack([np.ones_like(y), y + 0.5 * rng.normal(size=len(y))])
    w, rate, loss = np.zeros(2), rng.uniform(0.1, 0.3), []
    for t in range(batches * epochs):
        rows = slice(t % batches * 8, t % batches * 8 + 8)
        error = x[rows] @ w - y[rows]
        loss.append(np.mean(error**2))
        w = w - rate * x[rows].T @ error / 8
    return Log(np.array(loss))


def clipped(rng):
    steps = rng.integers(60, 300)
    clipnorm = rng.uniform(0.1, 0.5)
    rate = rng.uniform(0.3, 0.6) / clipnorm / steps
    loss, norms = descend(rng, rate, steps, clipnorm=clipnorm, seen=rng.uniform(0, 0.005))
    return Log(loss, gradient_norm=norms)


def nothing_moves(rng):
    return Log(1 + rng.uniform(0, 0.1) * rng.normal(size=rng.integers(60, 400)))


def something_else(rng):
    """What has none of these causes: a walk by chance, a jump, a swing of chance lengths, late spikes."""
    steps = rng.integers(60, 400)
    walk = np.cumsum(rng.normal(size=steps)) / steps**0.5
    jump = np.exp(-np.arange(steps) / 20) + 0.5 * (np.arange(steps) > steps * rng.uniform(0.3, 0.7))
    swing = np.sin(np.cumsum(rng.exponential(0.4, size=steps)))
    spikes = np.exp(-np.arange(steps) / 20) + 0.5 * (rng.uniform(size=steps) < 0.05)
    return Log([walk, jump + 0.02 * rng.normal(size=steps), swing, spikes][rng.integers(4)])


_SIMULATED = {
    "learning rate too high": rate_too_high,
    "learning rate too low": rate_too_low,
    "noise floor": noise_floor,
    "inert decay": inert_decay,
    "no warm-up": no_warm_up,
    "overfitting": overfitting,
    "unshuffled data": unshuffled,
    "clipped gradients": clipped,
    "nothing moves": nothing_moves,
    "healthy": healthy,
    "something else": something_else,
}
