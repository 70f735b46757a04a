"""One update of SGD with momentum, Nesterov and decay, and one of Adam, for 2 to 10^7 float32 weights.

Every contestant has all weights in one array. PyTorch's SGD knows no decay: its rate is written into the
optimizer before each update, the quickest way there is. The floor is what must move, each array once, at the
speed at which numpy copies arrays of this size in the same run.
"""

import numpy as np

from benchmarks import peers, report, timing
from course_lib import optimizers

LR, MOMENTUM, DECAY = 0.01, 0.9, 1e-6
ADAM = {"lr": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8}
OURS = {
    "SGD": optimizers.SGD(lr=LR, momentum=MOMENTUM, decay=DECAY, nesterov=True),
    "Adam": optimizers.Adam(**ADAM),
}
# Arrays that an update reads and writes: w, g and the memory in; w and the memory out. A copy moves 2.
ARRAYS = {"SGD": 5, "Adam": 7}
SIZES = [2, 10, 10**2, 10**3, 10**4, 10**5, 10**6, 10**7]
PEERS = {"torch": ["torch", "torch fused"], "optax": ["optax"], "keras": ["Keras 3"]}


class Ours:
    """This library's ``step``, which leaves the old arrays alone."""

    def __init__(self, name, w, g):
        self.optimizer, self.w, self.g = OURS[name], w.copy(), g
        self.state = self.optimizer.init(w)

    def update(self):
        self.w, self.state = self.optimizer.step(self.w, self.g, self.state)

    def weights(self):
        return self.w


class Torch:
    """PyTorch, as by default or with one kernel for the whole update."""

    def __init__(self, name, w, g, **how):
        import torch

        self.parameter = torch.nn.Parameter(torch.from_numpy(w.copy()))
        self.parameter.grad = torch.from_numpy(g.copy())
        if name == "SGD":
            make, self.update = torch.optim.SGD, self.update_with_decay
            settings = {"lr": LR, "momentum": MOMENTUM, "nesterov": True}
        else:
            make = torch.optim.Adam
            betas = (ADAM["beta_1"], ADAM["beta_2"])
            settings = {"lr": ADAM["lr"], "betas": betas, "eps": ADAM["epsilon"]}
        self.optimizer, self.iterations = make([self.parameter], **settings, **how), 0

    def update(self):
        self.optimizer.step()

    def update_with_decay(self):
        self.optimizer.param_groups[0]["lr"] = LR / (1.0 + DECAY * self.iterations)
        self.iterations += 1
        self.optimizer.step()

    def weights(self):
        return self.parameter.detach().numpy()


class Optax:
    """optax, compiled by JAX to one function that may overwrite the old weights and the old memory."""

    def __init__(self, name, w, g):
        import jax
        import optax

        if name == "SGD":
            optimizer = optax.sgd(lambda t: LR / (1.0 + DECAY * t), momentum=MOMENTUM, nesterov=True)
        else:
            optimizer = optax.adam(ADAM["lr"], ADAM["beta_1"], ADAM["beta_2"], ADAM["epsilon"])

        def step(w, state, g):
            change, state = optimizer.update(g, state, w)
            return optax.apply_updates(w, change), state

        self.step = jax.jit(step, donate_argnums=(0, 1))
        self.w, self.g = jax.numpy.array(w), jax.numpy.array(g)
        self.state = optimizer.init(self.w)

    def update(self):
        self.w, self.state = self.step(self.w, self.state, self.g)
        self.w.block_until_ready()

    def weights(self):
        return np.asarray(self.w)


class Keras:
    """Keras 3, one update after the other, on JAX."""

    def __init__(self, name, w, g):
        import keras

        if name == "SGD":
            rate = keras.optimizers.schedules.InverseTimeDecay(LR, decay_steps=1, decay_rate=DECAY)
            self.optimizer = keras.optimizers.SGD(rate, momentum=MOMENTUM, nesterov=True)
        else:
            self.optimizer = keras.optimizers.Adam(*ADAM.values())
        self.variable, self.g = keras.Variable(w), keras.ops.array(g)
        self.optimizer.build([self.variable])

    def update(self):
        self.optimizer.apply([self.g])
        self.variable.value.block_until_ready()

    def weights(self):
        return np.asarray(self.variable.value)


class Copy:
    """numpy's copy of one array, by which the floor is reckoned."""

    def __init__(self, w):
        self.w, self.copy = w, np.empty_like(w)

    def update(self):
        np.copyto(self.copy, self.w)


MAKE = {
    "ours": Ours,
    "torch": Torch,
    "torch fused": lambda name, w, g: Torch(name, w, g, fused=True),
    "optax": Optax,
    "Keras 3": Keras,
}


def main(quick):
    there = peers.installed(*PEERS)
    names = [contestant for package in there for contestant in PEERS[package]]
    others = timing.Others()
    seconds = {
        optimizer: {size: race(optimizer, size, ["ours", *names], 7 if quick else 21) for size in SIZES}
        for optimizer in OURS
    }
    rows, bars = table(seconds, names)
    packages = ["numpy", *there, *(["jax"] if {"keras", "optax"} & set(there) else [])]
    title = "One update of float32 weights, in microseconds, and how many times as long the others take"
    report.publish("step", title, rows, bars, packages, seconds=seconds, others_cores=others.cores())


def table(seconds, names):
    """The rows and the bars, from the seconds of each contestant by optimizer and size."""
    rows, bars = [], []
    for optimizer, of_size in seconds.items():
        for size, times in of_size.items():
            median = {name: float(1e6 * np.median(of_name)) for name, of_name in times.items()}
            floor = median["copy"] * ARRAYS[optimizer] / 2
            row = {"optimizer": optimizer, "weights": size, "floor us": floor, "ours us": median["ours"]}
            row |= {"ours / floor": median["ours"] / floor}
            row |= {f"{name} / ours": median[name] / median["ours"] for name in names}
            rows.append(row)
            bars += _bars(optimizer, size, median)
    return rows, bars


def race(optimizer, size, names, repeats):
    """Seconds of one update by each, and of a copy. A turn is several updates in a row, as in training."""
    rng = np.random.default_rng(size)
    w, g = rng.random((2, size), dtype=np.float32) + 0.5  # far from 0, as each puts Adam's epsilon elsewhere
    players = {name: MAKE[name](optimizer, w, g) for name in names}
    for _ in range(3):
        for player in players.values():
            player.update()
    for name, player in players.items():
        np.testing.assert_allclose(
            player.weights(), players["ours"].weights(), rtol=1e-3, atol=1e-5, err_msg=name
        )

    calls = max(3, min(100, 10**7 // size))
    players["copy"] = Copy(w)
    turns = {
        name: lambda update=player.update: [update() for _ in range(calls)]
        for name, player in players.items()
    }
    return {name: [t / calls for t in times] for name, times in timing.take_turns(turns, repeats).items()}


def _bars(optimizer, size, median):
    what = f"{optimizer}, {size:,} weights: ours at most"
    torch, keras = (median["ours"] / median.get(name, np.nan) for name in ("torch", "Keras 3"))
    if "torch" in median:
        limits = {10**4: (1 / 2, "1/2 of"), 10**6: (2.5, "2.5 x"), 10**7: (2.5, "2.5 x")}
        limit, part = (1 / 3, "1/3 of") if size <= 10**3 else limits.get(size, (None, None))
        if limit is not None:
            yield report.Bar(f"{what} {part} torch's time", torch, at_most=limit)
    if "Keras 3" in median and size <= 10**3:
        yield report.Bar(f"{what} 1/20 of Keras 3's", keras, at_most=1 / 20)
