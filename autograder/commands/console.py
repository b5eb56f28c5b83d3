"""What a run prints in the end: the results in a table, what went wrong most often, what the grader failed at."""

import sys
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.reports.class_report import commonest, summarise
from autograder.results.store import ResultStore, feedback_path
from autograder.text import cut, plain, visible

TABLE_ROWS: Final = 200
FAULTS_TOLD: Final = 20
FAULT_CHARACTERS: Final = 2_000


def print_results(store: ResultStore, wanted: set[tuple[str, str]], report: Path) -> None:
    """Print the results `wanted`, by assignment and student, and where the pages are."""
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else 140)
    table = Table("student", "assignment", "score", "what went wrong", box=None, pad_edge=False)
    page = None
    rows = 0
    for line in store.results():
        if (line["assignment"], line["student"]) not in wanted:
            continue
        rows += 1
        if rows <= TABLE_ROWS:
            score = f"{line['score']:.1f} / {line['max_score']:g}"
            table.add_row(Text(visible(line["student"])), line["assignment"], score, Text(summarise(line)))
        if page is None or (line["score"] < line["max_score"] and page[1]):
            page = (store.folder / feedback_path(line), line["score"] == line["max_score"])
    console.print(table)
    if rows > TABLE_ROWS:
        console.print(f"… and {rows - TABLE_ROWS} more in {store.folder / 'results.csv'}")
    mistakes = commonest(line for line in store.results() if (line["assignment"], line["student"]) in wanted)
    if mistakes:
        console.print("\ncommonest mistakes")
        for title, count in mistakes[:8]:
            console.print(Text(f"  {count:>3}  {title}"))
    console.print(Text(f"\nreport:   {visible(str(report))}"))
    if page is not None:
        console.print(Text(f"feedback: {visible(str(page[0]))}"))


def print_faults(store: ResultStore, wanted: set[tuple[str, str]]) -> None:
    """Tell on stderr what the grader failed at, each fault once, and how many submissions wait for a person."""
    faults: dict[tuple[str, str, str], set[str]] = {}
    for line in store.results():
        if line["needs_review"] and (line["assignment"], line["student"]) in wanted:
            for check in (check for question in line["questions"] for check in question["checks"]):
                if check["outcome"] == "grader_fault":
                    key = (line["assignment"], check["id"].replace("_", " "), check["message"])
                    faults.setdefault(key, set()).add(line["student"])
    for (assignment, check, message), students in list(faults.items())[:FAULTS_TOLD]:
        some = ", ".join(map(visible, sorted(students)[:5])) + (", …" if len(students) > 5 else "")
        told = f"{assignment}: {check}: {len(students)} need a person ({some})"
        print(f"autograder: {told}: {plain(cut(message, FAULT_CHARACTERS))}", file=sys.stderr)
