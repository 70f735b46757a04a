"""The numbers of FACTS.md, sections 3 to 5, that no other test reproduces: each as the facts state it.

Section 3 is mostly in ``test_theory.py``, which holds the formulas against runs.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import losses, theory
from course_lib.optimizers import SGD, Adadelta, Adagrad, Adam, Lion, Nadam, RMSprop
from course_lib.schedules import PiecewiseConstant
from course_lib.surfaces import Parabola, Ravine


def softmax(z):
    return np.exp(z - z.max()) / np.exp(z - z.max()).sum()


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def descend(optimizer, w, gradient, updates):
    """The weights before the first and after each update."""
    w, path = np.array(w, float), [np.array(w, float)]
    state = optimizer.init(w)
    for _ in range(updates):
        w, state = optimizer.step(w, gradient(w), state)
        path.append(w)
    return np.array(path)


def slope_of_1(w):
    return np.ones_like(w)


# 3. A quadratic, one direction.


@given(st.floats(0.01, 100), st.floats(0, 2))
def test_descent_multiplies_the_error_by_1_minus_lr_times_curvature(curvature, share):
    lr = share / curvature
    path = descend(SGD(lr=lr), [1.0], Parabola(curvature).gradient, 5)[:, 0]
    np.testing.assert_allclose(path, (1 - share) ** np.arange(6), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("condition", [2, 10, 100])
def test_the_best_fixed_rate_shrinks_both_ends_of_the_spectrum_alike(condition):
    low, high = 1 / condition, 1
    best, rate = 2 / (low + high), (condition - 1) / (condition + 1)
    assert np.abs(1 - best * np.array([low, high])) == pytest.approx([rate, rate])
    others = np.linspace(0, 2.5, 1001)
    assert np.maximum(np.abs(1 - others * low), np.abs(1 - others * high)).min() >= rate - 1e-12


def spectral_radius(lr, momentum, nesterov):
    """Of one step of the optimizer at curvature 1, which is linear in the weight and the velocity."""
    sgd = SGD(lr=lr, momentum=momentum, nesterov=nesterov)
    start = sgd.init(np.zeros(1))
    steps = [
        sgd.step(np.array([w]), np.array([w]), start._replace(velocity=np.array([v])))
        for w, v in ((1.0, 0.0), (0.0, 1.0))
    ]
    return np.abs(np.linalg.eigvals([[w.item(), state.velocity.item()] for w, state in steps])).max()


@given(momentum=st.floats(0, 0.99), nesterov=st.booleans())
def test_the_stability_edge_is_where_the_facts_say_to_a_millionth(momentum, nesterov):
    edge = 2 * (1 + momentum) / (1 + 2 * momentum if nesterov else 1)
    assert spectral_radius(edge * (1 - 1e-6), momentum, nesterov) < 1
    assert spectral_radius(edge * (1 + 1e-6), momentum, nesterov) > 1
    assert theory.stability_limit(momentum, nesterov) == pytest.approx(edge, rel=1e-12)


@given(momentum=st.floats(0.01, 0.99), share=st.floats(1e-3, 0.999))
def test_what_oscillates_shrinks_by_the_root_of_the_momentum(momentum, share):
    slow, fast = (1 - np.sqrt(momentum)) ** 2, (1 + np.sqrt(momentum)) ** 2
    lr = slow + share * (fast - slow)
    assert spectral_radius(lr, momentum, False) == pytest.approx(np.sqrt(momentum), rel=1e-9)
    lr = ((1 - momentum) / (1 + momentum)) ** 2
    lr = lr + share * (1 - lr)
    assert spectral_radius(lr, momentum, True) == pytest.approx(np.sqrt(momentum * (1 - lr)), rel=1e-6)


def test_nesterov_is_stable_up_to_a_smaller_rate_than_plain_descent():
    assert theory.stability_limit(0.9, nesterov=True) == pytest.approx(1.357, abs=5e-4)
    assert spectral_radius(1.36, 0.9, True) > 1 > spectral_radius(1.36, 0, False)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9, 0.95])
@pytest.mark.parametrize("nesterov", [False, True])
def test_the_terminal_step_is_lr_over_1_minus_momentum(momentum, nesterov):
    path = descend(SGD(lr=0.1, momentum=momentum, nesterov=nesterov), [0.0], slope_of_1, 400)[:, 0]
    assert path[-2] - path[-1] == pytest.approx(0.1 / (1 - momentum), rel=1e-7)
    assert path[1] == pytest.approx(-0.1 * (1 + momentum * nesterov), rel=1e-15)


def test_63_percent_of_the_terminal_step_come_after_about_9_and_a_half_updates():
    steps = -np.diff(descend(SGD(lr=0.1, momentum=0.9), [0.0], slope_of_1, 400)[:, 0])
    assert steps[8] < (1 - 1 / np.e) * steps[-1] < steps[9]


@pytest.mark.parametrize("decay", [1e-6, 1e-3, 0.05, 1.0])
def test_decay_halves_the_rate_after_1_over_decay_updates(decay):
    assert SGD(lr=0.4, decay=decay).rate(0) == 0.4
    assert SGD(lr=0.4, decay=decay).rate(round(1 / decay)) == pytest.approx(0.2, rel=1e-15)


def test_the_documented_decay_does_next_to_nothing():
    assert SGD(lr=1, decay=1e-6).rate(10_000) == pytest.approx(0.990, abs=5e-4)


def test_the_rates_of_a_decay_have_no_finite_sum_but_their_squares_have():
    rates = SGD(lr=0.1, decay=0.01).rate(np.arange(1_000_000))
    sums = [rates[:updates].sum() for updates in (10_000, 100_000, 1_000_000)]
    logarithms = [0.1 / 0.01 * np.log(1 + 0.01 * updates) for updates in (10_000, 100_000, 1_000_000)]
    assert sums == pytest.approx(logarithms, rel=2e-3)
    assert np.diff(sums) == pytest.approx([23.0, 23.0], rel=1e-2)  # as much again, for ever
    assert (rates**2).sum() == pytest.approx(0.1**2 / 0.01, rel=1e-2)  # the integral to infinity


def stationary_variance(updates=600, **settings):
    rng = np.random.default_rng(10)
    sgd, w, seen = SGD(**settings), np.zeros((1, 4000)), []
    state = sgd.init(w)
    for t in range(updates):
        w, state = sgd.step(w, w + rng.normal(size=w.shape), state)
        if t >= updates // 3:
            seen.append(w.var())
    return np.mean(seen)


@pytest.mark.parametrize(("momentum", "variance"), [(0.0, 0.0526), (0.9, 0.5135)])
def test_gradient_noise_leaves_the_variance_of_the_facts(momentum, variance):
    theory = 0.1 * (1 + momentum) / ((1 - momentum) * (2 * (1 + momentum) - 0.1))
    assert theory == pytest.approx(variance, abs=5e-5)
    assert stationary_variance(lr=0.1, momentum=momentum) == pytest.approx(variance, rel=0.02)


def test_at_a_small_rate_momentum_is_as_noisy_as_plain_sgd_at_lr_over_1_minus_momentum():
    with_momentum = stationary_variance(lr=0.002, momentum=0.9, updates=1500)
    assert with_momentum == pytest.approx(stationary_variance(lr=0.02, updates=1500), rel=0.05)


# 2. Three updates that are called momentum.


def other_momentum(rates, mix, momentum=0.9):
    """Steps down a slope of 1: PyTorch's v = mu v + g; with ``mix`` deeplearning.ai's b v + (1 - b) g."""
    v, steps = 0.0, []
    for lr in rates:
        v = momentum * v + ((1 - momentum) if mix else 1)
        steps.append(lr * v)
    return np.array(steps)


def test_keras_and_pytorch_part_when_the_rate_is_cut():
    cut = PiecewiseConstant([499], [0.1, 0.01])  # in the steady state, a tenth from update 500 on
    keras = -np.diff(descend(SGD(lr=cut, momentum=0.9), [0.0], slope_of_1, 501)[:, 0])
    pytorch = other_momentum(cut(range(501)), mix=False)
    np.testing.assert_allclose(keras[:500], pytorch[:500], rtol=1e-9)
    steady = 0.01 / (1 - 0.9)
    assert (keras[500] / steady, pytorch[500] / steady) == pytest.approx((9.10, 1.00), abs=5e-3)


def test_deeplearning_ais_momentum_is_kerass_at_a_rate_times_1_minus_b():
    keras = -np.diff(descend(SGD(lr=0.1 * (1 - 0.9), momentum=0.9), [0.0], slope_of_1, 100)[:, 0])
    np.testing.assert_allclose(keras, other_momentum([0.1] * 100, mix=True), rtol=1e-9)


# 4. Losses.

Y = np.array([1, 2, 2, 3, 4, 50.0])
CONSTANTS = np.linspace(0, 20, 20_001)


def best_constants(loss):
    guesses = np.broadcast_to(CONSTANTS[1:, None], (20_000, 6))
    scores = losses.get(loss).per_sample(np.broadcast_to(Y, guesses.shape), guesses)
    return CONSTANTS[1:][np.isclose(scores, scores.min(), rtol=1e-12, atol=0)]


@pytest.mark.parametrize(
    ("loss", "best"),
    [("mse", 10.333), ("poisson", 10.333), (losses.Huber(1), 2.667), ("msle", 4.136), ("mape", 2.0)],
    ids=str,
)
def test_the_best_constant_of_a_loss(loss, best):
    assert best_constants(loss).mean() == pytest.approx(best, abs=1e-3)


def test_mae_is_as_happy_with_every_constant_between_the_middle_two():
    assert best_constants("mae")[[0, -1]] == pytest.approx([2, 3])


@pytest.mark.parametrize(("quantile", "best"), [(0.1, 1), (0.4, 2), (0.6, 3), (0.75, 4), (0.5, 2.5)])
def test_the_best_constant_of_pinball_is_the_quantile(quantile, best):
    assert best_constants(losses.Pinball(quantile)).mean() == pytest.approx(best)


@pytest.mark.parametrize("y", [[0, 1, 0], [0.2, 0.5, 0.3], [0.4, 0.4, 0.0], [1, 1, 1]])
def test_softmax_and_crossentropy_have_the_slope_p_times_sum_of_y_minus_y(y):
    z, y = np.array([0.3, -1.2, 2.0]), np.array(y, float)
    slope = losses.CategoricalCrossentropy(from_logits=True).gradient(y, z)
    np.testing.assert_allclose(slope, softmax(z) * y.sum() - y, rtol=1e-14)
    if y.sum() == 1:
        np.testing.assert_allclose(slope, softmax(z) - y, rtol=1e-14)


def through_softmax(slope, z):
    """The slope in the logits from that in their softmax."""
    p = softmax(z)
    return p * (slope - (slope * p).sum())


def test_at_a_margin_of_10_on_the_wrong_side_mse_has_let_go():
    z, y = np.array([0.0, 10.0]), np.array([1.0, 0.0])
    crossentropy = losses.CategoricalCrossentropy(from_logits=True).gradient(y, z)
    mse = through_softmax(losses.mean_squared_error.gradient(y, softmax(z)), z)
    assert np.linalg.norm(crossentropy) == pytest.approx(1.414, abs=5e-4)
    assert np.linalg.norm(mse) == pytest.approx(1.28e-4, abs=5e-7)


@pytest.mark.parametrize(
    ("slope", "updates"),
    [
        (lambda z: losses.BinaryCrossentropy(from_logits=True).gradient([1.0], z), 9),
        (lambda z: losses.mean_squared_error.gradient([1.0], sigmoid(z)) * sigmoid(z) * sigmoid(-z), 1507),
    ],
    ids=["crossentropy", "mse"],
)
def test_one_sigmoid_unit_from_minus_8_to_more_likely_right_than_wrong(slope, updates):
    """Plain descent at lr=1 on z itself, target 1, until sigmoid(z) > 0.5."""
    path = descend(SGD(lr=1), [-8.0], slope, updates)[:, 0]
    assert sigmoid(path[-2]) <= 0.5 < sigmoid(path[-1])


def test_crossentropy_of_clipped_probabilities_has_a_plateau_and_of_logits_none():
    y, surely_wrong = [[0, 1]], [[1.0, 1e-9]]
    assert losses.categorical_crossentropy(y, surely_wrong) == pytest.approx(16.118, abs=5e-4)
    assert not losses.categorical_crossentropy.gradient(y, surely_wrong).any()
    assert losses.binary_crossentropy([1.0], [1e-9]) == pytest.approx(-np.log(1e-7))
    assert not losses.binary_crossentropy.gradient([1.0], [1e-9]).any()
    of_logits = losses.CategoricalCrossentropy(from_logits=True)
    assert of_logits(y, [[50.0, -50.0]]) == pytest.approx(100)
    assert of_logits.gradient(y, [[50.0, -50.0]]) == pytest.approx(np.array([[1, -1]]))


def test_sparse_crossentropy_of_a_row_that_does_not_add_up_to_1_has_two_values_in_keras_1():
    row = np.array([0.0, 1.0, 0.0, 1.0])
    theano = -np.log(np.clip(row / row.sum(), 1e-7, 1 - 1e-7))[0]
    logits = np.log(np.clip(row, 1e-7, 1 - 1e-7))  # TensorFlow's, which then go through a softmax
    tensorflow = -logits[0] + np.log(np.exp(logits).sum())
    assert (theano, tensorflow) == pytest.approx((16.118, 16.811), abs=5e-4)
    assert losses.sparse_categorical_crossentropy([0], [row]) == pytest.approx(theano, rel=1e-15)


def test_a_perfect_match_in_4_dimensions_was_minus_a_quarter_and_is_minus_1_since_keras_2_0_9():
    y = [[1.0, -2.0, 3.0, 0.5]]
    assert losses.cosine_proximity(y, y) == pytest.approx(-1 / 4, rel=1e-15)
    assert losses.CosineProximity(reduction="sum")(y, y) == pytest.approx(-1, rel=1e-15)


# 5. Adaptive methods.


def first_step(optimizer, g=1.0):
    return -descend(optimizer, [0.0], lambda w: np.full(1, g), 1)[1, 0]


@pytest.mark.parametrize(
    ("optimizer", "step"),
    [
        (Adagrad(0.1), 0.1),
        (RMSprop(0.1), 0.3162),
        (Adadelta(), 4.47e-4),
        (Adam(0.1), 0.1),
        (Lion(0.1), 0.1),
        (RMSprop(0.1, rho=0.99), 1.0),
        (RMSprop(0.1, centered=True), 0.1 / 0.3),  # g² (1 - rho) less (g (1 - rho))²
    ],
    ids=repr,
)
@pytest.mark.parametrize("g", [0.01, 1.0, 1e6])
def test_the_first_step_is_of_one_size_whatever_the_gradients(optimizer, step, g):
    assert first_step(optimizer, g) == pytest.approx(step, rel=2e-3)
    assert first_step(optimizer, -g) == -first_step(optimizer, g)


def test_at_a_gradient_of_epsilon_adams_paper_steps_half_a_rate_and_keras_a_thirtieth():
    epsilon = 1e-8
    keras = first_step(Adam(0.1), epsilon)
    assert keras / 0.1 == pytest.approx(0.031, abs=5e-4)
    # The paper puts epsilon beside the corrected root: as Keras's, were its epsilon smaller by that.
    paper = first_step(Adam(0.1, epsilon=epsilon * np.sqrt(1 - 0.999)), epsilon)
    m, v = epsilon, epsilon**2  # both corrected
    assert paper == pytest.approx(0.1 * m / (np.sqrt(v) + epsilon), rel=1e-9)
    assert paper / 0.1 == pytest.approx(0.5, rel=1e-9)


def test_without_its_correction_adams_first_step_is_three_times_too_long_and_its_last_are_right():
    """m is short by 1 - beta_1**t, and the root of v by sqrt(1 - beta_2**t), which is short for longer."""
    right, wrong = (
        -np.diff(descend(Adam(0.1, bias_correction=b), [0.0], slope_of_1, 10_000)[:, 0])
        for b in (True, False)
    )
    t = np.arange(1, 10_001)
    np.testing.assert_allclose(wrong / right, (1 - 0.9**t) / np.sqrt(1 - 0.999**t), rtol=1e-6)
    assert wrong[0] / right[0] == pytest.approx(0.1 / np.sqrt(0.001), rel=1e-6)  # 3.16
    assert wrong.max() / right.max() == pytest.approx(6.6, abs=0.1)  # after 12 updates it is worst
    assert wrong[-1] == pytest.approx(right[-1], rel=1e-4)


def test_nadams_first_step_looks_ahead():
    mu, mu_next = (0.9 * (1 - 0.5 * 0.96 ** (t * 0.004)) for t in (1, 2))
    expected = 0.1 * ((1 - mu) / (1 - mu) + mu_next * 0.1 / (1 - mu * mu_next))
    assert first_step(Nadam(0.1)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("updates", [100, 1000, 10_000])
def test_adagrad_travels_about_2_lr_times_the_root_of_the_updates(updates):
    travelled = -descend(Adagrad(0.1), [0.0], slope_of_1, updates)[-1, 0]
    assert travelled == pytest.approx(2 * 0.1 * np.sqrt(updates), rel=0.8 / np.sqrt(updates))


def distance_along_and_across(optimizer, condition, start, updates):
    """How far from the minimum a run ends, in a ravine along the axes and in one turned by 45 degrees."""
    turn = np.array([[1, -1], [1, 1]]) / np.sqrt(2)
    ends = [
        descend(optimizer, w0, Ravine(condition, angle).gradient, updates)[-1]
        for angle, w0 in ((0, start), (45, turn @ start))
    ]
    return np.linalg.norm(ends, axis=1)


def test_turning_the_axes_hurts_adagrad():
    """Condition 5, from (1, 3) in the ravine's own axes, 50 updates at lr=1."""
    along, turned = distance_along_and_across(Adagrad(1.0), 5, [1.0, 3.0], 50)
    assert along == pytest.approx(3.1e-6, abs=5e-8)
    assert turned == pytest.approx(2.2e-2, abs=5e-4)


@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_turning_the_axes_changes_nothing_for_gradient_descent(momentum):
    along, turned = distance_along_and_across(SGD(0.3, momentum), 5, [1.0, 3.0], 50)
    assert along == pytest.approx(turned, rel=1e-9)
