"""The demo class of an assignment: a table of who did what, in the module of its name."""

import importlib
import importlib.util
from collections.abc import Mapping

from autograder.authoring.simulation.member import Member
from autograder.authoring.simulation.roster import Recorded, Row
from autograder.catalogue.course import Course, find_course
from autograder.errors import UsageError


def demo_class(assignment: str, course: Course | None = None) -> list[Member]:
    """Return the demo class of an assignment.

    Raises:
        UsageError: tests/demo has no table for it, or the course no recorded solutions.
    """
    course = course or find_course()
    course.assignment(assignment)
    if importlib.util.find_spec(f"tests.demo.{assignment}") is None:
        raise UsageError(f"there is no demo class of {assignment}: write tests/demo/{assignment}.py")
    table = importlib.import_module(f"tests.demo.{assignment}")
    roster: tuple[Row, ...] = table.ROSTER
    usual: Mapping[str, str] = getattr(table, "ANSWERS", {})
    recorded = Recorded(assignment, course)
    return [recorded.member(row, usual) for row in roster]
