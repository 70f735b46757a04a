"""The digits model of the README, one epoch: 64 tanh units, softmax, mean squared error, batches of 32.

Everybody begins with the same weights and takes the same batches in the same order. Ours computes in float64,
the others in float32, as is usual with them. Keras compiles its update when it is first asked to fit, so the
first epoch stands beside the median of those that follow it. All learn on from epoch to epoch.
"""

import time

import numpy as np

from benchmarks import peers, report, timing
from course_lib import datasets
from course_lib.layers import Activation, Dense
from course_lib.models import Sequential
from course_lib.optimizers import SGD

UNITS, BATCH = 64, 32
LR, MOMENTUM, DECAY = 0.1, 0.9, 1e-6


class Ours:
    """This library, in float64."""

    def __init__(self, x, y, weights=None):
        self.x, self.y = x, y
        self.model = Sequential()
        self.model.add(Dense(UNITS, init="uniform", input_dim=x.shape[1]))
        self.model.add(Activation("tanh"))
        self.model.add(Dense(y.shape[1]))
        self.model.add(Activation("softmax"))
        self.model.compile("mean_squared_error", SGD(lr=LR, decay=DECAY, momentum=MOMENTUM, nesterov=True))
        if weights is not None:
            self.model.set_weights(weights)

    def epoch(self):
        self.model.fit(self.x, self.y, BATCH, epochs=1, shuffle=False, verbose=0)

    def loss(self):
        return self.model.evaluate(self.x, self.y)


class Keras:
    """Keras 3 on JAX, in float32."""

    def __init__(self, x, y, weights):
        import keras

        self.x, self.y = x.astype(np.float32), y.astype(np.float32)
        self.model = keras.Sequential(
            [
                keras.Input((x.shape[1],)),
                keras.layers.Dense(UNITS, activation="tanh"),
                keras.layers.Dense(y.shape[1], activation="softmax"),
            ]
        )
        rate = keras.optimizers.schedules.InverseTimeDecay(LR, decay_steps=1, decay_rate=DECAY)
        sgd = keras.optimizers.SGD(rate, momentum=MOMENTUM, nesterov=True)
        self.model.compile(loss="mean_squared_error", optimizer=sgd)
        self.model.set_weights(weights)

    def epoch(self):
        self.model.fit(self.x, self.y, BATCH, epochs=1, shuffle=False, verbose=0)

    def loss(self):
        return self.model.evaluate(self.x, self.y, verbose=0)


class Torch:
    """PyTorch, in float32 and at its quickest: one thread for so small a model, and no DataLoader."""

    def __init__(self, x, y, weights):
        import torch

        self.x, self.y = (torch.tensor(array, dtype=torch.float32) for array in (x, y))
        first, last = torch.nn.Linear(x.shape[1], UNITS), torch.nn.Linear(UNITS, y.shape[1])
        self.model = torch.nn.Sequential(first, torch.nn.Tanh(), last, torch.nn.Softmax(dim=1))
        self.sgd = torch.optim.SGD(self.model.parameters(), lr=LR, momentum=MOMENTUM, nesterov=True)
        self.error, self.iterations, self.torch = torch.nn.MSELoss(), 0, torch
        with torch.no_grad():
            for parameter, weight in zip(self.model.parameters(), weights, strict=True):
                parameter.copy_(torch.tensor(weight.T))

    def epoch(self):
        threads = self.torch.get_num_threads()
        self.torch.set_num_threads(1)
        for x, y in zip(self.x.split(BATCH), self.y.split(BATCH), strict=True):
            self.sgd.param_groups[0]["lr"] = LR / (1.0 + DECAY * self.iterations)
            self.iterations += 1
            self.sgd.zero_grad()
            self.error(self.model(x), y).backward()
            self.sgd.step()
        self.torch.set_num_threads(threads)

    def loss(self):
        return self.error(self.model(self.x), self.y).item()


PEERS = {"keras": ("Keras 3, JAX, float32", Keras), "torch": ("PyTorch, float32", Torch)}


def main(quick):
    digits = datasets.load_digits(components=10)
    x, y = digits.x_train, datasets.to_categorical(digits.y_train)
    there = peers.installed(*PEERS)
    ours = Ours(x, y)
    players = {"ours, float64": ours}
    for package in there:
        name, make = PEERS[package]
        players[name] = make(x, y, ours.model.get_weights())

    others, repeats = timing.Others(), 7 if quick else 31
    first, first_loss = {}, {}
    for name, player in players.items():
        start = time.perf_counter()
        player.epoch()
        first[name], first_loss[name] = 1e3 * (time.perf_counter() - start), player.loss()
    seconds = timing.take_turns({name: player.epoch for name, player in players.items()}, repeats)

    median = {name: float(1e3 * np.median(times)) for name, times in seconds.items()}
    epochs = 1 + timing.WARM_UPS + repeats
    rows = [
        {
            "contestant": name,
            "first ms": first[name],
            "median ms": median[name],
            "x ours": median[name] / median["ours, float64"],
            "loss after 1": f"{first_loss[name]:.6f}",
            f"after {epochs} epochs": f"{player.loss():.6f}",
        }
        for name, player in players.items()
    ]
    bars = [
        report.Bar(f"ours at most the time of {name}", median["ours, float64"] / median[name], at_most=1)
        for name in median
        if name != "ours, float64"
    ]
    packages = ["numpy", *there, *(["jax"] if "keras" in there else [])]
    title = f"An epoch of the digits model: {len(x)} samples, {-(-len(x) // BATCH)} updates"
    report.publish("train", title, rows, bars, packages, seconds=seconds, others_cores=others.cores())
