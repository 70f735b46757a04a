"""The text that LLVM reads: a record as a loop over the updates and, in it, one over the runs of a family.

It has a line for each operation of the record, for 8 runs at a time. Every number is an argument, so the text
is the same wherever a slider stands. Operations keep their order and are not contracted, for none is allowed
to be fast and loose; and what is no instruction of a processor, such as exp, is done by numpy's own loop. So
the result is numpy's, to the last bit.
"""

import ctypes
from functools import cache

import numpy as np

WIDTH = 8  # runs that an operation takes at a time
ALIGNED = 8 * WIDTH  # bytes, of which the addresses of all lines are multiples
BLOCK = 512  # runs whose weights and memories stay in the nearest memory for all updates
LANES, TRUTHS = f"<{WIDTH} x double>", f"<{WIDTH} x i1>"
WAYS = {  # of an operation, with its operands
    "add": f"fadd {LANES} %s, %s",
    "subtract": f"fsub {LANES} %s, %s",
    "multiply": f"fmul {LANES} %s, %s",
    "divide": f"fdiv {LANES} %s, %s",
    "negative": f"fneg {LANES} %s",
    "absolute": f"call {LANES} @llvm.fabs.v{WIDTH}f64({LANES} %s)",
    "sqrt": f"call {LANES} @llvm.sqrt.v{WIDTH}f64({LANES} %s)",
    "less": f"fcmp olt {LANES} %s, %s",
    "less_equal": f"fcmp ole {LANES} %s, %s",
    "greater": f"fcmp ogt {LANES} %s, %s",
    "greater_equal": f"fcmp oge {LANES} %s, %s",
    "equal": f"fcmp oeq {LANES} %s, %s",
    "not_equal": f"fcmp une {LANES} %s, %s",
    "truth": f"fcmp une {LANES} %s, zeroinitializer",
    "bitwise_and": f"and {TRUTHS} %s, %s",
    "bitwise_or": f"or {TRUTHS} %s, %s",
    "where": f"select {TRUTHS} %s, {LANES} %s, {LANES} %s",
}
TEXT = f"""
declare {LANES} @llvm.fabs.v{WIDTH}f64({LANES})
declare {LANES} @llvm.sqrt.v{WIDTH}f64({LANES})

@width = constant i64 {WIDTH}
@sizes = constant [3 x i64] [i64 8, i64 8, i64 8]

define void @descend(ptr %weights, ptr %numbers, ptr %arrays, ptr %rows, ptr %losses, ptr %path,
                     i64 %updates, i64 %runs, i64 %begin, i64 %end) {{{{
entry:
  %operands = alloca [3 x ptr]
{{operands}}
  br label %block

block:
  %b = phi i64 [%begin, %entry], [%b.next, %block.end]
  %first = mul i64 %b, {BLOCK}
  %left = sub i64 %runs, %first
  %is.last = icmp slt i64 %left, {BLOCK}
  %count = select i1 %is.last, i64 %left, i64 {BLOCK}
  br label %update

update:
  %t = phi i64 [0, %block], [%t.next, %update.end]
{{numbers}}
{{arrays}}
  %row.at = getelementptr i64, ptr %rows, i64 %t
  %row = load i64, ptr %row.at
  %is.recorded = icmp sge i64 %row, 0
  br i1 %is.recorded, label %record, label %recorded

record:
{{kept}}
{{look}}

recorded:
  %is.over = icmp eq i64 %t, %updates
  br i1 %is.over, label %block.end, label %advance

advance:
{{step}}

update.end:
  %t.next = add i64 %t, 1
  br label %update

block.end:
  %b.next = add i64 %b, 1
  %b.more = icmp slt i64 %b.next, %end
  br i1 %b.more, label %block, label %done

done:
  fence seq_cst
  ret void
}}}}

!0 = !{{{{i32 1}}}}
"""
OPERAND = f"""\
  %operand.{{k}} = alloca {LANES}
  %operand.{{k}}.at = getelementptr [3 x ptr], ptr %operands, i64 0, i64 {{k}}
  store ptr %operand.{{k}}, ptr %operand.{{k}}.at"""
LOOP = f"""\
  br label %{{name}}

{{name}}:
  %{{name}}.i = phi i64 [0, %{{before}}], [%{{name}}.next, %{{name}}]
{{lines}}
  %{{name}}.next = add i64 %{{name}}.i, {WIDTH}
  %{{name}}.more = icmp slt i64 %{{name}}.next, %count
  br i1 %{{name}}.more, label %{{name}}, label %{{after}}"""
NUMBER = f"""\
  %number.{{k}}.at = getelementptr [{{count}} x double], ptr %numbers, i64 %t, i64 {{k}}
  %number.{{k}}.one = load double, ptr %number.{{k}}.at
  %one.{{k}} = insertelement {LANES} poison, double %number.{{k}}.one, i64 0
  %number.{{k}} = shufflevector {LANES} %one.{{k}}, {LANES} poison, <{WIDTH} x i32> zeroinitializer"""
