"""A figure says the same with and without the compiler; with it, maps and clouds are finer."""

import numpy as np
import pytest

from course_lib import theory
from course_lib.explorers import Nesterov, Noise, Race, StabilityMap
from course_lib.explorers.noise import CLOUD, RUNS
from course_lib.explorers.shared import heats, maps
from tests.compiled.twice import with_compiler
from tests.explorers import driving

SETTINGS = {
    StabilityMap: [
        *[*StabilityMap.presets.values()][::2],  # of each kind of map one, which takes long
        {"lr": 0.01},  # off the coarse map's left edge, and so off the fine one's
        {"surface": "rosenbrock", "decay": 0.03, "updates": 20},
    ],
    Nesterov: Nesterov.presets.values(),
    Noise: Noise.presets.values(),
    Race: [{"course": "booth", "show": "rates"}, {"course": "plateau", "rates": "tuned", "show": "race"}],
}


@pytest.fixture(scope="module", autouse=True)
def _not_painted():
    """What is looked at are words and artists."""
    with driving.unpainted():
        yield


@pytest.mark.parametrize("kind", SETTINGS, ids=lambda kind: kind.__name__)
def test_the_words_are_the_same(kind):
    coarse = kind()
    said = [said_by(coarse, values) for values in SETTINGS[kind]]
    with with_compiler(little=100_000):
        fine = kind()
        assert [said_by(fine, values) for values in SETTINGS[kind]] == said
    assert fine.form == coarse.form


def said_by(figure, values):
    return figure.set(**figure.form["reset"] | values), figure.why, figure.reached, figure.view["python"]


def test_a_fine_map_is_the_coarse_one_seen_from_nearer():
    with with_compiler():
        fine = StabilityMap(lr=1.0)
    coarse = StabilityMap(lr=1.0)
    assert fine.artists["cells"].get_array().shape == (maps.FINE, maps.FINE)
    assert coarse.artists["cells"].get_array().shape == (maps.CELLS, maps.CELLS)
    (*sides, low, high), (*other_sides, other_low, other_high) = (
        figure.artists["cells"].get_extent() for figure in (fine, coarse)
    )
    np.testing.assert_allclose(sides, other_sides)
    np.testing.assert_allclose([low, high], [other_low, other_high], atol=0.005)
    for name in ("limit", "swing", "here", "error"):
        np.testing.assert_array_equal(fine.artists[name].get_xydata(), coarse.artists[name].get_xydata())


@pytest.mark.parametrize("nesterov", [False, True])
def test_the_fine_map_ends_where_theory_says(nesterov):
    surface = maps.surface("ravine", 20.0)
    lr, momentum = np.meshgrid(maps.rates(surface, maps.FINE), maps.momenta(maps.FINE))
    with with_compiler():
        lost = maps.measured("ravine", 20.0, 0.0, nesterov, 300, maps.FINE) >= 1
    away = (
        (lr * max(surface.curvatures) - theory.stability_limit(momentum, nesterov)) * maps.FINE / maps.HIGHEST
    )
    calm = momentum < 0.97
    assert lost[calm & (away > 1)].all()
    assert not lost[calm & (away < -1)].any()


@pytest.mark.parametrize("name", ["ravine", "himmelblau", "rosenbrock", "pixel_regression"])
def test_a_map_has_the_same_cells_either_way(name):
    settings = name, 20.0 if name == "ravine" else None, 0.01, True, 40
    by_numpy = maps.measured.__wrapped__(*settings)
    with with_compiler():
        np.testing.assert_array_equal(maps.measured.__wrapped__(*settings), by_numpy)


def test_the_cloud_is_larger_and_its_first_runs_are_the_same():
    with with_compiler():
        many = Noise()
    few = Noise()
    clouds = [figure.artists["cloud"].get_xydata() for figure in (many, few)]
    assert [len(cloud) for cloud in clouds] == [CLOUD, RUNS]
    np.testing.assert_array_equal(clouds[0][:RUNS], clouds[1])
    for name in ("one run", "measured", "measured circle"):
        np.testing.assert_array_equal(many.artists[name].get_xydata(), few.artists[name].get_xydata())


@pytest.mark.parametrize("name", ["sgd", "adam", "nadam"])
def test_the_outline_of_a_valley_goes_through_every_rate_of_it(name):
    with with_compiler(little=100_000):
        rates, finishes = heats.outline(name, "booth")
    assert len(rates) > 900
    at = [rates.tolist().index(rate) for rate in heats.RATES]
    np.testing.assert_array_equal(finishes[at], heats.valley(name, "booth").finishes)


def test_the_outline_of_a_network_is_that_of_its_rates(monkeypatch):
    monkeypatch.setattr(heats, "valley", lambda *_: heats.Valley(np.ones(19), np.ones(19)))
    with with_compiler():
        rates, _ = heats.outline("sgd", "digits")
    assert rates is heats.RATES
