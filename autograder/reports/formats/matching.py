"""Who of the students that were graded is who on a platform: by its number, then as rosters are read."""

from collections import defaultdict
from collections.abc import Mapping

from autograder.downloads.claim import Owner
from autograder.downloads.exported_table import ExportedTable
from autograder.downloads.identity import Matches
from autograder.downloads.roster import Enrolled, Roster
from autograder.results.person import Person


def lines_of(people: Mapping[str, Person], table: ExportedTable, platform: str) -> dict[str, int]:
    """Return the line of each student that is in the table, by id.

    Args:
        people: who the students are, by id.
        table: the export.
        platform: whose numbers it has.
    """
    owners = {
        student: Owner(
            student, person.name, person.platform_id if person.platform == platform else "", person.email
        )
        for student, person in people.items()
    }  # fmt: skip
    return matched(owners, table.students)


def matched(owners: Mapping[str, Owner], students: Mapping[int, Enrolled]) -> dict[str, int]:
    """Return which of a platform's students each owner is.

    A name alone does where it is one student's here and there, and the platform does not know them by another number.
    Where two would be the same, neither is; nor is anybody one of two whom the platform tells alike.

    Args:
        owners: what is known of students, by id; their numbers are the platform's.
        students: the platform's, by line or number.
    """
    lines: dict[Enrolled, list[int]] = defaultdict(list)
    for line, each in students.items():
        lines[each].append(line)
    matches = Matches(Roster(tuple(lines)))
    found: dict[Enrolled, list[tuple[str, bool]]] = defaultdict(list)
    for student, owner in owners.items():
        number = owner.number
        known = (matches.of(Owner(number=number)) if number else None) or matches.of(owner)
        if known is None:
            continue
        is_sure = matches.is_sure(owner, known)
        if is_sure or not (number and known.number and known.number != number):
            found[known].append((student, is_sure))
    result: dict[str, int] = {}
    for each, claims in found.items():
        sure = [student for student, is_sure in claims if is_sure]
        those = sure or [student for student, _ in claims]
        if len(those) == 1 and len(lines[each]) == 1:
            result[those[0]] = lines[each][0]
    return result
