"""The other libraries' own paths on the gradients of ``problem``, each run from a line as it is pasted.

python -m tests.dialects.theirs      writes golden.json anew, where torch and optax are installed
"""

import inspect
import json
import math
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np

from course_lib.dialects import translate
from course_lib.dialects.libraries import READ
from tests.dialects.lines import LINES

GOLDEN = Path(__file__).with_name("golden.json")
UPDATES = 12


def problem():
    """Four weights in two variables of two, and their gradients: about 1, 1, 0.001 and 0.000001."""
    rng = np.random.default_rng(5)
    sizes = np.array([1.0, 1.0, 1e-3, 1e-6])
    return rng.normal(size=4), (0.5 + rng.normal(size=(UPDATES, 4))) * sizes


def in_pytorch(line, beside):
    """The last weights; the lines beside it are run where they say that they belong."""
    import torch

    start, gradients = problem()
    params = [torch.tensor(half, requires_grad=True) for half in np.split(start, 2)]
    names = {"torch": torch, "math": math, "params": params}
    names["optimizer"] = optimizer = eval(line, names)
    clips = [text for text in beside if "clip_grad" in text]
    schedulers = [eval(text, names) for text in beside if "lr_scheduler" in text]
    assert len(clips) + len(schedulers) == len(beside)
    for g in gradients:
        for parameter, half in zip(params, np.split(g, 2), strict=True):
            parameter.grad = torch.tensor(half)
        for text in clips:
            exec(text, names)
        optimizer.step()
        for scheduler in schedulers:
            scheduler.step()
    return np.concatenate([parameter.detach().numpy() for parameter in params])


def in_optax(line, beside):
    import jax
    import optax

    jax.config.update("jax_enable_x64", True)
    assert not beside
    start, gradients = problem()
    transformation, weights = eval(line, {"optax": optax}), [*map(jax.numpy.array, np.split(start, 2))]
    state = transformation.init(weights)
    for g in gradients:
        steps, state = transformation.update(np.split(g, 2), state, weights)
        weights = optax.apply_updates(weights, steps)
    return np.concatenate(weights)


def in_keras_3(line, beside):
    """A regularizer beside the line adds its slope to the gradient."""
    import keras

    start, gradients = problem()
    optimizer = eval(line, {"keras": keras})
    regularizers = [eval(text.partition("=")[2], {"keras": keras}) for text in beside]
    variables = [keras.Variable(half, dtype="float64") for half in np.split(start, 2)]
    optimizer.build(variables)
    for g in gradients:
        w = np.concatenate([np.array(variable.value) for variable in variables])
        g = g + sum(2 * float(regularizer.l2) * w for regularizer in regularizers)
        optimizer.apply([keras.ops.convert_to_tensor(half) for half in np.split(g, 2)], variables)
    return np.concatenate([np.array(variable.value) for variable in variables])


RUN = {"PyTorch": in_pytorch, "optax": in_optax, "Keras 3": in_keras_3}
PACKAGES = {"PyTorch": "torch", "optax": "optax", "Keras 3": "keras"}


@cache
def translated(line):
    """The translation of a line, made once for all tests."""
    return translate(line)


def written(lines, library):
    """All different lines of a library that the given lines are translated to: (line, *beside) -> meaning."""
    found = {}
    for line, _ in lines:
        there = translated(line).lines[library].written
        if there is not None:
            found[there.line, *there.beside] = there.meaning
    return found


def signatures(library):
    """The constructors of the table as the installed library has them: name -> [word, default] pairs."""
    package = __import__(PACKAGES[library])
    place = {
        "PyTorch": lambda: package.optim,
        "optax": lambda: package,
        "Keras 3": lambda: package.optimizers,
    }
    found = {}
    for name in READ[library].constructors:
        parameters = inspect.signature(getattr(place[library](), name)).parameters.values()
        found[name] = [
            [of.name, "REQUIRED" if of.default is of.empty else repr(of.default)]
            for of in parameters
            if of.kind is not of.VAR_KEYWORD
        ]
    return found


def golden(lines, library):
    """What golden.json keeps of a library."""
    ends = {"\n".join(text): RUN[library](text[0], text[1:]).tolist() for text in written(lines, library)}
    return {
        "version": version(PACKAGES[library]),
        "signatures": signatures(library),
        "last weights": ends,
    }


if __name__ == "__main__":
    kept = {library: golden(LINES, library) for library in ("PyTorch", "optax")}
    GOLDEN.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
