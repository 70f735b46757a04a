"""The list of a site's files: by it a browser checks and keeps them, and a later build replaces them."""

import base64
import gzip
import hashlib
import json
from pathlib import Path

from course_lib import __version__
from course_lib.site import runtime

LIST = "live/files.json"  # a folder that has it holds a site
KEEPER = "sw.js"  # the service worker, which keeps the listed files in the browser
RUNTIME = "runtime/"
PAGE = Path(__file__).with_name("page")


def write(made, course, elsewhere):
    """Name every file with its hash, as a browser checks it, and its size, as a host sends it.

    ``course``: what course.zip is known by. ``elsewhere``: the files of the runtime that another site has.
    What keeps the files knows the list by its hash: so it is another for another site.
    """
    paths = sorted(path for path in made.rglob("*") if path.is_file())
    files = {path.relative_to(made).as_posix(): _known_by(path.read_bytes()) for path in paths}
    listed = {"version": __version__, "course": course, "files": files, "elsewhere": elsewhere}
    content = json.dumps(listed, indent=0).encode()
    (made / LIST).write_bytes(content)
    keeper = (PAGE / KEEPER).read_text(encoding="utf-8")
    (made / KEEPER).write_bytes(f'const LIST = "{_integrity(content)}";\n{keeper}'.encode())


def runtime_at(address):
    """The files that another site has in its folder ``runtime/``, by their addresses, as it lists them.

    ValueError, if there is no such site.
    """
    must = f"the address must be that of a site's folder {RUNTIME}; got {address}"
    if not address.endswith(f"/{RUNTIME}"):
        raise ValueError(must)
    site = address.removesuffix(RUNTIME)
    try:
        files = _files(runtime.fetch(site + LIST))
    except ValueError as error:
        raise ValueError(f"{error}: {must}") from None
    found = {site + name: known for name, known in files.items() if name.startswith(RUNTIME)}
    if not found:
        raise ValueError(f"the site {site} has no runtime of its own: {must}")
    return found


def laid_before(folder):
    """What an earlier site has at the top of the folder; None if the folder holds something else."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return set()
    try:
        files = _files((folder / LIST).read_bytes())
    except (OSError, ValueError):
        return None
    return {name.partition("/")[0] for name in [LIST, KEEPER, *files]}


def _files(content):
    """The files that a list names; ValueError, if it is none."""
    try:
        return {**json.loads(content)["files"]}
    except (ValueError, LookupError, TypeError):
        raise ValueError(f"{LIST} is no list of a site's files") from None


def _known_by(content):
    return _integrity(content), min(len(content), len(gzip.compress(content, 6)))


def _integrity(content):
    return f"sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}"
