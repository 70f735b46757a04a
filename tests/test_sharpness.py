"""The largest curvature, and SAM, an objective around an objective."""

import numpy as np
import pytest

from course_lib import surfaces, training
from course_lib.base.objectives import Objective
from course_lib.data_loss import DataLoss
from course_lib.layers import Dense
from course_lib.models import Sequential
from course_lib.optimizers import SGD, Adam
from course_lib.sharpness import SharpnessAware, curvatures_along, largest_curvature, uphill
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


def by_eigenvalues(objective, w):
    """The largest eigenvalue of the whole Hessian, which is measured column by column."""
    nudges = 1e-4 * np.eye(len(w))
    columns = objective.gradient(w[:, None] + nudges) - objective.gradient(w[:, None] - nudges)
    return np.linalg.eigvalsh((columns + columns.T) / 4e-4)[-1]


class Quadratic(Objective):
    """``w @ H @ w / 2`` with chosen eigenvalues."""

    def __init__(self, eigenvalues):
        rng, self.dimensions = np.random.default_rng(2), len(eigenvalues)
        turn = np.linalg.qr(rng.normal(size=(self.dimensions, self.dimensions))).Q
        self.hessian, self.start = turn @ np.diag(eigenvalues) @ turn.T, np.ones(self.dimensions)

    def value(self, w):
        return (w * (self.hessian @ w)).sum(axis=0) / 2

    def gradient(self, w):
        return self.hessian @ w


@pytest.mark.parametrize(
    "eigenvalues",
    [[3.0], [2.0, 1.0], [5.0, 5.0, 1.0, 0.1, 0.0, 0.0], [2.0, 1.0, 0.5, -1.0, -3.0], [-2.0, -1.0]],
)
def test_the_largest_curvature_of_a_quadratic_is_known(eigenvalues):
    quadratic = Quadratic(eigenvalues)
    assert largest_curvature(quadratic, quadratic.start) == pytest.approx(max(eigenvalues), rel=1e-7)


def test_the_largest_curvature_of_a_network_is_its_hessians_largest_eigenvalue():
    objective = digits()
    for w in training.run(objective, SGD(lr=0.05), steps=20, record_every=10).path:
        assert largest_curvature(objective, w) == pytest.approx(by_eigenvalues(objective, w), rel=1e-6)


def test_along_a_path_it_is_that_of_each_point():
    objective = digits()
    path = training.run(objective, SGD(lr=0.02), steps=20).path
    each = [largest_curvature(objective, w) for w in path]
    np.testing.assert_allclose(curvatures_along(objective, path), each, rtol=0.01)


def test_it_is_the_same_for_the_same_seed_and_nearly_so_for_another():
    objective = digits()
    w = np.array(objective.start)
    assert largest_curvature(objective, w, seed=5) == largest_curvature(objective, w, seed=5)
    assert largest_curvature(objective, w, seed=5) == pytest.approx(largest_curvature(objective, w), rel=1e-6)


def test_where_the_numbers_run_out_there_is_no_curvature_and_no_error():
    run = training.run(surfaces.get("rosenbrock"), SGD(lr=10.0), steps=8)
    curvatures = curvatures_along(surfaces.get("rosenbrock"), run.path)
    assert np.isfinite(curvatures[:2]).all()
    assert np.isnan(curvatures[-1])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("ravine", [1.0, 1.0]), "objective must be a surface or a DataLoss; got 'ravine'"),
        ((RAVINE, [1.0]), r"w must have shape \(2,\); got shape \(1,\)"),
        ((RAVINE, ["a", "b"]), "w must be a number or an array of numbers"),
        ((RAVINE, [1.0, 1.0], -1), "seed must be a whole number >= 0; got -1"),
    ],
)
def test_a_curvature_of_something_else_is_refused(arguments, says):
    with pytest.raises(ValueError, match=says):
        largest_curvature(*arguments)


@pytest.mark.parametrize("path", [[1.0, 1.0], [[1.0], [2.0]], [[[1.0, 1.0]]]])
def test_a_path_of_another_shape_is_refused(path):
    with pytest.raises(ValueError, match=r"path must have shape \(n, D\) with D = 2; got shape "):
        curvatures_along(RAVINE, path)
