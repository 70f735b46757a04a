"""The glossary: complete, its formulas those of the code, its Keras 3 names those of the installed Keras."""

import ast
import inspect
import os
import re
from collections import Counter
from dataclasses import dataclass

os.environ["KERAS_BACKEND"] = "jax"  # said before Keras is imported

import keras
import nbformat
import numpy as np
import pytest
import refresh
import typeset
from rules import GLOSSARY, PAGES

from course_lib import averaging, explorers, losses, optimizers, schedules, sharpness, surfaces, theory
from course_lib.base.naming import lesson_number
from course_lib.losses import base
from course_lib.optimizers import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    Lion,
    Muon,
    RMSprop,
    ScheduleFreeAdamW,
    muon,
)

PAGE = refresh.ROOT / "lessons" / f"{GLOSSARY}.ipynb"
LESSONS = [path.stem for path in refresh.LESSONS if path.stem not in PAGES]
CODE = re.compile(r"`([^`]+)`")
FORMULA = re.compile(r"`(?P<code>[^`]+)`|\$(?P<tex>[^$]+)\$(?:<!-- (?P<python>.+?) -->)?")
OPTIMIZERS = [*dict.fromkeys(optimizers.names().values())]
NAMES = [made.__name__ for made in OPTIMIZERS if hasattr(keras.optimizers, made.__name__)]
SHARED = [getattr(keras.optimizers, name) for name in NAMES]  # which Keras 3 has, too


@dataclass(frozen=True)
class Entry:
    """One row of one table. ``group`` is the cell it stands in, ``terms`` its name and other names."""

    group: str
    terms: list[str]
    sentence: str
    formulas: list[str]
    keras_3: str
    lesson: str

    @property
    def name(self):
        return self.terms[0]


def read():
    for cell in nbformat.read(PAGE, as_version=4).cells:
        lines = cell.source.splitlines() if cell.cell_type == "markdown" else []
        table = [
            [part.strip() for part in line.strip("|").split("|")] for line in lines if line.startswith("| ")
        ]
        yield from (parsed(cell.id, table[0], row) for row in table[1:])


def parsed(group, header, row):
    """One row. Formulas stand behind the sentence or in a column of their own, Keras 3's names in another."""
    names, what, third, *_, lesson = row
    own_column = header[2] == "formula"
    sentence, *formulas = (what, third) if own_column else what.split("<br>")
    keras_3 = "" if own_column else third.split("<br>")[0] if "PyTorch" in header[2] else third
    terms = [name.strip("`() ") for name in re.split(r"<br>|, ", names)]
    formulas = [
        found["python"] or found["tex"] or found["code"] for found in FORMULA.finditer(" ".join(formulas))
    ]
    return Entry(group, terms, sentence, formulas, keras_3, lesson)


ENTRIES = list(read())
BY_NAME = {entry.name: entry for entry in ENTRIES}
every_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)


def terms(*groups):
    return [term for entry in ENTRIES if entry.group in groups for term in entry.terms]


# What an entry has.


@every_entry
def test_an_entry_has_a_sentence_a_formula_and_a_lesson(entry):
    assert re.fullmatch(r"[A-Z`(].*[.:]\)?", entry.sentence)
    assert entry.formulas
    number, lesson = re.fullmatch(r"\[(\d+[a-z]?)\]\((\w+)\.ipynb\)", entry.lesson).groups()
    assert lesson in LESSONS
    assert lesson_number(lesson) == number


def test_a_term_is_explained_once_and_its_name_is_plain():
    assert len(BY_NAME) == len(ENTRIES)
    assert all(re.fullmatch(r"[A-Za-z][\w ]*", name) for name in BY_NAME)
    plain = Counter(
        term for entry in ENTRIES for term in {term.replace("_", " ").lower() for term in entry.terms}
    )
    assert [term for term, times in plain.items() if times > 1] == ["cosine"]  # a loss, and a schedule


def test_the_page_can_be_looked_through():
    assert 60 <= len(ENTRIES) <= 110
    headings = re.findall(r"^## (.*)$", text(), re.MULTILINE)
    assert re.findall(r"\]\(#(.*?)\)", text()) == [heading.replace(" ", "-") for heading in headings]
    assert all(line.count("|") <= 6 for line in text().splitlines() if line.startswith("|"))


