"""`python -m worker DESCRIPTOR DEVICE USER MODULE…`: the warm parent; see `worker.server`."""

import gc
import sys

gc.disable()  # what is loaded is no garbage; looking for some would take a tenth of the start

from .server import main  # noqa: E402

main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4:])
