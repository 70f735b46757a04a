"""Which cells must run before a cell: those that define the names it uses, and what these need in turn."""

import ast


def needs(cells):
    """Of each cell, by its name, the names of the earlier cells that it needs, in their order.

    ``cells``: code by name, in the order of the notebook. A name counts as defined where it is assigned,
    imported or given to a function or class, wherever in the cell that stands; the last such cell is needed.

    >>> needs({"set-up": "from course_lib import losses", "other": "x = 1", "shown": "losses"})["shown"]
    ['set-up']
    """
    found, defined_by = {}, {}
    for cell, code in cells.items():
        defined, used = _names(code)
        direct = {defined_by[name] for name in used if name in defined_by}
        needed = direct.union(*(found[other] for other in direct))
        found[cell] = [other for other in cells if other in needed]
        defined_by |= dict.fromkeys(defined, cell)
    return found


def _names(code):
    """The names that a cell defines, and those that it uses."""
    defined, used = set(), set()
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Name(name, ast.Load()):
                used.add(name)
            case ast.Name(name) | ast.FunctionDef(name) | ast.ClassDef(name):
                defined.add(name)
            case ast.alias(name, known_as):
                defined.add(known_as or name.partition(".")[0])
    return defined, used
