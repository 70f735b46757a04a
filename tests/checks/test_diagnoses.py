"""Answers as learners write them, each told what is wrong with it."""

import numpy as np
import pytest

from course_lib.checks import check


def no_keepdims(z):
    e = np.exp(z - z.max(axis=1))
    return e / e.sum(axis=1)


def no_keepdims_in_the_sum(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1)


def clipped(y_true, z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = np.clip(e / e.sum(axis=1, keepdims=True), 1e-7, 1 - 1e-7)
    return -(y_true * np.log(p)).sum(axis=1).mean(), (p - y_true) / len(z)


def huber_without_delta(y_true, y_pred, delta):
    e = np.abs(y_pred - y_true)
    return np.where(e <= 1, e**2 / 2, e - 0.5), np.clip(y_pred - y_true, -1, 1)


def beyond_1(lr, curvatures):
    steepest = lr * max(curvatures)
    return "diverges" if steepest > 2 else "zigzags" if steepest >= 1 else "slides"


def beyond_2(lr, curvatures):
    steepest = lr * max(curvatures)
    return "diverges" if steepest >= 2 else "zigzags" if steepest > 1 else "slides"


def judged(lr, momentum, curvatures, half=0.5, choose=max):
    kept = []
    for curvature in curvatures:
        middle = half * (1 + momentum - lr * curvature)
        root = np.emath.sqrt(middle**2 - momentum)
        kept.append(choose(abs(middle + root), abs(middle - root)))
    return bool(lr * max(curvatures) < 2 * (1 + momentum)), max(kept)


def rates_multiplied(lr, decay, epochs, updates):
    return [lr * (1 - decay) ** t for t in range(epochs * updates)]


def corrected_means_kept(w, g, state, lr):
    iterations, m, v = state
    t = iterations + 1
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    m, v = m / (1 - 0.9**t), v / (1 - 0.999**t)
    return w - lr * m / (np.sqrt(v) + 1e-8), (t, m, v)


def suspecting(by, h=6e-6):
    """An answer to wrong_slopes: how far off a slope is, is ``by(claimed, measured)``."""

    def answer(loss, gradient, w):
        nudges = h * np.eye(len(w))
        measured = np.array([loss(w + nudge) - loss(w - nudge) for nudge in nudges]) / (2 * h)
        return [off > 1e-7 for off in by(gradient(w), measured)]

    return answer


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("wrong_slopes", suspecting(lambda g, m: abs(g - m)), "You look at the difference itself"),
        ("wrong_slopes", suspecting(lambda g, m: abs(g - m) / m), "Nothing is accused"),
        ("wrong_slopes", suspecting(lambda g, m: g / m - 1), "A slope that is too flat passes"),
        ("wrong_slopes", suspecting(lambda g, m: abs(g / m - 1), h=1e-12), "Right slopes are accused"),
        ("softmax_rows", no_keepdims, "keepdims=True is missing: without it max and sum give a row"),
        ("softmax_rows", no_keepdims_in_the_sum, "keepdims=True is missing in the sum"),
        ("crossentropy_and_gradient", clipped, "You clip p, and both suffer"),
        ("huber_and_slope", huber_without_delta, "delta plays no part"),
        ("behaviour_of_rate", beyond_1, "At exactly 1 the factor is 0"),
        ("behaviour_of_rate", beyond_2, "At exactly 2 the factor is -1"),
        ("judge_pair", lambda *given: judged(*given, half=1), "The half is missing in the middle"),
        ("judge_pair", lambda *given: judged(*given, choose=min), "You take the smaller of the two"),
        ("who_overshoots", lambda: (0, 2, 0, 2, 2), "In the last pair Nesterov's limit is passed"),
        ("rates_of_training", rates_multiplied, "You multiply by 1 - decay at every update"),
        ("adam_update", corrected_means_kept, "m and v are the corrected means from now on"),
    ],
)
def test_it_is_told_first(name, answer, says, capsys):
    check(name, answer)
    assert capsys.readouterr().out.startswith(f"→ {says}")


def test_what_only_raises_is_told_its_own_error(capsys):
    check("softmax_rows", lambda z: np.ones(2) + np.ones(3))
    assert capsys.readouterr().out.startswith(
        "✘ softmax_rows(z=[[2, 0, 1], [-1, 3, 0.5]]): ValueError: operands"
    )
