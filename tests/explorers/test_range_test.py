"""Range test: what is shown, against what is known of it. What holds for every figure is tested for all."""

from course_lib.explorers import RangeTest
from tests.explorers.driving import caption, frame


def test_the_line_has_the_slope_of_the_slider():
    shown = frame(RangeTest(), slope=2.0)
    assert shown.artists["line"] == ([0, 1], [0, 2.0])
    assert shown.reached


def test_the_caption_says_how_far_the_line_climbs():
    assert caption(RangeTest(), slope=0.5) == "slope 0.5: the line climbs by 0.5."
