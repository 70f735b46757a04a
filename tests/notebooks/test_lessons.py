"""The lessons as files: to the grammar, and their checks able to fail. test_every_notebook.py runs them."""

import copy
import os
import re
import subprocess
import sys

import lint_notebooks
import nbformat
import pytest
import refresh
from rules import GLOSSARY

LESSON = refresh.ROOT / "lessons" / "01_learning_rate.ipynb"


def test_a_changed_text_or_picture_is_out_of_date():
    stored = nbformat.read(LESSON, as_version=4)
    other_text, other_picture, no_picture = (copy.deepcopy(stored) for _ in range(3))
    cell(other_text, "the-code").outputs[0].data["text/plain"] = "-0.25"
    data = cell(other_picture, "figure").outputs[0].data
    start_here = nbformat.read(refresh.ROOT / "lessons" / "00_start_here.ipynb", as_version=4)
    data["image/png"] = cell(start_here, "figure").outputs[0].data["image/png"]
    assert not refresh.out_of_date(stored, copy.deepcopy(stored))
    assert refresh.out_of_date(stored, other_text)
    assert refresh.out_of_date(stored, other_picture)
    del cell(no_picture, "figure").outputs[0].data["image/png"]
    assert refresh.out_of_date(no_picture, stored)


def test_a_notebook_that_pytest_runs_writes_nothing_into_the_users_own_record(tmp_path):
    solution = "solutions/13_reading_the_source/13_reading_the_source.ipynb"
    env = {name: value for name, value in os.environ.items() if name != "COURSE_PROGRESS"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", solution]
    env["JUPYTER_DATA_DIR"] = str(tmp_path)
    done = subprocess.run(command, cwd=refresh.ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert not [*tmp_path.rglob("progress*")]


def broken_metadata(notebook):
    notebook.metadata.kernelspec.name = "my-kernel"


def random_id(notebook):
    notebook.cells[1].id = "3f2a9c1b"


def long_cell(notebook):
    cell(notebook, "check-limit").source = "\n".join(["1 + 1"] * 13)


def hidden_output(notebook):
    cell(notebook, "check-yours").source += ";"


def magic(notebook):
    cell(notebook, "check-limit").source = "%matplotlib inline"


def many_imports(notebook):
    cell(notebook, "set-up").source = "import os\nimport sys\nimport math"


def not_run(notebook):
    cell(notebook, "figure").execution_count = None


def stored_error(notebook):
    cell(notebook, "figure").outputs = [
        nbformat.v4.new_output("error", ename="ValueError", evalue="", traceback=[])
    ]


def stored_warning(notebook):
    cell(notebook, "figure").outputs = [nbformat.v4.new_output("stream", name="stderr", text="a warning")]


def stored_address(notebook):
    cell(notebook, "the-code").outputs[0].data["text/plain"] = "<object at 0x7f3b2c1d>"


def stored_widget(notebook):
    cell(notebook, "figure").outputs[0].data[refresh.LIVE_VIEW] = {"model_id": "1"}


def missing_section(notebook):
    cell(notebook, "check").source = "## Something else"


def two_titles(notebook):
    cell(notebook, "check").source += "\n\n# Another title"


def no_goal(notebook):
    notebook.cells[0].source = notebook.cells[0].source.replace("**Goal.**", "")


def no_exercise(notebook):
    cell(notebook, "summary").source = re.sub(r"\n.*exercises/.*\n", "\n", cell(notebook, "summary").source)


def not_predicted(notebook):
    cell(notebook, "predict-questions").source = "1 + 1"


def not_compared(notebook):
    cell(notebook, "check-yours").source = "1 + 1"


def not_in_the_figure(notebook):
    cell(notebook, "figure").source = "figure = LearningRate()\nfigure"


def told_before_it_is_asked(notebook):
    predict, compare = cell(notebook, "predict-questions"), cell(notebook, "check-yours")
    predict.source, compare.source = compare.source, predict.source


def found_before_it_is_looked_for(notebook):
    driven = cell(notebook, "other-settings")
    notebook.cells.remove(driven)
    notebook.cells.insert(notebook.cells.index(cell(notebook, "figure")) + 1, driven)
    count_again(notebook)


def figure_left_changed(notebook):
    cell(notebook, "other-settings").source += "\nfigure.set(lr=0.2)"


def figure_as_the_learner_left_it(notebook):
    driven = cell(notebook, "other-settings")
    driven.source = driven.source.removeprefix("figure.reset()\n")


def no_assertion(notebook):
    for code in lint_notebooks.code_cells(notebook):
        code.source = code.source.replace("assert", "print")


def dead_link(notebook):
    cell(notebook, "summary").source += "\n\n[next](99_nowhere.ipynb)"


def picture_without_words(notebook):
    cell(notebook, "summary").source += "\n\n![](01_learning_rate.ipynb)"


def wrong_claim(notebook):
    notebook_cell = cell(notebook, "misconception")
    notebook_cell.source = notebook_cell.source.replace("309<!--", "409<!--")


def claim_without_a_cell(notebook):
    notebook_cell = cell(notebook, "misconception")
    notebook_cell.source = notebook_cell.source.replace("from misconception-nan", "from nowhere")


def number_from_nowhere(notebook):
    cell(notebook, "summary").source += "\n\nIn 83 of 100 cases it works."


def too_many_new_words(notebook):
    cell(notebook, "try-it").source += " Here **this** and **that** are new."


def new_word_without_its_link(notebook):
    predict = cell(notebook, "predict")
    predict.source = predict.source.replace(f"[**weights**]({GLOSSARY}.ipynb#One-update)", "**weights**")


def no_quiz(notebook):
    cell(notebook, "quiz-questions").source = "1 + 1"


def no_note_for_the_teacher(notebook):
    cell(notebook, "teach").source = cell(notebook, "teach").source.replace("**They will say.**", "")


def figure_left_alone(notebook):
    cell(notebook, "other-settings").outputs[0].text = "lr 0.1"


FAULTS = [
    wrong_claim,
    claim_without_a_cell,
    number_from_nowhere,
    too_many_new_words,
    new_word_without_its_link,
    no_quiz,
    no_note_for_the_teacher,
    figure_left_alone,
    broken_metadata,
    random_id,
    long_cell,
    hidden_output,
    magic,
    many_imports,
    not_run,
    stored_error,
    stored_warning,
    stored_address,
    stored_widget,
    missing_section,
    two_titles,
    no_goal,
    no_exercise,
    not_predicted,
    not_compared,
    not_in_the_figure,
    told_before_it_is_asked,
    found_before_it_is_looked_for,
    figure_left_changed,
    figure_as_the_learner_left_it,
    no_assertion,
    dead_link,
    picture_without_words,
]


@pytest.mark.parametrize("spoil", FAULTS, ids=lambda fault: fault.__name__)
def test_the_lint_finds(spoil, tmp_path):
    notebook = nbformat.read(LESSON, as_version=4)
    spoil(notebook)
    for other in [*refresh.LESSONS, *refresh.ROOT.glob("exercises/*/*.ipynb")]:  # the links lead somewhere
        (tmp_path / other.relative_to(refresh.ROOT)).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / other.relative_to(refresh.ROOT)).touch()
    path = tmp_path / "lessons" / LESSON.name
    nbformat.write(notebook, path)
    assert len(lint_notebooks.faults(path)) == 1, lint_notebooks.faults(path)


def test_a_lesson_without_questions_is_refused():
    ((place, says),) = lint_notebooks.prediction_faults(nbformat.v4.new_notebook(), "99_later")
    assert place == "predict"
    assert says == 'no guess is kept; write its questions, and ask them with Predict("99_later")'


def test_a_later_lesson_begins_with_a_review():
    notebook = nbformat.read(LESSON.with_name("05_momentum.ipynb"), as_version=4)
    cell(notebook, "review-questions").source = "1 + 1"
    ((place, says),) = lint_notebooks.prediction_faults(notebook, "05_momentum")
    assert (place, says.partition(";")[0]) == ("predict", "nothing comes back")


def count_again(notebook):
    for count, code in enumerate(lint_notebooks.code_cells(notebook), start=1):
        code.execution_count = count
        for output in code.outputs:
            if "execution_count" in output:
                output.execution_count = count


def cell(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)
