"""What each optimizer must compute, said once more: a module for each, under the name of the optimizer's own.

``TRIED``: optimizers whose settings the tests try. Beside it stands one of two oracles, or both:

``path(p, gradients, **settings)``: a plain transcription of the formula; it yields the weights after each
update, which must be ours to the last bit; or, where it is written in another order than ours, to 11
digits, as ``NEARLY = True`` says.
``GOLDEN``: what another program computed, a list of ``(optimizer, weights, gradients, path)``, whose arrays
begin with the update; ours must be the same in 12 digits.
"""

from importlib import import_module
from pathlib import Path

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))


def modules():
    """All of them; a function, because each imports this package first."""
    return [import_module(f"{__name__}.{name}") for name in NAMES]
