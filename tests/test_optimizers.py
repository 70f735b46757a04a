import json
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import optimizers
from course_lib.optimizers import SGD

SETTINGS = {"lr": 0.1, "momentum": 0.9, "decay": 0.01, "nesterov": True}


def keras_sgd(p, gradients, lr, momentum, decay, nesterov):
    """The weights after each update: Keras 1.2.2's SGD.get_updates, line by line."""
    iterations, m, path = 0.0, np.zeros(p.shape), []
    for g in gradients:
        lr_t = lr * (1.0 / (1.0 + decay * iterations))
        iterations += 1
        v = momentum * m - lr_t * g
        new_p = p + momentum * v - lr_t * g if nesterov else p + v
        m, p = v, new_p
        path.append(p)
    return path


def walk(sgd, w, gradients):
    """The weights after each update of ours."""
    state, path = sgd.init(w), []
    for g in gradients:
        w, state = sgd.step(w, g, state)
        path.append(w)
    return path


@pytest.mark.parametrize("shape", [(1,), (5,), (2, 3), (2, 3, 4)], ids=str)
@pytest.mark.parametrize(
    ("momentum", "decay", "nesterov"), list(product([0.0, 0.9], [0.0, 0.03], [False, True]))
)
def test_sgd_is_keras_1_to_the_last_bit(shape, momentum, decay, nesterov):
    rng = np.random.default_rng(7)
    p, gradients = rng.normal(size=shape), rng.normal(size=(150, *shape))
    settings = {"lr": 0.1, "momentum": momentum, "decay": decay, "nesterov": nesterov}
    assert np.array_equal(walk(SGD(**settings), p, gradients), keras_sgd(p, gradients, **settings))


@given(
    lr=st.floats(0, 10),
    momentum=st.floats(0, 1, exclude_max=True),
    decay=st.floats(0, 1),
    nesterov=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_sgd_is_keras_1_whatever_the_settings(lr, momentum, decay, nesterov, seed):
    rng = np.random.default_rng(seed)
    p, gradients = rng.normal(size=3), rng.normal(size=(20, 3))
    settings = {"lr": lr, "momentum": momentum, "decay": decay, "nesterov": nesterov}
    assert np.array_equal(walk(SGD(**settings), p, gradients), keras_sgd(p, gradients, **settings))


@pytest.mark.parametrize("nesterov", [False, True])
def test_float32_weights_stay_float32_and_agree_with_float64(nesterov):
    rng = np.random.default_rng(8)
    w, gradients = rng.normal(size=4), rng.normal(size=(100, 4))
    sgd = SGD(**SETTINGS | {"nesterov": nesterov})
    path = walk(sgd, w.astype(np.float32), gradients.astype(np.float32))
    assert {step.dtype for step in path} == {np.dtype(np.float32)}
    np.testing.assert_allclose(path, walk(sgd, w, gradients), rtol=1e-4, atol=1e-4)


def test_step_is_pure():
    sgd = SGD(**SETTINGS)
    w, g = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    _, state = sgd.step(w, g, sgd.init(w))
    velocity = state.velocity.copy()
    first, again = sgd.step(w, g, state), sgd.step(w, g, state)
    assert np.array_equal(first[0], again[0])
    assert np.array_equal(w, [1, 2])
    assert np.array_equal(g, [3, 4])
    assert np.array_equal(state.velocity, velocity)
    assert (state.iterations, first[1].iterations) == (1, 2)


def test_momentum_0_makes_nesterov_equal_to_plain_exactly():
    gradients = np.random.default_rng(9).normal(size=(100, 3))
    plain, ahead = (walk(SGD(lr=0.1, decay=0.01, nesterov=n), np.ones(3), gradients) for n in (False, True))
    assert np.array_equal(plain, ahead)


def constant_gradient_steps(steps=400, **settings):
    """The length of each step down a slope of 1."""
    path = walk(SGD(**settings), np.zeros(1), np.ones((steps, 1)))
    return -np.diff([0.0, *(w[0] for w in path)])


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9, 0.95])
@pytest.mark.parametrize("nesterov", [False, True])
def test_the_terminal_step_is_lr_over_1_minus_momentum(momentum, nesterov):
    steps = constant_gradient_steps(lr=0.1, momentum=momentum, nesterov=nesterov)
    assert steps[-1] == pytest.approx(0.1 / (1 - momentum), rel=1e-7)


