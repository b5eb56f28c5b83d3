"""What `autograder check NOTEBOOK` does: runs a file in this very process and judges it by the visible checks."""

import contextlib
import sys
from dataclasses import dataclass
from pathlib import Path

from autograder.catalogue.assignment import Assignment
from autograder.catalogue.submission import Submission, read_submission
from autograder.errors import UsageError
from autograder.judging.judge import derive_seed
from autograder.notebook.differences import left_out, missing_packages, rebound, redefined
from autograder.notebook.progress import ConsoleLine
from autograder.notebook.run_cell import RunCell
from autograder.notebook.selection import assignment_of, ids_of, named_by, select
from autograder.notebook.self_check import judge_locally
from autograder.notebook.shown_cards import FILE_BEING_RUN, ShownCards
from autograder.results.result import QuestionResult
from autograder.sandbox.worker.notebook import Notebook
from autograder.sandbox.worker.probing import seed_everything


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file's results, notes on it, and what differs when it is graded, a sentence or two each."""

    assignment: Assignment
    results: tuple[QuestionResult, ...]
    notes: tuple[str, ...]
    differences: tuple[str, ...]


def check_file(path: Path, assignment: str | None) -> CheckedFile:
    """Run a notebook or script and judge it, each question as its card has seen it.

    Args:
        path: the file.
        assignment: its assignment's name, else the file's or its folder's tells it, or the functions that it defines.

    Raises:
        UsageError: the file cannot be read at all.
    """
    try:
        submission = read_submission(path.read_bytes(), path.name)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    if submission.problem:
        raise UsageError(submission.problem)
    notebook = Notebook()
    notebook.namespace["__name__"] = submission.module_name
    cards = ShownCards(notebook.namespace)
    notes = list(submission.notes)
    token = FILE_BEING_RUN.set(cards)
    try:
        seed_everything(derive_seed(0, path.name))
        for number, source in submission.cells:
            run = notebook.run(number, source, contextlib.nullcontext)
            if run["error"] and run["error"]["kind"] != "not_attempted":
                notes.append(f"code cell {number} failed: {run['error']['type']}: {run['error']['message']}")
    finally:
        FILE_BEING_RUN.reset(token)
    name = assignment or named_by((path.stem, path.resolve().parent.name))
    found = select({}, (), name)[0] if name else assignment_of(notebook.namespace)
    questions, cells = ids_of(found), _cells(submission)
    changed = list(rebound(cards, questions, cells))
    with ConsoleLine(sys.stderr) as line, cards.restored({each.name: each.before for each in changed if each.seen}):
        results = judge_locally(found, notebook.namespace, line.show)
        aside = left_out(cards, questions, cells)
        told = [*(each.sentence for each in changed), *redefined(cards, questions), *aside]
    told += missing_packages(cells, found, path.parent)
    return CheckedFile(found, results, tuple(notes), tuple(told))


def _cells(submission: Submission) -> list[RunCell]:
    run = {number for number, _ in submission.cells}
    return [
        RunCell(f"code cell {cell.number}", cell.source, cell.number not in run)
        for cell in submission.document
        if cell.number is not None
    ]
