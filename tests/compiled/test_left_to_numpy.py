"""What cannot be recorded runs as ever, and says why it is not compiled."""

import os
import subprocess
import sys
from contextlib import nullcontext

import numpy as np
import pytest

from course_lib import data_loss, schedules, surfaces, training
from course_lib.base.objectives import Objective
from course_lib.compiled import machine, runs
from course_lib.layers import Dense
from course_lib.models import Sequential
from course_lib.optimizers import SGD, Adafactor, Cautious, Lookahead, Muon, Prodigy
from course_lib.sharpness import SharpnessAware
from tests.compiled.twice import with_compiler

RATES = [0.1, 0.2, 0.3]


class Bowl(Objective):
    """A surface with a formula that a stand-in cannot follow."""

    start, dimensions = (1.0, 0.5), 2

    def value(self, w):
        return 0.5 * (w[0] * w[0] + w[1] * w[1])

    def gradient(self, w):
        return w


class InPlace(Bowl):
    def gradient(self, w):
        w = 1 * w
        w *= 2
        return w


class Assigned(Bowl):
    def gradient(self, w):
        g = 1 * w
        g[0] = 0
        return g


class Branch(Bowl):
    def gradient(self, w):
        return w if (w[0] > 0).all() else -w


class Product(Bowl):
    def gradient(self, w):
        return np.array([[1.0, 0.5], [0.5, 1.0]]) @ w


class Sum(Bowl):
    def value(self, w):
        return np.sum(w * w, axis=0)


class Slice(Bowl):
    def gradient(self, w):
        return w[::-1]


class Long(Bowl):
    def value(self, w):
        return sum(super(Long, self).value(w) + k for k in range(500))


class OtherFormula(Bowl):
    def __init__(self, update=0):
        self.update = update

    def at(self, update):
        return OtherFormula(update)

    def gradient(self, w):
        return w if self.update % 2 else w + 1


class HalfPrecise(Bowl):
    def gradient(self, w):
        return np.float32([0.1, 0.2, 0.3]) * w


class Noisy(Bowl):
    """Noise that no update is told of."""

    def __init__(self):
        self.rng = np.random.default_rng(0)

    def gradient(self, w):
        return w + self.rng.normal(size=w.shape)


class Langevin(SGD):
    """Noise in the update."""

    rng = np.random.default_rng(0)

    def update(self, w, g, state):
        return super().update(w, g + type(self).rng.normal(), state)


class Crooked(Bowl):
    def gradient(self, w):
        return w[0]


class Growing(SGD):
    """Its steps are of one length as long as few are taken."""

    def update(self, w, g, state):
        return super().update(w, g if state.iterations < 3 else 2 * g, state)


class CountsByTwo(SGD):
    def update(self, w, g, state):
        w, state = super().update(w, g, state)
        return w, state._replace(iterations=state.iterations + 1)


def network():
    line = Sequential([Dense(1, input_dim=1)])
    line.compile("mean_squared_error", "sgd")
    return data_loss.DataLoss(line, [[0.0], [1.0]], [[1.0], [3.0]])


@pytest.mark.parametrize(
    ("objective", "optimizer", "why"),
    [
        (InPlace(), SGD(RATES), "a change in place cannot be followed"),
        (Assigned(), SGD(RATES), "'StandIn' object does not support item assignment"),
        (Branch(), SGD(RATES), "'StandIn' object has no attribute 'all'"),
        (Product(), SGD(RATES), "matmul cannot be followed"),
        (HalfPrecise(), SGD(RATES), "an array of float32 of shape (3,) cannot be followed"),
        (Sum(), SGD(RATES), "sum cannot be followed"),
        (Long(), SGD(RATES), "there are more than 1000 operations"),
        (Slice(), SGD(RATES), "only a whole coordinate can be taken; got slice(None, None, -1)"),
        (OtherFormula(), SGD(RATES), "the gradient has another formula at another update"),
        (Bowl(), Growing(RATES), "it is asked whether an array is true, which each run answers for itself"),
        (Bowl(), SGD(RATES, clipnorm=1.0), "'StandIn' object has no attribute 'transpose'"),
        (Bowl(), SGD(schedules.Step(lr=RATES)), "a schedule for each run cannot be followed"),
        (Bowl(), Muon(RATES), "'StandIn' object has no attribute 'transpose'"),
        (Bowl(), Adafactor(RATES), "float() argument must be a string or a real number, not 'StandIn'"),
        (Bowl(), Prodigy(RATES), "'StandIn' object has no attribute 'transpose'"),
        (Bowl(), Lookahead(RATES, SGD(0.1)), "a state inside of a state cannot be followed"),
        (Bowl(), Cautious(RATES, SGD(0.1)), "a state inside of a state cannot be followed"),
        (SharpnessAware(Bowl()), SGD(RATES), "'StandIn' object has no attribute 'max'"),
        (network(), SGD(RATES), "an array is asked for its numbers, which it has not yet"),
    ],
    ids=lambda of: type(of).__name__ if not isinstance(of, str) else "",
)
def test_what_cannot_be_recorded_runs_as_ever(objective, optimizer, why):
    expected = training.run(objective, optimizer, steps=8)
    with with_compiler():
        assert training.explain(objective, optimizer, steps=8).startswith(f"by numpy: {why}")
        run = training.run(objective, optimizer, steps=8)
    assert np.array_equal(run.path, expected.path)
    assert np.isfinite(run.path).all()


