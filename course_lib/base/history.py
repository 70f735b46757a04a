"""What a model went through while it learned."""


class History:
    """What ``fit`` returns: ``history["loss"]`` has the mean loss of each epoch's batches.

    So have the metrics' names, and with validation data ``"val_loss"`` and so on the values after each epoch.
    A batch is measured before its update, so an epoch's loss is a little behind the model.

    >>> history = History()
    >>> history.append(loss=2.0)
    >>> history.append(loss=1.0)
    >>> history.epoch, history.history
    ([0, 1], {'loss': [2.0, 1.0]})
    """

    def __init__(self):
        self.history = {}

    @property
    def epoch(self):
        """The epochs' numbers, from 0."""
        return list(range(len(next(iter(self.history.values()), []))))

    def append(self, **values):
        """One more epoch."""
        for name, value in values.items():
            self.history.setdefault(name, []).append(value)

    def __repr__(self):
        curves = (f"{name} {values[0]:.4g} to {values[-1]:.4g}" for name, values in self.history.items())
        return f"History({len(self.epoch)} epochs: {', '.join(curves) or 'nothing recorded'})"
