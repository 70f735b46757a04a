"""Adam's family under a gradient of any scale and in training: the numbers of picture and words."""

import numpy as np
import pytest

from course_lib import surfaces, training
from course_lib.explorers.adam import PLAIN, RATES, RAVINE, SCALES, UPDATES, AdamFamily
from course_lib.optimizers import SGD, Adam, Lion, Optimizer

UNCORRECTED = {"bias_correction": False}
NAMES = AdamFamily.controls["optimizer"].options


@pytest.fixture(scope="module")
def figure():
    return AdamFamily()


def facts(figure, **values):
    return figure.frame(**PLAIN | values).facts


def steps(figure, optimizer="adam", **values):
    return facts(figure, optimizer=optimizer, **values)["steps"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scale", [1e-9, 1e-3, 1e6])
def test_the_steps_are_those_of_a_run_on_a_constant_slope(figure, name, scale):
    optimizer, w, path = Optimizer.named(name)(lr=1e-6, beta_1=0.8, beta_2=0.99), np.zeros(1), [0.0]
    state = optimizer.init(w)
    for _ in range(UPDATES):
        w, state = optimizer.step(w, np.array([-scale]), state)
        path.append(w.item())
    seen = steps(figure, name, scale=scale, beta_1=0.8, beta_2=0.99)
    assert seen == pytest.approx(np.diff(path) / 1e-6, rel=1e-6)  # with so small an lr AdamW's pull is none


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e6])
@pytest.mark.parametrize("name", ["adam", "adamw", "adamax", "lion"])
def test_every_step_is_lr_at_any_scale(figure, name, scale):
    assert steps(figure, name, scale=scale) == pytest.approx(np.ones(UPDATES), rel=4e-3)


def test_plain_sgd_follows_the_scale(figure):
    frame = figure.frame(**PLAIN | {"scale": 1e-3})
    assert (frame.artists["sgd's steps"][1] == 1e-3).all()


@pytest.mark.parametrize(("beta_1", "beta_2"), [(0.9, 0.999), (0.5, 0.99), (0.0, 0.9999)])
def test_without_correction_the_first_step_is_the_ratio_of_the_shortfalls(figure, beta_1, beta_2):
    settings = {"beta_1": beta_1, "beta_2": beta_2, "scale": 1.0, **UNCORRECTED}
    t = np.arange(1, UPDATES + 1)
    shortfall = (1 - beta_1**t) / np.sqrt(1 - beta_2**t)
    for name in ("adam", "adamw"):
        assert steps(figure, name, **settings) == pytest.approx(shortfall, rel=1e-5)
    assert steps(figure, "adamax", **settings) == pytest.approx(np.ones(UPDATES))


def test_the_words_without_correction(figure):
    figure.set(**PLAIN | UNCORRECTED)
    assert figure.caption.startswith("Adam's first step is 3.16 lr at lr 0.03, ")
    assert "bias_correction off. Its longest, of update 12, is 6.57 lr." in figure.caption
    assert figure.why.startswith("Uncorrected, m starts at 1 - beta_1")
    assert "paper" not in figure.why


@pytest.mark.parametrize("epsilon", [1e-8, 1e-3])
@pytest.mark.parametrize(
    ("name", "at_epsilon"), [("adam", 0.031), ("adamw", 0.031), ("adamax", 0.5), ("nadam", 0.53)]
)
def test_at_epsilon_the_first_step_is_that_of_the_facts(figure, name, at_epsilon, epsilon):
    frame = figure.frame(**PLAIN | {"optimizer": name, "scale": epsilon, "epsilon": epsilon})
    (x,), (y,) = frame.artists["here"]
    assert (x, y) == (epsilon, pytest.approx(at_epsilon, rel=0.02))
    assert frame.artists["epsilon"][0] == [epsilon, epsilon]
    assert f"at epsilon it is {y:.3g} lr" in frame.why
    assert ("in the paper's form 0.5" in frame.why) == name.startswith("adam") * (name != "adamax")


