"""Fifty real lines translate, and the lines that come out do in each library what is said of them."""

import json
from importlib.util import find_spec

import numpy as np
import pytest

from course_lib.dialects import running
from course_lib.dialects.libraries import READ, WRITTEN
from course_lib.dialects.library import REQUIRED
from course_lib.dialects.reading import read
from tests.dialects import theirs
from tests.dialects.lines import LINES
from tests.dialects.theirs import translated

KEPT = json.loads(theirs.GOLDEN.read_text(encoding="utf-8"))
LIVE = [library for library, package in theirs.PACKAGES.items() if find_spec(package)]  # at least Keras 3
CLOSE, NEARLY = {"rtol": 1e-12, "atol": 1e-13}, {"rtol": 1e-7}
ROUNDED = {  # in float64 too, some numbers are float32's or a little off
    "torch.optim.NAdam": "the product of its momenta is kept in float32",
    "clip_grad_norm_": "it divides by the length and 1e-6 more",
    "exponential_decay": "its power is float32's",
    "CosineDecay": "its cosine is float32's",
    "cosine_decay_schedule": "its cosine is float32's",
}
RUNS = [(library, text) for library, kept in KEPT.items() for text in kept["last weights"]]


def assert_close(computed, expected, text):
    close = NEARLY if any(name in text for name in ROUNDED) else CLOSE
    np.testing.assert_allclose(computed, expected, **close, err_msg=text)


def said(meaning):
    """The meaning without the identity of its schedule."""
    return meaning.family, {word: repr(value) for word, value in meaning.settings.items()}


def last_weights(meaning):
    return running.path(meaning, *theirs.problem())[-1]


def test_there_are_fifty_and_each_is_different():
    assert len(set(LINES)) == len(LINES) == 50


@pytest.mark.parametrize(("line", "library"), LINES)
def test_each_is_read_as_its_library_and_translates_to_all_five(line, library):
    translation = translated(line)
    assert translation.reading.library.name == library
    assert list(translation.lines) == ["Keras 1", "Keras 3", "PyTorch", "optax", "here"]
    known = {name: there for name, there in translation.lines.items() if there.written}
    is_lion = translation.reading.meaning.family == "Lion"
    assert known.keys() == set(WRITTEN) - ({"Keras 1", "PyTorch"} if is_lion else set())
    for name, there in known.items():
        again = read(there.written.line, name)  # what is beside a line is not read
        assert again.meaning.family == there.written.meaning.family
        assert said(again.meaning) == said(there.written.meaning) or there.written.beside
        assert (there.parting.first is None) or there.reasons


@pytest.mark.parametrize(("line", "library"), LINES)
def test_a_line_in_its_own_library_is_the_same(line, library):
    if library in WRITTEN:
        there = translated(line).lines[library]
        assert there.verdict == "The same path."
        assert there.written.meaning == translated(line).reading.meaning


@pytest.mark.parametrize("library", ["PyTorch", "optax"])
def test_the_golden_numbers_are_those_of_every_line_that_is_written(library):
    assert KEPT[library]["last weights"].keys() == {
        "\n".join(text) for text in theirs.written(LINES, library)
    }


@pytest.mark.parametrize(("library", "text"), RUNS)
def test_what_a_line_means_here_is_what_its_library_computed(library, text, meanings):
    assert_close(last_weights(meanings[library, text]), KEPT[library]["last weights"][text], text)


@pytest.fixture(scope="module")
def meanings():
    """What every written line means, together with the lines beside it."""
    return {
        (library, "\n".join(text)): meaning
        for library in theirs.RUN
        for text, meaning in theirs.written(LINES, library).items()
    }


@pytest.mark.parametrize("library", LIVE)
def test_the_installed_library_computes_the_same(library, meanings):
    texts = [text for of, text in meanings if of == library]
    assert len(texts) > 30
    for text in texts:
        line, *beside = text.split("\n")
        computed = theirs.RUN[library](line, beside)
        assert_close(computed, last_weights(meanings[library, text]), text)


def in_table(library):
    return {
        name: [
            [word, "REQUIRED" if of.default is REQUIRED else repr(of.default)]
            for word, of in made.parameters.items()
        ]
        for name, made in READ[library].constructors.items()
    }


@pytest.mark.parametrize("library", KEPT)
def test_the_tables_have_the_signatures_of_the_libraries(library):
    theirs_too = KEPT[library]["signatures"] | {}
    if library == "optax":  # here a rate of None, with which optax.adadelta multiplies by nothing, is 1
        assert theirs_too["adadelta"][0] == ["learning_rate", "None"]
        theirs_too["adadelta"] = [["learning_rate", "1.0"], *theirs_too["adadelta"][1:]]
    assert in_table(library) == theirs_too


def test_the_table_of_keras_3_has_the_signatures_that_are_installed():
    assert in_table("Keras 3") == theirs.signatures("Keras 3")


def test_keras_1_has_the_defaults_that_are_ours():
    for name in READ["Keras 1"].constructors:
        assert read(f"{name}()", "Keras 1").meaning == read(f"{name}()", "here").meaning
