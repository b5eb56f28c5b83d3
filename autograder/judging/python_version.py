"""Which Python a submission was written with, and which one grades it."""

import re
import sys
from collections.abc import Mapping
from typing import Any, Final

Version = tuple[int, int]
GRADING: Final[Version] = (sys.version_info.major, sys.version_info.minor)
_LAZY_ANNOTATIONS: Final[Version] = (3, 14)  # PEP 649
_SIGNS: Final[tuple[tuple[Version, re.Pattern[str]], ...]] = (
    ((3, 12), re.compile(r"f-string: (?:unmatched|expecting '}'|expression part cannot)")),  # PEP 701
    ((3, 12), re.compile(r".*\n\s*(?:type\s+\w+\s*(?:\[.*\])?\s*=|(?:async\s+)?def\s+\w+\[|class\s+\w+\[)")),  # PEP 695
    ((3, 14), re.compile(r"multiple exception types must be parenthesized")),  # PEP 758
    ((3, 14), re.compile(r".*\n.*\br?t[\"']")),  # PEP 750
)  # of a SyntaxError, what it says and the line; and which Python would not raise it


def format_version(version: Version) -> str:
    """Return "Python 3.13"."""
    return f"Python {version[0]}.{version[1]}"


def leaves_annotations(written: Version | None) -> bool:
    """Whether annotations are left unevaluated here, as they were where it was written; nobody knows: then, too."""
    return (written or _LAZY_ANNOTATIONS) >= _LAZY_ANNOTATIONS > GRADING


def is_unknown_syntax(error: Mapping[str, Any]) -> bool:
    """Whether a cell's error, as in `worker.faults.describe`, says that the grading Python cannot parse it."""
    return error.get("type") == "SyntaxError"


def newer_python(error: Mapping[str, Any], written: Version | None) -> Version | None:
    """Return the Python whose syntax a cell that failed may have, where that is newer than this one.

    Args:
        error: as in `worker.faults.describe`; untrusted.
        written: the version that the notebook names; without one the syntax itself has to tell.
    """
    if not is_unknown_syntax(error):
        return None
    if written is not None:
        return written if written > GRADING else None
    match error:
        case {"message": str(message), "frames": [{"text": str(text)}, *_]}:
            told = f"{message}\n{text}"
            return next((version for version, sign in _SIGNS if version > GRADING and sign.match(told)), None)
    return None
