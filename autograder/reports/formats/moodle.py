"""moodle.csv, as Moodle imports grades: usernames, and of each assignment the grade and feedback comments.

The columns are named as those of Moodle's own export, and are mapped in its import's preview.
https://docs.moodle.org/en/Grade_import
"""

import csv
import html
from collections import defaultdict
from typing import Final

from autograder.reports.card import points
from autograder.reports.class_report import summarise
from autograder.reports.formats.finished_run import FinishedRun
from autograder.results.store import cell, replacing

FILE: Final = "moodle.csv"


def write(run: FinishedRun) -> None:
    """Write moodle.csv; a submission's folder is taken for the student's username."""
    told: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    for result in run.results():
        comment = html.escape(summarise(result), quote=False)  # Moodle shows it as HTML
        told[result["student"]][result["assignment"]] = (points(result["score"]), cell(comment))
    assignments = sorted({name for each in told.values() for name in each})
    with replacing(run.folder / FILE) as file:
        table = csv.writer(file, lineterminator="\n")
        columns = [f"Assignment: {name} ({kind})" for name in assignments for kind in ("Real", "Feedback")]
        table.writerow(["Username", *columns])
        for student in sorted(told):
            grades = (part for name in assignments for part in told[student].get(name, ("", "")))
            table.writerow([cell(student), *grades])
