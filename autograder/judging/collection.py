"""Checks of an assignment, collected by pytest as `pytest.main` does, to be run many times."""

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest
from _pytest.config import _prepareconfig

from autograder.catalogue.assignment import VISIBLE_CHECKS
from autograder.errors import UsageError
from autograder.judging.judge_plugin import JudgePlugin

_PLUGINS_LEFT_OUT: Final = (
    "cacheprovider", "capture", "debugging", "doctest", "faulthandler", "junitxml", "logging",
    "pastebin", "setuponly", "stepwise", "terminal", "threadexception", "unittest",
    "unraisableexception", "warnings",
)  # fmt: skip


@contextlib.contextmanager
def importable(root: Path) -> Iterator[None]:
    """Let files of checks import one another by their place in the course, as `checks.NAME.visible_checks`.

    Afterwards such a module is forgotten: another course, or the same one mended, has its own by that name.
    """
    known = set(sys.modules)
    sys.path.append(str(root))
    try:
        yield
    finally:
        sys.path.remove(str(root))
        for name in set(sys.modules) - known:
            place = root / f"{name.replace('.', '/')}.py"
            if place.name == VISIBLE_CHECKS and place.exists():
                del sys.modules[name]


def collect_checks(files: Sequence[Path], plugin: JudgePlugin) -> pytest.Session:
    """Do what `pytest.main` does up to the run of the tests; `UsageError` says which file cannot be used."""
    for path in files:
        if not path.exists():
            raise UsageError(f"there is no file of checks {path}")
    # The root decides under which name a file outside a package is imported: its whole path is unique.
    arguments = [str(path) for path in files] + ["-c", os.devnull, "--rootdir", files[0].anchor]
    arguments += ["--import-mode=importlib", "--disable-plugin-autoload"]
    arguments += [word for name in _PLUGINS_LEFT_OUT for word in ("-p", f"no:{name}")]
    config = _prepareconfig(arguments, [plugin])
    config._do_configure()
    try:
        session: pytest.Session = pytest.Session.from_config(config)
        config.hook.pytest_sessionstart(session=session)
        session.perform_collect()
        if session.testsfailed or not session.items:
            told = "\n".join(plugin.collection_errors) or "they hold no checks"
            raise UsageError(f"the checks in {', '.join(map(str, files))} cannot be used: {told}")
    except BaseException:  # a file of checks may even exit
        config._ensure_unconfigure()
        raise
    return session
