"""A family's runs by machine code that is made from the formulas themselves."""

import copy
import math
import os
from itertools import pairwise
from threading import Thread

import numpy as np

from course_lib.base import divergence
from course_lib.compiled import machine, text
from course_lib.compiled.recording import Record
from course_lib.schedules import Schedule

SWITCH = "COURSE_COMPILED"  # a variable of the environment; 0 leaves all to numpy
LITTLE = 100_000  # updates of single runs, which are done before a compiler is
FEW = 500_000  # which are not worth another thread


class Unrecordable(Exception):
    """Why runs are left to numpy."""


def is_on():
    """Is a large family computed by machine code?"""
    return os.environ.get(SWITCH) != "0" and machine.llvm() is not None


def refuse(runs, steps):
    """Unrecordable, if so many runs of so many updates are left to numpy whatever their formulas are."""
    if runs * steps < LITTLE:
        raise Unrecordable(f"{runs * steps:,} updates are done before a compiler is")
    if os.environ.get(SWITCH) == "0":
        raise Unrecordable(f"{SWITCH} is 0")
    if machine.llvm() is None:
        raise Unrecordable("the compiler is not installed: pip install 'losses-and-optimizers[fast]'")


def run(objective, optimizer, w, state, updates, record_path):
    """What ``training.run`` computes: the losses, the path or None, the last weights and the last state.

    ``updates``: the counts of updates after which to record. Unrecordable says why that cannot be.
    """
    steps, runs, family = updates[-1], w[0].size, w.shape[1:]
    refuse(runs, steps)
    record, loss, rows = recorded(objective, optimizer, w, state, steps)
    code = machine.compiled(text.text(record, loss, rows, len(w) if record_path else 0))

    width = -(-runs // text.WIDTH) * text.WIDTH
    before = [
        row for memory in (w, *state[1:]) for row in (memory if np.shape(memory) == w.shape else [memory])
    ]
    weights = _in_blocks([_flat(row, family, width) for row in before])
    losses = _aligned(len(updates), width)
    path = _aligned(len(updates), len(w) if record_path else 0, width)
    places = np.full(steps + 1, -1)
    places[updates] = np.arange(len(updates))
    addresses, arrays = _addresses(record, steps, width)
    _in_threads(code, [weights, _numbers(record, steps), addresses, places, losses, path], steps, width)
    del arrays  # not earlier: the code reads them

    after = weights.transpose(1, 0, 2).reshape(len(rows), -1)[:, :runs].reshape(-1, *family)
    return (
        losses[:, :runs].reshape(-1, *family),
        path[:, :, :runs].reshape(len(updates), -1, *family) if record_path else None,
        after[: len(w)],
        _state(state, after[len(w) :], w, steps),
    )


def recorded(objective, optimizer, w, state, steps):
    """The record of an update, with the place of the loss before it and those of all rows after it.

    The rows are the coordinates of the weights and then of each memory. Unrecordable says what cannot be.
    """
    try:
        with divergence.allowed():
            written = _written(objective, optimizer, w, state, steps, asked=steps)
            again = _written(objective, optimizer, w, state, steps, asked=1)
    except Exception as error:  # whatever it is, the formulas meet it again when numpy computes them
        raise Unrecordable(f"{error}") from error
    if not written[0].is_at_first(again[0]):
        raise Unrecordable("a formula is another one when it is asked again")
    return written


def _written(objective, optimizer, w, state, steps, asked):
    """What ``recorded`` returns; ``asked``: of how many updates the gradient is looked at."""
    record = Record(w.shape[1:] or (1,))
    at = record.weights(len(w))
    gradient = _gradient(record, [objective.at(t) for t in range(asked)], at, objective)
    (loss,) = record.values(objective.unchecked()[0](at))
    done = record.over_time(np.arange(steps + 1))
    memories = [_memory(record, memory, w) for memory in state[1:]]
    advance = _asked_over_time(optimizer, record).unchecked()
    after, (count, *remembered) = advance(at, gradient, type(state)(done, *memories))
    if count.rows != (done + 1).rows:
        raise TypeError("the update does not count by 1")
    rows = [record.values(memory) for memory in (after, *remembered)]
    if [*map(len, rows)] != [len(w), *(len(memory.rows) for memory in memories)]:
        raise TypeError("the update changes the shape of the weights or of a memory")
    return record, loss, [place for of_memory in rows for place in of_memory]


def _gradient(record, seen, at, objective):
    """The gradient's stand-in. ``seen``: the objective as each update sees it."""
    record.shares_numbers = all(one is objective for one in seen)  # else they are those of one update
    gradient = record.stand_in(seen[0].unchecked()[1](at))
    if gradient.shape != at.shape:
        raise TypeError("the gradient has not the shape of the weights")
    if not record.shares_numbers:
        others = [_another(record, one, gradient.rows) for one in seen]
        others += others[-1:]  # after the last update, where only the loss is looked at
        record.numbers = [np.array(of) for of in zip(*(other.numbers for other in others), strict=True)]
        record.arrays = [[*of] for of in zip(*(other.arrays for other in others), strict=True)]
        record.shares_numbers = True
    return gradient


def _another(record, objective, rows):
    """The record of the gradient at another update, which differs in numbers and arrays alone."""
    other = Record(record.family, shares_numbers=False)
    gradient = other.stand_in(objective.unchecked()[1](other.weights(len(rows))))
    if (other.operations, gradient.rows) != (record.operations, rows):
        raise TypeError("the gradient has another formula at another update")
    return other


def _memory(record, memory, w):
    if isinstance(memory, tuple):
        raise TypeError("a state inside of a state cannot be followed")
    return record.weights(len(w)) if np.shape(memory) == w.shape else record.one_per_run()


def _asked_over_time(optimizer, record):
    """The optimizer, whose schedule is asked for the rates of all updates at once."""
    schedule = optimizer.lr
    if not isinstance(schedule, Schedule):
        return optimizer
    if schedule.family_shape:
        raise TypeError("a schedule for each run cannot be followed")
    asked = copy.copy(optimizer)
    vars(asked)["lr"] = lambda count: record.over_time(schedule(record.number(count)))
    return asked


# ---- What the machine code reads and writes ----------------------------------------------------------------


def _flat(row, family, width):
    """A value for each run, in a line of this width."""
    row = np.asarray(row, np.float64)
    line = (row if row.shape == family else np.broadcast_to(row, family)).ravel()
    if len(line) == width and _address(line) % text.ALIGNED == 0:
        return line
    longer = _aligned(width)
    longer[: len(line)], longer[len(line) :] = line, line[-1]
    return longer


def _aligned(*shape):
    """An array whose address suits the code."""
    spare = text.ALIGNED // 8
    memory = np.empty(math.prod(shape) + spare)
    begin = -_address(memory) % text.ALIGNED // 8
    return memory[begin : begin + math.prod(shape)].reshape(shape)


def _address(array):
    return array.__array_interface__["data"][0]


def _in_blocks(lines):
    """The weights and memories as the code has them, shape ``(blocks, rows, BLOCK)``."""
    full, rest = divmod(len(lines[0]), text.BLOCK)
    blocks = _aligned(full + bool(rest), len(lines), text.BLOCK)
    blocks[full:] = 0
    for row, line in enumerate(lines):
        blocks[:full, row] = line[: full * text.BLOCK].reshape(full, text.BLOCK)
        blocks[full:, row, :rest] = line[full * text.BLOCK :]
    return blocks


def _numbers(record, steps):
    """Each number at each update, shape ``(updates, numbers)``."""
    table = np.empty((steps + 1, len(record.numbers)))
    for column, values in enumerate(record.numbers):
        table[:, column] = values
    return table


def _addresses(record, steps, width):
    """Where each array is at each update, and the arrays, which must live as long as they are read."""
    table, kept = np.empty((steps + 1, len(record.arrays)), np.uintp), []
    for column, over_time in enumerate(record.arrays):
        each = over_time if isinstance(over_time, list) else [over_time]
        flat = [_flat(array, record.family, width) for array in each]
        table[:, column] = [_address(array) for array in flat]
        kept += flat
    return table, kept


def _in_threads(code, arrays, steps, width):
    """Let each core do its part of the blocks."""
    addresses = [_address(array) for array in arrays]
    blocks = len(arrays[0])
    parts = min(blocks, os.cpu_count() or 1) if steps * width > FEW else 1
    begin, *ends = [blocks * part // parts for part in range(parts + 1)]
    threads = [Thread(target=code, args=(*addresses, steps, width, *bounds)) for bounds in pairwise(ends)]
    for thread in threads:
        thread.start()
    code(*addresses, steps, width, begin, ends[0])
    for thread in threads:
        thread.join()


def _state(state, rows, w, steps):
    """The state after the last update."""
    memories = []
    for memory in state[1:]:
        height = len(w) if np.shape(memory) == w.shape else 1
        after, rows = rows[:height], rows[height:]
        memories.append(after if np.shape(memory) == w.shape else _as_before(memory, after[0]))
    return type(state)(steps, *memories)


def _as_before(memory, after):
    """A value for each run; where it was one number for all and still is, a number."""
    is_one = np.ndim(memory) == 0 and (after == after.flat[0]).all()
    return after.flat[0].item() if is_one else after
