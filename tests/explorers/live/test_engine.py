"""The live figure's engine, on its first figure: no browser needed."""

import base64
import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from course_lib import surfaces
from course_lib.explorers import LearningRate, StabilityMap, Trajectory
from course_lib.explorers.live.controls import Several, Slider
from course_lib.explorers.live.engine import SAVED, TEXT_SIZES, Explorer
from tests.explorers.driving import two_lines

looks_at_the_picture = pytest.mark.usefixtures("painted")


def picture(figure):
    return Image.open(io.BytesIO(figure.picture()))


def still(figure):
    return Image.open(io.BytesIO(figure.scene["picture"]))


@looks_at_the_picture
def test_picture_and_caption_follow_the_settings():
    figure = Trajectory()
    before = np.asarray(picture(figure), float)
    printed = figure.set(lr=2.5)
    assert figure.caption.startswith("Diverges")
    assert printed.replace("\n", " ") == figure.caption
    assert np.abs(np.asarray(picture(figure), float) - before).max() > 100


@looks_at_the_picture
def test_the_picture_has_the_declared_size_and_the_pixels_of_the_screen():
    figure = Trajectory()
    assert picture(figure).size == still(figure).size == (960 * SAVED, 420 * SAVED)
    figure.screen = figure.screen | {"pixels": 2.0, "text": 1.0}
    assert picture(figure).size == still(figure).size == (1920, 840)
    figure.set(lr=0.5)
    assert picture(figure).size == (1920, 840)


@looks_at_the_picture
def test_larger_text_leaves_the_picture_its_size():
    figure = Trajectory()
    before = figure._figure.axes[0].xaxis.label.get_window_extent().height
    figure.screen = figure.screen | {"pixels": SAVED, "text": TEXT_SIZES[-1]}
    assert picture(figure).size == (960 * SAVED, 420 * SAVED)
    larger = figure._figure.axes[0].xaxis.label.get_window_extent().height / before
    assert larger == pytest.approx(TEXT_SIZES[-1], rel=0.1)


@looks_at_the_picture
def test_what_moves_is_not_in_the_still_part():
    figure = Trajectory()
    stills = [figure.set(lr=lr) and figure.scene["picture"] for lr in (0.1, 1.5)]
    assert stills[0] == stills[1]
    assert picture(figure).tobytes() != still(figure).tobytes()


@looks_at_the_picture
def test_the_page_gets_the_points_and_the_styles_of_what_moves():
    figure = Trajectory(lr=0.5)
    assert figure.scene["styles"].keys() == figure.view["places"].keys() == {"path", "last", "steps", "loss"}
    points = np.frombuffer(figure.view["places"]["path"], np.float32).reshape(-1, 2)
    left, top, width, height = figure.scene["styles"]["path"]["clip"]
    domain = np.array(figure.facts.objective.domain)
    expected = (figure.facts.path - domain[:, 0]) / np.ptp(domain, axis=1)
    assert points == pytest.approx([left, top + height] + expected * [width, -height], abs=1e-3)


def test_a_click_is_translated_by_the_limits_of_the_plot():
    (pick,) = LearningRate(only=["lr"]).scene["picks"]
    assert pick["x"] == {"control": "lr", "ends": [0.0, 2.5], "log": False}
    assert "y" not in pick
    assert all(length > 0 for length in pick["box"])


def test_a_plot_cannot_set_a_control_that_is_not_shown():
    assert LearningRate(only=["curvature"]).scene["picks"] == []
    (pick,) = StabilityMap(only=["momentum"]).scene["picks"]
    assert "x" not in pick
    assert pick["y"]["control"] == "momentum"


def test_a_start_is_dragged_by_the_first_point_of_its_path():
    (pick,) = Trajectory(surface="ravine").scene["picks"]
    (across, up) = surfaces.get("ravine").domain
    assert pick["line"] == "path"
    assert pick["x"] == {"control": "start", "ends": list(across), "log": False}
    assert pick["y"] == {"control": "start", "ends": list(up), "log": False}


@pytest.mark.parametrize(
    "wrong", ["here", 1.0, [1.0], [1, 2, 3], [0, 7], [0, float("nan")], ["0", "1"], {0: 1, 1: 2}]
)
def test_a_start_is_two_numbers_or_none(wrong):
    figure = Trajectory(start=[1, 0.5])
    assert figure.start == (1.0, 0.5)
    with pytest.raises(ValueError, match=r"start must be two numbers from -6 to 6, or None"):
        figure.start = wrong
    assert figure.start == (1.0, 0.5)
    figure.start = None
    assert tuple(figure.facts.path[0]) == surfaces.get("ravine").start


@pytest.mark.parametrize("surface", Trajectory.controls["surface"].options)
def test_the_lines_of_python_begin_at_the_start(surface):
    figure = Trajectory(surface=surface, start=(0.5, -0.25))
    np.testing.assert_array_equal(two_lines(figure.view["python"]), figure.facts.losses)
    assert not figure.reached


def test_whole_positions_from_the_page_are_the_numbers_that_they_are_in_python():
    figure = LearningRate()
    figure.set_state({"lr": 2, "curvature": 1})  # JSON has no 2.0; this is how a message comes in
    assert repr(figure) == "LearningRate(lr=2.0, curvature=1.0, start=-1.0)"
    assert "optimizers.SGD(2.0)" in figure.view["python"]


@looks_at_the_picture
def test_the_same_settings_give_the_same_picture_whatever_came_before():
    straight, detour = Trajectory(lr=0.3), Trajectory()
    detour.set(surface="rosenbrock", momentum=0.9)
    detour.set(surface="ravine", momentum=0.0, lr=0.3)
    assert straight.picture() == detour.picture()
    assert straight.view == detour.view
    assert straight.scene == detour.scene


