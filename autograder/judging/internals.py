"""Finds, in a submission's text, names by which code reaches into the interpreter where nothing tells of it."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

MAX_TOLD: Final = 5
MAX_LINE: Final = 200
_NAMES: Final = re.compile(
    r"(?:\.|[\"'])(__globals__|__closure__|cell_contents|__subclasses__|f_back|f_locals|f_globals|f_builtins|tb_frame|"
    r"gi_frame|cr_frame|ag_frame)\b"
)


def internals_named(sources: Iterable[str]) -> list[str]:
    """Return a sentence for each line of code that names one, at most `MAX_TOLD`."""
    return [told for _, told in zip(range(MAX_TOLD), _lines(sources), strict=False)]


def _lines(sources: Iterable[str]) -> Iterator[str]:
    for source in sources:
        for found in _NAMES.finditer(source):
            start = source.rfind("\n", 0, found.start()) + 1
            line = source[start : start + 10 * MAX_LINE].split("\n", 1)[0].strip()
            if not line.startswith("#"):
                yield f"`{line[:MAX_LINE]}`: {found[1]}"
