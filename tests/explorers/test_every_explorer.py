"""What holds for every live figure, at every extreme and at random settings: no browser needed.

What a figure must have is said by tools/lint_figures.py, which tests/adopting holds to the course.
"""

from itertools import combinations, product
from typing import Any
from unittest import mock

import lint_figures
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D

from course_lib import explorers, plots
from course_lib.explorers.live.engine import TEXT_SIZES, Explorer
from course_lib.explorers.live.tables import ROWS
from tests.explorers import driving
from tests.explorers.driving import two_lines
from tests.explorers.growth import assert_each_point_is_that_of_its_update
from tests.explorers.reaches import REACHES
from tests.wrong_values import WRONG

SETTINGS = 25  # of each figure that are looked at, at its extremes and at random
FEWER = {  # whose frames take longest
    "Race": 4,
    "Clinic": 4,
    "RangeTest": 5,
    "AdaptiveRates": 6,
    "EdgeOfStability": 6,
    "Nesterov": 8,
    "StabilityMap": 8,
}
TWO_NETWORKS = {"Race": {"optimizers": ("momentum", "adam")}}  # are trained on the digits, of four
HEARD = [
    *("AdamFamily", "AdaptiveRates", "Clinic", "Conditioning", "Decay", "EdgeOfStability", "LearningRate"),
    *("Nesterov", "Noise", "Race", "RangeTest", "StabilityMap", "Trajectory", "WarmUp"),
]

every_explorer = pytest.mark.parametrize("name", explorers.__all__)


@every_explorer
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_wrong_value_is_refused_wherever_it_comes_from(figures, name, data):
    """When the figure is made, from Python, from a linked widget and from the page."""
    figure = figures[name]
    control = data.draw(st.sampled_from(sorted(figure.controls)))
    value = data.draw(WRONG)
    assume(not _is_taken(figure, control, value))
    before = figure.values
    ways = [
        lambda: type(figure)(**{control: value}),
        lambda: figure.set(**{control: value}),
        lambda: setattr(figure, control, value),
        lambda: figure.set_state({control: value}),
    ]
    for way in ways:
        with pytest.raises(ValueError, match=f"{control} must be "):
            way()
    assert figure.values == before


def _is_taken(figure, control, value):
    """What a control takes it gives back, as it is or as the number that it is."""
    try:
        taken = figure.controls[control].check(control, value)
    except ValueError:
        return False
    assert taken == value
    return True


@every_explorer
@pytest.mark.parametrize("wrong", ["lr", 5, ["speed"], [3], object()])
def test_only_takes_a_list_of_controls(name, wrong):
    with pytest.raises(ValueError, match="only must be "):
        getattr(explorers, name)(only=wrong)


@every_explorer
def test_the_artists_show_the_frame_at_every_extreme(figures, name):
    controls = type(figures[name]).controls
    ends = {control: declared.ends for control, declared in controls.items()}
    if np.prod([len(words) for words in ends.values()]) > FEWER.get(name, SETTINGS):
        first = figures[name].form["reset"] | TWO_NETWORKS.get(name, {})
        # one end at a time, and all lows, all highs
        settings = [{control: words[end] for control, words in ends.items()} for end in (0, -1)]
        settings += [first | {control: end} for control in ends for end in ends[control]]
    else:
        settings = [dict(zip(ends, corner, strict=True)) for corner in product(*ends.values())]
    for values in with_equal_words_together(settings, controls):
        assert_shows_its_frame(figures[name], values)


@every_explorer
def test_the_artists_show_the_frame_at_random_settings(figures, name):
    rng = np.random.default_rng(0)
    controls = type(figures[name]).controls
    settings = [
        {control: declared.random(rng) for control, declared in controls.items()}
        for _ in range(FEWER.get(name, SETTINGS))
    ]
    for values in with_equal_words_together(settings, controls):
        assert_shows_its_frame(figures[name], values)


def with_equal_words_together(settings, controls):
    """So the still part is drawn less often."""
    words = [control for control, declared in controls.items() if declared.kind in ("choice", "several")]
    return sorted(settings, key=lambda values: [values[word] for word in words])


@every_explorer
def test_what_is_foreseen_is_what_then_comes(figures, name):
    """A step of a slider is computed before it is made: meanwhile the figure stays as it is."""
    figure = figures[name]
    seen = 0
    for slider in [control for control, declared in figure.controls.items() if declared.kind == "slider"]:
        figure.reset()
        view, shown = figure.view, _everything_shown(figure)
        expected = figure.values | {slider: figure.controls[slider].ends[-1]}
        figure.set_state({"expected": expected})
        assert (figure.view, _everything_shown(figure)) == (view, shown)
        foreseen = figure.foreseen
        figure.set_state({slider: expected[slider]})
        if foreseen and foreseen["view"]["values"] == expected:  # not where another still part is to be drawn
            assert foreseen["view"] == figure.view
            assert figure.images | foreseen["images"] == figure.images
            seen += 1
    assert seen or name == "Race"  # which has no slider


def _everything_shown(figure):
    return {
        name: [np.ma.filled(part, np.nan).tobytes() for part in what_is_shown(artist)]
        for name, artist in figure.artists.items()
    }


def frame_of(figure, values):
    """Set the figure; the frame that it made of it. To make it a second time would double the work."""
    make, made = figure.frame, []
    with mock.patch.object(figure, "frame", lambda **settings: made.append(make(**settings)) or made[-1]):
        figure.set(**values)
    return made[-1] if made else figure.frame(**figure.values)  # the settings were these already


