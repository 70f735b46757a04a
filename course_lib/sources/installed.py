"""The real source of a function, read from the file in which it is installed; the library is not started.

So nothing has to be imported, which takes seconds for the large libraries, and no back end is needed.
"""

import ast
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple


class Place(NamedTuple):
    """``package``: what is installed. ``file``: a file inside it. ``function``: one that the file has."""

    package: str
    file: str
    function: str


PLACES = {
    "keras": Place("keras", "src/optimizers/sgd.py", "update_step"),
    "torch": Place("torch", "optim/sgd.py", "_single_tensor_sgd"),
}


def source(name):
    """The version, and the source without its docstring; None where it is not installed in this form.

    ``name``: one of PLACES.
    """
    package, inside, function = PLACES[name]
    spec = find_spec(package)
    folders = (spec.submodule_search_locations if spec else None) or []
    file = next((path for path in (Path(folder, inside) for folder in folders) if path.is_file()), None)
    found = file and function_in(file.read_text(encoding="utf-8"), function)
    return (version(package), found) if found else None


def function_in(text, name):
    """The source of the function with this name, moved to the left; "" if the text has none.

    >>> function_in("class A:\\n    def b(self):\\n        '''Say.'''\\n        return 1\\n", "b")
    'def b(self):\\n    return 1'
    """
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    for node in functions:
        if node.name == name:
            lines = text.splitlines()[node.lineno - 1 : node.end_lineno]
            first = node.body[0]
            if ast.get_docstring(node) is not None and first.end_lineno:
                del lines[first.lineno - node.lineno : first.end_lineno - node.lineno + 1]
            return "\n".join(line[node.col_offset :] for line in lines)
    return ""
