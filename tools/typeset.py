"""A formula as Python writes it, as LaTeX sets it.

    python tools/typeset.py "lr * g / (1 - momentum)"

So one formula can be computed and read: the glossary shows the LaTeX, with the Python behind it in a comment,
and its tests evaluate the Python. Names stay those of the code; of one letter they are italic, as in books.
"""

import argparse
import ast
import re

GREEK = {"alpha", "beta", "delta", "epsilon", "gamma", "mu", "pi", "rho"}
KNOWN = {"cos": r"\cos", "cosh": r"\cosh", "log": r"\log", "max": r"\max", "min": r"\min", "sum": r"\sum"}
AROUND = {
    "abs": (r"\lvert ", r" \rvert"),
    "ceil": (r"\lceil ", r" \rceil"),
    "floor": (r"\lfloor ", r" \rfloor"),
    "norm": (r"\lVert ", r" \rVert"),
    "sqrt": (r"\sqrt{", "}"),
    "exp": ("e^{", "}"),
}
SIGNS = {
    ast.Add: " + ",
    ast.Sub: " - ",
    ast.Lt: " < ",
    ast.LtE: r" \le ",
    ast.Gt: " > ",
    ast.GtE: r" \ge ",
}
SUM, PRODUCT, ATOM = range(3)  # how tightly a formula holds together


def tex(formula):
    """The LaTeX of a formula in Python, without the dollar signs.

    >>> tex("w = w - lr * g / (sqrt(a) + epsilon)")
    'w = w - \\\\dfrac{\\\\text{lr} \\\\cdot g}{\\\\sqrt{a} + \\\\epsilon}'
    """
    sides = [ast.parse(side, mode="eval").body for side in formula.split(" = ")]
    return " = ".join(map(_tex, sides))


def _tex(node):
    match node:
        case ast.Constant(value):
            return str(value)
        case ast.Name(name):
            return _name(name)
        case ast.UnaryOp(ast.USub(), operand):
            return f"-{_held(operand, PRODUCT)}"
        case ast.BinOp(left, ast.Div(), right):
            return rf"\dfrac{{{_small(left)}}}{{{_small(right)}}}"
        case ast.BinOp(left, ast.Pow(), right):
            return f"{_held(left, ATOM)}^{{{_small(right)}}}"
        case ast.BinOp(left, ast.Mult() | ast.MatMult(), right):
            return _times(_held(left, PRODUCT), _held(right, PRODUCT))
        case ast.BinOp(left, sign, right):
            right_holds = PRODUCT if isinstance(sign, ast.Sub) else SUM
            return f"{_tex(left)}{SIGNS[type(sign)]}{_held(right, right_holds)}"
        case ast.Compare(left, [sign], [right]):
            return f"{_tex(left)}{SIGNS[type(sign)]}{_tex(right)}"
        case ast.Subscript(value, place):
            return f"{_tex(value)}_{{{_tex(place)}}}"
        case ast.Call(ast.Name("where"), [condition, then, other]):
            return rf"{_tex(then)} \text{{ if }} {_tex(condition)} \text{{, else }} {_tex(other)}"
        case ast.Call(ast.Name(name), [argument]) if name in AROUND:
            return _tex(argument).join(AROUND[name])
        case ast.Call(ast.Name("sum"), [argument]):
            return rf"\sum {_held(argument, PRODUCT)}"
        case ast.Call(ast.Name("log"), [ast.Name() as argument]):
            return rf"\log {_tex(argument)}"
        case ast.Call(ast.Name(name), arguments):
            set_as = KNOWN.get(name, name if len(name) == 1 else rf"\operatorname{{{name}}}")
            return f"{set_as}({', '.join(map(_tex, arguments))})"
    raise ValueError(f"tex() does not set {ast.unparse(node)}; add a case for it in tools/typeset.py")


def _small(node):
    """Within a fraction, or raised: there a fraction is small."""
    return _tex(node).replace(r"\dfrac", r"\frac")


def _name(name):
    """``beta_1`` with its index below, ``y_true`` with its word below, ``batch_size`` as the word it is."""
    letter, _, index = name.partition("_")
    if index and 1 in (len(letter), len(index)):
        return f"{_name(letter)}_{{{_name(index)}}}"
    if name in GREEK:
        return f"\\{name}"
    return name if len(name) == 1 else rf"\text{{{name.replace('_', ' ')}}}"


def _held(node, least):
    """In brackets, unless it holds together by itself."""
    return _tex(node) if _holds(node) >= least else f"({_tex(node)})"


def _holds(node):
    match node:
        case ast.BinOp(_, ast.Add() | ast.Sub(), _) | ast.Compare():
            return SUM
        case ast.BinOp(_, ast.Pow(), _):
            return PRODUCT
        case ast.BinOp() | ast.UnaryOp() | ast.Call(ast.Name("sum")):
            return PRODUCT
    return ATOM


def _times(left, right):
    """A dot beside a word, a narrow space between letters and brackets."""
    right = f"({right})" if right.startswith("-") else right
    beside_a_word = re.search(r"\\text\{[^}]*\}$", left) or right.startswith(r"\text")
    return rf"{left} \cdot {right}" if beside_a_word else rf"{left}\,{right}"


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("formulas", nargs="+", help="in Python")
    print(*map(tex, parser.parse_args(arguments).formulas), sep="\n")


if __name__ == "__main__":
    main()
