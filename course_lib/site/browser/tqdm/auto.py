"""Kept: ``tqdm(total=, unit=, disable=)`` as a ``with``, ``update``, ``set_postfix``. Left out: the rate."""

import time
from pathlib import Path

import traitlets
from anywidget import AnyWidget
from IPython.display import display

PAUSE = 0.1  # seconds from one message to the next


class Bar(AnyWidget):
    """What the page shows."""

    _esm = Path(__file__).with_name("bar.js").read_text(encoding="utf-8")

    total = traitlets.Int().tag(sync=True)
    done = traitlets.Int().tag(sync=True)
    words = traitlets.Unicode().tag(sync=True)

    def __repr__(self):
        return self.words


class tqdm:
    """A bar that counts to ``total``; with ``disable=True`` it shows nothing and costs nothing."""

    def __init__(self, total, unit="it", disable=False):
        self.total, self.unit, self.n = total, unit, 0
        self._postfix, self._told, self._bar = "", 0.0, None
        self._disable = disable

    def __enter__(self):
        if not self._disable:
            self._bar = Bar(total=self.total)
            self._tell()
            display(self._bar)
        return self

    def __exit__(self, *_):
        self._tell()

    def update(self, n=1):
        """``n`` more are done."""
        self.n += n
        if time.monotonic() - self._told > PAUSE:
            self._tell()

    def set_postfix(self, **values):
        """What is said behind the numbers: ``set_postfix(loss="0.12")``."""
        self._postfix = "".join(f", {name}={value}" for name, value in values.items())

    def _tell(self):
        if self._bar is not None:
            with self._bar.hold_sync():
                self._bar.done = self.n
                self._bar.words = f"{self.n}/{self.total} {self.unit}{self._postfix}"
            self._told = time.monotonic()
