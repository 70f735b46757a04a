"""Every activation from one table: its formula, its slope, its kinks. One without a row fails."""

import re
from math import erf
from pathlib import Path

import numpy as np
import pytest
from numeric import assert_is_the_slope

from course_lib import activations, losses
from course_lib.data_loss import DataLoss
from course_lib.layers import Activation, Dense
from course_lib.models import Sequential

FORMULAS = {  # Keras's formula of one row
    "linear": lambda z: z,
    "tanh": lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "hard_sigmoid": lambda z: np.minimum(np.maximum(0.2 * z + 0.5, 0), 1),
    "relu": lambda z: z * (z > 0),
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "softsign": lambda z: z / (1 + np.abs(z)),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(),
    "elu": lambda z: np.where(z > 0, z, np.exp(z) - 1),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.2 * z),
    "silu": lambda z: z / (1 + np.exp(-z)),
    "swish": lambda z: z / (1 + np.exp(-z)),
    "gelu": lambda z: z * np.array([1 + erf(x / np.sqrt(2)) for x in z]) / 2,
}
SHAPES = [(4,), (3, 4), (2, 3, 4)]
every_activation = pytest.mark.parametrize("name", FORMULAS)


def sums(shape, seed=1):
    """Sums on both sides of every kink (-2.5, 0 and 2.5), and none nearer to one than 0.3."""
    rng = np.random.default_rng(seed)
    return rng.choice([-4, -1.5, 1.2, 3.3], shape) + rng.uniform(-0.5, 0.5, shape)


def test_every_activation_has_a_row_here():
    assert set(FORMULAS) == set(activations.names())


@every_activation
def test_the_value_is_that_of_the_formula(name):
    z = sums((3, 4))
    expected = [FORMULAS[name](row) for row in z]
    np.testing.assert_allclose(activations.get(name)(z), expected, rtol=1e-13, atol=1e-16)


@every_activation
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_backward_is_the_slope_of_value(name, shape):
    function, z = activations.get(name), sums(shape)
    made_up = np.random.default_rng(2).normal(size=shape)  # of a loss: sum(made_up * a)
    slope = function.backward(z, function.value(z), made_up)
    assert_is_the_slope(slope, lambda z: (made_up * function.value(z)).sum(), z)


@pytest.mark.parametrize(
    ("name", "kink", "slope"),
    [
        ("relu", 0.0, 0),
        ("hard_sigmoid", -2.5, 0),
        ("hard_sigmoid", 2.5, 0),
        ("leaky_relu", 0.0, 0.2),
        ("elu", 0.0, 1),
        (activations.Elu(alpha=0.5), 0.0, 0.5),
    ],
)
def test_at_a_kink_the_slope_is_the_one_that_the_docstring_says(name, kink, slope):
    function = activations.get(name)
    assert function.backward(np.array([kink]), function(kink), 1.0) == slope


@every_activation
def test_a_family_is_row_by_row_the_same(name):
    function, z = activations.get(name), sums((2, 3, 4))
    assert np.array_equal(function(z), [function(member) for member in z])


@every_activation
@pytest.mark.parametrize("extreme", [1e4, -1e4])
def test_large_sums_do_not_overflow(name, extreme):
    assert np.isfinite(activations.get(name)([[extreme, 0.0]])).all()


@every_activation
def test_nan_stays_nan_so_that_divergence_shows(name):
    assert np.isnan(activations.get(name)([[np.nan, 0.0]])[0, 0])


def test_softmax_rows_are_probabilities_however_large_the_sums():
    rows = activations.get("softmax")([[1e4, 0, -1e4], [-1e4, -1e4, -1e4]])
    np.testing.assert_allclose(rows, [[1, 0, 0], [1 / 3] * 3], atol=1e-15)


@every_activation
def test_lists_and_whole_numbers_become_float64_and_float32_is_kept(name):
    function, z = activations.get(name), [[-1, 0, 2]]
    assert function(z).dtype == function(np.int8(z)).dtype == np.float64
    a = function(np.float32(z))
    assert a.dtype == function.backward(np.float32(z), a, a).dtype == np.float32
    np.testing.assert_allclose(a, function(z), rtol=1e-6)


def test_a_model_learns_through_an_activation_whose_output_does_not_tell_its_slope():
    x = np.random.default_rng(3).normal(size=(20, 3))
    model = Sequential([Dense(4, activation="gelu", input_dim=3), Dense(2), Activation("silu")])
    model.compile("mean_squared_error", "sgd")
    objective = DataLoss(model, x, np.abs(x[:, :2]))
    assert_is_the_slope(objective.gradient(model.w), objective.value, model.w, rtol=1e-6)


SETTINGS = [
    activations.Elu(alpha=0.5),
    activations.LeakyRelu(negative_slope=0.01),
    activations.Gelu(approximate=True),
]


