"""Whatever comes over the wire: to read it, judge it and tell of it is little work, and takes little memory.

Work is counted and not timed: calls of functions, those of numpy and Python's own among them.
"""

import json
import math
import sys
import tracemalloc
from contextlib import suppress

import numpy as np
import pytest
from course_grader import session, wire
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_lib.checks import bounds, comparing, feedback, tasks, words

MEMORY = 50e6  # bytes that a student may cost
KINDS = [  # what is asked for: numbers, several things, a word, a prediction, settings
    tasks.BY_NAME[name]
    for name in ("descend", "judge_pair", "behaviour_of_rate", "after_three_updates", "choose_case")
]


def cost(value, body=b"", part="value"):
    """Calls and bytes that it costs to judge an answer of each kind, when this comes as a part of it."""
    text = json.dumps({"dict": [["id", 1], [part, value]]}).encode()
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    tracemalloc.start()
    sys.setprofile(count)
    try:
        with suppress(wire.WireError):
            wire.lengths(wire.LENGTHS.pack(len(text), len(body)))
            reply = wire.unpacked(text, body)
            for task in KINDS:
                verdict = task.judge("f", 1, lambda name, given, seconds: session._result(reply, given))
                assert len(feedback.told(task, verdict)) < 10**5
                assert len(feedback.told(task, verdict, discreet=True)) < 10**5
    finally:
        sys.setprofile(before)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return calls, peak


def bytes_of(value):
    """How many bytes the arrays in a value have."""
    if isinstance(value, dict) and "array" in value:
        dtype, shape = value["array"]
        return math.prod(shape) * np.dtype(dtype).itemsize
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return sum(map(bytes_of, parts))


LENGTHS = st.sampled_from([0, 0, 1, 2, 6, 10**3, 10**6, 2**21])
SHAPES = st.lists(LENGTHS, max_size=3) | st.integers(1, 31).map(lambda n: [6] * n + [0])
ARRAYS = st.tuples(st.sampled_from(sorted(wire.DTYPES)), SHAPES).map(lambda a: {"array": list(a)})
TEXTS = st.tuples(st.text(max_size=2), st.sampled_from([1, 10**3, 10**5])).map(lambda t: t[0] * t[1])
LEAVES = (
    st.none() | st.booleans() | st.integers(-(10**999), 10**999) | st.floats(allow_nan=False) | TEXTS | ARRAYS
    | st.sampled_from([{"float": "nan"}, {"complex": [1, 2]}, {"range": [0, 10**5, 1]}, {"scalar": {}}])
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(lambda parts: {"tuple": parts})
        | st.dictionaries(st.text(max_size=3), inner, max_size=4).map(
            lambda pairs: {"dict": [*map(list, pairs.items())]}
        )
    ),
    max_leaves=8,
)


@pytest.fixture
def limits(monkeypatch):
    """``limits(100)``: all are a hundredth of what they are, so that it takes a moment to reach them."""

    def limits(part):
        for module, name in [(wire, "TEXT"), (wire, "ARRAYS"), (wire, "PARTS"), (bounds, "MOST")]:
            monkeypatch.setattr(module, name, getattr(module, name) // part)

    return limits


@pytest.fixture
def hundredth(limits):
    limits(100)


@pytest.mark.usefixtures("hundredth")
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    VALUES,
    st.sampled_from([1, 6, 100, 1000]),
    st.sampled_from([0, 1, 40]),
    st.sampled_from(["value", "value", "value", "after", "printed", "failure"]),
)
def test_work_and_memory_grow_with_the_limits_and_with_nothing_else(piece, times, deep, part):
    value = [piece] * times
    for _ in range(deep):
        value = [value]
    calls, peak = cost(value, bytes(min(bytes_of(value), 2 * wire.ARRAYS)), part)
    assert calls < 50_000 + 200 * wire.PARTS
    assert peak < 5e6 + MEMORY / 100


LARGEST = {  # where the limits are a tenth of what they are
    "lists": ([[]] * 8700, 0),
    "lists of one": ([[[1]]] * 2000, 0),
    "numbers": ([0.5] * 6500, 0),
    "texts": (["\u0394" * 3] * 2000, 0),
    "a text": ("\u0394" * 13_000, 0),
    "a text among numbers": (["x" * 8000, *[1] * 5000], 0),
    "dicts": ([{"dict": [["a", 1]]}] * 1300, 0),
    "arrays": ([{"array": ["<f8", [1] * 20]}] * 300, 2400),
    "empty arrays": ([{"array": ["|b1", [1] * 20 + [0]]}] * 300, 0),
    "an array": ({"array": ["|b1", [19_900]]}, 19_900),
    "complex numbers": ({"array": ["<c16", [13_000]]}, 208_000),
    "two arrays": ([{"array": ["<c16", [4000]]}] * 2, 128_000),
    "ranges": ([{"range": [0, 10, 1]}] * 800, 0),
}


@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_frames_are_held_read_and_told_in_little_memory(name, limits):
    limits(10)
    value, body = LARGEST[name]
    tracemalloc.start()
    try:
        reply = {"dict": [["id", 1], ["value", value]]}
        text = json.dumps(reply, ensure_ascii=False, separators=(",", ":")).encode()
        wire.lengths(wire.LENGTHS.pack(len(text), body))
        came = session._result(wire.unpacked(text, bytes(bytearray(body))), {}).value
        assert words.value(came)
        assert bounds.excess(came) or comparing.difference(came, np.ones(3))
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < MEMORY / 10
