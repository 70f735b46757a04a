"""The site as a whole: what `losses-and-optimizers site` writes, and what it refuses."""

import base64
import gzip
import hashlib
import importlib.util
import io
import json
import re
from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest
from fontTools.ttLib import TTFont

from course_lib.base import web
from course_lib.site import build, bytecode, course_zip, listing, pages, plan, runtime
from tests.course.test_command import give, one_sentence
from tools.host import served
from tools.runtime import gather

HOST = re.compile(r"https?://[\w.-]+")
LESSON = "lessons/05_momentum.ipynb"
OF_EACH_KIND = [
    "lessons/00_start_here.ipynb",
    LESSON,
    "exercises/05_momentum/05_momentum.ipynb",
    "lessons/glossary.ipynb",
    "docs/performance.md",
]
SOMEWHERE = "http://host/sub/"
NAMES_ONLY = {"http://www.w3.org"}  # of SVG and MathML, which nobody fetches


class Links(HTMLParser):
    """What a page leads to, what it fetches, the places on it, and what a strict policy forbids."""

    def __init__(self, html):
        super().__init__()
        self.leads_to, self.fetches, self.places, self.forbidden, self.policy = [], [], set(), [], ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.places |= {attributes["id"]} if "id" in attributes else set()
        if tag == "a":
            self.leads_to.append(attributes["href"])
        elif tag in ("img", "script", "link"):
            self.fetches.append(attributes.get("src") or attributes["href"])
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy":
            self.policy = attributes["content"]
        inline = tag == "style" or (tag == "script" and "src" not in attributes)
        if inline or any(name.startswith("on") or name == "style" for name in attributes):
            self.forbidden.append((tag, attributes))


@pytest.fixture(scope="module")
def html(site):
    """Each page by its place."""
    found = {path.relative_to(site).as_posix(): path for path in site.rglob("*.html")}
    return {place: Links(path.read_text(encoding="utf-8")) for place, path in sorted(found.items())}


@pytest.fixture(scope="module")
def listed(site):
    return json.loads((site / listing.LIST).read_text())


def test_every_lesson_exercise_and_page_of_the_docs_is_there(html):
    assert {plan.place(source) for source in plan.sources()} | {"figure.html"} == html.keys()
    there = ("lessons/*.ipynb", "exercises/*/*.ipynb", "docs/*.md")
    assert len(plan.sources()) == sum(len(list(plan.contents.ROOT.glob(files))) for files in there)


def test_every_link_leads_to_a_file_and_a_place_on_it(site, html):
    for here, page in html.items():
        for link in page.leads_to + page.fetches:
            if link.startswith("https://") and link in page.leads_to:
                continue  # a reader may go there; the page does not
            there, _, place = urljoin(f"{SOMEWHERE}{here}", link).partition("#")
            assert there.startswith(SOMEWHERE), f"{here} leads out of the site: {link}"
            file = there.removeprefix(SOMEWHERE)
            assert (site / file).is_file(), f"{here}: {link}"
            assert not place or place in html[file].places, f"{here}: {link}"


def test_no_page_script_or_style_names_another_host(site):
    own = [path for path in site.rglob("*") if path.suffix in {".html", ".css", ".js", ".svg"}]
    for path in own:
        if path.is_relative_to(site / "runtime") or path.is_relative_to(site / "live/vendor"):
            continue  # others' code, which says where it is from; what is fetched is seen in test_page.py
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            text = re.sub(r"<a [^>]*>|<pre.*?</pre>|<code>.*?</code>", "", text, flags=re.DOTALL)
        assert set(HOST.findall(text)) <= NAMES_ONLY, path


