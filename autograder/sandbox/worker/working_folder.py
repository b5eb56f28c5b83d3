"""The folder in which a notebook runs: what was handed in beside it lies there, and can be imported."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path


def fill(files: Sequence[tuple[str, bytes]]) -> None:
    """Write the files into this process's folder, and let it be imported from, as a kernel does.

    Args:
        files: paths from there, their parts divided by "/", and contents.
    """
    folder = os.getcwd()
    if folder not in sys.path[:1]:
        sys.path.insert(0, folder)
    for name, content in files:
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
