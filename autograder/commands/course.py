"""`autograder course`: writes one page of all students and assignments of a term, and one a section."""

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote

from autograder.catalogue.course import find_course
from autograder.commands.earlier_results import is_missing, read_results
from autograder.commands.exit_status import ALL_PASSED
from autograder.downloads.claim import Owner
from autograder.downloads.identity import Matches
from autograder.downloads.roster import Enrolled, Roster, read_roster
from autograder.errors import UsageError
from autograder.reports.course_page import PAGE, Cell, Student, render_course
from autograder.results.final_score import FinalScore, FinalScores
from autograder.results.result import SubmissionResult
from autograder.results.store import feedback_path
from autograder.results.whole_files import write_whole
from autograder.text import sanitize

DAY_S: Final = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseOptions:
    """What `autograder course` is told.

    Attributes:
        results: folders of results.
        out: the folder that gets the pages.
        assignments: names in the term's order, with commas between them; empty for all.
        gradebook: nbgrader's gradebook, which knows final scores and who was late, or None.
        roster: a file that says who is in the class and in which section, or None.
        title: the page's heading.
    """

    results: tuple[Path, ...]
    out: Path
    assignments: str
    gradebook: str | None
    roster: Path | None
    title: str


def course_page(options: CourseOptions) -> int:
    """Write the pages, print where they are, and return the exit status.

    Raises:
        UsageError: there are no results, or not of an assignment that is named.
    """
    roster = read_roster(options.roster) if options.roster is not None else Roster()
    found = [(folder, result) for folder in options.results for result in read_results(folder)]
    finals, order = _from_gradebook(options.gradebook, [result for _, result in found])
    names = _named(options.assignments, [result.assignment for _, result in found], order)
    students = list(_students(found, finals, roster, options.out))
    pages = render_course(options.title, names, students)
    options.out.mkdir(parents=True, exist_ok=True)
    for name, page in pages.items():
        write_whole(options.out / name, page)
    print(f"{len(students):,} students, {len(names)} assignments: {sanitize(str(options.out / PAGE))}")
    for name in list(pages)[1:]:
        print(sanitize(str(options.out / name)))
    return ALL_PASSED


def _named(wanted: str, graded: Sequence[str], order: Sequence[str]) -> list[str]:
    """Return the columns: those asked for, else by due date as far as the gradebook knows them, else by name."""
    known = sorted(set(graded))
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    if unknown := [name for name in names if name not in known]:
        raise UsageError(f"there are no results of {unknown[0]}; there are of: {', '.join(known) or 'nothing'}")
    return list(dict.fromkeys(names)) or sorted(known, key=lambda name: order.index(name) if name in order else -1)


def _from_gradebook(url: str | None, results: Sequence[SubmissionResult]) -> tuple[FinalScores, Sequence[str]]:
    """Return final scores, and the assignments by due date."""
    if url is None:
        return {}, ()
    from autograder.gradebook.final_scores import read_due_order, read_final_scores  # nbgrader takes a second to load
    from autograder.gradebook.settings import read_settings

    read_settings(find_course())  # it says where nbgrader finds its tools
    asked: dict[str, list[str]] = {}
    for result in results:
        asked.setdefault(result.assignment, []).append(result.student)
    return read_final_scores(url, asked), read_due_order(url)


def _students(
    found: Sequence[tuple[Path, SubmissionResult]], finals: FinalScores, roster: Roster, out: Path
) -> Iterator[Student]:
    """Yield all who have a result, and those of the roster who have none."""
    matches = Matches(roster)
    seen: set[Enrolled] = set()
    students: dict[str, Student] = {}
    for folder, result in found:
        person = result.person
        known = matches.of(Owner(result.student, person.name, "", person.email))
        if known is not None:
            seen.add(known)
        before = students.get(result.student, Student(result.student))
        enrolled = known or Enrolled()
        students[result.student] = replace(
            before, name=enrolled.name or person.name or before.name,
            sections=enrolled.sections or before.sections,
            cells={**before.cells, result.assignment: _cell(result, finals.get(result.key), folder, out)},
        )  # fmt: skip
    yield from students.values()
    for each in roster.enrolled:
        if each not in seen:
            id = each.id or each.login or each.student_number or each.name or each.email or each.number
            yield Student(id, each.name, each.sections)


def _cell(result: SubmissionResult, final: FinalScore | None, folder: Path, out: Path) -> Cell:
    page = folder / feedback_path(result.student, result.assignment)
    href = "./" + quote(os.fsencode(Path(os.path.relpath(page, out)).as_posix())) if page.exists() else ""
    missing = is_missing(result)
    if final is None:
        return Cell(
            0.0 if missing else result.score, result.max_score, missing,
            waits=bool(result.by_hand) and not missing, needs_review=result.needs_review, href=href,
        )  # fmt: skip
    return Cell(
        final.score, final.max_score, missing and not final.score, math.ceil(final.seconds_late / DAY_S),
        final.waits, result.needs_review, href,
    )  # fmt: skip
