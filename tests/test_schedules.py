"""Every schedule at its edges, over arrays of counts, as a family, and through JSON."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import schedules
from course_lib.optimizers import SGD
from course_lib.schedules import (
    Chain,
    Cosine,
    CosineRestarts,
    Exponential,
    InverseTime,
    PiecewiseConstant,
    Polynomial,
    Step,
    WarmUp,
    WarmUpStableDecay,
)

SCHEDULES = [
    InverseTime(0.1, decay=0.03),
    Step(0.1, drop=0.5, every=7),
    Exponential(0.1, factor=0.9, steps=10),
    Polynomial(0.1, steps=30, end=0.01, power=2),
    CosineRestarts(0.1, steps=10, longer=1.5, lower=0.7, end=0.1),
    CosineRestarts(0.1, steps=10, longer=1),
    PiecewiseConstant([5, 10], [0.1, 0.05, 0.01]),
    WarmUp(0.1, steps=5, start=0.01),
    WarmUp(WarmUp(InverseTime(0.1, decay=0.1), steps=4), steps=3),
    InverseTime(0.1, decay=0.3, steps=10, staircase=True),
    Exponential(0.1, factor=0.9, steps=10, staircase=True),
    Polynomial(0.1, steps=30, end=0.01, power=2, cycle=True),
    Cosine(0.1, steps=30, end=0.1),
    WarmUp(Cosine(0.1, steps=30), steps=9),
    WarmUpStableDecay(0.1, warm_up=5, stable=20, cool_down=9, start=0.02, end=0.01),
    Chain([0.1, Chain([Cosine(0.1, steps=10), 0.02], [12]), InverseTime(0.1, decay=1)], boundaries=[7, 40]),
]
every_schedule = pytest.mark.parametrize("schedule", SCHEDULES, ids=repr)


def test_every_schedule_is_in_the_list():
    assert {type(schedule) for schedule in SCHEDULES} == set(schedules.names().values())


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        (InverseTime(0.4), {0: 0.4, 10**9: 0.4}),
        (InverseTime(0.4, decay=0.01), {0: 0.4, 100: 0.2, 300: 0.1}),
        (Step(0.8, drop=0.5, every=10), {0: 0.8, 9: 0.8, 10: 0.4, 19: 0.4, 20: 0.2, 30: 0.1}),
        (Step(0.8, drop=0, every=10), {9: 0.8, 10: 0, 100: 0}),
        (Exponential(0.8, factor=0.25, steps=10), {0: 0.8, 5: 0.4, 10: 0.2, 20: 0.05}),
        (Polynomial(0.8, steps=10, end=0), {0: 0.8, 5: 0.4, 10: 0, 11: 0, 1000: 0}),
        (Polynomial(0.8, steps=10, end=0.4, power=2), {0: 0.8, 5: 0.5, 10: 0.4, 1000: 0.4}),
        (Polynomial(0.1, steps=10, end=0.8), {0: 0.1, 5: 0.45, 10: 0.8}),  # it may rise, too
        (CosineRestarts(0.8, steps=10), {0: 0.8, 5: 0.4, 10: 0.8, 20: 0.4, 30: 0.8, 50: 0.4, 70: 0.8}),
        (CosineRestarts(0.8, steps=10, longer=1), {0: 0.8, 5: 0.4, 10: 0.8, 15: 0.4, 1000: 0.8}),
        (CosineRestarts(0.8, steps=10, lower=0.5), {0: 0.8, 10: 0.4, 20: 0.2, 30: 0.2, 50: 0.1, 70: 0.1}),
        (CosineRestarts(0.8, steps=10, end=0.5), {0: 0.8, 5: 0.6, 9.999: 0.4, 10: 0.8}),
        (PiecewiseConstant([5, 10], [3, 2, 1]), {0: 3, 5: 3, 6: 2, 10: 2, 11: 1, 10**9: 1}),
        (PiecewiseConstant([0], [3, 2]), {0: 3, 1: 2}),
        (InverseTime(0.4, decay=0.5, steps=10), {0: 0.4, 10: 0.4 / 1.5, 20: 0.2, 30: 0.16}),
        (InverseTime(0.4, decay=1, steps=10, staircase=True), {0: 0.4, 9: 0.4, 10: 0.2, 19: 0.2, 30: 0.1}),
        (Exponential(0.8, factor=0.5, steps=10, staircase=True), {0: 0.8, 9: 0.8, 10: 0.4, 19: 0.4, 20: 0.2}),
        (
            Polynomial(0.8, steps=10, end=0, cycle=True),
            {0: 0.8, 5: 0.4, 10: 0, 15: 0.2, 20: 0, 21: 0.24, 25: 0.8 / 6},
        ),
        (Cosine(0.8, steps=10), {0: 0.8, 5: 0.4, 10: 0, 11: 0, 10**9: 0}),
        (Cosine(0.8, steps=10, end=0.5), {0: 0.8, 5: 0.6, 10: 0.4, 1000: 0.4}),
        (WarmUp(Cosine(0.8, steps=10), steps=4), {0: 0, 2: 0.4, 4: 0.8, 9: 0.4, 14: 0, 1000: 0}),
        (
            WarmUpStableDecay(0.8, warm_up=4, stable=6, cool_down=8),
            {0: 0, 2: 0.4, 4: 0.8, 10: 0.8, 11: 0.7, 14: 0.4, 18: 0, 100: 0},
        ),
        (
            WarmUpStableDecay(0.8, warm_up=4, stable=0, cool_down=4, start=0.4, end=0.2),
            {0: 0.4, 2: 0.6, 4: 0.8, 6: 0.5, 8: 0.2, 100: 0.2},
        ),
        (Chain([0.8, 0.4, 0.1], [5, 10]), {0: 0.8, 4: 0.8, 5: 0.4, 9: 0.4, 10: 0.1, 10**9: 0.1}),
        (Chain([0.8, InverseTime(0.4, decay=1)], [5]), {4: 0.8, 5: 0.4, 6: 0.2, 8: 0.1}),
        (WarmUp(0.8, steps=4), {0: 0, 1: 0.2, 3: 0.6, 4: 0.8, 5: 0.8}),
        (WarmUp(0.8, steps=4, start=0.4), {0: 0.4, 2: 0.6, 4: 0.8}),
        (WarmUp(InverseTime(0.8, decay=1), steps=4), {0: 0, 2: 0.4, 4: 0.8, 5: 0.4, 7: 0.2}),
    ],
    ids=lambda value: repr(value) if isinstance(value, schedules.Schedule) else "",
)
def test_the_rates_at_the_edges(schedule, rates):
    assert [schedule(t) for t in rates] == pytest.approx(list(rates.values()), rel=1e-7, abs=1e-15)


@every_schedule
def test_an_array_of_counts_gives_the_rate_of_each_to_the_last_bit(schedule):
    counts = np.arange(120).reshape(3, 40)
    rates = schedule(counts)
    assert rates.shape == (3, 40)
    assert rates.ravel().tolist() == [schedule(t) for t in range(120)]
    assert schedule(counts.tolist()).tolist() == rates.tolist()


@every_schedule
def test_a_count_gives_a_plain_finite_number(schedule):
    for t in (0, np.int64(3), 10**9):
        assert type(schedule(t)) is float
        assert 0 <= schedule(t) < np.inf


FAMILIES = [
    (InverseTime, {"lr": [0.1, 0.2, 0.3], "decay": [0.1, 0.0, 1.0]}),
    (Step, {"lr": 0.1, "drop": [0.5, 0.1, 1.0], "every": [2, 5, 7]}),
    (Exponential, {"lr": [0.1, 0.2, 0.3], "factor": [0.5, 0.9, 1.0], "steps": [3, 10, 7]}),
    (Polynomial, {"lr": [0.1, 0.2, 0.3], "end": [0.0, 0.01, 0.5], "power": [1, 2, 0.5], "steps": [9, 20, 3]}),
    (
        CosineRestarts,
        {"longer": [1.0, 2.0, 1.5], "lower": [1.0, 0.5, 0.9], "end": [0.0, 0.1, 0.2], "steps": 10},
    ),
    (InverseTime, {"lr": 0.1, "decay": [0.1, 0.5, 1], "steps": [3, 5, 7], "staircase": True}),
    (Polynomial, {"lr": [0.1, 0.2, 0.3], "steps": [9, 20, 3], "cycle": True}),
    (Cosine, {"lr": [0.1, 0.2, 0.3], "steps": [9, 20, 3], "end": [0.0, 0.5, 1.0]}),
    (
        WarmUpStableDecay,
        {
            "lr": [0.1, 0.2, 0.3],
            "warm_up": [3, 5, 7],
            "stable": [0, 9, 20],
            "cool_down": [5, 5, 9],
            "end": 0.01,
        },
    ),
    (WarmUp, {"after": [0.1, 0.2, 0.3], "steps": [2, 5, 9], "start": [0.0, 0.1, 0.5]}),
]


@pytest.mark.parametrize(("made", "settings"), FAMILIES)
def test_a_family_is_its_members_to_the_last_bit(made, settings):
    family = made(**settings)
    for member in range(3):
        own = {name: value[member] if isinstance(value, list) else value for name, value in settings.items()}
        assert [family(t)[member] for t in range(50)] == [made(**own)(t) for t in range(50)]


def test_a_warm_up_of_a_family_is_a_family():
    family = WarmUp(InverseTime([0.1, 0.2], decay=0.1), steps=4)
    for member, lr in enumerate([0.1, 0.2]):
        single = WarmUp(InverseTime(lr, decay=0.1), steps=4)
        assert [family(t)[member] for t in range(20)] == [single(t) for t in range(20)]


def test_a_chain_of_families_is_a_family():
    family = Chain([InverseTime([0.1, 0.2], decay=0.1), [0.3, 0.4], 0.5], boundaries=[4, 8])
    assert family.family_shape == (2,)
    for member in range(2):
        single = Chain(
            [InverseTime(0.1 + 0.1 * member, decay=0.1), 0.3 + 0.1 * member, 0.5], boundaries=[4, 8]
        )
        assert [np.broadcast_to(family(t), 2)[member] for t in range(20)] == [single(t) for t in range(20)]


def test_a_warm_up_is_a_chain_of_a_line_and_what_comes_after():
    line = Polynomial(lr=0.0, steps=5, end=0.1)
    chained = Chain([line, Cosine(0.1, steps=20)], boundaries=[5])
    counts = np.arange(40)
    assert chained(counts) == pytest.approx(WarmUp(Cosine(0.1, steps=20), steps=5)(counts), rel=1e-12)


@every_schedule
def test_a_schedule_comes_back_from_its_config(schedule):
    identifier = json.loads(
        json.dumps({"class_name": type(schedule).__name__, "config": schedule.get_config()})
    )
    for again in (schedules.get(identifier), schedules.get(schedule), eval(repr(schedule))):
        assert again.get_config() == schedule.get_config()
        assert [again(t) for t in range(50)] == [schedule(t) for t in range(50)]


@every_schedule
def test_a_schedule_comes_back_from_a_warm_up_and_from_an_optimizer(schedule):
    sgd = SGD(lr=WarmUp(schedule, steps=6))
    again = SGD.from_config(json.loads(json.dumps(sgd.get_config())))
    assert type(again.lr.after) is type(schedule)
    assert [again.rate(t) for t in range(50)] == [sgd.rate(t) for t in range(50)]


class Falling(schedules.Schedule):
    """A reader's own: it writes into an array of the counts."""

    def rate(self, t):
        t = t.copy()
        t[t > 2] = 2
        return 0.5 - 0.125 * t


