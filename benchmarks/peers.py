"""The libraries that ours is measured against. They are optional; a missing one is left out and said so."""

import os
from importlib.util import find_spec

os.environ.setdefault("KERAS_BACKEND", "jax")  # read when Keras is imported

EXTRA = "python -m pip install -e '.[bench]'"


def installed(*packages):
    """Those of the packages that are there; a line is printed about the others."""
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        print(f"\nNot installed and so left out: {', '.join(missing)}. They come with {EXTRA}")
    return [package for package in packages if package not in missing]
