"""Optimizers that see the weights as matrices, and those that go around others."""

import pickle
from copy import deepcopy

import numpy as np
import pytest

from course_lib import optimizers, schedules, training
from course_lib.data_loss import DataLoss
from course_lib.layers import Dense
from course_lib.models import Sequential
from course_lib.optimizers import SGD, Adafactor, Adam, AdamW, Cautious, Lookahead, Muon, Parts, muon
from course_lib.optimizers.muon import orthogonal
from tests.test_optimizers import walk

SHAPES = [(3, 4), (4, 3), (1, 6), (6, 1)]
SHAPED = [Muon(lr=0.1), Muon(lr=0.1, nesterov=False, scale="pytorch"), Adafactor(lr=0.1)]
every_shaped = pytest.mark.parametrize("optimizer", SHAPED, ids=repr)


def problem(size, updates=30):
    rng = np.random.default_rng(5)
    return rng.normal(size=size), rng.normal(size=(updates, size)) * rng.choice([0.01, 1, 10], (updates, 1))


def network():
    model = Sequential([Dense(5, activation="tanh", input_dim=3), Dense(2)])
    model.compile("mean_squared_error", "sgd")
    rng = np.random.default_rng(3)
    return model, rng.normal(size=(20, 3)), rng.normal(size=(20, 2))


def parts_of(model, **leader):
    shapes = [w.shape for w in model.get_weights()]
    return Parts.by_shape(shapes, Muon(lr=0.02), Adam(lr=0.01), **leader)


# Matrices.


def test_the_golden_numbers_of_muon():
    """Keras 3's own test, in FACTS to 8 decimals."""
    w, g = [1.0, 2.0, 3.0, 4.0], [[1.0, 6.0, 7.0, 2.0]]
    (after,) = walk(Muon(lr=0.5, shape=(2, 2)), w, g)
    assert after == pytest.approx([0.98877485, 1.88705264, 2.87342768, 3.97035026], abs=1e-8)


def test_five_steps_are_not_orthogonal_and_a_column_is_shorter_than_1():
    u = np.array([[0.2499, 0.9105], [0.2655, 0.8824]])
    left, _, right = np.linalg.svd(u)
    near, exact = orthogonal(u / np.linalg.norm(u)), left @ right
    assert (near[0, 0], exact[0, 0]) == pytest.approx((-0.442, -0.474), abs=5e-4)
    assert (near[0, 1], exact[0, 1]) == pytest.approx((0.646, 0.881), abs=5e-4)
    column = np.array([[3.0], [4.0]])
    assert np.linalg.norm(orthogonal(column / 5)) == pytest.approx(0.696, abs=5e-4)


def test_each_singular_value_goes_through_the_polynomial():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(3, 5))
    x /= np.linalg.norm(x)
    s = np.linalg.svd(x)[1]
    for _ in range(5):
        s = 3.4445 * s - 4.7750 * s**3 + 2.0315 * s**5
    assert np.linalg.svd(orthogonal(x))[1] == pytest.approx(sorted(s, reverse=True), rel=1e-12)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_scales_are_those_of_the_libraries(shape):
    m, n = shape
    w, gradients = problem(m * n)
    steps = {scale: walk(Muon(0.1, shape=shape, scale=scale), 0 * w, gradients)[0] for scale in muon.SCALES}
    assert steps["keras"] == pytest.approx(0.2 * max(m, n) ** 0.5 * steps["none"], rel=1e-12)
    assert steps["pytorch"] == pytest.approx(max(1, m / n) ** 0.5 * steps["none"], rel=1e-12)


def test_to_sum_and_to_average_the_gradients_is_the_same_for_muon():
    """PyTorch averages: its b is 1 - momentum times ours, and the norm takes the factor out."""
    w, gradients = problem(12, updates=20)
    for nesterov in (True, False):
        summed = walk(Muon(0.1, shape=(3, 4), nesterov=nesterov), w, gradients)[-1]
        b, averaged = np.zeros(12), w
        for g in gradients:
            b = 0.95 * b + 0.05 * g
            u = 0.05 * g + 0.95 * b if nesterov else b
            x = orthogonal(u.reshape(3, 4) / (np.linalg.norm(u) + 1e-7))
            averaged = averaged - 0.1 * 0.4 * x.ravel()
        assert summed == pytest.approx(averaged, abs=1e-5)


