"""Models: layers in a row, a loss at the end, and an optimizer that learns the weights."""

from copy import deepcopy
from itertools import chain

import numpy as np

from course_lib import losses, metrics, optimizers
from course_lib.base import divergence, progress, validation, weights_file
from course_lib.base.history import History
from course_lib.layers import Layer


class Sequential:
    """A stack of layers, used as in Keras 1.x: ``add``, ``compile``, ``fit``, ``predict``.

    Samples ``x`` have shape (N, inputs), targets ``y`` (N, outputs), or (N,) for sparse labels; all is
    computed in float64. ``seed`` fixes all that is random: the first weights, the order of the batches and
    what Dropout drops. Equal seeds, layers and data give equal models, to the last bit on one machine.

    A model whose numbers run out while it learns has diverged: its losses are inf or nan, and nothing warns.

    Source: Keras 1.2.2, models.Sequential.

    >>> from course_lib.layers import Activation, Dense
    >>> model = Sequential([Dense(2, input_dim=3), Activation("softmax")])
    >>> model.compile(loss="mean_squared_error", optimizer="sgd", metrics=["accuracy"])
    >>> model.predict([[0.0, 0.0, 0.0]])
    array([[0.5, 0.5]])
    >>> model.fit([[0.0, 0.0, 0.0]], [[1.0, 0.0]], epochs=2, verbose=0)
    History(2 epochs: loss 0.25 to 0.2488, acc 1 to 1)
    """

    def __init__(self, layers=(), seed=0):
        self.seed = validation.whole_number("seed", seed, low=0)
        self.layers = []
        self.history = History()
        self.w = self.g = np.empty(0)  # all weights and all gradients, one long vector each
        self._rng = np.random.default_rng(seed)
        self._compiled = False
        for layer in layers:
            self.add(layer)

    def add(self, layer):
        """Put a new layer on top. The first one must say its ``input_dim``."""
        if not isinstance(layer, Layer) or layer.built:
            raise ValueError(f"layer must be a Layer that no model has yet; got {validation.shorten(layer)}")
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

    def compile(self, loss, optimizer, metrics=None):
        """Say what to minimise, how, and what else to report: each by name or as an object.

        ``metrics``: a list of ``"accuracy"`` and names of losses. What an optimizer remembers is forgotten;
        the weights stay.
        """
        loss, optimizer = losses.get(loss), optimizers.get(optimizer)
        if optimizer.family_shape:
            raise ValueError(
                "optimizer must have plain numbers as settings to train a model; "
                f"got a family of shape {optimizer.family_shape}"
            )
        measures = {"loss": loss} | self._resolve(metrics, loss)
        self.loss, self.optimizer, self._measures = loss, optimizer, measures
        self._state = self.optimizer.init(self.w)
        self._compiled = True

    def fit(
        self,
        x,
        y,
        batch_size=32,
        epochs=10,
        *,
        nb_epoch=None,
        shuffle=True,
        verbose=1,
        validation_data=None,
    ):
        """Learn from samples ``x`` and targets ``y``: one update per batch, ``epochs`` passes over the data.

        ``nb_epoch``: Keras 1's word for ``epochs``.
        ``shuffle``: a new order of the samples for each epoch.
        ``verbose``: 1 shows a progress bar, 0 does not.
        ``validation_data``: a pair ``(x, y)`` to evaluate after each epoch; nothing is learned from it.

        Returns the History, which is also ``model.history`` and there grows while the model learns: after an
        interruption it has the epochs that were finished, and the weights are those of the last update.
        ValueError for shapes that do not fit, NaN in the data or targets outside the loss's domain, before
        anything is learned.
        """
        x, y = self.checked(x, y)
        if validation_data is not None:
            validation_data = self._checked_pair(validation_data)
        batch_size = validation.whole_number("batch_size", batch_size, low=1)
        epochs = validation.whole_number("epochs", epochs if nb_epoch is None else nb_epoch, low=0)

        self.history = history = History()
        updates = epochs * -(-len(x) // batch_size)
        with divergence.allowed(), progress.bar(updates, verbose) as bar:
            for epoch in range(epochs):
                order = self._rng.permutation(len(x)) if shuffle else np.arange(len(x))
                total = 0.0
                for start in range(0, len(x), batch_size):
                    batch = order[start : start + batch_size]
                    total += self._train_on(x[batch], y[batch])
                    bar.update()
                scores = self._named(total / len(x))
                if validation_data is not None:
                    scores |= self._named(self._scores(*validation_data), "val_")
                history.append(**scores)
                bar.set_postfix(epoch=f"{epoch + 1}/{epochs}", loss=f"{scores['loss']:.4g}")
        return history

    def train_on_batch(self, x, y):
        """One update with all of ``x`` and ``y``. Returns what ``evaluate`` would have before it."""
        x, y = self.checked(x, y)
        with divergence.allowed():
            return _one_or_list(self._train_on(x, y) / len(x))

    def evaluate(self, x, y):
        """The loss on ``x`` and ``y``; with metrics a list: the loss and each metric."""
        x, y = self.checked(x, y)
        with divergence.allowed():
            return _one_or_list(self._scores(x, y))

    def predict(self, x):
        """The outputs for ``x``, shape (N, outputs)."""
        with divergence.allowed():
            return self._forward(self._inputs(x))

    def predict_classes(self, x):
        """The class of each sample, shape (N,): its largest output. A single output gives 1 above .5, else 0,
        in shape (N, 1).
        """
        y_pred = self.predict(x)
        return y_pred.argmax(axis=-1) if y_pred.shape[-1] > 1 else (y_pred > 0.5).astype(int)

    def summary(self):
        """Print a table: each layer, the shape of its outputs (None: as many as samples), its parameters."""
        rows = [("layer", "output shape", "parameters")]
        for layer in self.layers:
            parameters = sum(weight.size for weight in layer.weights)
            rows.append((repr(layer), f"(None, {layer.output_dim})", f"{parameters:,}"))
        rows.append(("total", "", f"{self.w.size:,}"))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for layer, shape, parameters in rows:
            print(f"{layer:<{widths[0]}}  {shape:<{widths[1]}}  {parameters:>{widths[2]}}")

    def get_weights(self):
        """A copy of every weight array, layer by layer: ``W``, then ``b``."""
        return [weight.copy() for layer in self.layers for weight in layer.weights]

    def set_weights(self, weights):
        """Take these weights: a list of arrays as ``get_weights`` gives it.

        NaN and infinity are accepted, because a diverged model has them. ValueError for anything that is no
        number, another count or another shape, before anything is set. The optimizer's memory stays.
        """
        self.w[...] = self._fitting(weights)

    def save_weights(self, path):
        """Write the weights, and nothing else, to an npz file; the layers must be built again in code.

        An existing file is replaced as a whole at the end, so an interruption leaves the old one.
        """
        weights_file.write(path, self.get_weights())

    def load_weights(self, path):
        """Take the weights that ``save_weights`` wrote, for a model with the same layers.

        ValueError for a damaged or foreign file and for weights that do not fit, FileNotFoundError for none;
        the model is then as it was. Nothing in the file is executed.
        """
        weights = weights_file.read(path)
        try:
            self.set_weights(weights)
        except ValueError as error:
            raise ValueError(f"{path} does not fit the model: {error}") from None

    def _train_on(self, x, y):
        """One update; the loss and the metrics before it, summed over the samples."""
        y_pred = self._forward(x, training=True)
        slope = self.loss.mean_slope(y, y_pred)
        for layer in reversed(self.layers):
            slope = layer.backward(slope)
        self.w[...], self._state = self.optimizer.step(self.w, self.g, self._state)
        for weight, constraint in self._constrained:
            weight[...] = constraint(weight)
        return self._summed(y, y_pred)

    def _forward(self, x, training=False):
        for layer in self.layers:
            x = layer.forward(x, training)
        return x

    def _scores(self, x, y):
        return self._summed(y, self._forward(x)) / len(x)

    def _summed(self, y, y_pred):
        """The loss and the metrics, each summed over the samples."""
        return np.array([measure.row(y, y_pred).sum() for measure in self._measures.values()])

    def _named(self, scores, prefix=""):
        return {prefix + name: score.item() for name, score in zip(self._measures, scores, strict=True)}

    def checked(self, x, y):
        """Samples and targets as arrays that suit the layers, the loss and the metrics."""
        if not self._compiled:
            raise ValueError(
                "the model must be told what to minimise: call compile(loss=..., optimizer=...) first"
            )
        x = self._inputs(x)
        for measure in self._measures.values():
            y = measure.check_true(y, (len(x), self.layers[-1].output_dim))
        return x, y

    def _checked_pair(self, validation_data):
        if not isinstance(validation_data, tuple | list) or len(validation_data) != 2:
            got = validation.shorten(validation_data)
            raise ValueError(f"validation_data must be a pair (x, y); got {got}")
        try:
            return self.checked(*validation_data)
        except ValueError as error:
            raise ValueError(f"validation_data: {error}") from None

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

    def _resolve(self, identifiers, loss):
        """Each metric under its name in the History."""
        identifiers = [] if identifiers is None else identifiers
        if not isinstance(identifiers, tuple | list):
            raise ValueError(f"metrics must be a list; got {validation.shorten(identifiers)}")
        outputs = self.layers[-1].output_dim if self.layers else None
        resolved = [metrics.resolve(identifier, loss, outputs) for identifier in identifiers]
        names = [name for name, _ in resolved]
        if len(set(names)) < len(names):
            raise ValueError(f"metrics must differ in their names; got {', '.join(names)}")
        return dict(resolved)

    def _fitting(self, weights):
        """The weights end to end, once their count and shapes are known to be the model's."""
        if not isinstance(weights, tuple | list):
            raise ValueError(f"weights must be a list of arrays; got {validation.shorten(weights)}")
        arrays = [validation.float_array(f"weights[{i}]", weight) for i, weight in enumerate(weights)]
        needed = [weight.shape for layer in self.layers for weight in layer.weights]
        got = [array.shape for array in arrays]
        if got != needed:
            raise ValueError(
                f"weights must have the shapes {validation.shorten(needed)}; got {validation.shorten(got)}"
            )
        return np.concatenate([array.ravel() for array in arrays] or [self.w])

    def _lay_out(self):
        """Put all weights into one vector, all gradients into another, and hand each layer its views."""
        arrays = [weight for layer in self.layers for weight in layer.weights]
        shapes = [weight.shape for weight in arrays]
        self.w = np.concatenate([weight.ravel() for weight in arrays] or [self.w])
        self.g = np.zeros_like(self.w)
        hand_out(self.layers, "weights", self.w, shapes)
        hand_out(self.layers, "gradients", self.g, shapes)
        pairs = [zip(layer.weights, layer.constraints, strict=True) for layer in self.layers]
        self._constrained = [(weight, rule) for weight, rule in chain(*pairs) if rule is not None]

    def __getstate__(self):
        """Copies and pickles take the layers along and share none with this model."""
        return deepcopy(self.__dict__)

    def __setstate__(self, state):
        self.__dict__ |= state
        self._lay_out()  # a copied view is a view no longer

    def __repr__(self):
        return f"Sequential({self.layers!r})"


def _one_or_list(scores):
    return scores.item() if scores.size == 1 else scores.tolist()


def hand_out(layers, name, vectors, shapes):
    """Give each layer, as its ``weights`` or ``gradients``, views into a long vector, or many of them (R, D).

    ``shapes``: those of one model's weight arrays, which lie end to end along D.
    """
    ends = np.cumsum([np.prod(shape, dtype=int) for shape in shapes], dtype=int)
    parts = zip(np.split(vectors, ends, axis=-1), shapes, strict=False)
    arrays = (part.reshape(*vectors.shape[:-1], *shape) for part, shape in parts)
    for layer in layers:
        setattr(layer, name, [next(arrays) for _ in layer.weights])
