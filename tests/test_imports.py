import ast
import graphlib
import rlcompleter
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import course_lib

ROOT = Path(course_lib.__file__).parent
ORDER = [  # a module imports from rows above its own only
    {"base"},
    {"theory", "losses", "schedules", "constraints", "datasets", "activations", "initialisers"}
    | {"regularizers", "callbacks", "averaging", "record", "differences", "sharpness", "associative_memory"},
    {"surfaces", "metrics", "sources"},
    {"optimizers", "layers", "samples", "compiled"},
    {"models", "training", "dialects"},
    {"data_loss"},
    {"clinic"},
    {"questions"},
    {"plots"},
    {"diagnosis", "tuning"},
    {"explorers", "quizzes"},
    {"checks"},
    {"predictions", "course"},
    {"site"},
    {"__main__"},
]
LEVEL = {module: level for level, modules in enumerate(ORDER) for module in modules}
OUTSIDE = {  # who may import what; numpy and the standard library are everybody's
    "matplotlib": {"plots", "site", "diagnosis", "tuning", "explorers", "checks", "predictions"},
    "PIL": {"explorers", "site"},
    "anywidget": {"explorers", "quizzes", "sources", "site"},
    "traitlets": {"explorers", "quizzes", "sources"},
    "tqdm": {"base"},
    "llvmlite": {"compiled"},
    "ipywidgets": {"explorers"},
    "IPython": {"base", "checks", "explorers"},
    "jupyter_core": {"base"},
    "jupyter_server": {"course"},
    "jupyterlab": {"course"},
    "nbconvert": {"site"},
    "latex2mathml": {"site"},
    "jinja2": {"site"},
    "markupsafe": {"site"},
    "pygments": {"site"},
    "fontTools": {"site"},
}
SLOW = {
    "plots",
    "diagnosis",
    "tuning",
    "explorers",
    "quizzes",
    "checks",
    "predictions",
    "course",
    "site",
    "__main__",
}
BROWSER = ROOT / "site" / "browser"  # named as the packages for which it stands in
FILES = sorted(file for file in ROOT.rglob("*.py") if BROWSER not in file.parents)


@cache
def imported(file):
    """The dotted name of everything a file imports, wherever in the file it does."""
    return [*_imported(file)]


def _imported(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_of(file):
    """The file's module, or the package inside course_lib that it belongs to."""
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


def each_import():
    """Pairs: a file, and what it imports."""
    return ((file, name) for file in FILES for name in imported(file))


def test_imports_go_one_way():
    assert [(file, name) for file, name in each_import() if not goes_down(module_of(file), name)] == []


def goes_down(module, name):
    """Is what it imports outside of course_lib, in the module itself, or in a row above it?"""
    package, *inside = name.split(".")
    if package != "course_lib" or inside == ["__version__"]:
        return True
    return module != "__init__" and (inside[0] == module or LEVEL[inside[0]] < LEVEL[module])


def test_the_figures_stand_on_their_engine_and_the_engine_on_what_is_shared():
    rooms = {"shared": 0, "live": 1}  # the figures themselves are above both
    for file in (ROOT / "explorers").rglob("*.py"):
        here = rooms.get(file.parent.name, 2)
        for name in imported(file):
            if name.startswith("course_lib.explorers."):
                assert rooms.get(name.split(".")[2], 2) <= here, f"{file.name} imports {name}"


def test_no_file_imports_itself_by_way_of_others():
    """Raises graphlib.CycleError, which names the circle."""
    modules = {dotted(file): file for file in FILES}
    graph = {
        module: {nearest(name, modules) for name in imported(file)} - {None, module}
        for module, file in modules.items()
    }
    assert len([*graphlib.TopologicalSorter(graph).static_order()]) == len(modules)


def dotted(file):
    """course_lib.losses.base; for a package its name alone."""
    return ".".join(["course_lib", *file.relative_to(ROOT).with_suffix("").parts]).removesuffix(".__init__")


def nearest(name, modules):
    """The module that an import reaches: "course_lib.training.run" is in course_lib.training."""
    while name not in modules and name:
        name = name.rpartition(".")[0]
    return name or None


def test_only_some_modules_import_from_outside():
    everybodys = sys.stdlib_module_names | {"course_lib", "numpy"}
    found = ((file, name.split(".")[0]) for file, name in each_import())
    outside = [(file, package) for file, package in found if package not in everybodys]
    assert [(file, of) for file, of in outside if module_of(file) not in OUTSIDE.get(of, ())] == []


def test_every_module_has_its_place_in_the_order():
    assert {module_of(file) for file in FILES} - {"__init__"} == set(LEVEL)


def test_dir_lists_every_module_and_loads_none():
    code = "import sys, course_lib; print(*dir(course_lib)); "
    code += "print(*[module for module in sys.modules if 'course_lib.' in module])"
    listed, loaded = subprocess.check_output([sys.executable, "-c", code], text=True).splitlines()
    assert set(LEVEL) <= set(listed.split())
    assert "__version__" in listed.split()
    assert loaded == ""


def test_tab_offers_the_modules():
    found = []
    complete = rlcompleter.Completer({"course_lib": course_lib}).complete
    while (word := complete("course_lib.l", len(found))) is not None:
        found.append(word.rstrip("("))
    assert {"course_lib.layers", "course_lib.losses"} <= set(found)


def test_checks_load_no_matplotlib_before_they_draw():
    """A grader starts many processes with them."""
    code = "import sys, course_lib.checks.tasks; print('matplotlib' in sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout == "False\n"


@pytest.mark.parametrize(
    "modules",
    [[], [m for m in LEVEL if m not in SLOW]],
    ids=["package", "library"],
)
def test_importing_the_library_loads_nothing_slow(modules):
    code = "; ".join(["import sys, course_lib", *(f"import course_lib.{m}" for m in sorted(modules))])
    code += "; print(*{m.split('.')[0] for m in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    slow = {
        "matplotlib",
        "ipywidgets",
        "anywidget",
        "tqdm",
        "PIL",
        "IPython",
        "keras",
        "jax",
        "torch",
        "llvmlite",
    }
    assert not slow & set(loaded.stdout.split())
