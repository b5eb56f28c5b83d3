"""Runs a notebook in its own folder, as a kernel does."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def running_in(folder: Path) -> Iterator[None]:
    """Work in a folder and import from it; afterwards its modules are forgotten, as another notebook may have others.

    Args:
        folder: its whole path.
    """
    known, argv, before = set(sys.modules), sys.argv, Path.cwd()
    sys.path.insert(0, str(folder))
    sys.argv = ["__main__"]
    try:
        os.chdir(folder)
        yield
    finally:
        sys.argv = argv
        with contextlib.suppress(ValueError):  # a cell may have taken it out
            sys.path.remove(str(folder))
        for name in set(sys.modules) - known:
            file = getattr(sys.modules[name], "__file__", None)
            if isinstance(file, str) and Path(file).is_relative_to(folder):
                del sys.modules[name]
        os.chdir(before)  # last, as it fails where a cell has removed that folder
