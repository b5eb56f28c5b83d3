"""Finds what is to be graded, whether it lies as nbgrader has it or as an LMS gave it for download.

A download is collected into a folder that lasts as long as the command: the same is graded then as after `collect`.
"""

import contextlib
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from autograder.catalogue.course import Course
from autograder.catalogue.submission_refs import SubmissionRef, find_submissions
from autograder.commands.options import ClassOptions
from autograder.downloads.choice import RENAMED
from autograder.downloads.claim import Download, Owner
from autograder.downloads.collecting import Collected, collecting
from autograder.downloads.entry import Entry, shown
from autograder.downloads.identity import identify
from autograder.downloads.laying_out import keep_table, lay_out
from autograder.downloads.listing import Shelf, is_archive, list_sources
from autograder.downloads.naming import copy_number
from autograder.downloads.platforms.nbgrader import NBGRADER
from autograder.downloads.recognition import recognise
from autograder.downloads.roster import Roster, read_roster
from autograder.downloads.table import TAKEN, Row, file_name, printed, read_table
from autograder.errors import UsageError
from autograder.results.person import Person
from autograder.results.result import Key

_LEVELS: Final = 3  # of folders between a file and the folder that has the table


@dataclass(slots=True)
class HandedIn:
    """What is to be graded, who the students are, where it lies, and where each lay in the platform's download."""

    refs: list[SubmissionRef]
    people: dict[str, Person] = field(default_factory=dict)
    places: tuple[Path, ...] = ()
    downloads: dict[Key, str] = field(default_factory=dict)


@contextlib.contextmanager
def handed_in(options: ClassOptions, course: Course) -> Iterator[HandedIn]:
    """Find what the command line names; within the block it can be read.

    Raises:
        UsageError: nothing is there, or the assignment or the platform cannot be told.
    """
    if options.assignment is not None:
        course.assignment(options.assignment)
    roster = read_roster(options.roster) if options.roster is not None else None
    with contextlib.ExitStack() as stack:
        found, names = _lying(options, course)
        if names:
            place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="collected-")))
            found = _collected(options, course, names, roster, place)
        elif roster is not None:
            _name(found, roster)
        yield found


def _lying(options: ClassOptions, course: Course) -> tuple[HandedIn, list[str]]:
    """Return what lies as it can be graded, or the assignments to collect of a download."""
    refs: list[SubmissionRef] = []
    refused: UsageError | None = None
    is_download = options.platform is not None or any(path.is_file() and is_archive(path) for path in options.paths)
    if not is_download:
        try:
            refs = find_submissions(options.paths, course, options.assignment)
        except UsageError as error:
            refused = error
    if refs and all(ref.path is not None and ref.path.parent.name == ref.assignment for ref in refs):
        return _with_people(refs, options), []
    try:
        names = _to_collect(options, course, refs, is_download=is_download)
    except UsageError as error:
        raise refused or error from None
    if not names and refused is not None:
        raise refused
    return _with_people(refs, options), names


def _to_collect(
    options: ClassOptions, course: Course, refs: Sequence[SubmissionRef], *, is_download: bool
) -> list[str]:
    """Return the assignments of which there is something that only collecting finds."""
    if refs and len(options.paths) == 1 and options.paths[0].is_file():
        return []
    with Shelf() as shelf:
        entries = list_sources(options.paths, shelf)
    known = [options.assignment] if options.assignment else [each.name for each in course.assignments()]
    if refs:  # they lie as they can be graded, by what is known of folders
        names = sorted({ref.assignment for ref in refs})
        laid_out = any(ref.path is not None and ref.assignment in ref.path.parts[-3:-1] for ref in refs)
        recognised = recognise(Download(entries, names[0])) if len(names) == 1 and not laid_out else None
        if recognised is not None and recognised.platform is not NBGRADER:
            return names
        if len(refs) > 1 and all(ref.path is None and not ref.file_name for ref in refs):
            return names  # collecting finds what others do not, or says what was looked for: no zero for each
        packed = {ref.assignment for ref in refs if ref.path is None and _has_archive(entries, ref)}
        return names if packed else []
    named = [name for name in known if any(copy_number(entry.name, name) is not None for entry in entries)]
    if options.assignment:
        return [options.assignment]
    if len(named) == 1:
        return named
    if is_download:
        where = ", ".join(map(str, options.paths[:3]))
        raise UsageError(f"{where} does not tell its assignment: pass --assignment NAME, one of {', '.join(known)}")
    return []


