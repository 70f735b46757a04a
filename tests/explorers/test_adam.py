"""Adam's family under a gradient of any scale: the numbers behind the picture, and the caption's."""

import numpy as np
import pytest

from course_lib.explorers.adam import EPSILON, LOOKS, PLAIN, SCALES, UPDATES, AdamFamily
from course_lib.optimizers import Adam, Optimizer

UNCORRECTED = {"bias_correction": False}


@pytest.fixture(scope="module")
def figure():
    return AdamFamily()


def steps(figure, **values):
    return figure.frame(**PLAIN | values).facts["steps"]


@pytest.mark.parametrize("name", LOOKS)
@pytest.mark.parametrize("scale", [1e-9, 1e-3, 1e6])
def test_the_steps_are_those_of_a_run_on_a_constant_slope(figure, name, scale):
    optimizer, w, path = Optimizer.named(name)(lr=1e-6, beta_1=0.8, beta_2=0.99), np.zeros(1), [0.0]
    state = optimizer.init(w)
    for _ in range(UPDATES):
        w, state = optimizer.step(w, np.array([-scale]), state)
        path.append(w.item())
    seen = steps(figure, scale=scale, beta_1=0.8, beta_2=0.99)[name]
    assert seen == pytest.approx(np.diff(path) / 1e-6, rel=1e-6)  # with so small an lr AdamW's pull is none


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e6])
@pytest.mark.parametrize("name", ["adam", "adamw", "adamax", "lion"])
def test_every_step_is_lr_at_any_scale(figure, name, scale):
    assert steps(figure, scale=scale)[name] == pytest.approx(np.ones(UPDATES), rel=4e-3)


def test_plain_sgd_follows_the_scale(figure):
    frame = figure.frame(**PLAIN | {"scale": 1e-3})
    assert (frame.artists["sgd's steps"][1] == 1e-3).all()
    assert "(plain SGD's: 0.001 lr)" in frame.caption


@pytest.mark.parametrize(("beta_1", "beta_2"), [(0.9, 0.999), (0.5, 0.99), (0.0, 0.9999)])
def test_without_correction_the_first_step_is_the_ratio_of_the_shortfalls(figure, beta_1, beta_2):
    seen = steps(figure, beta_1=beta_1, beta_2=beta_2, bias_correction=False)
    t = np.arange(1, UPDATES + 1)
    shortfall = (1 - beta_1**t) / np.sqrt(1 - beta_2**t)
    assert seen["adam"] == pytest.approx(shortfall, rel=1e-5)
    assert (seen["adamw"] == seen["adam"]).all()
    assert seen["adamax"] == pytest.approx(np.ones(UPDATES))


def test_the_caption_without_correction(figure):
    caption = figure.set(**PLAIN | UNCORRECTED).replace("\n", " ")
    assert "bias_correction off: the first step is 3.16 lr" in caption
    assert "the longest step, of update 12, is 6.57 lr" in caption
    assert "paper" not in caption


@pytest.mark.parametrize(
    ("name", "at_epsilon"), [("adam", 0.031), ("adamw", 0.031), ("adamax", 0.5), ("nadam", 0.53)]
)
def test_at_epsilon_the_first_step_is_that_of_the_facts(figure, name, at_epsilon):
    frame = figure.frame(**PLAIN | {"optimizer": name, "scale": EPSILON})
    (x,), (y,) = frame.artists["here"]
    assert (x, y) == (EPSILON, pytest.approx(at_epsilon, rel=0.02))
    assert f"at epsilon it is {y:.3g} lr" in frame.caption
    assert ("in the paper's form 0.5" in frame.caption) == name.startswith("adam") * (name != "adamax")


@pytest.mark.parametrize("beta_2", [0.0, 0.9, 0.999])
def test_the_papers_form_steps_half_a_rate_at_epsilon(beta_2):
    """Its epsilon stands beside the corrected root: as Keras's, were that smaller."""
    adam = Adam(lr=1.0, beta_2=beta_2, epsilon=EPSILON * np.sqrt(1 - beta_2))
    w, _ = adam.step([0.0], [EPSILON], adam.init([0.0]))
    assert w == pytest.approx([-0.5])


@pytest.mark.parametrize("name", LOOKS)
def test_the_dot_is_on_the_curve_of_first_steps(figure, name):
    frame = figure.frame(**PLAIN | {"optimizer": name, "scale": 3e-8, "noise": 1.5})
    scales, first = frame.artists[f"{name}'s first step"]
    assert (scales == SCALES).all()
    (x,), (y,) = frame.artists["here"]
    assert np.interp(np.log(x), np.log(scales), np.log(first)) == pytest.approx(np.log(y), abs=0.02)


def test_nadam_steps_further_at_first(figure):
    assert steps(figure)["nadam"][0] == pytest.approx(1.056, abs=5e-4)
    assert "first step is 1.06 lr" in figure.set(**PLAIN | {"optimizer": "nadam"}).replace("\n", " ")


def test_noise_shortens_what_divides_by_the_gradients_size_but_not_lion(figure):
    frame = figure.frame(**PLAIN | {"noise": 1.0})
    seen = frame.facts["steps"]
    assert seen["adamax"].mean() < seen["adam"].mean() < 0.9
    assert (seen["lion"] == 1).all()
    assert f"The average step is {seen['adam'].mean():.3g} lr." in frame.caption
    assert "average" not in figure.frame(**PLAIN).caption


def test_noise_is_relative_to_the_scale_and_always_the_same(figure):
    gradients = [
        figure.frame(**PLAIN | {"scale": scale, "noise": 0.5}).facts["gradients"] for scale in (1.0, 1e-6)
    ]
    np.testing.assert_allclose(gradients[1], 1e-6 * gradients[0])
    assert gradients[0][0] == 1
    assert gradients[0].std() == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(
    ("name", "said"), [("adam", False), ("adamw", False), ("nadam", True), ("lion", True)]
)
def test_a_switch_that_does_nothing_is_said_to(figure, name, said):
    off = figure.frame(**PLAIN | UNCORRECTED | {"optimizer": name})
    assert ("Only Adam and AdamW" in off.caption) == said
    same = off.facts["steps"][name] == steps(figure, optimizer=name)[name]
    assert same.all() == said


@pytest.mark.parametrize(("scale", "reached"), [(3e-8, True), (4e-8, False)])
def test_the_goal_is_below_the_scale_where_epsilon_takes_nine_tenths(figure, scale, reached):
    """Keras: sqrt(1 - beta_2) * g / (sqrt(1 - beta_2) * g + epsilon) = 0.1 at g = 3.5e-8."""
    assert figure.frame(**PLAIN | {"scale": scale}).reached == reached


def test_only_the_choice_draws_the_still_part_again(figure):
    stills = {
        figure.frame(**PLAIN | change).still for change in ({}, {"scale": 5.0}, {"beta_1": 0.5}, UNCORRECTED)
    }
    assert stills == {"adam"}