def test_63_percent_of_the_terminal_step_come_after_about_9_and_a_half_updates():
    steps = constant_gradient_steps(lr=0.1, momentum=0.9)
    assert steps[8] < 0.63 * steps[-1] < steps[9]


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_nesterovs_first_step_is_1_plus_momentum_times_larger(momentum):
    plain, ahead = (
        constant_gradient_steps(lr=0.1, momentum=momentum, nesterov=nesterov) for nesterov in (False, True)
    )
    assert ahead[0] == pytest.approx((1 + momentum) * plain[0], rel=1e-15)


@pytest.mark.parametrize("decay", [1e-6, 1e-3, 0.05, 1.0])
def test_decay_halves_the_rate_after_1_over_decay_updates(decay):
    assert SGD(lr=0.4, decay=decay).rate(0) == 0.4
    assert SGD(lr=0.4, decay=decay).rate(round(1 / decay)) == pytest.approx(0.2, rel=1e-15)


def test_the_documented_decay_does_next_to_nothing():
    assert SGD(lr=1, decay=1e-6).rate(10_000) == pytest.approx(0.990, abs=5e-4)


def test_the_rates_of_a_decay_sum_like_a_logarithm():
    updates = np.arange(100_000)
    total = SGD(lr=0.1, decay=0.01).rate(updates).sum()
    assert total == pytest.approx(0.1 / 0.01 * np.log(1 + 0.01 * len(updates)), rel=1e-2)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_gradient_noise_leaves_the_variance_that_the_theory_gives(momentum):
    rng = np.random.default_rng(10)
    sgd = SGD(lr=0.1, momentum=momentum)
    w = np.zeros((1, 4000))
    state, variances = sgd.init(w), []
    for t in range(600):
        w, state = sgd.step(w, w + rng.normal(size=w.shape), state)
        if t >= 200:
            variances.append(w.var())
    expected = 0.1 * (1 + momentum) / ((1 - momentum) * (2 * (1 + momentum) - 0.1))
    assert expected == pytest.approx({0.0: 0.0526, 0.9: 0.5135}[momentum], abs=5e-5)
    assert np.mean(variances) == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize(
    "identifier",
    [
        SGD(**SETTINGS),
        {"class_name": "SGD", "config": SETTINGS},
        {"class_name": "sgd", "config": SETTINGS},
        json.loads(json.dumps({"class_name": "SGD", "config": SGD(**SETTINGS).get_config()})),
    ],
    ids=["instance", "dict", "lower case", "json"],
)
def test_get_gives_the_optimizer_with_its_settings(identifier):
    assert optimizers.get(identifier).get_config() == SETTINGS


@pytest.mark.parametrize("name", ["sgd", "SGD", "Sgd"])
def test_get_by_name_gives_keras_defaults(name):
    defaults = {"lr": 0.01, "momentum": 0.0, "decay": 0.0, "nesterov": False}
    assert optimizers.get(name).get_config() == SGD().get_config() == defaults


def test_get_gives_an_instance_back_as_it_is():
    sgd = SGD()
    assert optimizers.get(sgd) is sgd


numbers = st.floats(0, 1, exclude_max=True)


@given(
    st.fixed_dictionaries(
        {
            "lr": numbers | st.lists(numbers, min_size=2, max_size=2),
            "momentum": numbers | st.lists(numbers, min_size=2, max_size=2),
            "decay": numbers,
            "nesterov": st.booleans() | st.lists(st.booleans(), min_size=2, max_size=2),
        }
    )
)
def test_a_config_survives_json(settings):
    config = SGD(**settings).get_config()
    assert config == settings
    assert SGD.from_config(json.loads(json.dumps(config))).get_config() == config


def test_learning_rate_is_a_synonym_of_lr():
    assert SGD(learning_rate=0.3).get_config() == SGD(lr=0.3).get_config() == SGD(0.3).get_config()
    assert SGD.from_config({"learning_rate": 0.3}).lr == 0.3


def test_the_repr_can_be_run():
    sgd = SGD(**SETTINGS)
    assert repr(sgd) == "SGD(lr=0.1, momentum=0.9, decay=0.01, nesterov=True)"
    assert eval(repr(sgd)).get_config() == sgd.get_config()


def test_the_repr_of_a_large_family_is_short():
    assert len(repr(SGD(lr=np.linspace(0, 1, 10_000)))) < 120


def test_written_out_is_the_same_family_in_full():
    sgd = SGD(lr=[[0.1], [0.2]], momentum=[0.0, 0.5, 0.9], nesterov=True)
    full = sgd.written_out()
    assert sgd.family_shape == full.family_shape == (2, 3)
    assert np.array_equal(full.lr, [[0.1] * 3, [0.2] * 3])
    assert np.array_equal(full.momentum, [[0.0, 0.5, 0.9]] * 2)
    assert full.nesterov is True
