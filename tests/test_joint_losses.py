"""Losses of several batches: golden numbers of others, formulas written once more, slopes by differences."""

import re
from pathlib import Path

import numpy as np
import pytest
from numeric import assert_is_the_slope
from rules import read_table

from course_lib import losses
from course_lib.losses import DPO, InfoNCE, JointLoss, NTXent, TripletMargin

OPTAX_ROWS = np.array([[-1.9540, 1.0780], [0.2380, -0.5703], [1.8745, -0.0195], [-0.6719, -1.9210]])
VIEWS = OPTAX_ROWS[[0, 2]], OPTAX_ROWS[[1, 3]]
LOSSES = [InfoNCE(), InfoNCE(0.5), NTXent(), NTXent(2.0), TripletMargin(), TripletMargin(0), DPO(), DPO(2.0)]
PARTS = {InfoNCE: 2, NTXent: 2, TripletMargin: 3, DPO: 4}
every_loss = pytest.mark.parametrize("loss", LOSSES, ids=repr)


def parts_of(loss, samples=5, seed=3):
    """Random parts, of which three wide embeddings are no one's neighbours."""
    shape = (samples,) if isinstance(loss, DPO) else (samples, 3)
    return list(np.random.default_rng(seed).normal(size=(PARTS[type(loss)], *shape)))


def cosine(a, b):
    return a @ b / np.linalg.norm(a) / np.linalg.norm(b)


def info_nce(loss, query, key, i):
    scores = np.exp([cosine(query[i], row) / loss.temperature for row in key])
    return -np.log(scores[i] / scores.sum())


def nt_xent(loss, view, other, i):
    rows, n, costs = [*view, *other], len(view), []
    for me, partner in ((i, i + n), (i + n, i)):
        scores = {j: np.exp(cosine(rows[me], rows[j]) / loss.temperature) for j in range(2 * n) if j != me}
        costs.append(-np.log(scores[partner] / sum(scores.values())))
    return np.mean(costs)


def triplet(loss, a, p, n, i):
    return max(np.linalg.norm(a[i] - p[i]) - np.linalg.norm(a[i] - n[i]) + loss.margin, 0)


def dpo(loss, chosen, rejected, reference_chosen, reference_rejected, i):
    h = loss.beta * (chosen[i] - rejected[i] - reference_chosen[i] + reference_rejected[i])
    return -np.log(1 / (1 + np.exp(-h)))


PAGE = Path(__file__).parents[1] / "docs" / "losses.md"
SAID = {name.split("(")[0]: float(off) for name, *_, off in read_table(PAGE, re.compile(r"[A-Z]\w+\("))}
FORMULAS = {InfoNCE: info_nce, NTXent: nt_xent, TripletMargin: triplet, DPO: dpo}


def test_every_joint_loss_is_in_the_table():
    assert set(FORMULAS) == set(JointLoss.known.values()) == {type(loss) for loss in LOSSES}


@pytest.mark.parametrize(
    ("loss", "parts", "value"),
    [
        (NTXent(0.07), VIEWS, 14.0103200),  # optax, and its row of zeros:
        (NTXent(0.07), ([[0, 0], OPTAX_ROWS[2]], VIEWS[1]), 9.2889),
        (DPO(0.1), ([-1], [-3], [-2], [-2.5]), 0.62095705),
        (TripletMargin(), (np.ones((2, 2)), np.zeros((2, 2)), np.full((2, 2), 2.0)), 1.0),
        (TripletMargin(), (np.zeros((2, 2)), np.ones((2, 2)), np.full((2, 2), 2.0)), 0.0),
        (InfoNCE(1.0), ([[2, 0], [0, 3]], [[0, 1], [1, 0]]), np.log(1 + np.e)),  # each takes the other's
    ],
)
def test_the_numbers_that_others_computed(loss, parts, value):
    assert loss(*parts) == pytest.approx(value, rel=1e-5, abs=1e-12)


@every_loss
def test_each_sample_costs_what_the_formula_says(loss):
    parts = parts_of(loss)
    expected = [FORMULAS[type(loss)](loss, *parts, i) for i in range(5)]
    said = 10 * SAID[type(loss).__name__]  # another machine may round the last bit otherwise
    np.testing.assert_allclose(loss.per_sample(*parts), expected, rtol=said, atol=said)
    assert loss(*parts) == pytest.approx(np.mean(expected), rel=1e-12)


