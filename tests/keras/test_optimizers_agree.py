"""Our optimizers and Keras 3's: the same path, or a difference that is pinned."""

import inspect
import re

import keras
import lint_optimizers
import numpy as np
import pytest
from keras import optimizers as theirs
from rules import read_table

from course_lib import optimizers as ours
from course_lib import schedules
from course_lib.averaging import EMA

# Ours with the settings that make it Keras 3's: its epsilon is 1e-7, and its decay a schedule.
INVERSE_TIME = theirs.schedules.InverseTimeDecay(0.1, decay_steps=1, decay_rate=0.03)
ON_THE_PAGE = {name: said for name, *_, said in read_table(lint_optimizers.PAGE, re.compile(r"[A-Z]\w+$"))}
pytestmark = pytest.mark.usefixtures("all_digits")
LACKS = "has it not"
EPS = {"epsilon": 1e-7}
SAME = {
    "SGD": (ours.SGD(0.1), lambda: theirs.SGD(0.1)),
    "SGD with momentum": (ours.SGD(0.1, 0.9), lambda: theirs.SGD(0.1, 0.9)),
    "SGD with momentum, Nesterov and decay": (
        ours.SGD(0.1, momentum=0.9, nesterov=True, decay=0.03),
        lambda: theirs.SGD(INVERSE_TIME, momentum=0.9, nesterov=True),
    ),
    "RMSprop": (ours.RMSprop(0.1, epsilon_inside=True, **EPS), lambda: theirs.RMSprop(0.1)),
    "RMSprop with momentum, centered": (
        ours.RMSprop(0.1, rho=0.8, momentum=0.5, centered=True, epsilon_inside=True, **EPS),
        lambda: theirs.RMSprop(0.1, rho=0.8, momentum=0.5, centered=True),
    ),
    "Adagrad": (
        ours.Adagrad(0.1, initial_accumulator_value=0.1, epsilon_inside=True, **EPS),
        lambda: theirs.Adagrad(0.1),
    ),
    "Adadelta": (ours.Adadelta(1.0, **EPS), lambda: theirs.Adadelta(1.0)),
    "Adam": (ours.Adam(0.1, **EPS), lambda: theirs.Adam(0.1)),
    "Adam with decay": (ours.Adam(0.1, decay=0.03, **EPS), lambda: theirs.Adam(INVERSE_TIME)),
    "AMSGrad": (
        ours.Adam(0.1, 0.8, 0.9, amsgrad=True, **EPS),
        lambda: theirs.Adam(0.1, beta_1=0.8, beta_2=0.9, amsgrad=True),
    ),
    "AdamW": (ours.AdamW(0.1, decay=0.03, weight_decay=0.1, **EPS), lambda: theirs.AdamW(INVERSE_TIME, 0.1)),
    "Adamax": (ours.Adamax(0.1, **EPS), lambda: theirs.Adamax(0.1)),
    "Nadam": (ours.Nadam(0.1, schedule_decay=1, **EPS), lambda: theirs.Nadam(0.1)),
    "Lion": (ours.Lion(0.1), lambda: theirs.Lion(0.1)),
    "Lion with weight decay": (
        ours.Lion(0.1, decay=0.03, weight_decay=0.1),
        lambda: theirs.Lion(INVERSE_TIME, weight_decay=0.1),
    ),
    "SGD with weight decay": (
        ours.SGD(0.1, momentum=0.9, decay=0.03, weight_decay=0.1),
        lambda: theirs.SGD(INVERSE_TIME, momentum=0.9, weight_decay=0.1),
    ),
    "RMSprop with weight decay": (
        ours.RMSprop(0.1, epsilon_inside=True, weight_decay=0.1, **EPS),
        lambda: theirs.RMSprop(0.1, weight_decay=0.1),
    ),
    "Adam with weight decay": (ours.Adam(0.1, weight_decay=0.1, **EPS), lambda: theirs.AdamW(0.1, 0.1)),
    "Nadam with weight decay": (
        ours.Nadam(0.1, schedule_decay=1, weight_decay=0.1, **EPS),
        lambda: theirs.Nadam(0.1, weight_decay=0.1),
    ),
    "ScheduleFreeAdamW": (ours.ScheduleFreeAdamW(0.1), lambda: theirs.ScheduleFreeAdamW(0.1)),
    "ScheduleFreeAdamW with warm-up": (
        ours.ScheduleFreeAdamW(schedules.WarmUp(0.1, steps=9, start=0.01), beta=0.7, beta_2=0.9),
        lambda: theirs.ScheduleFreeAdamW(0.1, beta_1=0.7, beta_2=0.9, warmup_steps=10),
    ),
    "Adafactor of a vector": (ours.Adafactor(0.1), lambda: theirs.Adafactor(0.1)),
    "Adafactor of a matrix": (
        ours.Adafactor(0.1, epsilon_2=0.1, clip_threshold=0.5, shape=(4, 3)),
        lambda: theirs.Adafactor(0.1, epsilon_2=0.1, clip_threshold=0.5, relative_step=False),
    ),
    "Muon, wide": (
        ours.Muon(0.1, weight_decay=0.004, shape=(3, 4)),
        lambda: theirs.Muon(0.1),
    ),
    "Muon, high, without Nesterov": (
        ours.Muon(0.1, momentum=0.8, nesterov=False, decay=0.03, shape=(4, 3)),
        lambda: theirs.Muon(INVERSE_TIME, momentum=0.8, nesterov=False, weight_decay=None),
    ),
    "Muon, unscaled": (
        ours.Muon(0.1, scale="none", ns_steps=2, shape=(3, 4)),
        lambda: theirs.Muon(0.1, rms_rate=None, ns_steps=2, weight_decay=None),
    ),
    "clipnorm": (ours.SGD(0.1, clipnorm=1.5), lambda: theirs.SGD(0.1, global_clipnorm=1.5)),
    "clipvalue": (ours.SGD(0.1, clipvalue=0.5), lambda: theirs.SGD(0.1, clipvalue=0.5)),
}


