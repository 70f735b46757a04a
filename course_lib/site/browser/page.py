"""The way to the page: each message is a dict, and the worker posts it. ``start.py`` lists what they say."""


def post(message):
    """Send a message to the page. ``start`` puts the worker's own function here."""
    raise RuntimeError(f"there is no page yet to take {list(message)}")
