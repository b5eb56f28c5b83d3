"""What a format is: something that takes results, one after the other, and has written a file in the end."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from autograder.results.result import SubmissionResult

Take = Callable[[SubmissionResult, Path | None], None]  # a result, and the file that it is of, where one was handed in


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is written; `single`: of one submission; `prints`: stdout is its own.

    `writing` gets the folder of results; what it takes within its block is in the file at the end of that.
    """

    writing: Callable[[Path], AbstractContextManager[Take]]
    single: bool = False
    prints: bool = False
