"""Each lesson ends with a surprise that the next one explains; here is what makes each of them true."""

import nbformat
import numpy as np
import pytest
import refresh

from course_lib import activations, datasets, layers, losses, models, schedules, surfaces, theory, training
from course_lib.associative_memory import AssociativeMemory
from course_lib.explorers import EdgeOfStability, RangeTest
from course_lib.explorers.first_race import COPIED, UPDATES
from course_lib.explorers.shared.heats import RUNNERS, explored, heat
from course_lib.explorers.warm_up import RUNS, Valley
from course_lib.optimizers import SGD, Adam, Muon, RMSprop
from course_lib.questions.stability_map import best_pair
from course_lib.sources import keras_3, pytorch

RATES = np.arange(0.01, 2.0, 0.005)


def end(surface="ravine", **settings):
    return training.run(surface, SGD(**settings), steps=UPDATES).losses[-1]


def best_constants(loss, delay):
    """The guesses, a tenth of a minute apart, that are best for six waits, one of which is this."""
    guesses, waits = np.arange(0, 60, 0.1), np.array([2.0, 4, 5, 6, 8, delay])
    means = [losses.get(loss).value(waits, np.full(6, guess)).mean() for guess in guesses]
    return guesses[np.isclose(means, min(means))]


def one_late_bus_moves_mse_and_not_mae():
    assert not np.isin(best_constants("mse", 50.0), best_constants("mse", 20.0)).any()
    assert (best_constants("mae", 50.0) == best_constants("mae", 20.0)).all()


def a_smaller_nudge_measures_a_worse_slope():
    rng = np.random.default_rng(1)
    true, said = rng.uniform(0, 5, 1001), rng.uniform(0.5, 5, 1001)
    slopes = 1 - true / (said + 1e-7)  # of poisson, as Keras writes it
    off = []
    for h in (6e-6, 6e-12):
        up, down = (losses.poisson.value(true, said + nudge) for nudge in (h, -h))
        off.append(np.median(np.abs((up - down) / (2 * h) / slopes - 1)))
    assert off[1] / off[0] == pytest.approx(1e6, rel=0.3)


def mse_hardly_pulls_what_is_sure_and_wrong():
    logits, h = np.array([-8.0, 0.0]), 1e-5
    sigmoid = activations.get("sigmoid")
    high, low = ((sigmoid.value(logits + d) - 1.0) ** 2 for d in (h, -h))
    sure, unsure = np.abs(high - low) / (2 * h)
    assert sure < unsure / 100


def the_plain_line_wins_only_where_it_jumps_across():
    famous = end(**COPIED)
    assert (end(lr=RATES[RATES <= 1]) > famous).all()
    across = training.run("ravine", SGD(lr=1.9), steps=UPDATES).path[:, 1]
    assert end(lr=1.9) < famous
    assert (across[1:] * across[:-1] < 0).all()


def half_of_the_last_step_beats_every_plain_rate():
    assert end(lr=2.0, momentum=0.5) < end(lr=RATES).min()
    run = training.run("ravine", SGD(lr=2.0), steps=10 * UPDATES)
    assert run.losses[-1] == pytest.approx(0.32, rel=1e-6)  # across the ravine: 0.8**2 / 2


def a_short_memory_beats_every_one_at_a_small_rate():
    ravine, momenta = surfaces.Ravine(condition=20), np.arange(0, 1, 0.01)
    at_a_tenth = training.run(ravine, SGD(lr=0.1, momentum=momenta), steps=160).losses[-1]
    lr, momentum = best_pair(20)
    assert 1 / (1 - momentum) < 2
    assert training.run(ravine, SGD(lr=lr, momentum=momentum), steps=160).losses[-1] < at_a_tenth.min() / 1e6


def two_updates_of_nesterov_are_enough():
    for momentum in (0.3, 0.6, 0.9, 0.99):
        run = training.run("parabola", SGD(lr=1.0, momentum=momentum, nesterov=True), steps=2)
        assert run.losses[-1] < 1e-30
        assert theory.contraction(1.0, momentum) == pytest.approx(momentum**0.5)


