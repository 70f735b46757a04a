"""Steps in processes of this machine and in Dask's: each fails for itself, and nothing is left running."""

import os
import signal
import subprocess
import sys
import time
from multiprocessing.connection import wait
from operator import truediv

import psutil
import pytest
from course_grader import __main__, schedulers
from course_grader.faults import GraderFault
from course_grader.schedulers import result
from dask import config
from distributed import LocalCluster

from .a_class import is_whole
from .a_course import NAME

AT_MOST = 60  # seconds for what takes a moment, however busy the machine is


@pytest.fixture
def two():
    with schedulers.Processes(2, seconds=AT_MOST) as processes:
        yield processes


@pytest.fixture(scope="module")
def dask():
    cluster = {
        "n_workers": 2,
        "threads_per_worker": 1,
        "host": "127.0.0.1",
        "dashboard_address": "127.0.0.1:0",
    }
    quick = {"distributed.scheduler.allowed-failures": 0}  # else it tries three times more
    with config.set(quick), LocalCluster(**cluster, silence_logs="CRITICAL") as running:
        yield running.scheduler_address


def gone(process):
    """Has it ended, or does it end in a moment?"""
    _, alive = psutil.wait_procs([process], AT_MOST)
    return not alive


def test_steps_run_in_a_process_that_is_kept(two):
    pids = {result(two.submit(os.getpid)) for _ in range(3)}
    assert len(pids) == 1
    assert pids != {os.getpid()}


def test_every_worker_is_prepared(two):
    assert len({result(future) for future in two.prepared(os.getpid)}) == 2


@pytest.mark.parametrize(
    ("function", "argument", "says"),
    [
        (os._exit, 3, "ended by itself (exit code 3)"),
        (
            signal.raise_signal,
            signal.SIGKILL,
            "was killed. If memory ran short, mark fewer at a time: --jobs 1",
        ),
        (signal.raise_signal, signal.SIGSEGV, "ended by itself (exit code -11)"),
        (int, "three", "The grader itself failed: ValueError: invalid literal"),
    ],
)
def test_what_goes_wrong_concerns_one_step(two, function, argument, says):
    before = [two.submit(os.getpid) for _ in range(2)]
    wrong = two.submit(function, argument)
    after = [two.submit(os.getpid) for _ in range(2)]
    assert says in str(result(wrong))
    assert all(isinstance(result(future), int) for future in before + after)


def test_a_process_that_was_killed_while_idle_costs_nothing(two):
    result(two.submit(os.getpid))
    (worker,) = two.all
    worker.process.kill()
    assert wait([worker.process.sentinel], AT_MOST)
    assert isinstance(result(two.submit(os.getpid)), int)


def test_after_a_fault_comes_a_fresh_process(two):
    pid = result(two.submit(os.getpid))
    assert isinstance(result(two.submit(truediv, 1, 0)), GraderFault)
    assert result(two.submit(os.getpid)) != pid


def test_a_step_that_does_not_end_is_ended():
    with schedulers.Processes(1, seconds=0.5) as one:
        assert "had not finished after 0.5 s" in str(result(one.submit(time.sleep, 60)))


def test_at_the_end_nothing_is_left_running():
    with schedulers.Processes(2, seconds=600) as two:
        pids = [result(future) for future in two.prepared(os.getpid)]
        futures = [two.submit(time.sleep, 600) for _ in range(6)]
        start = time.monotonic()
    assert time.monotonic() - start < AT_MOST
    assert not any(map(psutil.pid_exists, pids))
    assert all(future.done() for future in futures)


def test_workers_end_with_a_main_process_that_is_killed(tmp_path):
    """The step is in the middle of something then."""
    script = tmp_path / "main.py"
    script.write_text(
        "import os, time\n"
        "from course_grader import schedulers\n"
        "if __name__ == '__main__':\n"
        "    with schedulers.Processes(1, 600) as one:\n"
        "        print(schedulers.result(one.submit(os.getpid)), flush=True)\n"
        "        schedulers.result(one.submit(time.sleep, 600))\n"
    )
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as main:
        worker = psutil.Process(int(main.stdout.readline()))
        main.kill()
    assert gone(worker)


def test_dask_does_the_same(dask):
    with schedulers.Dask(dask) as workers:
        assert workers.places == 2
        assert len({result(future) for future in workers.prepared(os.getpid)}) == 2
        fault = result(workers.submit(truediv, 1, 0))
        assert isinstance(fault, GraderFault)
        assert not isinstance(fault, schedulers.Lost)  # so it is tried once more
        assert str(fault).startswith("On ")
        assert "ZeroDivisionError" in str(fault)
        assert isinstance(result(workers.submit(os.getpid)), int)


def test_a_class_is_marked_by_a_scheduler_of_dask(dask, course, walls, capsys):
    assert __main__.main(["mark", NAME, "--course", str(course.root), "--scheduler", dask]) == 0
    assert "3 of 3 are marked" in capsys.readouterr().out
    assert is_whole(course)


def test_what_dask_gives_up_is_lost(dask):
    with schedulers.Dask(dask) as workers:
        lost = result(workers.submit(os._exit, 3))
        assert isinstance(lost, schedulers.Lost)
        assert "KilledWorker" in str(lost)
        assert isinstance(result(workers.submit(os.getpid)), int)


def test_a_scheduler_that_ends_is_not_waited_for():
    cluster = LocalCluster(n_workers=1, host="127.0.0.1", dashboard_address="127.0.0.1:0")
    with schedulers.Dask(cluster.scheduler_address) as workers:
        assert isinstance(result(workers.submit(os.getpid)), int)
        waiting = workers.submit(time.sleep, 600)
        workers.client._timeout = 1  # from here on nobody answers
        cluster.close()
        assert isinstance(result(waiting), schedulers.Lost)
        assert isinstance(result(workers.submit(os.getpid)), schedulers.Lost)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "127.0.0.1"])
def test_an_address_where_nobody_answers(address):
    with pytest.raises(GraderFault, match="Start one with: dask scheduler"):
        schedulers.Dask(address)