def problem(updates=20, size=5):
    rng = np.random.default_rng(22)
    w, gradients = rng.normal(size=size), rng.normal(size=(updates, size))
    return w, gradients * rng.choice([0.01, 1, 10], (updates, size))


def our_path(optimizer, w, gradients):
    state, path = optimizer.init(w), []
    for g in gradients:
        w, state = optimizer.step(w, g, state)
        path.append(w)
    return np.array(path)


def their_path(optimizer, w, gradients, shapes=((-1,),)):
    """``shapes``: of the variables that lie end to end in ``w``; (-1,) is a vector of all."""
    ends = np.cumsum([np.prod(shape) for shape in shapes])[:-1]

    def apart(array):
        return [part.reshape(shape) for part, shape in zip(np.split(array, ends), shapes, strict=True)]

    variables, path = [keras.Variable(part, dtype="float64") for part in apart(w)], []
    optimizer.build(variables)
    for g in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(part) for part in apart(g)], variables)
        path.append(np.concatenate([np.array(variable.value).ravel() for variable in variables]))
    return np.array(path)


@pytest.mark.parametrize(("our", "their"), SAME.values(), ids=SAME)
def test_100_updates_agree_as_well_as_the_page_says(our, their):
    shape = getattr(our, "shape", None) or (5,)
    w, gradients = problem(updates=100, size=np.prod(shape))
    expected = their_path(their(), w, gradients, [shape])
    said = ON_THE_PAGE[type(our).__name__].split(",")[0]
    off = 0 if said == "exact" else 10 * float(said)  # another machine may round the last bit otherwise
    np.testing.assert_allclose(our_path(our, w, gradients), expected, rtol=off, atol=off)


def test_a_networks_matrices_by_muon_and_the_rest_by_adamw_are_keras_3s_muon():
    shapes = [(4, 3), (3,), (3, 4), (4,)]
    w, gradients = problem(size=sum(np.prod(shape) for shape in shapes))
    decays = {"weight_decay": 0.004}
    parts = ours.Parts.by_shape(shapes, ours.Muon(0.1, **decays), ours.AdamW(0.1, **decays, **EPS))
    expected = their_path(theirs.Muon(0.1), w, gradients, shapes)
    np.testing.assert_allclose(our_path(parts, w, gradients), expected, rtol=1e-12, atol=1e-13)


def test_keras_3_takes_the_weight_decay_of_schedule_free_from_the_average():
    """Its authors' code takes it from z, as we do: the first place of a gradient after it is the same."""
    our = our_path(ours.ScheduleFreeAdamW(0.1, beta=0.5, weight_decay=0.1), *problem())
    their = their_path(theirs.ScheduleFreeAdamW(0.1, beta_1=0.5, weight_decay=0.1), *problem())
    assert np.abs(our - their).max() > 0.01


