"""Keras 3 on JAX, in float64: said before either is imported."""

import os
import tempfile

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"
os.environ["XLA_FLAGS"] = "--xla_backend_optimization_level=0"  # to compile takes longer than to compute

import jax
import jax.numpy as jnp
import keras
import pytest

jax.config.update("jax_enable_x64", True)  # in case somebody imported JAX before
keras.config.set_floatx("float64")  # else losses and hyper-parameters are rounded to float32


def pytest_configure(config):
    """Every network is new to JAX: files keep what it compiled for one of the same shapes."""
    folder = tempfile.TemporaryDirectory()
    config.add_cleanup(folder.cleanup)
    jax.config.update("jax_compilation_cache_dir", folder.name)
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


@pytest.fixture
def all_digits(monkeypatch):
    """On JAX Keras rounds norms and means to float32 whatever is asked for."""
    monkeypatch.setattr(keras.src.ops, "norm", jnp.linalg.norm)
    monkeypatch.setattr(
        keras.src.ops, "mean", lambda x, *axis, **axes: jnp.mean(jnp.asarray(x), *axis, **axes)
    )
