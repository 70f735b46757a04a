from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import surfaces, theory, training
from course_lib.base.objectives import Objective
from course_lib.optimizers import SGD
from course_lib.surfaces import NoisyQuadratic, Parabola, Plateau, Ravine

STEPS = 60
SURFACES = [*map(surfaces.get, surfaces.names()), Ravine(condition=50, angle=30)]
every_surface = pytest.mark.parametrize("surface", SURFACES, ids=repr)


def steepness(surface):
    """A scale for rates: the largest curvature, or 1 where there is none."""
    return max(map(abs, surface.curvatures)) or 1.0


def assert_equals_its_single_runs(surface, settings, w0=None, steps=STEPS):
    """Each member of a family must be the run of its own settings, bit for bit."""
    family = training.run(surface, SGD(**settings), w0=w0, steps=steps)
    R = family.losses.shape[1:]
    spread = {name: np.broadcast_to(value, R) for name, value in settings.items()}
    start = np.asarray(surface.start if w0 is None else w0, dtype=float)
    for i in np.ndindex(R):
        one = SGD(**{name: value[i].item() for name, value in spread.items()})
        own_start = start if start.ndim == 1 else start[:, *i]
        single = training.run(surface, one, w0=own_start, steps=steps)
        assert np.array_equal(family.path[:, :, *i], single.path, equal_nan=True), one
        assert np.array_equal(family.losses[:, *i], single.losses, equal_nan=True), one
        assert np.array_equal(family.w[:, *i], single.w, equal_nan=True), one
        assert family.diverged[i] == single.diverged, one
    return family


@every_surface
@pytest.mark.parametrize("decay", [0.0, 0.02])
def test_a_family_equals_its_single_runs_bit_for_bit(surface, decay):
    edge = theory.stability_limit() / steepness(surface)
    settings = {
        "lr": edge * np.array([[0.0], [0.02], [0.3], [50.0]]),
        "momentum": np.array([[0.0, 0.5, 0.9]]),
        "decay": decay,
        "nesterov": np.array([False, True])[:, None, None],
    }
    family = assert_equals_its_single_runs(surface, settings)
    assert family.path.shape == (STEPS + 1, surface.dimensions, 2, 4, 3)
    assert family.diverged.any()
    assert not family.diverged.all()


@every_surface
@pytest.mark.parametrize("nesterov", [False, True])
def test_a_family_of_decays_equals_its_single_runs(surface, nesterov):
    lr = 0.1 / steepness(surface)
    settings = {"lr": lr, "momentum": 0.9, "decay": np.array([0, 1e-3, 0.1, 3.0]), "nesterov": nesterov}
    assert_equals_its_single_runs(surface, settings)


@pytest.mark.parametrize("surface", [s for s in SURFACES if not isinstance(s, Plateau)], ids=repr)
def test_overflow_in_one_column_does_not_touch_the_others(surface):
    lr = np.array([0.05, 1e6, 0.05]) / steepness(surface)
    family = assert_equals_its_single_runs(surface, {"lr": lr, "momentum": 0.5}, steps=200)
    assert not np.isfinite(family.losses[-1, 1])
    assert np.array_equal(family.losses[:, 0], family.losses[:, 2], equal_nan=True)


@given(
    R=st.integers(1, 3),
    seed=st.integers(0, 10_000),
    surface=st.sampled_from(SURFACES),
)
def test_any_family_from_any_starts_equals_its_single_runs(R, seed, surface):
    rng = np.random.default_rng(seed)
    settings = {
        "lr": rng.uniform(0, 3, R) / steepness(surface),
        "momentum": rng.uniform(0, 0.99, R),
        "decay": rng.uniform(0, 0.1, R),
        "nesterov": rng.random(R) < 0.5,
    }
    assert_equals_its_single_runs(surface, settings, w0=rng.normal(size=(surface.dimensions, R)), steps=15)


@pytest.mark.parametrize("nesterov", [False, True, [False, True]])
def test_as_many_rates_as_coordinates_do_not_share_an_axis(nesterov):
    settings = {"lr": np.array([0.1, 0.5]), "momentum": 0.5, "nesterov": nesterov}
    family = assert_equals_its_single_runs(Ravine(), settings, w0=[1.0, -0.5])
    assert family.w.shape == (2, 2)


