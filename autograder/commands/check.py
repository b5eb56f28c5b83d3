"""`autograder check`: a student's own feedback on a file, from the visible checks, without a sandbox."""

import sys
from pathlib import Path

from autograder.commands.exit_status import ALL_PASSED, SOME_FAILED
from autograder.notebook.file_check import check_file
from autograder.reports.card import render_text
from autograder.reports.overview import DIFFERENCES
from autograder.text import sanitize


def check(notebook: Path, assignment: str | None, hint: int) -> int:
    """Print a card for each question, the points they earn and what differs in grading; return the exit status."""
    checked = check_file(notebook, assignment)
    for note in checked.notes:
        print(f"note: {note}", file=sys.stderr)
    for result in checked.results:
        print(render_text(result, hints=hint))
        print()
    score = sum(result.counted for result in checked.results)
    total = sum(result.possible for result in checked.results)
    if checked.differences:
        print(DIFFERENCES, *(f"  - {sanitize(each)}" for each in checked.differences), "", sep="\n")
    print(f"{checked.assignment.name}: {score:g} of {total:g} points from the visible checks")
    return ALL_PASSED if all(result.passed or result.is_left_out for result in checked.results) else SOME_FAILED
