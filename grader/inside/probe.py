"""Says that a sandbox works: what the worker needs can be imported here, and there are no sockets."""

import socket

import numpy as np

assert np.ones(2) @ np.ones(2) == 2
try:
    socket.socket()
except PermissionError:
    print("works")