def test_a_start_for_each_member():
    w0 = np.arange(12.0).reshape(2, 3, 2) / 10
    settings = {"lr": np.array([[0.1], [0.2], [0.3]]), "momentum": np.array([0.0, 0.9])}
    assert_equals_its_single_runs(Ravine(), settings, w0=w0)


def test_starts_alone_make_a_family():
    w0 = np.array([[1.0, 2.0, 3.0], [0.5, -0.5, 0.0]])
    family = training.run("ravine", SGD(lr=0.2), w0=w0, steps=5)
    for i, start in enumerate(w0.T):
        assert np.array_equal(
            family.path[:, :, i], training.run("ravine", SGD(lr=0.2), w0=start, steps=5).path
        )


def test_starts_stand_on_the_last_axes_of_a_family():
    w0, lr = np.array([[1.0, 2.0], [0.5, -0.5]]), np.array([[0.1], [0.2]])
    family = training.run("ravine", SGD(lr=lr), w0=w0, steps=5)
    for i, j in np.ndindex(2, 2):
        single = training.run("ravine", SGD(lr=lr[i].item()), w0=w0[:, j], steps=5)
        assert np.array_equal(family.path[:, :, i, j], single.path)


@every_surface
def test_without_a_path_the_losses_and_the_end_are_the_same(surface):
    sgd = SGD(lr=[0.01, 0.02], momentum=0.9)
    with_path, without = (training.run(surface, sgd, steps=20, record_path=keep) for keep in (True, False))
    assert without.path is None
    assert np.array_equal(with_path.losses, without.losses, equal_nan=True)
    assert np.array_equal(with_path.w, without.w, equal_nan=True)
    assert np.array_equal(with_path.path[-1], with_path.w, equal_nan=True)


def test_a_run_is_the_textbook_loop():
    w, path = np.array(Ravine.start), [Ravine.start]
    for _ in range(20):
        w = w - 0.3 * Ravine().gradient(w)
        path.append(w)
    run = training.run("ravine", SGD(lr=0.3), steps=20)
    assert np.array_equal(run.path, path)
    assert np.array_equal(run.losses, [Ravine().value(w) for w in path])


def test_a_run_of_0_steps_stays_at_its_start():
    run = training.run("ravine", "sgd", steps=0)
    assert (run.steps, run.path.shape, run.losses.shape) == (0, (1, 2), (1,))
    assert np.array_equal(run.w, Ravine.start)
    assert not run.diverged
    assert run.rates.shape == (0,)


def test_the_gradient_is_asked_for_once_an_update():
    class Counted(Ravine):
        asked = 0

        def slope(self, w):
            Counted.asked += 1
            return super().slope(w)

    training.run(Counted(), SGD(lr=0.3), steps=20)
    assert Counted.asked == 20


@pytest.mark.parametrize("kind", [list, np.float32])
def test_a_gradient_that_is_no_float64_array_will_do(kind):
    class Rounded(Objective):
        start, dimensions = (1.0, 0.5), 2

        def value(self, w):
            return w @ w

        def gradient(self, w):
            return kind(w)

    run = training.run(Rounded(), SGD(lr=0.25), steps=4)
    np.testing.assert_array_equal(run.w, np.multiply(Rounded.start, 0.75**4))


def test_the_start_is_not_changed():
    w0 = np.array([1.0, 1.0])
    training.run("ravine", SGD(lr=0.5), w0=w0, steps=5)
    assert np.array_equal(w0, [1, 1])


@pytest.mark.parametrize("surface", surfaces.names())
@pytest.mark.parametrize("lr", [1e-3, [1e-3, 2e-3]])
def test_a_path_from_float32_ends_where_the_run_ends(surface, lr):
    start = np.array(surfaces.get(surface).start, dtype=np.float32)
    run = training.run(surface, SGD(lr=lr, momentum=0.9), w0=start, steps=10)
    assert run.path.dtype == run.w.dtype
    assert np.array_equal(run.path[-1], run.w)


def test_updates_to_counts_the_updates_until_the_loss_is_low_enough():
    run = training.run(Parabola(), SGD(lr=[0.5, 1.0, 0.0, 2.5]), w0=[1.0], steps=10)  # losses 0.5 * 0.25**t
    assert run.updates_to(0.5) == [0, 0, 0, 0]
    assert run.updates_to(0.125) == [1, 1, -1, -1]
    assert run.updates_to(0.1) == [2, 1, -1, -1]
    assert run.updates_to(0.0) == [-1, 1, -1, -1]


