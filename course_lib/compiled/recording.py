"""A record of what formulas do: they are called once, with stand-ins in place of arrays.

A stand-in answers numpy's operators and functions by writing down what was asked of it. So the textbook's
lines are what is recorded, whoever wrote them, and there is no second copy of a formula. What a stand-in
cannot follow (a truth that decides what comes next, a change in place, a product of matrices) is a TypeError.
"""

from functools import cache
from typing import Any

import numpy as np

from course_lib.base import divergence

MOST = 1000  # operations; a longer record takes longer than it saves
COMPARISONS = {"less", "less_equal", "greater", "greater_equal", "equal", "not_equal"}
LOGIC = {"bitwise_and", "bitwise_or"}
TRUTHS = COMPARISONS | LOGIC | {"truth"}  # of which the result is true or false


def _power(x, exponent):
    """numpy takes short cuts where the exponent is one number."""
    if exponent.is_number:
        number = exponent.record.number(exponent)
        if np.ndim(number):
            raise TypeError("a power that is another one at each update cannot be followed")
        if number in SHORT_CUTS:
            return SHORT_CUTS[number](x)
    return x.record.row_by_row(np.power, [x, exponent])


SHORT_CUTS = {2: np.square, 1: np.positive, 0.5: np.sqrt, -1: np.reciprocal}
COMPOSED: dict[Any, Any] = {  # of what a processor does by itself, as numpy does
    np.square: lambda x: x * x,
    np.positive: lambda x: x,
    np.reciprocal: lambda x: 1.0 / x,
    np.maximum: lambda x, y: np.where((x != x) | (x >= y), x, y),
    np.minimum: lambda x, y: np.where((x != x) | (x <= y), x, y),
    np.sign: lambda x: np.where(x > 0, 1.0, np.where(x < 0, -1.0, np.where(x == 0, 0.0, x))),
    np.clip: lambda x, low, high: np.minimum(np.maximum(x, low), high),
    np.power: _power,
}


