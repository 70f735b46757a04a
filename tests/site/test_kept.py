"""What a reader does on the pages is there again: after a reload, in another tab, on another machine."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from course_lib.base import events
from course_lib.course import contents
from tests.site.test_page import (
    EACH_KIND_ONCE,
    SLOW,
    cell,
    faults_for_axe,
    opened,
    outputs,
    press,
    settled,
    write,
)

START = "index.html"
EXERCISE = "exercises/05_momentum.html"
NOTEBOOK = "exercises/05_momentum/05_momentum.ipynb"
CODE = "def momentum_step(w, g, velocity, lr, momentum):\n    return 'é\\n', velocity"
STILL = SLOW % "true"  # Python waits for a button
STORED = """() => { window.store = import(new URL("live/store.js", document.querySelector(".home").href))
    .then(({ Store }) => new Store(() => {})); }"""
ADD = """(word) => {
    const events = [...Array(50).keys()].map((n) => `\\n{"event": "${word}${n}"}`);
    window.added = window.store.then((store) => Promise.all(events.map((event) => store.add(event))));
}"""
RECORD = "window.store.then((store) => store.record())"
REFUSED = """Object.defineProperty(window, "indexedDB",
    { get() { throw new DOMException("refused", "SecurityError"); } });"""
FULL = """for (const name of ["add", "put"])
    IDBObjectStore.prototype[name] = function () { this.transaction.abort(); };"""
TYPES_AND_RELOADS = """(field, words) => {
    field.value = words;
    field.dispatchEvent(new Event("input"));
    location.reload();
}"""
SHOW_RECORD = "from course_lib.base import events\nlen(events.known())"
LINES = [
    '{"event": "found", "figure": "Decay", "time": "2026-11-02T10:00:00+00:00"}',
    '{"event": "checked", "task": "sgd_step", "points": 2.0, "time": "2026-11-02T10:00:00+00:00"}',
]


def code(page, name):
    """As it stands in the cell, in its editor or not."""
    place = cell(page, name)
    lines = place.locator(".cm-line")
    return "\n".join(lines.all_inner_texts()) if lines.count() else place.locator(".code").inner_text()


def downloaded(page, button):
    with page.expect_download() as download:
        page.get_by_role("button", name=button, exact=True).click()
    return download.value.suggested_filename, Path(download.value.path()).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def exercise(browser, address):
    with opened(browser, address, EXERCISE, STILL) as page:
        yield page


def test_what_is_written_in_cells_is_there_after_a_reload_until_it_is_reset(exercise):
    original = code(exercise, "momentum-step")
    write(exercise, "momentum-step", CODE)
    with exercise.expect_navigation():
        exercise.get_by_label("Your answer").evaluate(TYPES_AND_RELOADS, "No: it swings.")
    expect(cell(exercise, "momentum-step").locator(".code")).to_have_text(CODE)
    expect(exercise.get_by_label("Your answer")).to_have_value("No: it swings.")
    press(exercise, "momentum-step", "Reset")
    exercise.get_by_label("Your answer").fill("")
    exercise.reload()
    expect(cell(exercise, "momentum-step").locator(".code")).to_have_text(original)
    expect(exercise.get_by_label("Your answer")).to_have_value("")


def test_an_exercise_is_taken_home_as_the_notebook_with_the_answers_in_it(exercise):
    handed_out = contents.learners_copy(NOTEBOOK)
    name, text = downloaded(exercise, "Download as notebook")
    assert name == "05_momentum.ipynb"
    assert json.loads(text) == json.loads(handed_out)
    write(exercise, "momentum-step", CODE)
    exercise.get_by_label("Your answer").fill("No: it swings.\n\nIt has passed the lowest point.")
    assert faults_for_axe(exercise) == []
    _, text = downloaded(exercise, "Download as notebook")
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    expected = nbformat.reads(handed_out.decode(), as_version=4)
    sources = {cell.id: cell for cell in expected.cells}
    sources["momentum-step"].source = CODE
    sources["swing-in-words"].source = "No: it swings.\n\nIt has passed the lowest point."
    assert notebook == expected


@pytest.mark.parametrize("script", [REFUSED, FULL], ids=["refused", "full"])
def test_where_nothing_can_be_kept_one_sentence_says_so_and_the_page_works(exercise, address, script):
    page = exercise.context.new_page()
    page.add_init_script(script)
    page.goto(address + EXERCISE)
    write(page, "momentum-step", f"{CODE}, 'more'")
    expect(page.get_by_role("alert")).to_contain_text("This browser does not keep what you do here")
    expect(page.get_by_role("alert")).to_have_count(1)
    _, text = downloaded(page, "Download as notebook")
    assert "velocity, 'more'" in text
    page.evaluate(STORED)
    settled(page, "window.store.then((store) => store.add('\\n{}'))")
    assert settled(page, RECORD) == "\n{}"  # Python, started anew, will know it
    page.goto(address + START)
    panel = page.get_by_role("region", name="Your progress")
    expect(panel).to_contain_text("Nothing is kept in this browser yet.")
    panel.locator("input").set_input_files({"name": "a", "mimeType": "", "buffer": LINES[0].encode()})
    expect(panel.get_by_role("status")).to_contain_text("the browser's storage is refused or full")
    page.close()


def test_two_tabs_lose_nothing_of_what_both_add_at_once(exercise, address):
    other = exercise.context.new_page()
    other.goto(address + START)
    for tab in (exercise, other):
        tab.evaluate(STORED)
    for tab, word in ((exercise, "a"), (other, "b")):
        tab.evaluate(ADD, word)
    for tab in (exercise, other):
        settled(tab, "window.added")
    kept = settled(exercise, RECORD)
    assert sorted(re.findall(r"[ab]\d+", kept)) == sorted(f"{word}{n}" for word in "ab" for n in range(50))


@pytest.fixture(scope="module")
def solving(browser, address):
    """An exercise, whose Python runs from the first test to the last."""
    with opened(browser, address, "exercises/01_learning_rate.html", SLOW % "false") as page:
        yield page


@pytest.fixture(scope="module")
def start(solving, address):
    """The start page, in another tab of the same browser."""
    page = solving.context.new_page()
    page.goto(address + START)
    return page


@pytest.fixture
def panel(start):
    start.bring_to_front()
    return start.get_by_role("region", name="Your progress")


def test_an_exercise_is_failed_and_solved(solving):
    press(solving, "check-sgd-step", "Run")
    expect(outputs(solving, "check-sgd-step")).to_contain_text("is not written yet")
    write(solving, "sgd-step", "def sgd_step(w, g, lr):\n    return w + lr * g")
    press(solving, "check-sgd-step", "Run")
    expect(outputs(solving, "check-sgd-step")).to_contain_text("✘")
    write(solving, "sgd-step", "def sgd_step(w, g, lr):\n    return w - lr * g")
    press(solving, "check-sgd-step", "Run")
    expect(outputs(solving, "check-sgd-step")).to_contain_text("✔ sgd_step is right")


def test_progress_travels_as_the_file_of_a_desktop(start, panel, tmp_path):
    expect(panel).to_contain_text("2 events are kept in this browser.")
    name, text = downloaded(start, "Export")
    assert name == "progress.jsonl"
    checked = [json.loads(line) for line in text.splitlines()]
    assert [(event["event"], event["task"]) for event in checked] == 2 * [("checked", "sgd_step")]
    assert keeping_of(text, tmp_path) == checked
    file = tmp_path / "other.jsonl"
    file.write_text("\n".join(["", *LINES, text, "damaged {"]), newline="\r\n")
    panel.locator("input").set_input_files(file)
    expect(panel.get_by_role("status")).to_have_text("2 of 4 events are new.")
    panel.locator("input").set_input_files(file)
    expect(panel.get_by_role("status")).to_have_text("0 of 4 events are new.")
    expect(panel).to_contain_text("4 events are kept in this browser.")
    file.write_text(json.dumps({"cells": []}, indent=1))
    panel.locator("input").set_input_files(file)
    expect(panel.get_by_role("status")).to_have_text("This file holds no progress.")


def test_what_a_tab_adds_the_python_of_another_knows(solving, start):
    solving.bring_to_front()
    write(solving, "sgd-step", SHOW_RECORD)
    press(solving, "sgd-step", "Run")
    expect(outputs(solving, "sgd-step")).to_have_text("4")


def test_progress_is_shown_on_the_start_page_until_it_begins_anew(solving, start, panel):
    cell(start, "progress-map").scroll_into_view_if_needed()
    shown = outputs(start, "progress-map")
    expect(shown.get_by_role("row", name="01_learning_rate")).to_contain_text("1 of ")
    expect(shown).to_contain_text("Goals found by hand in the figures: 1 (Decay)")
    start.evaluate(EACH_KIND_ONCE)
    assert faults_for_axe(start) == []
    start.once("dialog", lambda dialog: dialog.dismiss())
    panel.get_by_role("button", name="Begin anew").click()
    expect(panel).to_contain_text("4 events are kept in this browser.")
    start.once("dialog", lambda dialog: dialog.accept())
    panel.get_by_role("button", name="Begin anew").click()
    expect(panel).to_contain_text("Nothing is kept in this browser yet.")
    for tab in (solving, start):
        expect(tab.locator(".loading")).to_contain_text("The record has changed. Python starts again.")
        tab.close()


def keeping_of(text, folder):
    """What a desktop reads of the file, in the place of its own."""
    (folder / "progress.jsonl").write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(events.ELSEWHERE, str(folder / "progress.jsonl"))
        return [*events.written()]
