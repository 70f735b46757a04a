"""Keras 3 on JAX, in float64: said before either is imported."""

import os

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"
os.environ["XLA_FLAGS"] = "--xla_backend_optimization_level=0"  # to compile takes longer than to compute

import jax
import keras

jax.config.update("jax_enable_x64", True)  # in case somebody imported JAX before
keras.config.set_floatx("float64")  # else losses and hyper-parameters are rounded to float32