def decay_saves_a_rate_over_the_limit():
    assert end("parabola", lr=3.0) > 1e6
    saved = training.run("parabola", SGD(lr=3.0, decay=0.05), steps=UPDATES).losses
    assert saved.max() > 100 * saved[0]
    assert saved[-1] < 1e-6


def noise_keeps_the_weights_away():
    surface = surfaces.NoisyQuadratic(shared=False)
    starts = np.repeat(np.reshape(surface.start, (2, 1)), 200, axis=1)
    runs = training.run(surface, SGD(lr=0.1), w0=starts, steps=2000, record_path=False)
    assert runs.losses[1900:].mean() > 0.9 * runs.losses[100:200].mean()


def rmsprop_jumps_out_of_the_minimum():
    losses = training.run("ravine", RMSprop(lr=0.03), steps=200).losses
    lowest = losses.argmin()
    assert losses[lowest] < 1e-20 * losses[0]
    assert losses[lowest:].max() > 1e-3 * losses[0]


def a_pull_beside_the_gradient_is_another_one_for_adam():
    for optimizer, same in ((SGD, True), (Adam, False)):
        within, beside = (
            training.run("ravine", optimizer(lr=0.05, **pull), steps=50).path
            for pull in ({"l2": 0.1}, {"weight_decay": 0.1})
        )
        assert np.allclose(within, beside, rtol=0, atol=0.01) == same


def a_turn_costs_the_quickest_its_lead():
    turned = surfaces.Ravine(condition=20, angle=45)
    turned.start = (-2.4 / 2**0.5, -0.8 / 2**0.5)  # the same place in it
    assert heat("adagrad", "ravine", "tuned").finish == 3
    assert explored(RUNNERS["adagrad"], turned).finishes.min() == 39


def updates_until_most_digits_are_right(loss):
    """Those of the documentation's network with its documented line."""
    data, rng = datasets.load_digits(components=10), np.random.default_rng(0)
    hidden = layers.Dense(64, init="uniform", activation="tanh", input_dim=10)
    model = models.Sequential([hidden, layers.Dense(10, init="uniform", activation="softmax")], seed=0)
    model.compile(loss, SGD(**COPIED))
    labels = datasets.to_categorical(data.y_train)
    for update in range(1, 1500):
        batch = rng.integers(len(labels), size=32)
        model.train_on_batch(data.x_train[batch], labels[batch])
        if update % 5 == 0 and np.mean(model.predict_classes(data.x_test) == data.y_test) >= 0.9:
            break
    return update


def another_loss_and_the_same_line_are_twenty_times_as_quick():
    documented, mended = map(
        updates_until_most_digits_are_right, ("mean_squared_error", "categorical_crossentropy")
    )
    assert documented < 1495  # it does get there
    assert 15 < documented / mended < 30


def keras_and_pytorch_part_where_the_rate_falls():
    w, theta = np.ones(1), np.ones(1)
    settings = {"momentum": 0.9, "nesterov": True}
    keras, torch = keras_3.SGD(**settings), pytorch.SGD([theta], **settings)
    for lr, together in ((0.1, True), (0.1, True), (0.01, False)):
        keras.learning_rate = torch.lr = lr
        keras.apply([w.copy()], [w])
        torch.step([theta.copy()])
        assert np.allclose(w, theta, rtol=0, atol=1e-12) == together


def the_plain_line_is_best_below_its_best_rate():
    best = 2 / sum(surfaces.get("ravine").curvatures)
    lowest = RATES[end(lr=RATES).argmin()]
    assert 0.95 * best < lowest < 0.995 * best


def a_warm_up_of_six_updates_loses_no_run_and_one_of_five_all():
    starts = np.repeat(Valley.start[:, None], RUNS, axis=1)
    for updates, lost in ((5, 1), (6, 0)):
        sgd = SGD(lr=schedules.WarmUp(after=1.0, steps=updates))
        assert training.run(Valley(), sgd, w0=starts, steps=60).diverged.mean() == lost


