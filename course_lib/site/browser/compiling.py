"""Start as a page does, and write the bytecode of all modules that this has loaded.

To import it does this; ``site/compiling.mjs`` does so in node.
"""

import importlib.util
import marshal
import sys
import zipfile

SITE_PACKAGES = "/lib/python3.12/site-packages/"
HEAD = importlib.util.MAGIC_NUMBER + b"\x01" + bytes(11)  # of bytecode that nobody compares with its source
DOCUMENTED = {f"{SITE_PACKAGES}numpy/_core/multiarray.py"}  # gives its docstrings to what is written in C


def show_a_figure():
    import start

    start.begin(lambda message: None)
    from course_lib.explorers import Momentum

    Momentum()._repr_mimebundle_()


def compiled(course):
    """``(path, bytecode)`` of each module; beside the file for those of the course, which shows them."""
    for module in [*sys.modules.values()]:
        file = getattr(module, "__file__", None) or ""
        read = getattr(getattr(module, "__loader__", None), "get_data", None)
        if not file.endswith(".py") or read is None:  # then it is a part of Python itself
            continue
        source = read(file)
        if file in course:
            yield importlib.util.cache_from_source(file), bytecode(compile(source, file, "exec"))
        else:
            level = 0 if file in DOCUMENTED else 2  # without docstrings
            yield f"{file}c", bytecode(compile(source, file, "exec", optimize=level))


def bytecode(code):
    return HEAD + marshal.dumps(code)


show_a_figure()
with zipfile.ZipFile("/course.zip") as archive:
    course = {SITE_PACKAGES + name for name in archive.namelist()}
with zipfile.ZipFile("/bytecode.zip", "w") as made:
    for path, content in dict(compiled(course)).items():
        made.writestr(path, content)
