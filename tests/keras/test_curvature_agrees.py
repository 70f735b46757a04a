"""The largest curvature, which is measured by gradients, against the Hessian that JAX derives."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from course_lib import training
from course_lib.explorers.edge_of_stability import FiftyDigits
from course_lib.optimizers import SGD
from course_lib.sharpness import largest_curvature

SHAPES = [(20, 12), (12,), (12, 12), (12,), (12, 10), (10,)]


def loss(w, x, y):
    """The network of the figure, written down once more."""
    ends = np.cumsum([np.prod(shape) for shape in SHAPES])
    parts = [
        part.reshape(shape) for part, shape in zip(jnp.split(jnp.asarray(w), ends[:-1]), SHAPES, strict=True)
    ]
    hidden = jnp.tanh(jnp.tanh(x @ parts[0] + parts[1]) @ parts[2] + parts[3])
    return jnp.mean((hidden @ parts[4] + parts[5] - y) ** 2)


def test_it_is_the_largest_eigenvalue_of_the_hessian_while_the_network_learns():
    digits = FiftyDigits()
    hessian = jax.jit(jax.hessian(loss))
    for w in training.run(digits, SGD(lr=4.0), steps=200, record_every=100).path:
        assert digits.value(w) == pytest.approx(float(loss(w, digits.x, digits.y)), rel=1e-9)
        eigenvalues = np.linalg.eigvalsh(hessian(w, digits.x, digits.y))
        assert largest_curvature(digits, w) == pytest.approx(eigenvalues[-1], rel=1e-5)
