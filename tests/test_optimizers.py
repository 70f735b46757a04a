"""Every optimizer against its oracle in tests/oracles, to the last bit, alone and as a family."""

import inspect
import json
import math
import re
from itertools import cycle, product

import lint_optimizers
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rules import read_table

from course_lib import optimizers, schedules
from course_lib.optimizers import (
    SGD,
    Adadelta,
    Adafactor,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    Cautious,
    Lion,
    Lookahead,
    Muon,
    Nadam,
    Prodigy,
    RAdam,
    RMSprop,
    ScheduleFreeAdamW,
    ScheduleFreeSGD,
    base,
)
from tests import oracles

ORACLES = {type(tried): oracle for oracle in oracles.modules() for tried in oracle.TRIED}
OPTIMIZERS = [tried for oracle in oracles.modules() for tried in oracle.TRIED]
TRANSCRIBED = [optimizer for optimizer in OPTIMIZERS if hasattr(ORACLES[type(optimizer)], "path")]
GOLDEN = [golden for oracle in oracles.modules() for golden in getattr(oracle, "GOLDEN", [])]
every_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)


def problem(shape=(5,), updates=120):
    """Weights, and a gradient for each update, some of them 0."""
    rng = np.random.default_rng(7)
    gradients = rng.normal(size=(updates, *shape)) * rng.choice([0, 0.01, 1, 10], (updates, *shape))
    return rng.normal(size=shape), gradients


def walk(optimizer, w, gradients):
    """The weights after each update of ours."""
    state, path = optimizer.init(w), []
    for g in gradients:
        w, state = optimizer.step(w, g, state)
        path.append(w)
    return path


def changed(optimizer, **settings):
    """The optimizer with other settings."""
    return type(optimizer)(**optimizer.get_config() | settings)


def numbers(optimizer):
    """The settings that are numbers, and so may be arrays."""
    return {name: value for name, value in optimizer.get_config().items() if type(value) is float}


@pytest.mark.parametrize("optimizer", TRANSCRIBED, ids=repr)
@pytest.mark.parametrize("shape", [(1,), (5,), (2, 3), (2, 3, 4)], ids=str)
def test_the_updates_are_those_of_the_transcription_to_the_last_bit(optimizer, shape):
    p, gradients = problem(shape)
    oracle = ORACLES[type(optimizer)]
    transcribed = list(oracle.path(p, gradients, **optimizer.get_config()))
    off = 1e-11 if hasattr(oracle, "NEARLY") else 0
    np.testing.assert_allclose(walk(optimizer, p, gradients), transcribed, rtol=off, atol=off)
    assert np.isfinite(transcribed).all()


def test_the_page_says_how_exact_each_optimizer_is():
    rows = {name: rest for name, *rest in read_table(lint_optimizers.PAGE, re.compile(r"[A-Z]\w+$"))}
    for made, oracle in ORACLES.items():
        differs = rows[made.__name__][1]
        bound = 0 if differs == "exact" else float(differs)
        assert (bound > 0) == hasattr(oracle, "NEARLY")
        p, gradients = problem((5, 4))
        for optimizer in (tried for tried in oracle.TRIED if type(tried) is made):
            transcribed = list(oracle.path(p, gradients, **optimizer.get_config()))
            np.testing.assert_allclose(walk(optimizer, p, gradients), transcribed, rtol=bound, atol=bound)


GOLDEN_SGD = (SGD(lr=0.5, momentum=0.5), [1.0], [[1.0], [1.0]], [[0.5], [-0.25]])  # by hand


@pytest.mark.parametrize(("optimizer", "w", "gradients", "path"), [GOLDEN_SGD, *GOLDEN])
def test_the_updates_are_those_that_another_program_computed(optimizer, w, gradients, path):
    np.testing.assert_allclose(walk(optimizer, np.array(w), np.array(gradients)), path, rtol=1e-12)


