"""`autograder name`: gives a name to what several students did, and tells them at the next grade."""

from pathlib import Path

from autograder.authoring.naming import name_group
from autograder.catalogue.course import find_course
from autograder.commands.exit_status import ALL_PASSED
from autograder.errors import UsageError
from autograder.results.store import ResultStore
from autograder.results.unnamed import UnnamedGroup, UnnamedMistakes
from autograder.text import escape


def name(group: str, title: str, explanation: str, *, out: Path, example: Path | None) -> int:
    """Record the mistake of a group of the results in `out`, and return the exit status.

    Raises:
        UsageError: the results have no such group; its text lists those that they have.
    """
    found = _groups(out)
    own = next((each for each in found if each.id == group), None)
    if own is None:
        known = ", ".join(each.id for each in found[:20]) or "none"
        raise UsageError(f"the results in {out} have no group {group!r} of answers without a name; they have: {known}")
    assignment = find_course().assignment(own.assignment)
    id = name_group(assignment, own, title, explanation, example)
    students = ", ".join(escape(member.student) for member in own.members[:8])
    more = f" and {len(own.members) - 8} more" if len(own.members) > 8 else ""
    print(f"{id}: {title}")
    print(f"recorded for {assignment.name}; the next autograder grade tells {students}{more}")
    return ALL_PASSED


def _groups(out: Path) -> list[UnnamedGroup]:
    store, unnamed = ResultStore(out), UnnamedMistakes()
    store.read()
    for result in store.results():
        unnamed.add(result)
    return unnamed.groups()
