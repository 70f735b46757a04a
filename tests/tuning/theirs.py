"""A small problem, and what PyTorch computes on it, kept where PyTorch is not installed.

python -m tests.tuning.theirs      writes golden.json anew, where torch is installed
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np

from course_lib import layers, models, optimizers, tuning
from course_lib.datasets import Split

GOLDEN = Path(__file__).with_name("golden.json")
SHAPES = [(4, 5), (5,), (5, 3), (3,)]


def data():
    """Three clouds in four dimensions: 60 samples to train on, 15 to test on."""
    rng = np.random.default_rng(19)
    y = rng.integers(0, 3, size=75)
    x = rng.normal(size=(75, 4)) + 1.5 * np.eye(4)[y]
    return Split(x[:60], y[:60], x[60:], y[60:])


def weights(seed=0):
    rng = np.random.default_rng([19, seed])
    return [0.5 * rng.normal(size=shape) for shape in SHAPES]


def of_sequential(seed=0, batch_size=16):
    hidden = layers.Dense(5, activation="tanh", input_dim=4)
    network = models.Sequential([hidden, layers.Dense(3, activation="softmax")])
    network.compile("sparse_categorical_crossentropy", "sgd")
    network.set_weights(weights(seed))
    return tuning.OfSequential(network, data(), batch_size, seed)


def of_torch(seed=0, batch_size=16):
    """The same network; PyTorch keeps its matrices the other way round."""
    import torch

    network = torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.Tanh(), torch.nn.Linear(5, 3)).double()
    for parameter, weight in zip(network.parameters(), weights(seed), strict=True):
        parameter.data = torch.tensor(weight.T)
    return tuning.OfTorch(network, torch.nn.functional.cross_entropy, data(), batch_size, seed)


def as_ours(vector):
    """Weights or gradients of the PyTorch network, in the order of ours."""
    parts = np.split(np.asarray(vector), np.cumsum([np.prod(shape) for shape in SHAPES])[:-1])
    turned = [part.reshape(shape[::-1]).T for part, shape in zip(parts, SHAPES, strict=True)]
    return np.concatenate([part.ravel() for part in turned])


def seen(model, turned=as_ours):
    """Losses and gradients at the start, then a range test and a training."""
    test = tuning.range_test(model, optimizers.SGD(momentum=0.5), low=0.01, high=1.0, growth=1.3)
    adam = optimizers.Adam(lr=0.05)
    w, state = model.start, adam.init(model.start)
    for t in range(10):
        w, state = adam.step(w, model.at(t).gradient(w), state)
    return {
        "losses": [float(model.loss_on(part, model.start)) for part in ("training", "validation", "test")],
        "gradient": turned(model.gradient(model.start)).tolist(),
        "of a batch": turned(model.at(1).gradient(model.start)).tolist(),
        "range test": test.losses.tolist(),
        "trained by Adam": turned(w).tolist(),
    }


if __name__ == "__main__":
    kept = {"version": version("torch"), **seen(of_torch())}
    GOLDEN.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
