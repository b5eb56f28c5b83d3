"""results.json, as Gradescope reads it: https://gradescope-autograders.readthedocs.io/en/latest/specs/."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from autograder.reports.formats.check_text import format_checks
from autograder.reports.formats.format import Graded, Take
from autograder.reports.wording import points
from autograder.results.result import SubmissionResult
from autograder.results.whole_files import write_whole
from autograder.text import sanitize

FILE: Final = "results.json"


@contextmanager
def writing(folder: Path) -> Iterator[Take]:
    """Write results.json of the one submission."""

    def take(graded: Graded) -> None:
        result = graded.result
        content = {
            "score": result.score, "execution_time": round(result.seconds, 2),
            "output": _overall(result), "output_format": "text",
            "test_output_format": "text", "test_name_format": "text",
            "visibility": "visible", "stdout_visibility": "hidden",
            "tests": list(_tests(result)),
        }  # fmt: skip
        write_whole(folder / FILE, json.dumps(content, indent=1, allow_nan=False) + "\n")

    yield take


def _overall(result: SubmissionResult) -> str:
    lines = [sanitize(note) for note in result.notes]
    if result.internals:
        lines.append("The code reaches into the interpreter that runs it: a person will look at it.")
    if result.has_fault:
        lines.append("The grader failed somewhere. That is not your fault: a person will look at it.")
    if result.only_visible:
        lines.append("Only visible checks were judged.")
    by_hand = (f"{sanitize(id)} ({points(worth)} points)" for id, worth in result.by_hand.items())
    return "\n".join([*lines, *(f"A person grades {each}." for each in by_hand)])


def _tests(result: SubmissionResult) -> Iterator[dict[str, Any]]:
    """Yield a test for each check; a hidden one is seen when grades are published, as feedback pages are.

    One of a question without points has no score of its own, and one that was left out has not failed either.
    """
    told = result.told
    for position, question in enumerate(result.questions, 1):
        for number, check in enumerate(question.checks, 1):
            worth = question.worth(check)
            credited = f" ({question.credit})" if question.credit != "regular" else ""
            counts = question.points and question.credit != "excluded"
            score = {"score": worth if check.passed else 0.0, "max_score": worth} if counts else {}
            status = {"status": "passed" if check.passed else "failed"} if question in told else {}
            yield {
                "name": f"{sanitize(question.id)}{credited}: {sanitize(check.description)}",
                "number": f"{position}.{number}", **score, **status, "output": format_checks(question, [check]),
                "tags": [sanitize(question.id), check.outcome],
                "visibility": "visible" if check.visible else "after_published",
            }  # fmt: skip
