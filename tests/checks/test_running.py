"""Whatever a learner's function does, the check goes on."""

import sys
import threading
import time

import numpy as np
import pytest

from course_lib.base.timed_by_thread import TimeUp, _raise
from course_lib.checks import running

ARGUMENTS = {"w": np.array([1.0, 2.0]), "lr": 0.5}


def swallows_everything(w, lr):
    while True:
        try:
            while True:
                lr += 1
        except BaseException:
            lr = 0


def loops(w, lr):
    while True:
        pass


def sleeps_in_a_loop(w, lr):
    while True:
        time.sleep(0.01)


def recurses(w, lr):
    return recurses(w, lr)


@pytest.mark.parametrize("function", [loops, swallows_everything, sleeps_in_a_loop])
def test_what_does_not_end_is_ended(function):
    result = running.call(function, ARGUMENTS, seconds=0.2)
    assert result.endless
    assert result.failure == "did not end within 2 s"
    assert running.call(lambda w, lr: lr, ARGUMENTS).value == 0.5  # and nothing arrives later


def test_no_time_up_arrives_after_a_function_that_ends_just_in_time():
    for _ in range(30):
        result = running.call(lambda w, lr: time.sleep(0.02), ARGUMENTS, seconds=0.02)
        assert result.endless or result.value is None
        sum(range(10_000))  # where a late exception would be raised


def test_a_time_up_at_the_very_end_leaves_nothing_behind():
    tracing = sys.gettrace()
    for _ in range(100):
        ends = running.call(lambda w, lr: _raise(TimeUp, threading.get_ident()), ARGUMENTS)
        assert ends.endless
        assert sys.gettrace() is tracing
        threading.Event().set()  # Python's own code, in which a late exception would leave a lock behind


def test_only_the_function_is_timed_and_not_the_start_of_the_thread_that_watches(monkeypatch):
    start = threading.Thread.start

    def slow(thread):
        start(thread)
        time.sleep(0.1)

    monkeypatch.setattr(threading.Thread, "start", slow)
    assert running.call(lambda w, lr: lr, ARGUMENTS, seconds=0.05).value == 0.5


def test_time_is_up_at_any_moment_of_a_function_while_threads_change_quickly():
    tracing, interval = sys.gettrace(), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for count in range(200):
            result = running.call(lambda w, lr, n=count: sum(range(10 * n)), ARGUMENTS, seconds=1e-4)
            assert result.endless or result.value is not None
            assert sys.gettrace() is tracing
    finally:
        sys.setswitchinterval(interval)


def test_the_time_is_that_of_the_clock_that_is_given():
    def works():
        while True:
            pass

    assert running.in_time(time.sleep, [0.3], 0.1, time.process_time) is None
    with pytest.raises(running.TimeUp):
        running.in_time(works, [], 0.1, time.process_time)


def test_to_wait_counts_a_little_and_to_compute_counts_in_full():
    """On a busy machine, all wait."""
    begin, before = time.monotonic(), running.spent(lambda: 3.0)
    time.sleep(0.05)
    waited = running.spent(lambda: 3.0) - before
    assert 0 < waited <= running.PASSING * (time.monotonic() - begin)
    assert running.spent(lambda: 5.0) - before >= 2 * (1 - running.PASSING)
    assert running.call(lambda: time.sleep(1.1), {}, seconds=1).failure == ""
    assert running.call(lambda: sum(range(10**6)), {}).seconds > 0


def test_an_error_of_many_words_is_cut():
    long = type("L" * 10**5, (Exception,), {})

    def fails(w, lr):
        raise long("x " * 10**6)

    assert len(running.call(fails, ARGUMENTS).failure) <= 2 * running.SAID + 2


def test_it_also_works_in_another_thread():
    results = []
    thread = threading.Thread(target=lambda: results.append(running.call(loops, ARGUMENTS, seconds=0.2)))
    thread.start()
    thread.join(60)
    assert results[0].endless


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda w, lr: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda w: w, "TypeError: <lambda>() takes 1 positional argument but 2 were given"),
        (lambda w, lr: sys.exit(3), "SystemExit: 3"),
        (lambda w, lr: exec("raise GeneratorExit"), "GeneratorExit"),
        (recurses, "RecursionError: maximum recursion depth exceeded"),
        (lambda w, lr: [][1], "IndexError: list index out of range"),
    ],
)
def test_what_it_raises_is_told(function, says):
    assert running.call(function, ARGUMENTS).failure.startswith(says)


def test_ctrl_c_is_the_learners_own():
    def interrupted(w, lr):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        running.call(interrupted, ARGUMENTS)


def test_arguments_are_copies_and_a_change_is_noticed():
    def changes(w, lr, names, table, function):
        w *= 2
        names.append(1)
        table["a"] = 2
        return w

    given = {"w": np.ones(2), "lr": 1.0, "names": [1, 2], "table": {"a": 1}, "function": abs}
    result = running.call(changes, given)
    assert result.changed == ("w", "names", "table")
    assert given["w"].tolist() == [1, 1]
    assert given["names"] == [1, 2]


def test_nan_in_an_argument_is_no_change():
    result = running.call(lambda w, x: 0, {"w": np.array([np.nan]), "x": float("nan")})
    assert result.changed == ()


def test_a_flood_of_print_is_cut_and_kept_off_the_screen(capsys):
    result = running.call(lambda w, lr: [print("x" * 1000) for _ in range(1000)], ARGUMENTS)
    assert result.printed == "x" * running.PRINTED
    assert capsys.readouterr().out == ""


def test_warnings_of_numpy_are_no_errors():
    result = running.call(lambda w, lr: np.log(w - 1) / 0, ARGUMENTS)
    assert result.value[0] == -np.inf