@every_shaped
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_family_of_matrices_is_its_single_runs_to_the_last_bit(optimizer, shape):
    size, lr = np.prod(shape), np.array([[0.1, 0.2, 0.05], [0.3, 0.01, 0.4]])
    w, gradients = problem(size)
    spread = np.ones((2, 3))
    family = walk(
        optimizer.replace(shape=shape, lr=lr), w[:, None, None] * spread, gradients[..., None, None] * spread
    )
    for member in np.ndindex(lr.shape):
        single = walk(optimizer.replace(shape=shape, lr=lr[member]), w, gradients)
        assert np.array_equal([step[:, *member] for step in family], single)


@every_shaped
def test_a_matrix_keeps_float32(optimizer):
    w, gradients = problem(12)
    optimizer = optimizer.replace(shape=(3, 4))
    path = walk(optimizer, w.astype(np.float32), gradients.astype(np.float32))
    assert path[-1].dtype == np.float32
    np.testing.assert_allclose(path, walk(optimizer, w, gradients), rtol=1e-3, atol=1e-3)


@every_shaped
def test_a_gradient_without_numbers_spoils_its_matrix_and_no_other_run(optimizer):
    optimizer = optimizer.replace(shape=(2, 2))
    w, g = np.ones((4, 2)), np.ones((4, 2))
    g[0, 0] = np.nan
    after, _ = optimizer.step(w, g, optimizer.init(w))
    assert np.isnan(after[:, 0]).any()
    assert np.isfinite(after[:, 1]).all()


@every_shaped
def test_weights_that_are_no_such_matrix_are_refused(optimizer):
    for shape in [(3,), (3, 2, 1), 6, "ab", (3, 0), (2.0, 3)]:
        with pytest.raises(ValueError, match="shape must be a"):
            optimizer.replace(shape=shape)
    with pytest.raises(ValueError, match=r"w must have 6 coordinates first, as shape=\(3, 2\); got \(5,\)"):
        optimizer.replace(shape=(3, 2)).init(np.zeros(5))


def test_adafactor_remembers_a_row_and_a_column():
    adafactor = Adafactor(shape=(3, 4))
    state = adafactor.init(np.zeros((12, 2)))
    assert (state.row.shape, state.column.shape) == ((3, 2), (4, 2))
    g = np.outer([1.0, 2.0, 3.0], [1.0, -1.0, 0.5, 2.0])  # of rank 1, of which the product is all
    after, _ = Adafactor(lr=1.0, shape=(3, 4)).step(np.ones(12), g.ravel(), adafactor.init(np.ones(12)))
    assert after == pytest.approx(1 - np.sign(g.ravel()))
    with pytest.raises(ValueError, match=r"the state's row must have the shape \(3, 2\).*; got \(4, 2\)"):
        adafactor.step(np.zeros((12, 2)), np.ones((12, 2)), state._replace(row=state.column))


# What goes around others.


def test_lookahead_goes_back_part_of_the_way_after_every_kth_step():
    """On w**2 / 2 at rate 0.5 three steps shorten w to an eighth; half way back is 9/16."""
    path = training.run("parabola", Lookahead(optimizer=SGD(lr=0.5), k=3), w0=[16.0], steps=6).path[:, 0]
    assert path.tolist() == [16, 8, 4, 9, 4.5, 2.25, 81 / 16]


@pytest.mark.parametrize("inside", [SGD(0.1, 0.9), Adam(0.1), Muon(0.1), optimizers.get("prodigy")], ids=repr)
def test_lookahead_that_goes_back_nowhere_is_the_optimizer_itself(inside):
    w, gradients = problem(6)
    assert np.array_equal(
        walk(Lookahead(optimizer=inside, k=1, alpha=1.0), w, gradients)[0], walk(inside, w, gradients)[0]
    )
    path = walk(Lookahead(optimizer=inside, alpha=1.0), w, gradients)
    np.testing.assert_allclose(path, walk(inside, w, gradients), rtol=1e-12)


