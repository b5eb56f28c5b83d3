"""Results that an earlier run has left, for commands that grade nothing."""

from collections.abc import Iterator
from pathlib import Path

from autograder.catalogue.submission_refs import NOTHING
from autograder.errors import UsageError
from autograder.results.result import SubmissionResult
from autograder.results.result_file import RESULTS
from autograder.results.store import ResultStore


def read_results(folder: Path) -> Iterator[SubmissionResult]:
    """Yield the results of a folder, by assignment and student; raise `UsageError` where it has none."""
    if not (folder / RESULTS).exists():
        raise UsageError(f"{folder} has no {RESULTS}: run autograder grade, or name the folder that it wrote to")
    store = ResultStore(folder)
    store.read()
    yield from store.results()


def is_missing(result: SubmissionResult) -> bool:
    """Whether nothing at all was handed in."""
    return all(check.outcome == "not_attempted" and NOTHING in check.message for check in result.checks)
