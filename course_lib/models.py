"""Models: layers in a row, a loss at the end, and an optimizer that learns the weights."""

from copy import deepcopy
from typing import Any

import numpy as np

from course_lib import callbacks as watching
from course_lib import losses, metrics, optimizers
from course_lib.base import batches, divergence, progress, validation, weights_file
from course_lib.base.network import Network
from course_lib.callbacks import History, Watchers
from course_lib.layers import Layer
from course_lib.samples import Samples, class_weights, given_weights
from course_lib.schedules import Schedule


class Sequential:
    """A stack of layers, used as in Keras 1.x: ``add``, ``compile``, ``fit``, ``predict``.

    Samples ``x`` have shape (N, inputs), targets ``y`` (N, outputs), or (N,) for sparse labels; all is
    computed in float64. ``w`` holds all weights, one long vector. ``seed`` fixes all that is random: the
    first weights, the order of the batches and what Dropout drops. Equal seeds, layers and data give equal
    models, to the last bit on one machine; and a ``DataLoss`` of this seed takes the same batches.

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
        self.loss: Any = None
        self.optimizer: Any = None
        self.stop_training = False  # a callback sets it to end the training after the epoch
        self._hold(np.empty(0))
        self._rng = np.random.default_rng(seed)
        self._epochs = 0  # that were begun: each has an order of its own
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
        first = layer.build(inputs, self._rng)
        self.layers.append(layer)
        self._hold(np.concatenate([self._w, *(weight.ravel() for weight in first)]))
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
        if "shape" in optimizer.settings():
            raise ValueError(
                "optimizer must be told which of the weights are matrices, as by "
                f"Parts.by_shape([w.shape for w in model.get_weights()], {optimizer!r})"
            )
        measures = {"loss": loss} | self._resolve(metrics, loss)
        self.loss, self.optimizer, self._measures = loss, optimizer, measures
        self._state = self.optimizer.init(self._w)
        self._compiled = True

    @property
    def w(self):
        """All weights end to end, shape (D,): a copy, which no update changes. Set it to set them all."""
        w = self._w.copy()
        w.flags.writeable = False  # so that model.w[0] = 1 is an error, and not forgotten
        return w

    @w.setter
    def w(self, w):
        w = validation.float_array("w", w)
        validation.same_shape("w", w, "the model's weights", self._w)
        self._w[...] = w

    @property
    def lr(self):
        """The learning rate. Setting it, as callbacks do, leaves what the optimizer remembers as it is.

        The model then has an optimizer of its own: the object that was given to ``compile``, which another
        model may share, keeps its rate. ValueError where the rate is a Schedule, which sets itself.
        """
        if self.optimizer is None or isinstance(self.optimizer.lr, Schedule):
            raise ValueError(
                f"optimizer must have a number as its lr, for a rate that is set; got {self.optimizer!r}"
            )
        return self.optimizer.lr

    @lr.setter
    def lr(self, lr):
        before = self.lr  # there must be one
        lr = validation.number("lr", lr, lambda lr: lr >= 0, "a finite number >= 0")
        if lr != before:
            self.optimizer = self.optimizer.replace(lr=lr)

    def fit(
        self,
        x,
        y,
        batch_size=32,
        epochs=None,
        *,
        nb_epoch=None,
        shuffle=True,
        verbose=1,
        callbacks=(),
        validation_split=0.0,
        validation_data=None,
        class_weight=None,
        sample_weight=None,
    ):
        """Learn from samples ``x`` and targets ``y``: one update per batch, ``epochs`` passes over the data.

        ``epochs``: 10 unless you say; ``nb_epoch`` is Keras 1's word for it.
        ``shuffle``: a new order of the samples for each epoch; a second ``fit`` goes on with further ones.
        ``verbose``: 1 shows a progress bar, 0 does not.
        ``callbacks``: a list of ``Callback`` objects.
        ``validation_data``: ``(x, y)`` or ``(x, y, sample_weight)`` to evaluate after each epoch; nothing is
        learned from it. ``validation_split``: in [0, 1); that part of the samples, the last ones as they
        stand, is kept for this and not learned from.
        ``sample_weight``: one number >= 0 a sample, by which its loss counts.
        ``class_weight``: a dict ``{class: number >= 0}`` instead, for every class that the targets have. It
        does not count in the validation (in Keras 1 it does with a ``validation_split``).

        In each batch the loss is ``mean(score * w) / mean(w != 0)``, plus what the layers' regularizers add.
        Metrics are not weighted.

        Returns the History, which is also ``model.history`` and there grows while the model learns: after an
        interruption it has the epochs that were finished, and the weights are those of the last update.
        ValueError for shapes that do not fit, NaN in the data or targets outside the loss's domain, before
        anything is learned.
        """
        samples = self._samples(x, y, sample_weight)
        batch_size = validation.whole_number("batch_size", batch_size, low=1)
        epochs = _given_once("epochs", epochs, "nb_epoch", nb_epoch, default=10)
        epochs = validation.whole_number("epochs", epochs, low=0)
        seed = self.seed if validation.flag("shuffle", shuffle) else None
        samples, held_out = self._held_out(samples, validation_split, validation_data)
        samples = self._by_class(samples, class_weight)

        callbacks = watching.checked(callbacks)

        self.history = History()
        self.stop_training = False
        names = [*self._measures, *(f"val_{name}" for name in self._measures if held_out is not None)]
        params = {"epochs": epochs, "batch_size": batch_size, "samples": samples.size, "metrics": names}
        watchers = Watchers(callbacks, self.history, self, params)
        updates = epochs * batches.count(samples.size, batch_size)
        with divergence.allowed(), progress.bar(updates, verbose) as bar:
            watchers.tell("on_train_begin", {})
            for epoch in range(epochs):
                watchers.tell("on_epoch_begin", epoch, {})
                logs = self._named(self._learn_an_epoch(samples, batch_size, seed, watchers, bar))
                if held_out is not None:
                    logs |= self._named(self._scores(held_out), "val_")
                watchers.tell("on_epoch_end", epoch, logs)
                bar.set_postfix(epoch=f"{epoch + 1}/{epochs}", loss=f"{logs['loss']:.4g}")
                if self.stop_training:
                    break
            watchers.tell("on_train_end", {})
        return self.history

    def train_on_batch(self, x, y, *, class_weight=None, sample_weight=None):
        """One update with all of ``x`` and ``y``. Returns what ``evaluate`` would have before it."""
        samples = self._by_class(self._samples(x, y, sample_weight), class_weight)
        with divergence.allowed():
            return _one_or_list(self._train_on(samples))

    def evaluate(self, x, y, *, sample_weight=None):
        """The loss on ``x`` and ``y``, all at once, weighted as in ``fit``; with metrics a list: the loss
        and each metric.
        """
        samples = self._samples(x, y, sample_weight)
        with divergence.allowed():
            return _one_or_list(self._scores(samples))

    def predict(self, x):
        """The outputs for ``x``, shape (N, outputs)."""
        with divergence.allowed():
            return self._network.forward(self._weights, self._inputs(x))[0]

    def predict_classes(self, x):
        """The class of each sample, shape (N,): its largest output.

        A single output gives the loss's labels in shape (N, 1): 1 above the loss's ``threshold``, else its
        ``negative_label``. That is 1 above 0.5 and else 0 for probabilities, 1 above 0 and else 0 for logits,
        1 above 0 and else -1 for hinges. A model that was not compiled takes the outputs for probabilities.
        """
        y_pred = self.predict(x)
        if y_pred.shape[-1] > 1:
            return y_pred.argmax(axis=-1)
        loss = self.loss or losses.binary_crossentropy
        return np.where(y_pred > loss.threshold, 1, loss.negative_label)

    def summary(self):
        """Print a table: each layer, the shape of its outputs (None: as many as samples), its parameters."""
        rows = [("layer", "output shape", "parameters")]
        for layer in self.layers:
            parameters = sum(int(np.prod(shape)) for shape in layer.shapes)
            rows.append((repr(layer), f"(None, {layer.output_dim})", f"{parameters:,}"))
        rows.append(("total", "", f"{self._w.size:,}"))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for layer, shape, parameters in rows:
            print(f"{layer:<{widths[0]}}  {shape:<{widths[1]}}  {parameters:>{widths[2]}}")

    def get_weights(self):
        """A copy of every weight array, layer by layer: ``W``, then ``b``."""
        return [weight.copy() for weights in self._weights for weight in weights]

    def set_weights(self, weights):
        """Take these weights: a list of arrays as ``get_weights`` gives it.

        NaN and infinity are accepted, because a diverged model has them. ValueError for anything that is no
        number, another count or another shape, before anything is set. The optimizer's memory stays.
        """
        self.w = self._fitting(weights)

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

    def _hold(self, w):
        """Take ``w`` as the memory of all weights, and each layer's as views into it."""
        self._network = Network(self.layers)
        self._w, self._weights = w, self._network.split(w)

    def _learn_an_epoch(self, samples, batch_size, seed, watchers, bar):
        """One update per batch; the mean of their losses and metrics."""
        total, epoch = 0.0, self._epochs
        self._epochs += 1
        for number, rows in enumerate(batches.of_epoch(samples.size, batch_size, seed, epoch)):
            if watchers.each_batch:
                watchers.tell("on_batch_begin", number, {})
            batch = samples.take(rows)
            scores = self._train_on(batch)
            total += scores * batch.size
            if watchers.each_batch:
                watchers.tell("on_batch_end", number, self._named(scores))
            bar.update()
        return total / samples.size

    def _train_on(self, samples):
        """One update; the loss and the metrics before it."""
        y_pred, memory = self._network.forward(self._weights, samples.x, self._rng)
        slope = samples.weigh(self.loss.mean_slope(samples.y, y_pred))
        g = self._network.backward(self._weights, memory, slope)
        scores = self._measured(samples, y_pred)
        self._w[...], self._state = self.optimizer.step(self._w, g, self._state)
        self._network.constrain(self._weights)
        return scores

    def _scores(self, samples):
        return self._measured(samples, self._network.forward(self._weights, samples.x)[0])

    def _measured(self, samples, y_pred):
        """The loss, with weights and what the regularizers add, and the metrics, without."""
        rows = [measure.row(samples.y, y_pred) for measure in self._measures.values()]
        rows[0] = samples.weigh(rows[0])
        scores = np.array([row.sum() / samples.size for row in rows])
        scores[0] += self._network.penalty(self._weights)
        return scores

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

    def _samples(self, x, y, sample_weight):
        x, y = self.checked(x, y)
        return Samples(x, y, given_weights(sample_weight, len(x)))

    def _by_class(self, samples, class_weight):
        """The samples, weighted by their classes where that is asked for."""
        if class_weight is None:
            return samples
        if samples.weight is not None:
            raise ValueError("class_weight must be None where sample_weight is given; got both")
        weight = class_weights(class_weight, samples.y, self.layers[-1].output_dim, self.loss)
        return samples._replace(weight=weight)

    def _held_out(self, samples, part, given):
        """The samples to learn from, and those to evaluate after each epoch, or None."""
        part = validation.number(
            "validation_split", part, lambda p: (p >= 0) & (p < 1), "one number in [0, 1)"
        )
        if part and given is not None:
            raise ValueError("validation_split must be 0 where validation_data are given; got both")
        if part:
            return samples.split(part)
        return samples, None if given is None else self._checked_validation(given)

    def _checked_validation(self, validation_data):
        if not isinstance(validation_data, tuple | list) or len(validation_data) not in (2, 3):
            got = validation.shorten(validation_data)
            raise ValueError(f"validation_data must be a pair (x, y), or (x, y, sample_weight); got {got}")
        x, y, weight = (*validation_data, None)[:3]
        try:
            return self._samples(x, y, weight)
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
        needed = [shape for layer in self.layers for shape in layer.shapes]
        got = [array.shape for array in arrays]
        if got != needed:
            raise ValueError(
                f"weights must have the shapes {validation.shorten(needed)}; got {validation.shorten(got)}"
            )
        return np.concatenate([array.ravel() for array in arrays] or [self._w])

    def __getstate__(self):
        """Copies and pickles take all along and share nothing with this model."""
        return deepcopy(self.__dict__)

    def __setstate__(self, state):
        self.__dict__ |= state
        self._hold(self._w)  # a copied view is a view no longer

    def __repr__(self):
        return f"Sequential({self.layers!r})"


def _one_or_list(scores):
    return scores.item() if scores.size == 1 else scores.tolist()


def _given_once(name, value, synonym, other, default):
    """The value under either name."""
    if value is not None and other is not None:
        raise ValueError(f"{name} must be given once; got it as {name} and as {synonym}")
    return next((given for given in (value, other) if given is not None), default)
