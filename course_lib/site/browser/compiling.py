"""Start as a page does, and write the bytecode of all modules that this has loaded.

To import it does this; ``site/compiling.mjs`` does so in node.
"""

import importlib.util
import marshal
import sys
import zipfile
from functools import cache
from importlib.machinery import SourceFileLoader

SITE_PACKAGES = "/lib/python3.12/site-packages/"
HEAD = importlib.util.MAGIC_NUMBER + b"\x01" + bytes(11)  # of bytecode that nobody compares with its source
DOCUMENTED = {f"{SITE_PACKAGES}numpy/_core/multiarray.py"}  # gives its docstrings to what is written in C

with zipfile.ZipFile("/course.zip") as archive:
    course = {SITE_PACKAGES + name for name in archive.namelist()}


@cache
def compiled(source, file):
    """The code of a module and its bytecode; without docstrings, where it is not the course's."""
    level = 0 if file in course | DOCUMENTED else 2
    code = compile(source, file, "exec", dont_inherit=True, optimize=level)
    return code, HEAD + marshal.dumps(code)


def show_a_figure():
    import start

    start.begin(lambda message: None)
    from course_lib.explorers import Momentum

    Momentum()._repr_mimebundle_()


def loaded():
    """``(path, bytecode)`` of each module; beside the file for those of the course, which shows them."""
    for module in [*sys.modules.values()]:
        file = getattr(module, "__file__", None) or ""
        read = getattr(getattr(module, "__loader__", None), "get_data", None)
        if not file.endswith(".py") or read is None:  # then it is a part of Python itself
            continue
        place = importlib.util.cache_from_source(file) if file in course else f"{file}c"
        yield place, compiled(read(file), file)[1]


# What is imported from now on is compiled once, for both.
SourceFileLoader.source_to_code = lambda self, data, path, **_: compiled(data, path)[0]
show_a_figure()
with zipfile.ZipFile("/bytecode.zip", "w") as made:
    for path, content in dict(loaded()).items():
        made.writestr(path, content)
