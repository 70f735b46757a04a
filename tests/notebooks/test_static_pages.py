"""The lessons as pages without a kernel: what `make pages` writes."""

import re
from html.parser import HTMLParser

import nbformat
import pytest
import refresh
from build_pages import PageExporter

NOT_PROSE = ["style", "script", "pre", "code"]
NAMES = [path.stem for path in refresh.LESSONS]


class Page(HTMLParser):
    """Collects what a page needs to be read: headings, pictures with their alt texts, links, and prose."""

    def __init__(self):
        super().__init__()
        self.headings, self.pictures, self.links, self.fetched, self.prose = [], [], [], [], []
        self.formulas, self.open = 0, []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.formulas += tag == "math"
        self.open += [tag] if tag in NOT_PROSE else []
        self.fetched += [attributes[name] for name in ("src", "srcset") if name in attributes]
        if tag == "link":
            self.fetched.append(attributes["href"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "img":
            self.pictures.append(attributes)
        if tag == "a" and "anchor-link" not in attributes.get("class", ""):
            self.links.append(attributes.get("href", ""))

    def handle_endtag(self, tag):
        if tag in NOT_PROSE:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open:
            self.prose.append(data)


@pytest.fixture(scope="module", params=NAMES)
def lesson(request):
    return nbformat.read(refresh.ROOT / "lessons" / f"{request.param}.ipynb", as_version=4)


@pytest.fixture(scope="module")
def page(lesson):
    return read(lesson)


def read(notebook):
    html, _ = PageExporter().from_notebook_node(notebook)
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
        assert link.startswith(("#", "https://")) or link.split("#")[0].endswith((".ipynb", ".md")), link


def test_a_page_fetches_nothing(page):
    assert [source[:60] for source in page.fetched if not source.startswith("data:")] == []


def test_every_formula_is_typeset(lesson, page):
    cells = [cell.source for cell in lesson.cells if cell.cell_type == "markdown"]
    written = sum(len(re.findall(r"\$\$.+?\$\$|\$.+?\$", re.sub("`[^`]*`", "", cell))) for cell in cells)
    assert page.formulas == written
    assert "$" not in "".join(page.prose)
    assert "\\" not in "".join(page.prose)


def test_a_formula_is_read_as_one():
    text = "So $\\frac{1}{2}$, and `$HOME` is code.\n\n$$a_1 * b_1 * c$$"
    page = read(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)]))
    assert page.formulas == 2
    assert "".join(page.prose).split()[-6:] == ["So", "12,", "and", "is", "code.", "a1*b1*c"]
