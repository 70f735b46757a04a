"""The live figure's engine, on its first figure: no browser needed."""

import base64
import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from course_lib.explorers import LearningRate, Trajectory
from course_lib.explorers.engine import SAVED


def picture(figure):
    kind, data = figure.picture.split(",")
    assert kind == "data:image/jpeg;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


def test_picture_and_caption_follow_the_settings():
    figure = Trajectory()
    before = np.asarray(picture(figure), float)
    printed = figure.set(lr=2.5)
    assert "diverges" in figure.caption
    assert printed.replace("\n", " ") == figure.caption
    assert np.abs(np.asarray(picture(figure), float) - before).max() > 100


def test_the_picture_is_a_sharp_jpeg_of_the_declared_size():
    image = picture(Trajectory())
    assert image.format == "JPEG"
    assert image.size == (960 * SAVED, 420 * SAVED)


def test_the_picture_has_the_pixels_of_the_screen():
    figure = Trajectory()
    figure.pixel_ratio = 2.0
    assert picture(figure).size == (1920, 840)
    figure.set(lr=0.5)
    assert picture(figure).size == (1920, 840)


def test_the_same_settings_give_the_same_picture_whatever_came_before():
    straight, detour = Trajectory(lr=0.3), Trajectory()
    detour.set(surface="rosenbrock", momentum=0.9)
    detour.set(surface="ravine", momentum=0.0, lr=0.3)
    assert straight.picture == detour.picture


def test_the_still_part_is_drawn_again_only_for_another_surface():
    figure = Trajectory()
    background = figure._background
    figure.set(lr=1.0, momentum=0.5, decay=0.01, nesterov=True)
    assert figure._background is background
    figure.set(surface="himmelblau")
    assert figure._background is not background


def test_reset_brings_the_first_values_back():
    figure = Trajectory(lr=0.5)
    first = figure.picture
    figure.set(lr=1.5, surface="rosenbrock")
    figure.reset()
    assert figure.values["lr"] == 0.5
    assert figure.picture == first


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"lr": 5}, "lr must be a number from 0.0001 to 4; got 5"),
        ({"lr": float("nan")}, "lr must be a number from 0.0001 to 4; got nan"),
        ({"momentum": "much"}, "momentum must be a number from 0 to 0.99; got 'much'"),
        ({"nesterov": 1}, "nesterov must be True or False; got 1"),
        ({"surface": "moon"}, "surface must be one of himmelblau, parabola, ravine, rosenbrock; got 'moon'"),
        ({"speed": 1}, "control must be one of decay, lr, momentum, nesterov, surface; got 'speed'"),
    ],
)
def test_a_refused_setting_says_what_is_accepted_and_changes_nothing(values, message):
    figure = Trajectory()
    before = dict(figure.values), figure.picture
    with pytest.raises(ValueError, match="must be") as error:
        figure.set(**values)
    assert str(error.value) == message
    assert (figure.values, figure.picture) == before


def test_only_the_named_controls_are_shown_and_spoken_of():
    figure = Trajectory(only=["lr"], momentum=0.9)
    assert figure.shown == ["lr"]
    assert figure.caption.startswith("lr 0.1 (ravine): swings")
    assert all(set(preset) <= {"lr"} for preset in figure.form["presets"].values())


def test_presets_are_settings_that_the_figure_accepts():
    for explorer in (Trajectory, LearningRate):
        figure = explorer()
        assert figure.form["presets"]
        for values in explorer.presets.values():
            figure.set(**values)


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


def test_a_saved_notebook_gets_the_picture_and_the_caption():
    figure = Trajectory()
    data, metadata = figure._repr_mimebundle_()
    png = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert png.size == picture(figure).size
    assert data["text/plain"] == metadata["image/png"]["alt"] == figure.caption
    assert metadata["image/png"]["width"] == 960


def test_callbacks_on_several_threads_leave_a_picture_of_the_last_values():
    figure = Trajectory()
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda lr: figure.set(lr=lr), np.linspace(0.1, 1, 40)))
    figure.set(lr=0.25)
    assert figure.picture == Trajectory(lr=0.25).picture


def test_repr_is_short_and_names_the_settings():
    assert repr(LearningRate(lr=0.5)) == (
        "LearningRate(surface='parabola', lr=0.5, momentum=0.0, decay=0.0, nesterov=False)"
    )