def assert_shows_its_frame(figure, values):
    frame = frame_of(figure, values)
    assert figure.artists.keys() == frame.artists.keys()
    assert figure.caption == frame.caption
    assert [*lint_figures.caption_faults(frame.caption), *lint_figures.why_faults(frame.why)] == [], values
    assert figure.error == ""
    assert_can_be_painted(figure.view["places"] | figure.images)
    assert_each_point_is_that_of_its_update(figure, frame)
    for name, data in frame.artists.items():
        shown = what_is_shown(figure.artists[name])
        if isinstance(data, str):
            assert shown[2] == data
        elif len(data) == 3 and isinstance(data[2], str):
            assert tuple(shown) == tuple(data), name
        else:
            finite = [np.isfinite(np.asarray(part, float)).all() for part in data]
            assert all(finite) or "diverge" in frame.caption, f"{name} at {values}"
            for part, of_artist in zip(data, shown, strict=True):
                assert np.array_equal(
                    np.ma.filled(of_artist, np.nan), np.ma.filled(part, np.nan), equal_nan=True
                ), name


def assert_can_be_painted(places):
    """Points are finite, or the browser leaves out the line."""
    for name, place in places.items():
        if isinstance(place, bytes):
            assert np.isfinite(np.frombuffer(place, np.float32)).all(), name


def what_is_shown(artist) -> Any:
    if isinstance(artist, Line2D):
        return artist.get_data()
    if isinstance(artist, AxesImage):
        return artist.get_array()
    return *artist.get_position(), artist.get_text()


@every_explorer
def test_the_goal_is_not_reached_at_first_and_can_be(figures, name):
    figure = figures[name]
    figure.reset()
    assert not figure.reached
    figure.set(**REACHES[name])
    assert figure.reached


@every_explorer
def test_every_preset_is_shown_and_does_not_give_the_goal_away(figures, name):
    figure = figures[name]
    for preset, values in figure.presets.items():
        assert_shows_its_frame(figure, figure.form["reset"] | values)
        assert not figure.reached, f"{preset} reaches the goal"


@every_explorer
def test_a_table_has_the_numbers_of_the_curves_once_it_is_asked_for(figures, name):
    figure = figures[name]
    figure.reset()
    figure.set(**REACHES[name])
    assert figure.tables == []
    figure.tabled = True
    for table in figure.tables:
        assert 3 <= len(table["rows"]) <= ROWS
        assert len(set(table["columns"])) == len(table["columns"])
        assert {len(row) for row in table["rows"]} == {len(table["columns"])}
        for row in table["rows"]:
            assert np.isfinite([float(word) for word in row if word]).all()
    figure.tabled = False
    assert figure.tables == []


@every_explorer
def test_what_is_heard_is_a_line_against_the_updates(figures, name):
    figure = figures[name]
    if figure.heard in figure.artists:
        assert "updates" in plots.abscissa(figure.artists[figure.heard].axes)
        assert figure.artists[figure.heard].axes.get_yscale() == "log"


def test_where_there_is_a_loss_it_can_be_heard(figures):
    assert all(figures[name].heard in figures[name].artists for name in HEARD)


@every_explorer
def test_the_setting_is_reproduced_by_two_lines_of_python(figures, name):
    rng = np.random.default_rng(1)
    controls = type(figures[name]).controls
    for values in [
        figures[name].form["reset"],
        {c: declared.random(rng) for c, declared in controls.items()},
    ]:
        figures[name].set(**values)
        with np.errstate(all="ignore"):
            result = two_lines(figures[name].view["python"])
        if isinstance(result, Explorer):
            assert result.values == figures[name].values
        else:
            assert len(result) > 0


@every_explorer
def test_nothing_is_cut_off_and_no_two_plots_overlap(figures, name):
    """With the largest text at each preset, and with one of the others, in turn, at first."""
    figure, seen = figures[name], None
    *others, largest = TEXT_SIZES
    other = others[explorers.__all__.index(name) % len(others)]
    for text, presets in [(other, []), (largest, figure.presets.values())]:
        figure.reset()
        with driving.laid_out():
            figure.screen = figure.screen | {"pixels": 1.0, "text": text}
            for preset in [{}, *presets]:
                figure.set(**preset)
                if figure.scene is seen:  # at an earlier preset: what moves has no part in the layout
                    continue
                seen = figure.scene
                assert_apart_and_whole(figure, preset)


def assert_apart_and_whole(figure, preset):
    renderer, whole = figure._canvas.get_renderer(), figure._figure.bbox
    boxes = [
        axes.get_tightbbox(renderer, for_layout_only=False)
        for axes in figure._figure.axes
        if axes.get_visible()
    ]
    for box in boxes:
        inside = [box.x0 >= -1, box.y0 >= -1, box.x1 <= whole.x1 + 1, box.y1 <= whole.y1 + 1]
        assert all(inside), f"{preset}: cut off (left, below, right, above): {inside}"
    for one, other in combinations(boxes, 2):
        across = min(one.x1, other.x1) - max(one.x0, other.x0)
        up = min(one.y1, other.y1) - max(one.y0, other.y0)
        assert min(across, up) <= 1, f"{preset}: two plots overlap by {across:.0f} x {up:.0f} pixels"
