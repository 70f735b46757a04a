"""The project's files as a clone of it would have them, with what is not committed yet."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]


def lay(folder):
    """Copy them into a folder, and return it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout.split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    return folder
