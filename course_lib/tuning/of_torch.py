"""A PyTorch module as a Model. PyTorch is imported only when one is made."""

from copy import deepcopy

import numpy as np

from course_lib.tuning.installed import library
from course_lib.tuning.model import Model


class OfTorch(Model):
    """A ``torch.nn.Module`` and its loss, a function of outputs and targets such as ``F.cross_entropy``.

    ``data``, ``batch_size``, ``seed``: see ``Model``. It works on a copy, so your module is not trained. All
    is computed where the module's parameters are and in their precision; whole numbers in ``x`` and ``y``
    stay whole. ValueError for a module that has no parameters to learn.
    """

    def __init__(self, module, loss, data, batch_size=32, seed=0):
        self._torch, self._criterion = library("torch", needed_for="OfTorch"), loss
        self._module = deepcopy(module)
        self._parameters = [each for each in self._module.parameters() if each.requires_grad]
        if not self._parameters:
            raise ValueError("module must have parameters that are learned; got none")
        super().__init__(self._end_to_end(self._parameters), data, batch_size, seed)

    def loss(self, w, x, y):
        self._module.eval()
        with self._torch.no_grad():
            return float(self._height(w, x, y))

    def slope(self, w, x, y):
        self._module.train()
        height = self._height(w, x, y)
        return self._end_to_end(self._torch.autograd.grad(height, self._parameters, materialize_grads=True))

    def _height(self, w, x, y):
        self._torch.nn.utils.vector_to_parameters(self._tensor(w), self._parameters)
        return self._criterion(self._module(self._tensor(x)), self._tensor(y))

    def _tensor(self, array):
        first = self._parameters[0]
        is_whole = np.asarray(array).dtype.kind in "biu"
        return self._torch.as_tensor(array, dtype=None if is_whole else first.dtype, device=first.device)

    def _end_to_end(self, tensors):
        return np.concatenate([each.detach().cpu().double().numpy().ravel() for each in tensors])
