"""Machine code and numpy come to the same numbers, to the last bit."""

import numpy as np
import pytest

from course_lib import optimizers, schedules, surfaces, training
from course_lib.base.objectives import Objective
from course_lib.compiled import runs, text
from course_lib.explorers.noise import _Remembered
from course_lib.optimizers import SGD, Adam
from course_lib.surfaces import NoisyQuadratic, PixelRegression, Ravine
from tests.compiled.twice import assert_the_same, with_compiler

SURFACES = [
    *map(surfaces.get, surfaces.names()),
    Ravine(condition=50, angle=30),
    PixelRegression(centred=True),
]
RANGES = {  # of each setting that is a number
    "lr": (0, 3),
    "decay": (0, 0.5),
    "epsilon": (1e-9, 1e-2),
    "schedule_decay": (0, 1),
    "initial_accumulator_value": (0, 1),
    "clipvalue": (0.1, 2),
    "weight_decay": (0, 0.3),
    "l2": (0, 0.3),
    **dict.fromkeys(("momentum", "rho", "beta", "beta_1", "beta_2"), (0, 0.99)),
}
TOGETHER = {"Muon", "Adafactor", "Prodigy", "Cautious", "Lookahead", "Parts"}  # left to numpy
COMPILED = sorted({*optimizers.__all__} - TOGETHER - {"Optimizer"})
SWITCHES = {"nesterov", "amsgrad", "bias_correction", "epsilon_corrected", "epsilon_inside", "centered"}


def any_settings(rng, kind, steepness):
    """Settings of an optimizer: each may be left out, one number, or a family of 6."""
    drawn = {"lr": rng.uniform(*RANGES["lr"], 6) / steepness}
    for name in kind.settings()[1:]:
        if name == "clipnorm" or rng.random() < 0.4:
            continue
        values = rng.random(6) < 0.5 if name in SWITCHES else rng.uniform(*RANGES[name], 6)
        drawn[name] = values[0].item() if rng.random() < 0.6 else values
    return drawn


@pytest.mark.parametrize("name", COMPILED)
@pytest.mark.parametrize("surface", SURFACES, ids=repr)
def test_every_optimizer_on_every_surface(surface, name):
    """At settings of its own for each pair."""
    rng = np.random.default_rng([SURFACES.index(surface), COMPILED.index(name)])
    kind = getattr(optimizers, name)
    optimizer = kind(**any_settings(rng, kind, max(map(abs, surface.curvatures)) or 1.0))
    starts = rng.normal(size=(surface.dimensions, 6)) * rng.choice([1.0, 1e-3, 1e3])
    assert_the_same(surface, optimizer, w0=starts, steps=12, record_every=rng.choice([1, 5]).item())


@pytest.mark.parametrize("record_path", [False, True])
@pytest.mark.parametrize("count", [1, 7, 8, 9, 511, 512, 513, 1100])
def test_any_number_of_runs(count, record_path):
    sgd = SGD(lr=np.linspace(0.01, 2.5, count), momentum=0.9, decay=0.01, nesterov=True)
    assert_the_same("rosenbrock", sgd, steps=9, record_path=record_path, record_every=4)


def test_a_single_run():
    assert_the_same("rosenbrock", Adam(lr=0.1), steps=300)


def test_several_axes_and_starts():
    adam = Adam(lr=[[[0.1]], [[0.2]]], beta_1=[[0.5], [0.9], [0.99]])
    assert_the_same("himmelblau", adam, w0=np.arange(8.0).reshape(2, 4), steps=20)


def test_every_thread_does_its_part(monkeypatch):
    monkeypatch.setattr(runs, "FEW", 0)
    monkeypatch.setattr(runs.os, "cpu_count", lambda: 3)
    assert_the_same("booth", SGD(lr=np.linspace(0, 0.2, 4000)), steps=10)


def test_overflow_in_one_run_does_not_touch_the_others():
    assert_the_same("rosenbrock", SGD(lr=[1e-4, 1e6, 1e-4], momentum=0.5), steps=100)


