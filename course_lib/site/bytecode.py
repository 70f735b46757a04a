"""The modules that a page loads when Python starts, as bytecode: to compile them takes half of the start.

Bytecode is one Python's own, so the runtime compiles its modules itself, in node (``compiling.mjs``). Those
that a page loads later, or never, stay as they are.
"""

import shutil
import subprocess
import tempfile
from importlib.util import source_from_cache
from pathlib import Path

from course_lib.site import archive, runtime

SCRIPT = Path(__file__).with_name("compiling.mjs")
LIBRARY, PACKAGES = "/lib/python312.zip/", "/lib/python3.12/site-packages/"  # where the runtime has its files
SLOW = "There is no node here to compile what the pages load first: Python will take twice as long to start."


def remark():
    """What should be known of a site that is written here; "" for nothing."""
    return "" if shutil.which("node") else SLOW


def add(folder, course):
    """Put bytecode into the archives of the runtime in ``folder``; returns the course's archive with its own.

    There it stands beside the source, which lessons show; elsewhere it takes the source's place. Without node
    all stays as it is. ValueError, if node cannot do it.
    """
    node = shutil.which("node")
    if node is None:
        return course
    made = compiled(node, folder, course)
    for name, place in ((runtime.LIBRARY, LIBRARY), (runtime.PACKAGES, PACKAGES)):
        path = folder / name
        path.write_bytes(_with(made, place, path.read_bytes()))
    return _with(made, PACKAGES, course)


def compiled(node, folder, course):
    """The bytecode by its path in the runtime's file system."""
    with tempfile.TemporaryDirectory() as scratch:
        given, made = Path(scratch, "course.zip"), Path(scratch, "bytecode.zip")
        given.write_bytes(course)
        command = [node, SCRIPT, folder.resolve(), given, made]
        done = subprocess.run(command, stderr=subprocess.PIPE, encoding="utf-8")
        if done.returncode:
            raise ValueError(f"node cannot compile the course for the pages: {done.stderr.strip()}")
        return archive.read(made.read_bytes())


def _with(made, place, content):
    """An archive that lies unpacked in ``place``, with the bytecode of its files."""
    files = archive.read(content)
    for path, code in made.items():
        name = path.removeprefix(place)
        if name.removesuffix("c") in files:
            del files[name.removesuffix("c")]
            files[name] = code
        elif "__pycache__" in name and source_from_cache(name) in files:
            files[name] = code
    return archive.write(files)