@given(
    lr=st.floats(0, 10),
    momentum=st.floats(0, 1, exclude_max=True),
    decay=st.floats(0, 1),
    nesterov=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_sgd_is_keras_1_whatever_the_settings(lr, momentum, decay, nesterov, seed):
    rng = np.random.default_rng(seed)
    p, gradients = rng.normal(size=3), rng.normal(size=(20, 3))
    settings = {"lr": lr, "momentum": momentum, "decay": decay, "nesterov": nesterov}
    assert np.array_equal(
        walk(SGD(**settings), p, gradients), list(ORACLES[SGD].path(p, gradients, **settings))
    )


@every_optimizer
@pytest.mark.parametrize("of_lr", [(3,), (2, 1)], ids=str)
def test_a_family_is_its_single_runs_to_the_last_bit(optimizer, of_lr):
    """As many members as coordinates (3), where a wrong axis would go unnoticed; and a family of two axes."""
    factors = np.array([1, 0.9, 0.3])
    settings = {name: value * factors for name, value in numbers(optimizer).items()}
    settings["lr"] = np.resize([0.1, 0.05, 0.2], of_lr)
    family = changed(optimizer, **settings)
    R = family.family_shape
    p, gradients = problem((3,))
    spread = (
        p.reshape(3, *(1 for _ in R)) * np.ones(R),
        gradients.reshape(-1, 3, *(1 for _ in R)) * np.ones(R),
    )
    path, full_path = walk(family, *spread), walk(family.written_out(), *spread)
    assert np.array_equal(path, full_path)
    for member in np.ndindex(R):
        own = {name: np.broadcast_to(value, R)[member].item() for name, value in settings.items()}
        single = walk(changed(optimizer, **own), p, gradients)
        assert np.array_equal([w[:, *member] for w in path], single)


@every_optimizer
def test_float32_weights_stay_float32_and_agree_with_float64(optimizer):
    w, gradients = problem()
    path = walk(optimizer, w.astype(np.float32), gradients.astype(np.float32))
    assert {step.dtype for step in path} == {np.dtype(np.float32)}
    np.testing.assert_allclose(path, walk(optimizer, w, gradients), rtol=1e-3, atol=1e-3)


@every_optimizer
def test_step_is_pure(optimizer):
    w, gradients = problem(updates=4)
    state = optimizer.init(w)
    for g in gradients[:3]:
        w, state = optimizer.step(w, g, state)
    g = gradients[3]
    before = [np.copy(x) for x in (w, g, *base.remembered(state))]
    (first, state_1), (again, state_2) = optimizer.step(w, g, state), optimizer.step(w, g, state)
    for x, y in [
        *zip(before, (w, g, *base.remembered(state)), strict=True),
        (first, again),
        *zip(base.remembered(state_1), base.remembered(state_2), strict=True),
    ]:
        assert np.array_equal(x, y)
    assert (state.iterations, state_1.iterations) == (3, 4)


@every_optimizer
def test_lists_and_integers_are_as_good_as_arrays(optimizer):
    for settings in ({}, {"clipnorm": 1.0, "clipvalue": 0.6}):
        clipping = changed(optimizer, **settings)
        listed = walk(clipping, [1, 2], [[3, -4], [0, 2]])
        assert np.array_equal(
            listed, walk(clipping, np.array([1.0, 2.0]), np.array([[3.0, -4.0], [0.0, 2.0]]))
        )


@every_optimizer
def test_a_rate_of_0_moves_nothing(optimizer):
    w, gradients = problem(updates=5)
    assert np.array_equal(walk(changed(optimizer, lr=0), w, gradients), [w] * 5)


def test_the_documented_defaults_are_kerass_or_the_authors():
    adam = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8}
    decay, plain = {"decay": 0.0}, {"amsgrad": False, "bias_correction": True, "epsilon_corrected": False}
    defaults = {
        SGD: {"lr": 0.01, "momentum": 0.0, "nesterov": False} | decay,
        RMSprop: {"lr": 0.001, "rho": 0.9, "epsilon": 1e-8, "momentum": 0.0, "centered": False}
        | {"epsilon_inside": False}
        | decay,
        Adagrad: {"lr": 0.01, "epsilon": 1e-8, "initial_accumulator_value": 0.0, "epsilon_inside": False}
        | decay,
        Adadelta: {"lr": 1.0, "rho": 0.95, "epsilon": 1e-8} | decay,
        Adam: {"lr": 0.001} | adam | decay | plain,
        Adamax: {"lr": 0.002} | adam | decay,
        Nadam: {"lr": 0.002, "schedule_decay": 0.004} | adam | decay,
        AdamW: {"lr": 0.001, "weight_decay": 0.004} | adam | decay | plain,
        Lion: {"lr": 0.001, "beta_1": 0.9, "beta_2": 0.99} | decay,
        Muon: {"lr": 0.001, "momentum": 0.95, "nesterov": True, "scale": "keras", "ns_steps": 5}
        | {"epsilon": 1e-7}
        | decay,
        Adafactor: {"lr": 0.001, "beta_2_decay": -0.8, "epsilon_1": 1e-30, "epsilon_2": 1e-3}
        | {"clip_threshold": 1.0}
        | decay,
        ScheduleFreeAdamW: {"lr": 0.0025, "beta": 0.9, "beta_2": 0.999, "epsilon": 1e-8} | decay,
        RAdam: {"lr": 0.001} | adam | decay,  # PyTorch's
        ScheduleFreeSGD: {"lr": 1.0, "beta": 0.9} | decay,  # the authors'
        Prodigy: {"lr": 1.0, "d0": 1e-6} | adam | decay,  # the authors'
        Lookahead: {"lr": 1.0, "k": 5, "alpha": 0.5} | decay,
        Cautious: {"lr": 1.0} | decay,
    }
    for made, expected in defaults.items():
        inside = {"optimizer"} & made().get_config().keys()
        assert {name: x for name, x in made().get_config().items() if name not in inside} == expected
    assert defaults.keys() == ORACLES.keys()


