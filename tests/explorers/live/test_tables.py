"""The numbers behind the curves."""

import numpy as np
import pytest

from course_lib import training
from course_lib.explorers import AdaptiveRates, Momentum, Nesterov, Race, Trajectory
from course_lib.explorers.live.tables import ROWS
from course_lib.optimizers import SGD


def tables(figure):
    figure.tabled = True
    return figure.tables


def test_a_run_is_one_table_of_its_updates_with_loss_and_both_weights():
    (table,) = tables(Trajectory(lr=0.5))
    assert table["columns"] == ["updates", "loss", "path: first weight", "path: second weight"]
    numbers = np.array(table["rows"], float)
    run = training.run("ravine", SGD(0.5), steps=100)
    updates = numbers[:, 0].astype(int)
    assert len(updates) == ROWS
    assert (updates[0], updates[-1]) == (0, 100)
    assert np.ptp(np.diff(updates)) <= 1
    assert numbers[:, 1] == pytest.approx(run.losses[updates], rel=1e-4)
    assert numbers[:, 2:] == pytest.approx(run.path[updates], rel=1e-4)


def test_a_curve_that_begins_later_or_ends_sooner_has_gaps_in_the_table_of_the_longest():
    (table, _) = tables(Momentum())
    first, *_, last = table["rows"]
    steps = table["columns"].index("steps of Keras")
    assert (first[0], first[steps]) == ("0", "")
    assert (last[0], float(last[steps])) == ("160", pytest.approx(10, abs=1e-3))
    race = Race(optimizers=["sgd", "adagrad"], course="rosenbrock", rates="documented")
    lengths = {len(artist.get_xdata()) for name, artist in race.artists.items() if name.endswith("loss")}
    (table,) = tables(race)
    assert len(table["rows"]) == ROWS
    assert ("" in table["rows"][-1]) == (len(lengths) > 1)


def test_contours_and_clouds_are_no_curves():
    (table,) = tables(AdaptiveRates())
    assert not any("ellipse" in column for column in table["columns"])


def test_an_axis_of_all_updates_says_so():
    columns = [table["columns"][0] for table in tables(Nesterov())]
    assert columns == ["lr", "part of all updates"]


def test_an_open_table_follows_and_a_closed_one_costs_nothing():
    figure = Trajectory()
    assert "table" not in "".join(figure.view)
    before = tables(figure)
    figure.set(lr=0.3)
    assert figure.tables != before
    figure.tabled = False
    assert figure.tables == []
