"""Names and settings: how losses, optimizers, schedules and constraints are found and rebuilt."""

import copy
import inspect
import pickle
import re
from string import ascii_lowercase

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from course_lib import (
    activations,
    constraints,
    initialisers,
    losses,
    optimizers,
    regularizers,
    schedules,
    surfaces,
)
from course_lib.activations import ActivationFunction
from course_lib.averaging import EMA
from course_lib.base import registry
from course_lib.base.registry import Registered
from course_lib.constraints import Constraint
from course_lib.initialisers import Initialiser
from course_lib.losses import Loss
from course_lib.optimizers import Optimizer
from course_lib.regularizers import Regularizer
from course_lib.schedules import Schedule
from course_lib.surfaces import Surface
from tests.wrong_values import TEXT, WRONG

FAMILIES = {
    "loss": losses,
    "optimizer": optimizers,
    "schedule": schedules,
    "constraint": constraints,
    "regularizer": regularizers,
    "activation": activations,
    "init": initialisers,
}
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


# Settings are never ignored in silence.

FAMILIES_WITH_SETTINGS = [
    Optimizer,
    Schedule,
    Constraint,
    Loss,
    ActivationFunction,
    Initialiser,
    Regularizer,
    Surface,
    EMA,
]
GUARDED = list(dict.fromkeys(found for kind in FAMILIES_WITH_SETTINGS for found in kind.known.values()))
every_guarded_class = pytest.mark.parametrize("cls", GUARDED, ids=lambda cls: cls.__name__)
A_NAME = st.from_regex(r"[a-z][a-z_]{0,15}", fullmatch=True, alphabet=f"{ascii_lowercase}_")


def settings_of(made):
    return {name: getattr(made, name) for name in made.settings()}


def same(one, other):
    return repr(one) == repr(other)


@every_guarded_class
@settings(max_examples=25)
@given(data=st.data())
def test_a_setting_is_taken_or_refused_and_set_later_alike(cls, data):
    """A wrong value raises a ValueError at once and later; whatever is accepted at once is kept later too."""
    made = cls()
    for name in cls.settings():
        value = data.draw(WRONG, label=name)
        try:
            expected = cls(**settings_of(made) | {name: value})
        except ValueError as error:
            before = repr(made)
            with pytest.raises(ValueError, match=re.escape(str(error)[:40])):
                setattr(made, name, value)
            assert repr(made) == before
        else:
            setattr(made, name, value)
            assert same(made, expected)
            assert value is None or not same(getattr(made, name), getattr(cls(), name))


@every_guarded_class
@settings(max_examples=5)
@given(name=A_NAME, value=st.integers() | TEXT)
def test_a_name_that_is_no_setting_is_refused_everywhere(cls, name, value):
    made = cls()
    assume(name not in {*cls.settings(), *cls.free, *registry.SYNONYMS})
    with pytest.raises(AttributeError, match=f"{cls.__name__} accepts .*; got {name}"):
        setattr(made, name, value)
    with pytest.raises(TypeError, match=f"{cls.__name__} accepts .*; got {name}"):
        cls(**{name: value})
    for refused in (lambda: cls.from_config({name: value}), lambda: made.replace(**{name: value})):
        with pytest.raises(ValueError, match=f"config of {cls.__name__} accepts .*; got {name}"):
            refused()
    assert name not in vars(made)


WITH_A_RATE = [cls for cls in GUARDED if "lr" in cls.settings()]


@pytest.mark.parametrize("cls", WITH_A_RATE, ids=lambda cls: cls.__name__)
@settings(max_examples=5)
@given(rate=st.floats(0, 10), other=st.floats(0, 10))
def test_learning_rate_is_a_synonym_everywhere_and_both_at_once_are_refused(cls, rate, other):
    made = cls(learning_rate=rate)
    assert made.lr == made.learning_rate == rate
    assert same(made, cls(lr=rate))
    assert same(made, cls.from_config({"learning_rate": rate}))
    assert same(made, cls().replace(learning_rate=rate))
    made.learning_rate = other
    assert made.lr == made.learning_rate == other
    assert same(made, cls(other))
    for both in (
        lambda: cls(rate, learning_rate=other),
        lambda: cls(lr=rate, learning_rate=other),
        lambda: cls.from_config({"lr": rate, "learning_rate": other}),
        lambda: made.replace(lr=rate, learning_rate=other),
    ):
        with pytest.raises(ValueError, match="lr must be given once; got it as lr and as learning_rate"):
            both()


def test_where_there_is_no_lr_there_is_no_learning_rate():
    assert not any(hasattr(cls, "learning_rate") for cls in GUARDED if "lr" not in cls.settings())
    assert len(WITH_A_RATE) > 10


def test_a_late_setting_counts_from_then_on():
    sgd, w = optimizers.SGD(lr=0.1), np.zeros(1)
    _, state = sgd.step(w, [1.0], sgd.init(w))
    sgd.lr = 5
    assert sgd.step(w, [1.0], state)[0] == -5
    sgd.clipnorm = 0.5
    assert sgd.step(w, [1.0], state)[0] == -2.5
    sgd.clipnorm = None
    assert sgd.step(w, [1.0], state)[0] == -5
    assert sgd.family_shape == ()
    sgd.lr = [1, 2]
    assert sgd.family_shape == (2,)


def test_settings_that_go_together_are_changed_together():
    steps = schedules.PiecewiseConstant([10], [0.1, 0.01])
    with pytest.raises(ValueError, match="values must be a list of 3 numbers"):
        steps.boundaries = [10, 20]
    assert steps.replace(boundaries=[10, 20], values=[3, 2, 1])(15) == 2
    assert steps(15) == 0.01


def test_what_is_free_may_be_set_and_outlives_a_change():
    ravine = surfaces.Ravine(condition=5)
    ravine.start = (1.0, 1.0)
    ravine.condition = 7
    assert (ravine.start, ravine.condition) == ((1.0, 1.0), 7)


@every_guarded_class
def test_copies_and_pickles_are_guarded_too(cls):
    for twin in (copy.copy(cls()), copy.deepcopy(cls()), pickle.loads(pickle.dumps(cls()))):
        assert same(twin, cls())
        with pytest.raises(AttributeError, match="accepts"):
            twin.nonsense = 1


@every_guarded_class
def test_the_signature_shows_every_setting_and_can_be_called(cls):
    """What Shift+Tab shows."""
    parameters = inspect.signature(cls).parameters
    assert tuple(parameters) == cls.settings()
    assert all(of.kind in (of.POSITIONAL_OR_KEYWORD, of.KEYWORD_ONLY) for of in parameters.values())
    defaults = {name: of.default for name, of in parameters.items()}
    assert same(cls(**defaults), cls())
