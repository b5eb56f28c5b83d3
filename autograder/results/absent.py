"""What a submission wants and the grader's machine lacks, a sentence each: packages and files."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

MAX_NAME: Final = 100
_NO_MODULE: Final = re.compile(rf"No module named '([\w.]{{1,{MAX_NAME}}})'")
_NO_FILE: Final = re.compile(
    rf"\[Errno 2\] No such file or directory: '([^'\n]{{1,{MAX_NAME}}})'|([^'\n]{{1,{MAX_NAME}}}) not found\.?$"
)
_NOT_INSTALLED: Final = "which is not installed here"
_ABSENT: Final = re.compile(rf".*? (imports [\w.]+, {_NOT_INSTALLED}|opens .*, which is not there)(?:;.*)?", re.DOTALL)
_PACKAGE: Final = re.compile(rf"[\w ,]+ imports ([\w.]{{1,{MAX_NAME}}}), {_NOT_INSTALLED}")


def absent_from(error: Mapping[str, Any]) -> str:
    """Return what a cell did that ended with an error for want of a package or a file; nothing for other errors.

    Args:
        error: as in `worker.faults.describe`; untrusted.
    """
    match error:
        case {"type": "ModuleNotFoundError", "message": str(message)} if found := _NO_MODULE.match(message):
            return f"imports {found[1]}, {_NOT_INSTALLED}"
        case {"type": "FileNotFoundError", "message": str(message)} if found := _NO_FILE.match(message):
            return f"opens {found[1] or found[2]}, which is not there"
    return ""


def once_a_cause(notes: Iterable[str]) -> list[str]:
    """Return notes without those that tell of what an earlier one has told to be absent."""
    kept: dict[str, str] = {}
    for note in notes:
        absent = _ABSENT.fullmatch(note)
        kept.setdefault(absent[1] if absent else note, note)
    return list(kept.values())


def packages_told_in(notes: Iterable[str]) -> Iterator[str]:
    """Yield the packages that notes tell to be absent, each once."""
    found = (_PACKAGE.match(note) for note in notes)
    yield from dict.fromkeys(package[1] for package in found if package)
