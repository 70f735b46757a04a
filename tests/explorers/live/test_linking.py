"""A figure's controls as traits: set, observed and linked with other widgets; no browser needed."""

import re
from pathlib import Path
from typing import ClassVar

import comm
import ipywidgets
import pytest

from course_lib.explorers import Momentum, Race, Trajectory
from course_lib.explorers.live.controls import Slider
from course_lib.explorers.live.engine import Explorer, Frame

PAGE = Path(__file__).parents[3] / "docs" / "widgets.md"


@pytest.fixture
def messages(monkeypatch):
    """Everything that figures send to the page: the names in each message."""
    sent = []
    monkeypatch.setattr(comm, "create_comm", comm.DummyComm)  # a kernel that was started here would send none
    monkeypatch.setattr(Explorer, "_send", lambda figure, message, buffers=None: sent.append(message))
    return sent


@pytest.fixture
def frames(monkeypatch):
    """The settings of every frame that is computed."""
    made, frame = [], Trajectory.frame
    monkeypatch.setattr(Trajectory, "frame", lambda self, **v: made.append(v) or frame(self, **v))
    return made


def test_a_control_is_set_and_read_as_an_attribute():
    figure = Momentum()
    figure.lr = 0.3
    figure.convention = "PyTorch"
    assert figure.values == Momentum().values | {"lr": 0.3, "convention": "PyTorch"}
    assert figure.caption == Momentum(lr=0.3, convention="PyTorch").caption


def test_an_observer_finds_the_figure_at_the_new_setting():
    figure, told = Momentum(), []
    figure.observe(lambda change: told.append((change.new, figure.caption)), "lr")
    figure.lr = 0.3
    figure.set(lr=0.4, momentum=0.5)
    assert told == [(lr, Momentum(lr=lr, momentum=m).caption) for lr, m in [(0.3, 0.9), (0.4, 0.5)]]


def test_links_to_a_slider_go_both_ways_or_one():
    slider, both, one = ipywidgets.FloatSlider(0.2, max=0.99), Momentum(), Momentum()
    ipywidgets.link((slider, "value"), (both, "momentum"))
    ipywidgets.dlink((slider, "value"), (one, "momentum"))
    slider.value = 0.5
    assert both.momentum == one.momentum == 0.5
    both.momentum, one.momentum = 0.7, 0.1
    assert slider.value == 0.7
    assert one.momentum == 0.1


def test_two_figures_are_linked():
    one, other = Momentum(), Trajectory()
    ipywidgets.link((one, "lr"), (other, "lr"))
    other.set(lr=0.7, momentum=0.2)
    assert one.values["lr"] == 0.7
    assert one.caption == Momentum(lr=0.7).caption
    assert isinstance(ipywidgets.jslink((one, "lr"), (other, "lr")), ipywidgets.Widget)


def test_several_names_are_linked_to_a_list():
    figure, chosen = Race(), ipywidgets.SelectMultiple(options=["adam", "sgd"])
    ipywidgets.link((chosen, "value"), (figure, "optimizers"))
    chosen.value = ("adam", "sgd")
    assert figure.optimizers == ("sgd", "adam")
    with pytest.raises(AttributeError):
        figure.optimizers.append("lion")


def test_boxes_tabs_outputs_and_layouts():
    figure, told = Momentum(layout=ipywidgets.Layout(width="500px"), tooltip="a figure"), []
    assert figure.layout.width == "500px"
    assert ipywidgets.VBox([figure, ipywidgets.FloatSlider()]).children[0] is figure
    assert ipywidgets.Tab([figure]).children == (figure,)
    ipywidgets.interactive_output(
        lambda **values: told.append(values), {name: figure.control(name) for name in ("lr", "momentum")}
    )
    figure.lr = 0.5
    figure.control("momentum").value = 0.5
    assert told == [{"lr": lr, "momentum": m} for lr, m in [(0.1, 0.9), (0.5, 0.9), (0.5, 0.5)]]


def test_a_move_on_the_page_is_answered_by_one_frame_in_one_message(messages, frames):
    figure = Trajectory()
    messages.clear(), frames.clear()
    figure.set_state({"lr": 1})
    figure.set_state({"lr": 0.1, "momentum": 0.9, "nesterov": True})  # a preset
    assert len(frames) == 2
    assert [sorted(message["state"]) for message in messages] == [["view"], ["view"]]


def test_many_controls_that_are_set_together_make_one_frame(frames):
    figure = Trajectory()
    frames.clear()
    figure.set(lr=0.5, momentum=0.9, surface="rosenbrock")
    figure.set(lr=0.5)
    figure.reset()
    assert len(frames) == 2


def test_values_are_a_copy_and_presets_and_controls_cannot_be_changed():
    figure = Trajectory()
    figure.values["lr"] = 2.0
    figure.view["values"]["lr"] = 2.0
    assert figure.lr == 0.1
    figure.set(lr=2.0)
    assert figure.caption == Trajectory(lr=2.0).caption
    with pytest.raises(TypeError):
        Trajectory.presets["Zigzag"]["lr"] = 3.0
    with pytest.raises(TypeError):
        Trajectory.controls["lr"] = Slider(0.1, low=0, high=1)


@pytest.mark.parametrize("name", ["lrr", "value", "values", "title", "presets"])
def test_an_unknown_attribute_is_an_error_that_lists_what_there_is(name):
    with pytest.raises(
        AttributeError, match=f"no '{name}' .* surface, lr, momentum, decay, nesterov, start, and layout"
    ):
        setattr(Trajectory(), name, 3)


def test_an_unknown_name_is_not_observed():
    with pytest.raises(ValueError, match="no 'lrr' to set or observe; it has the controls surface, lr"):
        Trajectory().observe(print, "lrr")
    with pytest.raises(ValueError, match=r"control must be one of .* got 'lrr'"):
        Trajectory().control("lrr")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("lr", 5, "lr must be a number from 0.0001 to 4; got 5"),
        ("nesterov", 1, "nesterov must be True or False; got 1"),
        ("surface", "moon", "surface must be one of"),
    ],
)
def test_a_refused_value_changes_nothing_and_is_told_on_the_page(name, value, message):
    figure = Trajectory()
    before = figure.values, figure.view
    with pytest.raises(ValueError, match=message):
        setattr(figure, name, value)
    with pytest.raises(ValueError, match=message):
        figure.set_state({"momentum": 0.5, name: value})
    assert (figure.values, figure.view) == before
    assert figure.error.startswith(message)


@pytest.mark.parametrize("name", ["layout", "title", "set", "view"])
def test_a_control_with_a_name_that_is_taken_is_refused(name):
    with pytest.raises(ValueError, match=f"a control cannot be named '{name}'"):
        type("Taken", (Explorer,), {"controls": {name: Slider(0.1, low=0, high=1)}})


def test_a_figure_of_ones_own_gets_its_controls_as_attributes():
    class Line(Explorer):
        controls: ClassVar = {"slope": Slider(1, low=0, high=3)}

        def frame(self, *, slope):
            return Frame({}, f"slope {slope}")

        def draw(self, figure, frame):
            return {}

    figure = Line(slope=2)
    figure.slope = 3
    assert figure.caption == "slope 3.0"


def test_the_examples_of_the_page_run_and_do_what_it_says(capsys):
    names = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(block, names)
    figure, slider, other = names["figure"], names["slider"], names["other"]
    assert slider.value == figure.momentum == 0.9
    assert names["label"].value == "terminal step 1"
    assert "10 updates remembered" in capsys.readouterr().out
    assert other.lr == figure.lr == 0.1
