"""The average of the weights: by hand, as a family, pure, and what it is good for."""

import numpy as np
import pytest

from course_lib.averaging import EMA
from course_lib.optimizers import SGD

PATH = np.random.default_rng(4).normal(size=(50, 3))


def averaged(average, path):
    mean = average.init(path[0])
    for w in path:
        mean = average.step(w, mean)
    return mean.w


@pytest.mark.parametrize("momentum", [0.0, 0.3, 0.99])
def test_it_is_the_weighted_sum_of_all_weights(momentum):
    """Of n weights the k-th last counts (1 - momentum) * momentum**k, and the first all that is left."""
    share = (1 - momentum) * momentum ** np.arange(50.0)[::-1]
    share[0] = momentum**49
    assert share.sum() == pytest.approx(1)
    assert averaged(EMA(momentum), PATH) == pytest.approx(share @ PATH, rel=1e-12)


def test_with_momentum_0_it_is_the_last_weights_and_of_equal_weights_it_is_these():
    assert np.array_equal(averaged(EMA(0), PATH), PATH[-1])
    assert averaged(EMA(0.9), [PATH[0]] * 9) == pytest.approx(PATH[0], rel=1e-15)


def test_a_family_is_its_members_to_the_last_bit():
    momenta = [0.0, 0.5, 0.99]
    together = averaged(EMA(momenta), PATH[..., None] * np.ones(3))
    for member, momentum in enumerate(momenta):
        assert np.array_equal(together[:, member], averaged(EMA(momentum), PATH))


def test_it_is_pure_and_keeps_float32():
    average, w = EMA(0.5), np.float32([1, 2])
    first = average.step(w, average.init(w))
    w[:] = 7
    assert first.w.tolist() == [1, 2]
    second = average.step(w, first)
    assert (first.updates, first.w.tolist()) == (1, [1, 2])
    assert (second.updates, second.w.tolist(), second.w.dtype) == (2, [4, 4.5], np.float32)


def test_it_rests_nearer_to_the_bottom_than_the_noisy_weights():
    rng, sgd, average, w = np.random.default_rng(0), SGD(lr=0.2), EMA(0.98), np.array([3.0])
    state, mean, far = sgd.init(w), average.init(w), []
    for _ in range(3000):
        w, state = sgd.step(w, w + rng.normal(size=1), state)
        mean = average.step(w, mean)
        far.append([w[0] ** 2, mean.w[0] ** 2])
    of_weights, of_average = np.mean(far[1000:], axis=0)
    assert of_average < of_weights / 3
