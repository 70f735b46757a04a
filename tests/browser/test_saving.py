"""A notebook that was run and saved still shows its figure when it is opened the next day."""

import json
import shutil

from playwright.sync_api import expect

from tools import lab


def test_a_saved_notebook_shows_its_picture_without_a_kernel(page, folder, open_notebook, run_notebook):
    saved, next_day = folder / "saved.ipynb", folder / "next_day.ipynb"
    figure = "from course_lib.explorers import LearningRate\nLearningRate()"
    quiz = 'from course_lib.quizzes import Quiz\nQuiz("01_learning_rate")'
    lab.write_notebook(saved, figure, quiz)
    run_notebook(saved.name)
    expect(page.locator(".course-explorer canvas")).to_be_visible()
    expect(page.locator(".course-quiz")).to_be_visible()
    page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")

    kept = outputs_of(saved)
    assert [set(output["data"]) for output in kept] == [
        {"text/plain", "image/png"},
        {"text/plain", "text/markdown"},
    ]

    shutil.copy(saved, next_day)  # of which the page knows nothing yet
    open_notebook(next_day.name, own_kernel=True)
    expect(page.locator(".jp-OutputArea-output img")).to_be_visible()
    caption = "".join(kept[0]["data"]["text/plain"])
    expect(page.locator(".jp-OutputArea-output img")).to_have_attribute("alt", caption)
    expect(page.get_by_text("model not found")).to_have_count(0)

    page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    assert outputs_of(next_day) == kept


def outputs_of(path):
    return [
        output for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] for output in cell["outputs"]
    ]