def test_every_page_has_the_policy_and_keeps_it(html):
    for place, page in html.items():
        assert page.policy == pages.policy(), place
        assert page.forbidden == [], place
    rules = dict(rule.split(" ", 1) for rule in pages.policy().split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert "unsafe-inline" not in rules["style-src"]


def test_the_policy_lets_in_the_host_of_the_runtime_and_no_other():
    rules = pages.policy("https://example.org/pyodide/").split("; ")
    assert [rule for rule in rules if "example.org" in rule] == [
        "script-src 'self' https://example.org 'wasm-unsafe-eval'",
        "connect-src 'self' https://example.org",
    ]


def test_the_docs_say_what_each_part_of_the_policy_is_for():
    text = (plan.contents.ROOT / "docs/site.md").read_text(encoding="utf-8")
    named = re.findall(r"`([a-z-]+-(?:src|src-attr|uri|action) [^`]+)`(?=.* \| )", text)
    assert named == pages.policy().split("; ")


def test_every_file_is_listed_with_its_hash_and_size(site, listed):
    files = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
    assert listed["files"].keys() == files.keys() - {listing.LIST, listing.KEEPER}
    for name, (known_by, size) in listed["files"].items():
        content = files[name].read_bytes()
        assert known_by == f"sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}"
        assert size <= len(content)
    keeper = files[listing.KEEPER].read_text(encoding="utf-8").splitlines()
    whole = base64.b64encode(hashlib.sha256(files[listing.LIST].read_bytes()).digest()).decode()
    assert keeper[0] == f'const LIST = "sha256-{whole}";'
    assert listed["files"]["live/style.css"][1] == sent(site / "live/style.css")
    assert listed["course"] == web.hashed((site / "live/course.zip").read_bytes())
    assert f'content="{listed["version"]} {listed["course"]}"' in files["index.html"].read_text()


def sent(path):
    """The bytes that a static host sends for a file: text and WebAssembly are compressed on the way."""
    content = path.read_bytes()
    packed = path.suffix in {".html", ".css", ".js", ".mjs", ".json", ".wasm", ".svg"}
    return len(gzip.compress(content, 6)) if packed else len(content)


def test_a_lesson_without_python_is_light(site, html):
    scripts = sum(sent(path) for path in (site / "live").glob("*.js"))  # more than a page loads
    for place, page in html.items():
        if place.startswith("lessons/"):
            here = site / place
            shown = {(here.parent / name).resolve() for name in page.fetches if not name.endswith(".js")}
            assert sent(here) + sum(map(sent, shown)) + scripts <= 350_000, place


def test_a_live_figure_takes_at_most_12_megabytes(site):
    needed = [*(site / "runtime").iterdir(), *(site / "live").rglob("*.*"), site / "lessons/05_momentum.html"]
    assert sum(map(sent, needed)) <= 11_700_000  # and its picture


def test_the_command_says_how_far_it_is_and_where_the_site_is(site):
    said = site.with_name("site.said").read_text(encoding="utf-8")
    assert f"The site is in {site}" in said
    assert f"{len(plan.sources()) + runtime.FILES}/" in said


@pytest.fixture
def again(one_page, compiled, runtime_files, tmp_path, monkeypatch):
    """The list of a site that is built once more, in this process, with one lesson for all.

    Its bytecode is the other's: that it would be the same says test_bytecode.py.
    """
    monkeypatch.setattr(bytecode, "compiled", lambda *_: compiled)
    build.site(tmp_path / "again", [runtime_files], verbose=0)
    return json.loads((tmp_path / "again" / listing.LIST).read_text())


def test_the_same_course_gives_the_same_bytes(listed, again, one_page):
    here, there = again["files"], listed["files"]
    assert all(name.startswith("pictures/") or name.endswith(".html") for name in there.keys() - here.keys())
    del here[one_page]  # it names all pages of its site
    assert here == {name: there[name] for name in here}
    assert again["course"] == listed["course"]


@pytest.mark.parametrize("source", OF_EACH_KIND)
def test_the_same_source_gives_the_same_page(site, listed, source):
    page = pages.page(source, plan.titles(), pages.Host(listed["course"]))
    assert page == (site / plan.place(source)).read_text(encoding="utf-8")


def test_a_site_is_replaced_and_may_take_its_runtime_from_elsewhere(one_page, site, tmp_path):
    folder = tmp_path / "site"
    for name in ("live/old.js", "lessons/99_gone.html", "CNAME"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("example.org")
    (folder / listing.LIST).write_text('{"files": {"lessons/99_gone.html": [], "live/old.js": []}}')
    with served(site) as host:
        there = f"{host}runtime/"
        build.site(folder, runtime_address=there, address="https://example.org/course/", verbose=0)
    assert not (folder / "runtime").exists()
    assert not (folder / "lessons/99_gone.html").exists()
    assert not (folder / "live/old.js").exists()
    assert (folder / "CNAME").read_text() == "example.org"  # its owner's
    page = (folder / "lessons/05_momentum.html").read_text()
    assert f'data-runtime="{there}"' in page
    assert '<link rel="canonical" href="https://example.org/course/lessons/05_momentum.html">' in page
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--address", "example.org/course"], "address must begin with https://"),
        (["--runtime-address", "https://example.org/r"], "end with a slash; got 'https://example.org/r'"),
        (["--runtime", "nowhere"], "there is no folder nowhere to take the runtime from"),
    ],
)
def test_what_cannot_be_meant_is_refused(options, says, tmp_path):
    assert says in one_sentence(give("site", "made", *options, cwd=tmp_path))
    assert [*tmp_path.iterdir()] == []


