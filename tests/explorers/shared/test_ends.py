"""Names at the ends of lines: as near as they can be, and none over another."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from course_lib.explorers.shared import ends

heights = st.lists(st.floats(0, 1), max_size=11)


@given(heights)
def test_no_name_covers_another_and_all_are_on_the_axes(heights):
    places = ends.spread(heights, gap=0.05)
    assert all(gap > 0.05 - 1e-5 for gap in np.diff(sorted(places)))
    assert all(-1e-6 <= place <= 1 + 1e-6 for place in places)


@given(heights)
def test_higher_lines_have_higher_names(heights):
    places = np.array(ends.spread(heights, gap=0.05))
    order = np.argsort(heights, kind="stable")
    assert (np.diff(places[order]) > 0).all()


def test_a_crowd_at_the_top_pushes_down_what_is_below():
    assert ends.spread([1.0, 1.0, 0.95], gap=0.1) == [0.9, 1.0, 0.8]


def test_names_with_room_between_them_stay_where_they_are():
    assert ends.spread([0.9, 0.1, 0.5], gap=0.1) == [0.9, 0.1, 0.5]


def test_two_at_one_height_part_evenly():
    assert ends.spread([0.3, 0.3], gap=0.1) == [0.25, 0.35]


def test_a_name_stands_beside_the_last_point_on_either_scale():
    lines = {"even": ([0, 10], [0, 5.0])}
    assert ends.labels(lines, (0, 10), beyond=1)["even"] == (11.0, 5.0, "even")
    lines = {"log": ([0, 10], [1.0, 1e-2])}
    x, y, name = ends.labels(lines, (1e-4, 1), log=True)["log"]
    assert (x, name) == (10.0, "log")
    assert np.isclose(y, 1e-2)


def test_a_line_that_left_the_axes_has_its_name_at_their_edge_and_an_empty_one_has_none():
    lines = {"gone": ([0, 1], [0, np.inf]), "none": ([], [])}
    placed = ends.labels(lines, (0, 10))
    assert placed["gone"][1] == 10.0
    assert placed["none"][2] == ""


def test_a_line_is_seen_up_to_its_last_point_on_the_axes():
    x, y = np.arange(5), np.array([1.0, 0.1, 1e-9, 0.01, 1e-9])
    assert [part.tolist() for part in ends.seen((x, y), (1e-3, 10))] == [[0, 1, 2, 3], [1.0, 0.1, 1e-9, 0.01]]
    assert [len(part) for part in ends.seen((x, y), (100, 1000))] == [0, 0]
    assert [len(part) for part in ends.seen(([], []), (0, 1))] == [0, 0]
