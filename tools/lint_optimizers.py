"""Hold the optimizers to their grammar: found by name, with an oracle and a row in docs/optimizers.md."""

import ast
import re
import sys
from inspect import getfile
from pathlib import Path

from rules import GLOSSARY, ROOT, fault, read_table

from course_lib import optimizers

INDEX = Path(getfile(optimizers))
PAGE = ROOT / "docs" / "optimizers.md"
ORACLES = ROOT / "tests" / "oracles"
KERAS_3 = ROOT / "tests" / "keras" / "test_optimizers_agree.py"
GLOSSARY_PAGE = ROOT / "lessons" / f"{GLOSSARY}.ipynb"
LACKS = "none"  # in the page's column of Keras 3


def faults():
    """Everything wrong with the optimizers."""
    for path in sorted(INDEX.parent.glob("*.py")):
        if path != INDEX and f"{optimizers.__name__}.{path.stem}" not in sys.modules:
            yield fault(INDEX, f"{path.stem} is not imported; import its class, and add it to __all__")
    rows = read_defaults()
    found = {made.__name__: made for made in optimizers.names().values()}
    for name, made in found.items():
        yield from class_faults(made)
        if name in rows:
            yield from (fault(PAGE, says, at=f"| `{name}`") for says in row_faults(made, rows[name]))
            yield from keras_faults(made, lacks=rows[name][1] == LACKS)
        else:
            said = ", ".join(f"{setting}={value!r}" for setting, value in made().get_config().items())
            row = f"| `{name}` | not in Keras 1; `{said}` | {LACKS} | {LACKS} |"
            yield fault(PAGE, f"{name} has no row; add {row}", at="| optimizer |")
    for name in rows.keys() - found.keys():
        yield fault(PAGE, f"there is no optimizer {name}; take the row out", at=f"| `{name}`")


def read_defaults():
    """The table of defaults: name -> here, in Keras 3, how to get Keras 3's numbers."""
    return {name.strip("`"): rest for name, *rest in read_table(PAGE, re.compile(r"`[A-Z]\w+`$"))}


def class_faults(made):
    """Its names, its first setting, its oracle."""
    name, path = made.__name__, Path(getfile(made))
    at = f"class {name}("
    if name not in optimizers.__all__:
        yield fault(INDEX, f"{name} is not in __all__; add it", at="__all__")
    try:
        is_found = type(optimizers.get(name)) is made
    except ValueError:
        is_found = False
    if not is_found:
        yield fault(path, f"{name} is not found by its own name; add names=[{name.lower()!r}]", at=at)
    if made.settings()[0] != "lr":
        yield fault(path, f"its first setting is {made.settings()[0]}; let it be lr, as for all", at=at)
    oracle = ORACLES / path.name
    text = oracle.read_text(encoding="utf-8") if oracle.exists() else ""
    if not (re.search(r"^(def path\(|path = |GOLDEN\b)", text, re.MULTILINE) and f"{name}(" in text):
        says = f"{name} has no oracle; add its formula as path, or GOLDEN numbers, and settings TRIED"
        yield fault(oracle, says)


def row_faults(made, row):
    """Its row of the table of defaults."""
    here, _, recipe = row
    said = re.search(r"`(\w+=[^`]+)`", here)
    settings = dict(setting.split("=") for setting in said[1].split(", ")) if said else {}
    wrong = [name for name, value in settings.items() if not is_default(made, name, value)]
    if wrong or not settings:
        told = ", ".join(f"{name}={value!r}" for name, value in made().get_config().items())
        yield f"the defaults of {made.__name__} are others; write `{told}`"
    for call in re.findall(r"`(\w+\(.*\))`", recipe):
        try:
            is_made = type(eval(call, vars(optimizers).copy())) is made
        except Exception as error:  # whatever a page may hold
            yield f"the recipe {call} raises {type(error).__name__}: {error}; correct it"
        else:
            if not is_made:
                yield f"the recipe {call} makes no {made.__name__}; correct it"


def is_default(made, name, value):
    """Is this the default of the setting, as it is written?"""
    try:
        return made().get_config()[name] == ast.literal_eval(value)
    except (KeyError, ValueError, SyntaxError):
        return False


def keras_faults(made, lacks):
    """What Keras 3 has, too, is compared with it, and stands in the glossary."""
    name = made.__name__
    if not lacks and f"ours.{name}(" not in KERAS_3.read_text(encoding="utf-8"):
        says = f"{name} is not compared with Keras's; add a row to SAME, or say {LACKS} in docs/{PAGE.name}"
        yield fault(KERAS_3, says, at="SAME = {")
    if not lacks and f"| `{name}` |" not in GLOSSARY_PAGE.read_text(encoding="utf-8"):
        says = f"{name} has no row; add one, or say {LACKS} in docs/{PAGE.name}, where Keras lacks it"
        yield fault(GLOSSARY_PAGE, says, at='"id": "optimizers"')
