"""The course's own Sequential as a Model."""

from course_lib.data_loss import DataLoss
from course_lib.datasets import Split
from course_lib.tuning.model import Model


class OfSequential(Model):
    """A compiled Sequential, with its loss; ``data``, ``batch_size``, ``seed``: see ``Model``.

    ``w`` of shape (D, *R) is a family of models. What happens here does not train it. ValueError for data
    that do not suit the model.

    >>> from course_lib import datasets, layers, models, optimizers, training
    >>> network = models.Sequential([layers.Dense(10, activation="softmax", input_dim=10)])
    >>> network.compile("sparse_categorical_crossentropy", "sgd")
    >>> model = OfSequential(network, datasets.load_digits(components=10))
    >>> run = training.run(model, optimizers.SGD(lr=1.0), steps=100, record_path=False)
    >>> print(f"{run.losses[0]:.2f} to {run.losses[-1]:.2f}")
    2.47 to 0.37
    """

    def __init__(self, model, data, batch_size=32, seed=0):
        if isinstance(data, Split):  # Model says what else is wrong
            train, test = model.checked(data.x_train, data.y_train), model.checked(data.x_test, data.y_test)
            data = Split(*train, *test)
        super().__init__(model.w, data, batch_size, seed)
        self._loss = DataLoss(model, *self.parts["training"])

    def loss(self, w, x, y):
        return self._loss.height(w, x, y)

    def slope(self, w, x, y):
        return self._loss.slope(w, x, y)
