"""Pages under a hand: their figures, questions and cells, with a Python of their own in the browser."""

import json
import re
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import expect

from course_lib.quizzes.questions import load
from course_lib.site import build, pages
from tests.conftest import PATIENCE
from tools.host import served

VENDOR = Path(build.__file__).with_name("vendor")
WORKER = Path(build.__file__).with_name("page").joinpath("worker.js").read_text(encoding="utf-8")
LESSON = "lessons/01_learning_rate.html"
TYPES = {
    ".js": "text/javascript",
    "mjs": "text/javascript",
    "son": "application/json",
    "zip": "application/zip",
}
UPDATE = "def update(w, lr, curvature=1.0):\n    return w - lr * curvature * w"
EACH_KIND_ONCE = """() => {
    const more = "tbody tr:nth-child(n+6), nav li:nth-child(n+6):not(:has([aria-current]))";
    document.querySelectorAll(more).forEach((row) => row.remove());
    const seen = new Set();
    for (const word of document.querySelectorAll("pre span, math :is(mi, mn, mo, mtext)")) {
        const { className, parentNode: place } = word.closest("pre, math");
        const isLong = word.textContent.length > 1; // else axe does not judge it
        const kind = [place.tagName, place.className, className, word.tagName, word.className, isLong].join();
        if (seen.has(kind)) word.replaceWith(word.textContent);
        seen.add(kind);
    }
}"""  # axe is slow: of words in code and formulas one of each kind is left, of tables and contents five rows
AXE = """axe.run(document, { resultTypes: ["violations"] }).then(({ passes, violations }) => [
    passes.length, violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
])"""
SLOW = """Object.defineProperty(navigator, "connection",
    { value: { effectiveType: "3g", downlink: 1, saveData: %s } })"""


@contextmanager
def opened(browser, address, name, script="", others=(), **screen):
    """A page of the site in a new browser profile: nothing on it may go wrong, or come from but here and
    ``others``.
    """
    allowed = (address, *others, "data:", "blob:")
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | screen)
    context.set_default_timeout(PATIENCE)
    context.add_init_script("delete Navigator.prototype.serviceWorker")  # of which test_offline.py tells
    context.add_init_script(script)
    faults = []
    context.on("request", lambda sent: sent.url.startswith(allowed) or faults.append(sent.url))
    page = context.new_page()
    context.on("console", lambda said: said.type in ("error", "warning") and faults.append(said.text))
    context.on("weberror", lambda of_page: faults.append(str(of_page.error)))
    page.goto(address + name)
    try:
        yield page
        assert faults == []  # a breach of the policy is one, too
    finally:
        context.close()


def cell(page, name):
    return page.locator(f"#cell-{name}")


def outputs(page, name):
    return cell(page, name).locator(".outputs")


def press(page, name, button):
    cell(page, name).get_by_role("button", name=button, exact=True).click()


def write(page, name, code):
    """Put this code in place of what is in the cell's editor, which opens."""
    if cell(page, name).locator(".editor").count() == 0:
        press(page, name, "Edit")
    cell(page, name).get_by_role("textbox").focus()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text(code)


def settled(page, promise):
    """What comes of a promise; it has as long as anything else, where `evaluate` would wait for ever."""
    late = f"new Promise((_, fail) => setTimeout(() => fail(new Error('It did not settle.')), {PATIENCE}))"
    return page.evaluate(f"Promise.race([{promise}, {late}])")


def figure(page, name="figure"):
    """The live figure of a cell, when it is there."""
    live = outputs(page, name).locator(".course-explorer[data-settings]")
    expect(live).to_be_visible()
    return live


def settings(live):
    return json.loads(live.get_attribute("data-settings"))


def faults_for_axe(page):
    page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
    passed, faults = page.evaluate(AXE)
    assert passed > 10
    return faults


@pytest.fixture(scope="module")
def lesson(browser, site):
    """On a host that sends the policy with every file: a worker, which no page's own binds, is bound, too."""
    with (
        served(site.parent, headers={"Content-Security-Policy": pages.policy()}) as host,
        opened(browser, f"{host}{site.name}/", LESSON) as page,
    ):
        yield page


def test_a_picture_is_there_before_python_and_gives_way_to_the_figure_without_a_jump(lesson):
    place = outputs(lesson, "figure")
    expect(place.locator("img")).to_be_visible()
    height = place.bounding_box()["height"]
    lesson.locator("#cell-figure").scroll_into_view_if_needed()
    figure(lesson)
    expect(place.locator("img")).to_have_count(0)
    assert abs(place.bounding_box()["height"] - height) < 40


