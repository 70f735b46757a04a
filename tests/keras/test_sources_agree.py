"""The transcription of Keras 3's SGD against the Keras 3 that is installed."""

from typing import Any

import keras
import numpy as np
import pytest

from course_lib.sources import keras_3

NAMES = {"plain": {}, "heavy ball": {"momentum": 0.9}, "nesterov": {"momentum": 0.9, "nesterov": True}}
RATES: dict[str, list[Any]] = {
    "constant": [0.1, 0.1],
    "schedule": [
        keras.optimizers.schedules.InverseTimeDecay(0.1, decay_steps=1, decay_rate=0.5),
        lambda updates: 0.1 / (1 + 0.5 * updates),
    ],
}


@pytest.mark.parametrize("settings", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize(("rate", "same_rate"), RATES.values(), ids=RATES)
def test_it_takes_the_path_of_keras_3(settings, rate, same_rate):
    theirs: Any = keras.optimizers.SGD(rate, **settings)
    ours = keras_3.SGD(same_rate, **settings)
    variable, w = keras.Variable(np.ones(3), dtype="float64"), np.ones(3)
    for g in np.random.default_rng(0).normal(size=(10, 3)):
        theirs.apply([keras.ops.convert_to_tensor(g, dtype="float64")], [variable])
        ours.apply([g], [w])
        assert np.allclose(w, np.array(variable.value), rtol=1e-12, atol=0)
    assert ours.iterations == np.array(theirs.iterations.value) == 10
