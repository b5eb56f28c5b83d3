"""Names compared as people mean them: a notebook's with its assignment's, a student's with a roster's."""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

from autograder.downloads.entry import stem

MAX_ID_BYTES: Final = 200
_COPY_OF: Final = re.compile(
    r"^(?:copy[\s_]+of|kopie[\s_]+(?:von|van)|c[oó]pia[\s_]+de|copie[\s_]+de|copia[\s_]+di)[\s_]+", re.IGNORECASE
)  # as Google Drive names copies, in some of its languages
_NUMBERED: Final = re.compile(r"(?:[\s_]*\((\d{1,3})\)|-(\d{1,3})|[\s_-]+(?:copy|kopie)(?:[\s_]*(\d{1,3}))?)$", re.I)
_GAPS: Final = re.compile(r"[\W_]+")
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f/\\\ud800-\udfff\u202a-\u202e\u2066-\u2069]+")


def plain(text: str) -> str:
    """Return a name's letters and digits, words divided by one blank, without case and accents."""
    return _GAPS.sub(" ", _without_accents(text).casefold()).strip()


def joined(text: str) -> str:
    """Return the same without blanks, as platforms put names into the names of files."""
    return plain(text).replace(" ", "")


def words(text: str) -> tuple[str, ...]:
    """Return a name's words in an order of their own: first and last name may change places."""
    return tuple(sorted(plain(text).split()))


def copy_number(name: str, assignment: str) -> int | None:
    """Return which copy of an assignment's notebook a file is by its name, 0 for the first; None for another file.

    `Copy of NAME.ipynb`, `NAME (1).ipynb` (a browser's), `NAME-2.ipynb` (Canvas's) are copies.
    """
    rest = stem(name).strip()
    number = 0
    while True:
        if plain(rest) == plain(assignment):
            return number
        shorter = _COPY_OF.sub("", rest)
        if shorter == rest and (found := _NUMBERED.search(rest)):
            number = max(number, int(found[1] or found[2] or found[3] or 1))
            shorter = rest[: found.start()]
        if shorter == rest or not shorter:
            return None
        rest = shorter


def common_beginning(names: Collection[str]) -> str:
    """Return what several names begin with, letter by letter; nothing of one alone."""
    if len(names) < 2:
        return ""
    first, last = min(names), max(names)
    length = next(
        (place for place, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first)
    )
    return first[: min(length, len(last))]


def safe_id(text: str) -> str:
    """Return a student's id that can be a folder's name on any system, as close to the text as can be."""
    name = _UNSAFE.sub("_", unicodedata.normalize("NFC", text)).replace("+", "_")  # nbgrader divides by it
    name = " ".join(name.split()).strip(" ")
    name = name.encode("utf-8", "replace")[:MAX_ID_BYTES].decode("utf-8", "ignore").rstrip(" .")
    if name.startswith("."):
        name = "_" + name.lstrip(".")
    return name or "_"


def _without_accents(text: str) -> str:
    return "".join(
        each for each in unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
        if not unicodedata.combining(each)
    )  # fmt: skip
