"""Models: layers in a row, a loss at the end, and an optimizer that learns the weights."""

from itertools import islice

import numpy as np

from course_lib import divergence, losses, optimizers, validation


class Sequential:
    """A stack of layers, used as in Keras 1.x: ``add``, ``compile``, ``fit``, ``predict``.

    ``seed`` fixes the first weights and the order of the batches, so two runs are equal.

    >>> from course_lib.layers import Activation, Dense
    >>> model = Sequential([Dense(2, input_dim=3), Activation("softmax")])
    >>> model.compile(loss="mean_squared_error", optimizer="sgd")
    >>> model.predict([[0.0, 0.0, 0.0]])
    array([[0.5, 0.5]])
    """

    def __init__(self, layers=(), seed=0):
        self.seed = validation.whole_number("seed", seed, low=0)
        self._rng = np.random.default_rng(seed)
        self.layers = []
        self.w = self.g = np.empty(0)  # all weights and all gradients, one long vector each
        self._compiled = False
        for layer in layers:
            self.add(layer)

    def add(self, layer):
        """Put a layer on top. The first one must say its ``input_dim``."""
        inputs = self.layers[-1].output_dim if self.layers else layer.input_dim
        if inputs is None:
            raise ValueError(f"input_dim must be given in the first layer; got {layer!r}")
        if layer.input_dim not in (None, inputs):
            raise ValueError(
                f"input_dim must be {inputs}, the outputs of the layer below; got {layer.input_dim}"
            )
        layer.build(inputs, self._rng)
        self.layers.append(layer)
        self._lay_out()
        self._compiled = False  # whoever adds a layer compiles again

    def compile(self, loss, optimizer):
        """Say what to minimise and how: each by name or as an object."""
        loss, optimizer = losses.get(loss), optimizers.get(optimizer)
        if optimizer.family_shape:
            raise ValueError(
                "optimizer must have plain numbers as settings to train a model; "
                f"got a family of shape {optimizer.family_shape}"
            )
        self.loss, self.optimizer = loss, optimizer
        self._state = self.optimizer.init(self.w)
        self._compiled = True

    def fit(self, x, y, batch_size=32, epochs=10, *, nb_epoch=None, shuffle=True, verbose=1):
        """Learn from samples ``x`` (shape (N, inputs)) and targets ``y`` (shape (N, outputs)).

        One update per batch, ``epochs`` passes over the data (``nb_epoch`` is Keras 1's word for it).
        ``verbose=1`` shows a progress bar. Returns the History. ValueError for shapes that do not fit,
        NaN in the data or targets outside the loss's domain; nothing is learned then.
        """
        self._require_compiled()
        x = self._inputs(x)
        y = self.loss.check_true(y, (len(x), self.layers[-1].output_dim))
        batch_size = validation.whole_number("batch_size", batch_size, low=1)
        epochs = validation.whole_number("epochs", epochs if nb_epoch is None else nb_epoch, low=0)

        history = History()
        with _progress(epochs * -(-len(x) // batch_size), verbose) as bar:
            for epoch in range(epochs):
                order = self._rng.permutation(len(x)) if shuffle else np.arange(len(x))
                total = 0.0
                for start in range(0, len(x), batch_size):
                    batch = order[start : start + batch_size]
                    total += self._train_on(x[batch], y[batch]) * len(batch)
                    bar.update()
                history.append(loss=total / len(x))
                bar.set_postfix(epoch=f"{epoch + 1}/{epochs}", loss=f"{history.history['loss'][-1]:.4g}")
        return history

    def evaluate(self, x, y):
        """The loss on ``x`` and ``y``."""
        self._require_compiled()
        return self.loss(y, self.predict(x))

    def predict(self, x):
        """The outputs for ``x``, shape (N, outputs)."""
        with divergence.allowed():
            return self._forward(self._inputs(x))

    def get_weights(self):
        """A copy of every weight array, layer by layer."""
        return [weight.copy() for layer in self.layers for weight in layer.weights]

    def _require_compiled(self):
        if not self._compiled:
            raise ValueError(
                "the model must be told what to minimise: call compile(loss=..., optimizer=...) first"
            )

    def _train_on(self, x, y):
        """One update; the loss before it."""
        with divergence.allowed():
            y_pred = self._forward(x)
            slope = self.loss.mean_slope(y, y_pred)
            for layer in reversed(self.layers):
                slope = layer.backward(slope)
            self.w[...], self._state = self.optimizer.step(self.w, self.g, self._state)
            return self.loss.row(y, y_pred).mean().item()

    def _forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def _inputs(self, x):
        if not self.layers:
            raise ValueError(
                "layers must be added before the model can be used: call add(Dense(..., input_dim=...))"
            )
        x = validation.finite_array("x", x)
        if x.ndim != 2 or x.shape[1] != self.layers[0].input_dim:
            raise ValueError(
                f"x must have shape (samples, {self.layers[0].input_dim}), as input_dim says; got {x.shape}"
            )
        return x

    def _lay_out(self):
        """Put all weights into one vector, all gradients into another, and hand each layer its views."""
        arrays = [weight for layer in self.layers for weight in layer.weights]
        shapes = [weight.shape for weight in arrays]
        self.w = np.concatenate([weight.ravel() for weight in arrays] or [self.w])
        self.g = np.zeros_like(self.w)
        weights, gradients = iter(_views(self.w, shapes)), iter(_views(self.g, shapes))
        for layer in self.layers:
            count = len(layer.weights)
            layer.weights, layer.gradients = list(islice(weights, count)), list(islice(gradients, count))

    def __repr__(self):
        return f"Sequential({self.layers!r})"


class History:
    """What ``fit`` returns: ``history["loss"]`` has the mean loss of each epoch's batches."""

    def __init__(self):
        self.history = {}

    @property
    def epoch(self):
        """The epochs' numbers, from 0."""
        return list(range(len(next(iter(self.history.values()), []))))

    def append(self, **values):
        for name, value in values.items():
            self.history.setdefault(name, []).append(value)

    def __repr__(self):
        curves = (f"{name} {values[0]:.4g} to {values[-1]:.4g}" for name, values in self.history.items())
        return f"History({len(self.epoch)} epochs: {', '.join(curves) or 'nothing recorded'})"


def _views(vector, shapes):
    """Views into a vector, one of each shape, end to end."""
    ends = np.cumsum([np.prod(shape, dtype=int) for shape in shapes], dtype=int)
    return [part.reshape(shape) for part, shape in zip(np.split(vector, ends), shapes, strict=False)]


def _progress(updates, verbose):
    from tqdm.auto import tqdm  # here, so that importing the library stays quick

    return tqdm(total=updates, unit="update", disable=not verbose)
