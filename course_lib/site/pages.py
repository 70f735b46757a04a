"""A notebook as a page, as a learner gets it; a file of docs/ as a page."""

import json
import posixpath
import re
from base64 import b64decode
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePosixPath

from jinja2 import Environment, PackageLoader
from markupsafe import Markup
from PIL import Image
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from course_lib import __version__
from course_lib.course import contents
from course_lib.site import markdown
from course_lib.site.needs import needs

START, GLOSSARY = contents.START_PAGE, "lessons/glossary.ipynb"
TEMPLATES = Environment(
    loader=PackageLoader("course_lib.site"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


@dataclass(frozen=True)
class Host:
    """What every page must know of where it will stand."""

    course: str = ""  # the hash of course.zip
    runtime: str = ""  # where Python is served; "" is the site itself
    address: str = ""  # of the site, for links to it


@dataclass
class Page:
    """A page of the site: where it goes, its text, and its pictures by their place."""

    place: str
    title: str
    html: str = ""
    pictures: dict = field(default_factory=dict)


def sources():
    """The files that become pages, in the order of reading: each lesson with its exercise, glossary, docs."""
    names = contents.names()
    lessons = [name for name in names if name.startswith("lessons/") and name != GLOSSARY]
    exercises = {PurePosixPath(name).stem: name for name in names if name.startswith("exercises/")}
    course = [
        name
        for lesson in lessons
        for name in (lesson, exercises.get(PurePosixPath(lesson).stem))
        if name is not None
    ]
    docs = sorted(path.relative_to(contents.ROOT).as_posix() for path in contents.ROOT.glob("docs/*.md"))
    learners = [f"docs/{name}.md" for name in contents.PAGES]
    return [*course, GLOSSARY, *learners, *(name for name in docs if name not in learners)]


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


def title(source):
    """The first heading of a file."""
    text = (contents.ROOT / source).read_text(encoding="utf-8")
    if source.endswith(".ipynb"):
        text = "".join(json.loads(text)["cells"][0]["source"])
    return text.partition("\n")[0].removeprefix("# ").replace("`", "")


def page(source, titles, host):
    """The page of a file. ``titles``: those of all sources, by source, in the order of reading."""
    here = place(source)
    made = Page(here, titles[source])

    def leads_to(link):
        file, _, part = link.partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), file))
        known = target in titles or (target.startswith("docs/") and (contents.ROOT / target).is_file())
        return _from(here, place(target)) + (f"#{part}" if part else "") if known else None

    if source.endswith(".ipynb"):
        typeset = markdown.Typeset(leads_to)
        content = _notebook(source, typeset, made)
    else:
        typeset = markdown.Typeset(leads_to, markdown.github_slug)
        content = Markup(typeset.html((contents.ROOT / source).read_text(encoding="utf-8")))
    order = list(titles)
    at = order.index(source)
    made.html = _rendered(
        "page.html.j2",
        host,
        source=source,
        name=PurePosixPath(source).stem,
        place=here,
        title=made.title,
        content=content,
        headings=[heading for heading in typeset.headings if heading[0] == 2],
        groups=_groups(titles),
        before=order[at - 1] if at else None,
        after=order[at + 1] if at + 1 < len(order) else None,
        titles=titles,
        link=lambda other: _from(here, place(other)),
        root="../" * here.count("/"),
    )
    return made


def figure(host):
    """The page that shows the one figure which its address names."""
    return _rendered("figure.html.j2", host, root="")


def _rendered(template, host, **parts):
    shown = TEMPLATES.get_template(template)
    return shown.render(host=host, policy=policy(host.runtime), version=__version__, **parts)


def policy(runtime=""):
    """The pages' Content-Security-Policy; docs/site.md says what each part is for."""
    origin = " ".join(["'self'", *re.findall("^https?://[^/]+", runtime)])
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {origin} 'wasm-unsafe-eval'",
            "worker-src 'self'",
            f"connect-src {origin}",
            "style-src 'self'",
            "style-src-attr 'unsafe-inline'",
            "img-src 'self' blob: data:",
            "frame-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _groups(titles):
    """The pages by what they are, for the contents."""
    learners = [f"docs/{name}.md" for name in contents.PAGES]
    groups = {
        "Lessons": [name for name in titles if name.startswith("lessons/") and name != GLOSSARY],
        "Exercises": [name for name in titles if name.startswith("exercises/")],
        "To look things up": [name for name in [GLOSSARY, *learners] if name in titles],
    }
    rest = [name for name in titles if not any(name in group for group in groups.values())]
    return groups | {"For teachers and adopters": rest}


def _notebook(source, typeset, made):
    cells = json.loads(contents.learners_copy(source))["cells"]
    needed = needs({cell["id"]: "".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"})
    template = TEMPLATES.get_template("cell.html.j2")
    parts = []
    for cell in cells:
        text = "".join(cell["source"])
        is_code = cell["cell_type"] == "code"
        parts.append(
            template.render(
                id=cell["id"],
                is_code=is_code,
                asks=cell["metadata"].get("nbgrader", {}).get("solution", False),
                locked=cell["metadata"].get("editable") is False,
                text=_coloured(text) if is_code else Markup(typeset.html(text)),
                needs=needed.get(cell["id"], []),
                outputs=[_output(output, cell["id"], typeset, made) for output in cell.get("outputs", [])],
            )
        )
    return Markup("".join(parts))


def _coloured(code):
    lexer, form = PythonLexer(stripnl=False, ensurenl=False), HtmlFormatter(nowrap=True)
    return Markup(highlight(code, lexer, form).removesuffix("\n"))


def _output(output, cell, typeset, made):
    """What the template shows of an output; its picture goes into a file of its own."""
    data = output["data"]
    if "image/png" not in data:
        return {"html": Markup(typeset.html("".join(data["text/markdown"])))}
    source = f"pictures/{PurePosixPath(made.place).stem}-{cell}.webp"
    made.pictures[source] = without_loss(b64decode("".join(data["image/png"])))
    return {
        "first": len(made.pictures) == 1,
        "source": _from(made.place, source),
        **output["metadata"]["image/png"],
    }


def without_loss(png):
    """The same picture in about half of the bytes: every pixel is kept."""
    smaller = BytesIO()
    Image.open(BytesIO(png)).convert("RGB").save(smaller, "WEBP", lossless=True, method=1)
    return smaller.getvalue()


def _from(here, there):
    """The relative link from one page to another: a site may stand in any folder."""
    return posixpath.relpath(there, posixpath.dirname(here) or ".")
