"""The whole site, written into a folder: plain files, which any static host serves from any address."""

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from course_lib.base import progress, web
from course_lib.course import contents
from course_lib.site import bytecode, cells, course_zip, listing, pages, plan, runtime, widgets

HERE = Path(__file__).parent
RUNTIME = "COURSE_RUNTIME"  # of the environment: folders with the runtime's files, as in PATH


def site(folder, sources=(), runtime_address="", address="", verbose=1):
    """Write the course into ``folder`` as pages that come alive; a site that is there is replaced.

    ``sources``: folders with the files of runtime.toml; what none of them has is fetched from Pyodide's own
    distribution. ``runtime_address``: where another site of the course has its folder ``runtime``; then this
    one has none of its own, and takes those files as that site lists them now. ``address``: where the site
    will stand, for links to it. Either ends with a slash.

    ValueError where an address is none, where the folder holds something else, or where a file of the runtime
    is missing or damaged; nothing is left behind then.
    """
    web.check("runtime_address", runtime_address)
    web.check("address", address)
    for source in sources:
        if not Path(source).is_dir():
            raise ValueError(f"there is no folder {source} to take the runtime from")
    elsewhere = listing.runtime_at(runtime_address) if runtime_address else {}
    course = course_zip.write()
    titles = plan.titles()
    total = len(titles) + (0 if runtime_address else runtime.FILES)
    with _made_whole(Path(folder)) as made, progress.bar(total, verbose, unit="file") as bar:
        if not runtime_address:
            runtime.lay(made / "runtime", sources, done=bar.update)
            course = bytecode.add(made / "runtime", course)
        host = pages.Host(web.hashed(course), runtime_address, address)
        for source in titles:
            _write_page(made, source, titles, host)
            bar.update()
        _write(made, "figure.html", pages.figure(host).encode())
        _write(made, "live/course.zip", course)
        _copy_what_pages_show(made)
        _lay_scripts(made)
        listing.write(made, host.course, elsewhere)


def _write_page(made, source, titles, host):
    _write(made, plan.place(source), pages.page(source, titles, host).encode())
    if source.endswith(".ipynb"):
        for name, picture in cells.pictures(source).items():
            _write(made, f"pictures/{name}", picture)


def given_sources():
    """The folders that the environment names."""
    return [Path(folder) for folder in os.environ.get(RUNTIME, "").split(os.pathsep) if folder]


def _copy_what_pages_show(made):
    """The exercises as notebooks, for whoever takes one home, and the pictures of docs/."""
    for name in contents.names():
        if name.startswith("exercises/"):
            _write(made, name, contents.learners_copy(name))
    for name in plan.pictures():
        _write(made, name, (contents.ROOT / name).read_bytes())


def _lay_scripts(made):
    """The pages' own JavaScript and styles, the editor, the widgets."""
    ignored = shutil.ignore_patterns(listing.KEEPER)
    shutil.copytree(HERE / "page", made / "live", dirs_exist_ok=True, ignore=ignored)
    if (HERE / "vendor").is_dir():
        ignored = shutil.ignore_patterns("node_modules", "package*.json", "*.mjs")
        shutil.copytree(HERE / "vendor", made / "live" / "vendor", ignore=ignored)
    for name, content in widgets.files().items():
        _write(made, f"live/widgets/{name}", content)


def _write(made, place, content):
    path = made / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@contextmanager
def _made_whole(folder):
    """A folder to write into, whose content comes into ``folder`` at the very end, or nowhere.

    What an earlier site had there is gone then; what somebody else put beside it stays.
    """
    old = listing.laid_before(folder)
    if old is None:
        raise ValueError(f"{folder} holds something that is no site; name another folder, or empty it")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as beside:
        made, gone = Path(beside, "made"), Path(beside, "gone")
        made.mkdir()
        gone.mkdir()
        yield made
        folder.mkdir(exist_ok=True)
        for name in old:
            if (folder / name).exists():
                (folder / name).rename(gone / name)
        for path in made.iterdir():
            path.rename(folder / path.name)
