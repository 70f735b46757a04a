"""SGD in the words of Keras 1."""

import numpy as np


class SGD:
    """An optimizer that moves nothing itself: it lists what is to become of what.

    The pairs of ``get_updates`` hold a variable and its new value, made of the old values only; ``run`` then
    assigns them all. Keras 1 asks for the list once, when the training function is built, and its back end
    computes the new values for every batch. Numpy has no such graph: here it is asked for at each update.

    ``params``, ``grads``: lists of arrays of one shape each. ``constraints``: place in the list -> rule.

    Source: Keras 1.2.2, optimizers.SGD, whose bits these are.

    >>> w, sgd = np.array([1.0]), SGD(lr=0.1, momentum=0.9)
    >>> run(sgd.get_updates([w], {}, [np.array([2.0])]))
    >>> w, sgd.moments[0], sgd.iterations
    (array([0.8]), array([-0.2]), array(1.))
    """

    def __init__(self, lr=0.01, momentum=0.0, decay=0.0, nesterov=False):
        self.lr, self.momentum, self.decay, self.nesterov = lr, momentum, decay, nesterov
        self.iterations, self.moments = np.zeros(()), []

    def get_updates(self, params, constraints, grads):
        if not self.moments:
            self.moments = [np.zeros_like(p) for p in params]
        lr = self.lr * (1 / (1 + self.decay * self.iterations))  # rate
        self.updates = [(self.iterations, self.iterations + 1)]  # count
        for i, (p, g, m) in enumerate(zip(params, grads, self.moments, strict=True)):
            v = self.momentum * m - lr * g  # memory
            new = p + v  # step
            if self.nesterov:
                new = p + self.momentum * v - lr * g  # ahead
            if i in constraints:
                new = constraints[i](new)  # limit
            self.updates += [(m, v), (p, new)]  # memory, step, ahead
        return self.updates

    def get_config(self):
        """What a second SGD needs to be made like this one: the settings, and nothing it has learnt."""
        return {name: getattr(self, name) for name in ("lr", "momentum", "decay", "nesterov")}


def run(updates):
    """Give every variable its new value, as the back end does at the end of an update."""
    for variable, new in updates:
        variable[...] = new
