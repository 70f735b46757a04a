"""Where the course stands on the web, if anybody has said so; and what tells its files apart there."""

import hashlib
import os

SITE = "COURSE_SITE"  # this environment variable names the site's address


def site():
    """The address of the course's site, with a slash at its end; "" where none is known."""
    address = os.environ.get(SITE, "")
    return f"{address.removesuffix('/')}/" if address else ""


def check(name, address):
    """ValueError, unless it is an address below which pages can be named, or ""."""
    if address and not (address.startswith(("https://", "http://")) and address.endswith("/")):
        raise ValueError(f"{name} must begin with https:// or http:// and end with a slash; got {address!r}")


def hashed(content):
    """What tells two versions of a file apart; a widget's script is named by it, for Python and the page.

    >>> hashed(b"export default {}")
    '9aeb8d59b4d483ca'
    """
    return hashlib.sha256(content).hexdigest()[:16]
