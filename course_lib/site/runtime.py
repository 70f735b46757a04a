"""Python for the pages: Pyodide's files, each checked by its hash, without what runtime.toml leaves out."""

import hashlib
import io
import json
import logging
import re
import tomllib
import urllib.error
import urllib.request
from fnmatch import fnmatchcase
from pathlib import Path

from fontTools import subset, ttLib

from course_lib.site import archive

TABLE = tomllib.loads(Path(__file__).with_name("runtime.toml").read_text(encoding="utf-8"))
FILES = len(TABLE["core"]) + len(TABLE["wheels"])
LIBRARY, LOCK, PACKAGES = "python_stdlib.zip", "pyodide-lock.json", "packages.zip"
UNREAD = {"FFTM", "GDEF", "GPOS", "GSUB"}  # a font's tables
logging.getLogger("fontTools").addHandler(logging.NullHandler())  # else it remarks on the age of a font
PATIENCE = 60  # seconds, of a server that says nothing


def lay(folder, sources=(), address=TABLE["address"], done=lambda: None):
    """Write the runtime into ``folder``.

    Each file is taken from the first of the folders ``sources`` that has it, else fetched from ``address``.
    ``done()`` is called after each. A file that is not the table's is a ValueError, and nothing is written.
    """
    taken = {}
    for name, hashes in {**TABLE["core"], **TABLE["wheels"]}.items():
        taken[name] = take(name, hashes, sources, address)
        done()
    core = {name: taken[name] for name in TABLE["core"]}
    core[LIBRARY] = archive.write(_slim([core[LIBRARY]], TABLE["left_out"]["python_stdlib"]))
    core[LOCK] = json.dumps(json.loads(core[LOCK]) | {"packages": {}}).encode()  # they come in one archive
    packages = _slim([taken[name] for name in TABLE["wheels"]], TABLE["left_out"]["wheels"])
    core[PACKAGES] = archive.write(_with_few_fonts(packages))
    folder.mkdir(parents=True)
    for name, content in core.items():
        (folder / name).write_bytes(content)


def take(name, hashes, sources, address=TABLE["address"]):
    """One file, from the first folder that has it or from the address; ValueError if it is another."""
    paths = (Path(source, name) for source in sources)
    path = next((path for path in paths if path.is_file()), None)
    content = _distributed(address + name) if path is None else path.read_bytes()
    if not is_right(content, hashes):
        raise ValueError(
            f"{path or address + name} is damaged, or of another version: its SHA-256 is not that of Pyodide "
            f"{TABLE['version']} in runtime.toml"
        )
    return content


def is_right(content, hashes):
    """Is it one of the files that the table means?"""
    return hashlib.sha256(content).hexdigest() in hashes


def _distributed(address):
    try:
        return fetch(address)
    except ValueError as error:
        raise ValueError(f"{error}. Give a folder that has the file: --runtime FOLDER") from None


def fetch(address):
    """What is at an address; ValueError, if it cannot be had."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            return answer.read()
    except (OSError, ValueError) as error:
        raise ValueError(f"cannot fetch {address}: {getattr(error, 'reason', error)}") from None


def _slim(archives, left_out):
    """The files of all archives by their path, but for those that are left out."""
    return {
        path: content
        for whole in archives
        for path, content in archive.read(whole).items()
        if not any(fnmatchcase(path, pattern) for pattern in left_out)
    }


def _with_few_fonts(files):
    """The same files with a few fonts only, and matplotlib's list of them."""
    folder, kept = TABLE["fonts"]["folder"], TABLE["fonts"]["kept"]
    few = {path: content for path, content in files.items() if not path.endswith(".ttf")}
    few |= {f"{folder}/{name}": _subset(files[f"{folder}/{name}"]) for name in kept}
    few["matplotlib/fontlist.json"] = _font_list(files, kept)
    return few


def _subset(font):
    """The font with the letters that are kept; matplotlib reads neither its hints nor its ligatures."""
    options = subset.Options(hinting=False, layout_features=[], legacy_kern=True, notdef_outline=True)
    whole = ttLib.TTFont(io.BytesIO(font), recalcBBoxes=False, recalcTimestamp=False)
    for table in UNREAD.intersection(whole.keys()):
        del whole[table]
    subsetter = subset.Subsetter(options)
    subsetter.populate(
        unicodes=[letter for first, last in TABLE["fonts"]["letters"] for letter in range(first, last + 1)]
    )
    subsetter.subset(whole)
    smaller = io.BytesIO()
    whole.save(smaller)
    return smaller.getvalue()


def _font_list(files, kept):
    """The list in the version that matplotlib looks for; else it would search for its fonts at each start."""
    version = re.search(rb"__version__ = (\d+)", files["matplotlib/font_manager.py"])
    assert version is not None
    fonts = json.loads(files["matplotlib/fontlist.json"])
    carried = {font["fname"].removeprefix("fonts/ttf/"): font for font in fonts["ttflist"]}
    names = {
        font["name"] for name, font in carried.items() if "/" not in name
    }  # the rest is of another machine
    there = [carried[name] for name in kept]
    stand_ins = [there[0] | {"name": name} for name in sorted(names - {font["name"] for font in there})]
    fonts |= {"_version": int(version[1]), "afmlist": [], "ttflist": there + stand_ins}
    return json.dumps(fonts).encode()
