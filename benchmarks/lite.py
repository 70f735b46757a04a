"""The peer of the live pages: a lesson in JupyterLite, with the same Pyodide and the packages of its lock."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

from course_lib.course import contents
from course_lib.site import archive, course_zip, runtime
from tools import runtime as runtime_files

WIDGETS = ["anywidget==0.9.21", "ipywidgets==8.1.7"]
LITE = ["jupyterlite-core==0.6.4", "jupyterlite-pyodide-kernel==0.6.1"]
BUILDER = [*LITE, "jupyter-server", "jupyterlab-server", "jupyterlab-widgets==3.0.15", *WIDGETS]  # for 4.4
ASKED_FOR = ["micropip", "ipython", "jedi", "matplotlib", "tqdm", "traitlets"]  # by its kernel and by us
OF_NO_LOCK = [*WIDGETS, "psygnal", "typing-extensions", "comm", "jupyter-core", "platformdirs"]
EMPTY = ["ssl", "openssl"]  # on no package index, and not used: they cost it no bytes
SQLITE = """\
class DatabaseError(Exception): ...
class OperationalError(DatabaseError): ...
class Connection: ...
"""  # what IPython looks for in sqlite3, of which the same is true
PURE = "-none-any.whl"
ANYWHERE = ["--python-version", "3.12", "--implementation", "py", "--abi", "none", "--platform", "any"]


def build(folder, scratch, lesson, core):
    """Write the site of a lesson into ``folder``. ``core``: the folder with Pyodide's files."""
    python = _environment(scratch / "venv")
    content = scratch / "content"
    content.mkdir()
    (content / Path(lesson).name).write_bytes(contents.learners_copy(lesson))
    command = [python, "-m", "jupyterlite_core", "build", "--contents", content, "--output-dir", folder]
    _run(*command, "--lite-dir", scratch, "--apps", "lab", cwd=scratch)
    _lay_python(folder / "pyodide", scratch / "wheels", core, python)
    _configure(folder / "jupyter-lite.json")


def _environment(folder):
    _run(sys.executable, "-m", "venv", folder)
    python = folder / "bin" / "python"
    _run(python, "-m", "pip", "install", "-q", *BUILDER)
    return python


def _lay_python(folder, wheels, core, python):
    """Pyodide as its distribution has it, the course and its widgets among its packages."""
    shutil.copytree(core, folder)
    shutil.copy(runtime_files.from_npm(wheels.parent) / "pyodide.js", folder)  # its worker is no module
    lock = json.loads((core / runtime.LOCK).read_text(encoding="utf-8"))
    packages = dict(_closure(lock["packages"]))
    pure = [package for package in packages.values() if package["file_name"].endswith(PURE)]
    exactly = [f"{package['name']}=={package['version']}" for package in pure]
    wheels.mkdir()
    for some in (exactly, OF_NO_LOCK):
        _run(python, "-m", "pip", "download", "-q", "--no-deps", *ANYWHERE, *some, cwd=wheels)
    made = {name: _wheel(name) for name in EMPTY}
    made["sqlite3"] = _wheel("sqlite3", {"sqlite3/__init__.py": SQLITE.encode()})
    made["course_lib"] = _wheel("course_lib", _course())
    for name, content in made.items():
        (wheels / f"{name}-1-py3{PURE}").write_bytes(content)
    depends = {name: package["depends"] for name, package in packages.items()} | {
        "anywidget": ["ipywidgets", "psygnal", "typing-extensions"],
        "ipywidgets": ["comm", "ipython", "traitlets"],
        "jupyter-core": ["platformdirs", "traitlets"],
        "course-lib": ["anywidget", "jupyter-core", "matplotlib", "tqdm"],
    }
    packages |= {package["name"]: package for package in map(_entry, sorted(wheels.iterdir()))}
    for name, package in packages.items():
        package["depends"] = depends.get(name, [])
    shutil.copytree(wheels, folder, dirs_exist_ok=True)
    (folder / runtime.LOCK).write_text(json.dumps(lock | {"packages": packages}), encoding="utf-8")


def _closure(packages):
    """What is asked for and all that it depends on, by name."""
    waiting, seen = list(ASKED_FOR), set()
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name not in seen:
            seen.add(name)
            yield name, packages[name]
            waiting += packages[name]["depends"]


def _entry(wheel):
    """A wheel in Pyodide's lock."""
    name, version = wheel.name.split("-")[:2]
    return {
        "name": name.lower().replace("_", "-"),
        "version": version,
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": [{"python_dateutil": "dateutil", "ipython": "IPython"}.get(name, name)],
        "unvendored_tests": False,
    }


def _course():
    files = archive.read(course_zip.write())  # without the stand-ins for what JupyterLite has
    return {path: content for path, content in files.items() if path.startswith("course_lib/")}


def _wheel(name, files=None):
    """A wheel with these files: content by path."""
    about = f"{name}-1.dist-info"
    head = {"METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n", "RECORD": ""}
    head["WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    return archive.write((files or {}) | {f"{about}/{path}": text.encode() for path, text in head.items()})


def _configure(file):
    settings = json.loads(file.read_text(encoding="utf-8"))
    data = settings["jupyter-config-data"]
    data["exposeAppInBrowser"] = True
    kernel = data.setdefault("litePluginSettings", {}).setdefault(
        "@jupyterlite/pyodide-kernel-extension:kernel", {}
    )
    kernel |= {"pyodideUrl": "./pyodide/pyodide.js", "disablePyPIFallback": True}
    file.write_text(json.dumps(settings), encoding="utf-8")


def _run(*command, cwd=None):
    subprocess.run(command, cwd=cwd, check=True, capture_output=True)
