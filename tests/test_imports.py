import ast
import subprocess
import sys
from pathlib import Path

import pytest

import course_lib

ROOT = Path(course_lib.__file__).parent
ORDER = [  # a module imports from rows above its own only
    {"base"},
    {"theory", "losses", "schedules", "constraints", "datasets", "activations", "initialisers"},
    {"surfaces", "metrics"},
    {"optimizers", "layers"},
    {"models", "training"},
    {"data_loss"},
    {"plots"},
    {"explorers", "quizzes", "checks"},
]
LEVEL = {module: level for level, modules in enumerate(ORDER) for module in modules}
OUTSIDE = {  # who may import what; numpy and the standard library are everybody's
    "matplotlib": {"plots", "explorers", "checks"},
    "PIL": {"explorers"},
    "anywidget": {"explorers", "quizzes"},
    "traitlets": {"explorers", "quizzes"},
    "tqdm": {"base"},
    "ipywidgets": {"explorers"},
    "IPython": {"base", "checks", "explorers"},
    "jupyter_core": {"checks"},
}
FILES = sorted(ROOT.rglob("*.py"))
every_file = pytest.mark.parametrize("file", FILES, ids=[str(file.relative_to(ROOT)) for file in FILES])


def imported(file):
    """The dotted name of everything a file imports, wherever in the file it does."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_of(file):
    """The file's module, or the package inside course_lib that it belongs to."""
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


@every_file
def test_imports_go_one_way(file):
    module = module_of(file)
    for name in imported(file):
        package, *inside = name.split(".")
        if package == "course_lib":
            assert module != "__init__", f"course_lib itself imports {name}"
            assert inside[0] == module or LEVEL[inside[0]] < LEVEL[module], name


@every_file
def test_only_some_modules_import_from_outside(file):
    packages = {name.split(".")[0] for name in imported(file)} - {"course_lib", "numpy"}
    for package in packages - sys.stdlib_module_names:
        assert module_of(file) in OUTSIDE.get(package, ()), package


def test_every_module_has_its_place_in_the_order():
    assert {module_of(file) for file in FILES} - {"__init__"} == set(LEVEL)


@pytest.mark.parametrize(
    "modules",
    [[], [m for m in LEVEL if m not in ("plots", "explorers", "quizzes", "checks")]],
    ids=["package", "library"],
)
def test_importing_the_library_loads_nothing_slow(modules):
    code = "; ".join(["import sys, course_lib", *(f"import course_lib.{m}" for m in sorted(modules))])
    code += "; print(*{m.split('.')[0] for m in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    slow = {"matplotlib", "ipywidgets", "anywidget", "tqdm", "PIL", "IPython", "keras", "jax", "torch"}
    assert not slow & set(loaded.stdout.split())