def test_every_optimizer_that_keras_3_has_is_compared_and_the_page_says_which_it_lacks():
    names = {found.__name__ for found in ours.names().values()}
    shared = {name for name in names if hasattr(theirs, name)}
    assert {type(our).__name__ for our, _ in SAME.values()} == shared
    said = {name: in_keras_3 for name, (_, in_keras_3, _) in lint_optimizers.read_defaults().items()}
    assert {name for name in names if said[name] != lint_optimizers.LACKS} == shared
    assert {name for name in names if ON_THE_PAGE.get(name, LACKS) != LACKS} == shared


# Where the generations differ.


def test_the_defaults_that_keras_3_changed():
    for cls in {type(our) for our, _ in SAME.values()}:
        third = {
            p.name: p.default for p in inspect.signature(getattr(theirs, cls.__name__)).parameters.values()
        }
        assert third["learning_rate"] == {ours.SGD: 0.01, ours.ScheduleFreeAdamW: 0.0025}.get(cls, 0.001)
        epsilons = third.get("epsilon"), cls().get_config().get("epsilon")
        kept = cls in (ours.Muon, ours.ScheduleFreeAdamW)
        assert epsilons[0] == epsilons[1] if kept else epsilons in [(1e-7, 1e-8), (None, None)]
        assert cls is not ours.Adagrad or third["initial_accumulator_value"] == 0.1


@pytest.mark.parametrize("name", ["RMSprop", "Adagrad"])
def test_keras_3_put_epsilon_back_under_the_root(name):
    w, gradients = np.zeros(1), np.full((1, 1), 1e-4)  # as small as the root of epsilon
    start = {"initial_accumulator_value": 0.0} if name == "Adagrad" else {}
    inside, outside = (
        our_path(getattr(ours, name)(0.1, epsilon=1e-7, epsilon_inside=inside, **start), w, gradients)
        for inside in (True, False)
    )
    their = their_path(getattr(theirs, name)(0.1, epsilon=1e-7, **start), w, gradients)
    assert inside == pytest.approx(their, rel=1e-12)
    assert abs(outside / their) > 2


def test_keras_3s_nadam_has_no_factor_of_0_004():
    kept = our_path(ours.Nadam(0.1, schedule_decay=0.004, epsilon=1e-7), *problem())
    assert np.abs(kept - their_path(theirs.Nadam(0.1), *problem())).max() > 0.01


def test_keras_3_warns_of_decay_and_ignores_it():
    with pytest.warns(UserWarning, match="`decay` is no longer supported and will be ignored"):
        decayed = theirs.SGD(0.1, decay=0.5)
    path = their_path(decayed, *problem())
    assert np.array_equal(path, their_path(theirs.SGD(0.1), *problem()))
    assert not np.allclose(path, our_path(ours.SGD(0.1, decay=0.5), *problem()))


def test_keras_3_refuses_lr():
    with pytest.raises(ValueError, match=r"not recognized: .*lr"):
        theirs.SGD(lr=0.1)


def test_keras_3_clips_by_norm_or_by_value_and_keras_1_by_both():
    with pytest.raises(ValueError, match="Only one of `clipnorm`, `clipvalue` and `global_clipnorm`"):
        theirs.SGD(1.0, global_clipnorm=1.0, clipvalue=0.7)
    path = our_path(ours.SGD(1.0, clipnorm=1.0, clipvalue=0.7), np.zeros(2), np.array([[3.0, 4.0]]))
    assert path[0] == pytest.approx([-0.6, -0.7])


def test_inverse_time_in_place_of_decay_agrees_too():
    scheduled = ours.SGD(schedules.InverseTime(0.1, decay=0.03), momentum=0.9, nesterov=True)
    their = theirs.SGD(INVERSE_TIME, momentum=0.9, nesterov=True)
    np.testing.assert_allclose(
        our_path(scheduled, *problem()), their_path(their, *problem()), rtol=1e-12, atol=1e-13
    )


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.99])
def test_the_average_of_the_weights_is_keras_3s(momentum):
    (w, gradients), average = problem(), EMA(momentum)
    theirs_too = theirs.SGD(0.1, use_ema=True, ema_momentum=momentum)
    variable = keras.Variable(w, dtype="float64")
    theirs_too.build([variable])
    mean = average.init(w)
    for ours_now, g in zip(our_path(ours.SGD(0.1), w, gradients), gradients, strict=True):
        mean = average.step(ours_now, mean)
        theirs_too.apply([keras.ops.convert_to_tensor(g)], [variable])
        (their_mean,) = theirs_too._model_variables_moving_average
        np.testing.assert_allclose(mean.w, np.array(their_mean.value), rtol=1e-12, atol=1e-13)
