"""SGD in the words of PyTorch."""


class SGD:
    """An optimizer that remembers gradients, and multiplies by the rate last of all.

    ``params``: the arrays that it moves. ``grads``: an array of the same shape for each. ``lr`` may change
    between two steps, as PyTorch's schedulers do; the optimizer itself counts nothing.
    ``dampening``: the part of each gradient but the first that the memory leaves out.

    Source: PyTorch, optim.SGD.

    >>> import numpy as np
    >>> w = np.array([1.0])
    >>> sgd = SGD([w], lr=0.1, momentum=0.9)
    >>> sgd.step([np.array([2.0])])
    >>> w, sgd.buffers[0]
    (array([0.8]), array([2.]))
    """

    def __init__(self, params, lr=0.001, momentum=0.0, dampening=0.0, nesterov=False):
        self.params, self.lr, self.nesterov = params, lr, nesterov
        self.momentum, self.dampening, self.buffers = momentum, dampening, {}

    def step(self, grads):
        for i, (w, g) in enumerate(zip(self.params, grads, strict=True)):
            d = g
            if self.momentum != 0:
                d = b = self.remember(i, g)  # step
                if self.nesterov:
                    d = g + self.momentum * b  # ahead
            w -= self.lr * d  # rate, step, ahead

    def remember(self, i, g):
        old = self.buffers.get(i)
        new = g.copy()  # memory
        if old is not None:
            new = self.momentum * old + (1 - self.dampening) * g  # memory
        self.buffers[i] = new
        return new