@pytest.mark.parametrize("schedule", schedules.names().values(), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("kind", [SGD, Adam])
def test_every_schedule(kind, schedule):
    spans = {"steps": 8, "every": 8, "warm_up": 5, "stable": 5, "cool_down": 5, "boundaries": [10]}
    settings = {name: span for name, span in spans.items() if name in schedule.settings()}
    starts = np.random.default_rng(0).normal(size=(2, 9))
    assert_the_same("ravine", kind(lr=schedule(**settings), decay=0.01), w0=starts, steps=30)


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_noise_that_each_update_has_its_own_of(noise, shared):
    sgd = SGD(lr=[0.1, 0.5, 0.5], momentum=[0.0, 0.9, 0.5])
    assert_the_same(NoisyQuadratic(noise=noise, seed=3, shared=shared), sgd, steps=25)


def test_the_noise_of_the_figure():
    assert_the_same(_Remembered(noise=0.25), SGD(lr=0.1, momentum=0.9), w0=np.ones((2, 200)), steps=30)


class Own(Objective):
    """A surface as anybody may write it."""

    start, dimensions = (1.3, -0.4), 2

    def __init__(self, formula):
        self.formula = formula

    def value(self, w):
        return self.formula(*w)[0]

    def gradient(self, w):
        return self.formula(*w)[1]


ANYBODYS = {
    "array": lambda x, y: (x * x + y * y, np.array([2 * x, 2 * y])),
    "square": lambda x, y: (x**2 + y**2, np.stack([2 * x, 2 * y])),
    "powers": lambda x, y: (x**4 + abs(y) ** 0.5 + abs(y) ** 1.5, np.stack([4 * x**3, y / (1 + y**2) ** -1])),
    "waves": lambda x, y: (np.cos(3 * x) + np.sin(y), np.stack([-3 * np.sin(3 * x), np.cos(y)])),
    "logs": lambda x, y: (
        np.log(1 + x * x) + np.logaddexp(0, y),
        np.stack([2 * x / (1 + x * x), np.tanh(y)]),
    ),
    "kinks": lambda x, y: (np.abs(x) + np.maximum(0, y), np.stack([np.sign(x), np.where(y > 0, 1.0, 0.0)])),
    "truths": lambda x, y: ((x > 0) * x, np.stack([1.0 * (x > 0), ((x < y) | (y == 0)) * y])),
    "bounds": lambda x, y: (np.minimum(x, y), np.stack([np.clip(x, -1, 1), np.clip(y, 0.1 * x, 1)])),
    "flat": lambda x, y: (0 * x + 3.0, np.stack([0 * x, 1 + 0 * y])),
}


@pytest.mark.parametrize("name", ANYBODYS)
@pytest.mark.parametrize("optimizer", [SGD(lr=[0.01, 0.1, 1.0], momentum=0.9), Adam(lr=[0.01, 0.1, 1.0])])
def test_a_surface_that_somebody_wrote(name, optimizer):
    assert_the_same(Own(ANYBODYS[name]), optimizer, steps=30)


class Halving(optimizers.Optimizer):
    """An optimizer that somebody wrote, whose rate halves by Python's own power."""

    def initial_state(self, w):
        return SGD().init(w)

    def update(self, w, g, state):
        step = self.lr * 0.9**state.iterations * g / (1 + state.iterations // 3)
        return w - step, state._replace(iterations=state.iterations + 1, velocity=-step)


def test_an_optimizer_that_somebody_wrote():
    assert_the_same("booth", Halving(lr=[0.01, 0.02, 0.05]), steps=40)


def test_the_text_is_the_same_wherever_a_slider_stands():
    """Or each move would wait for the compiler."""

    def at(lr, decay, condition):
        sgd = SGD(lr=[lr, 2 * lr], momentum=[0.1, 0.7], decay=decay)
        w = np.ones((2, 2))
        record, loss, rows = runs.recorded(Ravine(condition), sgd, w, sgd.init(w), 10)
        return text.text(record, loss, rows, coordinates=2)

    assert at(0.1, 0.02, 30.0) == at(0.3, 0.07, 11.0)


def test_a_large_family_is_compiled_without_being_asked():
    sgd = SGD(lr=np.linspace(0.01, 1, 1000))
    with with_compiler(little=runs.LITTLE):
        assert training.explain("ravine", sgd, steps=100) == "by machine code"
        assert (
            training.explain("ravine", sgd, steps=99)
            == "by numpy: 99,000 updates are done before a compiler is"
        )
