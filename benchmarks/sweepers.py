"""Who can try many settings of SGD on a surface: this library, a hand-written loop, JAX and PyTorch.

Each has a function ``run``, which is timed, and ``losses``: those before the first update and after each,
the settings last. JAX and PyTorch are given the library's own formula of the surface and differentiate it
themselves.
"""

import os
import subprocess
import sys

import numpy as np

from course_lib import compiled, optimizers, training
from course_lib.compiled import machine


class Family:
    """Every lr with every momentum. The rates end at 4 over the largest curvature: no momentum bears more."""

    def __init__(self, surface, rates=100, momenta=100, steps=200):
        self.surface, self.steps = surface, steps
        self.lr = np.linspace(0.01, 4, rates)[:, None] / max(surface.curvatures)
        self.momentum = np.linspace(0, 0.99, momenta)[None, :]
        self.shape, self.size = (rates, momenta), rates * momenta

    def pairs(self):
        """The settings as two lists, one pair after the other."""
        return [np.broadcast_to(setting, self.shape).ravel() for setting in (self.lr, self.momentum)]


class Player:
    """One who runs all settings of a family, or those that are ``chosen``."""

    def __init__(self, family):
        self.family, self.chosen = family, np.arange(family.size)

    def run(self):
        """Run them and return the losses, in whichever order is quickest."""
        raise NotImplementedError

    def losses(self):
        """The losses, shape ``(steps + 1, settings)``."""
        return np.reshape(self.run(), (self.family.steps + 1, -1))


class Ours(Player):
    """This library, in float64; by machine code if ``is_compiled``, or else by numpy."""

    def __init__(self, family, record_path=False, is_compiled=False):
        super().__init__(family)
        self.record_path, self.switch = record_path, "1" if is_compiled else "0"
        self.sgd = optimizers.SGD(lr=family.lr, momentum=family.momentum)

    def descend(self):
        family = self.family
        os.environ[compiled.SWITCH] = self.switch
        return training.run(family.surface, self.sgd, steps=family.steps, record_path=self.record_path)

    def run(self):
        return self.descend().losses


class OursAnew(Ours):
    """This library's first call by machine code, with the compiling."""

    def __init__(self, family):
        super().__init__(family, is_compiled=True)

    def run(self):
        machine.compiled.cache_clear()
        return super().run()


FIRST = """
import time
import numpy as np
from course_lib import optimizers, surfaces, training
lr, momentum = np.linspace(0.01, 4, 100)[:, None], np.linspace(0, 0.99, 100)
start = time.perf_counter()
training.run("ravine", optimizers.SGD(lr, momentum), steps=200, record_path=False)
print(time.perf_counter() - start)
"""


def seconds_of_a_first_call():
    """In a fresh Python, where the compiler is loaded, too."""
    environment = os.environ | {compiled.SWITCH: "1"}
    return float(subprocess.check_output([sys.executable, "-c", FIRST], env=environment, text=True))


class Kept(Player):
    """No run: memory for all losses, filled with numbers. Nobody keeps them for less."""

    def run(self):
        losses = np.empty((self.family.steps + 1, *self.family.shape))
        losses.fill(1.0)
        return losses


class ByHand(Player):
    """The floor: the textbook's arithmetic in float64, in place, in buffers that are there already."""

    def __init__(self, family):
        super().__init__(family)
        shape = 2, *family.shape
        self.start = np.reshape(family.surface.start, (2, 1, 1))
        self.lr, self.momentum = (
            np.broadcast_to(setting, shape).copy() for setting in (family.lr, family.momentum)
        )
        self.w, self.v, self.g = np.empty(shape), np.empty(shape), np.empty(shape)
        self.seen = np.empty((family.steps + 1, *family.shape))
        self.prepare()

    def prepare(self):
        """Make what ``look`` needs."""

    def look(self, loss):
        """Write the loss at ``w`` into ``loss`` and the gradient into ``g``."""
        raise NotImplementedError

    def run(self):
        w, v, g, losses = self.w, self.v, self.g, self.seen
        w[:], v[:] = self.start, 0
        with np.errstate(all="ignore"):
            self.look(losses[0])
            for loss in losses[1:]:
                g *= self.lr
                v *= self.momentum
                v -= g
                w += v
                self.look(loss)
        return losses