@every_loss
@pytest.mark.parametrize("samples", [1, 5])
def test_every_gradient_is_the_slope_in_its_part(loss, samples):
    parts = parts_of(loss, samples)
    for i, gradient in enumerate(loss.gradients(*parts)):
        assert gradient.shape == parts[i].shape
        assert_is_the_slope(
            gradient, lambda part, i=i: loss(*parts[:i], part, *parts[i + 1 :]), parts[i], rtol=1e-6
        )


@every_loss
def test_float32_is_kept_and_lists_are_as_good(loss):
    parts = parts_of(loss)
    single = [np.float32(part) for part in parts]
    for ours, exact in zip(loss.gradients(*single), loss.gradients(*parts), strict=True):
        assert ours.dtype == np.float32
        np.testing.assert_allclose(ours, exact, rtol=2e-3, atol=1e-4)
    assert loss.per_sample(*single).dtype == np.float32
    assert loss(*[part.tolist() for part in parts]) == loss(*parts)


@every_loss
def test_a_diverged_part_warns_nothing(loss):
    parts = parts_of(loss)
    parts[0].flat[1], parts[1].flat[0] = np.nan, np.inf
    loss(*parts)
    loss.gradients(*parts)


@every_loss
def test_a_loss_comes_back_from_its_config(loss):
    again = JointLoss.get({"class_name": type(loss).__name__, "config": loss.get_config()})
    assert repr(again) == repr(loss) == repr(eval(repr(loss), vars(losses)))


@pytest.mark.parametrize("loss", [InfoNCE(), NTXent()], ids=repr)
def test_only_directions_count_and_a_row_of_zeros_has_none(loss):
    parts = parts_of(loss)
    longer = [part * [[3.0], [0.5], [1.0], [2.0], [7.0]] for part in parts]
    assert loss(*longer) == pytest.approx(loss(*parts), rel=1e-12)
    parts[0][2] = 0
    gradients = loss.gradients(*parts)
    assert not gradients[0][2].any()
    assert all(np.isfinite(gradient).all() for gradient in gradients)


def test_where_two_points_coincide_the_triplet_has_the_slope_0():
    a, p, n = TripletMargin().gradients([[1.0, 2.0]], [[1.0, 2.0]], [[1.5, 2.0]])
    assert (a.tolist(), p.tolist(), n.tolist()) == ([[1, 0]], [[0, 0]], [[-1, 0]])


def test_dpo_neither_overflows_nor_loses_the_certain():
    far = [1e4], [-1e4], [0], [0]
    assert DPO(1.0)(*far) == 0
    assert DPO(1.0)(far[1], far[0], [0], [0]) == 2e4
    assert DPO(1.0)([40.0], [0], [0], [0]) == pytest.approx(np.exp(-40.0), rel=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: InfoNCE(temperature=0), "temperature must be a number > 0; got 0"),
        (lambda: NTXent(temperature=[1, 2]), "temperature must be a number > 0, and one only"),
        (lambda: TripletMargin(margin=-1), "margin must be a number >= 0; got -1"),
        (lambda: DPO(beta=np.nan), "beta must be a number > 0; got nan"),
        (lambda: losses.ZLoss(k=-1), "k must be a number >= 0; got -1"),
        (lambda: losses.Distillation(temperature=0), "temperature must be a number > 0; got 0"),
        (
            lambda: TripletMargin()([[0.0]], [[1.0]]),
            "TripletMargin must be given anchor, positive, negative; got 2 of these 3",
        ),
        (lambda: InfoNCE()([1.0], [1.0]), "query must have the axes N, D, none empty; got (1,)"),
        (lambda: DPO()([], [], [], []), "chosen must have the axes N, none empty; got (0,)"),
        (
            lambda: NTXent()([[1.0]], [[1.0, 2.0]]),
            "other_view must have the shape of view, (1, 1)",
        ),
        (lambda: NTXent()([["a"]], [[1.0]]), "view must be a number or an array of numbers; got [['a']]"),
    ],
)
def test_bad_input_is_answered_in_a_sentence(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
