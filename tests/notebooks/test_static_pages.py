"""The lessons as pages without a kernel: what `make pages` writes."""

import re
from html.parser import HTMLParser

import nbformat
import pytest
import refresh
from nbconvert import HTMLExporter

NAMES = [path.stem for path in refresh.LESSONS]


class Page(HTMLParser):
    """Collects what a page needs to be read: headings, pictures with their alt texts, and links."""

    def __init__(self):
        super().__init__()
        self.headings, self.pictures, self.links = [], [], []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "img":
            self.pictures.append(attributes)
        if tag == "a" and "anchor-link" not in attributes.get("class", ""):
            self.links.append(attributes.get("href", ""))


@pytest.fixture(scope="module", params=NAMES)
def lesson(request):
    return nbformat.read(refresh.ROOT / "lessons" / f"{request.param}.ipynb", as_version=4)


@pytest.fixture(scope="module")
def page(lesson):
    templates = str(refresh.ROOT / "tools" / "pages")
    exporter = HTMLExporter(template_name="course", extra_template_basedirs=[templates])
    html, _ = exporter.from_notebook_node(lesson)
    page = Page()
    page.feed(html)
    return page


def test_headings_begin_with_the_title_and_leave_out_no_level(page):
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    for above, below in zip(page.headings, page.headings[1:], strict=False):
        assert below <= above + 1


def test_every_figure_is_there_as_a_picture_with_its_caption_as_alt_text(lesson, page):
    captions = [
        output.data["text/plain"]
        for cell in lesson.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert [picture["alt"] for picture in page.pictures] == captions
    assert all(len(caption) > 20 for caption in captions)


def test_the_questions_of_the_quiz_are_there(lesson, page):
    quizzes = [cell for cell in lesson.cells if cell.id == "quiz-questions"]
    for cell in quizzes:
        assert cell.outputs[0].data["text/markdown"].startswith("1. ")


def test_no_link_needs_the_network_to_make_sense(page):
    for link in page.links:
        assert link.startswith(("#", "https://")) or link.endswith((".ipynb", ".md")), link
