"""``diagnose`` on runs whose cause is known, and what it says to logs that cannot be read."""

import re

import numpy as np
import pytest

from course_lib import __main__ as command
from course_lib import datasets
from course_lib.diagnosis import CANNOT_TELL, CAUSES, diagnose, measures, read, simulated
from course_lib.diagnosis.log import Log
from course_lib.layers import Activation, Dense
from course_lib.models import Sequential
from course_lib.optimizers import SGD
from tools import diagnosed

NAMES = [cause.name for cause in CAUSES]
every_cause = pytest.mark.parametrize("cause", NAMES)
FALLING = [0.8**t for t in range(60)]


@pytest.fixture(scope="module")
def few():
    """The first 220 of the page's logs: 20 of each cause."""
    return diagnosed.confusion(220)


# How often it is right.


def test_every_cause_can_be_simulated_and_one_run_more_has_none():
    assert simulated.names() == (*NAMES, diagnosed.ELSE)


@every_cause
def test_a_cause_is_named_in_most_of_its_simulated_runs(cause, few):
    row = NAMES.index(cause)
    assert few[row].sum() == 20
    assert few[row, row] >= 16


def test_where_there_is_no_cause_mostly_none_is_named(few):
    assert few[-1, -1] >= 17
    assert diagnosed.SAID[-1] == CANNOT_TELL


def test_a_wrong_name_is_rare(few):
    found, wrong, trust = diagnosed.rates(few)
    assert found > 0.9
    assert wrong < 0.05
    assert trust > 0.95


def test_the_page_says_what_the_tool_counts(few):
    """The 220 are the first of the page's 1,000, so none of its counts may be lower than theirs."""
    page = diagnosed.PAGE.read_text(encoding="utf-8").partition(diagnosed.BEGIN)[2]
    rows = re.findall(r"^\| ([a-z -]+) \| (\d+) \| (\d+|–) \| (\d+) \| (.*) \|$", page, re.MULTILINE)
    assert [name for name, *_ in rows] == list(simulated.names())
    assert sum(int(count) for _, count, *_ in rows) == diagnosed.COUNT
    for (name, count, right, not_told, others), row in zip(rows, few, strict=True):
        said = {other.strip(): int(n) for other, n in re.findall(r"([a-z -]+) (\d+)", others)}
        said |= {CANNOT_TELL: int(not_told)} | ({} if right == "–" else {name: int(right)})
        assert sum(said.values()) == int(count)
        for told, n in zip(diagnosed.SAID, row, strict=True):
            assert n <= said.get(told, 0) + 1  # another machine's last bit may turn one

    right = sum(int(named) for *_, named, _, _ in rows[:-1])
    wrong = sum(int(n) for *_, others in rows for n in re.findall(r" (\d+)", others))
    with_cause = sum(int(count) for _, count, *_ in rows[:-1])
    rates = right / with_cause, wrong / diagnosed.COUNT, right / (right + wrong)
    assert [f"{100 * rate:.1f}" for rate in rates] == re.findall(r"([\d.]+) %", page)[:3]


def test_the_rates_of_a_table_by_hand():
    table = np.zeros((11, 11), int)
    table[0, 0], table[0, 1], table[3, -1], table[-1, 2] = 6, 2, 2, 10
    assert diagnosed.rates(table) == (0.6, 0.6, 6 / 18)


@every_cause
def test_neither_offset_nor_scale_changes_the_verdict(cause):
    log = simulated.twin(cause)
    moved = log._replace(
        loss=1000 * log.loss - 5, val_loss=None if log.val_loss is None else 1000 * log.val_loss - 5
    )
    assert diagnose(moved).verdict == diagnose(log).verdict == cause


# What a column more can tell.


def test_without_its_column_a_cause_is_not_named():
    for cause, column, instead in [
        ("inert decay", "lr", "noise floor"),
        ("clipped gradients", "gradient_norm", "learning rate too low"),
        ("overfitting", "val_loss", None),
    ]:
        found = diagnose(simulated.twin(cause)._replace(**{column: None}))
        assert cause not in {finding.cause.name for finding in found.likely}
        assert instead in (None, found.verdict)


def test_a_decay_that_does_something_is_not_inert():
    log = simulated.twin("inert decay")
    assert diagnose(log._replace(lr=np.geomspace(0.1, 0.001, len(log.loss)))).verdict == "noise floor"


