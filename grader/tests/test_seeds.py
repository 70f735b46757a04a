"""The secret key, and the seeds that come from it."""

import itertools
import os
import pickle
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from course_grader import seeds
from course_grader.faults import GraderFault

KEY = bytes(range(32))
ATTEMPT = ("01_learning_rate", "ada", "2026-01-31 10:00:00 UTC")


def test_the_same_attempt_has_the_same_seeds_each_time():
    assert seeds.seeds(KEY, *ATTEMPT)("sgd_step") == seeds.seeds(KEY, *ATTEMPT)("sgd_step")


def test_another_key_assignment_student_attempt_or_task_has_another_seed():
    everything = [KEY, *ATTEMPT, "sgd_step"]
    found = set()
    for place in range(-1, 5):
        changed = [part + part[-1:] if place == n else part for n, part in enumerate(everything)]
        found.add(seeds.seeds(*changed[:4])(changed[4]))
    assert len(found) == 6


def test_names_that_read_alike_when_joined_have_different_seeds():
    splits = itertools.combinations(range(5), 2)
    found = {seeds.seeds(KEY, "a|b|"[:i], "a|b|"[i:j], "a|b|"[j:])("t") for i, j in splits}
    assert len(found) == 10


def test_seeds_travel_without_the_key():
    mine = seeds.seeds(KEY, *ATTEMPT)
    sent = pickle.dumps(mine)
    assert KEY not in sent
    assert pickle.loads(sent)("sgd_step") == mine("sgd_step")
    assert str(mine.key) not in repr(mine)


def test_a_seed_is_one_that_numpy_takes():
    seed = seeds.seeds(KEY, *ATTEMPT)("sgd_step")
    assert isinstance(seed, int)
    assert 0 <= seed < 2**128


def test_the_key_is_made_once_and_is_its_owners(tmp_path):
    path = tmp_path / "grading" / "key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(seeds.key, [path] * 32))
    assert keys == {path.read_bytes()}
    assert len(path.read_bytes()) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["key"]


@pytest.mark.parametrize("content", [b"", b"too short", bytes(33)])
def test_a_damaged_key_is_a_fault_and_stays_as_it_is(tmp_path, content):
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(GraderFault, match=r"is damaged.* Restore it from a copy, or delete it"):
        seeds.key(tmp_path / "key")
    assert (tmp_path / "key").read_bytes() == content


def test_a_key_that_cannot_be_made_is_a_fault(tmp_path):
    (tmp_path / "grading").write_text("a file")
    with pytest.raises(GraderFault, match=r"cannot be used: .+\. See to that\."):
        seeds.key(tmp_path / "grading" / "key")
