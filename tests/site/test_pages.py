"""The lessons, exercises and docs as pages, to be read before any Python is there."""

import json
import re
from html.parser import HTMLParser
from io import BytesIO
from pathlib import PurePosixPath

import numpy as np
import pytest
from PIL import Image

from course_lib.course import contents
from course_lib.site import cells as page_cells
from course_lib.site import plan
from course_lib.site.markdown import Typeset
from course_lib.site.needs import needs

NOT_PROSE = ["style", "script", "pre", "code"]
TITLES = plan.titles()
NOTEBOOKS = [source for source in TITLES if source.endswith(".ipynb")]
LESSONS = [source for source in NOTEBOOKS if source.startswith("lessons/")]
CONTENT = re.compile(r'<main id="main" tabindex="-1">(.*)</main>', re.DOTALL)


class Read(HTMLParser):
    """Collects what a page needs to be read: headings, pictures with alt texts, code, links, and prose."""

    def __init__(self, html):
        super().__init__()
        self.headings, self.pictures, self.links, self.code, self.prose = [], [], [], [], []
        self.formulas, self.open, self.live, self.in_cell = 0, [], [], False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.formulas += attributes.get("display") == "inline" or attributes.get("class") == "formula"
        self.open += [tag] if tag in NOT_PROSE else []
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "img":
            self.pictures.append(attributes)
        if tag == "a" and "anchor-link" not in attributes.get("class", ""):
            self.links.append(attributes["href"])
        if attributes.get("class") == "code":
            self.code.append("")
            self.in_cell = True
        if attributes.get("class") == "cell":
            self.live.append("data-live" in attributes)

    def handle_endtag(self, tag):
        if tag in NOT_PROSE:
            assert self.open.pop() == tag
        self.in_cell = self.in_cell and tag != "pre"

    def handle_data(self, data):
        if not self.open:
            self.prose.append(data)
        if self.in_cell:
            self.code[-1] += data


@pytest.fixture(scope="module", params=TITLES)
def source(request):
    return request.param


@pytest.fixture(scope="module")
def page(site, source):
    return (site / plan.place(source)).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def read(page):
    return Read(CONTENT.search(page)[1])


def cells(source, kind):
    notebook = json.loads(contents.learners_copy(source))
    return [
        cell | {"source": "".join(cell["source"])} for cell in notebook["cells"] if cell["cell_type"] == kind
    ]


def test_headings_begin_with_the_title_and_leave_out_no_level(read):
    assert read.headings[0] == 1
    assert read.headings.count(1) == 1
    for above, below in zip(read.headings, read.headings[1:], strict=False):
        assert below <= above + 1


def test_no_formula_is_left_as_it_was_written(read):
    assert "$" not in "".join(read.prose)
    assert "\\" not in "".join(read.prose)


@pytest.mark.parametrize("source", NOTEBOOKS, indirect=True)
def test_every_formula_is_typeset(source, read):
    texts = [re.sub("`[^`]*`", "", cell["source"]) for cell in cells(source, "markdown")]
    assert read.formulas == sum(len(re.findall(r"\$\$.+?\$\$|\$.+?\$", text)) for text in texts)


@pytest.mark.parametrize("source", NOTEBOOKS, indirect=True)
def test_the_code_is_the_learners_to_the_last_letter(source, read):
    assert read.code == [cell["source"] for cell in cells(source, "code")]


@pytest.mark.parametrize("source", LESSONS, indirect=True)
def test_every_figure_is_there_as_a_picture_with_its_caption_as_alt_text(source, read, site):
    figures = [
        (cell["id"], "".join(output["data"]["text/plain"]))
        for cell in cells(source, "code")
        for output in cell["outputs"]
        if "image/png" in output["data"]
    ]
    assert all(len(caption) > 20 for _, caption in figures)
    for (cell, caption), picture in zip(figures, read.pictures, strict=True):
        assert picture["alt"] == caption
        name = picture["src"].split("pictures/")[1]
        assert re.fullmatch(rf"{PurePosixPath(source).stem}-{cell}(-\d+)?\.webp", name)
        assert (site / "pictures" / name).is_file()


@pytest.mark.parametrize("source", LESSONS, indirect=True)
def test_what_shows_something_before_it_is_run_becomes_live_by_itself(source, read):
    assert read.live == [bool(cell["outputs"]) for cell in cells(source, "code")]
    quizzes = [cell for cell in cells(source, "code") if cell["id"] == "quiz-questions"]
    assert all("".join(cell["outputs"][0]["data"]["text/markdown"]).startswith("1. ") for cell in quizzes)


@pytest.mark.parametrize("source", ["lessons/05_momentum.ipynb"], indirect=True)
def test_no_printed_result_is_told_before_the_cell_is_run(read):
    assert "terminal step 1.000, 63% of it after 10 updates" not in "".join(read.prose)
    assert "momentum * v - lr * g" not in "".join(read.code)  # the line that is the learner's


def test_a_picture_keeps_every_pixel():
    random = np.random.default_rng(1)
    drawn = Image.fromarray(random.integers(0, 256, (40, 60, 3), dtype=np.uint8))
    drawn.save(png := BytesIO(), "PNG")
    smaller = Image.open(BytesIO(page_cells.without_loss(png.getvalue())))
    assert (np.asarray(smaller.convert("RGB")) == np.asarray(drawn)).all()


@pytest.mark.parametrize("source", LESSONS, indirect=True)
def test_pictures_with_a_map_are_known(source, page):
    maps = {"06_stability_map": 2, "07_nesterov": 1, "12_the_race": 1}.get(PurePosixPath(source).stem, 0)
    assert page.count('output-picture stored-map"') == maps
    assert page.count('output-picture stored"') == page.count("<img ") - maps


def test_a_formula_is_read_as_one():
    read = Read(Typeset().html("So $\\frac{1}{2}$, and `$HOME` is code.\n\n$$a_1 * b_1 * c$$"))
    assert read.formulas == 2
    assert "".join(read.prose).split() == ["So", "12,", "and", "is", "code.", "a1*b1*c"]


@pytest.mark.parametrize(
    ("link", "html"),
    [
        ("[the source](../course_lib/losses/base.py)", "<p>the source</p>"),
        ("[lesson 5](05_momentum.ipynb#Try-it)", '<p><a href="there#Try-it">lesson 5</a></p>'),
        ("[below](#Try-it)", '<p><a href="#Try-it">below</a></p>'),
        ("[Keras](https://keras.io)", '<p><a href="https://keras.io">Keras</a></p>'),
    ],
)
def test_a_link_leads_to_a_page_or_only_its_words_stay(link, html):
    typeset = Typeset(lambda file: file.replace("05_momentum.ipynb", "there") if "ipynb" in file else None)
    assert typeset.html(link).strip() == html


def test_a_figure_needs_the_cells_that_define_its_names_and_theirs():
    found = needs(
        {
            "imports": "from course_lib import surfaces\nimport os.path",
            "unused": "figure = 1",
            "ravine": "ravine = surfaces.Ravine()",
            "function": "def step(w):\n    return ravine.gradient(w)",
            "again": "figure = step(2)",
            "shown": "figure",
            "path": "os.sep",
        }
    )
    assert found["shown"] == ["imports", "ravine", "function", "again"]
    assert found["path"] == ["imports"]
    assert found["imports"] == found["unused"] == []
