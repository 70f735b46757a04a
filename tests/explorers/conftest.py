"""Figures are painted, which takes the most time, only where a test looks at a picture or at its layout."""

import pytest

from tests.explorers import driving


@pytest.fixture
def painted():
    """Asked for by the tests that look at a picture or at its layout."""


@pytest.fixture(autouse=True)
def _not_painted(request):
    if "painted" in request.fixturenames:
        yield
    else:
        with driving.unpainted():
            yield
