"""The colours of figures: told apart by everybody, on light paper and on dark, and in grey by their lines.

How the colour-blind see: Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of
color vision deficiency", IEEE TVCG 15 (2009), the matrices for severity 1.0, on linear RGB. How far two
colours are apart: CIE 1976, in L*a*b* for D65. Contrast: WCAG 2.1, 1.4.11.
"""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from course_lib import explorers, plots, surfaces
from course_lib.explorers.live import paper
from course_lib.explorers.shared import maps
from course_lib.explorers.shared.runners import LOOKS as RUNNERS

EYES = {
    "usual": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = [
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
]
WHITE = [0.95047, 1.0, 1.08883]
APART = 10  # one sees 2.3 side by side (Mahy, Van Eycken and Oosterlinck, 1994)
CONTRAST = 3
IN_GREY = 15  # of lightness
NAMED = {"Race", "RegressionLosses"}  # more curves than looks: a marker, or a row, tells which each is
NAMES = ["BLUE", "ORANGE", "GREEN", "VERMILION", "SKY", "BLACK"]
PAPERS = {"light": ("white", str), "dark": (paper.on_dark("white"), paper.on_dark)}
every_paper = pytest.mark.parametrize("background", PAPERS)


def palette(background):
    seen = PAPERS[background][1]
    return {name: to_rgb(seen(getattr(plots, name))) for name in NAMES}


def linear(color):
    color = np.asarray(color)
    return np.where(color <= 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4)


def lab(linear_color):
    part = np.array(TO_XYZ) @ linear_color / WHITE
    x, y, z = np.where(part > (6 / 29) ** 3, np.cbrt(part), part / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def luminance(color):
    return (np.array(TO_XYZ) @ linear(to_rgb(color)))[1]


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_the_measures_themselves():
    assert contrast("white", "black") == pytest.approx(21)
    assert contrast("#767676", "white") == pytest.approx(4.54, abs=0.01)  # WCAG's own example
    assert lab(linear(to_rgb("red"))) == pytest.approx([53.24, 80.09, 67.20], abs=0.02)
    red, green = (np.array(EYES["deuteranopia"]) @ linear(to_rgb(color)) for color in ("#b04040", "#6c7a1e"))
    assert np.linalg.norm(lab(red) - lab(green)) < 15  # the classical confusion


@every_paper
@pytest.mark.parametrize("eye", EYES)
def test_any_two_colors_are_told_apart(eye, background):
    seen = {
        name: lab(np.clip(np.array(EYES[eye]) @ linear(color), 0, 1))
        for name, color in palette(background).items()
    }
    close = {
        (one, other): round(float(np.linalg.norm(seen[one] - seen[other])), 1)
        for one, other in combinations(NAMES, 2)
        if np.linalg.norm(seen[one] - seen[other]) < APART
    }
    assert close == {}


@every_paper
def test_each_color_stands_out_from_its_paper(background):
    for name, color in palette(background).items():
        assert contrast(color, PAPERS[background][0]) >= CONTRAST, name


@pytest.mark.parametrize("eye", EYES)
def test_on_a_map_the_best_is_the_lightest_and_what_costs_more_is_darker(eye):
    """Lightness alone tells, so it can be read in grey too."""
    cells = maps.draw(Figure().subplots(), surfaces.Ravine())["cells"]
    colors = cells.to_rgba(np.geomspace(1, maps.DEAREST, 12))[:, :3]
    lightness = [lab(np.clip(np.array(EYES[eye]) @ linear(color), 0, 1))[0] for color in colors]
    assert (np.diff(lightness) < -2).all()
    assert lightness[0] > 85
    assert lightness[-1] < 20


@pytest.mark.parametrize("name", [name for name in explorers.__all__ if name not in NAMED])
def test_in_grey_curves_of_one_plot_differ_by_lightness_or_by_their_look(figures, name):
    figures[name].reset()
    curves = {label: artist for label, artist in figures[name].artists.items() if is_curve(artist)}
    alike = [
        (one, other)
        for one, other in combinations(curves, 2)
        if curves[one].axes is curves[other].axes and are_alike(curves[one], curves[other])
    ]
    assert alike == []


def test_in_grey_runners_differ_by_lightness_or_by_line_and_marker():
    lightness = {color: lab(linear(to_rgb(color)))[0] for color, _, _ in RUNNERS.values()}
    for (one, *look), (other, *another) in combinations(RUNNERS.values(), 2):
        assert look != another or abs(lightness[one] - lightness[other]) >= IN_GREY


def is_curve(artist):
    return isinstance(artist, Line2D) and artist.get_linestyle() != "None" and len(artist.get_xdata()) > 2


def are_alike(one, other):
    if one.get_color() == other.get_color():
        return False  # they are meant to be the same
    lightness = [lab(linear(to_rgb(line.get_color())))[0] for line in (one, other)]
    looks = [(line.get_linestyle(), line.get_marker(), line.get_linewidth()) for line in (one, other)]
    return looks[0] == looks[1] and abs(lightness[0] - lightness[1]) < IN_GREY
