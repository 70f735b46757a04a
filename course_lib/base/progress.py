"""A progress bar for long work."""

from contextlib import nullcontext


class _Unseen:
    """Stands in for a bar that nobody asked for: to load tqdm takes longer than most work."""

    n = 0

    def update(self, count=1):
        """Shows nothing."""

    def set_postfix(self, **values):
        """Shows nothing."""


def bar(total, verbose, unit="update"):
    """A bar of so many units, or with ``verbose=0`` one that shows nothing; use it in a ``with``."""
    if not verbose:
        return nullcontext(_Unseen())
    from tqdm.auto import tqdm  # here, so that importing the library stays quick

    return tqdm(total=total, unit=unit)
