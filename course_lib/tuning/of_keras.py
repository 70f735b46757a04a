"""A Keras 3 model as a Model, on any of its backends. Keras is imported only when one is made."""

import numpy as np

from course_lib.tuning.installed import library
from course_lib.tuning.model import Model


class OfKeras(Model):
    """A built ``keras.Model`` that was compiled with its loss.

    ``data``, ``batch_size``, ``seed``: see ``Model``. It works on a copy (``keras.models.clone_model``), so
    your model is not trained. Gradients come from Keras's own training step, with an optimizer that keeps
    them and moves nothing: they hold what regularizers add, and dropout drops. All is computed in the model's
    own precision, float32 unless you changed it.

    ValueError for a model that has no weights yet, no loss, or constraints, which a run would not apply.
    """

    def __init__(self, model, data, batch_size=32, seed=0):
        keras = library("keras", needed_for="OfKeras")
        if not model.built or not model.trainable_variables:
            raise ValueError("model must have its weights: begin it with keras.Input(...), or call it once")
        if not getattr(model, "loss", None):
            raise ValueError("model must be told its loss: call compile(loss=...) first")
        if any(variable.constraint is not None for variable in model.trainable_variables):
            raise ValueError("model must have free weights, because a run applies no constraints; got some")
        self._keras = keras
        self._twin = keras.models.clone_model(model)
        for mine, yours in zip(self._twin.weights, model.weights, strict=True):
            mine.assign(yours)
        self._kept = _keeper(keras)
        self._twin.compile(loss=model.loss, optimizer=self._kept)
        super().__init__(_end_to_end(keras, self._twin.trainable_variables), data, batch_size, seed)

    def loss(self, w, x, y):
        self._set(w)
        return float(self._twin.test_on_batch(x, y))

    def slope(self, w, x, y):
        self._set(w)
        self._twin.train_on_batch(x, y)
        return _end_to_end(self._keras, self._kept.gradients)

    def _set(self, w):
        self._twin.reset_metrics()  # or the loss is an average over all batches so far
        variables = self._twin.trainable_variables
        ends = np.cumsum([np.prod(variable.shape, dtype=int) for variable in variables])
        for variable, part in zip(variables, np.split(np.asarray(w), ends[:-1]), strict=True):
            variable.assign(part.reshape(variable.shape))


def _keeper(keras):
    """An optimizer that keeps each gradient in a variable beside the weight, and leaves the weight alone."""

    class Keeper(keras.optimizers.Optimizer):
        def __init__(self):
            super().__init__(learning_rate=0.0)

        def build(self, variables):
            if not self.built:
                super().build(variables)
                self.gradients = self.add_optimizer_variables(variables, "gradient")

        def update_step(self, gradient, variable, learning_rate):
            self.assign(self.gradients[self._get_variable_index(variable)], gradient)

    return Keeper()


def _end_to_end(keras, variables):
    arrays = [keras.ops.convert_to_numpy(variable.value) for variable in variables]
    return np.concatenate([np.ravel(array).astype(np.float64) for array in arrays])