def test_the_still_part_is_drawn_again_only_for_another_surface():
    figure = Trajectory()
    scene = figure.scene
    figure.set(lr=1.0, momentum=0.5, decay=0.01, nesterov=True)
    assert figure.scene is scene
    figure.set(surface="himmelblau")
    assert figure.scene is not scene


def test_reset_brings_the_first_values_back():
    figure = Trajectory(lr=0.5)
    first = figure.view
    figure.set(lr=1.5, surface="rosenbrock")
    figure.reset()
    assert figure.values["lr"] == 0.5
    assert figure.view == first


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"lr": 5}, "lr must be a number from 0.0001 to 4; got 5"),
        ({"lr": float("nan")}, "lr must be a number from 0.0001 to 4; got nan"),
        ({"momentum": "much"}, "momentum must be a number from 0 to 0.99; got 'much'"),
        ({"nesterov": 1}, "nesterov must be True or False; got 1"),
        ({"surface": "moon"}, "surface must be one of himmelblau, parabola, ravine, rosenbrock; got 'moon'"),
        ({"speed": 1}, "control must be one of decay, lr, momentum, nesterov, start, surface; got 'speed'"),
    ],
)
def test_a_refused_setting_says_what_is_accepted_and_changes_nothing(values, message):
    figure = Trajectory()
    before = dict(figure.values), figure.view
    with pytest.raises(ValueError, match="must be") as error:
        figure.set(**values)
    assert str(error.value) == message
    assert (figure.values, figure.view) == before


def test_only_the_named_controls_are_shown_and_spoken_of():
    figure = Trajectory(only=["lr"], momentum=0.9)
    assert figure.shown == ["lr"]
    assert figure.caption.startswith("Swings around the minimum and settles at lr 0.1 (ravine).")
    assert all(set(preset) <= {"lr"} for preset in figure.form["presets"].values())


def test_whole_numbers_words_and_several_are_checked():
    whole, several = Slider(3, low=1, high=9, whole=True), Several(("a",), ("a", "b", "c"))
    assert whole.check("size", 4.0) == 4
    assert isinstance(whole.check("size", 4.0), int)
    assert several.check("runners", ("c", "a")) == ("a", "c")
    assert several.check("runners", []) == ()
    with pytest.raises(ValueError, match="size must be a whole number from 1 to 9"):
        whole.check("size", 2.5)
    with pytest.raises(ValueError, match="runners must be one of a, b, c; got 'd'"):
        several.check("runners", ["d"])
    with pytest.raises(ValueError, match="runners must be a list of names; got 'a'"):
        several.check("runners", "a")


def test_the_goal_is_marked_when_it_is_reached():
    figure = LearningRate()
    assert not figure.reached
    figure.set(lr=1.0)
    assert figure.reached
    figure.set(lr=0.99)
    assert not figure.reached


def test_a_figure_reproduces_itself_where_it_knows_no_better():
    class Plain(Trajectory):
        python = Explorer.python

    figure = Plain(lr=0.5, nesterov=True)
    assert figure.view["python"] == "from course_lib.explorers import Plain\nPlain(lr=0.5, nesterov=True)"


def test_the_two_lines_of_a_path_give_its_losses():
    figure = Trajectory(surface="rosenbrock", lr=0.001, momentum=0.9)
    assert np.array_equal(two_lines(figure.view["python"]), figure.facts.losses)


def test_an_exception_is_shown_raised_and_over_with_the_next_good_setting():
    class Broken(Trajectory):
        def frame(self, *, lr, **values):
            if lr > 1:
                raise ArithmeticError("on purpose")
            return super().frame(lr=lr, **values)

    figure = Broken()
    with pytest.raises(ArithmeticError):
        figure.set(lr=2)
    assert figure.error == "ArithmeticError: on purpose"
    figure.set(lr=0.5)
    assert figure.error == ""


def test_a_refusal_is_over_with_the_next_good_setting_even_if_it_is_the_old_one():
    figure = Trajectory()
    for set_again in (lambda lr: figure.set(lr=lr), lambda lr: figure.set_state({"lr": lr})):
        with pytest.raises(ValueError, match="lr"):
            figure.set(lr="fast")
        assert "fast" in figure.error
        set_again(figure.lr)
        assert figure.error == ""


@looks_at_the_picture
def test_a_saved_notebook_gets_the_picture_and_the_caption():
    figure = Trajectory()
    data, metadata = figure._repr_mimebundle_()
    png = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert png.size == picture(figure).size
    assert data["text/plain"] == metadata["image/png"]["alt"] == figure.caption
    assert np.array_equal(np.asarray(png), np.asarray(picture(figure)))
    assert metadata["image/png"]["width"] == 960


@looks_at_the_picture
def test_a_saved_notebook_gets_the_light_picture_from_a_dark_page_too_which_stays_dark():
    figure = Trajectory()
    light = figure.picture()
    figure.screen = figure.screen | {"dark": True}
    dark, scene = figure.picture(), figure.scene
    data, _ = figure._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]) == light != dark
    assert figure.scene == scene
    assert figure.picture() == dark


def test_callbacks_on_several_threads_leave_a_picture_of_the_last_values():
    figure = Trajectory()
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda lr: figure.set(lr=lr), np.linspace(0.1, 1, 40)))
    figure.set(lr=0.25)
    assert figure.view == Trajectory(lr=0.25).view


def test_repr_is_short_and_names_the_settings():
    assert repr(LearningRate(lr=0.5)) == "LearningRate(lr=0.5, curvature=1.0, start=-1.0)"
