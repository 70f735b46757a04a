"""One set of requirements: pyproject.toml, environment.yml, the lock and what is installed agree."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT, GRADER = (
    tomllib.loads((ROOT / folder / "pyproject.toml").read_text())["project"] for folder in (".", "grader")
)
CONDA_NAMES = {"matplotlib-base": "matplotlib"}  # where the two worlds call a package differently


def ranges(requirements):
    parsed = map(Requirement, requirements)
    return {canonicalize_name(requirement.name): requirement.specifier for requirement in parsed}


LOCK = (ROOT / "requirements.txt").read_text()
RUN = ranges(PROJECT["dependencies"])
TEST = ranges(PROJECT["optional-dependencies"]["test"])
EXTRAS = GRADER["optional-dependencies"]
MARKING = ranges([*GRADER["dependencies"], *EXTRAS["cluster"], *EXTRAS["postgres"]])
COURSE = MARKING.pop(canonicalize_name(PROJECT["name"]))


def test_conda_gets_the_same_names_and_ranges_as_pip():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    *packages, from_pip = environment["dependencies"]
    conda = ranges(re.sub(r"^\S+", lambda m: CONDA_NAMES.get(m[0], m[0]), package) for package in packages)
    assert conda.pop("python") == SpecifierSet(PROJECT["requires-python"])
    assert conda.pop("pip") == SpecifierSet()
    assert conda == RUN
    assert from_pip == {"pip": ["-e .[test]", "-e ./grader[cluster,postgres]"]}
    assert environment["channels"] == ["conda-forge"]


@pytest.mark.parametrize(("name", "accepted"), sorted((RUN | TEST | MARKING).items(), key=str))
def test_the_lock_and_the_installed_version_are_in_range(name, accepted):
    pinned = re.search(rf"^{re.escape(name)}==(\S+)", LOCK, re.MULTILINE)
    assert pinned, f"{name} is not in the lock: run `make lock`"
    assert pinned[1] in accepted
    assert importlib.metadata.version(name) in accepted


def test_the_grader_takes_the_course_from_this_folder_and_no_other():
    assert SpecifierSet() == COURSE
    assert PROJECT["name"] not in set(re.findall(r"^[a-z0-9._-]+", LOCK, re.MULTILINE))


@pytest.mark.parametrize("name", sorted(MARKING.keys() & (RUN | TEST).keys()))
def test_course_and_grader_ask_for_the_same_versions(name):
    assert MARKING[name] == (RUN | TEST)[name]


def test_the_lock_pins_every_package_and_names_no_index():
    lines = LOCK.splitlines()
    packages = [line for line in lines if line and not line.lstrip().startswith("#")]
    assert all(re.match(r"[a-z0-9._-]+==[^ ]+( ; .+)?$", line) for line in packages)
    assert not any("://" in line or line.startswith("-") for line in lines)