class RavineByHand(ByHand):
    def prepare(self):
        self.curvatures = np.reshape(self.family.surface.curvatures, (2, 1, 1))

    def look(self, loss):
        np.multiply(self.curvatures, self.w, out=self.g)
        np.einsum("drs,drs->rs", self.w, self.g, out=loss)
        loss *= 0.5


class RosenbrockByHand(ByHand):
    def prepare(self):
        self.across, self.ahead = np.empty_like(self.w)

    def look(self, loss):
        (x, y), (slope_x, slope_y), across, ahead = self.w, self.g, self.across, self.ahead
        np.multiply(x, x, out=across)
        np.subtract(y, across, out=across)
        np.subtract(1, x, out=ahead)
        np.multiply(200, across, out=slope_y)
        np.multiply(x, slope_y, out=slope_x)
        slope_x += ahead
        slope_x *= -2
        np.multiply(across, across, out=across)
        across *= 100
        np.multiply(ahead, ahead, out=loss)
        loss += across


class Jax(Player):
    """A ``scan`` over the updates, compiled, of all settings at once: the family is an axis, the last."""

    def __init__(self, family, precision="float32"):
        import jax

        super().__init__(family)
        self.precision = precision
        with self.precise():
            self.settings = [jax.numpy.array(setting, precision) for setting in family.pairs()]
            self.descend = jax.jit(self.descent(jax))

    def precise(self):
        """Within it JAX has float64, if that is asked for."""
        import jax

        return jax.enable_x64(self.precision == "float64")

    def descent(self, jax):
        """The function of lr and momentum that is compiled."""
        f, start, steps = self.family.surface.f, self.family.surface.start, self.family.steps
        np_ = jax.numpy

        def descend(lr, momentum):
            w = np_.broadcast_to(np_.array(start, lr.dtype).reshape(-1, *[1] * lr.ndim), (2, *lr.shape))
            look = jax.value_and_grad(lambda w: (f(w).sum(), f(w)), has_aux=True)

            def update(state, _):
                w, v = state
                (_, loss), g = look(w)
                v = momentum * v - lr * g
                return (w + v, v), loss

            (w, _), losses = jax.lax.scan(update, (w, np_.zeros_like(w)), length=steps)
            return np_.concatenate([losses, f(w)[None]])

        return descend

    def run(self):
        with self.precise():
            return self.descend(*self.settings).block_until_ready()


class JaxMapped(Jax):
    """``vmap`` of the ``scan`` for one pair. The settings last in the losses took half as long again."""

    def descent(self, jax):
        return jax.vmap(super().descent(jax))

    def losses(self):
        return np.transpose(self.run())


class JaxAnew(Player):
    """JAX's first call, with all that is compiled for it."""

    def __init__(self, family, precision):
        super().__init__(family)
        self.precision = precision

    def run(self):
        return JaxMapped(self.family, self.precision).run()

    def losses(self):
        return JaxMapped(self.family, self.precision).losses()


class Torch(Player):
    """A loop over ``n`` of the settings, spread over all of them, with torch.optim.SGD in float64."""

    def __init__(self, family, n):
        super().__init__(family)
        self.chosen = self.chosen[:: family.size // n][:n]
        self.settings = np.transpose(family.pairs())[self.chosen].tolist()

    def run(self):
        return np.transpose([self.descend(lr, momentum) for lr, momentum in self.settings])

    def descend(self, lr, momentum):
        import torch

        f = self.family.surface.f
        w = torch.tensor(self.family.surface.start, dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.SGD([w], lr=lr, momentum=momentum)
        losses = []
        for _ in range(self.family.steps):
            optimizer.zero_grad()
            loss = f(w)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return [*losses, f(w).item()]
