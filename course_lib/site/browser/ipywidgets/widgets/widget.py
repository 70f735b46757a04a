"""Stands in for ipywidgets' ``Widget``: traits that are shared with the page.

Kept: what is synced, ``hold_sync``, ``set_state`` and that it echoes nothing, ``open``, ``close``, ``comm``,
which is None when the widget is closed, and ``model_id``. Left out: comms, because the page is sent plain
messages; ``to_json``, because bytes and plain values travel as they are; and custom messages.

A page is told of a widget when it is first shown, and of its changes from then on.
"""

import uuid
from contextlib import contextmanager
from types import MappingProxyType

import page
import traitlets

_instances: dict = {}  # model_id -> the widget, while it is open


class Widget(traitlets.HasTraits):
    """Synced traits, each change one message, or one for all of them where ``hold_sync`` holds them back."""

    comm = traitlets.Any(allow_none=True)
    layout = traitlets.Any(allow_none=True)  # these three are taken, and the page shows nothing of them
    tabbable = traitlets.Any(allow_none=True)
    tooltip = traitlets.Any(allow_none=True)

    _model_id = None
    _is_on_page = False
    _holding_sync = False
    _states_to_send = frozenset()
    _property_lock = MappingProxyType({})  # what the page has just sent, while it is taken

    def __init__(self, **values):
        super().__init__(**values)
        self.open()

    def open(self):
        """Let it be shown, if it was closed."""
        if self.comm is None:
            self.comm = self._model_id = self._model_id or uuid.uuid4().hex
            _instances[self._model_id] = self

    def close(self):
        """Take it off the page."""
        if self.comm is not None:
            del _instances[self.comm]
            if self._is_on_page:
                page.post({"closed": self.comm})
            self.comm, self._is_on_page = None, False
            self._repr_mimebundle_ = None  # an object with this is shown as its text

    @property
    def model_id(self):
        return self._model_id

    @property
    def keys(self):
        return self.trait_names(sync=True)

    def get_state(self):
        """The value of each synced trait."""
        return {name: getattr(self, name) for name in self.keys}

    def set_state(self, sync_data):
        """Take what the page sends; it is not told what it said itself."""
        known = self.keys
        self._property_lock = MappingProxyType({name: _plain(value) for name, value in sync_data.items()})
        try:
            with self.hold_trait_notifications():
                for name, value in sync_data.items():
                    if name in known:
                        self.set_trait(name, value)
        finally:
            self._property_lock = Widget._property_lock

    def notify_change(self, change):
        if self._is_on_page and self.trait_metadata(change.name, "sync"):
            self._send(change.name)
        super().notify_change(change)

    @contextmanager
    def hold_sync(self):
        """All that changes inside goes out as one message."""
        if self._holding_sync:
            yield
            return
        self._holding_sync = True
        try:
            yield
        finally:
            self._holding_sync = False
            self._update(self._states_to_send)
            self._states_to_send = frozenset()

    def _send(self, name):
        is_known = name in self._property_lock and self._property_lock[name] == _plain(getattr(self, name))
        if self._holding_sync:
            self._states_to_send = (
                self._states_to_send - {name} if is_known else self._states_to_send | {name}
            )
        elif not is_known:
            self._update([name])

    def _update(self, names):
        if names and self._is_on_page:
            page.post({"update": self.comm, "changes": {name: getattr(self, name) for name in names}})

    def _tell_page(self, **how):
        """Tell the page of it, once."""
        if not self._is_on_page:
            self._is_on_page = True
            page.post({"open": self.comm, "state": self.get_state(), **how})


def _plain(value):
    """As the page has it: it knows no tuples."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value
