"""The most memory that a family of runs needs at a time, apart from all timing: tracing makes it slow."""

import tracemalloc

from benchmarks.sweepers import Family, Ours
from course_lib import surfaces


def rows(names):
    """With and without recorded paths, on surfaces by name; ``kept``: what the Run holds in the end."""
    return [
        {"surface": name, "path recorded": "yes" if recorded else "no"} | needed(name, recorded)
        for name in names
        for recorded in (False, True)
    ]


def needed(surface, record_path):
    descend = Ours(Family(surfaces.get(surface)), record_path).descend
    descend()  # what is made once and stays is not counted
    tracemalloc.start()
    run = descend()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    kept = sum(array.nbytes for array in (run.losses, run.path, run.w) if array is not None)
    return {"peak MB": peak / 1e6, "kept MB": kept / 1e6}