def test_cautious_moves_no_coordinate_uphill():
    w, gradients = problem(50)
    cautious = Cautious(optimizer=AdamW(0.1, weight_decay=0.0))
    state = cautious.init(w)
    for g in gradients:
        after, state = cautious.step(w, g, state)
        assert ((after - w) * g <= 0).all()
        w = after


@pytest.mark.parametrize(
    "leader",
    [{"lr": 0.5}, {"decay": 0.1}, {"lr": schedules.Step(0.5, drop=0.1, every=4)}],
    ids=["lr", "decay", "schedule"],
)
@pytest.mark.parametrize(
    "inside", [SGD(0.2, 0.9), Adam(schedules.Cosine(0.2, steps=20))], ids=["sgd", "adam"]
)
def test_the_leaders_rate_is_a_factor_of_the_rate_inside(leader, inside):
    w, gradients = problem(4)
    led = Parts(parts=[(4, inside)], **leader)
    state, expected = inside.init(w), []
    at = w
    for t, g in enumerate(gradients):
        at, state = inside.replace(lr=led.rate(t) * inside.rate(t)).step(at, g, state)
        expected.append(at)
    np.testing.assert_allclose(walk(led, w, gradients), expected, rtol=1e-13)


def test_parts_are_their_optimizers_side_by_side():
    w, gradients = problem(8)
    by_hand = [
        walk(SGD(0.1), w[:2], gradients[:, :2]),
        walk(Muon(0.2, shape=(2, 3)), w[2:], gradients[:, 2:]),
    ]
    parts = Parts(parts=[(2, SGD(0.1)), (6, Muon(0.2, shape=(2, 3)))])
    assert np.array_equal(walk(parts, w, gradients), np.concatenate(by_hand, axis=1))
    again = Parts.from_config(parts.get_config())
    assert np.array_equal(walk(again, w, gradients), walk(parts, w, gradients))


def test_a_network_learns_with_muon_for_its_matrices_and_a_run_does_the_same():
    model, x, y = network()
    parts = parts_of(model)
    objective = DataLoss(model, x, y, batch_size=8)
    run = training.run(objective, parts, steps=30)
    model.compile("mean_squared_error", parts)
    model.fit(x, y, batch_size=8, epochs=10, verbose=0)
    assert np.array_equal(model.w, run.w)
    assert run.losses[-1] < 0.9 * run.losses[0]
    assert not run.diverged


def test_a_model_asks_which_of_its_weights_are_matrices():
    model, *_ = network()
    with pytest.raises(ValueError, match=r"which of the weights are matrices.*Parts.by_shape\(.*, Muon\("):
        model.compile("mean_squared_error", "muon")


def test_a_family_of_networks_under_one_leader_is_its_single_runs():
    model, x, y = network()
    objective = DataLoss(model, x, y)
    family = training.run(objective, parts_of(model, lr=[0.5, 1.0, 2.0]), steps=15)
    for member, lr in enumerate([0.5, 1.0, 2.0]):
        single = training.run(objective, parts_of(model, lr=lr), steps=15)
        np.testing.assert_allclose(family.w[:, member], single.w, rtol=1e-9)
    assert family.diverged.tolist() == [False] * 3


def test_a_callback_leads_all_parts_and_a_copy_of_the_model_goes_on_alike():
    model, x, y = network()
    model.compile("mean_squared_error", parts_of(model))
    model.fit(x, y, epochs=2, verbose=0)
    model.lr = 0.1
    assert model.optimizer.lr == 0.1
    for copied in (deepcopy(model), pickle.loads(pickle.dumps(model))):
        twin = deepcopy(model)
        twin.fit(x, y, epochs=2, verbose=0)
        copied.fit(x, y, epochs=2, verbose=0)
        assert np.array_equal(twin.w, copied.w)


