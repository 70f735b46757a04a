"""The two roots in the unit circle meet, part and leave it where the map's lines are."""

import numpy as np
import pytest

from course_lib import plots
from course_lib.explorers import Nesterov, StabilityMap
from course_lib.explorers.shared import maps, roots

RAVINE = maps.surface("ravine", 20.0)
nesterov_or_not = pytest.mark.parametrize("nesterov", [False, True])


def shown(lr, momentum, nesterov):
    """The roots of both directions as complex numbers, and the swing circle."""
    artists = roots.shown(RAVINE, lr, momentum, nesterov)
    flattest, steepest = (
        np.asarray(artists[name][0]) + 1j * np.asarray(artists[name][1]) for name in ("flattest", "steepest")
    )
    return flattest, steepest, artists["swing circle"]


@nesterov_or_not
def test_on_the_dotted_line_the_flattest_roots_meet_and_beyond_it_they_are_complex(nesterov):
    for lr, momentum in zip(*maps.swing_line(RAVINE, nesterov), strict=True):
        before, _, (x, _) = shown(0.99 * lr, momentum, nesterov)
        after, steepest, _ = shown(1.01 * lr, momentum, nesterov)
        assert not before.imag.any()
        assert after.imag.all()
        assert steepest.imag.all() or steepest[np.abs(steepest).argmax()].real < 0
        together = shown(lr, momentum, nesterov)[0]
        np.testing.assert_allclose(together, max(x), atol=1e-6)  # at the circle's right end


@nesterov_or_not
def test_on_the_dashed_line_a_steepest_root_leaves_the_unit_circle(nesterov):
    for lr, momentum in zip(*maps.limit_line(RAVINE, nesterov), strict=True):
        sizes = [np.abs(shown(part * lr, momentum, nesterov)[1]).max() for part in (0.999, 1.0, 1.001)]
        assert sizes[0] < 1 < sizes[2]
        assert sizes[1] == pytest.approx(1, abs=1e-12)


@nesterov_or_not
@pytest.mark.parametrize("momentum", [0.0, 0.1, 0.5, 0.9, 0.99])
def test_complex_roots_are_on_the_swing_circle_whatever_lr(momentum, nesterov):
    *_, (x, y) = shown(1.0, momentum, nesterov)
    middle, radius = (max(x) + min(x)) / 2, (max(x) - min(x)) / 2
    found = np.concatenate([shown(lr, momentum, nesterov)[1] for lr in np.linspace(0.001, 3.99, 500)])
    found = found[found.imag != 0]
    assert len(found) > 30 or not momentum
    np.testing.assert_allclose(np.abs(found - middle), radius, rtol=1e-9)
    np.testing.assert_allclose(np.hypot(np.subtract(x, middle), y), radius)
    assert min(x) == pytest.approx(0 if nesterov else -np.sqrt(momentum))


@pytest.mark.parametrize("explorer", [StabilityMap, Nesterov])
def test_both_figures_show_them(explorer):
    figure = explorer(lr=1.5, momentum=0.6)
    prefix, nesterov = ("Nesterov ", True) if isinstance(figure, Nesterov) else ("", False)
    expected = roots.shown(RAVINE, 1.5, 0.6, nesterov)
    for name, data in expected.items():
        np.testing.assert_array_equal(figure.artists[prefix + name].get_data(), data)
    assert figure.artists[prefix + "steepest"].axes.get_aspect() == 1
    assert figure.artists[prefix + "swing circle"].get_color() in (plots.BLUE, plots.ORANGE)
