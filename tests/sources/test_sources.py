"""The three transcriptions beside one another, and what is read of the real ones."""

import numpy as np
import pytest

from course_lib.sources import installed, keras_1, keras_3, pytorch, twins
from course_lib.sources.shown import Installed
from course_lib.sources.twins import PARTS, SOURCES, Twins

GRADIENTS = np.random.default_rng(19).normal(size=(30, 4))


def paths(rates, momentum, nesterov):
    """The weights after each update: by the formula of Keras 3, and by that of PyTorch."""
    w, theta = np.ones(4), np.ones(4)
    third = keras_3.SGD(lambda t: rates[t], momentum, nesterov)
    other = pytorch.SGD([theta], momentum=momentum, nesterov=nesterov)
    pairs = []
    for rate, g in zip(rates, GRADIENTS, strict=True):
        other.lr = rate
        third.apply([g], [w])
        other.step([g])
        pairs.append((w.copy(), theta.copy()))
    return np.moveaxis(np.array(pairs), 1, 0)


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_at_a_constant_rate_all_take_one_path(momentum, nesterov):
    keras, torch = paths(np.full(30, 0.05), momentum, nesterov)
    assert np.allclose(keras, torch, rtol=1e-12)


def test_a_falling_rate_tells_them_apart_and_without_momentum_it_does_not():
    falling = 0.1 / (1 + np.arange(30))
    assert np.allclose(*paths(falling, 0.0, False), rtol=1e-12)
    keras, torch = paths(falling, 0.9, False)
    assert np.allclose(keras[0], torch[0], rtol=1e-12)
    assert abs(keras[1] - torch[1]).min() > 1e-3


def test_the_memory_of_pytorch_is_that_of_keras_over_minus_the_rate():
    """Worked out by hand: gradients 1 and 1, momentum 0.5, rate 0.2, then 0.1."""
    w, theta, g = np.zeros(1), np.zeros(1), np.ones(1)
    third = keras_3.SGD(lambda t: (0.2, 0.1)[t], momentum=0.5)
    other = pytorch.SGD([theta], lr=0.2, momentum=0.5)
    for rate in (0.2, 0.1):
        other.lr = rate
        third.apply([g], [w])
        other.step([g])
    assert third.velocities[0] == pytest.approx(-0.2)  # 0.5 * -0.2 - 0.1
    assert w == pytest.approx(-0.4)
    assert other.buffers[0] == pytest.approx(1.5)  # 0.5 * 1 + 1
    assert theta == pytest.approx(-0.35)  # -0.2 - 0.1 * 1.5


def test_dampening_leaves_the_first_gradient_whole():
    theta, g = np.zeros(1), np.ones(1)
    other = pytorch.SGD([theta], lr=1.0, momentum=0.9, dampening=0.9)
    other.step([g])
    assert other.buffers[0] == 1.0
    other.step([g])
    assert other.buffers[0] == pytest.approx(1.0)  # 0.9 * 1 + 0.1 * 1
    g[:] = 5.0
    assert other.buffers[0] == pytest.approx(1.0)  # it is a copy


def test_every_tag_is_a_part_and_every_part_stands_in_keras_1():
    tags = {
        name: {part for line in twins.lines(functions) for part in line.parts}
        for name, functions in SOURCES.items()
    }
    assert tags["Keras 1"] == set(PARTS)
    assert tags["Keras 3"] == set(PARTS) - {"limit"}
    assert tags["PyTorch"] == set(PARTS) - {"limit", "count"}


def test_the_numbers_of_a_part_are_those_of_the_sources_that_have_it():
    shown = twins.numbers()
    assert shown["step"] == {
        "Keras 1": "-0.1, then -0.14",
        "Keras 3": "-0.1, then -0.14",
        "PyTorch": "-0.1, then -0.095",
    }
    assert shown["ahead"]["Keras 1"] == "-0.19, then -0.176"
    assert shown["memory"]["PyTorch"] == "1, then 1.9"
    assert shown["limit"] == {}


def test_another_part_is_shown_and_a_wrong_one_refused():
    widget = Twins()
    assert widget.part == "memory"
    assert "without the rate" in Twins().set("memory")
    widget.set("rate")
    assert widget.part == "rate"
    with pytest.raises(ValueError, match="part must be one of ahead, count, limit, memory"):
        widget.set("x")


def test_a_table_stands_for_the_twins_where_nobody_looks_on():
    data, _ = Twins()._repr_mimebundle_()
    assert data["text/plain"] == "Twins: Keras 1, Keras 3, PyTorch"
    assert "<code>v = self.momentum * m - lr * g</code>" in data["text/html"]
    assert "# memory" not in data["text/html"]


LIBRARY = '''
class SGD:
    def update_step(self, w, g):
        """What it does."""
        return w - g
'''
FOUND = "def update_step(self, w, g):\n    return w - g"


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A library that would fail if it were started."""
    folder = tmp_path / "made_up" / "optim"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("raise RuntimeError('it was started')")
    (folder / "sgd.py").write_text(LIBRARY)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(installed, "version", lambda package: "7.0")
    return "made_up"


def test_a_source_is_read_without_starting_its_library(library, monkeypatch):
    monkeypatch.setitem(installed.PLACES, "torch", installed.Place(library, "optim/sgd.py", "update_step"))
    assert installed.source("torch") == ("7.0", FOUND)
    live = Installed("torch")
    assert (live.title, live.code) == ("PyTorch 7.0, as it is installed here:", FOUND)


MISSING = {
    "not installed": ("no_such_library", "optim/sgd.py", "update_step"),
    "other files": ("made_up", "sgd.py", "update_step"),
    "other names": ("made_up", "optim/sgd.py", "step"),
}


@pytest.mark.parametrize("place", MISSING.values(), ids=MISSING)
def test_what_is_not_there_is_said_in_a_sentence(library, monkeypatch, place):
    monkeypatch.setitem(installed.PLACES, "torch", installed.Place(*place))
    assert installed.source("torch") is None
    live = Installed("torch")
    assert live.title == "PyTorch is not installed here; the transcription above stands for it."
    assert live.code == ""


def test_what_is_stored_does_not_depend_on_what_is_installed(library, monkeypatch):
    stored = []
    for place in (("no_such_library", "", ""), (library, "optim/sgd.py", "update_step")):
        monkeypatch.setitem(installed.PLACES, "torch", installed.Place(*place))
        data, _ = Installed("torch")._repr_mimebundle_()
        stored.append({kind: text for kind, text in data.items() if kind.startswith("text/")})
    assert stored[0] == stored[1]
    assert "Run this cell to read" in stored[0]["text/plain"]


def test_the_words_of_keras_3_are_found():
    version, code = installed.source("keras") or ("", "")
    assert version.startswith("3.")
    assert code.startswith("def update_step(self, gradient, variable, learning_rate):")
    assert '"""' not in code


def test_the_list_of_keras_1_names_the_count_first():
    w, sgd = np.ones(2), keras_1.SGD(momentum=0.9)
    ((count, after), (memory, _), (weight, _)) = sgd.get_updates([w], {}, [np.ones(2)])
    assert count is sgd.iterations
    assert after == 1
    assert memory is sgd.moments[0]
    assert weight is w
