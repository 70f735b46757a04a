"""Keras 3 on JAX, in float64, as in tests/keras: said before either is imported."""

import os

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"
os.environ["XLA_FLAGS"] = "--xla_backend_optimization_level=0"

import jax
import keras

jax.config.update("jax_enable_x64", True)
keras.config.set_floatx("float64")
