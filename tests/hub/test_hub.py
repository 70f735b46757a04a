"""hub/jupyterhub_config.py as it is, with real users: hub, proxy, a server each, an exchange for all."""

import json
import os
import re
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote

import nbformat
import pytest

from course_lib.course import contents
from tools import hub as hubs

ASSIGNMENT = "01_learning_rate"
FOLDER = "losses-and-optimizers"
EXERCISE = f"{FOLDER}/exercises/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"
WHO = ["anna", "teacher"]  # and Ben, who asks for no server
IMPOSSIBLE = "a hub that starts servers for others is run by root, here behind bubblewrap"


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    if not hubs.is_possible():
        is_due = os.environ.get("CI") and hasattr(os, "geteuid") and os.geteuid() == 0
        pytest.fail(IMPOSSIBLE) if is_due else pytest.skip(IMPOSSIBLE)
    with hubs.serve(tmp_path_factory.mktemp("hub"), [*WHO, "ben"]) as hub:
        hub.set_up_teaching("teacher", ASSIGNMENT)
        hub.run("anna", sys.executable, "-m", "course_lib", "update", FOLDER)
        (hub.home / "anna" / FOLDER / contents.START_PAGE).unlink()
        exercise = hub.home / "anna" / EXERCISE
        exercise.write_text(exercise.read_text(encoding="utf-8").replace("# YOUR CODE HERE", "# mine"))
        yield hub


@pytest.fixture(scope="module")
def people(hub):
    """Those with a server, logged in at the same time, each with the page that they landed on."""

    def arrive(name):
        person = hub.person(name)
        person.log_in().raise_for_status()
        return person, person.page()

    with ThreadPoolExecutor(len(WHO)) as pool:
        return dict(zip(WHO, pool.map(arrive, WHO), strict=True))


@pytest.fixture(scope="module")
def anna(people):
    return people["anna"][0]


@pytest.fixture(scope="module")
def teacher(people):
    return people["teacher"][0]


@pytest.mark.parametrize("name", WHO)
def test_everybody_lands_on_the_start_page_of_their_own_course(name, hub, people):
    person, page = people[name]
    assert unquote(page.url).endswith(f"/user/{name}/lab/tree/{FOLDER}/{contents.START_PAGE}")
    assert person.ask(f"api/contents/{FOLDER}/{contents.START_PAGE}").json()["type"] == "notebook"
    home = hub.home / name
    laid = {path for path in (home / FOLDER).rglob("*") if path.is_file()}
    assert {path.relative_to(home / FOLDER).as_posix() for path in laid} == {
        *contents.names(),
        ".course.json",
    }
    assert {path.stat().st_uid for path in laid} == {home.stat().st_uid}
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_the_courses_settings_hold_here_too(anna):
    settings = anna.ask("lab/api/settings/@jupyterlab/apputils-extension:notification").json()
    assert settings["schema"]["properties"]["fetchNews"]["default"] == "false"

    data = {"image/png": "AAAA", "application/vnd.jupyter.widget-view+json": {"model_id": "dead"}}
    shown = nbformat.v4.new_output("display_data", data=data)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", outputs=[shown])])
    written = anna.ask("api/contents/saved.ipynb", "PUT", json={"type": "notebook", "content": notebook})
    written.raise_for_status()
    (cell,) = anna.ask("api/contents/saved.ipynb").json()["content"]["cells"]
    assert cell["outputs"][0]["data"].keys() == {"image/png"}


def disabled(page):
    """The extensions of JupyterLab that this page does without."""
    config = re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page.text, re.DOTALL)[1]
    return set(json.loads(config)["disabledExtensions"])


def test_the_formgrader_is_the_teachers(people):
    (student, students), (teacher, teachers) = people["anna"], people["teacher"]
    tools = ("formgrader", "create-assignment", "course-list", "validate-assignment")
    assert disabled(students) == {f"@jupyter/nbgrader:{tool}" for tool in tools}
    assert disabled(teachers) == set()
    assert student.ask("formgrader").status_code == 404
    shown = teacher.ask("formgrader")
    assert shown.status_code == 200
    assert (
        "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    )  # JupyterLab shows it in a frame


@pytest.mark.usefixtures("people")
def test_nobody_gets_at_what_is_anothers(hub):
    ben = hub.person("ben")
    ben.log_in(server=False).raise_for_status()
    assert ben.ask(f"files/{EXERCISE}", server="anna").status_code == 403  # who is not logged in is asked to
    assert ben.ask(f"api/contents/{EXERCISE}", server="anna").status_code == 403
    assert "Permission denied" in hub.run("ben", "cat", f"/home/anna/{EXERCISE}", check=False).stderr
    assert "Permission denied" in hub.run("ben", "ls", "/home/teacher", check=False).stderr


def test_who_is_not_of_the_course_is_not_let_in(hub):
    hub.run("root", "useradd", "--create-home", "stranger")
    hub.run("root", "sh", "-c", f"echo stranger:{hubs.PASSWORD} | chpasswd")
    stranger = hub.person("stranger")
    assert stranger.log_in().status_code == 403
    assert not (hub.home / "stranger" / FOLDER).exists()


def write_answer(person, source):
    """Save the exercise with this first answer."""
    notebook = person.ask(f"api/contents/{EXERCISE}").json()["content"]
    next(cell for cell in notebook["cells"] if cell["id"] == "sgd-step")["source"] = source
    body = {"type": "notebook", "content": notebook}
    person.ask(f"api/contents/{EXERCISE}", "PUT", json=body).raise_for_status()


@pytest.fixture(scope="module")
def released(teacher):
    teacher.press("release", ASSIGNMENT)
    return f"{hubs.EXCHANGE}/{hubs.COURSE_ID}"


@pytest.mark.usefixtures("released")
def test_an_exercise_is_handed_in_from_where_it_was_laid_and_collected(hub, anna, teacher):
    (listed,) = anna.ask("assignments", params={"course_id": hubs.COURSE_ID}).json()["value"]
    assert (listed["status"], listed["path"]) == ("fetched", EXERCISE.rpartition("/")[0])
    answer = "def sgd_step(w, g, lr):\n    return w - lr * g"
    write_answer(anna, answer)
    anna.hand_in(ASSIGNMENT)
    teacher.press("collect", ASSIGNMENT)
    collected = hub.home / "teacher" / hubs.TEACHING / "grading" / "submitted"
    assert [path.name for path in collected.iterdir()] == ["anna"]
    notebook = nbformat.read(collected / "anna" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    assert answer in {cell.source for cell in notebook.cells}


def test_in_the_exchange_nobody_sees_or_moves_what_is_not_theirs(hub, released):
    assert "Permission denied" in hub.run("ben", "ls", f"{released}/inbound", check=False).stderr
    moved = hub.run("ben", "mv", released, f"{released}-of-mine", check=False)
    assert "not permitted" in moved.stderr


def test_a_server_renews_the_lessons_and_keeps_what_was_written(hub, people):
    """Anna had the course before this server started."""
    assert (hub.home / "anna" / FOLDER / contents.START_PAGE).is_file()
    assert "# mine" in (hub.home / "anna" / EXERCISE).read_text(encoding="utf-8")
    assert not list((hub.home / "anna" / FOLDER).rglob("*.new*"))