def test_the_first_argument_is_the_rate():
    for made in ORACLES:
        assert made(0.3).lr == made(lr=0.3).lr == made(learning_rate=0.3).lr == 0.3
        assert made.from_config({"learning_rate": 0.3}).get_config() == made(0.3).get_config()


# Names and settings.


@pytest.mark.parametrize("made", ORACLES, ids=lambda made: made.__name__)
def test_get_takes_every_spelling_of_the_name(made):
    name = made.__name__
    for spelled in (name, name.lower(), name.upper(), {"class_name": name.lower(), "config": {}}):
        assert type(optimizers.get(spelled)) is made
        assert optimizers.get(spelled).get_config() == made().get_config()


@every_optimizer
def test_an_optimizer_comes_back_from_its_config(optimizer):
    optimizer = changed(optimizer, clipnorm=2.0, clipvalue=0.5)
    identifier = json.loads(
        json.dumps({"class_name": type(optimizer).__name__, "config": optimizer.get_config()})
    )
    for again in (optimizers.get(identifier), eval(repr(optimizer), vars(optimizers))):
        assert again.get_config() == optimizer.get_config()
        assert np.array_equal(walk(again, *problem()), walk(optimizer, *problem()))
    assert optimizers.get(optimizer) is optimizer


@every_optimizer
def test_an_unknown_setting_is_refused_with_those_there_are(optimizer):
    with pytest.raises(ValueError, match=rf"config of {type(optimizer).__name__} accepts lr, .*; got rate"):
        type(optimizer).from_config({"rate": 0.1})


fractions = st.floats(0, 1, exclude_max=True)


