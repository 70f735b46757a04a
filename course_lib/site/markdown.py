"""Markdown as HTML: formulas become MathML, which every browser sets by itself; links lead to pages."""

import re
from html import escape, unescape

from latex2mathml.converter import convert
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

NO_FILE = re.compile(r"[a-z]+:|#")  # an address, or a place on the page itself


class Typeset(IPythonRenderer):
    """Turns the markdown of one page into HTML; ``headings`` are those that it came by: level, id and words.

    ``leads_to(link)`` is the address of what a file's link names, or None if that is no part of the site:
    then only the link's words stay.
    """

    def __init__(self, leads_to=lambda link: link, slug=lambda words: words.replace(" ", "-")):
        super().__init__(escape=False)
        self.leads_to, self.slug, self.headings = leads_to, slug, []

    def html(self, text):
        return MarkdownWithMath(renderer=self).render(text)

    def inline_math(self, body):
        return convert(body)

    def block_math(self, body):
        r"""Its parts, which stand ``\qquad`` apart, may stand below one another where there is no room."""
        parts = "".join(convert(part, display="block") for part in body.split(r"\qquad"))
        return f'<span class="formula">{parts}</span>'

    def block_code(self, code, info=None):
        """A keyboard reaches it, for a long line has to be scrolled."""
        return super().block_code(code, info).replace("<pre", '<pre tabindex="0"', 1)

    def heading(self, text, level, **attributes):
        words = _words(text)
        place = self.slug(words)
        self.headings.append((level, place, words))
        anchor = f'<a class="anchor-link" href="#{escape(place)}" aria-label="Link to this heading">#</a>'
        return f'<h{level} id="{escape(place)}">{text}{anchor if level > 1 else ""}</h{level}>\n'

    def link(self, text, url, title=None):
        target = url if NO_FILE.match(url) else self.leads_to(url)
        return text if target is None else super().link(text, target, title)

    def image(self, text, url, title=None):
        return super().image(text, self.leads_to(url) or url, title)

    def table(self, text):
        whole = f"<table>{text}</table>"
        return f'<div class="framed" tabindex="0" role="group" aria-label="Table">{whole}</div>\n'

    def table_cell(self, text, align=None, head=False):
        tag = "th" if head and text.strip() else "td"
        if tag == "th" and "<math" in text:  # which gives a column no name
            text = f'<span class="heard">{escape(_words(text))}</span><span aria-hidden="true">{text}</span>'
        return f"<{tag}{f' class={align}' if align else ''}>{text}</{tag}>\n"


def _words(html):
    return unescape(re.sub("<[^>]+>", "", html))


def github_slug(words):
    """The id that a public forge gives to a heading, to which the links in docs/ lead.

    >>> github_slug('"Momentum" is three different updates')
    'momentum-is-three-different-updates'
    """
    return re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
