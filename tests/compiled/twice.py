"""A run twice: by machine code and by numpy."""

import os
from contextlib import contextmanager
from unittest import mock

import numpy as np

from course_lib import training
from course_lib.compiled import runs


@contextmanager
def with_compiler(little=0):
    """Within it, families of so many updates are compiled."""
    with mock.patch.dict(os.environ, {runs.SWITCH: "1"}), mock.patch.object(runs, "LITTLE", little):
        yield


def assert_the_same(objective, optimizer, w0=None, steps=100, **options):
    """Every number of the run, and every type."""
    expected = training.run(objective, optimizer, w0, steps, **options)
    with with_compiler():
        assert training.explain(objective, optimizer, w0, steps) == "by machine code"
        found = training.run(objective, optimizer, w0, steps, **options)
    assert type(found.state) is type(expected.state)
    for name in ("updates", "losses", "path", "w"):
        assert_equal(name, getattr(found, name), getattr(expected, name))
    for name in expected.state._fields:
        assert_equal(name, getattr(found.state, name), getattr(expected.state, name))


def assert_equal(name, found, expected):
    assert type(found) is type(expected), name
    assert np.shape(found) == np.shape(expected), name
    if expected is not None:
        np.testing.assert_array_equal(found, expected, err_msg=name, strict=True)
