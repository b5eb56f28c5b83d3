"""`python -m worker DESCRIPTOR DEVICE MODULE…`: the warm parent; see `worker.server`."""

import sys

from .server import main

main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
