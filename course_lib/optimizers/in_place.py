"""An update that overwrites its arrays, for weights that are too many for the processor's cache.

Nobody needs this to understand an optimizer. Every formula treats each coordinate by itself, so it may be
given a block of them at a time: what it computes on the way then stays in the cache, and no large new arrays
are asked of the system. Each number meets the same operations and comes out equal to the last bit.
"""

import numpy as np

BLOCK = 2**19  # bytes of weights in a block; an update has up to ten arrays of that size in use


def update(formula, w, g, state):
    """``formula(w, g, state)``, which is an optimizer's ``update``: overwrites ``w``, returns the new state.

    Where there are several blocks, the arrays of the old state are overwritten too.
    """
    if w.nbytes <= BLOCK:
        w[...], state = formula(w, g, state)
        return state

    arrays = [i for i, x in enumerate(state) if np.shape(x) == w.shape]
    rows = max(1, len(w) * BLOCK // w.nbytes)
    new, homes = state, {}
    for start in range(0, len(w), rows):
        here = slice(start, start + rows)
        block = state._make(x[here] if i in arrays else x for i, x in enumerate(state))
        w_here, new = formula(w[here], g[here], block)
        homes = homes or _homes(arrays, state, new)
        for i, home in homes.items():
            home[here] = new[i]
        w[here] = w_here
    return new._make(homes[_first(new, x)] if i in arrays else x for i, x in enumerate(new))


def _homes(arrays, state, new):
    """Where the arrays of the new state live, by position: where the old ones do, unless they share a place.

    A state may begin with the same zeros for all; and Adam's, without amsgrad, holds one array twice.
    """
    homes = {}
    for i in arrays:
        if _first(new, new[i]) == i:
            shared = any(state[j] is state[i] and new[j] is not new[i] for j in arrays)
            reuse = not shared and state[i].dtype == new[i].dtype
            homes[i] = state[i] if reuse else np.empty(state[i].shape, new[i].dtype)
    return homes


def _first(state, array):
    """The position at which a state holds this array first."""
    return next(i for i, x in enumerate(state) if x is array)
