"""Write the lessons as web pages: pages/*.html, to be read without Jupyter and without a network.

    python tools/build_pages.py                 # all lessons
    python tools/build_pages.py FILE ...        # some

A formula becomes MathML, which every browser sets by itself; no page asks another host for anything.
"""

import argparse
from pathlib import Path

from jinja2 import pass_context
from latex2mathml.converter import convert
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from refresh import LESSONS, ROOT
from tqdm import tqdm

TEMPLATES = ROOT / "tools" / "pages"


class Typeset(IPythonRenderer):
    """Markdown as HTML, with its formulas typeset."""

    def inline_math(self, body):
        return convert(body)

    def block_math(self, body):
        return convert(body, display="block")


class PageExporter(HTMLExporter):
    """A notebook as a page of the course."""

    def __init__(self):
        super().__init__(template_name="course", extra_template_basedirs=[str(TEMPLATES)])

    @pass_context
    def markdown2html(self, context, source):
        renderer = Typeset(escape=False, anchor_link_text=self.anchor_link_text)
        return MarkdownWithMath(renderer=renderer).render(source)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("notebooks", nargs="*", type=Path, default=LESSONS, help="default: all lessons")
    parser.add_argument("--output-dir", type=Path, default=ROOT / "pages", help="default: pages")
    options = parser.parse_args(arguments)
    options.output_dir.mkdir(parents=True, exist_ok=True)
    exporter = PageExporter()
    for path in tqdm(options.notebooks, unit="page", disable=None):
        html, _ = exporter.from_filename(str(path))
        (options.output_dir / f"{path.stem}.html").write_text(html, encoding="utf-8")


if __name__ == "__main__":
    main()
