"""Keras 3 on JAX, in float64, as in tests/keras: said before either is imported."""

from tests.keras import conftest

__all__ = ["conftest"]
