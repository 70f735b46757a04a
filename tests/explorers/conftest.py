"""Figures are painted, which takes the most time, only where a test looks at a picture or at its layout."""

import gc
from unittest.mock import patch

import pytest
from ipywidgets import Widget

from course_lib import explorers
from tests.explorers import driving


class Figures(dict):
    """One of each live figure by its name, made when it is first asked for."""

    def __missing__(self, name):
        self[name] = getattr(explorers, name)()
        return self[name]


@pytest.fixture(scope="module")
def figures():
    """Shared by the tests of a module that only move their controls."""
    return Figures()


@pytest.fixture
def painted():
    """Asked for by the tests that look at a picture or at its layout."""
    with driving.painted():
        yield


@pytest.fixture(scope="module", autouse=True)
def _not_painted():
    """Nor are the figures that a module's tests share."""
    with driving.unpainted():
        yield


@pytest.fixture(scope="module", autouse=True)
def _closed():
    """A figure lives until it is closed: those of a module go with it, or all later tests are slower."""
    yield
    with patch.object(gc, "collect"):
        Widget.close_all()
