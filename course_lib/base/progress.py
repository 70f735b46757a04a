"""A progress bar for long work."""


def bar(total, verbose, unit="update"):
    """A bar of so many units, or with ``verbose=0`` one that shows nothing; use it in a ``with``."""
    from tqdm.auto import tqdm  # here, so that importing the library stays quick

    return tqdm(total=total, unit=unit, disable=not verbose)
