"""Every install line of the README and the docs, given as it is written, in an environment that has nothing.

Packages come from pip's and uv's caches or their index, in the versions of the lock. Pip brings all of them
once, as to a learner; uv makes the environments and lays elsewhere what pip would bring again.
(`make` makes an environment by Python's own means, and pip brings the lock into it.)
"""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from course_lib import __version__
from course_lib.course.contents import START_PAGE
from course_lib.course.lab import SETTINGS
from tests.checkout import lay
from tests.course.serving import get, served

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.txt").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
UV = Path(sys.executable).with_name("uv")
(BUILDER,) = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
AS_LAID = {"PIP_NO_BUILD_ISOLATION": "no"}  # pip's word for yes; the first wheel is built in isolation
BIN = "Scripts" if os.name == "nt" else "bin"
INSTALLS = r"(?:^|[\s`/])((?:pip|uv|uvx|conda|python -m pip) [a-z-][^`\n]*?)(?=`|\s{2,}#|\n|$)"
GIVEN = {  # what the tests below give
    "pip install .",
    "pip install . ./grader",
    "pip install ./grader",
    'pip install ".[fast]"',
    'pip install ".[site]"',
    'pip install . "./grader[cluster,postgres]"',
    "uvx --from . losses-and-optimizers start",
    "uv sync --all-packages",
}
HELD_ELSEWHERE = {
    "conda env create -f environment.yml && conda activate losses-and-optimizers": "test_environment",
    "pip install -r requirements-test.txt && pip install --no-deps -e . -e ./grader": "make test gives them",
    "pip wheel --no-deps .": "pip install . makes the same wheel and installs it",
    'pip install . ./grader "jupyterhub>=5.2,<7" nbgitpuller': "tests/hub starts the hub of the test group",
    "pip install --force-reinstall --no-deps . ./grader": "the packages of the line before, anew",
    'python -m pip install "ipykernel<7"': "advice where an editor hangs",
    "uv pip install --group bench": "the peers that are raced; gigabytes",
}


@pytest.fixture
def checkout(tmp_path):
    """The project's files, as a clone would have them, under a name with a space."""
    return lay(tmp_path / "a checkout")


@pytest.fixture
def give(checkout, tmp_path):
    """Gives a line to a shell in the checkout, with an environment of its own first on the path."""
    fresh = tmp_path / "fresh"
    subprocess.run([UV, "venv", "--quiet", "--seed", "--python", sys.executable, fresh], check=True)
    settings = os.environ | {
        "PATH": os.pathsep.join([str(fresh / BIN), str(UV.parent), os.environ["PATH"]]),
        "VIRTUAL_ENV": str(fresh),
        "PIP_CONSTRAINT": str(ROOT / "requirements-test.txt"),
        "UV_CONSTRAINT": str(ROOT / "requirements-test.txt"),
        "PIP_NO_COMPILE": "no",  # pip's word for yes: it looks at the value alone
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }

    def give(line, cwd=checkout, **more):
        done = subprocess.run(
            line, shell=True, cwd=cwd, env=settings | more, capture_output=True, encoding="utf-8"
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    give.settings = settings
    return give


def test_every_install_line_that_is_written_is_given_here():
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert {line.strip() for line in re.findall(INSTALLS, text, re.MULTILINE)} == {*GIVEN, *HELD_ELSEWHERE}


def test_make_gives_the_lines_of_those_who_have_no_make():
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8")
    for line in ("-r requirements-test.txt", "--no-deps -e . -e ./grader"):
        assert f"\t$(PIP) {line}\n" in recipe


def installed(give):
    """What is in the environment, but for that which makes it one."""
    listed = json.loads(give("uv pip list --format json"))
    return {
        f"{re.sub('[-_.]+', '-', package['name']).lower()}=={package['version']}"
        for package in listed
        if package["name"] not in ("pip", "setuptools", "wheel")
    }


def test_with_pip_the_course_is_served_from_a_folder_outside_the_checkout_and_the_rest_comes_to_it(
    give, tmp_path
):
    empty = tmp_path / "Leerer Ordner – é"
    empty.mkdir()
    give("pip install .")
    laid = installed(give)
    assert f"losses-and-optimizers=={__version__}" in laid
    assert len(laid) <= 110
    with served("Kurs", cwd=empty, env=give.settings, command=["losses-and-optimizers"]) as (address, said):
        assert "files laid" in said
        lesson = json.loads(get(address, "api/contents/lessons/05_momentum.ipynb"))
        assert lesson["content"]["cells"]
    assert "✘" not in give("losses-and-optimizers doctor", cwd=empty)
    code = "import course_lib; print(course_lib.__file__)"
    assert str(tmp_path / "fresh") in give(f'python -c "{code}"', cwd=empty)
    give(f'uv pip install "{BUILDER}"')
    give("pip install ./grader", **AS_LAID)
    assert "usage" in give("python -m course_grader --help", cwd=empty)
    give("uv pip uninstall losses-and-optimizers losses-and-optimizers-grader")
    give("pip install . ./grader", **AS_LAID)
    assert "usage" in give("python -m course_grader --help", cwd=empty)
    assert "WARNING" not in give("nbgrader list --help-all --Exchange.root=. 2>&1", cwd=empty)
    give('pip install . "./grader[cluster,postgres]"', **AS_LAID)
    give('python -c "import distributed, psycopg"')
    for extra, module in (("fast", "llvmlite"), ("site", "latex2mathml")):
        give(f'pip install ".[{extra}]"', **AS_LAID)
        give(f'python -c "import {module}"', cwd=empty)


def test_with_uv_and_nothing_installed(give, checkout):
    command = ["uvx", "--from", ".", "losses-and-optimizers"]
    with served("Kurs", cwd=checkout, env=give.settings, command=command) as (_, said):
        assert "files laid" in said


def test_with_uv_the_workspace_has_library_and_grader(give, checkout):
    give("uv sync --all-packages")
    python = checkout / ".venv" / BIN / "python"
    give(f'"{python}" -c "import course_lib, course_grader"')


@pytest.mark.skipif(os.name == "nt", reason="Binder builds on Linux, with its scripts")
def test_what_binder_builds_has_the_learners_lock_and_the_courses_settings(give, checkout):
    give("uv pip install -r binder/requirements.txt")
    assert installed(give) <= set(re.findall(r"^[a-z0-9._-]+==[^ \n]+", LOCK, re.MULTILINE))
    assert all(os.access(ROOT / "binder" / step, os.X_OK) for step in ("postBuild", "start"))
    give(f'uv pip install "{BUILDER}"')
    give("sh binder/postBuild", **AS_LAID)
    assert (checkout / "my_course" / START_PAGE).is_file()
    started = give('python binder/start printf "%s\\n"').splitlines()
    assert [setting.partition("=")[0] for setting in started] == [s.partition("=")[0] for s in SETTINGS]
