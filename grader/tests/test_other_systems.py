"""On Windows and macOS nothing of a student's is run; the grader answers all the same, and says why."""

import subprocess
import sys

import pytest
from course_grader import sandbox
from course_grader.faults import GraderFault

# What Python has on Unix alone. Other packages ask for the platform first, so they are imported before.
ANSWERS = """
import importlib, json, pkgutil, sys
import distributed, jupyter_client.provisioning, nbgrader.api, nbgrader.apps, nbgrader.exchange.default

for name in ("fcntl", "resource", "pwd", "grp", "termios", "pty"):
    sys.modules[name] = None
import course_grader

names = [module.name for module in pkgutil.walk_packages(course_grader.__path__, "course_grader.")]
on_linux = {f"course_grader.inside.{name}" for name in ("confine", "kernel", "probe", "worker")}
for name in set(names) - on_linux:
    importlib.import_module(name)
assert on_linux < set(names)

from course_grader import __main__
for sys.platform in ("darwin", "win32"):
    print("status", __main__.main(["doctor", "--course", sys.argv[1]]))
"""


def test_all_can_be_imported_and_the_doctor_answers(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", ANSWERS, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    macos, windows, _ = done.stdout.split("status 1\n")
    for system, said in (("darwin", macos), ("win32", windows)):
        assert f"bubblewrap: it needs Linux, and this is {system}." in said
        assert f"Landlock: it needs Linux, and this is {system}." in said
        assert "There is no nbgrader_config.py in" in said


def test_trusted_code_is_refused_on_windows(monkeypatch):
    monkeypatch.setattr(sandbox.sys, "platform", "win32")
    with pytest.raises(GraderFault, match="on Linux or macOS only"):
        sandbox.choose.__wrapped__(trusted_code=True)


def test_trusted_code_has_the_systems_own_folder_for_temporary_files(monkeypatch, tmp_path):
    monkeypatch.setattr(sandbox.tempfile, "tempdir", str(tmp_path))
    _, environment = sandbox.Trusted().command(["a.py"], None)
    assert environment["HOME"] == environment["MPLCONFIGDIR"] == str(tmp_path)
