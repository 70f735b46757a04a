"""Run the lessons and solutions from top to bottom and store each in its one canonical form.

    python tools/refresh.py                     # all
    python tools/refresh.py lessons/01*.ipynb   # some
    python tools/refresh.py --check             # change nothing; exit 1 if a stored one is out of date

A second run changes no byte. Stored are the code, its outputs, and the pictures of the live figures; not
stored is what differs from run to run or belongs to a running kernel (timings, widget models), so that a
lesson that was only opened shows its pictures, on GitHub as in JupyterLab.
"""

import argparse
import base64
import io
import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import nbformat
import numpy as np
from nbclient import NotebookClient
from PIL import Image
from tqdm import tqdm

from course_lib.course.saving import LIVE_VIEW

ROOT = Path(__file__).resolve().parent.parent
LESSONS = sorted((ROOT / "lessons").glob("*.ipynb"))
SOLUTIONS = sorted((ROOT / "solutions").glob("*/*.ipynb"))
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
PICTURE = "image/png"
ANEW = "%reset -sf\nget_ipython().execution_count = 1"  # no name is left, and the next cell is the first
SAME_GREY, MOST_PIXELS = 8, 0.001  # what another machine's rounding may change: this little, this seldom


def refreshed(path):
    """The notebook after a run in a fresh kernel, in canonical form."""
    return canonical(executed(path))


def executed(path):
    """The notebook after a run in a fresh kernel."""
    with kernel(path.parent) as run:
        return run(path)


@contextmanager
def kernel(folder):
    """Yields ``run(path)``, which runs notebooks one after the other in one kernel, from this folder.

    Each begins without names and without a record. That spares it the imports, which take longer than most
    of what is run.
    """
    with tempfile.TemporaryDirectory() as kept:  # what a solution earns is nobody's progress
        client = NotebookClient(
            nbformat.v4.new_notebook(),
            timeout=120,
            kernel_name="python3",
            extra_arguments=["--log-level=ERROR"],
            resources={"metadata": {"path": str(folder)}},
            record_timing=False,
            coalesce_streams=True,
        )

        def run(path):
            for file in Path(kept).iterdir():
                file.unlink()
            begin = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(ANEW)])
            for client.nb in (begin, nbformat.read(path, as_version=4)):
                client.execute(cleanup_kc=False)
            return client.nb

        own = {"COURSE_PROGRESS": str(Path(kept, "progress.json")), "COURSE_COMPILED": "0"}
        with client.setup_kernel(env=os.environ | own):
            yield run


def canonical(notebook):
    """A notebook that was run, without what tells who ran it or belongs to a running kernel."""
    notebook = nbformat.from_dict({**notebook, "metadata": METADATA})
    for output in outputs(notebook):
        output.get("data", {}).pop(LIVE_VIEW, None)
    return notebook


def outputs(notebook):
    """Every output of every code cell."""
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def out_of_date(stored, fresh):
    """Would a reader see a difference? Text must be equal; pictures may differ in the last bit of a pixel."""
    stored_text, stored_pictures = split_pictures(stored)
    fresh_text, fresh_pictures = split_pictures(fresh)
    if stored_text != fresh_text or len(stored_pictures) != len(fresh_pictures):
        return True
    return not all(map(look_the_same, stored_pictures, fresh_pictures))


def split_pictures(notebook):
    """The notebook's text without its pictures, and the pictures."""
    copy = nbformat.from_dict(notebook)
    pictures = [output.data.pop(PICTURE) for output in outputs(copy) if PICTURE in output.get("data", {})]
    return nbformat.writes(copy), pictures


def look_the_same(one, other):
    """Do two encoded pictures have one size and, but for rounding, the same pixels?"""
    one, other = (
        np.asarray(Image.open(io.BytesIO(base64.b64decode(p))).convert("L"), float) for p in (one, other)
    )
    return one.shape == other.shape and (np.abs(one - other) > SAME_GREY).mean() < MOST_PIXELS


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n\n")[0], epilog="A second run changes no byte."
    )
    every = [*LESSONS, *SOLUTIONS]
    parser.add_argument("notebooks", nargs="*", type=Path, default=every, help="default: lessons, solutions")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if one is out of date")
    options = parser.parse_args(arguments)

    stale = []
    for path in tqdm(options.notebooks, unit="notebook", disable=None):
        fresh = refreshed(path)
        if not options.check:
            nbformat.write(fresh, path)
        elif out_of_date(nbformat.read(path, as_version=4), fresh):
            stale.append(path)
    if stale:
        names = " ".join(path.name for path in stale)
        sys.exit(f"out of date: {names}\nRun `make notebooks`, look at what changed, and commit it.")


if __name__ == "__main__":
    main()
