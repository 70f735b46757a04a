"""A learner's copy of the course: laid once, renewed when the course is, and never over what they wrote.

A small file in the folder, the manifest, remembers each file as it was last laid. A file that is still the
same is renewed with the course; one that the learner has changed stays, and its new version lies beside it.
"""

import hashlib
import itertools
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from course_lib import __version__
from course_lib.base import whole_file
from course_lib.course import contents

MANIFEST = ".course.json"


@dataclass
class Laid:
    """What was done: the files that came, those that were renewed, and what the learner should know."""

    new: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def __str__(self):
        counts = [(len(self.new), "laid"), (len(self.renewed), "renewed")]
        done = ", ".join(f"{count} file{'s' * (count > 1)} {what}" for count, what in counts if count)
        return "\n".join([f"{done or 'Everything is up to date'}.", *self.remarks])


def is_course(folder):
    """Has the course been laid here? Not, if one may not look."""
    return os.path.isfile(os.path.join(folder, MANIFEST))


def lay(folder, names=None, content=contents.learners_copy):
    """Bring every file of the course into ``folder``, or up to date there; OSError where it cannot."""
    folder, laid = Path(folder), Laid()
    known = _read_manifest(folder, laid)
    names = contents.names() if names is None else names
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        known[name] = _lay_file(folder, name, content(name), known.get(name), laid)
    for name in sorted(known.keys() - set(names)):
        del known[name]
        if (folder / name).exists():
            laid.remarks.append(f"{name} is no longer a part of the course; it stays.")
    _write(folder / MANIFEST, _as_json({"version": __version__, "files": known}))
    return laid


def reset(folder, name):
    """Lay one file anew; the learner's is kept beside it: its path is returned, or None if there was none."""
    folder = Path(folder)
    path, kept = folder / name, None
    content = contents.learners_copy(name)
    if path.exists():
        kept = _free(path, "mine")
        path.rename(kept)
    _write(path, content)
    known = _read_manifest(folder, Laid()) | {name: fingerprint(content, name)}
    _write(folder / MANIFEST, _as_json({"version": __version__, "files": known}))
    return kept


def fingerprint(content, name):
    """What tells two versions of a file apart: of a notebook the cells, for to run it changes the rest."""
    if name.endswith(".ipynb"):
        try:
            cells = [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(content)["cells"]]
        except (ValueError, LookupError, TypeError):
            pass  # no notebook any more, so it is compared as it is
        else:
            content = json.dumps(cells).encode()
    return hashlib.sha256(content).hexdigest()


def _lay_file(folder, name, content, last, laid):
    """Lay one file; returns the fingerprint of the version that the learner now has, or was offered."""
    path, new = folder / name, fingerprint(content, name)
    there = fingerprint(path.read_bytes(), name) if path.exists() else None
    if there is None:
        _write(path, content)
        laid.new.append(name)
    elif there == last != new:
        _write(path, content)
        laid.renewed.append(name)
    elif new not in (there, last):
        beside = _free(path, "new")
        _write(beside, content)
        laid.remarks.append(f"{name} stays as you left it; its new version is beside it: {beside.name}")
    return new


def _read_manifest(folder, laid):
    path = folder / MANIFEST
    if not path.exists():
        return {}
    try:
        files = json.loads(path.read_text(encoding="utf-8"))["files"]
        return {str(name): str(last) for name, last in files.items()}
    except (ValueError, LookupError, TypeError, AttributeError):
        laid.remarks.append(
            f"{path} was damaged and is new; what is not as the course has it counts as yours and stays."
        )
        return {}


def _write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file.replacing(path) as file:
        file.write(content)


def _free(path, word):
    """A name beside ``path`` that nothing has: 01_learning_rate.new.ipynb, then .new-2.ipynb."""
    endings = itertools.chain([word], (f"{word}-{number}" for number in itertools.count(2)))
    names = (path.with_name(f"{path.stem}.{ending}{path.suffix}") for ending in endings)
    return next(name for name in names if not name.exists())


def _as_json(value):
    return json.dumps(value, indent=1, sort_keys=True).encode()
