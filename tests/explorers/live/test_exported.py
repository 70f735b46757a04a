"""A notebook that is run and exported by the plain command keeps its figures' pictures."""

import re
import subprocess
import sys

from course_lib.quizzes import load
from tools.lab import write_notebook


def test_an_executed_page_shows_pictures_and_questions(tmp_path):
    imports = "from course_lib.explorers import LearningRate\nfrom course_lib.quizzes import Quiz"
    write_notebook(tmp_path / "page.ipynb", imports, "LearningRate()", 'Quiz("01_learning_rate")')
    command = ["jupyter", "nbconvert", "--execute", "--to", "html", "page.ipynb"]
    subprocess.run([sys.executable, "-m", *command], cwd=tmp_path, check=True, capture_output=True)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    (picture,) = re.findall(r'<img[^>]*src="data:image/png;base64,([^"]*)"', page, re.DOTALL)
    assert len(picture) > 10_000
    assert '<script type="application/vnd.jupyter.widget-view+json">' not in page
    assert "Run this cell to answer" in page
    assert all(question.text.split("`")[0] in page for question in load("01_learning_rate")[:1])
