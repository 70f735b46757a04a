"""The first race: its claim, its caption on both sides, nothing told before the choice, which is kept."""

import pytest

from course_lib import training
from course_lib.base import events, typed
from course_lib.checks import calibration
from course_lib.explorers import FirstRace
from course_lib.explorers.first_race import FAMOUS, FINISH, PLAIN, QUESTION, UPDATES
from course_lib.optimizers import SGD
from course_lib.predictions.review import chosen
from course_lib.questions import kept
from course_lib.record import answers
from tests.explorers.driving import caption, frame, two_lines


@pytest.fixture(scope="module")
def figure():
    return FirstRace()


@pytest.fixture
def _own_record(monkeypatch, tmp_path):
    monkeypatch.setenv(events.ELSEWHERE, str(tmp_path / "progress.jsonl"))
    monkeypatch.setattr(events, "unkept", [])


def by_hand(lr, momentum=0.0, decay=0.0, nesterov=False):
    """The loss after each update in a ravine of curvatures 0.05 and 1 from (-1.6, 0.8), by the formula."""
    losses = []
    flat, steep, v_flat, v_steep = -1.6, 0.8, 0.0, 0.0
    for t in range(UPDATES + 1):
        losses.append((0.05 * flat**2 + steep**2) / 2)
        rate = lr / (1 + decay * t)
        v_flat, v_steep = momentum * v_flat - rate * 0.05 * flat, momentum * v_steep - rate * steep
        flat += momentum * v_flat - rate * 0.05 * flat if nesterov else v_flat
        steep += momentum * v_steep - rate * steep if nesterov else v_steep
    return losses


def test_the_famous_line_misses_the_finish_and_the_plain_one_is_two_thousand_times_lower():
    famous, plain = by_hand(0.1, 0.9, 1e-6, nesterov=True), by_hand(1.9)
    assert FINISH < famous[-1] < 1.02e-6
    assert 2000 < famous[-1] / plain[-1] < 3000
    assert next(t for t, loss in enumerate(plain) if loss <= FINISH) == 62
    assert two_lines(FirstRace().view["python"]) == pytest.approx([famous[-1], plain[-1]], rel=1e-9)


def test_the_caption_has_these_numbers(figure):
    said = caption(figure, winner=FAMOUS, lr=1.9)
    times = by_hand(0.1, 0.9, 1e-6, nesterov=True)[-1] / by_hand(1.9)[-1]
    assert f"ends {times:,.0f} times lower" in said
    assert "after 62 steps; the famous line misses it, 1.02e-6 against 1e-6" in said


@pytest.mark.parametrize("winner", [FAMOUS, PLAIN])
@pytest.mark.parametrize("lr", [0.1, 1.0, 1.05, 1.07, 1.08, 1.9, 1.93, 1.96, 2.0])
def test_who_wins_is_who_ends_lower_at_every_rate(figure, lr, winner):
    said = caption(figure, winner=winner, lr=lr)
    plain = training.run("ravine", SGD(lr=lr), steps=UPDATES).losses[-1]
    lowest = PLAIN if plain < by_hand(0.1, 0.9, 1e-6, nesterov=True)[-1] else FAMOUS
    chosen = "" if winner == lowest else f", not {winner}"
    assert said.startswith(f"{lowest.capitalize()} wins{chosen}: it ends ")
    assert figure.reached == (winner == lowest)
    assert ("the plain line passes" in said.lower()) == (plain <= FINISH)


def test_nothing_is_told_before_somebody_chose(figure):
    shown = frame(figure, winner="", lr=1.9)
    assert not any(len(data[0]) for data in shown.artists.values() if len(data) == 2)
    assert not any(data[2] for data in shown.artists.values() if len(data) == 3)
    assert (shown.why, shown.grows, shown.meanwhile, shown.reached) == ("", {}, "", False)
    assert not {"2,803", "62", "wins,"} & set(shown.caption.split())


def test_the_play_says_whom_you_chose_and_not_who_wins(figure):
    said = {winner: frame(figure, winner=winner, lr=1.9).meanwhile for winner in (FAMOUS, PLAIN)}
    assert said == {winner: f"You say that {winner} wins. They run." for winner in (FAMOUS, PLAIN)}


@pytest.mark.usefixtures("_own_record")
def test_the_first_choice_by_hand_is_kept_as_a_prediction():
    FirstRace().set(winner=PLAIN)
    assert answers.predictions() == {}  # Python predicts nothing
    figure = FirstRace()
    figure.set_state({"lr": 1.9})
    figure.set_state({"winner": FAMOUS})
    figure.set_state({"winner": PLAIN})
    FirstRace().set_state({"winner": PLAIN})
    (one,) = answers.known()
    assert (one.lesson, one.item, one.said, one.right) == ("00_start_here", "first_race", FAMOUS, False)
    assert one.numbers == QUESTION.first


@pytest.mark.usefixtures("_own_record")
def test_the_first_choice_comes_back_with_another_pair_of_lines_and_counts_as_a_prediction():
    FirstRace().set_state({"winner": FAMOUS})
    asked, numbers = next(chosen("02_regression_losses"))
    assert asked is QUESTION
    assert numbers in QUESTION.draws()
    (point,) = calibration.points(kept.answered())
    assert (point.place, point.expected, point.happened) == ("the start", FAMOUS, PLAIN)
    assert point.off == calibration.ELSE


@pytest.mark.parametrize("numbers", QUESTION.draws(), ids=str)
def test_who_wins_another_race_is_who_ends_lower(numbers):
    famous = by_hand(0.1, numbers["momentum"], 1e-6, nesterov=True)[-1]
    plain = by_hand(numbers["lr"])[-1]
    wins, loses = (FAMOUS, PLAIN) if famous < plain else (PLAIN, FAMOUS)
    assert QUESTION.right(numbers) == wins
    told = QUESTION.belief(numbers, loses)
    if numbers["lr"] == 2:
        assert told.startswith("At 2 the plain line jumps from wall to wall")
    else:
        assert all(typed.shown(float(f"{end:.1e}")) in told for end in (famous, plain))
