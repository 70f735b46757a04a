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


def written(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_of_ones_own_is_shuffled_scaled_and_its_labels_numbered(tmp_path):
    rng = np.random.default_rng(4)
    x, words = rng.normal(3.0, 5.0, size=(50, 3)).round(3), rng.choice(["rose", "lily", "aster"], size=50)
    lines = ["a,b,c,flower", *(",".join([*map(str, row), word]) for row, word in zip(x, words, strict=True))]
    data = datasets.load_csv(written(tmp_path / "mine.csv", "\n".join(lines)), test_share=0.3)
    assert (data.x_train.shape, data.x_test.shape) == ((35, 3), (15, 3))
    np.testing.assert_allclose(data.x_train.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(data.x_train.std(axis=0), 1)
    order = np.random.default_rng(0).permutation(50)
    test, train = order[:15], order[15:]
    expected = (x - x[train].mean(axis=0)) / x[train].std(axis=0)
    np.testing.assert_allclose(data.x_test, expected[test])
    numbered = {"aster": 0, "lily": 1, "rose": 2}
    assert data.y_train.tolist() == [numbered[word] for word in words[train]]


def test_a_column_that_never_changes_becomes_0(tmp_path):
    data = datasets.load_csv(written(tmp_path / "mine.csv", "7,1,0\n7,2,1\n7,3,0\n7,4,1\n7,5,1\n"))
    assert not data.x_train[:, 0].any()
    assert not data.x_test[:, 0].any()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,2,0\n1,2\n3,4,1\n5,6,0\n", "line 2 must have 3 cells, as the others; got 2"),
        ("1,2,0\n1,x,1\n3,4,1\n5,6,0\n", "line 2 must hold finite numbers before its label; got 'x'"),
        ("a,b,c\n1,inf,1\n3,4,1\n5,6,0\n7,8,0\n", "line 2 must hold finite numbers"),
        ("1,2,0\n3,4,1\n", "the file must hold at least 4 samples; got 2"),
        ("", "the file must hold at least 4 samples; got 0"),
        ("0\n1\n0\n1\n", "a line must hold numbers and a label, parted by commas"),
        ("1,0.5\n2,0.7\n3,0.1\n4,0.9\n", "must hold labels, at least 2 different ones that come back; got 4"),
        ("1,0\n2,0\n3,0\n4,0\n", "must hold labels, at least 2 different ones that come back; got 1"),
    ],
)
def test_a_file_that_is_no_table_of_samples_is_told_with_its_line(tmp_path, text, message):
    with pytest.raises(ValueError, match=message):
        datasets.load_csv(written(tmp_path / "mine.csv", text))


def test_a_file_that_cannot_be_read_and_a_share_that_is_none(tmp_path):
    with pytest.raises(ValueError, match=r"path must be a CSV file that can be read; .*No such file"):
        datasets.load_csv(tmp_path / "none.csv")
    (tmp_path / "bytes.csv").write_bytes(b"1,2\xff,0\n")
    with pytest.raises(ValueError, match="it is no text in UTF-8"):
        datasets.load_csv(tmp_path / "bytes.csv")
    with pytest.raises(ValueError, match=r"test_share must be a number in \(0, 1\)"):
        datasets.load_csv(written(tmp_path / "good.csv", "1,0\n2,0\n3,1\n4,1\n"), test_share=1.0)