def text():
    cells = nbformat.read(PAGE, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


# Nothing is missing.


def test_every_loss_has_its_entry_with_all_its_names():
    assert sorted(terms("losses-of-keras-1", "other-losses")) == sorted(losses.names())


def test_every_optimizer_that_keras_3_has_has_its_entry():
    named = {*terms("optimizers")}
    assert {found.__name__ for found in SHARED} <= named <= {made.__name__ for made in OPTIMIZERS}


def test_every_schedule_has_its_entry_with_all_its_names():
    listed = {term.replace("_", "").lower() for term in terms("schedules")}
    assert listed == {name.replace("_", "") for name in schedules.names()}


@pytest.mark.parametrize("optimizer", [SGD, Adam, AdamW, Lion])
def test_every_setting_has_its_entry(optimizer):
    assert {*optimizer.settings()} <= {*terms("settings")}


# The formulas are those of the code, and what is shown is what is computed.


def test_each_formula_is_shown_as_it_is_computed():
    shown = [found for found in FORMULA.finditer(text()) if found["python"]]
    assert len(shown) > 90
    assert [found["tex"] for found in shown] == [typeset.tex(found["python"]) for found in shown]


def maximum(first, *second):
    return np.maximum(first, *second) if second else np.max(first)


MATHS = {
    **{name: getattr(np, name) for name in ("abs", "ceil", "clip", "cos", "cosh", "exp", "floor", "log")},
    **{name: getattr(np, name) for name in ("mean", "pi", "sign", "sqrt", "sum", "where")},
    "max": maximum,
    "eps": base.EPSILON,
    "norm": np.linalg.norm,
    "eigenvalues": np.linalg.eigvalsh,
    "unit": lambda row: row / np.linalg.norm(row),
    "orthogonal": lambda column: muon.orthogonal((column / np.linalg.norm(column))[:, None])[:, 0],
    "rows": 2,  # of what the optimizers are tried on
    "columns": 1,
}


def evaluated(formulas, **values):
    """The last formula's value, and all names after it; formulas with a ``name =`` set that name."""
    names, value = MATHS | values, None
    for formula in formulas:
        if re.match(r"\w+ = ", formula):
            exec(formula, names)
        else:
            value = eval(formula, names)
    return value, names


Y_AND_P = {
    base.NUMBERS: ([1.0, -2.0, 4.0], [1.5, 0.5, 3.0]),
    base.AT_LEAST_0: ([1.0, 2.0, 4.0], [1.5, 0.5, 3.0]),
    base.PROBABILITIES: ([0.0, 1.0, 0.0], [0.3, 0.5, 0.2]),
    base.ONE_HOT: ([0.0, 1.0, 0.0], [0.7, 0.5, -0.3]),
    base.SIGNS: ([1.0, -1.0, 1.0], [0.5, 0.25, 2.0]),
    base.LABELS: (1, [0.2, 0.5, 0.3]),
}
DISTRIBUTIONS = [0.2, 0.7, 0.1], [0.3, 0.5, 0.2]


@pytest.mark.parametrize("name", [name for name in losses.names() if name in BY_NAME])
def test_the_formula_of_a_loss_is_the_one_of_the_code(name):
    loss = losses.get(name)
    y, p = DISTRIBUTIONS if name == "kullback_leibler_divergence" else Y_AND_P[loss.domain]
    formula, _ = evaluated(BY_NAME[name].formulas, y=np.array(y), p=np.array(p), **loss.get_config())
    ours = loss.per_sample([y], [p]) if np.ndim(y) else loss.per_sample(y, [p])[0]
    assert formula == pytest.approx(ours.item(), rel=1e-6)


AVERAGES = ["beta_1", "beta_2", "bias correction"]
RECIPES = [  # optimizers, and the entries that an update of them goes through
    (SGD(lr=0.1), ["SGD"]),
    (SGD(lr=0.1), ["learning rate"]),
    (SGD(lr=0.1), ["update"]),
    (SGD(lr=0.1, momentum=0.9), ["momentum"]),
    (SGD(lr=0.1, momentum=0.9), ["velocity", "heavy ball"]),
    (SGD(lr=0.1, momentum=0.9, nesterov=True), ["velocity", "nesterov"]),
    (SGD(lr=0.1, clipnorm=0.5), ["clipnorm", "SGD"]),
    (SGD(lr=0.1, clipvalue=0.5), ["clipvalue", "SGD"]),
    (RMSprop(lr=0.1), ["rho", "RMSprop"]),
    (RMSprop(lr=0.1), ["rho", "epsilon"]),
    (Adagrad(lr=0.1), ["Adagrad"]),
    (Adadelta(lr=0.1), ["rho", "Adadelta"]),
    (Adam(lr=0.1), [*AVERAGES, "Adam"]),
    (Adamax(lr=0.1), ["beta_1", "Adamax"]),
    (AdamW(lr=0.1, weight_decay=0.5), [*AVERAGES, "AdamW", "Adam"]),
    (AdamW(lr=0.1, weight_decay=0.5), [*AVERAGES, "weight_decay", "Adam"]),
    (Lion(lr=0.1), ["Lion"]),
    (Muon(lr=0.1, epsilon=1e-20), ["Muon"]),
    (ScheduleFreeAdamW(lr=0.1), ["beta_2", "ScheduleFreeAdamW"]),
]


@pytest.mark.parametrize(("optimizer", "names"), RECIPES, ids=[f"{o!r} {n}" for o, n in RECIPES])
def test_the_formulas_of_an_optimizer_are_those_of_the_code(optimizer, names):
    formulas = [formula for name in names for formula in BY_NAME[name].formulas]
    w, gradients = np.array([1.0, -2.0]), np.random.default_rng(8).normal(2, 1, (5, 2))
    state = optimizer.init(w)
    held = dict.fromkeys("mvaud", np.zeros(2)) | dict.fromkeys("wxz", w) | optimizer.get_config()
    for t, g in enumerate(gradients, start=1):
        w, state = optimizer.step(w, g, state)
        _, held = evaluated(formulas, **(held | {"g": g, "t": t}))
        assert held["w"] == pytest.approx(w, rel=1e-12)


def test_every_optimizer_is_held_to_its_formula_but_two_that_are_partly_in_words():
    held = {type(optimizer).__name__ for optimizer, _ in RECIPES} | {"Nadam", "Adafactor"}
    assert held == {*terms("optimizers")}


@pytest.mark.parametrize("name", ["decay", "iterations"])
def test_the_formula_of_decay_is_the_one_of_the_code(name):
    _, names = evaluated(BY_NAME[name].formulas, lr=0.1, decay=0.01, iterations=30)
    assert names["lr_t"] == pytest.approx(SGD(lr=0.1, decay=0.01).rate(30), rel=1e-15)


@pytest.mark.parametrize("schedule", schedules.names().values(), ids=schedules.names())
def test_the_formula_of_a_schedule_is_the_one_of_the_code(schedule):
    values = {"lr": 0.1} if "lr" in schedule.settings() else {}
    made = schedule(**values, **({"after": 0.1} if "after" in schedule.settings() else {}))
    settings = {name: getattr(made, name) for name in schedule.settings()} | {"lr": 0.1}
    for t in (0, 300, 1000):
        if not (schedule in (schedules.CosineRestarts, schedules.WarmUp) and t == 1000):  # the second part
            formula, _ = evaluated(BY_NAME[schedule.__name__].formulas, t=t, **settings)
            assert formula == pytest.approx(made(t), abs=1e-15)


def formula_of(name, **values):
    (formula,) = BY_NAME[name].formulas
    return evaluated([formula.split(" = ")[-1].split(" > ")[-1]], **values)[0]


def test_the_formula_of_the_range_test_is_a_schedules():
    t = np.arange(5.0)
    rates = schedules.Exponential(lr=0.01, factor=1.1, steps=1).rate(t)
    np.testing.assert_allclose(formula_of("range test", low=0.01, growth=1.1, t=t), rates)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_the_formulas_of_the_theory_are_those_of_the_code(momentum):
    values = {"lr": 0.1, "curvature": 2.0, "momentum": momentum, "g": 3.0, "s": 0.5}
    assert abs(formula_of("contraction factor", **values)) == theory.contraction(0.2)
    limit = formula_of("stability limit", **values)
    assert limit == theory.stability_limit(momentum)
    assert formula_of("edge of stability", **values) == limit / values["lr"]
    assert limit / (1 + 2 * momentum) == theory.stability_limit(momentum, nesterov=True)
    swings = formula_of("oscillation", **values)
    assert theory.oscillates([0.99 * swings, 1.01 * swings], momentum).tolist() == [False, True]
    floor = formula_of("noise floor", **(values | {"curvature": 1.0}))
    assert floor == pytest.approx(explorers.noise.noise_floor(0.1, momentum, 0.5), rel=1e-12)
    sgd, w = SGD(lr=0.1, momentum=momentum), np.zeros(1)
    state = sgd.init(w)
    for _ in range(400):
        w, state = sgd.step(w, [3.0], state)
    assert -state.velocity == pytest.approx(formula_of("terminal step", **values))


def test_after_its_time_scale_a_weight_is_down_to_one_over_e():
    updates = round(formula_of("time scale of a weight", lr=0.01, weight_decay=0.1))
    adamw, w = AdamW(lr=0.01, weight_decay=0.1), np.ones(1)
    state = adamw.init(w)
    for _ in range(updates):
        w, state = adamw.step(w, [0.0], state)
    assert w[0] == pytest.approx(np.exp(-1), rel=1e-3)


def test_the_largest_curvature_is_the_one_that_is_measured():
    ravine = surfaces.Ravine(condition=20)
    measured = sharpness.largest_curvature(ravine, ravine.start)
    assert formula_of("largest curvature", H=np.diag(ravine.curvatures)) == pytest.approx(measured)


@pytest.mark.parametrize("s", [0.001, 0.3, 1.0])
def test_the_formula_of_newton_and_schulz_is_the_one_of_the_code(s):
    assert formula_of("Newton and Schulz", s=s) == pytest.approx(muon.orthogonal(np.array([[s]]), 1).item())


def test_the_best_rate_shrinks_both_directions_alike():
    rate = formula_of("best rate", flat=0.2, steep=3.0)
    assert 1 - rate * 0.2 == pytest.approx(rate * 3.0 - 1)


def test_the_formula_of_the_average_is_the_one_of_the_code():
    average = averaging.EMA(0.9)
    before = average.step([2.0], average.init([0.0]))
    formula = formula_of("average of the weights", momentum=0.9, mean=before.w, w=np.array([5.0]))
    assert formula == average.step([5.0], before).w


# Keras 3 has these names, with these defaults.

PLACES = [keras.losses, keras.optimizers, keras.optimizers.schedules, keras.activations, keras.Model]
PLACES += [keras, keras.optimizers.Optimizer]
CALLED = [*SHARED, keras.Model.fit, keras.losses.Loss.call]
CALLED += [found for found in vars(keras.losses).values() if inspect.isclass(found)]
CALLED += [keras.optimizers.schedules.CosineDecay]


def parameters(called):
    return inspect.signature(called).parameters


def in_keras_3(name):
    """What Keras 3 has of this name: a thing, or an argument of the calls in ``CALLED``."""
    things = [getattr(place, name) for place in PLACES if hasattr(place, name)]
    return things[:1] or [called for called in CALLED if name in parameters(called)]


NAMED = [(entry, code) for entry in ENTRIES for code in CODE.findall(re.sub(r"`<br>`\(", "(", entry.keras_3))]


@pytest.mark.parametrize(("entry", "code"), NAMED, ids=[f"{entry.name} {code}" for entry, code in NAMED])
def test_keras_3_has_it(entry, code):
    if code.endswith("="):  # an argument that Keras 3 has no longer
        assert not any(code[:-1] in parameters(optimizer) for optimizer in SHARED)
        return
    expression = ast.parse(f"f({code})", mode="eval").body
    for argument in (*expression.args, *expression.keywords):
        if isinstance(argument, ast.keyword):  # a default, of the optimizer that has the row
            alike = [called for called in CALLED if f"{called.__name__}: " not in entry.keras_3]
            found = [getattr(keras.optimizers, entry.name)] if entry.group == "optimizers" else alike
            found = [called for called in found if argument.arg in parameters(called)]
            assert found
            if argument.arg != "from_logits":
                default = ast.literal_eval(argument.value)
                assert {parameters(called)[argument.arg].default for called in found} == {default}
        elif isinstance(argument, ast.Call):
            (called,) = in_keras_3(argument.func.id)
            settings = {keyword.arg: None for keyword in argument.keywords}
            inspect.signature(called).bind(*argument.args, **settings)
        else:
            assert in_keras_3(argument.id)


def test_keras_3s_defaults_that_differ_are_all_named():
    names = {found.__name__ for found in SHARED}
    for entry in (entry for entry in ENTRIES if entry.group == "optimizers" and entry.name in names):
        theirs = parameters(getattr(keras.optimizers, entry.name))
        ours = optimizers.get(entry.name).get_config()
        ours["learning_rate"] = ours.pop("lr")
        differ = {name for name in {*ours} & {*theirs} if ours[name] != (theirs[name].default or 0.0)}
        assert differ <= {*re.findall(r"`(\w+)=", entry.keras_3)}, entry.name


def test_a_name_that_keras_3_has_not_would_be_noticed():
    assert not in_keras_3("MeanSquaredErorr")
    assert not in_keras_3("lr")
