"""`python -m worker DESCRIPTOR DEVICE USER MODULE…`: the warm parent; see `worker.server`."""

import sys

from .server import main

main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4:])