@given(
    st.fixed_dictionaries(
        {
            "lr": fractions | st.lists(fractions, min_size=2, max_size=2),
            "momentum": fractions | st.lists(fractions, min_size=2, max_size=2),
            "decay": fractions,
            "nesterov": st.booleans() | st.lists(st.booleans(), min_size=2, max_size=2),
        }
    )
)
def test_a_config_survives_json(settings):
    config = SGD(**settings).get_config()
    assert config == settings
    assert SGD.from_config(json.loads(json.dumps(config))).get_config() == config


def test_the_repr_is_the_call():
    settings = "lr=0.1, momentum=0.9, decay=0.01, nesterov=True"
    assert repr(eval(f"SGD({settings})")) == f"SGD({settings})"
    assert len(repr(SGD(lr=np.linspace(0, 1, 10_000)))) < 120


def test_written_out_is_the_same_family_in_full():
    sgd = SGD(lr=[[0.1], [0.2]], momentum=[0.0, 0.5, 0.9], nesterov=True)
    full = sgd.written_out()
    assert sgd.family_shape == full.family_shape == (2, 3)
    assert np.array_equal(full.lr, [[0.1] * 3, [0.2] * 3])
    assert np.array_equal(full.momentum, [[0.0, 0.5, 0.9]] * 2)
    assert full.nesterov is True


def switches(optimizer):
    return [name for name, value in optimizer.get_config().items() if type(value) is bool]


@pytest.mark.parametrize("optimizer", [o for o in OPTIMIZERS if switches(o)], ids=repr)
def test_a_family_may_have_its_switches_on_in_part(optimizer):
    """Each switch on and off, in every combination, and the rate beside them."""
    names = switches(optimizer)
    ways = [dict(zip(names, way, strict=True)) for way in product([True, False], repeat=len(names))]
    lr = np.linspace(0.01, 0.1, len(ways))
    w, gradients = problem((3,))
    family = changed(optimizer, lr=lr, **{name: [way[name] for way in ways] for name in names})
    assert family.family_shape == lr.shape
    together = np.array(walk(family, w[:, None] + 0 * lr, gradients[..., None] + 0 * lr))
    for member, way in enumerate(ways):
        single = walk(changed(optimizer, lr=lr[member], **way), w, gradients)
        assert np.array_equal(together[..., member], single)


def test_the_update_of_sgd_is_its_formula():
    """Lesson 12 prints it."""
    body = inspect.getsource(SGD.update).splitlines()
    assert len(body) == 6
    assert not any(word in "".join(body) for word in ("isinstance", "where", "ndarray"))


# Clipping.


def keras_clip(g, clipnorm, clipvalue):
    """Keras 1.2.2's get_gradients."""
    norm = np.sqrt(np.sum(np.square(g)))
    g = g * clipnorm / norm if norm >= clipnorm else g
    return np.clip(g, -clipvalue, clipvalue)


@every_optimizer
def test_a_clipped_gradient_is_keras_1s(optimizer):
    w, gradients = problem((40,))
    for how in product([1e9, 30.0, 1.0], [1e9, 0.4]):  # 30 shortens about half of them
        clipped = walk(changed(optimizer, clipnorm=how[0], clipvalue=how[1]), w, gradients)
        by_hand = walk(optimizer, w, [keras_clip(g, *how) for g in gradients])
        assert np.array_equal(clipped, by_hand)


def test_the_norm_is_clipped_before_the_values():
    sgd = SGD(lr=1, clipnorm=1, clipvalue=0.7)
    w, _ = sgd.step([0.0, 0.0], [3.0, 4.0], sgd.init([0.0, 0.0]))
    assert w == pytest.approx([-0.6, -0.7])  # the values first would give 0.7 / sqrt(2 * 0.49) twice


