"""`python -m worker DESCRIPTOR`: the warm parent; see `worker.server`."""

import sys

from .server import main

main(int(sys.argv[1]))