@pytest.mark.parametrize("function", SETTINGS, ids=repr)
def test_with_other_settings_backward_is_the_slope_too(function):
    z = sums((3, 4))
    made_up = np.random.default_rng(2).normal(size=z.shape)
    slope = function.backward(z, function.value(z), made_up)
    assert_is_the_slope(slope, lambda z: (made_up * function.value(z)).sum(), z)
    assert activations.get({"class_name": type(function).__name__, "config": function.get_config()})(z) == (
        pytest.approx(function(z))
    )


def test_the_form_with_tanh_is_gelu_to_half_a_thousandth():
    z = np.linspace(-6, 6, 1201)
    off = np.abs(activations.Gelu(approximate=True)(z) - activations.Gelu()(z))
    assert 4e-4 < off.max() < 5e-4
    inner = np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)
    np.testing.assert_allclose(
        activations.Gelu(approximate=True)(z), z * (1 + np.tanh(inner)) / 2, atol=1e-15
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: activations.Elu(alpha=-1),
            "alpha must be a number >= 0, and one only|alpha must be a number >= 0",
        ),
        (
            lambda: activations.LeakyRelu(negative_slope="steep"),
            "negative_slope must be a number >= 0; got 'steep'",
        ),
        (lambda: activations.Gelu(approximate="tanh"), "approximate must be True or False; got 'tanh'"),
    ],
)
def test_a_wrong_setting_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# From decimal's exp with 60 digits.
TAILS = {-40: 4.248354255291589e-18, -37: 8.533047625744066e-17, -700: 9.859676543759770e-305}


@pytest.mark.parametrize(("z", "p"), TAILS.items())
def test_sigmoid_and_softplus_are_right_in_their_tails(z, p):
    sigmoid, softplus = activations.get("sigmoid"), activations.get("softplus")
    assert sigmoid(z) == pytest.approx(p, rel=1e-14)
    assert softplus(z) == pytest.approx(p, rel=1e-14)
    for side in (z, -z):
        slope = sigmoid.backward(np.array([side]), sigmoid(side), 1.0)
        assert slope == pytest.approx(p, rel=1e-14)


@pytest.mark.parametrize(
    ("name", "at_infinity", "at_minus_infinity"),
    [
        ("tanh", 1, -1),
        ("sigmoid", 1, 0),
        ("relu", np.inf, 0),
        ("softplus", np.inf, 0),
        ("elu", np.inf, -1),
        ("silu", np.inf, 0),
        ("gelu", np.inf, 0),
        (activations.Gelu(approximate=True), np.inf, 0),
    ],
    ids=str,
)
def test_an_infinite_sum_gives_the_limit_and_warns_nothing(name, at_infinity, at_minus_infinity):
    function = activations.get(name)
    assert function([np.inf, -np.inf]).tolist() == [at_infinity, at_minus_infinity]


def test_a_masked_class_has_no_probability_and_an_infinite_sum_shows_as_nan():
    softmax = activations.get("softmax")
    assert softmax([0.0, 0.0, -np.inf]).tolist() == [0.5, 0.5, 0]
    assert np.isnan(softmax([0.0, np.inf, 5.0])[1])  # else a diverged model would seem certain
    assert np.isnan(softmax([-np.inf, -np.inf])).all()  # of nothing but masks there is no probability


def test_the_page_of_activations_lists_every_name_and_no_other():
    page = (Path(__file__).parents[1] / "docs" / "activations.md").read_text(encoding="utf-8")
    listed = [
        re.findall(r"`(\w+)`", line.split("|")[1]) for line in page.splitlines() if line.startswith("| `")
    ]
    assert sorted(name for names in listed for name in names) == sorted(activations.names())
    for names in listed:
        assert len({activations.names()[name] for name in names}) == 1


@every_activation
def test_asking_changes_no_argument(name):
    function, z = activations.get(name), sums((3, 4))
    before = z.copy()
    a = function(z)
    a_before = a.copy()
    function.backward(z, a, z)
    assert np.array_equal(z, before)
    assert np.array_equal(a, a_before)


@every_activation
def test_an_activation_is_known_by_its_name_and_by_itself(name):
    function = activations.get(name)
    assert activations.get(function) is function
    assert type(function) is activations.names()[name]
    assert repr(function) == repr(eval(repr(function), vars(activations)))


def logit_slope(loss, z, y):
    softmax = activations.get("softmax")
    a = softmax.value(z)
    return softmax.backward(z, a, losses.get(loss).gradient(y, a))


def test_softmax_with_crossentropy_has_the_slope_p_minus_y():
    z, y = sums((3, 4)), np.eye(4)[[0, 3, 1]]
    p = activations.get("softmax")(z)
    np.testing.assert_allclose(logit_slope("categorical_crossentropy", z, y), (p - y) / 3, atol=1e-15)


def test_on_the_wrong_side_mse_saturates_and_crossentropy_does_not():
    z, y = np.array([[10.0, 0.0]]), np.array([[0.0, 1.0]])
    assert np.linalg.norm(logit_slope("categorical_crossentropy", z, y)) == pytest.approx(1.414, abs=5e-4)
    assert np.linalg.norm(logit_slope("mse", z, y)) == pytest.approx(1.28e-4, abs=5e-7)