@pytest.mark.parametrize("size", [1, 3, 40, 1001])
def test_every_member_of_a_family_is_clipped_by_its_own_norm_and_to_the_last_bit(size):
    w, gradients = problem((size,))
    clipnorm, clipvalue = np.array([0.1, 3.0, 1e9]), np.array([1e9, 0.4, 0.4])
    family = SGD(lr=0.1, clipnorm=clipnorm, clipvalue=clipvalue)
    path = walk(family, w[:, None] * np.ones(3), gradients[..., None] * np.ones(3))
    for member in range(3):
        one = SGD(lr=0.1, clipnorm=clipnorm[member], clipvalue=clipvalue[member])
        assert np.array_equal([step[:, member] for step in path], walk(one, w, gradients))


def test_clipping_keeps_float32_and_a_gradient_of_0():
    sgd = SGD(lr=0.5, clipnorm=1.0, clipvalue=0.5)
    w, _ = sgd.step(np.ones(2, np.float32), np.zeros(2, np.float32), sgd.init(np.ones(2, np.float32)))
    assert w.dtype == np.float32
    assert np.array_equal(w, [1, 1])


def clipped(g, clipnorm):
    """What is left of the gradient."""
    sgd = SGD(lr=1, clipnorm=clipnorm)
    return -sgd.step(np.zeros_like(g), g, sgd.init(np.zeros_like(g)))[0]


@pytest.mark.parametrize(
    ("float_type", "huge"),
    [(np.float32, 1.9e19), (np.float32, 3e38), (np.float64, 1.4e154), (np.float64, 1e308)],
)
def test_a_gradient_whose_square_is_infinite_is_clipped_and_not_lost(float_type, huge):
    assert clipped(float_type([huge]), 1.0) == 1
    assert clipped(float_type([huge, 0, -huge]), 1.0) == pytest.approx([0.5**0.5, 0, -(0.5**0.5)], rel=1e-6)
    family = clipped(float_type([[huge, 3.0, 1e-3], [0, 4.0, 0]]), 1.0)
    assert family == pytest.approx(np.array([[1, 0.6, 1e-3], [0, 0.8, 0]]), rel=1e-6)


@pytest.mark.parametrize(("float_type", "tiny"), [(np.float32, 1e-30), (np.float64, 1e-200)])
def test_a_gradient_whose_square_is_0_is_clipped_too(float_type, tiny):
    g = float_type([3 * tiny, 4 * tiny])
    assert clipped(g, tiny) == pytest.approx([0.6 * tiny, 0.8 * tiny], rel=1e-6)
    assert np.array_equal(clipped(g, 5.1 * tiny), g)
    assert np.array_equal(clipped(float_type([0, 0]), tiny), [0, 0])


@pytest.mark.parametrize("count", [10**6, 3 * 10**6])
def test_the_norm_does_not_drift_with_the_count(count):
    left = clipped(np.full(count, 0.1, np.float32), 1.0)
    ulps = abs(math.fsum(np.square(left[:1], dtype=np.float64)) * count - 1) / np.finfo(np.float32).eps
    assert ulps < 3


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_a_gradient_without_a_length_becomes_nan_as_a_whole(broken):
    assert np.isnan(clipped(np.array([broken, 4.0]), 1.0)).all()
    one_broken = clipped(np.array([[broken, 3.0], [4.0, 4.0]]), 1.0)
    assert np.isnan(one_broken[:, 0]).all()
    assert one_broken[:, 1] == pytest.approx([0.6, 0.8])


# Pulls towards 0.


@every_optimizer
def test_l2_is_added_to_the_gradient_before_it_is_clipped(optimizer):
    w, gradients = problem()
    pulled, by_hand = (changed(optimizer, clipnorm=2.0, **more) for more in ({"l2": 0.3}, {}))
    state, other = pulled.init(w), by_hand.init(w)
    for g in gradients:
        expected, other = by_hand.step(w, g + 0.3 * w, other)
        w, state = pulled.step(w, g, state)
        assert np.array_equal(w, expected)


