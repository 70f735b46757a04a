import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numeric import assert_is_the_slope, central_difference

from course_lib import datasets, surfaces
from course_lib.surfaces import NoisyQuadratic, Parabola, PixelRegression, Ravine

SURFACES = [  # every surface as it comes, and some with settings of their own
    *map(surfaces.get, surfaces.names()),
    Parabola(curvature=4),
    Ravine(condition=100),
    Ravine(condition=7, angle=30),
    Ravine(condition=1, angle=-135),
    PixelRegression(centred=True),
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
def test_the_curvatures_are_those_at_the_first_minimum_or_else_at_the_origin(surface):
    place = surface.minima[0] if surface.minima else (0.0,) * surface.dimensions
    hessian = [
        central_difference(lambda w, i=i: surface.gradient(w)[i], place) for i in range(surface.dimensions)
    ]
    bends = np.linalg.eigvalsh(hessian)
    np.testing.assert_allclose(sorted(surface.curvatures), bends, rtol=1e-6, atol=1e-9)


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


def test_there_are_at_least_ten_and_every_one_has_an_example():
    assert len(surfaces.names()) >= 10
    for surface in surfaces.names().values():
        assert ">>>" in surface.__doc__
        assert "Source: " in surface.__doc__


@pytest.mark.parametrize(("centred", "condition"), [(False, 7.2), (True, 1.4)])
def test_the_pixel_regression_is_the_loss_of_a_regression_on_the_digits(centred, condition):
    surface, w = PixelRegression(centred), np.array([0.3, -0.4])
    pictures = datasets.load_digits().x_train.reshape(-1, 8, 8)
    left, above, pixel = pictures[:, 4, 3], pictures[:, 3, 4], pictures[:, 4, 4]
    if centred:
        left, above, pixel = left - left.mean(), above - above.mean(), pixel - pixel.mean()
    guess = w[0] * left + w[1] * above
    assert surface.value(w) == pytest.approx(np.mean((guess - pixel) ** 2) / 2, rel=1e-12)
    assert surface.curvatures[1] / surface.curvatures[0] == pytest.approx(condition, abs=0.05)


def test_noise_is_the_same_for_the_same_update_and_another_for_the_next():
    surface, w = NoisyQuadratic(seed=3), np.array([1.0, 2.0])
    first, again, following = (surface.at(t).gradient(w) for t in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, following)
    assert not np.array_equal(first, NoisyQuadratic(seed=4).at(0).gradient(w))
    assert surface.at(0).value(w) == surface.value(w)


def test_noise_has_the_declared_spread_around_the_slope():
    surface, w = NoisyQuadratic(curvature=2.0, noise=0.5, shared=False), np.ones((2, 20_000))
    slopes = surface.at(0).gradient(w)
    assert slopes.mean() == pytest.approx(2.0, abs=0.01)
    assert slopes.std() == pytest.approx(0.5, rel=0.02)


def test_shared_noise_is_one_for_all_members_of_a_family_and_own_noise_is_not():
    w = np.zeros((2, 5))
    assert np.ptp(NoisyQuadratic(shared=True).at(0).gradient(w), axis=1).max() == 0
    assert np.ptp(NoisyQuadratic(shared=False).at(0).gradient(w), axis=1).min() > 0


@every_surface
def test_whole_numbers_and_lists_are_computed_as_floats(surface):
    w = [100_000] * surface.dimensions
    assert surface.value(np.array(w)) == surface.value(w) == surface.value(np.array(w, float))
    assert np.array_equal(surface.gradient(np.array(w)), surface.gradient(np.array(w, float)))
    assert surface.gradient(np.float32(w)).dtype == np.float64


@every_surface
@pytest.mark.parametrize("w", [[1.0, 2.0, 3.0], [], 1.0, ["a", "b"], None], ids=repr)
def test_another_number_of_coordinates_is_refused(surface, w):
    for ask in (surface.value, surface.gradient):
        with pytest.raises(ValueError, match="w must"):
            ask(w)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Ravine(condition=0.5), "condition must be a number >= 1; got 0.5"),
        (lambda: Ravine(condition=[1, 2]), "condition must be .*one"),
        (lambda: Ravine(condition=[[1], [1, 2]]), "condition must be a number >= 1; got"),
        (lambda: Ravine(angle=[0, 30]), "angle must be .*one"),
        (lambda: Parabola(curvature=0), "curvature must be a number > 0; got 0"),
        (lambda: NoisyQuadratic(noise=-1), "noise must be a number >= 0; got -1"),
        (lambda: NoisyQuadratic().at(-1), "update must be a whole number >= 0; got -1"),
        (
            lambda: surfaces.get("ravine", steepness=1),
            "config of Ravine accepts condition, angle; got steepness",
        ),
    ],
)
def test_settings_outside_their_range_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
