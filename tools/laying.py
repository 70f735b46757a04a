"""Lay files, and add lines to files that are there, in such a way that all can be taken back."""

import re
import shutil
from pathlib import Path

from rules import ROOT


class Refused(Exception):
    """What was asked for cannot be laid; the sentence says why."""


class Laying:
    """Files that are laid and changed, all of which can be taken back."""

    def __init__(self):
        self.laid, self.before = [], {}

    def lay(self, path, text):
        """Write a file that is not there yet."""
        a_package = path.with_suffix("") if path.suffix == ".py" else path
        if path.exists() or a_package.exists():
            raise Refused(f"{shown(path)} is there already; take another name, or remove it")
        for folder in reversed([folder for folder in path.parents if not folder.exists()]):
            folder.mkdir()
            self.laid.append(folder)
        self.laid.append(path)
        path.write_text(text, encoding="utf-8", newline="\n")

    def change(self, path, old, new):
        """Put ``new`` in the place of the first ``old`` in a file."""
        text = path.read_text(encoding="utf-8")
        if old not in text:
            raise Refused(f"{shown(path)} has no line {old.strip()!r} by which to find the place")
        self.rewrite(path, text.replace(old, new, 1))

    def rewrite(self, path, text):
        """Write a file anew."""
        if path not in self.laid:
            self.before.setdefault(path, path.read_bytes())
        path.write_text(text, encoding="utf-8", newline="\n")

    def undo(self):
        """Make all as it was before."""
        for path, content in self.before.items():
            path.write_bytes(content)
        for path in reversed(self.laid):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def tell(self):
        """Print the name of every file that was laid or changed."""
        for what, paths in [("new", self.laid), ("changed", self.before)]:
            for path in filter(Path.is_file, paths):
                print(f"{what:8} {shown(path)}")


def shown(path):
    """The path as it is told, from the top of the course."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def enlist(laying, index, package, words):
    """Import a class into its package, and add it to ``__all__``."""
    for known in re.findall(r'"(\w+)"', index.read_text(encoding="utf-8")):
        if known.lower() == words["Class"].lower():
            raise Refused(f"{package} has a {known} already; take another name")
    first = f"from {package}."
    laying.change(index, first, f"{first}{words['name']} import {words['Class']}\n{first}")
    laying.change(index, "__all__ = [", f'__all__ = ["{words["Class"]}", ')


def add_row(laying, page, head, row):
    """Add a row at the end of the table whose first line begins with ``head``."""
    text = page.read_text(encoding="utf-8")
    table = re.search(rf"^{re.escape(head)}(.*\n\|)*.*\n", text, re.MULTILINE)
    if not table:
        raise Refused(f"{shown(page)} has no table that begins {head}")
    laying.change(page, table[0], f"{table[0]}{row}\n")