@every_optimizer
def test_weight_decay_begins_the_update_from_shrunken_weights(optimizer):
    w, gradients = problem()
    pulled, free = (changed(optimizer, weight_decay=amount) for amount in (0.3, 0.0))
    state, other = pulled.init(w), free.init(w)
    for t, g in enumerate(gradients):
        expected, other = free.step(w - w * 0.3 * free.rate(t), g, other)
        w, state = pulled.step(w, g, state)
        assert np.array_equal(w, expected)


def test_l2_and_weight_decay_part_where_the_gradient_is_divided_by_its_size():
    """Two weights alike but for the size of their gradients: Adam's l2 pulls the one and hardly the other."""
    gradients = np.tile([[100.0, 0.01], [-100.0, -0.01]], (200, 1))
    w = np.ones(2)
    for made, alike in [(SGD, True), (Adam, False)]:
        l2, decoupled = (
            walk(made(1e-3, **pull), w, gradients)[-1] for pull in ({"l2": 0.1}, {"weight_decay": 0.1})
        )
        assert np.allclose(l2, decoupled, rtol=1e-3) == alike


def test_the_golden_number_of_decoupled_decay():
    """g = .01, lr 1, weight_decay .5 and epsilon 2, from 1: half is left, and .01 / (.01 + 2) less."""
    adam = Adam(lr=1, weight_decay=0.5, epsilon=2, epsilon_corrected=True)
    w, _ = adam.step(np.ones(3), np.full(3, 0.01), adam.init(np.ones(3)))
    assert w == pytest.approx(0.5 - 0.01 / 2.01, rel=1e-12)


@pytest.mark.parametrize(("corrected", "step"), [(False, 0.0076), (True, 0.0099)])
def test_the_first_step_of_adam_at_a_small_gradient_in_keras_and_in_pytorch(corrected, step):
    adam = Adam(lr=0.01, epsilon_corrected=corrected)
    w, _ = adam.step([0.0], [1e-6], adam.init([0.0]))
    assert -w[0] == pytest.approx(step, abs=5e-6)


# States that come from elsewhere.


def through_a_file(state, folder):
    inside = {name: through_a_file(x, folder) for name, x in state._asdict().items() if isinstance(x, tuple)}
    np.savez(folder / "state.npz", **{name: x for name, x in state._asdict().items() if name not in inside})
    with np.load(folder / "state.npz") as saved:
        return type(state)(**saved, **inside)


@every_optimizer
@pytest.mark.parametrize("float_type", [np.float32, np.float64])
def test_a_state_may_go_through_a_file(optimizer, float_type, tmp_path):
    w, gradients = (array.astype(float_type) for array in problem(updates=6))
    state = saved = optimizer.init(w)
    w_saved = w
    for g in gradients:
        w, state = optimizer.step(w, g, state)
        w_saved, saved = optimizer.step(w_saved, g, through_a_file(saved, tmp_path))
        arrays = [x for x in base.remembered(saved) if isinstance(x, np.ndarray)]
        assert {w_saved.dtype, *(x.dtype for x in arrays)} == {w.dtype}
        assert np.array_equal(w, w_saved)
        assert type(saved.iterations) is int


@every_optimizer
@pytest.mark.parametrize("count", [np.int64(3), np.uint8(3), np.array(3)], ids=repr)
def test_the_kind_of_the_count_does_not_widen_the_weights(optimizer, count):
    w = np.ones(3, np.float32)
    state = optimizer.init(w)._replace(iterations=count)
    after, state = optimizer.step(w, w, state)
    assert (after.dtype, state.iterations) == (np.float32, 4)


@every_optimizer
def test_a_family_goes_through_a_file_too(optimizer, tmp_path):
    family = changed(optimizer, **{name: [value, value / 2] for name, value in numbers(optimizer).items()})
    w, gradients = problem((3, 2), updates=3)
    state = family.init(w)
    for g in gradients:
        expected, new = family.step(w, g, state)
        assert np.array_equal(family.step(w, g, through_a_file(state, tmp_path))[0], expected)
        w, state = expected, new