@pytest.mark.parametrize("every", [1, 7])
def test_updates_to_stay_is_the_record_after_the_last_that_is_above(every):
    lr, momentum = [1e-3, 0.1, 1.0, 3.0, 50.0], [[0.0], [0.9]]
    runs = training.run("ravine", SGD(lr=lr, momentum=momentum), steps=300, record_every=every)
    for loss in (1.0, 1e-3, 1e-9):
        for (row, column), count in np.ndenumerate(runs.updates_to_stay(loss)):
            losses = runs.losses[:, row, column]
            above = [update for update, of in zip(runs.updates, losses, strict=True) if not of <= loss]
            after = [update for update in runs.updates if update > max(above, default=-1)]
            assert count == (after[0] if after else -1)
    assert runs.updates_to_stay(1e-3) != runs.updates_to(1e-3)


def test_diverged_says_which_runs_ended_above_their_start():
    run = training.run(Parabola(), SGD(lr=[0.0, 0.5, 2.0, 2.1, 1e3]), w0=[1.0], steps=500)
    assert run.diverged.tolist() == [False, False, False, True, True]
    assert np.isnan(run.losses[-1, -1])


class Cliff(Objective):
    """``w`` with a gradient of 1 everywhere, but ``height`` in the third update."""

    start, dimensions = (1.0, 1.0), 2

    def __init__(self, height, update=None):
        self.height, self.update = height, update

    def at(self, update):
        return Cliff(self.height, update)

    def value(self, w):
        return np.sum(w, axis=0)

    def gradient(self, w):
        g = np.ones_like(w)
        g[0] = self.height if self.update == 2 else 1.0
        return g


@pytest.mark.parametrize("name", ["adam", "rmsprop", "adagrad", "adadelta", "nadam"])
def test_a_memory_that_ran_out_of_numbers_is_no_success(name):
    """A squared gradient of 1e200 is infinity: the weight stands still for ever, below where it began."""
    broken, sound = (training.run(Cliff(height), name, steps=20) for height in (1e200, 1e3))
    assert np.array_equal(broken.path[5:, 0], np.full(16, broken.w[0]))  # it stands still
    assert broken.losses[-1] <= broken.losses[0]
    assert broken.diverged.item() is True
    assert sound.diverged.item() is False
    family = training.sweep(Cliff(1e200), name, steps=20, lr=[0.001, 0.002, 0.003])
    assert family.diverged.tolist() == [True] * 3


def test_one_member_without_numbers_leaves_the_others_sound():
    start = np.array([[1.0, 1e200], [1.0, 1.0]])
    runs = training.run("ravine", "rmsprop", w0=start, steps=3)
    assert runs.diverged.tolist() == [False, True]
    assert np.isinf(runs.state.square[0]).tolist() == [False, True]


def test_rates_are_those_of_each_update():
    run = training.run("parabola", SGD(lr=[0.1, 0.2], decay=0.5), steps=3)
    np.testing.assert_allclose(run.rates, np.outer([1, 1 / 1.5, 1 / 2], [0.1, 0.2]), rtol=1e-15)
    assert np.array_equal(training.run("parabola", SGD(lr=0.1), steps=3).rates, [0.1] * 3)


@pytest.mark.parametrize(
    "settings", [{"momentum": [0.0, 0.9]}, {"lr": [[0.1], [0.2]], "momentum": [0, 0.5, 0.9]}]
)
def test_rates_have_the_shape_of_the_family(settings):
    run = training.run("parabola", SGD(**settings), steps=3)
    assert run.rates.shape == (3, *run.losses.shape[1:])


@pytest.mark.parametrize(
    ("surface", "lr", "momentum", "nesterov"),
    [
        (*case, nesterov)
        for case, nesterov in product(
            [
                ("parabola", 1e3, 0.9),
                ("ravine", 1e3, 0.0),
                ("rosenbrock", 1.0, 0.9),
                ("himmelblau", 1.0, 0.5),
            ],
            [False, True],
        )
    ],
)
def test_a_diverging_run_raises_nothing_and_warns_nothing(surface, lr, momentum, nesterov):
    run = training.run(surface, SGD(lr=lr, momentum=momentum, nesterov=nesterov), steps=600)
    assert run.diverged
    assert not np.isfinite(run.losses[-1])
    assert run.updates_to(0.0) == -1


