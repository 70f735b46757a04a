"""Which pages the site has, where each stands, and how one leads to another.

A page is known by its source, a file of the course: "lessons/05_momentum.ipynb".
"""

import json
import posixpath
from pathlib import PurePosixPath

from course_lib.course import contents

START, GLOSSARY = contents.START_PAGE, "lessons/glossary.ipynb"
LOOKED_UP = [GLOSSARY, *(f"docs/{name}.md" for name in contents.PAGES)]


def sources():
    """The files that become pages, in the order of reading: each lesson with its exercise, glossary, docs."""
    names = contents.names()
    lessons = [name for name in names if name.startswith("lessons/") and name != GLOSSARY]
    exercises = [name for name in names if name.startswith("exercises/")]
    course = sorted(lessons + exercises, key=lambda name: (PurePosixPath(name).stem, -lessons.count(name)))
    docs = sorted(path.relative_to(contents.ROOT).as_posix() for path in contents.ROOT.glob("docs/*.md"))
    return [*course, *LOOKED_UP, *(name for name in docs if name not in LOOKED_UP)]


def titles():
    """The first heading of each source, in the order of reading."""
    return {source: _title(source) for source in sources()}


def _title(source):
    text = (contents.ROOT / source).read_text(encoding="utf-8")
    if source.endswith(".ipynb"):
        text = "".join(json.loads(text)["cells"][0]["source"])
    return text.partition("\n")[0].removeprefix("# ").replace("`", "")


def groups(sources):
    """The sources by what they are, for the table of contents."""
    found = {
        "Lessons": [name for name in sources if name.startswith("lessons/") and name != GLOSSARY],
        "Exercises": [name for name in sources if name.startswith("exercises/")],
        "To look things up": [name for name in sources if name in LOOKED_UP],
    }
    rest = [name for name in sources if not any(name in group for group in found.values())]
    return found | {"For teachers and adopters": rest}


def place(source):
    """Where a file of the course stands on the site.

    >>> place("exercises/05_momentum/05_momentum.ipynb"), place("lessons/00_start_here.ipynb")
    ('exercises/05_momentum.html', 'index.html')
    """
    path = PurePosixPath(source)
    if source == START:
        return "index.html"
    if path.suffix not in (".ipynb", ".md"):
        return source
    return f"{path.stem}.html" if source == GLOSSARY else f"{path.parts[0]}/{path.stem}.html"


def neighbours(source, sources):
    """The one before and the one after it, or None."""
    around = [None, *sources, None]
    at = around.index(source)
    return around[at - 1], around[at + 1]


def relative(here, there):
    """The link from one place to another, wherever the site stands.

    >>> relative("lessons/05_momentum.html", "index.html")
    '../index.html'
    """
    return posixpath.relpath(there, posixpath.dirname(here) or ".")


def followed(link, source, sources):
    """Where a link in a source leads on the site; None if that is no part of it."""
    file, mark, part = link.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(source), file))
    if target not in sources and target not in pictures():
        return None
    return relative(place(source), place(target)) + mark + part


def pictures():
    """The pictures of docs/, which stand on the site as they are."""
    return [path.relative_to(contents.ROOT).as_posix() for path in sorted(contents.ROOT.glob("docs/*.png"))]
