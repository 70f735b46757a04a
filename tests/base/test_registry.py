"""Names and settings: how losses, optimizers, schedules and constraints are found and rebuilt."""

import inspect

import numpy as np
import pytest

from course_lib import constraints, losses, optimizers, schedules
from course_lib.base.registry import Registered

FAMILIES = {"loss": losses, "optimizer": optimizers, "schedule": schedules, "constraint": constraints}
CLASSES = [cls for family in FAMILIES.values() for cls in dict.fromkeys(family.names().values())]
every_class = pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
every_family = pytest.mark.parametrize(("kind", "family"), FAMILIES.items())


class Animal(Registered, kind="animal"):
    """What the tests below register."""

    def __init__(self, legs=4):
        self.legs = legs


class Cat(Animal, names=["cat", "house_cat", "MOG"]):
    def __init__(self, name="Tom", tail=None, **animal):
        super().__init__(**animal)
        self.name, self.tail = name, tail


class Manx(Cat, names=["manx"]):
    """It takes fewer settings than its parent."""

    def __init__(self, name="Stubbin"):
        super().__init__(name)


def test_a_family_knows_its_own_names_only():
    assert Animal.known == {"cat": Cat, "house_cat": Cat, "MOG": Cat, "manx": Manx}
    assert all(Animal.known.items().isdisjoint(family.names().items()) for family in FAMILIES.values())


@pytest.mark.parametrize(
    "name", ["cat", "Cat", "CAT", "house_cat", "HouseCat", "housecat", "h_o_usecat", "mog"]
)
def test_capitals_and_underscores_do_not_matter(name):
    assert type(Animal.get(name)) is Cat
    assert type(Animal.get({"class_name": name, "config": {"name": "Kim"}})) is Cat


@pytest.mark.parametrize("name", ["dog", "", "_", "house cat", None, 3, ["cat"], b"cat", Cat, ("cat", {})])
def test_an_unknown_name_is_refused_with_those_there_are(name):
    with pytest.raises(ValueError, match="animal must be one of cat, house_cat, MOG, manx; got "):
        Animal.get(name)


@pytest.mark.parametrize(
    ("identifier", "message"),
    [
        ({}, "animal must be a dict with the keys class_name and config; got the keys of an empty dict"),
        ({"class_name": "cat"}, "animal must be a dict .*; got the keys 'class_name'"),
        ({"class_name": "cat", "config": {}, "x": 1}, "animal must be .*'class_name', 'config', 'x'"),
        ({"class_name": "dog", "config": {}}, "animal must be one of .*; got 'dog'"),
        ({"class_name": "cat", "config": None}, "config of Cat must be a dict; got None"),
        ({"class_name": "cat", "config": [1]}, r"config of Cat must be a dict; got \[1\]"),
        ({"class_name": "cat", "config": {"age": 1}}, "config of Cat accepts name, tail, legs; got age"),
        ({"class_name": "cat", "config": {"b": 1, "a": 2}}, "config of Cat accepts .*; got a, b"),
        ({"class_name": "cat", "config": {1: 2, "a": 2}}, "config of Cat accepts .*; got 1, a"),
    ],
)
def test_a_wrong_dict_is_a_value_error(identifier, message):
    with pytest.raises(ValueError, match=message):
        Animal.get(identifier)


def test_an_instance_is_given_back_as_it_is():
    cat = Cat()
    assert Animal.get(cat) is cat
    with pytest.raises(ValueError, match="loss must be one of"):
        losses.get(cat)


def test_settings_are_those_of_the_class_first_and_then_the_shared_ones():
    assert Cat.settings() == ("name", "tail", "legs")
    assert Cat("Kim", legs=3).get_config() == {"name": "Kim", "legs": 3}
    assert repr(Cat("Kim", tail=1)) == "Cat(name='Kim', tail=1, legs=4)"


def test_a_class_that_shares_no_settings_has_its_own_only():
    assert Manx.settings() == ("name",)
    assert Animal.get({"class_name": "Manx", "config": Manx().get_config()}).name == "Stubbin"


@every_class
def test_every_class_of_the_course_comes_back_from_its_own_config(cls):
    made = cls()
    family = next(family for family in FAMILIES.values() if cls in family.names().values())
    again = family.get({"class_name": cls.__name__, "config": made.get_config()})
    assert type(again) is cls
    assert again.get_config() == made.get_config()
    assert repr(again) == repr(made)


@every_class
def test_every_setting_is_an_argument_and_an_attribute(cls):
    made = cls()
    for name in cls.settings():
        again = cls(**{name: getattr(made, name)})
        assert np.array_equal(getattr(again, name), getattr(made, name))


@every_family
def test_the_table_of_names_is_a_copy(kind, family):
    family.names().clear()
    assert family.names()


@every_family
def test_no_two_names_of_a_family_differ_by_capitals_and_underscores_only(kind, family):
    leads_to = {}
    for name, cls in family.names().items():
        assert leads_to.setdefault(name.replace("_", "").lower(), cls) is cls


@every_family
def test_an_unknown_name_lists_those_of_the_family(kind, family):
    with pytest.raises(
        ValueError, match=rf"{kind} must be one of {', '.join(family.names())}; got 'nothing'"
    ):
        family.get("nothing")


@every_class
def test_every_class_says_what_it_does_where_it_is_from_and_how_it_is_used(cls):
    doc = inspect.getdoc(cls)
    assert cls.__doc__, "a docstring of its own"
    assert ">>> " in doc
    home_grown = cls is schedules.Step
    module = inspect.getmodule(cls).__doc__
    assert home_grown or "Source: " in doc or "Source: " in module
