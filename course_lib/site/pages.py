"""The pages of the site: of a notebook, of a file of docs/, and the one that shows a single figure."""

import re
from dataclasses import dataclass
from functools import partial

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from course_lib import __version__
from course_lib.course import contents
from course_lib.site import cells, markdown, plan

TEMPLATES = Environment(
    loader=PackageLoader("course_lib.site"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


@dataclass(frozen=True)
class Host:
    """What every page must know of where it will stand."""

    course: str = ""  # the hash of course.zip
    runtime: str = ""  # where Python is served; "" is the site itself
    address: str = ""  # of the site, for links to it


def page(source, titles, host):
    """The HTML of a source's page. ``titles``: those of all sources, in the order of reading."""
    leads_to = partial(plan.followed, source=source, sources=titles)
    if source.endswith(".ipynb"):
        typeset = markdown.Typeset(leads_to)
        content = {"cells": list(cells.shown(source, typeset))}
    else:
        typeset = markdown.Typeset(leads_to, markdown.github_slug)
        content = {"text": Markup(typeset.html((contents.ROOT / source).read_text(encoding="utf-8")))}
    here = plan.place(source)
    before, after = plan.neighbours(source, titles)
    return _rendered(
        "page.html.j2",
        host,
        **content,
        source=source,
        place=here,
        root="../" * here.count("/"),
        titles=titles,
        groups=plan.groups(titles),
        parts=[(anchor, words) for level, anchor, words in typeset.headings if level == 2],
        before=before,
        after=after,
        link=lambda other: plan.relative(here, plan.place(other)),
    )


def figure(host):
    """The page that shows the one figure that its address names."""
    return _rendered("figure.html.j2", host, root="")


def _rendered(template, host, **content):
    whole = TEMPLATES.get_template(template)
    return whole.render(host=host, policy=policy(host.runtime), version=__version__, **content)


def policy(runtime=""):
    """The pages' Content-Security-Policy; docs/site.md says what each part is for."""
    hosts = " ".join(["'self'", *re.findall("^https?://[^/]+", runtime)])
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {hosts} 'wasm-unsafe-eval'",
            "worker-src 'self'",
            f"connect-src {hosts}",
            "style-src 'self'",
            "style-src-attr 'unsafe-inline'",
            "img-src 'self' blob: data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
