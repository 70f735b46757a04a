"""A lesson that was run and saved still shows its figure when it is opened the next day."""

import json
import shutil

from playwright.sync_api import expect

from tools import lab


def test_a_saved_lesson_shows_its_picture_without_a_kernel(page, lab_url, folder, run_notebook):
    copy = folder / "saved.ipynb"
    shutil.copy(folder / "01_learning_rate.ipynb", copy)
    run_notebook("saved.ipynb")
    expect(page.locator(".course-explorer canvas").first).to_be_visible()
    page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    outputs = [output for cell in json.loads(copy.read_text())["cells"] for output in cell.get("outputs", [])]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert not any("widget-view" in kind for output in outputs for kind in output.get("data", {}))

    lab.open_notebook(page, lab_url, "saved.ipynb")
    expect(page.locator(".jp-OutputArea-output img").first).to_be_visible()
    expect(page.get_by_text("model not found")).to_have_count(0)