@pytest.mark.parametrize("beta_2", [0.0, 0.9, 0.999])
def test_the_papers_form_steps_half_a_rate_at_epsilon(beta_2):
    """Its epsilon stands beside the corrected root: as Keras's, were that smaller."""
    adam = Adam(lr=1.0, beta_2=beta_2, epsilon=1e-8 * np.sqrt(1 - beta_2))
    w, _ = adam.step([0.0], [1e-8], adam.init([0.0]))
    assert w == pytest.approx([-0.5])


@pytest.mark.parametrize("name", NAMES)
def test_the_dot_is_on_the_curve_of_first_steps(figure, name):
    frame = figure.frame(**PLAIN | {"optimizer": name, "scale": 3e-8, "noise": 1.5})
    scales, first = frame.artists["first step"]
    assert (scales == SCALES).all()
    (x,), (y,) = frame.artists["here"]
    assert np.interp(np.log(x), np.log(scales), np.log(first)) == pytest.approx(np.log(y), abs=0.02)


def test_nadam_steps_further_at_first(figure):
    assert steps(figure, "nadam")[0] == pytest.approx(1.056, abs=5e-4)
    assert figure.frame(**PLAIN | {"optimizer": "nadam"}).caption.startswith(
        "Nadam's first step is 1.06 lr at "
    )


def test_noise_shortens_what_divides_by_the_gradients_size_but_not_lion(figure):
    frame = figure.frame(**PLAIN | {"noise": 1.0})
    adam = frame.facts["steps"].mean()
    assert steps(figure, "adamax", noise=1.0).mean() < adam < 0.9
    assert (steps(figure, "lion", noise=1.0) == 1).all()
    assert f"The average step is {adam:.3g} lr." in frame.why
    assert "average step" not in figure.frame(**PLAIN).why


def test_noise_is_relative_to_the_scale_and_always_the_same(figure):
    gradients = [facts(figure, scale=scale, noise=0.5)["gradients"] for scale in (1.0, 1e-6)]
    np.testing.assert_allclose(gradients[1], 1e-6 * gradients[0])
    assert gradients[0][0] == 1
    assert gradients[0].std() == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(
    ("name", "said"), [("adam", False), ("adamw", False), ("nadam", True), ("lion", True)]
)
def test_a_switch_that_does_nothing_is_said_to(figure, name, said):
    off = figure.frame(**PLAIN | UNCORRECTED | {"optimizer": name})
    assert ("Only Adam and AdamW" in off.why) == said
    assert (off.facts["steps"] == steps(figure, name)).all() == said


@pytest.mark.parametrize(
    "change",
    [
        {},
        UNCORRECTED,
        {"beta_1": 0.0},
        {"beta_2": 0.9},
        {"epsilon": 0.1},
        {"lr": 0.3},
        {"optimizer": "nadam"},
    ],
)
def test_the_training_is_the_librarys_run_in_a_ravine(figure, change):
    values = PLAIN | {"scale": 1.0} | change
    seen = facts(figure, **values)
    name = values["optimizer"]
    settings = {key: values[key] for key in ("lr", "beta_1", "beta_2", "epsilon")}
    optimizer = Optimizer.named(name)(**settings, **(UNCORRECTED if change == UNCORRECTED else {}))
    run = training.run(surfaces.Ravine(100), optimizer, steps=UPDATES)
    np.testing.assert_allclose(seen["losses"], run.losses, rtol=1e-12)
    usual = training.run(surfaces.Ravine(100), Adam(lr=values["lr"]), steps=UPDATES)
    np.testing.assert_allclose(seen["usual"]["losses"], usual.losses, rtol=1e-12)


@pytest.mark.parametrize("scale", [0.01, 1e6])
def test_adam_trains_alike_at_any_scale_and_plain_sgds_best_rate_follows_it(figure, scale):
    once, scaled = facts(figure, scale=1.0), facts(figure, scale=scale)
    np.testing.assert_allclose(scaled["losses"][:50], once["losses"][:50], rtol=0.05)
    np.testing.assert_array_equal(scaled["plain"], once["plain"])
    assert scaled["best_rate"] * scale == pytest.approx(once["best_rate"])