@every_optimizer
def test_a_state_of_another_shape_is_refused(optimizer):
    w, state = np.zeros(3), optimizer.init(np.zeros(3))
    for name in state._fields[1:]:
        is_one = getattr(getattr(state, name), "shape", None) == (1,)  # a column's one mean
        for wrong in (np.zeros(1 + is_one), np.zeros(2), np.zeros((3, 1)), np.ma.zeros(3), "zeros"):
            with pytest.raises(ValueError, match=rf"{name} must"):
                optimizer.step(w, w, state._replace(**{name: wrong}))
    for wrong in (-1, 1.5, "soon", np.zeros(3, int), None):
        with pytest.raises(ValueError, match="iterations must be a whole number >= 0"):
            optimizer.step(w, w, state._replace(iterations=wrong))


def test_an_optimizer_that_becomes_a_family_later_is_no_rate_for_each_coordinate():
    sgd, w = SGD(0.1), np.zeros(2)
    state = sgd.init(w)
    sgd.lr = [0.1, 0.2]
    with pytest.raises(
        ValueError, match=r"w must have shape \(D, \*R\) with R = \(2,\), the family's; got \(2,\)"
    ):
        sgd.step(w, w, state)


@pytest.mark.parametrize("made", [Adam, RMSprop, Adagrad, Adadelta, Nadam])
@pytest.mark.parametrize(("float_type", "size"), [(np.float64, 1.4e154), (np.float32, 1.9e19)])
def test_a_gradient_with_an_infinite_square_is_the_end_as_the_docstring_says(made, float_type, size):
    assert "stands\n    still for ever" in inspect.getsource(made)
    w = np.ones(1, float_type)
    with np.errstate(over="ignore"):
        path = walk(made(), w, float_type([[size], *[[1.0]] * 100]))
    assert np.array_equal(path, [[1]] * 101)


# Powers.


def test_a_power_is_the_c_librarys_for_a_run_and_for_a_family():
    rng = np.random.default_rng(1)
    bases, exponents = rng.random(1000), rng.integers(1, 3000, 1000)
    expected = [math.pow(*pair) for pair in zip(bases, exponents, strict=True)]
    assert base.power(bases, exponents).tolist() == expected
    assert [base.power(*pair) for pair in zip(bases.tolist(), exponents.tolist(), strict=True)] == expected


# Schedules in place of a rate.

SCHEDULES = [
    schedules.InverseTime(0.1, decay=0.03),
    schedules.Step(0.1, drop=0.5, every=7),
    schedules.Exponential(0.1, factor=0.9, steps=10),
    schedules.Polynomial(0.1, steps=30, end=0.01, power=2),
    schedules.CosineRestarts(0.1, steps=10, lower=0.7),
    schedules.PiecewiseConstant([5, 10], [0.1, 0.05, 0.01]),
    schedules.WarmUp(schedules.InverseTime(0.1, decay=0.1), steps=5, start=0.01),
    schedules.Cosine(0.1, steps=30),
    schedules.WarmUpStableDecay(0.1, warm_up=5, stable=20, cool_down=10),
    schedules.Chain([0.1, schedules.Exponential(0.1, steps=9, staircase=True)], boundaries=[7]),
]
FROM_0 = schedules.WarmUp(schedules.InverseTime(0.1, decay=0.1), steps=5)
IN_TURN = [
    *zip(OPTIMIZERS, cycle(SCHEDULES), strict=False),
    *((optimizer, FROM_0) for optimizer in OPTIMIZERS),
]


