"""Says that a sandbox works: what the worker needs can be imported here, and there are no sockets."""

import socket

import numpy as np


def main():
    """Print "works" if it does."""
    assert np.ones(2) @ np.ones(2) == 2
    try:
        with socket.socket():
            pass
    except PermissionError:
        print("works")


if __name__ == "inside":
    main()
