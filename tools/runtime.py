"""Bring the files of the pages' Python together in one folder: .runtime, or another.

    python tools/runtime.py

Each comes from the first of these that has it: the folders of COURSE_RUNTIME, ../shared/pyodide, the npm
package for the core, the package index for pure Python, Pyodide's own distribution. One that is there stays.
"""

import argparse
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # this course, also where another one is installed

from course_lib.base import whole_file  # noqa: E402
from course_lib.site import build, runtime  # noqa: E402

FOLDER = ROOT / ".runtime"
SHARED = ROOT.parent / "shared" / "pyodide"
FILES = {**runtime.TABLE["core"], **runtime.TABLE["wheels"]}
PURE = "-none-any.whl"


def gather(folder=FOLDER):
    """The folder, with all files in it; ValueError that says what to do if one cannot be had."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = {name: hashes for name, hashes in FILES.items() if not _has(folder, name, hashes)}
    places = [*build.given_sources(), SHARED]
    with tempfile.TemporaryDirectory() as scratch:
        elsewhere = [name for name in missing if not any(Path(place, name).is_file() for place in places)]
        if any(name in runtime.TABLE["core"] for name in elsewhere) and (core := from_npm(Path(scratch))):
            places.append(core)
        places += _from_index(Path(scratch), [name for name in elsewhere if name.endswith(PURE)])
        for name, hashes in missing.items():
            with whole_file.replacing(folder / name) as file:
                file.write(runtime.take(name, hashes, places))
    return folder


def _has(folder, name, hashes):
    """A file of another version does not count."""
    path = folder / name
    return path.is_file() and runtime.is_right(path.read_bytes(), hashes)


def from_npm(scratch):
    """The folder of the npm package, unpacked in ``scratch``; None if it cannot be had."""
    npm = shutil.which("npm")
    if npm is None or _fails(npm, "pack", f"pyodide@{runtime.TABLE['version']}", cwd=scratch):
        return None
    (packed,) = scratch.glob("*.tgz")
    with tarfile.open(packed) as archive:
        archive.extractall(scratch, filter="data")
    return scratch / "package"


def _from_index(scratch, wanted):
    """The folder with these wheels from the package index, if they are wanted and can be had."""
    exactly = ["==".join(name.split("-")[:2]) for name in wanted]
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    return [] if not wanted or _fails(*pip, *exactly, cwd=scratch) else [scratch]


def _fails(*command, cwd):
    return subprocess.run(command, cwd=cwd, capture_output=True).returncode != 0


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="default: .runtime")
    try:
        print(gather(parser.parse_args(arguments).folder))
    except ValueError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