@pytest.mark.parametrize("last", [np.nan, np.inf])
def test_a_loss_that_ends_in_no_number_had_too_high_a_rate(last):
    found = diagnose([*FALLING[:25], 5.0, 100.0, last, np.nan])
    assert found.verdict == "learning rate too high"
    assert "after 27 entries" in str(found)


def network_history(lr):
    """The losses of a small network that learns the digits, epoch by epoch."""
    digits = datasets.load_digits()
    layers = [Dense(16, input_dim=64), Activation("tanh"), Dense(10), Activation("softmax")]
    model = Sequential(layers, seed=0)
    model.compile(loss="sparse_categorical_crossentropy", optimizer=SGD(lr=lr))
    test = (digits.x_test, digits.y_test)
    history = model.fit(digits.x_train, digits.y_train, epochs=25, validation_data=test, verbose=0).history
    return {name: history[name] for name in ("loss", "val_loss")}


@pytest.mark.parametrize(
    ("lr", "cause"), [(0.2, "healthy"), (1e-4, "learning rate too low"), (50, CANNOT_TELL)]
)
def test_a_network_that_was_not_simulated_is_told_as_it_is(lr, cause):
    assert diagnose(network_history(lr)).verdict == cause


# What is said.


def test_a_column_that_is_missing_speaks_for_nothing():
    for finding in diagnose(FALLING).findings:
        assert not any("was logged" in said for said in finding.speaks_for)
    against = [said for finding in diagnose(FALLING).findings for said in finding.speaks_against]
    assert sum("was logged" in said for said in against) == 3


def test_one_likely_cause_is_told_with_what_speaks_for_it_and_what_to_try():
    lines = str(diagnose(FALLING)).splitlines()
    assert lines[0].startswith("Likely healthy: ")
    assert lines[-1].startswith("  try: ")
    assert all(line.startswith("  for: ") for line in lines[1:-1])


def test_where_none_fits_the_nearest_are_told_with_what_speaks_against_them():
    rng = np.random.default_rng(2)
    found = diagnose(np.cumsum(rng.normal(size=200)))
    assert found.verdict == CANNOT_TELL
    assert str(found).startswith("I cannot tell: something speaks against each cause.")
    assert len(found.told) == 2
    assert "  against: " in str(found)


@pytest.mark.parametrize("cause", [*NAMES, diagnosed.ELSE])
def test_the_picture_shows_the_log_beside_a_run_of_each_cause_that_is_told(cause):
    found = diagnose(simulated.twin(cause))
    first, *others = found.picture().axes
    assert first.get_title(loc="left") == "your log"
    assert np.array_equal(first.lines[0].get_ydata(), found.log.finite)
    told = [f"simulated: {of.cause.name}" for of in found.told]
    assert [axes.get_title(loc="left") for axes in others] == told


@pytest.mark.parametrize("offset", [0, -2])
def test_losses_far_above_the_rest_are_drawn_by_powers_of_ten_if_all_are_above_0(offset):
    loss = np.array([1.0, 1e6, *FALLING]) + offset
    assert diagnose(loss).picture().axes[0].get_yscale() == ("linear" if offset else "log")


# Measures, on curves of which they are known.


def test_the_fall_and_the_wobble_of_a_line_and_of_a_parabola():
    t = np.arange(101.0)
    assert measures.fall(7 - 0.5 * t) == pytest.approx(50)
    assert measures.wobble(7 - 0.5 * t) == pytest.approx(0, abs=1e-12)
    alternating = np.where(t % 2, 1.0, -1.0)
    assert measures.wobble(alternating) == pytest.approx(1, rel=1e-3)


@pytest.mark.parametrize("every", [5, 8, 13])
def test_the_period_of_a_saw_is_found_and_a_smooth_curve_has_none(every):
    t = np.arange(120)
    assert measures.period(np.exp(-t / 20) + (t % every) / every)[0] == every
    assert measures.period(np.exp(-t / 20))[1] == 0
    assert measures.period(np.random.default_rng(0).normal(size=120))[1] < 0.4


def test_the_memory_of_chance_and_of_its_sum():
    chance = np.random.default_rng(1).normal(size=2000)
    assert abs(measures.memory(chance)) < 0.1
    assert measures.memory(np.cumsum(chance)) > 0.9


