"""HTML whose every text is escaped: what students wrote stays text, whatever stands in it."""

import html

from course_grader.summary import plain


class Html(str):
    """A text that is HTML already: only ``element`` and ``joined`` make it."""


def element(name, *children, **attributes):
    """An element; children that are no Html are texts. ``class_`` and ``aria_label`` become what HTML has.

    >>> element("p", "1 < 2, said ", element("b", "</p>"), class_="name")
    '<p class="name">1 &lt; 2, said <b>&lt;/p&gt;</b></p>'
    """
    given = "".join(
        f' {_name(key)}="{text(value)}"' for key, value in attributes.items() if value is not None
    )
    return Html(f"<{name}{given}>{joined(children)}</{name}>")


def joined(children):
    """Several texts and elements, one after the other; None is nothing."""
    return Html("".join(one if isinstance(one, Html) else text(one) for one in children if one is not None))


def text(value):
    """Anything as a text, in characters that can be shown."""
    return html.escape(plain(str(value)))


def table(label, head, rows, numbers=()):
    """A table in a frame that scrolls where it is narrow. ``numbers``: the places of their columns."""
    kind = ["number" if place in numbers else None for place in range(len(head))]

    def line(tag, cells):
        named = zip(kind, cells, strict=True)
        return element("tr", *(element(tag, cell, class_=one) for one, cell in named))

    lines = (element("thead", line("th", head)), element("tbody", *(line("td", row) for row in rows)))
    return element(
        "div", element("table", *lines), class_="frame", tabindex="0", role="group", aria_label=label
    )


def _name(key):
    return key.rstrip("_").replace("_", "-")
