"""The range test: its rates, what it chooses, and the floors beside an independent count."""

import numpy as np
import pytest

from course_lib.explorers.range_test import RATES, UPDATES, RangeTest, digits_model
from tests.explorers.driving import two_lines

PLAIN = RangeTest.presets["Plain SGD"]


@pytest.fixture(scope="module")
def figure():
    return RangeTest()


def facts(figure, **values):
    figure.set(**PLAIN | values)
    return figure.facts


def trained(lr, momentum, updates=UPDATES):
    """The last loss of SGD, written out, on the batches of the figure's network."""
    model = digits_model()
    w, v = model.start, 0.0
    for t in range(updates):
        v = momentum * v - lr * model.at(t).gradient(w)
        w = w + v
    return model.value(w)


def test_one_short_test_finds_as_good_a_rate_as_seven_trainings(figure):
    found = facts(figure)
    assert len(found["test"].rates) < UPDATES
    assert found["end"] < min(found["ends"])
    assert figure.caption.startswith("Finds a good rate at ")


def test_the_trainings_are_those_of_plain_code(figure):
    assert facts(figure)["ends"][4] == pytest.approx(trained(RATES[4], 0.0), rel=1e-9)
    found = facts(figure, momentum="0.9")
    assert found["end"] == pytest.approx(trained(found["rate"], 0.9), rel=1e-9)


@pytest.mark.parametrize("growth", [1.05, 1.1, 1.4])
def test_the_rate_of_each_update_is_the_last_times_the_growth(figure, growth):
    rates = facts(figure, growth=growth)["test"].rates
    assert rates == pytest.approx(1e-3 * growth ** np.arange(len(rates)))


def test_a_test_that_grows_too_fast_for_the_momentum_promises_too_much(figure):
    slow, fast = (facts(figure, momentum="0.9", growth=growth) for growth in (1.1, 1.4))
    assert fast["rate"] > 2 * slow["rate"]
    assert fast["end"] > 3 * slow["end"]
    assert "ends far above the best of 7" in figure.caption
    assert figure.artists["end"].get_ydata() == [12.0]  # at the top of the picture
    assert figure.caption.startswith("Chooses too high a rate at ")
    assert "In the 10 updates of a step's build-up it grows 29-fold." in figure.why  # 1.4**10


def test_a_rate_that_is_divided_too_often_is_told_to_be_too_low(figure):
    found = facts(figure, divide=20.0)
    assert figure.caption.startswith("Chooses too low a rate at ")
    assert f"a training ends at {found['end']:.3g}, the best of 7" in figure.caption.replace("\n", " ")
    assert len(figure.artists["measured"].get_xdata()) == len(RATES) - 1  # the highest ends by chance


def test_the_measured_floor_is_near_the_predicted_one_where_the_weights_have_come_to_rest(figure):
    for batch_size in ("8", "32"):
        found = facts(figure, batch_size=batch_size)
        assert found["measured"] == pytest.approx(found["predicted"], rel=0.5)


def test_four_times_the_batch_is_a_quarter_of_the_predicted_floor(figure):
    small, large = (facts(figure, batch_size=size)["floors"].predicted[:3] for size in ("8", "32"))
    assert small / large == pytest.approx(np.full(3, 4.0), rel=0.25)


def test_the_two_lines_give_the_curve_to_the_last_bit(figure):
    found = facts(figure, momentum="0.5", growth=1.2, smoothing=0.7)["test"]
    assert np.array_equal(two_lines(figure.view["python"]), found.smooth)
