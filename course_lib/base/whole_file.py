"""Files that are written as a whole or not at all."""

import os
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4


@contextmanager
def replacing(path):
    """A binary file to write into; it takes the place of ``path`` at the very end.

    An interruption leaves the old file, and nothing beside it.
    """
    path = Path(path)
    partial = path.with_name(f"{path.name}.{uuid4().hex}.part")
    try:
        with partial.open("xb") as file:
            yield file
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
