"""What crosses between the grader and a student's process: frames of plain JSON and raw arrays, nothing else.

A frame is two lengths, then a JSON text, then the bytes of all its arrays, one behind the other. In the
JSON, what is not plain has a tag: ``{"tuple": [...]}``, ``{"dict": [[key, value], ...]}``,
``{"float": "nan"}``, ``{"array": [dtype, shape]}`` and so on. Only dtypes of plain numbers pass, and each
byte belongs to one array, so a frame that lies cannot make its reader allocate. Nor can it make it walk:
what counts is the room on paper, where an empty row is an entry too. It runs in the sandbox too.
"""

import inspect
import json
import math
import struct
import types

import numpy as np

LENGTHS = struct.Struct("<II")
TEXT, ARRAYS = 2**18, 2**21  # bytes that a frame may have of each
DEPTH = 50  # lists in lists
PARTS = 2 * 10**5  # numbers and entries in a frame
KEYS = 1000  # numbers as keys of a dict: nothing keeps these from having one hash
DIGITS = 1000  # of a whole number
DTYPES = {np.dtype(code).newbyteorder("<").str for code in "?bBhHiIlLqQefdFD"}


class WireError(Exception):
    """It cannot cross, or what came is no frame. The sentence says why."""


def packed(value):
    """The frame that carries a value, as bytes. WireError, if it is no plain data.

    >>> unpacked(*split(packed({"w": (np.array([1.0, 2.0]), None)})))
    {'w': (array([1., 2.]), None)}
    """
    writer = _Writer()
    text = json.dumps(writer.plain(value, 0), allow_nan=False).encode()
    body = b"".join(writer.arrays)
    if len(text) > TEXT or len(body) > ARRAYS:
        raise WireError("it is too large")
    return LENGTHS.pack(len(text), len(body)) + text + body


def lengths(head):
    """The lengths of the text and of the arrays that the first bytes of a frame announce."""
    text, body = LENGTHS.unpack(head)
    if text > TEXT or body > ARRAYS:
        raise WireError("it is too large")
    return text, body


def split(frame):
    """The text and the arrays of a whole frame."""
    text, body = lengths(frame[: LENGTHS.size])
    rest = frame[LENGTHS.size :]
    return rest[:text], rest[text : text + body]


def unpacked(text, body):
    """The value that a frame carries. WireError, if it is not one that ``packed`` makes."""
    reader = _Reader(body)
    try:
        value = reader.value(json.loads(text), 0)
    except WireError:
        raise
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
        raise WireError(f"it is no frame ({type(error).__name__})") from None
    if reader.place != len(body):
        raise WireError("it is no frame (there are more bytes than arrays)")
    return value


class _Counting:
    """Counts the parts of one frame."""

    def __init__(self):
        self.parts = 0

    def count(self, parts):
        self.parts += parts
        if self.parts > PARTS:
            raise WireError(f"it is too large: it has more than {PARTS} numbers and entries")


class _Writer(_Counting):
    """Makes values plain; ``arrays``: the bytes of those so far."""

    def __init__(self):
        super().__init__()
        self.arrays = []

    def plain(self, value, depth):
        """The value as JSON has it."""
        self.count(1)
        if depth > DEPTH:
            raise WireError("it is nested too deeply")
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, np.generic | np.ndarray):
            return self.array(value)
        if isinstance(value, int):
            return _whole(int(value))
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else {"float": repr(float(value))}
        if isinstance(value, complex):
            return {"complex": self.listed((value.real, value.imag), depth)}
        if isinstance(value, str):
            return str(value)
        if isinstance(value, range):
            self.count(_length(value))
            return {"range": [_whole(number) for number in (value.start, value.stop, value.step)]}
        if isinstance(value, tuple):
            return {"tuple": self.listed(value, depth)}
        if isinstance(value, list):
            return self.listed(value, depth)
        if isinstance(value, dict):
            return {"dict": [self.listed(pair, depth) for pair in value.items()]}
        if isinstance(value, types.FunctionType) and value.__module__ != "__main__":
            return {"function": _source(value)}
        raise WireError(f"a {type(value).__name__[:100]} cannot be marked")

    def listed(self, values, depth):
        return [self.plain(value, depth + 1) for value in values]

    def array(self, value):
        array = np.asarray(value)
        if array.dtype.kind == "f" and array.dtype.itemsize > 8:
            array = array.astype("<f8")
        dtype = array.dtype.newbyteorder("<")
        if dtype.str not in DTYPES:
            raise WireError(f"an array of {str(array.dtype)[:100]} cannot be marked")
        self.count(_entries(array.shape))
        if array.nbytes > ARRAYS:
            raise WireError("it is too large")
        self.arrays.append(array.astype(dtype).tobytes())
        shape = {"array": [dtype.str, list(array.shape)]}
        return {"scalar": shape} if isinstance(value, np.generic) else shape