@pytest.mark.parametrize(("optimizer", "schedule"), IN_TURN, ids=repr)
def test_a_schedule_is_the_same_as_its_rates_passed_by_hand(optimizer, schedule):
    w, gradients = problem(updates=40)
    scheduled = walk(changed(optimizer, lr=schedule), w, gradients)
    state = optimizer.init(w)
    for t, g in enumerate(gradients):
        w, state = changed(optimizer, lr=schedule(t)).step(w, g, state)
        assert np.array_equal(w, scheduled[t])


def test_every_schedule_is_tried():
    assert {type(schedule) for schedule in SCHEDULES} == set(schedules.names().values())


@every_optimizer
def test_inverse_time_is_decay_to_the_last_bit(optimizer):
    w, gradients = problem()
    decayed = walk(changed(optimizer, lr=0.1, decay=0.07), w, gradients)
    scheduled = walk(changed(optimizer, lr=schedules.InverseTime(0.1, decay=0.07), decay=0), w, gradients)
    assert np.array_equal(decayed, scheduled)


def test_a_schedule_in_a_config_survives_json():
    sgd = SGD(lr=schedules.WarmUp(schedules.Step(0.1, every=3), steps=4), momentum=0.9)
    again = optimizers.get(json.loads(json.dumps({"class_name": "SGD", "config": sgd.get_config()})))
    assert again.get_config() == sgd.get_config()
    assert np.array_equal(walk(again, *problem()), walk(sgd, *problem()))
    assert repr(again) == repr(sgd)


def test_a_schedule_keeps_float32():
    w, gradients = problem()
    for schedule in SCHEDULES:
        path = walk(SGD(lr=schedule), w.astype(np.float32), gradients.astype(np.float32))
        assert path[-1].dtype == np.float32


def test_a_family_of_schedules_is_a_family_of_the_optimizer():
    sgd = SGD(lr=schedules.InverseTime([0.1, 0.2], decay=0.1), momentum=0.9)
    assert sgd.family_shape == sgd.written_out().family_shape == (2,)
    with pytest.raises(ValueError, match=r"w must have shape \(D, \*R\) with R = \(2,\)"):
        sgd.init(np.zeros(2))
    w, gradients = problem((2,))
    path = walk(sgd, w[:, None] * [1, 1], gradients[..., None] * [1, 1])
    for member, lr in enumerate([0.1, 0.2]):
        single = walk(SGD(lr=lr, decay=0.1, momentum=0.9), w, gradients)
        assert np.array_equal([step[:, member] for step in path], single)


@given(st.floats(0, 10), st.integers(0, 10**9))
def test_without_decay_the_rate_is_constant(lr, iterations):
    assert SGD(lr=lr).rate(iterations) == lr


@given(lr=st.floats(0, 10), decay=st.floats(0, 1), seed=st.integers(0, 1000))
def test_momentum_0_makes_nesterov_equal_to_plain_exactly(lr, decay, seed):
    rng = np.random.default_rng(seed)
    w, gradients = rng.normal(size=3), rng.normal(size=(20, 3))
    plain, ahead = (walk(SGD(lr=lr, decay=decay, nesterov=on), w, gradients) for on in (False, True))
    assert np.array_equal(plain, ahead)


@given(lr=st.floats(0, 10), seed=st.integers(0, 1000))
def test_decay_0_leaves_the_rate_constant(lr, seed):
    updates = np.random.default_rng(seed).integers(0, 10**9, size=5)
    assert (SGD(lr=lr).rate(updates) == lr).all()
    assert SGD(lr=lr).rate(int(updates[0])) == lr


@pytest.mark.parametrize("inside", [False, True])
def test_a_centered_rmsprop_survives_a_gradient_that_does_not_vary(inside):
    """Its variance is then 0 but for rounding, which must not put a negative number under the root."""
    g = np.random.default_rng(0).lognormal(0, 5, 200)
    rmsprop = RMSprop(lr=1e-9, centered=True, epsilon_inside=inside)
    assert np.isfinite(walk(rmsprop, np.zeros(200), [g] * 600)).all()