def test_a_folder_that_holds_something_else_stays_as_it_is(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    said = one_sentence(give("site", str(tmp_path), "--runtime", str(tmp_path), cwd=tmp_path))
    assert "holds something that is no site" in said
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_damaged_file_is_one_sentence_and_leaves_nothing(one_page, runtime_files, tmp_path):
    damaged = tmp_path / "given"
    damaged.mkdir()
    (damaged / "pyodide.asm.wasm").write_bytes((runtime_files / "pyodide.asm.wasm").read_bytes()[:-1])
    with pytest.raises(ValueError, match=r"pyodide.asm.wasm is damaged, or of another version: its SHA-256"):
        build.site(tmp_path / "made", [damaged, runtime_files], verbose=0)
    assert [path.name for path in tmp_path.iterdir()] == ["given"]


@pytest.fixture
def distribution(runtime_files):
    """The address of a server that has Pyodide's files."""
    with served(runtime_files) as address:
        yield address


def test_what_no_folder_has_is_fetched_and_checked(distribution, runtime_files, tmp_path):
    name = "six-1.16.0-py2.py3-none-any.whl"
    hashes = runtime.TABLE["wheels"][name]
    assert runtime.take(name, hashes, [tmp_path], distribution) == (runtime_files / name).read_bytes()
    with pytest.raises(ValueError, match=f"{distribution}{name} is damaged"):
        runtime.take(name, ["another"], [], distribution)
    with pytest.raises(
        ValueError, match=r"(?i)cannot fetch .*no_such.whl: file not found.* --runtime FOLDER"
    ):
        runtime.take("no_such.whl", hashes, [], distribution)


def test_the_tool_brings_the_files_together_and_renews_what_is_of_another_version(
    runtime_files, tmp_path, monkeypatch
):
    monkeypatch.setenv(build.RUNTIME, str(runtime_files))
    (tmp_path / "pyodide.mjs").write_text("of an older version")
    gathered = gather(tmp_path)
    assert {path.name for path in gathered.iterdir()} == {*runtime.TABLE["core"], *runtime.TABLE["wheels"]}
    assert (gathered / "pyodide.mjs").read_bytes() == (runtime_files / "pyodide.mjs").read_bytes()


def test_the_table_agrees_with_pyodides_own_lock(runtime_files):
    lock = json.loads((runtime_files / runtime.LOCK).read_text())
    assert lock["info"]["version"] == runtime.TABLE["version"]
    assert runtime.TABLE["version"] in runtime.TABLE["address"]
    theirs = {package["file_name"]: package["sha256"] for package in lock["packages"].values()}
    assert {name: hashes[0] for name, hashes in runtime.TABLE["wheels"].items()}.items() <= theirs.items()


def test_every_pattern_of_what_is_left_out_leaves_something_out(runtime_files):
    paths = {
        name: list(runtime.archive.read((runtime_files / name).read_bytes()))
        for name in [runtime.LIBRARY, *runtime.TABLE["wheels"]]
    }
    library = paths.pop(runtime.LIBRARY)
    wheels = [path for inside in paths.values() for path in inside]
    for patterns, inside in [
        (runtime.TABLE["left_out"]["python_stdlib"], library),
        (runtime.TABLE["left_out"]["wheels"], wheels),
    ]:
        idle = [
            pattern for pattern in patterns if not any(runtime.fnmatchcase(path, pattern) for path in inside)
        ]
        assert idle == []


def test_matplotlib_finds_its_fonts_without_looking_for_them(site):
    files = runtime.archive.read((site / "runtime" / runtime.PACKAGES).read_bytes())
    fonts = json.loads(files["matplotlib/fontlist.json"])
    assert fonts["_version"] == 330  # what matplotlib 3.8.4 looks for
    for font in fonts["ttflist"]:
        assert f"matplotlib/mpl-data/{font['fname']}" in files
    asked_for = {"cmsy10", "cmr10", "STIXNonUnicode", "STIXSizeOneSym", "DejaVu Sans Mono"}  # by its formulas
    assert asked_for <= {font["name"] for font in fonts["ttflist"]}


def test_the_fonts_have_every_letter_that_the_course_draws(site):
    files = runtime.archive.read((site / "runtime" / runtime.PACKAGES).read_bytes())
    course = runtime.archive.read((site / "live/course.zip").read_bytes())
    drawn = {
        letter
        for path, content in course.items()
        if path.startswith(("course_lib/explorers", "course_lib/checks")) and path.endswith(".py")
        for letter in content.decode()
        if letter.isprintable()
    }
    for name in runtime.TABLE["fonts"]["kept"]:
        font = TTFont(io.BytesIO(files[f"{runtime.TABLE['fonts']['folder']}/{name}"]))
        missing = sorted(letter for letter in drawn if ord(letter) not in font.getBestCmap())
        assert missing == [], name


def test_the_course_in_the_archive_is_whole_and_holds_no_lesson(site):
    files = runtime.archive.read((site / "live/course.zip").read_bytes())
    source = {path: content for path, content in files.items() if not path.endswith(".pyc")}
    assert source == runtime.archive.read(course_zip.write())
    assert {
        "course_lib/__init__.py",
        "course_lib/data/digits.csv.gz",
        "anywidget.py",
        "cells.py",
    } <= files.keys()
    assert not [
        name for name in files if name.startswith(("course_lib/site", "course_lib/course", "exercises"))
    ]


def test_every_widget_of_the_course_has_its_files_by_the_name_that_the_page_gives_them(site):
    spec = importlib.util.spec_from_file_location("page_anywidget", course_zip.BROWSER / "anywidget.py")
    stand_in = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(stand_in)
    files = [*(site / "live/widgets").iterdir()]
    assert all(stand_in.named(file.read_text(encoding="utf-8")) == file.stem for file in files)
    modules = [path.read_text(encoding="utf-8") for path in course_zip.PACKAGE.rglob("*.py")]
    widgets = [text for text in modules if "\n    _esm = " in text and "anywidget.AnyWidget" in text]
    stand_ins = [*course_zip.BROWSER.rglob("*.js")]
    assert len([file for file in files if file.suffix == ".js"]) == len(widgets) + len(stand_ins)
