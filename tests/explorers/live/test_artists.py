"""How moving artists are described to the page: against matplotlib's own transforms."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from course_lib.explorers.live import artists

SCALE, SIZE = 2.0, (600, 400)  # two picture pixels for each of the page's


@pytest.fixture
def axes():
    figure = Figure((SIZE[0] / 100, SIZE[1] / 100), dpi=100 * SCALE)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.25, 0.25, 0.5, 0.5))  # from 150 to 450 and, from above, 100 to 300
    axes.set(xlim=(0, 1), ylim=(0, 10))
    return axes


@pytest.fixture
def screen(axes):
    return artists.Screen(SCALE, axes.figure.get_dpi(), SIZE[1])


def points(place):
    return np.frombuffer(place, np.float32).reshape(-1, 2)


def test_a_line_is_placed_in_the_pages_pixels_from_above(axes, screen):
    (line,) = axes.plot([], [])
    artists.put(line, ([0, 0.5, 1], [0, 5, 10]))
    assert points(artists.place(line, screen)).tolist() == [[150, 300], [300, 200], [450, 100]]


def test_a_line_on_a_scale_of_powers_of_ten(axes, screen):
    axes.set(yscale="log", ylim=(1, 100))
    (line,) = axes.plot([], [])
    artists.put(line, ([0, 1], [1, 10]))
    assert points(artists.place(line, screen)).tolist() == [[150, 300], [450, 200]]
    artists.put(line, ([0, 1], [1, 0]))  # nothing below 0 on such a scale: far off, but a number
    assert np.isfinite(points(artists.place(line, screen))).all()


def test_an_empty_line_has_no_points(axes, screen):
    (line,) = axes.plot([], [])
    assert artists.place(line, screen) == b""


def test_lines_across_the_whole_plot_keep_their_own_coordinates(axes, screen):
    level = axes.axhline(5)
    assert points(artists.place(level, screen)).tolist() == [[150, 200], [450, 200]]


def test_the_style_of_a_line(axes, screen):
    (line,) = axes.plot([], [], "o--", color="#0072B2", lw=3, ms=6, mfc="white", mec="none", alpha=0.5)
    style = artists.style(line, screen)
    width = 3 * 100 / 72
    assert (style["kind"], style["color"], style["alpha"]) == ("line", "#0072b2ff", 0.5)
    assert style["width"] == pytest.approx(width)
    assert style["dashes"] == pytest.approx([3.7 * width, 1.6 * width])
    assert style["clip"] == pytest.approx([150, 100, 300, 200])
    outline = np.reshape(style["marker"]["outlines"][0], (-1, 2))
    assert np.ptp(outline, axis=0) == pytest.approx([6 * 100 / 72] * 2, rel=0.01)
    assert (style["marker"]["face"], style["marker"]["edge"]) == ("#ffffffff", None)


def test_lines_without_a_stroke_and_crosses_without_a_face(axes, screen):
    (line,) = axes.plot([], [], "x", color="#000000")
    style = artists.style(line, screen)
    assert style["width"] == 0
    assert style["marker"]["face"] is None
    assert len(style["marker"]["outlines"]) == 2


def test_an_image_is_placed_by_its_extent_and_sent_from_above(axes, screen):
    image = axes.imshow(
        np.zeros((2, 3)), origin="lower", extent=(0, 1, 0, 5), cmap="gray", vmin=0, vmax=1, aspect="auto"
    )
    axes.set(ylim=(0, 10))
    artists.put(image, np.array([[0, 0, 0], [1, 1, 1]]))
    assert artists.style(image, screen)["box"] == pytest.approx([150, 200, 300, 100])
    height, width, pixels = artists.place(image, screen)
    assert (height, width) == (2, 3)
    assert np.frombuffer(pixels, np.uint8).reshape(2, 3, 4)[:, 0, 0].tolist() == [255, 0]


def test_a_text_keeps_its_place_unless_it_is_told_another(axes, screen):
    text = axes.text(0.5, 5, "", ha="center", va="top", fontsize=12)
    artists.put(text, "words")
    assert artists.place(text, screen) == [300, 200, "words"]
    artists.put(text, (0, 10, "others"))
    assert artists.place(text, screen) == [150, 100, "others"]
    style = artists.style(text, screen)
    assert (style["align"], style["vertical"]) == ("center", "top")
    assert style["size"] == pytest.approx(12 * 100 / 72)
