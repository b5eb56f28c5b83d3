"""Who of the students that were graded is who in a platform's export: by its number, then as rosters are read."""

from collections import defaultdict
from collections.abc import Mapping

from autograder.downloads.claim import Owner
from autograder.downloads.exported_table import ExportedTable
from autograder.downloads.identity import Matches
from autograder.downloads.roster import Enrolled, Roster
from autograder.results.person import Person


def lines_of(people: Mapping[str, Person], table: ExportedTable, platform: str) -> dict[str, int]:
    """Return the line of each student that is in the table, by id.

    A name alone does where it is one student's here and there, and the platform does not know them by another number.
    Where two would be in one line, neither is; nor is anybody in lines that tell two students alike.

    Args:
        people: who the students are, by id.
        table: the export.
        platform: whose numbers it has.
    """
    lines: dict[Enrolled, list[int]] = defaultdict(list)
    for line, each in table.students.items():
        lines[each].append(line)
    matches = Matches(Roster(tuple(lines)))
    found: dict[Enrolled, list[tuple[str, bool]]] = defaultdict(list)
    for student, person in people.items():
        number = person.platform_id if person.platform == platform else ""
        owner = Owner(student, person.name, number, person.email)
        known = (matches.of(Owner(number=number)) if number else None) or matches.of(owner)
        if known is None:
            continue
        is_sure = matches.is_sure(owner, known)
        if is_sure or not (number and known.number and known.number != number):
            found[known].append((student, is_sure))
    result: dict[str, int] = {}
    for each, students in found.items():
        sure = [student for student, is_sure in students if is_sure]
        those = sure or [student for student, _ in students]
        if len(those) == 1 and len(lines[each]) == 1:
            result[those[0]] = lines[each][0]
    return result