def the_largest_curvature_climbs_to_two_over_the_rate():
    curvatures = EdgeOfStability(lr=4.0).artists["curvature"].get_ydata()
    assert curvatures[0] < 0.8 * 2 / 4
    assert curvatures[-100:].mean() == pytest.approx(2 / 4, rel=0.1)


def muon_learns_the_rarest_as_fast_as_the_commonest():
    memory, muon = AssociativeMemory(ratio=0.5), Muon(lr=0.05, momentum=0.0, shape=(8, 8), scale="none")
    for optimizer, times in ((muon, 1.5), (SGD(lr=0.3), 200)):
        errors = memory.errors(training.run(memory, optimizer, steps=2000).path.T)
        first, *_, last = (errors < 0.1).argmax(axis=1)
        assert last <= times * first
        assert times < 100 or last > 100 * first


def one_range_test_is_as_good_as_seven_trainings():
    facts = RangeTest().facts
    assert facts["end"] < 1.02 * facts["ends"].min()


def a_tenth_of_the_rate_tells_noise_from_a_flat_place():
    noisy = surfaces.NoisyQuadratic(noise=1.0, shared=False)
    falls = []
    for surface, w0 in ((noisy, np.zeros((2, 200))), ("plateau", [3.0, 3.0])):
        before = training.run(surface, SGD(lr=0.5), w0=w0, steps=100)
        after = training.run(surface, SGD(lr=0.05), w0=before.w, steps=100)
        falls.append(after.losses[-20:].mean() / before.losses[-20:].mean())
    noise, flat = falls
    assert noise < 0.2
    assert 0.99 < flat <= 1


SURPRISES = {
    "01_learning_rate": one_late_bus_moves_mse_and_not_mae,
    "02_regression_losses": a_smaller_nudge_measures_a_worse_slope,
    "02b_is_the_slope_right": mse_hardly_pulls_what_is_sure_and_wrong,
    "03_classification_losses": the_plain_line_wins_only_where_it_jumps_across,
    "04_conditioning": half_of_the_last_step_beats_every_plain_rate,
    "05_momentum": a_short_memory_beats_every_one_at_a_small_rate,
    "06_stability_map": two_updates_of_nesterov_are_enough,
    "07_nesterov": decay_saves_a_rate_over_the_limit,
    "08_decay": noise_keeps_the_weights_away,
    "09_noise": rmsprop_jumps_out_of_the_minimum,
    "10_adaptive_rates": a_pull_beside_the_gradient_is_another_one_for_adam,
    "11_adam": a_turn_costs_the_quickest_its_lead,
    "12_the_race": another_loss_and_the_same_line_are_twenty_times_as_quick,
    "12b_the_documented_example": keras_and_pytorch_part_where_the_rate_falls,
    "13_reading_the_source": the_plain_line_is_best_below_its_best_rate,
    "14_weight_decay": a_warm_up_of_six_updates_loses_no_run_and_one_of_five_all,
    "15_warm_up": the_largest_curvature_climbs_to_two_over_the_rate,
    "16_edge_of_stability": muon_learns_the_rarest_as_fast_as_the_commonest,
    "17_matrices": a_tenth_of_the_rate_tells_noise_from_a_flat_place,
    "18_the_clinic": one_range_test_is_as_good_as_seven_trainings,
}


def test_every_lesson_ends_with_a_surprise_before_its_links():
    for lesson in SURPRISES:
        notebook = nbformat.read(refresh.ROOT / "lessons" / f"{lesson}.ipynb", as_version=4)
        (summary,) = [cell.source for cell in notebook.cells if cell.id == "summary"]
        *_, surprise, links = summary.split("\n\n")
        assert surprise.startswith("**A surprise.** "), lesson
        assert "(00_start_here.ipynb)" in links, lesson


@pytest.mark.parametrize("lesson", SURPRISES)
def test_the_surprise_is_true(lesson):
    SURPRISES[lesson]()