def _has_archive(entries: Iterable[Entry], ref: SubmissionRef) -> bool:
    """Whether among what a student without a notebook handed in there is an archive."""
    return any(
        entry.is_archive and ref.assignment in entry.parts[:-1]
        and (ref.student in map(shown, entry.parts[:-1]) or len(entry.parts) < 3)
        for entry in entries
    )  # fmt: skip


def _collected(
    options: ClassOptions, course: Course, names: Sequence[str], roster: Roster | None, place: Path
) -> HandedIn:
    """Collect assignments of a download into a folder, and find them there."""
    rows: dict[str, list[Row]] = {}
    people: dict[str, Person] = {}
    problem: UsageError | None = None
    for name in names:
        try:
            with collecting(options.paths, course, name, roster=roster, platform=options.platform) as collected:
                lay_out(collected, place)
                rows[name] = collected.rows
                _tell(collected, options.out)
                for student, person in collected.people.items():
                    people[student] = person.filled(people.get(student, Person()))
        except UsageError as error:
            problem = error
    if problem is not None and not rows:
        raise problem
    found = find_submissions([place], course, names[0] if len(names) == 1 else None)
    return HandedIn(_noted(found, rows), people, (place,), _downloads(rows))


def _tell(collected: Collected, out: Path) -> None:
    """Keep the table with the results, and say on standard error what is to be looked at."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"results cannot be written to {out}: {error}") from error
    table = keep_table(collected, out)
    print(f"autograder: collected from {collected.platform.title}, told in {table}:", file=sys.stderr)
    for line in printed(collected.rows):
        print(f"  {line}", file=sys.stderr)


def _with_people(refs: list[SubmissionRef], options: ClassOptions) -> HandedIn:
    """Return submissions that were collected before with what was told of them then."""
    rows: dict[str, list[Row]] = {}
    people: dict[str, Person] = {}
    folders = {
        folder for path in map(os.path.abspath, options.paths) for folder in (Path(path), *Path(path).parents[:_LEVELS])
    }
    for name in {ref.assignment for ref in refs}:
        rows[name] = [row for folder in sorted(folders) for row in read_table(folder / file_name(name))]
        for row in rows[name]:
            if row.student:
                people[row.student] = people.get(row.student, Person()).filled(row.person)
    return HandedIn(_noted(refs, rows), people, downloads=_downloads(rows))


def _downloads(rows: dict[str, list[Row]]) -> dict[Key, str]:
    """Return the paths in a download that notebooks were taken from."""
    return {
        (name, row.student): row.path for name, several in rows.items() for row in several
        if row.fate == TAKEN and row.path and row.student
    }  # fmt: skip


def _noted(refs: Sequence[SubmissionRef], rows: dict[str, list[Row]]) -> list[SubmissionRef]:
    """Add to submissions what was said when they were collected."""
    notes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, several in rows.items():
        for row in several:
            if row.fate == TAKEN and row.path and row.note:
                file = row.path.rpartition("/")[2]
                told = row.note.replace(RENAMED, f"{RENAMED}, and was graded all the same", 1)
                notes[name, row.student].append(f"{file} {told if told.startswith(RENAMED) else f'counts: {told}'}")
    return [
        replace(ref, notes=(*ref.notes, *notes[ref.assignment, ref.student]))
        if (ref.assignment, ref.student) in notes else ref
        for ref in refs
    ]  # fmt: skip


def _name(found: HandedIn, roster: Roster) -> None:
    """Say who students are whose submissions lie in folders of their own, and who of the roster has none."""
    owners = {ref.student: Owner(login=ref.student) for ref in found.refs}
    identities = identify(owners.values(), roster, "", strict=False)
    for student, owner in owners.items():
        (known,) = identities.ids[owner.key]
        found.people[student] = identities.people[known].filled(found.people.get(student, Person()))
    strangers = [
        student for student, owner in owners.items() if identities.ids[owner.key][0] not in identities.enrolled
    ]  # fmt: skip
    if strangers:
        print(f"autograder: not in {roster.title}: {', '.join(map(shown, strangers[:12]))}", file=sys.stderr)