# Reading.


def test_lists_columns_and_files_are_read_alike(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(
        "\ufeffepoch, Train_Loss,learning_rate\n"
        + "".join(f"{i},{loss!r},0.1\n" for i, loss in enumerate(FALLING))
    )
    of_file = read(path)
    assert np.array_equal(of_file.loss, read(FALLING).loss)
    assert np.array_equal(of_file.lr, [0.1] * 60)
    assert read({"loss": np.array(FALLING), "lr": [0.1] * 60}).lr.tolist() == of_file.lr.tolist()
    assert read(Log(FALLING)).loss.tolist() == FALLING
    assert diagnose(str(path)).verdict == "healthy"


def test_a_column_is_left_out_only_if_it_is_named(tmp_path):
    columns = {"loss": FALLING, "accuracy": FALLING}
    with pytest.raises(ValueError, match="got accuracy: name it in ignore to leave it out"):
        read(columns)
    assert read(columns, ignore=["accuracy"]).loss.tolist() == FALLING


BAD = [
    ([], "loss must hold at least 20 numbers to tell anything; got 0"),
    (FALLING[:19], "loss must hold at least 20 numbers to tell anything; got 19"),
    ([1.0, np.nan, *FALLING], "may be nan or infinite only at its end; got nan as number 2"),
    ([*FALLING, np.inf, 1.0], "may be nan or infinite only at its end; got inf as number 61"),
    (["low"] * 20, "loss must hold numbers; got 'low' as number 1"),
    ([[1.0]] * 20, "loss must be a list of numbers; got an array of shape (20, 1)"),
    (7, "loss must be a list of numbers; got an array of shape ()"),
    ({"lr": FALLING}, "log must have a column loss; got lr"),
    ({}, "log must have a column loss; got no column"),
    ({"loss": FALLING, "train_loss": FALLING}, "log must have one column loss; got another, train_loss"),
    ({"loss": FALLING, "lr": [0.1]}, "lr must have the shape of loss, (60,); got (1,)"),
    ({"loss": FALLING, "lr": [np.nan] * 60}, "lr must hold finite numbers; got NaN or infinity in 60 of 60"),
]


@pytest.mark.parametrize(("log", "message"), BAD)
def test_a_log_that_cannot_be_read_is_answered_in_a_sentence(log, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        diagnose(log)


BAD_FILES = [
    ("", "log must hold a line of names and a line for each update; "),
    ("1.0\n0.5\n", "the first line of log must name the columns, as in 'loss,lr'; got '1.0'"),
    ("loss,lr\n1.0\n", "line 2 of log must have 2 cells; got 1"),
    ("loss\n1.0\nn/a\n", "loss must hold numbers; got 'n/a' as number 2"),
    ("loss\n", "log must hold a line of names and a line for each update; got 1 lines"),
    ("loss,speed\n1,2\n", "got speed: name it in ignore"),
]


@pytest.mark.parametrize(("text", "message"), BAD_FILES)
def test_a_file_that_cannot_be_read_is_answered_in_a_sentence(tmp_path, text, message):
    path = tmp_path / "log.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=re.escape(message)):
        diagnose(path)


def test_a_file_that_is_missing_or_no_text_is_answered_in_a_sentence(tmp_path):
    with pytest.raises(ValueError, match=r"log must be a CSV file that can be read; got .*No such file"):
        diagnose(tmp_path / "none.csv")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(ValueError, match=r"picture\.png: it is no text in UTF-8"):
        diagnose(tmp_path / "picture.png")


# The command.


def test_the_command_says_it_and_draws_it(tmp_path, capsys):
    path = tmp_path / "log.csv"
    path.write_text("loss,accuracy\n" + "".join(f"{loss},1\n" for loss in FALLING))
    picture = tmp_path / "log.png"
    arguments = ["diagnose", str(path), "--ignore", "accuracy", "--picture", str(picture)]
    assert not command.main(arguments)
    assert capsys.readouterr().out.startswith("Likely healthy: ")
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_the_command_answers_a_bad_log_in_a_sentence(tmp_path):
    answer = command.main(["diagnose", str(tmp_path / "none.csv")])
    assert answer.startswith("losses-and-optimizers: log must be a CSV file that can be read")
