"""checks.csv: one row a check, where results.csv has one a submission. For instructors: it names hidden checks."""

import csv
from typing import Final

from autograder.reports.formats.finished_run import FinishedRun
from autograder.results.store import cell, replacing
from autograder.text import plain

FILE: Final = "checks.csv"
HEADER: Final = (
    "student", "assignment", "question", "check", "visible", "outcome", "score", "max_score", "misconception",
    "seconds", "description",
)  # fmt: skip


def write(run: FinishedRun) -> None:
    """Write checks.csv; a check's `score` and `max_score` are its share of the question's points."""
    with replacing(run.folder / FILE) as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(HEADER)
        for result in run.results():
            for question in result["questions"]:
                weights = sum(check["weight"] for check in question["checks"])
                for check in question["checks"]:
                    worth = question["points"] * check["weight"] / weights
                    mistake = check["misconception"]["id"] if check["misconception"] else ""
                    table.writerow([
                        *map(cell, (result["student"], result["assignment"], question["id"], check["id"])),
                        check["visible"], check["outcome"], worth if check["outcome"] == "passed" else 0.0, worth,
                        cell(mistake), check["seconds"], cell(plain(check["description"])),
                    ])  # fmt: skip