class Record:
    """Operations in their order, each ``(name, *operands)``; an operand is the place of an earlier one.

    A name is that of a function of numpy, ``truth`` (is it not 0?), or says where a value comes from:
    ``("weight", k)``, row k of all weights and memories; ``("number", k)``, that of ``numbers`` at an update;
    ``("array", k)``, that of ``arrays``, one value for each run. ``family`` is the shape of all runs.
    """

    def __init__(self, family, shares_numbers=True):
        self.family, self.height, self.shares_numbers = family, 0, shares_numbers
        self.operations, self.numbers, self.arrays = [], [], []
        self._places = {}  # of operations; what is asked for twice is computed once
        self._numbers, self._arrays = {}, {}

    def weights(self, count):
        """A stand-in for so many coordinates of the weights, or of a memory."""
        return StandIn(self, [self._weight() for _ in range(count)], is_wide=True)

    def one_per_run(self):
        """A stand-in for a memory that has one value for each run."""
        return StandIn(self, [self._weight()])

    def over_time(self, values):
        """A stand-in for a number that each update has its own of."""
        return StandIn(self, [self._number(values)])

    def stand_in(self, x):
        """Whatever meets a stand-in in an operation: another, a number, an array of numbers or stand-ins."""
        if isinstance(x, StandIn):
            return x
        x = np.asarray(x)
        if x.dtype == object:  # np.array([x, y]) of two stand-ins
            return stacked(self, list(x))
        is_wide = x.ndim == 1 + len(self.family)
        return StandIn(self, [self._leaf(row) for row in x] if is_wide else [self._leaf(x)], is_wide)

    def call(self, function, operands):
        """A stand-in for the function's result."""
        operands = [self.stand_in(x) for x in operands]
        if all(x.is_number for x in operands):
            return self._computed(function, operands)
        return COMPOSED[function](*operands) if function in COMPOSED else self.row_by_row(function, operands)

    def row_by_row(self, function, operands):
        """A stand-in for the result of a function of numbers, for each row of the stand-ins."""
        _refuse_unless_for_numbers(function)
        height = max(len(x.rows) for x in operands)
        rows = zip(*(x.rows * (height // len(x.rows)) for x in operands), strict=True)
        written = [self._operation(function.__name__, *row) for row in rows]
        return StandIn(self, written, any(x.is_wide for x in operands))

    def is_at_first(self, other):
        """Is the other the same, at the first update?"""
        return self.operations == other.operations and all(
            np.array_equal(x, y, equal_nan=True)
            for x, y in zip(self._at_first(), other._at_first(), strict=True)
        )

    def _at_first(self):
        arrays = [of[0] if isinstance(of, list) else of for of in self.arrays]
        return [*(np.ravel(number)[0] for number in self.numbers), *arrays]

    def values(self, x):
        """The rows of a stand-in, or of whatever a formula gave back, as numbers."""
        return [self._value(row) for row in self.stand_in(x).rows]

    def raised(self, base, exponent):
        """What the operator ``**`` gives."""
        operands = [self.stand_in(x) for x in (base, exponent)]
        if not all(x.is_number for x in operands):
            return self.call(np.power, operands)
        pairs = np.broadcast(*map(self.number, operands))
        powers = [x.item() ** y.item() for x, y in pairs]  # Python's, which are not always numpy's
        return self.over_time(np.reshape(powers, pairs.shape)[()])

    def number(self, x):
        """The number that a stand-in is for, or the numbers, one for each update."""
        return self.numbers[self.operations[x.rows[0]][1]]

    def _computed(self, function, operands):
        """Numbers alone: numpy computes them now, for all updates."""
        with divergence.allowed():
            return self.over_time(function(*map(self.number, operands)))

    def _operation(self, name, *operands):
        if name in LOGIC:
            return self._write(name, *map(self._truth, operands))
        if name == "where":
            condition, x, y = operands
            return x if x == y else self._write(name, self._truth(condition), self._value(x), self._value(y))
        if all(map(self._is_truth, operands)):
            raise TypeError(f"{name} of truths cannot be followed")
        return self._write(name, *map(self._value, operands))

    def _is_truth(self, place):
        return self.operations[place][0] in TRUTHS

    def _truth(self, place):
        return place if self._is_truth(place) else self._write("truth", place)

    def _value(self, place):
        if not self._is_truth(place):
            return place
        return self._write("where", place, self._number(1.0), self._number(0.0))

    def _weight(self):
        self.height += 1
        return self._write("weight", self.height - 1)

    def _leaf(self, x):
        fits = x.shape == self.family or np.broadcast_shapes(x.shape, self.family) == self.family
        if x.dtype not in (np.float64, np.int64, bool) or not fits:
            raise TypeError(f"an array of {x.dtype} of shape {x.shape} cannot be followed")
        if x.size == 1:
            return self._number(x.item())
        key = x.__array_interface__["data"][0], x.shape, x.strides
        if key not in self._arrays:
            self._arrays[key] = len(self.arrays)
            self.arrays.append(x)
        place = self._write("array", self._arrays[key])
        return self._truth(place) if x.dtype == bool else place

    def _number(self, values):
        key = np.asarray(values, np.float64).tobytes() if self.shares_numbers else len(self.numbers)
        if key not in self._numbers:
            self._numbers[key] = len(self.numbers)
            self.numbers.append(values)
        return self._write("number", self._numbers[key])

    def _write(self, *operation):
        if operation not in self._places:
            if len(self.operations) == MOST:
                raise TypeError(f"there are more than {MOST} operations")
            self._places[operation] = len(self.operations)
            self.operations.append(operation)
        return self._places[operation]


class StandIn(np.lib.mixins.NDArrayOperatorsMixin):
    """An array of shape ``(D, *family)``, or of shape ``family``, of which only its record is known."""

    def __init__(self, record, rows, is_wide=False):
        self.record, self.rows, self.is_wide = record, rows, is_wide

    @property
    def is_number(self):
        """Is it the same for all runs?"""
        return not self.is_wide and self.record.operations[self.rows[0]][0] == "number"

    @property
    def shape(self):
        return (len(self.rows), *self.record.family) if self.is_wide else self.record.family

    @property
    def ndim(self):
        return len(self.shape)

    def __len__(self):
        if not self.is_wide:
            raise TypeError("a value for each run has no coordinates")
        return len(self.rows)

    def __getitem__(self, coordinate):
        if not self.is_wide or not isinstance(coordinate, int):
            raise TypeError(f"only a whole coordinate can be taken; got {coordinate!r}")
        return StandIn(self.record, [self.rows[coordinate]])

    def __bool__(self):
        raise TypeError("it is asked whether an array is true, which each run answers for itself")

    def __array__(self, dtype=None, copy=None):
        """Only so that ``np.array([x, y])`` holds the two; see ``Record.stand_in``."""
        if self.is_wide or dtype is not None:
            raise TypeError("an array is asked for its numbers, which it has not yet")
        held = np.empty((), object)
        held[()] = self
        return held

    def __pow__(self, exponent):
        return self.record.raised(self, exponent)

    def __rpow__(self, base):
        return self.record.raised(base, self)

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        if method != "__call__" or options or ufunc.signature:
            what = "a change in place" if "out" in options else ufunc.__name__
            raise TypeError(f"{what} cannot be followed")
        return self.record.call(ufunc, inputs)

    def __array_function__(self, function, types, arguments, options):
        if options or function not in FUNCTIONS:
            raise TypeError(f"{function.__name__} cannot be followed")
        return FUNCTIONS[function](self.record, *arguments)


@cache
def _refuse_unless_for_numbers(function):
    """TypeError for a function that does not make one number of one or two, by a loop of numpy's."""
    name = function.__name__
    is_numpys, is_known = getattr(np, name, None) is function, name in COMPARISONS | LOGIC | {"where"}
    if not is_numpys or not (is_known or {"d->d", "dd->d"} & {*function.types}):
        raise TypeError(f"{name} cannot be followed")


def stacked(record, parts):
    """Values for each run as the coordinates of one array."""
    rows = [record.stand_in(part) for part in parts]
    if any(row.is_wide for row in rows):
        raise TypeError("only values for each run can be stacked")
    return StandIn(record, [row.rows[0] for row in rows], is_wide=True)


FUNCTIONS: dict[Any, Any] = {
    np.stack: stacked,
    np.where: lambda record, *operands: record.call(np.where, operands),
    np.clip: lambda record, *operands: record.call(np.clip, operands),
    np.ndim: lambda record, x: x.ndim,
    np.shape: lambda record, x: x.shape,
}
