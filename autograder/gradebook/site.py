"""What a site's own configuration of nbgrader says, which a course's, read after it, must not undo."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

from jupyter_core.paths import jupyter_config_path
from traitlets.config.loader import JSONFileConfigLoader, PyFileConfigLoader

_FILES: Final = ("jupyter_config", "nbgrader_config")
_LOADERS: Final = ((".json", JSONFileConfigLoader), (".py", PyFileConfigLoader))
_OURS: Final = "autograder."
_READING: Final[ContextVar[bool]] = ContextVar("reading", default=False)  # a site's file may be a course's


def has_own_exchange() -> bool:
    """Whether the site has another exchange than nbgrader's files, such as ngshare's: then all of it stays.

    A file that cannot be read says nothing here; nbgrader tells of it.
    """
    return any(not str(name).startswith(_OURS) for name in _classes())


def _classes() -> Iterator[Any]:
    """Yield the classes that the site's files have put in the places of nbgrader's exchange."""
    if _READING.get():
        return
    token = _READING.set(True)
    try:
        for folder in jupyter_config_path():
            for name in _FILES:
                for ending, loader in _LOADERS:
                    if Path(folder, name + ending).is_file():
                        with contextlib.suppress(Exception):
                            yield from loader(name + ending, folder).load_config().ExchangeFactory.values()
    finally:
        _READING.reset(token)
