"""SAM, an objective around an objective."""

import numpy as np
import pytest

from course_lib import surfaces, training
from course_lib.base.objectives import Objective
from course_lib.data_loss import DataLoss
from course_lib.layers import Dense
from course_lib.models import Sequential
from course_lib.optimizers import SGD, Adam
from course_lib.sharpness import SharpnessAware, uphill
from course_lib.surfaces import Ravine

RAVINE = Ravine(condition=20)


def digits():
    model = Sequential([Dense(4, activation="tanh", input_dim=3), Dense(1)])
    model.compile("mean_squared_error", "sgd")
    rng = np.random.default_rng(1)
    return DataLoss(model, rng.normal(size=(12, 3)), rng.normal(size=(12, 1)), batch_size=5)


class Steep(Objective):
    """(w1**2 + 20 * w2**2) / 2."""

    start, dimensions = (1.0, 1.0), 2

    def value(self, w):
        return (w[0] ** 2 + 20 * w[1] ** 2) / 2

    def gradient(self, w):
        return np.stack([w[0], 20 * w[1]])


def test_the_golden_numbers_of_sam():
    run = training.run(SharpnessAware(Steep(), rho=0.05), SGD(lr=0.01), w0=[1.0, 1.0], steps=1)
    assert run.w == pytest.approx([0.98997503, 0.79001248], abs=5e-9)


@pytest.mark.parametrize("objective", [RAVINE, digits()], ids=["surface", "data"])
def test_rho_0_is_the_objective_itself(objective):
    aware = training.run(SharpnessAware(objective, rho=0), Adam(0.05), steps=20)
    plain = training.run(objective, Adam(0.05), steps=20)
    assert np.array_equal(aware.path, plain.path)
    assert np.array_equal(aware.losses, plain.losses)


def test_both_gradients_of_an_update_are_of_the_same_batch():
    objective = digits()
    aware, batch = SharpnessAware(objective, rho=0.1), objective.at(1)
    w = np.array(objective.start)
    g = batch.gradient(w)
    expected = batch.gradient(w + 0.1 * g / np.linalg.norm(g))
    np.testing.assert_allclose(aware.at(1).gradient(w), expected, rtol=1e-12)
    assert not np.allclose(aware.at(0).gradient(w), expected)


@pytest.mark.parametrize("size", [5e-320, 1e-200, 1.0, 1e200])
def test_the_place_uphill_is_rho_away_whatever_the_size_of_the_gradient(size):
    w = uphill(np.zeros(2), size * np.array([3.0, 4.0]), 0.5)
    assert w == pytest.approx([0.3, 0.4], rel=1e-3 if size < 1e-300 else 1e-12)


def test_where_the_ground_is_level_nothing_moves():
    assert np.array_equal(uphill(np.ones(2), np.zeros(2), 0.5), [1, 1])


def test_a_family_is_its_single_runs():
    rho = [0.0, 0.1, 0.5]
    family = training.run(SharpnessAware(RAVINE, rho), SGD(lr=[0.01, 0.02, 0.03]), steps=30)
    for member, lr in enumerate([0.01, 0.02, 0.03]):
        single = training.run(SharpnessAware(RAVINE, rho[member]), SGD(lr), steps=30)
        np.testing.assert_allclose(family.path[..., member], single.path, rtol=1e-12)


def test_a_run_that_diverges_is_no_error():
    run = training.run(SharpnessAware(surfaces.get("rosenbrock")), SGD(lr=10.0), steps=50)
    assert run.diverged


def test_bad_settings_are_answered():
    with pytest.raises(ValueError, match="objective must be a surface or a DataLoss; got 'ravine'"):
        SharpnessAware("ravine")
    with pytest.raises(ValueError, match="rho must be a finite number >= 0; got -1"):
        SharpnessAware(RAVINE, rho=-1)
    assert repr(SharpnessAware(RAVINE, rho=0.1)) == f"SharpnessAware({RAVINE!r}, rho=0.1)"