def test_a_figure_is_moved_by_keys_and_by_the_mouse(lesson):
    live = figure(lesson)
    slider = live.get_by_role("slider", name="lr", exact=True)
    slider.focus()
    lesson.keyboard.press("End")
    expect(live).to_have_attribute("data-settings", re.compile('"lr":2.5'))
    expect(live.locator("figcaption")).to_contain_text("iverge")
    live.get_by_role("button", name="Zigzag").click()
    expect(live).to_have_attribute("data-settings", re.compile('"lr":1.8'))
    box = slider.bounding_box()
    lesson.mouse.move(box["x"] + 0.72 * box["width"], box["y"] + box["height"] / 2)
    lesson.mouse.down()
    lesson.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + box["height"] / 2, steps=8)
    lesson.mouse.up()
    expect(live).to_have_attribute("data-settings", re.compile(r'"lr":0\.[45]'))


def test_a_copied_link_has_the_settings_of_now(lesson):
    lesson.context.grant_permissions(["clipboard-read", "clipboard-write"])
    live = figure(lesson)
    live.get_by_role("button", name="Zigzag").click()
    expect(live).to_have_attribute("data-settings", re.compile('"lr":1.8'))
    link = copied_link(live)
    name, _, values = unquote(link).partition("?")
    assert name == lesson.url.replace(LESSON, "figure.html#LearningRate")
    assert settings(live).items() >= json.loads(values).items() >= {"lr": 1.8}.items()


def copied_link(live):
    live.get_by_role("button", name="Copy link").click()
    expect(live.get_by_role("button", name="Copied")).to_be_visible()
    return live.page.evaluate("navigator.clipboard.readText()")


def test_predictions_are_locked_and_a_quiz_is_answered(lesson):
    cell(lesson, "predict-questions").scroll_into_view_if_needed()
    sheet = lesson.get_by_role("region", name="Predictions")
    first = sheet.get_by_role("group").first
    first.get_by_role("textbox").fill("-0.125")
    first.get_by_role("button", name="Lock").click()
    expect(first.get_by_role("button", name="Lock")).to_be_hidden()
    press(lesson, "check-yours", "Run")
    expect(outputs(lesson, "check-yours").get_by_role("table")).to_contain_text("-0.125")
    question: Any = load("01_learning_rate")[0]
    cell(lesson, "quiz-questions").scroll_into_view_if_needed()
    quiz = outputs(lesson, "quiz-questions").get_by_role("group").first
    quiz.get_by_role("radio", name=question.right).click()
    expect(quiz.get_by_role("status")).to_contain_text("Right")


def test_a_cell_is_edited_run_and_reset(lesson):
    original = cell(lesson, "the-code").locator(".code").inner_text()
    write(lesson, "the-code", f"{UPDATE}\n\n\nprint('mine')\nupdate(1.0, 0.5)")
    lesson.keyboard.press("Shift+Enter")
    expect(outputs(lesson, "the-code").locator("pre")).to_have_text(["mine\n", "0.5"])
    press(lesson, "check-your-line", "Run")
    expect(outputs(lesson, "check-your-line")).to_contain_text("✔ update is right.")
    lesson.keyboard.press("Shift+Tab")
    cell(lesson, "the-code").get_by_role("textbox").focus()
    lesson.keyboard.press("Escape")
    lesson.keyboard.press("Tab")  # leaves the editor, where else it would indent
    expect(cell(lesson, "the-code").get_by_role("button", name="Run")).to_be_focused()
    press(lesson, "the-code", "Reset")
    expect(cell(lesson, "the-code").locator(".cm-line")).to_have_text(original.splitlines())
    expect(cell(lesson, "the-code").get_by_role("button", name="Run")).to_be_focused()


def test_a_cell_that_is_run_runs_those_above_it_first_and_an_error_is_short(lesson):
    press(lesson, "check-predictions", "Run")  # needs the learner's line, which is not written
    expect(cell(lesson, "check-predictions")).to_have_attribute("data-state", "raised")
    expect(cell(lesson, "the-code")).to_have_attribute("data-state", "raised")
    error = outputs(lesson, "check-predictions").locator("pre").inner_text()
    assert "Replace this line by yours" in error
    assert len(error.splitlines()) < 12


