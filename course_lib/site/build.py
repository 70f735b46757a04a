"""The whole site, written into a folder: plain files, which any static host serves from any address."""

import base64
import gzip
import hashlib
import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from course_lib import __version__
from course_lib.base import progress
from course_lib.course import contents
from course_lib.site import cells, course_zip, pages, plan, runtime, widgets

HERE = Path(__file__).parent
RUNTIME = (
    "COURSE_RUNTIME"  # of the environment: folders with the runtime's files, one after another as in PATH
)
LIST = "live/files.json"  # of all files; a folder that has it holds a site


def site(folder, sources=(), runtime_address="", address="", verbose=1):
    """Write the course into ``folder`` as pages that come alive; a site that is there is replaced.

    ``sources``: folders with the files of runtime.toml; what none of them has is fetched from Pyodide's own
    distribution. ``runtime_address``: where the ``runtime`` folder of another build is served; then this site
    has none of its own. ``address``: where the site will stand, for links to it. Either ends with a slash.

    ValueError where an address is none, where the folder holds something else, or where a file of the runtime
    is missing or damaged; nothing is left behind then.
    """
    for name, given in (("runtime_address", runtime_address), ("address", address)):
        if given and not (given.startswith(("https://", "http://")) and given.endswith("/")):
            raise ValueError(
                f"{name} must begin with https:// or http:// and end with a slash; got {given!r}"
            )
    if missing := [str(source) for source in sources if not Path(source).is_dir()]:
        raise ValueError(f"there is no folder {', '.join(missing)} to take the runtime from")
    titles = plan.titles()
    course = course_zip.write()
    host = pages.Host(hashed(course), runtime_address, address)
    files = len(runtime.TABLE["core"]) + len(runtime.TABLE["wheels"])
    total = len(titles) + (0 if runtime_address else files)
    with _replacing(Path(folder)) as made, progress.bar(total, verbose, unit="file") as bar:
        _write(made, "live/course.zip", course)
        for source in titles:
            _write(made, plan.place(source), pages.page(source, titles, host).encode())
            if source.endswith(".ipynb"):
                for name, picture in cells.pictures(source).items():
                    _write(made, f"pictures/{name}", picture)
            bar.update()
        _write(made, "figure.html", pages.figure(host).encode())
        _copy_what_pages_show(made)
        _lay_scripts(made)
        if not runtime_address:
            runtime.lay(made / "runtime", sources, done=bar.update)
        _list(made, host.course)


def given_sources():
    """The folders that the environment names."""
    return [Path(folder) for folder in os.environ.get(RUNTIME, "").split(os.pathsep) if folder]


def hashed(content):
    """What tells two versions of a file apart."""
    return hashlib.sha256(content).hexdigest()[:16]


def _copy_what_pages_show(made):
    """The exercises as notebooks, for whoever takes one home, and the pictures of docs/."""
    for name in contents.names():
        if name.startswith("exercises/"):
            _write(made, name, contents.learners_copy(name))
    for name in plan.pictures():
        _write(made, name, (contents.ROOT / name).read_bytes())


def _lay_scripts(made):
    """The pages' own JavaScript and styles, the editor, the widgets; a service worker stands at the top."""
    shutil.copytree(HERE / "page", made / "live", dirs_exist_ok=True)
    if (HERE / "vendor").is_dir():
        ignored = shutil.ignore_patterns("node_modules", "package*.json", "*.mjs")
        shutil.copytree(HERE / "vendor", made / "live" / "vendor", ignore=ignored)
    if (made / "live/sw.js").exists():
        (made / "live/sw.js").rename(made / "sw.js")
    for name, content in widgets.files().items():
        _write(made, f"live/widgets/{name}", content)


def _list(made, course):
    """Name every file with its hash, as a browser checks it, and its size, as a host sends it."""
    paths = sorted(path for path in made.rglob("*") if path.is_file())
    files = {path.relative_to(made).as_posix(): _known_by(path.read_bytes()) for path in paths}
    listed = {"version": __version__, "course": course, "files": files}
    _write(made, LIST, json.dumps(listed, indent=0).encode())


def _known_by(content):
    hash_of_all = base64.b64encode(hashlib.sha256(content).digest()).decode()
    return f"sha256-{hash_of_all}", min(len(content), len(gzip.compress(content)))


def _write(made, place, content):
    path = made / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@contextmanager
def _replacing(folder):
    """A folder to write into, which takes the place of ``folder`` at the very end, or is gone."""
    if folder.exists() and not (folder / LIST).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"{folder} holds something that is no site; name another folder, or empty it")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as beside:
        made, old = Path(beside, "made"), Path(beside, "old")
        made.mkdir()
        yield made
        if folder.exists():
            folder.rename(old)
        made.rename(folder)
