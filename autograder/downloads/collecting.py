"""Collects a download: who handed in what, what counts of it, and a table of every file."""

import contextlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from autograder.catalogue.course import Course
from autograder.downloads.archive import Unreadable
from autograder.downloads.choice import Choice, Item, choose
from autograder.downloads.claim import Claim, Claims, Download, Platform
from autograder.downloads.encoding import MAX_TABLE
from autograder.downloads.entry import Entry
from autograder.downloads.identity import Identities, identify, known_by
from autograder.downloads.listing import Shelf, list_sources
from autograder.downloads.naming import copy_number
from autograder.downloads.platforms.anywhere import ANYWHERE
from autograder.downloads.platforms.gradescope import METADATA
from autograder.downloads.recognition import Recognised, platform_named, recognise
from autograder.downloads.roster import Roster, parse_roster
from autograder.downloads.table import (
    MISSING,
    NOT_A_NOTEBOOK,
    OLDER,
    OTHER,
    TAKEN,
    UNKNOWN,
    UNPACKED,
    UNREADABLE,
    Row,
)  # fmt: skip
from autograder.downloads.unpacking import Unpacking
from autograder.errors import UsageError
from autograder.results.person import Person
from autograder.text import escape

MAX_LEVELS: Final = 3  # of archives around a download
MAX_NAMES: Final = 5
NOTHING: Final = "nothing was handed in"


@dataclass(slots=True)
class Collected:
    """What a download holds of an assignment: the platform, each student's choice, and what became of every file.

    `rows` are by the download's paths; those of students without a notebook come last.
    """

    platform: Platform
    assignment: str
    choices: dict[str, Choice] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    @property
    def taken(self) -> int:
        """How many students have a notebook."""
        return sum(choice.notebook is not None for choice in self.choices.values())


@contextlib.contextmanager
def collecting(
    paths: Sequence[Path], course: Course, assignment: str, *, roster: Roster | None = None, platform: str | None = None
) -> Iterator[Collected]:
    """Read a download; its files can be read within the block.

    Args:
        paths: folders, archives, files: all that was downloaded.
        course: its assignments' names and questions tell notebooks apart.
        assignment: the one that is collected.
        roster: the class, where it is known; then nobody counts who is not in it.
        platform: a platform's name or a pattern, where the names do not tell.

    Raises:
        UsageError: a source cannot be read, the platform cannot be told, or nobody has handed in anything.
    """
    with Shelf() as shelf:
        reading = _Reading(course, assignment, shelf)
        yield reading.collected(paths, roster, platform)


@dataclass(frozen=True, slots=True)
class _Listing:
    """What lies in a download, and which archives among it are listed through."""

    entries: Sequence[Entry]
    expanded: frozenset[Entry] = frozenset()

    @property
    def files(self) -> list[Entry]:
        """All but those archives."""
        return [entry for entry in self.entries if entry not in self.expanded]


