"""Numbers as a hand types them, in English and elsewhere; what may mean two numbers is refused."""

import pytest

from course_lib.base import typed


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("0.5", 0.5),
        ("0,5", 0.5),
        ("0,125", 0.125),
        ("-0,512", -0.512),
        (".5", 0.5),
        ("5.", 5.0),
        (" 1/8 ", 0.125),
        ("2 / 10", 0.2),
        ("−2", -2.0),
        ("+3", 3.0),
        ("1e-3", 0.001),
        ("2.5E3", 2500.0),
        ("1e-3/2", 0.0005),
        ("1.000", 1.0),
        (7, 7.0),
        (0.25, 0.25),
    ],
)
def test_what_is_a_number(said, value):
    assert typed.number("answer", said) == value


@pytest.mark.parametrize(
    "said",
    [
        *("", "x", "½", "50%", "1/0", "0/0", "1/2/3", "nan", "inf", "1e999", "1_000", "--2", "1.5,3"),
        *("1,234,567", "9" * 41, True, None, [1, 2], float("nan")),
    ],
)
def test_what_is_none_is_refused_with_what_is_accepted(said):
    with pytest.raises(ValueError, match=r"^answer must be a number, such as 0\.5, 0,5, 1/8 or 1e-3.*; got "):
        typed.number("answer", said)


def test_a_comma_before_three_digits_may_be_either():
    with pytest.raises(ValueError, match=r"answer '1,000' may mean 1 or 1000: write 1\.000 or 1000"):
        typed.number("answer", "1,000")
    with pytest.raises(ValueError, match=r"'-12,500' may mean -12\.5 or -12500"):
        typed.number("answer", "-12,500")
