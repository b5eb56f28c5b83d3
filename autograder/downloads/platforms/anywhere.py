"""No platform's names: a folder a student, or a file a student, as they lie; and a pattern of the instructor's.

A folder that holds the whole class, and those that lie between a student's and the notebook, tell nobody.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from autograder.downloads.claim import Claim, Claims, Download, Owner, Platform
from autograder.downloads.entry import Entry, stem
from autograder.downloads.moments import in_digits, in_words, iso
from autograder.downloads.naming import copy_number, plain
from autograder.errors import UsageError

_WRAPPERS: Final = re.compile(
    r"(?:submi(?:ssions?|tted)|submitted files|downloads?|downloaded|abgaben|entregas|rendus|inleveringen|consegne"
    r"|students?|class|homeworks?|assignments?)$"
)
_FIELDS: Final = ("student", "name", "login", "number", "email", "time", "attempt", "late", "file")
_PLACE: Final = re.compile(r"\{(\w*)\}")


def _claims(download: Download) -> Claims:
    works = [entry for entry in download.entries if entry.may_be_work] or list(download.entries)
    above = _wrapper(works, download.assignment)
    found = {}
    for entry in download.entries:
        parts = entry.parts[len(above) :]
        if entry.parts[: len(above)] != above or not parts or (len(above) == 0 and _is_systems(entry)):
            continue
        claim = _claim(entry, parts, download.assignment)
        if claim is not None:
            found[entry] = claim
    return found


def _claim(entry: Entry, parts: Sequence[str], assignment: str) -> Claim | None:
    """Return whose an entry is: its first folder's, else its own name's, unless that is the assignment's."""
    if len(parts) > 1 or entry.is_folder:
        return Claim((Owner(login=stem(parts[0])),), tuple(parts[1:]))
    if not entry.may_be_work or copy_number(parts[0], assignment) is not None:
        return None
    return Claim((Owner(login=stem(parts[0])),), (parts[0],))


def _is_systems(entry: Entry) -> bool:
    return replace(entry, parts=entry.parts[:1]).is_hidden


def _wrapper(works: Sequence[Entry], assignment: str) -> tuple[str, ...]:
    """Return the folder in which the class lies."""
    common = _common_folder(works)
    if _holds_a_class([entry.parts[len(common) :] for entry in works], assignment):
        return common
    above: tuple[str, ...] = ()
    while len(above) < len(common) and _is_wrapper(common[len(above)], assignment):
        above = common[: len(above) + 1]
    named = all(copy_number(entry.name, assignment) is not None for entry in works)
    if above and named and all(len(entry.parts) == len(above) + 1 for entry in works):
        return above[:-1]  # what lies in it tells no student
    return above


def _common_folder(works: Sequence[Entry]) -> tuple[str, ...]:
    if not works:
        return ()
    first, last = min(entry.parts[:-1] for entry in works), max(entry.parts[:-1] for entry in works)
    differ = (place for place, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    return first[: next(differ, min(len(first), len(last)))]


def _is_wrapper(name: str, assignment: str) -> bool:
    return plain(stem(name)) == plain(assignment) or _WRAPPERS.match(plain(stem(name))) is not None


def _holds_a_class(paths: Sequence[Sequence[str]], assignment: str) -> bool:
    """Whether several folders each have a notebook of the assignment."""
    named = {path[0] for path in paths if len(path) > 1 and copy_number(path[-1], assignment) is not None}
    return len(named) > 1


ANYWHERE: Final = Platform("folders", "folders or files of students", 2, "a folder or a file a student", _claims)


def by_pattern(pattern: str) -> Platform:
    """Return a platform whose paths are as a pattern says.

    Args:
        pattern: a path with fields in braces, such as "{name}_{number}_{file}" or "{login}/{}/{file}", each of
            which stands for the shortest text without a slash that fits (`{file}` and `{}` at a folder's place for
            all of it); or a regular expression with groups of these names.

    Raises:
        UsageError: it is none, or tells no student.
    """
    try:
        matches = re.compile(pattern if "(?P<" in pattern else _regular(pattern), re.DOTALL)
    except re.error as error:
        raise UsageError(f"--from: {pattern!r} is no pattern: {error}") from None
    groups = matches.groupindex.keys()
    if not groups & {"student", "name", "login", "number", "email"} or groups - set(_FIELDS):
        raise UsageError(
            f"--from: {pattern!r} names no student: use {{login}}, {{name}}, {{number}} or {{email}}, and "
            f"{', '.join(f'{{{field}}}' for field in _FIELDS[5:])}"
        )

    def claims(download: Download) -> Claims:
        found = {}
        for entry in download.entries:
            if entry.is_folder:
                continue
            path = "/".join(entry.parts)
            match = next((each for start in _starts(path) if (each := matches.fullmatch(path, start))), None)
            if match is not None:
                found[entry] = _told(match.groupdict(), entry)
        return found

    return Platform("pattern", f"the pattern {pattern}", 0, pattern, claims)


def _told(fields: Mapping[str, str | None], entry: Entry) -> Claim:
    def text(name: str) -> str:
        return (fields.get(name) or "").strip()

    owner = Owner(text("login") or text("student"), text("name"), text("number"), text("email"))
    attempt = re.search(r"\d+", text("attempt"))
    within = tuple(part for part in text("file").split("/") if part) or (entry.name,)
    return Claim((owner,), within, _time(text("time")), int(attempt[0]) if attempt else 0, late=bool(text("late")))


def _time(text: str) -> datetime | None:
    return iso(text) or in_digits(text) or in_words(text)


def _starts(path: str) -> list[int]:
    """Return where a path begins, without and with the folders around it left out."""
    return [0, *(place + 1 for place, each in enumerate(path) if each == "/")]


def _regular(pattern: str) -> str:
    pieces = _PLACE.split(pattern)
    text = re.escape(pieces[0])
    for name, rest in zip(pieces[1::2], pieces[2::2], strict=True):
        text += f"(?P<{name}>.+)" if name == "file" else f"(?P<{name}>[^/]+?)" if name else "[^/]*?"
        text += re.escape(rest)
    return text
