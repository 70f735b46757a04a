"""Answers that are alike in form: a hint for a teacher's eyes, and never a mark.

The form of an answer is its syntax tree without names, comments and docstrings. The statements of the
released cell are taken off first. Short answers are left out, and so are forms that many have: that is how
one writes it.
"""

import ast
import warnings
from collections import Counter
from dataclasses import dataclass

LONGEST = 10_000  # characters of an answer that are read; Python's parser stays quick with any such text
SHORTEST = 3  # statements of a student's own that are worth a comparison
USUAL = 5  # a form that more than one in so many have, of those who wrote the answer, is a usual one


@dataclass(frozen=True)
class Alike:
    """``students`` whose answers to these ``cells`` have the same form. ``statements``: of it, in all.

    ``names``: are the names the same too?
    """

    students: tuple[str, ...]
    cells: tuple[str, ...]
    statements: int
    names: bool


def groups(answers, released):
    """The Alike of a class, those who share most first.

    ``answers``: cell -> student -> source; ``released``: cell -> source.
    """
    found = {}
    for cell, given in answers.items():
        for students, statements, names in _of_one_cell(given, released[cell]):
            found.setdefault(students, []).append((cell, statements, names))
    alike = [
        Alike(students, tuple(cells), sum(statements), all(names))
        for students, (cells, statements, names) in (
            (who, zip(*rows, strict=True)) for who, rows in found.items()
        )
    ]
    return sorted(alike, key=lambda group: (-group.statements, group.students))


def form(source, released, names=False):
    """The statements of an answer that are not the release's, each by its tree; ``names``: with the names.

    () if it is no Python, or too long or too deep to be read.

    >>> mine, yours = "def f(x):\\n    return 2 * x  # twice", "def f(longer):\\n    return 2*longer"
    >>> form(mine, "def f(x):\\n    pass") == form(yours, "def f(x):\\n    pass")
    True
    """
    given = Counter(_statements(released, names))
    own = []
    for statement in _statements(source, names):
        if given[statement]:
            given[statement] -= 1
        else:
            own.append(statement)
    return tuple(own)


def _of_one_cell(given, released):
    """(students, statements, are the names the same?) for each form that a few have."""
    forms = {}
    written = {student: form(source, released) for student, source in sorted(given.items())}
    for student, own in written.items():
        forms.setdefault(own, []).append(student)
    most = max(2, sum(map(bool, written.values())) // USUAL)
    for own, students in forms.items():
        if len(own) >= SHORTEST and 2 <= len(students) <= most:
            named = {form(given[student], released, names=True) for student in students}
            yield tuple(students), len(own), len(named) == 1


def _statements(source, names):
    if len(source) > LONGEST:
        return []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python thinks of a student's code
            return list(_below(ast.parse(source), names))
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last two: it is too deep
        return []


def _below(tree, names):
    """The statements below a node in their order, each without those in it; no docstrings."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.stmt) and not _says_something_only(node):
            yield _shape(node, names)
        yield from _below(node, names)


def _says_something_only(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _shape(node, names):
    """A node as a text; what stands below it too, if it is no statement."""
    match node:
        case list():
            return f"[{','.join(_shape(part, names) for part in node if not isinstance(part, ast.stmt))}]"
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Name() | ast.arg() if (
            not names
        ):
            name = {"id", "name", "arg"}
        case ast.AST():
            name = set()
        case _:
            return repr(node)
    parts = [_shape(value, names) for field, value in ast.iter_fields(node) if field not in name]
    return f"{type(node).__name__}({','.join(parts)})"
