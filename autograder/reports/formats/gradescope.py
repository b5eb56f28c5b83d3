"""results.json, as Gradescope reads it: https://gradescope-autograders.readthedocs.io/en/latest/specs/."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from autograder.reports.card import points
from autograder.reports.formats.finished_run import FinishedRun
from autograder.reports.formats.shown import missed, only_visible, told
from autograder.results.store import write_whole
from autograder.text import plain

FILE: Final = "results.json"


def write(run: FinishedRun) -> None:
    """Write results.json of the one submission."""
    (result,) = run.results()
    content = {
        "score": result["score"], "execution_time": round(result["seconds"], 2),
        "output": _overall(result), "output_format": "text",
        "test_output_format": "text", "test_name_format": "text",
        "visibility": "visible", "stdout_visibility": "hidden",
        "tests": list(_tests(result)),
    }  # fmt: skip
    write_whole(run.folder / FILE, json.dumps(content, indent=1, allow_nan=False) + "\n")


def _overall(result: Mapping[str, Any]) -> str:
    lines = [plain(note) for note in result["notes"]]
    if result["needs_review"]:
        lines.append("The grader failed somewhere. That is not your fault: a person will look at it.")
    if only_visible(result):
        lines.append("Only visible checks were judged.")
    by_hand = (f"{plain(each['id'])} ({points(each['points'])} points)" for each in result["by_hand"])
    return "\n".join([*lines, *(f"A person grades {each}." for each in by_hand)])


def _tests(result: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a test for each check; a hidden one is seen when grades are published, as feedback pages are."""
    for place, question in enumerate(result["questions"], 1):
        weights = sum(check["weight"] for check in question["checks"])
        for number, check in enumerate(question["checks"], 1):
            worth = question["points"] * check["weight"] / weights
            passed = not missed({"checks": [check]})
            yield {
                "name": f"{plain(question['id'])}: {plain(check['description'])}", "number": f"{place}.{number}",
                "score": worth if passed else 0.0, "max_score": worth, "status": "passed" if passed else "failed",
                "output": told(question, [check]), "tags": [plain(question["id"]), check["outcome"]],
                "visibility": "visible" if check["visible"] else "after_published",
            }  # fmt: skip