def test_the_repr_says_what_ran():
    run = training.run("parabola", SGD(lr=[0.1, 0.2]), steps=3)
    sgd = "SGD(lr=[0.1, 0.2], momentum=0.0, decay=0.0, nesterov=False)"
    assert repr(run) == f"Run(Parabola(curvature=1.0), {sgd}, steps=3, family=(2,))"


def test_what_is_recorded_less_often_is_part_of_what_is_recorded_always():
    sgd = SGD(lr=[0.1, 0.3], momentum=0.9)
    always, tenth = (training.run("ravine", sgd, steps=25, record_every=k) for k in (1, 10))
    assert tenth.updates.tolist() == [0, 10, 20, 25]
    assert tenth.steps == always.steps == 25
    assert np.array_equal(tenth.losses, always.losses[tenth.updates])
    assert np.array_equal(tenth.path, always.path[tenth.updates])
    assert np.array_equal(tenth.w, always.w)


def test_a_run_stops_when_all_have_arrived_or_left_the_range_of_numbers():
    runs = training.run("parabola", SGD(lr=[0.5, 0.9, 3.0]), steps=5000, stop_at=1e-6)
    arrived = (runs.losses[-1] <= 1e-6) | ~np.isfinite(runs.losses[-1])
    before = (runs.losses[-2] <= 1e-6) | ~np.isfinite(runs.losses[-2])
    assert arrived.all()
    assert not before.all()
    assert runs.steps < 5000
    assert len(runs.losses) == len(runs.path) == runs.steps + 1


def test_updates_to_counts_updates_and_not_records():
    run = training.run("parabola", SGD(lr=0.1), steps=100, record_every=7)
    assert run.updates_to(1e-3) == 35
    assert training.run("parabola", SGD(lr=0.1), steps=100).updates_to(1e-3) == 30


def test_a_sweep_is_the_family_of_all_combinations():
    lr, momentum = [0.1, 0.5, 1.0], [0.0, 0.9]
    base = SGD(decay=0.01, nesterov=True)
    swept = training.sweep("ravine", base, steps=30, lr=lr, momentum=momentum)
    by_hand = SGD(lr=np.reshape(lr, (3, 1)), momentum=momentum, decay=0.01, nesterov=True)
    family = training.run("ravine", by_hand, steps=30)
    assert swept.losses.shape == (31, 3, 2)
    assert np.array_equal(swept.losses, family.losses)
    assert swept.path is None


@pytest.mark.parametrize("verbose", [0, 1])
def test_the_progress_bar_shows_only_when_asked(verbose, capsys):
    training.run("parabola", "sgd", steps=20, verbose=verbose)
    assert ("20/20" in capsys.readouterr().err) == bool(verbose)


def test_noise_is_met_by_update_and_shared_by_a_family():
    noisy = NoisyQuadratic(noise=0.5, seed=1)
    family = assert_equals_its_single_runs(noisy, {"lr": np.array([0.1, 0.2]), "momentum": 0.5}, steps=40)
    sgd, w = SGD(lr=0.1, momentum=0.5), np.array(noisy.start)
    state = sgd.init(w)
    for t in range(40):
        w, state = sgd.step(w, noisy.at(t).gradient(w), state)
    assert np.array_equal(family.w[:, 0], w)


@pytest.mark.parametrize("stop_at", ["soon", np.nan, [1, 2]])
def test_a_stop_that_is_no_loss_is_refused(stop_at):
    with pytest.raises(ValueError, match="stop_at must be"):
        training.run("parabola", "sgd", stop_at=stop_at)


def test_a_sweep_stops_and_shows_its_progress_as_a_run_does(capsys):
    runs = training.sweep("parabola", "sgd", steps=500, lr=[0.5, 0.9], stop_at=1e-3, verbose=1)
    assert runs.steps < 500
    assert "update" in capsys.readouterr().err


def test_a_sweep_takes_learning_rate_for_lr_and_not_both():
    rates = [0.1, 0.5]
    by_synonym, by_name = (
        training.sweep("parabola", "sgd", steps=5, **{name: rates}) for name in ("learning_rate", "lr")
    )
    assert np.array_equal(by_synonym.losses, by_name.losses)
    with pytest.raises(ValueError, match="lr must be given once; got it as lr and as learning_rate"):
        training.sweep("parabola", "sgd", lr=rates, learning_rate=rates)
