"""The outcome of a run of mutants: counts, what is left to explain, the record and the page made of it."""

import ast
import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.results.whole_files import write_whole
from tests.mutation.explained import Reasons
from tests.mutation.judging import Verdict
from tests.mutation.mutants import Mutant, without_docstrings
from tests.mutation.references import Case

ROOT: Final = Path(__file__).parents[2]
RECORD: Final = Path(__file__).with_name("record.json")
PAGE: Final = ROOT / "docs/mutation.md"
COMMAND: Final = "python -m tests.mutation"
INTRODUCTION: Final = f"""\
# Mutants of the solutions

Made by `{COMMAND}`. A mutant is a correct solution (the first of `solutions/*/alternatives.py`, the solved notebook)
with one small change: an operator, a constant, an axis, a bound, an argument, a call, a condition, a
statement. It is killed when its question loses a mark under course seed 0, or under one of three more; questions
that are worth no points are left out. The
kill rate leaves out the mutants that are explained below as equivalent within the notebook's text.
"""


@dataclass
class Outcome:
    """What became of an assignment's mutants."""

    assignment: str
    verdicts: list[tuple[Case, Mutant, Verdict]] = field(default_factory=list)

    def survivors(self) -> list[tuple[Case, Mutant, Verdict]]:
        """Return the mutants that no check has killed, those at which a check itself failed included."""
        return [each for each in self.verdicts if each[2].fate != "killed"]

    def explained(self, reasons: Reasons) -> dict[tuple[str, str], str]:
        """Return, by question and mutant's id, the reasons that apply."""
        known = reasons.get(self.assignment, {})
        return {
            (case.question, mutant.id): known[case.question][mutant.id]
            for case, mutant, verdict in self.verdicts
            if verdict.fate == "survived" and mutant.id in known.get(case.question, {})
        }

    def unexplained(self, reasons: Reasons) -> list[tuple[Case, Mutant, Verdict]]:
        """Return the survivors without a reason."""
        explained = self.explained(reasons)
        return [each for each in self.survivors() if (each[0].question, each[1].id) not in explained]

    def stale(self, reasons: Reasons) -> list[tuple[str, str]]:
        """Return the explanations, (question, mutant's id), of mutants that were not made or are killed."""
        explained = self.explained(reasons)
        questions = {case.question for case, _, _ in self.verdicts}
        return [
            (question, id)
            for question, entries in reasons.get(self.assignment, {}).items()
            for id in entries
            if question in questions and (question, id) not in explained
        ]

    def counts(self, reasons: Reasons) -> dict[str, int]:
        """Return how many mutants there were, were killed, are equivalent, survived."""
        left, unexplained = len(self.survivors()), len(self.unexplained(reasons))
        return {
            "mutants": len(self.verdicts), "killed": len(self.verdicts) - left,
            "equivalent": left - unexplained, "survived": unexplained,
        }  # fmt: skip


def kill_rate(counts: Mapping[str, Any]) -> float:
    """Return the share of killed mutants among those that are not equivalent."""
    return float(counts["killed"] / max(1, counts["killed"] + counts["survived"]))


def print_report(console: Console, outcomes: Sequence[Outcome], reasons: Reasons) -> None:
    """Print the table, then each survivor without a reason as a difference, then what is stale."""
    for outcome in outcomes:
        for case, mutant, verdict in outcome.unexplained(reasons):
            console.rule(f"{outcome.assignment} {case.question} ({case.reference.name})", align="left")
            console.print(escape(mutant.id), soft_wrap=True)
            for line in difference(case, mutant):
                console.print(escape(line), style={"-": "red", "+": "green"}.get(line[0], ""), soft_wrap=True)
            if verdict.fate == "grader_fault":
                console.print(escape(f"the grader failed in {verdict.by}: {verdict.message}"), style="bold red")
        for question, id in outcome.stale(reasons):
            console.print(escape(f"{outcome.assignment} {question}: no longer a survivor: {id}"), soft_wrap=True)
    table = Table()
    table.add_column("assignment", min_width=max(len(outcome.assignment) for outcome in outcomes))
    for head in ("mutants", "killed", "equivalent", "survived", "kill rate"):
        table.add_column(head, justify="right")
    for outcome in outcomes:
        counts = outcome.counts(reasons)
        table.add_row(outcome.assignment, *map(str, counts.values()), f"{kill_rate(counts):.1%}")
    console.print(table)


def difference(case: Case, mutant: Mutant) -> Iterator[str]:
    """Yield the lines in which a mutant differs from its reference, with one around them."""
    before = ast.unparse(without_docstrings(case.definition)).splitlines()
    lines = difflib.unified_diff(before, mutant.source.splitlines(), lineterm="", n=1)
    return (line for line in lines if line[:2] not in ("--", "++", "@@"))


def write_record(outcomes: Sequence[Outcome], reasons: Reasons, record: Path = RECORD, page: Path = PAGE) -> None:
    """Put the counts of whole assignments into the record, and write the page from it."""
    known: dict[str, Any] = json.loads(record.read_text("utf-8"))["assignments"] if record.exists() else {}
    for outcome in outcomes:
        counts = outcome.counts(reasons)
        known[outcome.assignment] = counts | {"kill_rate": round(kill_rate(counts), 4)}
    write_whole(record, json.dumps({"made_by": COMMAND, "assignments": dict(sorted(known.items()))}, indent=1) + "\n")
    write_whole(page, "\n".join((INTRODUCTION, *_table(known), *_reasons(known, reasons))) + "\n")


def _table(known: Mapping[str, Any]) -> Iterator[str]:
    yield "| assignment | mutants | killed | equivalent | survived | kill rate |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for name, counts in sorted(known.items()):
        cells = (counts[key] for key in ("mutants", "killed", "equivalent", "survived"))
        yield f"| `{name}` | {' | '.join(map(str, cells))} | {counts['kill_rate']:.1%} |"


def _reasons(known: Mapping[str, Any], reasons: Reasons) -> Iterator[str]:
    for name in sorted(known.keys() & reasons.keys()):
        yield f"\n## Equivalent mutants of `{name}`"
        for question, entries in reasons[name].items():
            yield f"\n`{question}`\n"
            for id, reason in entries.items():
                before, _, after = id.partition(" -> ")
                yield f"- `{before}` → `{after}`: {reason}"