def test_a_schedule_of_ones_own_may_stand_within_another():
    for within in (WarmUp(Falling(), steps=3), Chain([0.1, Falling()], boundaries=[3])):
        assert [within(t) for t in (4, 5, 9)] == within([4, 5, 9]).tolist() == [0.375, 0.25, 0.25]


@pytest.mark.parametrize(("name", "made"), schedules.names().items())
def test_every_name_gives_the_schedule_with_its_defaults(name, made):
    for spelled in (name, name.upper(), name.replace("_", ""), made.__name__):
        assert type(schedules.get(spelled)) is made
        assert schedules.get(spelled).get_config() == made().get_config()


def test_the_settings_may_be_changed_outside_without_harm():
    boundaries, values = np.array([5.0]), np.array([0.1, 0.01])
    schedule = PiecewiseConstant(boundaries, values)
    boundaries[0], values[:] = 100, 7
    assert [schedule(5), schedule(6)] == [0.1, 0.01]


@given(
    lr=st.floats(1e-6, 10),
    steps=st.integers(1, 1000),
    longer=st.floats(1, 4),
    end=st.floats(0, 1),
    t=st.integers(0, 10**6),
)
def test_a_cosine_stays_between_its_end_and_its_top(lr, steps, longer, end, t):
    rate = CosineRestarts(lr, steps=steps, longer=longer, end=end)(t)
    assert lr * end * (1 - 1e-9) <= rate <= lr * (1 + 1e-9)


@pytest.mark.parametrize("longer", [1, 1.1, 1.5, 2, 3])
def test_the_cycles_of_a_cosine_begin_where_their_lengths_add_up(longer):
    """Each restart is a jump to the top, at 10, 10 + 10 * longer, and so on."""
    rates = CosineRestarts(1, steps=10, longer=longer)(np.arange(400))
    restarts = np.flatnonzero(np.diff(rates) > 0) + 1
    expected = np.cumsum(10 * longer ** np.arange(40.0))
    expected = np.ceil(expected[expected < 399.5] - 1e-9)
    assert restarts.tolist() == expected.tolist()


def test_all_but_a_rise_of_the_warm_up_never_rise():
    for schedule in (*SCHEDULES[:4], SCHEDULES[6]):
        assert (np.diff(schedule(np.arange(200))) <= 0).all()