def test_a_memory_inside_that_left_the_numbers_is_a_run_that_diverged():
    run = training.run("ravine", Lookahead(optimizer="rmsprop"), w0=[[1.0, 1e200], [1.0, 1.0]], steps=3)
    assert run.diverged.tolist() == [False, True]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: Parts(), "parts must be a list of pairs"),
        (lambda: Parts(parts=[3]), "parts must be a list of pairs .*; got"),
        (lambda: Parts(parts=[(0, "sgd")]), "the size of a part must be a whole number >= 1; got 0"),
        (lambda: Parts(parts=[(1, "sdg")]), "optimizer must be one of"),
        (
            lambda: Parts(parts=[(3, "sgd")]).init([1.0]),
            r"w must have 3 coordinates first, as the parts; got",
        ),
        (lambda: Parts.by_shape([(3, 2)], "adam"), "matrices must be an optimizer with a shape, as Muon is"),
        (lambda: Lookahead(k=0), "k must be a whole number >= 1; got 0"),
        (lambda: Lookahead(alpha=0), r"alpha must be a number in \(0, 1\]; got 0"),
        (lambda: Lookahead(optimizer="sdg"), "optimizer must be one of"),
        (lambda: Muon(scale="jax"), "scale must be one of keras, none, pytorch; got 'jax'"),
        (lambda: Muon(ns_steps=-1), "ns_steps must be a whole number >= 0; got -1"),
        (lambda: Adafactor(beta_2_decay=0.1), "beta_2_decay must be a finite number < 0; got 0.1"),
        (lambda: optimizers.get("prodigy").replace(d0=0), "d0 must be a finite number > 0; got 0"),
    ],
)
def test_bad_settings_are_answered(wrong, says):
    with pytest.raises(ValueError, match=says):
        wrong()


# Golden numbers and closed forms of the others.


def test_the_golden_averages_of_schedule_free():
    free, w = optimizers.ScheduleFreeSGD(lr=0.5, beta=0.9), np.array([1.0])
    state, averages = free.init(w), []
    for _ in range(4):
        w, state = free.step(w, w, state)
        averages.append(state.average.item())
    assert averages == pytest.approx([0.5, 0.375, 0.27291667, 0.1903125], abs=5e-9)


def test_schedule_free_with_beta_0_is_sgd_and_the_mean_of_its_weights():
    w, gradients = problem(4)
    free = optimizers.ScheduleFreeSGD(lr=0.1, beta=0.0)
    path, state = walk(SGD(0.1), w, gradients), free.init(w)
    for g in gradients:
        w, state = free.step(w, g, state)
    assert w == pytest.approx(path[-1], rel=1e-12)
    assert state.average == pytest.approx(np.mean(path, axis=0), rel=1e-12)


def test_weight_decay_of_schedule_free_pulls_the_fast_weights_alone():
    """As in the authors' code: z = z - lr * (g + weight_decay * y), and x is the mean of every z."""
    free = optimizers.ScheduleFreeSGD(lr=0.1, beta=0.9, weight_decay=0.5)
    w, gradients = problem(4)
    z = x = w
    state = free.init(w)
    for t, g in enumerate(gradients):
        z = z - 0.1 * (g + 0.5 * (0.1 * z + 0.9 * x))
        x = x + (z - x) / (t + 1)
        w, state = free.step(w, g, state)
        assert state.average == pytest.approx(x, rel=1e-12)


def test_the_golden_distances_of_prodigy():
    run = training.run("parabola", "prodigy", w0=[1.0], steps=10)
    assert run.state.distance == pytest.approx(0.0038735, abs=5e-8)
    assert training.run("parabola", "prodigy", w0=[1.0], steps=50).state.distance == pytest.approx(
        0.41977, abs=5e-6
    )


@pytest.mark.parametrize("made", ["prodigy", "schedule_free_sgd", "lookahead"])
def test_what_is_remembered_is_no_window_on_weights_that_are_changed_in_place(made):
    optimizer, w = optimizers.get(made), np.ones(3)
    state = optimizer.init(w)
    w[...] = 7.0
    assert all((x != 7.0).all() for x in optimizers.base.remembered(state) if isinstance(x, np.ndarray))


def test_radam_divides_from_the_sixth_update_on():
    """Its squares are worth more than 5 then; before, a gradient of 100 moves 100 times as far as 1."""
    w = np.zeros(2)
    path = np.array(walk(optimizers.RAdam(lr=0.1), w, [[1.0, 100.0]] * 8))
    steps = -np.diff(path, axis=0, prepend=[w])
    assert steps[:5, 1] / steps[:5, 0] == pytest.approx(100)
    assert steps[5:, 1] / steps[5:, 0] == pytest.approx(1, rel=1e-6)
