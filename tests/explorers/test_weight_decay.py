"""The pull in the gradient and beside the step, against closed forms, and the caption against both."""

import numpy as np
import pytest

from course_lib.explorers.weight_decay import SCALES, UPDATES, WAYS, WeightDecay, walk
from course_lib.optimizers import SGD, Adam, AdamW, RMSprop
from tests.explorers.driving import caption, frame, two_lines

FIRST = {
    "optimizer": "adam",
    "lr": 0.01,
    "l2": 0.5,
    "weight_decay": 0.5,
    "busy": 100.0,
    "idle": 0.001,
    "pull": 0.0,
}


@pytest.fixture(scope="module")
def figure():
    return WeightDecay()


def left(figure, **values):
    """What is left of the busy and of the idle weight, by l2 and by weight_decay."""
    facts = frame(figure, **FIRST | values).facts
    return [facts[way] for way in WAYS]


@pytest.mark.parametrize("weight_decay", [0.05, 0.5, 5.0])
def test_beside_the_step_a_weight_without_gradients_keeps_the_same_part_at_each_update(weight_decay):
    path = walk(AdamW(lr=0.01, weight_decay=weight_decay), [0.0])[:, 0]
    np.testing.assert_allclose(path, (1 - 0.01 * weight_decay) ** np.arange(UPDATES + 1), rtol=1e-12)


def test_in_the_gradient_its_strength_drops_out_of_the_way_of_a_weight_without_gradients():
    """m is in proportion to l2, and so is the root of v."""
    weak, *stronger = (walk(Adam(lr=0.01, l2=l2), [0.0])[:, 0] for l2 in (0.005, 0.5, 50.0))
    assert weak[0] - weak[1] == pytest.approx(0.01, rel=1e-4)
    assert weak[50] == pytest.approx(0.537, abs=5e-4)
    for path in stronger:
        np.testing.assert_allclose(path, weak, rtol=0, atol=2e-5)


@pytest.mark.parametrize("size", [10.0, 30.0, 100.0])
def test_in_the_gradient_a_busy_weight_feels_the_pull_divided_by_its_gradients(size):
    """v has its corrected mean, size**2, and m that of l2 * w."""
    path = walk(Adam(lr=0.01, l2=0.5), [size])[:, 0]
    assert np.log(path[200] / path[400]) == pytest.approx(200 * 0.01 * 0.5 / size, rel=0.05)


def test_beside_the_step_all_weights_shrink_alike(figure):
    shown = frame(figure, **FIRST).artists
    sizes, parts = shown["left by weight_decay"]
    np.testing.assert_array_equal(sizes, SCALES)
    np.testing.assert_allclose(parts, 0.995**400, rtol=0.005)
    assert np.ptp(shown["left by l2"][1]) > 0.97


@pytest.mark.parametrize("pull", [0.0, 0.3])
def test_to_plain_sgd_both_are_one(figure, pull):
    by_l2, beside = left(figure, optimizer="sgd", busy=5.0, pull=pull)
    np.testing.assert_allclose(by_l2, beside, rtol=1e-12)
    assert caption(figure, **FIRST | {"optimizer": "sgd", "busy": 1.0}).startswith(
        "Both ways do the same at "
    )


def test_momentum_repeats_what_is_in_the_gradient():
    """Its slow root, of z**2 - (1.9 - lr * l2) * z + 0.9, is nearly 1 - 10 * lr * l2."""
    path = walk(SGD(lr=0.01, momentum=0.9, l2=0.05), [0.0])[:, 0]
    slow = max(np.roots([1, -(1.9 - 0.01 * 0.05), 0.9]))
    assert path[400] / path[399] == pytest.approx(slow, rel=1e-9)
    assert slow == pytest.approx(1 - 10 * 0.01 * 0.05, abs=3e-4)
    beside = walk(SGD(lr=0.01, momentum=0.9, weight_decay=0.05), [0.0])[:, 0]
    np.testing.assert_allclose(beside, (1 - 0.01 * 0.05) ** np.arange(UPDATES + 1), rtol=1e-12)


@pytest.mark.parametrize("optimizer", [SGD(lr=0.01, l2=0.5), Adam(lr=0.01, l2=0.5), RMSprop(lr=0.01, l2=0.5)])
def test_l2_is_a_part_of_the_loss_and_ends_in_one_place_with_every_optimizer(optimizer):
    """Where size * pull * (w - 1) + l2 * w is 0."""
    size, pull = 1.0, 0.5
    end = walk(optimizer, [size], pull, updates=2000)[-4:, 0].mean()
    assert end == pytest.approx(size * pull / (size * pull + 0.5), abs=0.01)


@pytest.mark.parametrize("weight_decay", [0.1, 0.5, 1.0])
def test_where_adamw_ends_does_not_depend_on_the_gradients_size(weight_decay):
    """The mean of its steps, pull * (1 - w) over a root of about 1, makes up for weight_decay * w."""
    ends = walk(AdamW(lr=0.01, weight_decay=weight_decay), [0.01, 1.0, 100.0], pull=0.3, updates=2000)[-1]
    np.testing.assert_allclose(ends, 0.3 / (0.3 + weight_decay), rtol=0.03)
    assert np.ptp(ends) < 1e-5


@pytest.mark.parametrize(
    ("values", "manner"),
    [
        ({}, "Only l2 tells the weights apart"),
        ({"pull": 0.5}, "Only l2 tells the weights apart"),
        ({"idle": 100.0}, "Neither way tells the weights apart"),
        ({"optimizer": "sgd", "busy": 1.0}, "Both ways do the same"),
        ({"optimizer": "sgd", "busy": 1.0, "pull": 0.5, "l2": 0.1}, "Both ways tell the weights apart"),
        ({"optimizer": "sgd, momentum 0.9", "busy": 1.0, "l2": 0.05}, "Both ways do the same"),
        ({"optimizer": "sgd, momentum 0.9", "busy": 0.1}, "Neither way tells the weights apart"),
    ],
)
def test_the_caption_says_who_tells_the_weights_apart(figure, values, manner):
    assert caption(figure, **FIRST | values).startswith(f"{manner} at optimizer ")


@pytest.mark.parametrize(("l2", "reached"), [(10.0, True), (1.0, False)])
def test_the_goal_needs_equal_gradients_and_an_l2_as_many_times_larger(figure, l2, reached):
    """With gradients of 100, l2 = 100 * weight_decay pulls as hard: 0.999**400 is left."""
    values = FIRST | {"idle": 100.0, "l2": l2, "weight_decay": 0.1}
    assert frame(figure, **values).reached == reached
    assert not frame(figure, **values | {"idle": 1.0}).reached


@pytest.mark.parametrize("optimizer", ["adam", "sgd, momentum 0.9"])
def test_the_two_lines_give_the_curves_to_the_last_bit(figure, optimizer):
    figure.set(**FIRST | {"optimizer": optimizer, "pull": 0.2})
    path = two_lines(figure.view["python"])
    for i, weight in enumerate(("busy", "idle")):
        for j, way in enumerate(WAYS):
            assert np.array_equal(figure.artists[f"{weight}, {way}"].get_ydata(), path[:, i, j])