def _whole(number):
    if abs(number) >= 10**DIGITS:
        raise WireError(f"a whole number of more than {DIGITS} digits cannot be marked")
    return number


def _length(numbers):
    """That of a range, however long."""
    return abs(numbers.stop - numbers.start) // abs(numbers.step)


def _entries(shape):
    """How many there are in an array of this shape, with the empty rows."""
    return math.prod(max(1, length) for length in shape)


def _source(function):
    """A function of the grader's own cases: its text, and the modules that it names."""
    named = {
        name: function.__globals__[name].__name__
        for name in function.__code__.co_names
        if isinstance(function.__globals__.get(name), types.ModuleType)
    }
    return {"name": function.__name__, "text": inspect.getsource(function), "modules": named}


class _Reader(_Counting):
    """Reads values in the order in which they were packed; ``place``: how far it has come in the arrays."""

    def __init__(self, body):
        super().__init__()
        self.body, self.place = body, 0

    def value(self, plain, depth):
        self.count(1)
        if depth > 2 * DEPTH:
            raise WireError("it is nested too deeply")
        if isinstance(plain, list):
            return [self.value(entry, depth + 1) for entry in plain]
        if not isinstance(plain, dict):
            return plain
        ((tag, content),) = plain.items()
        match tag:
            case "tuple":
                return tuple(self.value(entry, depth + 1) for entry in content)
            case "dict":
                return self.dict(content, depth + 1)
            case "float":
                return float(content)
            case "complex":
                return complex(*(self.value(part, depth + 1) for part in content))
            case "range":
                return self.range(*map(int, content))
            case "array":
                return self.array(*content)
            case "scalar":
                return self.array(*content["array"])[()]
            case "function":
                return Source(**content)
        raise WireError("it is no frame (unknown tag)")

    def dict(self, pairs, depth):
        if sum(not isinstance(key, str) for key, _ in pairs) > KEYS:
            raise WireError(f"a dict of more than {KEYS} numbers cannot be marked")
        return {self.value(key, depth): self.value(entry, depth) for key, entry in pairs}

    def range(self, start, stop, step):
        numbers = range(start, stop, step)
        self.count(_length(numbers))
        return numbers

    def array(self, dtype, shape):
        if (
            dtype not in DTYPES
            or len(shape) > 32
            or not all(type(n) is int and 0 <= n <= ARRAYS for n in shape)
        ):
            raise WireError("it is no frame (bad array)")
        self.count(_entries(shape))
        start, count = self.place, math.prod(shape)
        self.place += count * np.dtype(dtype).itemsize
        if self.place > len(self.body):
            raise WireError("it is no frame (an array's bytes are missing)")
        return np.frombuffer(self.body, dtype, count, start).reshape(shape).copy()


class Source:
    """A function that crossed as text. ``made`` makes it; only the sandbox does that."""

    def __init__(self, name, text, modules):
        self.name, self.text, self.modules = name, text, modules

    def made(self):
        """The function."""
        space = {name: __import__(module, fromlist=[""]) for name, module in self.modules.items()}
        exec(self.text, space)
        return space[self.name]
