import hashlib
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import datasets

DIGITS = datasets.load_digits()
TEN = datasets.load_digits(components=10)


def test_the_file_is_the_one_that_the_readme_describes():
    (stated,) = re.findall(r"`([0-9a-f]{64})`", (datasets.DATA / "README.md").read_text(encoding="utf-8"))
    assert hashlib.sha256((datasets.DATA / "digits.csv.gz").read_bytes()).hexdigest() == stated


@pytest.mark.parametrize(("digits", "columns"), [(DIGITS, 64), (TEN, 10)], ids=["pixels", "components"])
def test_digits_come_in_two_parts(digits, columns):
    assert digits.x_train.shape == (1437, columns)
    assert digits.x_test.shape == (360, columns)
    assert digits.y_train.shape == (1437,)
    assert digits.y_test.shape == (360,)
    assert digits.y_train.dtype == digits.y_test.dtype == np.intp
    assert digits.x_train.dtype == digits.x_test.dtype == np.float64


def test_pixels_reach_from_0_to_1_in_sixteenths():
    pixels = np.concatenate([DIGITS.x_train, DIGITS.x_test])
    assert (pixels.min(), pixels.max()) == (0, 1)
    assert np.array_equal(pixels * 16, np.round(pixels * 16))


@pytest.mark.parametrize("labels", [DIGITS.y_train, DIGITS.y_test], ids=["train", "test"])
def test_every_class_is_in_both_parts_about_evenly(labels):
    counts = np.bincount(labels, minlength=10)
    assert len(counts) == 10
    assert counts.min() > 0.06 * len(labels)


def test_no_digit_is_in_both_parts():
    train, test = ({row.tobytes() for row in part} for part in (DIGITS.x_train, DIGITS.x_test))
    assert not train & test


def test_the_labels_are_the_same_with_and_without_components():
    assert np.array_equal(DIGITS.y_train, TEN.y_train)
    assert np.array_equal(DIGITS.y_test, TEN.y_test)


def test_components_are_centred_and_uncorrelated_on_the_training_part_and_largest_first():
    covariance = np.cov(TEN.x_train.T)
    np.testing.assert_allclose(TEN.x_train.mean(axis=0), 0, atol=1e-13)
    np.testing.assert_allclose(covariance - np.diag(np.diag(covariance)), 0, atol=1e-13)
    assert (np.diff(np.diag(covariance)) < 0).all()


def test_all_64_components_keep_every_distance():
    turned = datasets.load_digits(components=64)
    for pixels, components in ((DIGITS.x_train, turned.x_train), (DIGITS.x_test, turned.x_test)):
        np.testing.assert_allclose(
            np.linalg.norm(np.diff(components, axis=0), axis=1),
            np.linalg.norm(np.diff(pixels, axis=0), axis=1),
            rtol=1e-12,
        )


def test_fewer_components_are_the_first_of_more():
    np.testing.assert_allclose(datasets.load_digits(components=3).x_test, TEN.x_test[:, :3], atol=1e-13)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30))
def test_to_categorical_puts_a_single_1_in_the_labels_column(labels):
    rows = datasets.to_categorical(labels, classes=10)
    assert rows.shape == (len(labels), 10)
    assert rows.argmax(axis=1).tolist() == labels
    assert (rows.sum(axis=1) == 1).all()
    assert set(np.unique(rows)) == {0, 1}


def test_to_categorical_has_as_many_columns_as_the_largest_label_needs():
    assert np.array_equal(datasets.to_categorical([2, 0]), [[0, 0, 1], [1, 0, 0]])
