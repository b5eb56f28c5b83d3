"""results.csv: a row a submission, a column a question; then names and addresses, where they are known.

Where a person has to look at something, a last column says why.
"""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from autograder.results.tally import Row
from autograder.results.whole_files import replacing
from autograder.text import escape

SPREADSHEET: Final = "results.csv"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def write_spreadsheet(path: Path, rows: Sequence[Row]) -> None:
    """Write the scores of a class.

    Raises:
        GraderFault: the file cannot be written.
    """
    questions = dict.fromkeys(f"{row.assignment}.{question}" for row in rows for question in row.questions)
    with replacing(path) as file:
        table = csv.writer(file, lineterminator="\n")
        named = ["name", "email"] if any(row.name or row.email for row in rows) else []
        why = ["review"] if any(row.review for row in rows) else []
        table.writerow([
            "student", "assignment", "score", "max_score", "needs_review", *map(cell, questions), *named, *why,
        ])  # fmt: skip
        for row in rows:
            scores = {f"{row.assignment}.{question}": earned for question, (earned, _) in row.questions.items()}
            table.writerow([
                cell(row.student), cell(row.assignment), row.score, row.max_score, row.needs_review,
                *(scores.get(question, "") for question in questions),
                *((cell(row.name), cell(row.email)) if named else ()), *([cell(row.review)] if why else []),
            ])  # fmt: skip


def cell(text: str) -> str:
    """Keep a spreadsheet from reading text as a formula (https://owasp.org/www-community/attacks/CSV_Injection)."""
    text = escape(text)
    return f"'{text}" if text.startswith(_FORMULA) else text
