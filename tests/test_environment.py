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
PYPROJECT, GRADERS = (
    tomllib.loads((ROOT / folder / "pyproject.toml").read_text()) for folder in (".", "grader")
)
PROJECT, GRADER = PYPROJECT["project"], GRADERS["project"]
CONDA_NAMES = {"matplotlib-base": "matplotlib"}  # where the two worlds call a package differently


def ranges(requirements):
    parsed = map(Requirement, requirements)
    return {canonicalize_name(requirement.name): requirement.specifier for requirement in parsed}


LEARN, LOCK = ((ROOT / f"requirements{name}.txt").read_text() for name in ("", "-test"))
RUN = ranges(PROJECT["dependencies"])
TEST = ranges(PYPROJECT["dependency-groups"]["test"])
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
    assert from_pip == {"pip": ["-e ."]}
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


@pytest.mark.parametrize("lock", [LEARN, LOCK], ids=["learn", "test"])
def test_a_lock_pins_every_package_and_names_no_index(lock):
    assert all(re.match(r"[a-z0-9._-]+==[^ ]+( ; .+)?$", line) for line in packages(lock))
    assert not any("://" in line or line.startswith("-") for line in lock.splitlines())


def test_a_learner_installs_little_and_the_tests_add_to_it():
    """At most 110 packages, whatever the platform; and what both locks name has one version."""
    learners, testers = ({line.partition(" ;")[0] for line in packages(lock)} for lock in (LEARN, LOCK))
    assert len(learners) <= 110
    assert learners < testers
    names = {line.partition("==")[0] for line in learners}
    assert not {"keras", "jax", "distributed", "nbgrader", "uv", "llvmlite"} & names


def test_the_extra_is_what_the_tests_have():
    assert ranges(PROJECT["optional-dependencies"]["fast"]).items() <= TEST.items()


def packages(lock):
    return [line for line in lock.splitlines() if line and not line.lstrip().startswith("#")]
