"""What a path in a download says: whose a file is, of which attempt, and what the student called it."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from autograder.downloads.entry import ARCHIVE, CLOSED_ARCHIVE, LEFT_BY_SYSTEMS, Entry, stem


@dataclass(frozen=True, slots=True)
class Owner:
    """What a platform calls a student; empty where it does not say.

    `login` is what they log in with, `number` the platform's own number of them, `student_number` the university's.
    """

    login: str = ""
    name: str = ""
    number: str = ""
    email: str = ""
    student_number: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What is the same for two files of one student."""
        for kind, value in (
            ("login", self.login), ("number", self.number), ("student_number", self.student_number),
            ("email", self.email),
        ):  # fmt: skip
            if value:
                return kind, unicodedata.normalize("NFC", value).casefold()
        return "name", unicodedata.normalize("NFC", self.name).casefold()


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose a file is, and what else its path says.

    Attributes:
        owners: one student, or all who handed in together.
        within: the path below what tells the student; its last part is the student's own name of the file.
        time: when it was handed in.
        attempt: what grows from attempt to attempt, where there is no time.
        order: what grows from file to file, as they were uploaded.
        late: whether the platform calls it late.
        aside: why it is nothing that a student handed in, where it is not, as a receipt of the platform's.
    """

    owners: tuple[Owner, ...]
    within: tuple[str, ...] = ()
    time: datetime | None = None
    attempt: int = 0
    order: int = 0
    late: bool = False
    aside: str = ""

    @property
    def is_work(self) -> bool:
        """Whether a student handed it in."""
        return not self.aside


@dataclass(frozen=True, slots=True)
class Download:
    """What lies in a download, and the assignment that is looked for in it."""

    entries: Sequence[Entry]
    assignment: str


PLATFORMS_OWN: Final = "the platform's own"
Claims = Mapping[Entry, Claim]
Match = Callable[[str], Claim | None]  # what a folder's or a file's name says


@dataclass(frozen=True, slots=True)
class Platform:
    """How the downloads of a platform are read.

    `rank` is 0 where its names can hardly be another's, 2 where they are a course's own, else 1.
    """

    name: str
    title: str
    rank: int
    looked_for: str
    claims: Callable[[Download], Claims]


def claimed(entries: Sequence[Entry], *, folder: Match | None = None, file: Match | None = None) -> dict[Entry, Claim]:
    """Return what paths say: the first part from the root that matches says it, be it a folder or the file.

    An archive named as a folder would be is one. What a student has put further down says nothing.
    """
    found = {}
    for entry in entries:
        claim = _first(entry, folder, file)
        if claim is not None:
            found[entry] = claim
    return found


def _first(entry: Entry, folder: Match | None, file: Match | None) -> Claim | None:
    last = len(entry.parts) - 1
    for place, part in enumerate(entry.parts):
        if LEFT_BY_SYSTEMS.match(part):
            return None
        is_file = place == last and not entry.is_folder
        claim = None
        if folder is not None and not is_file:
            claim = folder(part)
            within = entry.parts[place + 1 :]
        elif folder is not None and (ARCHIVE.search(part) or CLOSED_ARCHIVE.search(part)):
            claim = folder(stem(part))
            within = (part,)
        if claim is not None:
            return replace(claim, within=within)
        if file is not None and is_file:
            return file(part)
    return None


def folders_of(entries: Sequence[Entry], depth: int) -> Iterator[str]:
    """Yield the names of the folders at a depth, each time they occur."""
    for entry in entries:
        if len(entry.parts) > depth + (not entry.is_folder):
            yield entry.parts[depth]