class _Reading:
    """One download as it is read."""

    def __init__(self, course: Course, assignment: str, shelf: Shelf) -> None:
        self._assignment = assignment
        self._others = [each.name for each in course.assignments() if each.name != assignment]
        self._questions = [question.id for question in course.assignment(assignment).questions]
        self._shelf = shelf
        self._unpacking = Unpacking(shelf)

    def collected(self, paths: Sequence[Path], roster: Roster | None, platform: str | None) -> Collected:
        listing, recognised = self._recognised(paths, platform)
        entries = listing.entries
        collected = Collected(recognised.platform, self._assignment)
        own, graded_in = self._own_roster(entries, recognised.claims)
        claims = {entry: _known_by(claim, own) for entry, claim in recognised.claims.items()}
        strict = roster is not None and bool(roster.enrolled)
        identities = identify(
            (owner for claim in claims.values() for owner in claim.owners), roster if strict and roster else own,
            recognised.platform.name, strict=strict,
        )  # fmt: skip
        items, rows = self._items(entries, claims, identities)
        for student in sorted({*items, *identities.enrolled}):
            collected.choices[student] = choose(items.get(student, []), self._assignment, self._others, self._questions)
            collected.people[student] = identities.people.get(student, Person())
        if not collected.taken:
            raise UsageError(self._what_is_there(paths, recognised.platform, entries))
        collected.rows = [
            *(self._row(entry, listing, graded_in) for entry in entries if entry not in claims), *rows,
        ]  # fmt: skip
        fates = defaultdict(list)
        for student, choice in collected.choices.items():
            for item, fate, note in self._fates(choice):
                fates[item.entry].append((student, item, fate, note))
        collected.rows += [self._taken_row(told, collected.people) for told in fates.values()]
        collected.rows.sort(key=lambda row: row.path)
        collected.rows += [
            Row("", TAKEN, note=f"handed in with {escape(told[0][0])}").of(student, collected.people[student])
            for told in fates.values() for student, _, fate, _ in told[1:] if fate == TAKEN
        ]  # fmt: skip
        collected.rows += [            Row("", MISSING, note=_what_else(choice)).of(student, collected.people[student])
            for student, choice in collected.choices.items() if choice.notebook is None
        ]  # fmt: skip
        return collected

    # Whose is what

    def _recognised(self, paths: Sequence[Path], name: str | None) -> tuple[_Listing, Recognised]:
        """List a download, through the archives that it lies in, and tell its platform."""
        listing = _Listing(list_sources(paths, self._shelf))
        chosen = platform_named(name) if name is not None else None
        nearest = listing
        for _ in range(MAX_LEVELS):
            download = Download(listing.files, self._assignment)
            if chosen is None:
                found = recognise(download)
            else:
                claims = chosen.claims(download)
                found = Recognised(chosen, claims) if any(claim.is_work for claim in claims.values()) else None
            if found is not None:
                return listing, found
            inside = self._inside(listing)
            if inside is None:
                break
            if listing is nearest and (len(_works(listing.files)) == 1 or _are_classes(inside, self._assignment)):
                nearest = inside
            listing = inside
        if chosen is not None:
            there = _names(nearest.entries)
            raise UsageError(f"nothing is named as {chosen.title} does: {chosen.looked_for}; there is {there}")
        return nearest, Recognised(ANYWHERE, ANYWHERE.claims(Download(nearest.files, self._assignment)))

    def _inside(self, listing: _Listing) -> _Listing | None:
        """Return a listing with what is in the archives of another; None where there is none."""
        entries: list[Entry] = []
        expanded = set(listing.expanded)
        for entry in listing.entries:
            entries.append(entry)
            if entry.is_archive and entry.is_readable and not entry.is_hidden and entry not in expanded:
                with contextlib.suppress(Unreadable, OSError):
                    entries += self._shelf.expanded(entry)
                    expanded.add(entry)
        return _Listing(entries, frozenset(expanded)) if len(expanded) > len(listing.expanded) else None

    def _own_roster(self, entries: Sequence[Entry], claims: Claims) -> tuple[Roster, Entry | None]:
        """Return the class as the platform's own grades beside the submissions have it, and their file."""
        for entry in sorted(entries, key=lambda each: len(each.parts)):
            if entry.name.lower().endswith((".csv", ".tsv")) and entry not in claims and entry.is_readable:
                with contextlib.suppress(OSError):
                    roster = parse_roster(entry.read(MAX_TABLE), entry.shown)
                    if roster is not None and roster.enrolled:
                        return roster, entry
        return Roster(), None

    def _items(
        self, entries: Sequence[Entry], claims: Claims, identities: Identities
    ) -> tuple[dict[str, list[Item]], list[Row]]:
        """Return what each student has handed in, archives unpacked, and the rows of what is nobody's."""
        items: dict[str, list[Item]] = defaultdict(list)
        rows = []
        for entry in entries:
            if entry in claims:
                claim = claims[entry]
                students = list(dict.fromkeys(each for owner in claim.owners for each in identities.ids[owner.key]))
                for item in self._unpacking.of(Item(entry, claim)):
                    for student in students:
                        items[student].append(item)
                    if not students:
                        rows.append(self._stranger(item))
        return items, rows

    # What became of it

    def _stranger(self, item: Item) -> Row:
        owner = item.claim.owners[0]
        who = owner.name or owner.login or owner.email or owner.number
        return Row(item.entry.shown, UNKNOWN, note=f"{escape(who)} is not in the roster")

    def _row(self, entry: Entry, listing: _Listing, graded_in: Entry | None) -> Row:
        """Return what is told of a file that is nobody's."""
        if entry is graded_in or entry.name == METADATA:
            return Row(entry.shown, NOT_A_NOTEBOOK, note="says who is who")
        if entry in listing.expanded:
            return Row(entry.shown, UNPACKED)
        if entry.problem:
            return Row(entry.shown, UNREADABLE, note=entry.problem)
        if other := self._other_assignment(entry):
            return Row(entry.shown, OTHER, note=f"of {other}")
        if entry.may_be_work:
            return Row(entry.shown, UNKNOWN, note="its name tells no student")
        return Row(entry.shown, NOT_A_NOTEBOOK, note="left by a system" if entry.is_hidden else "")

    def _other_assignment(self, entry: Entry) -> str:
        """Return which other assignment a path names, if one."""
        named = {part for folder in entry.parts[:-1] for part in folder.split("+")}
        return next((name for name in self._others if name in named or copy_number(entry.name, name) is not None), "")

    def _fates(self, choice: Choice) -> Iterator[tuple[Item, str, str]]:
        """Yield what becomes of each thing that a student has handed in, and why."""
        if choice.notebook is not None:
            yield choice.notebook, TAKEN, choice.note
        for item in choice.same:
            if item in choice.copies:
                yield item, OLDER, "another copy of the notebook"
            else:
                yield item, *self._fate(item, OTHER)
        for item in choice.older:
            yield item, *self._fate(item, OLDER, OLDER)
        for item in choice.newer:
            yield item, *self._fate(item, NOT_A_NOTEBOOK)

    def _fate(self, item: Item, of_notebooks: str, of_others: str = NOT_A_NOTEBOOK) -> tuple[str, str]:
        entry = item.entry
        if entry in self._unpacking.unpacked:
            return UNPACKED, ""
        if why := self._unpacking.problems.get(entry) or entry.problem:
            return UNREADABLE, why
        if entry.is_hidden:
            return NOT_A_NOTEBOOK, "left by a system"
        if not item.claim.is_work:
            return NOT_A_NOTEBOOK, item.claim.aside
        if entry.is_folder:
            return NOT_A_NOTEBOOK, "an empty folder"
        if entry.is_notebook:
            return of_notebooks, ""
        return of_others, ""

    def _taken_row(self, told: Sequence[tuple[str, Item, str, str]], people: Mapping[str, Person]) -> Row:
        student, item, fate, note = told[0]
        claim = item.claim
        row = Row(
            item.entry.shown, fate, handed_in=claim.time.isoformat(" ", "seconds") if claim.time else "",
            late="late" if claim.late else "", note=note,
        ).of(student, people[student])  # fmt: skip
        if len(told) > 1:
            others = ", ".join(each[0] for each in told[1:])
            row = replace(row, note="; ".join(filter(None, (note, f"also of {escape(others)}"))))
        return row

    def _what_is_there(self, paths: Sequence[Path], platform: Platform, entries: Sequence[Entry]) -> str:
        where = ", ".join(map(str, paths[:MAX_NAMES])) + (" and more" if len(paths) > MAX_NAMES else "")
        there = _names(entries)
        return (
            f"nobody in {where} has handed in a notebook of {self._assignment}: read as {platform.title}, looked for "
            f"{platform.looked_for}, and there is {there}; say by --from where else it comes from"
        )


