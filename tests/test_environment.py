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
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CONDA_NAMES = {"matplotlib-base": "matplotlib"}  # where the two worlds call a package differently


def ranges(requirements):
    parsed = map(Requirement, requirements)
    return {canonicalize_name(requirement.name): requirement.specifier for requirement in parsed}


RUN = ranges(PROJECT["dependencies"])
TEST = ranges(PROJECT["optional-dependencies"]["test"])


def test_conda_gets_the_same_names_and_ranges_as_pip():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    *packages, from_pip = environment["dependencies"]
    conda = ranges(re.sub(r"^\S+", lambda m: CONDA_NAMES.get(m[0], m[0]), package) for package in packages)
    assert conda.pop("python") == SpecifierSet(PROJECT["requires-python"])
    assert conda.pop("pip") == SpecifierSet()
    assert conda == RUN
    assert from_pip == {"pip": ["-e .[test]"]}
    assert environment["channels"] == ["conda-forge"]


@pytest.mark.parametrize(("name", "accepted"), sorted((RUN | TEST).items(), key=str))
def test_the_lock_and_the_installed_version_are_in_range(name, accepted):
    pinned = re.search(rf"^{re.escape(name)}==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert pinned, f"{name} is not in the lock: run `make lock`"
    assert pinned[1] in accepted
    assert importlib.metadata.version(name) in accepted


def test_the_lock_pins_every_package_and_names_no_index():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    packages = [line for line in lines if not line.lstrip().startswith("#")]
    assert all(re.match(r"[a-z0-9._-]+==[^ ]+( ; .+)?$", line) for line in packages)
    assert not any("://" in line or line.startswith("-") for line in lines)
