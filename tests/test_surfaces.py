import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numeric import assert_is_the_slope, central_difference

from course_lib import surfaces
from course_lib.surfaces import Parabola, Ravine

SURFACES = [  # every surface as it comes, and some with settings of their own
    *map(surfaces.get, surfaces.names()),
    Parabola(curvature=4),
    Ravine(condition=100),
    Ravine(condition=7, angle=30),
    Ravine(condition=1, angle=-135),
]
every_surface = pytest.mark.parametrize("surface", SURFACES, ids=repr)


def points(surface, count):
    """Points from all over the domain, shape (D, count)."""
    low, high = np.transpose(surface.domain)
    return np.random.default_rng(11).uniform(low, high, (count, len(low))).T


@every_surface
def test_the_gradient_is_the_slope_of_the_value(surface):
    for w in points(surface, 50).T:
        assert_is_the_slope(surface.gradient(w), surface.value, w)


@every_surface
def test_a_mesh_is_its_points_bit_for_bit(surface):
    mesh = points(surface, 12).reshape(surface.dimensions, 3, 4)
    values, gradients = surface.value(mesh), surface.gradient(mesh)
    assert values.shape == (3, 4)
    assert gradients.shape == mesh.shape
    for i in np.ndindex(3, 4):
        assert values[i] == surface.value(mesh[:, *i])
        assert np.array_equal(gradients[:, *i], surface.gradient(mesh[:, *i]))


@every_surface
def test_every_minimum_is_one(surface):
    for minimum in surface.minima:
        assert surface.value(minimum) == pytest.approx(surface.minimum, abs=1e-25)
        assert np.abs(surface.gradient(minimum)).max() < 1e-12
    assert (surface.value(points(surface, 1000)) > surface.minimum).all()


@every_surface
def test_the_curvatures_are_those_at_the_first_minimum(surface):
    hessian = [
        central_difference(lambda w, i=i: surface.gradient(w)[i], surface.minima[0])
        for i in range(surface.dimensions)
    ]
    np.testing.assert_allclose(sorted(surface.curvatures), np.linalg.eigvalsh(hessian), rtol=1e-6)


@every_surface
def test_start_and_minima_lie_in_the_picture(surface):
    low, high = np.transpose(surface.domain)
    for point in (surface.start, *surface.minima):
        assert np.all((low < point) & (point < high))


@every_surface
def test_only_a_quadratic_has_the_same_curvature_everywhere(surface):
    w, d = points(surface, 20), 1e-3
    bends = surface.value(w + d) - 2 * surface.value(w) + surface.value(w - d)
    assert np.allclose(bends, bends[0], rtol=1e-6) == surface.quadratic


@every_surface
def test_asking_changes_no_argument(surface):
    w = points(surface, 3)
    before = w.copy()
    surface.value(w)
    surface.gradient(w)
    assert np.array_equal(w, before)


@given(condition=st.floats(1, 1e4), angle=st.floats(-360, 360))
def test_a_turned_ravine_is_the_ravine_seen_from_the_side(condition, angle):
    a = np.radians(angle)
    turn = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
    hessian = turn @ np.diag([1 / condition, 1]) @ turn.T
    ravine, w = Ravine(condition, angle), np.array([0.7, -1.2])
    assert ravine.value(w) == pytest.approx(w @ hessian @ w / 2, rel=1e-9)
    np.testing.assert_allclose(ravine.gradient(w), hessian @ w, rtol=1e-9, atol=1e-12)


def test_get_takes_a_name_with_settings_or_a_surface():
    ravine = surfaces.get("ravine", condition=10, angle=45)
    assert (ravine.condition, ravine.angle) == (10, 45)
    assert surfaces.get(ravine) is ravine
    assert eval(repr(ravine)).curvatures == ravine.curvatures