def _known_by(claim: Claim, roster: Roster) -> Claim:
    return replace(claim, owners=tuple(known_by(owner, roster) for owner in claim.owners)) if roster.enrolled else claim


def _works(entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.may_be_work]


def _are_classes(listing: _Listing, assignment: str) -> bool:
    """Whether each archive of a listing holds notebooks of several, rather than one's."""
    archives = {entry.parts for entry in listing.expanded}
    folders: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for entry in listing.files:
        if copy_number(entry.name, assignment) is not None and not entry.is_hidden:
            for length in range(1, len(entry.parts) - 1):
                if entry.parts[:length] in archives:
                    folders[entry.parts[:length]].add(entry.parts[length])
    return all(len(folders[archive]) > 1 for archive in archives)


def _names(entries: Sequence[Entry]) -> str:
    entries = [entry for entry in entries if not entry.is_hidden]
    told = ", ".join(entry.shown for entry in entries[:MAX_NAMES])
    return (told or "nothing") + (" and more" if len(entries) > MAX_NAMES else "")


def _what_else(choice: Choice) -> str:
    """Say what somebody has handed in who handed in no notebook."""
    names = [escape(item.name) for item in choice.same if item.claim.is_work and not item.entry.is_folder]
    if not names:
        return NOTHING
    return f"no notebook of it is among: {', '.join(names[:MAX_NAMES])}" + (
        " and more" if len(names) > MAX_NAMES else ""
    )
