"""`autograder check`: a student's own feedback on a file, from the visible checks, without a sandbox."""

import sys
from pathlib import Path

from autograder.commands.exit_status import ALL_PASSED, SOME_FAILED
from autograder.notebook.self_check import check_file
from autograder.reports.card import render_text


def check(notebook: Path, assignment: str | None) -> int:
    """Print a card for each question and the points they earn; return the exit status."""
    found, results, notes = check_file(notebook, assignment)
    for note in notes:
        print(f"note: {note}", file=sys.stderr)
    for result in results:
        print(render_text(result))
        print()
    score = sum(result.score for result in results)
    total = sum(result.points for result in results)
    print(f"{found.name}: {score:g} of {total:g} points from the visible checks")
    return ALL_PASSED if all(result.passed for result in results) else SOME_FAILED
