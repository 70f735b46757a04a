"""A progress bar for long work."""


def bar(updates, verbose):
    """A bar of so many updates, or with ``verbose=0`` one that shows nothing; use it in a ``with``."""
    from tqdm.auto import tqdm  # here, so that importing the library stays quick

    return tqdm(total=updates, unit="update", disable=not verbose)