def test_a_cell_draws_with_pyplot(lesson):
    write(lesson, "the-code", "import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    press(lesson, "the-code", "Run")
    expect(outputs(lesson, "the-code").locator("img")).to_be_visible()


def test_a_loop_without_end_is_stopped_and_all_goes_on(lesson):
    write(lesson, "the-code", "while True:\n    print('on and on')")
    lesson.keyboard.press("ControlOrMeta+Enter")
    said = outputs(lesson, "the-code")
    expect(said.locator("p")).to_have_text(re.compile(r"Left out: [\d,]{7,} characters\.$"))
    assert len(said.locator("pre").inner_text()) <= 100_000
    press(lesson, "the-code", "Stop")
    expect(lesson.locator(".loading")).to_contain_text("Stopped. Python starts again")
    expect(cell(lesson, "the-code")).to_have_attribute("data-state", "stopped")
    expect(outputs(lesson, "figure").locator("img")).to_be_visible()
    assert settings(figure(lesson))["lr"] == 0.1  # another figure, in another Python
    write(lesson, "the-code", f"{UPDATE}\n\n\nupdate(1.0, 1.5)")
    press(lesson, "the-code", "Run")
    expect(outputs(lesson, "the-code")).to_have_text("-0.5")


def test_axe_finds_no_violation(lesson):
    lesson.locator("header summary").click()
    lesson.evaluate(EACH_KIND_ONCE)
    assert faults_for_axe(lesson) == []


NO_PYTHON = {  # what goes wrong: what the page does not find, and what it says
    "a worker refused": ("", {"live/worker.js": "import 1"}, "The page's worker did not start"),
    "no list": ("", {"live/files.json": None}, "The list of the site's files is missing or damaged"),
    "another version": ("", {"live/files.json": '{"course": "new"}'}, "The course has changed"),
    "a file missing": ("", {"runtime/packages.zip": None}, "missing or damaged: packages.zip"),
    "a file damaged": ("", {"live/course.zip": "damaged"}, "missing or damaged: course.zip"),
    "a script damaged": ("", {"runtime/pyodide.asm.js": "damaged("}, "missing or damaged: pyodide.asm.js"),
    "a fault": ("", {"live/worker.js": f"{WORKER}TAKE.start = () => null.x;"}, "Python could not go on: "),
    "no memory": (
        "",
        {"live/worker.js": f"{WORKER}TAKE.start = () => new ArrayBuffer(2 ** 60);"},
        "This device has not enough memory",
    ),
    "no workers": ("delete globalThis.Worker", {}, "This browser has no Web Workers"),  # from here on
    "no WebAssembly": ("delete globalThis.WebAssembly", {}, "This browser has no WebAssembly"),
}


def answering(name, content):
    """A host that has other content for a file, or None."""
    answer = {"status": 404} if content is None else {"body": content, "content_type": TYPES[name[-3:]]}
    return lambda route: route.fulfill(**answer)


@pytest.fixture(scope="module")
def asking(browser):
    """A browser that saves data: Python is loaded when a hand asks for it."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    context.add_init_script(SLOW % "true")
    yield context
    context.close()


@pytest.fixture(scope="module")
def refusing(asking, address):
    """A page for all that goes wrong, the next time that Python shall start."""
    page = asking.new_page()
    page.goto(address + LESSON)
    return page


@pytest.mark.parametrize(("script", "files", "sentence"), NO_PYTHON.values(), ids=NO_PYTHON)
def test_without_python_the_page_says_why_and_can_be_read(refusing, address, script, files, sentence):
    refusing.evaluate(script)
    for name, content in files.items():
        refusing.route(address + name, answering(name, content))
    press(refusing, "set-up", "Run")
    line = refusing.get_by_role("complementary", name="Python")
    expect(line.get_by_role("status")).to_contain_text(sentence)  # where another one was
    expect(line.get_by_role("button", name="Start again")).to_be_visible()
    expect(outputs(refusing, "figure").get_by_role("img")).to_be_visible()
    expect(cell(refusing, "set-up")).to_have_attribute("data-state", "rest")
    refusing.unroute_all()


def test_where_data_are_saved_python_is_loaded_when_its_button_is_pressed(asking, address):
    page = asking.new_page()
    page.goto(address + LESSON)
    load = page.get_by_role("button", name=re.compile(r"Load Python \(\d+\.\d MB\)"))
    expect(load).to_be_visible()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    cell(page, "figure").scroll_into_view_if_needed()
    outputs(page, "figure").click()
    assert load.is_visible()  # a start would have hidden it at once
    assert not any("runtime" in url or "worker" in url for url in asked)
    page.route("**/worker.js", answering(".js", ""))  # it has begun, and never ends
    with page.expect_request("**/worker.js"):
        load.click()
    expect(page.get_by_role("status").filter(has_text="Python is loading")).to_be_visible()


def test_the_editor_is_the_one_that_the_lock_names():
    lock = json.loads((VENDOR / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    banner, _, code = (VENDOR / "codemirror.js").read_text(encoding="utf-8").partition("*/")
    parts = re.findall(r"^(@\S+|[a-z0-9-]+) (\d+\.\d+\.\d+)$", banner, re.MULTILINE)
    assert {name for name, _ in parts} >= {"@codemirror/view", "@codemirror/lang-python", "@lezer/python"}
    for name, version in parts:
        assert lock[f"node_modules/{name}"]["version"] == version
    assert not any("resolved" in package for package in lock.values())
    assert "MIT License" in banner
    assert len(code.strip().splitlines()) < 100  # minified