ARRAY = """\
  %array.{k}.at = getelementptr [{count} x ptr], ptr %arrays, i64 %t, i64 {k}
  %array.{k}.all = load ptr, ptr %array.{k}.at
  %array.{k} = getelementptr double, ptr %array.{k}.all, i64 %first"""
KEPT = """\
  %{name}.row = mul i64 %row, {count}
  %{name}.this = add i64 %{name}.row, {k}
  %{name}.offset = mul i64 %{name}.this, %runs
  %{name}.here = add i64 %{name}.offset, %first
  %{name} = getelementptr double, ptr %{whole}, i64 %{name}.here"""


def text(record, loss, rows, coordinates):
    """The loops as LLVM reads them.

    ``loss``: the place of the loss before an update. ``rows``: those of all weights and memories after it.
    ``coordinates``: of so many of the rows, the first, the path is kept; 0 if it is not.
    """
    counts = len(record.numbers), len(record.arrays)
    return _text(tuple(record.operations), *counts, loss, tuple(rows), coordinates)


@cache
def _text(operations, numbers, arrays, loss, rows, coordinates):
    """Kept, for whoever moves a slider asks for the same again."""
    path = [f"path.{d}" for d in range(coordinates)]
    kept = [KEPT.format(name="loss", whole="losses", count=1, k=0)]
    kept += [KEPT.format(name=name, whole="path", count=coordinates, k=d) for d, name in enumerate(path)]
    look = {"loss": loss} | {name: d for d, name in enumerate(path)}  # a record begins with the weights
    step = dict(enumerate(rows))
    return TEXT.format(
        operands=_each(OPERAND, 3),
        numbers=_each(NUMBER, numbers),
        arrays=_each(ARRAY, arrays),
        kept="\n".join(kept),
        look=_loop("look", "record", "recorded", operations, look, len(rows)),
        step=_loop("step", "advance", "update.end", operations, step, len(rows)),
    )


def _each(template, count):
    return "\n".join(template.format(k=k, count=count) for k in range(count))


def _loop(name, before, after, operations, results, height):
    """A loop over the runs of a block. ``results``: the place of what is stored, by row or by array."""
    lines = []

    def write(line):
        lines.append(f"  {line}")

    def pointer(variable, where):
        array = f"[{height} x [{BLOCK} x double]], ptr %weights, i64 %b, i64 {where}"
        inner = array if isinstance(where, int) else f"double, ptr %{where}"
        write(f"{variable} = getelementptr {inner}, i64 %{name}.i")

    def value(place):
        kind, *operands = operations[place]
        return f"%number.{operands[0]}" if kind == "number" else f"%{name}.{place}"

    for place in _needed(operations, results.values()):
        kind, *operands = operations[place]
        if kind in ("weight", "array"):
            pointer(f"{value(place)}.at", operands[0] if kind == "weight" else f"array.{operands[0]}")
            write(f"{value(place)} = load {LANES}, ptr {value(place)}.at, align {ALIGNED}")
        elif kind in WAYS:
            write(f"{value(place)} = {WAYS[kind] % (*map(value, operands),)}")
        elif kind != "number":
            first = 2 - len(operands)  # the third is the result
            for k, operand in enumerate(operands, first):
                write(f"store {LANES} {value(operand)}, ptr %operand.{k}")
            function, data = _loop_of_numpy(getattr(np, kind))
            write(f"call void {function}(ptr %operand.{first}.at, ptr @width, ptr @sizes, ptr {data})")
            write(f"{value(place)} = load {LANES}, ptr %operand.2")
    for where, place in results.items():
        pointer(f"%{name}.to.{where}", where)
        aside = "" if isinstance(where, int) else ", !nontemporal !0"  # nobody reads it until the end
        write(f"store {LANES} {value(place)}, ptr %{name}.to.{where}, align {ALIGNED}{aside}")
    return LOOP.format(name=name, before=before, after=after, lines="\n".join(lines))


def _needed(operations, results):
    """The places of the operations that lead to the results, in their order."""
    needed = set(results)
    for place in range(max(needed), -1, -1):
        kind, *operands = operations[place]
        if place in needed and kind not in ("weight", "number", "array"):
            needed.update(operands)
    return sorted(needed)


class _Function(ctypes.Structure):
    """A function of numpy, as far as its loops: PyUFuncObject of its C API."""

    _fields_ = [
        ("head", ctypes.c_char * object.__basicsize__),
        *((name, ctypes.c_int) for name in ("nin", "nout", "nargs", "identity")),
        *((name, ctypes.POINTER(ctypes.c_void_p)) for name in ("loops", "data")),
    ]


def _loop_of_numpy(function):
    """Where numpy's loop over float64 is, and what it is given besides."""
    kind, tables = function.types.index(f"{'d' * function.nin}->d"), _Function.from_address(id(function))
    return [f"inttoptr (i64 {table[kind] or 0} to ptr)" for table in (tables.loops, tables.data)]
