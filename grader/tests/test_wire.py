"""What crosses is the same on the other side; what lies is refused before it costs anything."""

import contextlib
import json
import math

import numpy as np
import pytest
from course_grader import wire
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst


def crossed(value):
    return wire.unpacked(*wire.split(wire.packed(value)))


def frame(plain, body=b""):
    text = plain if isinstance(plain, bytes) else json.dumps(plain).encode()
    return wire.LENGTHS.pack(len(text), len(body)) + text + body


NUMBERS = st.integers() | st.floats(allow_nan=False) | st.complex_numbers(allow_nan=False)
PLAIN = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: (
        st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text() | st.integers(), inner)
    ),
    max_leaves=20,
)


@given(PLAIN)
def test_plain_data_come_back_with_their_types(value):
    assert repr(crossed(value)) == repr(value)


@given(
    npst.arrays(
        st.sampled_from(
            [np.bool_, np.int8, np.uint16, np.int64, np.float16, np.float32, ">f8", np.complex128]
        ),
        npst.array_shapes(min_dims=0, max_dims=4, min_side=0),
    )
)
def test_arrays_come_back_to_the_last_bit(array):
    back = crossed(array)
    assert back.dtype == array.dtype.newbyteorder("<")
    np.testing.assert_array_equal(back, array)
    back[...] = 0  # a learner's function may write into it


@pytest.mark.parametrize("value", [np.float64(0.5), np.int32(-3), np.bool_(True), np.float64("nan")])
def test_scalars_stay_scalars(value):
    back = crossed(value)
    assert type(back) is type(value)
    assert back == value or math.isnan(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, range(3), range(5, 0, -2)])
def test_what_json_has_no_word_for(value):
    assert repr(crossed(value)) == repr(value)


def test_views_with_strides_are_laid_out():
    whole = np.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(crossed(whole.T[::-1, ::2]), whole.T[::-1, ::2])


def test_a_class_of_ones_own_is_left_behind():
    class Always(float):
        def __eq__(self, other):
            return True

        __hash__ = float.__hash__

    assert type(crossed(Always(2))) is float


def nested(depth):
    value = 0
    for _ in range(depth):
        value = [value]
    return value


def cyclic():
    value = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (object(), "a object cannot be marked"),
        ({1, 2}, "a set cannot be marked"),
        (b"x", "a bytes cannot be marked"),
        ((n for n in ()), "a generator cannot be marked"),
        (np.array([object()]), "an array of object cannot be marked"),
        (np.array(["a"]), "an array of <U1 cannot be marked"),
        (np.zeros(3, dtype=[("a", float)]), "cannot be marked"),
        (10**1001, "more than 1000 digits"),
        ("x" * 2**20, "too large"),
        (np.broadcast_to(1.0, (2**40,)), "too large"),
        (range(10**9), "more than"),
        (nested(51), "nested too deeply"),
        (cyclic(), "nested too deeply"),
    ],
)
def test_what_is_no_plain_data_is_refused(value, says):
    with pytest.raises(wire.WireError, match=says):
        crossed(value)


@pytest.mark.parametrize(
    "hostile",
    [
        frame(b"not json"),
        frame(b"\xff\xfe"),
        frame(b"[" * 100_000),
        frame(b"1" * 5000),
        frame({"unknown": 1}),
        frame({"tuple": 3}),
        frame({"tuple": [], "dict": []}),
        frame({}),
        frame({"dict": [[[], 1]]}),
        frame({"dict": [1]}),
        frame({"dict": [[number * (2**61 - 1), 0] for number in range(15_000)]}),
        frame({"float": "much"}),
        frame({"float": [1]}),
        frame({"complex": [1, 2, 3]}),
        frame({"range": [0, 10**12, 1]}),
        frame({"range": [0, 1, 0]}),
        frame([{"range": [0, wire.PARTS - 3, 1]}, {"range": [0, 1, 1]}]),
        frame({"array": ["|b1", [6] * 22 + [0]]}),
        frame([{"array": ["<f8", [2**17, 0]]}] * 2),
        frame([{"id": 1}] * 10**5),
        frame(b"[" + b"1," * wire.PARTS + b"1]"),
        frame({"array": ["<f8", [2**40]]}),
        frame({"array": ["<f8", [2**23] * 30]}),
        frame({"array": ["<f8", [-1]]}),
        frame({"array": ["<f8", [1]]}),
        frame([{"array": ["<f8", [1]]}, {"array": ["<f8", [1]]}], bytes(8)),
        frame({"array": ["<f8", [1], 0]}, bytes(8)),
        frame({"array": ["<f8", [1]]}, bytes(9)),
        frame({"array": ["<f8", [True]]}, bytes(8)),
        frame({"array": ["|O", [1]]}, bytes(8)),
        frame({"array": ["<f8", [0] * 40]}),
        frame({"array": [["<f8"], [1]]}, bytes(8)),
        frame({"scalar": 1}),
        frame({"scalar": {"list": []}}),
        frame({"function": {"name": "f"}}),
        frame(json.dumps(nested(200)).encode()),
    ],
)
def test_frames_that_nobody_packs_are_refused(hostile):
    with pytest.raises(wire.WireError):
        wire.unpacked(*wire.split(hostile))


@pytest.mark.parametrize("sizes", [(2**31, 0), (0, 2**32 - 1), (wire.TEXT + 1, 0)])
def test_a_length_that_lies_is_refused_before_anything_is_read(sizes):
    with pytest.raises(wire.WireError, match="too large"):
        wire.lengths(wire.LENGTHS.pack(*sizes))


@given(st.binary(max_size=300), st.binary(max_size=50))
def test_noise_is_read_or_refused_and_nothing_else(text, body):
    with contextlib.suppress(wire.WireError):
        wire.unpacked(text, body)


def doubled(x):
    return np.multiply(2, x)


def test_a_function_of_a_case_crosses_as_its_text():
    assert crossed({"f": doubled})["f"].made()(3) == 6
