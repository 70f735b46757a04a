"""Lists of arrays in npz files: written as a whole or not at all, and read with mistrust."""

from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import numpy as np

from course_lib.base import validation, whole_file


def write(path, arrays):
    """Replace the file at the very end, so that an interruption leaves the old one."""
    with whole_file.replacing(path) as file:
        np.savez(file, *arrays)


def read(path):
    """The arrays of an npz file in their order, none of them a pickle; ValueError if it is another file."""
    content = BytesIO(Path(path).read_bytes())
    try:
        with ZipFile(content) as archive:
            damaged = archive.testzip()
        if damaged:
            raise BadZipFile(f"{damaged} is damaged")
        content.seek(0)
        with np.load(content, allow_pickle=False) as arrays:
            if arrays.files != [f"arr_{i}" for i in range(len(arrays.files))]:
                raise ValueError(f"it holds {validation.shorten(arrays.files)}")
            return list(arrays.values())
    except Exception as error:  # whatever a damaged file leads zipfile and numpy to raise
        reason = validation.shorten_text(str(error) or type(error).__name__, 100)
        raise ValueError(
            f"{path} must be an npz file that save_weights wrote; got another: {reason}"
        ) from error