@pytest.mark.parametrize(("objective", "optimizer"), [(Noisy(), SGD(RATES)), (Bowl(), Langevin(RATES))])
def test_noise_of_its_own_is_drawn_at_each_update(objective, optimizer):
    with with_compiler():
        expected = "by numpy: a formula is another one when it is asked again"
        assert training.explain(objective, optimizer, steps=8) == expected
        path = training.run(objective, optimizer, steps=8).path
    kicks = path[1:] - path[:-1] * (1 - np.array(RATES))
    assert len(np.unique(kicks[:, 0, 0].round(9))) == 8


@pytest.mark.parametrize("switch", ["0", "1"])
def test_a_gradient_without_the_shape_of_the_weights_is_an_error_as_ever(switch, monkeypatch):
    monkeypatch.setattr(runs, "LITTLE", 0)
    monkeypatch.setenv(runs.SWITCH, switch)
    with pytest.raises(ValueError, match=r"g must have the shape of w, \(2, 3\); got \(3,\)"):
        training.run(Crooked(), SGD(RATES))


def test_a_step_or_a_gradient_that_somebody_wrote_anew_is_the_one_that_runs():
    class Still(SGD):
        def step(self, w, g, state):
            return w, state._replace(iterations=state.iterations + 1)

    class Uphill(surfaces.Ravine):
        def gradient(self, w):
            return -super().gradient(w)

    for context in (nullcontext(), with_compiler()):
        with context:
            still = training.run("ravine", Still(RATES), steps=5)
            uphill = training.run(Uphill(), SGD(RATES), steps=5)
        assert np.array_equal(still.path[0], still.path[-1])
        assert (uphill.losses[-1] > uphill.losses[0]).all()


def test_an_update_must_count_by_1():
    with with_compiler():
        assert training.explain(Bowl(), CountsByTwo(RATES)) == "by numpy: the update does not count by 1"


@pytest.mark.parametrize("options", [{"stop_at": 1e-6}, {"verbose": 1}])
def test_one_who_looks_on_or_stops_has_numpy(options, monkeypatch):
    monkeypatch.setattr(machine, "compiled", None)
    with with_compiler():
        training.run("ravine", SGD(RATES), steps=20, **options)
        with pytest.raises(TypeError):
            training.run("ravine", SGD(RATES), steps=20)


def test_the_switch_and_a_missing_compiler_are_named(monkeypatch):
    family = SGD(np.linspace(0.1, 1, 1000))
    assert training.explain("ravine", family) == "by numpy: COURSE_COMPILED is 0"
    monkeypatch.setattr(machine, "llvm", lambda: None)
    with with_compiler():
        assert training.explain("ravine", family) == (
            "by numpy: the compiler is not installed: pip install 'losses-and-optimizers[fast]'"
        )
        assert not runs.is_on()
        assert training.run("ravine", family, steps=100).losses.shape == (101, 1000)


def test_without_llvmlite_a_large_family_runs(tmp_path):
    (tmp_path / "llvmlite.py").write_text("raise ImportError('not here')")
    code = "from course_lib import training\n"
    code += "print(training.sweep('ravine', 'sgd', lr=[0.1] * 2000).losses[-1].max())"
    environment = os.environ | {"COURSE_COMPILED": "1", "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(done.stdout) == training.run("ravine", SGD(0.1)).losses[-1]


def test_a_small_run_loads_no_compiler():
    code = "import sys; from course_lib import training; training.run('ravine', 'sgd')\n"
    code += "print('llvmlite' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"COURSE_COMPILED": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"
