"""Changes the reference solutions a little, one change at a time, and tells which changes lose no mark.

    python -m tests.mutation [ASSIGNMENT …] [--workers N] [--function NAME] [--survivors]

Survivors are explained one by one in tests/mutation/equivalent.toml. A whole assignment's figures go
into tests/mutation/record.json and docs/mutation.md. Exit status 1 where a survivor has no
explanation, or an explanation no survivor; 2 where a reference itself does not pass.
"""

import argparse
import os
import sys
from collections.abc import Sequence

import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograder.catalogue.assignment import Assignment
from autograder.catalogue.course import Course, find_course
from autograder.errors import GraderFault, UsageError
from tests.mutation.explained import read_reasons
from tests.mutation.judging import MutantJudge, judge_mutants
from tests.mutation.references import cases
from tests.mutation.report import ROOT, Outcome, print_report, write_record

WIDTH = 120  # of what is printed to a file


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge the mutants that the command line asks for and report."""
    parser = argparse.ArgumentParser(
        "python -m tests.mutation", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="default: all")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, metavar="N", help="default: the cores")
    parser.add_argument(
        "--function", action="append", metavar="NAME", help="only this question (may be repeated); nothing is recorded"
    )
    parser.add_argument("--survivors", action="store_true", help="list explained survivors, too, each with its reason")
    options = parser.parse_args(arguments)
    if options.workers < 1:
        parser.error("N is at least 1")
    torch.set_num_threads(1)  # before any operation: what ran on two threads hangs in a forked child
    console, course, reasons = Console(highlight=False), find_course(ROOT), read_reasons()
    if not console.is_terminal:
        console.width = WIDTH
    outcomes, unusable = [], False
    for name in options.assignments or [assignment.name for assignment in course.assignments()]:
        try:
            outcome, faults = _run(course, course.assignment(name), options.function, options.workers)
        except UsageError as error:
            faults = [str(error)]
        else:
            outcomes.append(outcome)
        for fault in faults:
            print(f"tests.mutation: {fault}", file=sys.stderr)
        unusable |= bool(faults)
    if outcomes:
        print_report(console, outcomes, reasons)
    if options.survivors:
        for outcome in outcomes:
            for (question, id), reason in outcome.explained(reasons).items():
                console.print(f"{outcome.assignment} {question}: {id}\n    {reason}", markup=False, soft_wrap=True)
    if not options.function and not unusable:
        write_record(outcomes, reasons)
    left = any(outcome.unexplained(reasons) or outcome.stale(reasons) for outcome in outcomes)
    return 2 if unusable else 1 if left else 0


def _run(
    course: Course, assignment: Assignment, questions: Sequence[str] | None, workers: int
) -> tuple[Outcome, list[str]]:
    """Return what became of an assignment's mutants, and which references do not pass: those are not mutated."""
    outcome, faults = Outcome(assignment.name), []
    with MutantJudge(assignment) as judge:
        usable = []
        for case in cases(course, assignment):
            if not questions or case.question in questions:
                try:
                    usable.append((case, judge.allowance(case)))
                except GraderFault as fault:
                    faults.append(f"{assignment.name}: {fault}")
        with _progress() as progress:
            task = progress.add_task(assignment.name, total=sum(len(case.mutants) for case, _ in usable))
            for verdict in judge_mutants(judge, usable, workers):
                outcome.verdicts.append(verdict)
                progress.update(task, advance=1, refresh=True)
    place = {id(mutant): place for place, mutant in enumerate(each for case, _ in usable for each in case.mutants)}
    outcome.verdicts.sort(key=lambda verdict: place[id(verdict[1])])
    return outcome, faults


def _progress() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # A thread that draws the bar would be lost in the children, and its locks with it.
    return Progress(*columns, console=console, auto_refresh=False, disable=not console.is_terminal)


if __name__ == "__main__":
    sys.exit(main())
