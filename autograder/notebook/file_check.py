"""What `autograder check NOTEBOOK` does: runs a file in this very process and judges it by the visible checks."""

import sys
from dataclasses import dataclass
from pathlib import Path

from autograder.catalogue.assignment import Assignment
from autograder.catalogue.course import find_course
from autograder.catalogue.submission import Submission, read_submission
from autograder.errors import UsageError
from autograder.judging.judge_plugin import derive_seed
from autograder.notebook.credits import counting, told_by
from autograder.notebook.differences import missing_packages, rebound, redefined
from autograder.notebook.own_folder import running_in
from autograder.notebook.progress import ConsoleLine
from autograder.notebook.run_cell import RunCell
from autograder.notebook.selection import assignment_of, assignments, ids_of, named_by, select
from autograder.notebook.self_check import judge_locally
from autograder.notebook.shown_cards import FILE_BEING_RUN, ShownCards
from autograder.results.result import QuestionResult
from autograder.sandbox.course_limits import limits_of
from autograder.sandbox.worker.cell_clock import CellClock
from autograder.sandbox.worker.explore import wanted_cells
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
    assignments()  # of the course in whose folder this was called
    with running_in(path.resolve().parent):
        return _checked(submission, path.resolve(), assignment)


def _checked(submission: Submission, path: Path, assignment: str | None) -> CheckedFile:
    name = assignment or named_by((path.stem, path.parent.name))
    known = select({}, (), name)[0] if name else None
    graded = {id for each in ([known] if known else assignments()) for id in ids_of(each)}
    notebook = Notebook()
    notebook.namespace["__name__"] = submission.module_name
    wanted = wanted_cells(submission.cells, submission.explore, graded, notebook.python_of)
    marked = submission.explore - wanted.keys()
    cards = ShownCards(notebook.namespace)
    limits = limits_of(find_course(), known.name if known else None)
    clock = CellClock(notebook, limits.cell_s, limits.notebook_s)
    notes = list(submission.notes)
    token = FILE_BEING_RUN.set(cards)
    try:
        seed_everything(derive_seed(0, path.name))
        for number, source in submission.cells:
            run = clock.run(number, source, briefly=number in marked)
            if run["error"] and run["error"]["kind"] != "not_attempted":
                notes.append(f"code cell {number} failed: {run['error']['type']}: {run['error']['message']}")
            notes += (f"code cell {number}: {remark}" for remark in run["remarks"])
    finally:
        FILE_BEING_RUN.reset(token)
    found = known or assignment_of(notebook.namespace)
    questions = ids_of(found)
    cells = [RunCell(f"code cell {number}", source, number in marked) for number, source in submission.cells]
    changed = list(rebound(cards, questions, cells))
    with ConsoleLine(sys.stderr) as line, cards.restored({each.name: each.before for each in changed if each.seen}):
        results = counting(judge_locally(found, notebook.namespace, line.show), told_by(path))
    told = [each.sentence for each in changed]
    told += [*redefined(cards, questions), *missing_packages(cells, found, path.parent)]
    return CheckedFile(found, results, tuple(notes), tuple(told))
