"""Our schedules and Keras 3's: the same rates."""

import jax
import numpy as np
import pytest
from keras.optimizers import schedules as theirs

from course_lib import schedules as ours

SAME = [
    (ours.InverseTime(0.1, decay=0.03), theirs.InverseTimeDecay(0.1, 1, 0.03)),
    (ours.Step(0.1, drop=0.5, every=7), theirs.ExponentialDecay(0.1, 7, 0.5, staircase=True)),
    (ours.Exponential(0.1, factor=0.9, steps=7), theirs.ExponentialDecay(0.1, 7, 0.9)),
    (ours.Polynomial(0.1, steps=30, end=0.01, power=2), theirs.PolynomialDecay(0.1, 30, 0.01, 2)),
    (ours.CosineRestarts(0.1, steps=10), theirs.CosineDecayRestarts(0.1, 10)),
    (ours.CosineRestarts(0.1, steps=9, longer=1), theirs.CosineDecayRestarts(0.1, 9, t_mul=1.0)),
    (
        ours.CosineRestarts(0.1, steps=9, longer=1.5, lower=0.7),
        theirs.CosineDecayRestarts(0.1, 9, t_mul=1.5, m_mul=0.7),
    ),
    (
        ours.CosineRestarts(0.1, steps=9, longer=1.5, end=0.2),
        theirs.CosineDecayRestarts(0.1, 9, t_mul=1.5, alpha=0.2),
    ),
    (ours.InverseTime(0.1, decay=0.5, steps=7), theirs.InverseTimeDecay(0.1, 7, 0.5)),
    (
        ours.InverseTime(0.1, decay=0.5, steps=7, staircase=True),
        theirs.InverseTimeDecay(0.1, 7, 0.5, staircase=True),
    ),
    (
        ours.Exponential(0.1, factor=0.9, steps=7, staircase=True),
        theirs.ExponentialDecay(0.1, 7, 0.9, staircase=True),
    ),
    (
        ours.Polynomial(0.1, steps=30, end=0.01, power=2, cycle=True),
        theirs.PolynomialDecay(0.1, 30, 0.01, 2, cycle=True),
    ),
    (ours.Cosine(0.1, steps=30), theirs.CosineDecay(0.1, 30)),
    (ours.Cosine(0.1, steps=30, end=0.2), theirs.CosineDecay(0.1, 30, alpha=0.2)),
    (
        ours.WarmUp(ours.Cosine(0.1, steps=30, end=0.2), steps=9, start=0.02),
        theirs.CosineDecay(0.02, 30, alpha=0.2, warmup_target=0.1, warmup_steps=9),
    ),
    (
        ours.PiecewiseConstant([5, 10], [0.1, 0.05, 0.01]),
        theirs.PiecewiseConstantDecay([5, 10], [0.1, 0.05, 0.01]),
    ),
]


@pytest.mark.parametrize(("our", "their"), SAME, ids=[repr(our) for our, _ in SAME])
def test_the_rates_are_keras_3s(our, their):
    counts = [*range(32), 49, 50, 69, 70, 71, 100, 1000]
    rates = jax.vmap(their)(np.array(counts, float))
    np.testing.assert_allclose(our(counts), rates, rtol=1e-6, atol=1e-8)  # Keras's cosine is float32's


def test_every_schedule_but_the_two_that_keras_has_not_has_a_counterpart():
    without = {ours.WarmUpStableDecay, ours.Chain}
    assert {type(our) for our, _ in SAME} == set(ours.names().values()) - without
    assert not any("stable" in name.lower() or "chain" in name.lower() for name in dir(theirs))


def test_the_end_is_a_floor_in_keras_3_and_a_part_of_each_peak_here():
    settings = our, their = (
        ours.CosineRestarts(0.1, steps=10, longer=1, lower=0.5, end=0.2),
        theirs.CosineDecayRestarts(0.1, 10, t_mul=1.0, m_mul=0.5, alpha=0.2),
    )
    assert [schedule(5) for schedule in settings] == pytest.approx([0.06, 0.06])
    assert our(15) == pytest.approx(0.5 * 0.06)
    assert float(their(15.0)) == pytest.approx(0.1 * (0.8 * 0.5 * 0.5 + 0.2))