def test_plain_sgds_best_rate_is_that_of_the_closed_form(figure):
    """Each update multiplies the two errors by 1 - rate * curvature."""
    curvatures, start = np.reshape(RAVINE.curvatures, (2, 1, 1)), np.reshape(RAVINE.start, (2, 1, 1))
    updates = np.reshape(np.arange(UPDATES + 1), (-1, 1))
    losses = (curvatures / 2 * (start * (1 - RATES * curvatures) ** updates) ** 2).sum(axis=0)
    best = losses[-10:].mean(axis=0).argmin()
    seen = facts(figure, scale=0.1)
    assert seen["best_rate"] == pytest.approx(RATES[best] / 0.1)
    np.testing.assert_allclose(seen["plain"], losses[:, best], rtol=1e-9)
    assert "its best rate, 19.4 here, " in figure.frame(**PLAIN).why


def test_with_noise_adam_and_plain_sgd_see_the_same(figure):
    """A gradient of scale 1 in the ravine, with what the figure draws added to it."""
    seen = facts(figure, scale=1.0, noise=0.7)
    noises = 0.7 * np.random.default_rng(0).normal(size=(UPDATES, 3))[:, 1:]
    for optimizer, losses in [(SGD(lr=seen["best_rate"]), seen["plain"]), (Adam(lr=0.03), seen["losses"])]:
        w = np.array(RAVINE.start)
        state, own = optimizer.init(w), [RAVINE.value(w)]
        for noise in noises:
            w, state = optimizer.step(w, RAVINE.gradient(w) + noise, state)
            own.append(RAVINE.value(w))
        np.testing.assert_allclose(losses, own, rtol=1e-9)


def test_the_caption_tells_no_loss_that_luck_decides(figure):
    """Lion at lr 0.1 jumps on the minimum itself at update 100 and off it again."""
    frame = figure.frame(**PLAIN | {"optimizer": "lion", "lr": 0.1})
    losses = frame.facts["losses"]
    assert losses[-1] < 1e-30
    assert f"Its last 10 losses average {losses[-10:].mean():.3g}, " in frame.caption
    assert losses[-10:].mean() > 1e-3
    run = training.run(RAVINE, Lion(lr=0.1, beta_1=0.9, beta_2=0.999), steps=UPDATES)
    np.testing.assert_allclose(losses, run.losses, rtol=1e-9, atol=1e-25)


@pytest.mark.parametrize("change", [{}, {"lr": 0.3}, {"scale": 1e-7}, {"noise": 1.0}])
def test_adam_as_usual_is_drawn_once(figure, change):
    for other, drawn in [({}, False), ({"beta_1": 0.5}, True), ({"optimizer": "adamax"}, True)]:
        frame = figure.frame(**PLAIN | change | other)
        assert [
            len(frame.artists[name][0]) > 0 for name in ("usual steps", "usual first step", "usual loss")
        ] == [drawn] * 3
        assert (frame.artists["usual loss's name"][2] == "usual") == drawn
        assert ("called usual" in frame.why) == drawn


def test_the_figure_opens_with_every_line_in_a_place_of_its_own(figure):
    """Not, as it did, with all of them at 1."""
    frame = figure.frame(**PLAIN)
    lines = [np.log10(frame.artists[name][1]) for name in ("steps", "sgd's steps")]
    assert np.abs(lines[0] - lines[1]).min() > 0.5
    heights = [frame.artists[f"{name}'s name"][1] for name in ("loss", "sgd's loss")]
    assert np.abs(np.diff(np.log10(heights))) > 1


@pytest.mark.parametrize(("scale", "reached"), [(3e-8, True), (4e-8, False)])
def test_the_goal_is_below_the_scale_where_epsilon_takes_nine_tenths(figure, scale, reached):
    """Keras: sqrt(1 - beta_2) * g / (sqrt(1 - beta_2) * g + epsilon) = 0.1 at g = 3.5e-8."""
    assert figure.frame(**PLAIN | {"scale": scale}).reached == reached


def test_no_control_draws_the_still_part_again(figure):
    changes = ({}, {"scale": 5.0}, {"beta_1": 0.5}, UNCORRECTED, {"optimizer": "lion"})
    assert {figure.frame(**PLAIN | change).still for change in changes} == {None}
