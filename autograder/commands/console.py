"""What a run prints in the end: the results in a table, what went wrong most often, what the grader failed at."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.reports.formats.format import Graded
from autograder.results.spreadsheet import SPREADSHEET
from autograder.results.store import feedback_path
from autograder.results.summary import why_review
from autograder.results.tally import Tally
from autograder.text import escape, sanitize, truncate

TABLE_ROWS: Final = 200
FAULTS_TOLD: Final = 20
HELD_TOLD: Final = 20
FAULT_CHARACTERS: Final = 2_000
MISTAKES: Final = 8


def print_results(tally: Tally, folder: Path, report: Path) -> None:
    """Print what a run has come to, and where the pages are."""
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else 140)
    table = Table("student", "assignment", "score", "what went wrong", box=None, pad_edge=False)
    for row in tally.rows[:TABLE_ROWS]:
        score = f"{row.score:.1f} / {row.max_score:g}"
        table.add_row(Text(escape(row.student)), row.assignment, score, Text(row.summary))
    console.print(table)
    if len(tally.rows) > TABLE_ROWS:
        console.print(f"… and {len(tally.rows) - TABLE_ROWS} more in {folder / SPREADSHEET}")
    mistakes = tally.commonest_mistakes()
    if mistakes:
        console.print("\ncommonest mistakes")
        for title, count in mistakes[:MISTAKES]:
            console.print(Text(f"  {count:>3}  {title}"))
    console.print(Text(f"\nreport:   {escape(str(report))}"))
    if tally.rows:
        row = next((row for row in tally.rows if row.score < row.max_score), tally.rows[0])
        page = folder / feedback_path(row.student, row.assignment)
        console.print(Text(f"feedback: {escape(str(page))}"))


def print_held(held: Sequence[Graded]) -> None:
    """Tell on stderr whose scores go nowhere before somebody has looked, and why."""
    if held:
        print(
            "autograder: held back before somebody has looked; then --reviewed lets them through, or points by hand in "
            "the gradebook:", file=sys.stderr,
        )  # fmt: skip
    for each in held[:HELD_TOLD]:
        print(f"  {escape(each.result.student)}, {each.result.assignment}: {why_review(each.result)}", file=sys.stderr)
    if len(held) > HELD_TOLD:
        print(f"  and {len(held) - HELD_TOLD:,} more, see review in {SPREADSHEET}", file=sys.stderr)


def print_faults(tally: Tally) -> None:
    """Tell on stderr what the grader failed at, each fault once, and how many submissions need review."""
    for fault, students in list(tally.faults.items())[:FAULTS_TOLD]:
        some = ", ".join(map(escape, sorted(students)[:5])) + (", …" if len(students) > 5 else "")
        what = f"{fault.assignment}: {fault.check.replace('_', ' ')}: {len(students)} need a person ({some})"
        print(f"autograder: {what}: {sanitize(truncate(fault.message, FAULT_CHARACTERS))}", file=sys.stderr)
