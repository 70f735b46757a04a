"""What is measured on a curve of losses: its fall, its wobble, its swing. Offset and scale do not matter."""

import numpy as np


def end(loss):
    """Where the curve ends: the median of its last tenth."""
    return np.median(loss[-max(3, len(loss) // 10) :])


def drop(loss):
    """From the first loss to the end; at least the tiniest number above 0, for all is measured by it."""
    return max(loss[0] - end(loss), np.finfo(float).tiny)


def thirds(loss):
    """The curve in three parts of nearly one length."""
    return np.array_split(loss, 3)


def fall(loss):
    """How far the straight line that fits the curve best comes down."""
    slope, _ = _line(loss)
    return -slope * (len(loss) - 1)


def wobble(loss):
    """The standard deviation around that line."""
    _, rest = _line(loss)
    return rest.std()


def chance(loss):
    """How far chance alone may tilt the line: three standard errors of its fall."""
    return 3 * wobble(loss) * np.sqrt(12 / len(loss))


def falls_clearly(loss):
    """Does the line come down by more than chance makes of the wobble?"""
    return fall(loss) > chance(loss)


def memory(loss):
    """The correlation of each loss with the next, once the straight line is off: 0 for pure chance."""
    _, rest = _line(loss)
    return correlation(rest, 1)


def period(loss):
    """How many losses later the curve's jumps come back, and how surely (0 to 1).

    The autocorrelation of the differences, without the first third, is asked for its highest peak from 4
    losses on; what counts is the lower of that peak and of the one at twice the period, and that it is a
    peak: in between there is no correlation.
    """
    jumps = np.diff(loss[len(loss) // 3 :])
    lags = len(jumps) // 3
    by_lag = np.array([1.0, *(correlation(jumps, lag) for lag in range(1, 2 * lags + 1))])
    sure = np.minimum(by_lag[: lags + 1], by_lag[::2])
    sure[: min(4, lags + 1)] = 0
    sure[np.minimum.accumulate(by_lag[: lags + 1]) > 0.2] = 0
    return int(sure.argmax()), float(sure.max())


def strays(loss):
    """How far the furthest loss is from the median, in what would be standard deviations of pure chance."""
    away = np.abs(loss - np.median(loss))
    return away.max() / max(1.4826 * np.median(away), np.finfo(float).tiny) if away.any() else 0.0


def correlation(x, lag):
    """Of a series with itself, so many entries later."""
    a, b = x[:-lag] - x[:-lag].mean(), x[lag:] - x[lag:].mean()
    size = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / size) if size > 0 else 0.0


def _line(loss):
    """The slope of the best straight line, and what is left of the curve without it."""
    t = np.arange(len(loss)) - (len(loss) - 1) / 2
    centred = loss - loss.mean()
    slope = t @ centred / (t @ t)
    return slope, centred - slope * t
