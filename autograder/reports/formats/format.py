"""What a format is: something that takes graded submissions, one after the other, and has written a file in the end."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from autograder.results.final_score import FinalScore
from autograder.results.result import SubmissionResult


@dataclass(frozen=True, slots=True)
class HandedFile:
    """What was handed in of a submission.

    Attributes:
        path: where it lies, None where there is nothing to read.
        is_missing: whether nothing at all was handed in; then no score is told that would become a zero.
        download: its path in the platform's download, where it was collected from one.
    """

    path: Path | None = None
    is_missing: bool = False
    download: str = ""


@dataclass(frozen=True, slots=True)
class Graded:
    """A result, the file that it is of, and what a gradebook says of it where there is one.

    `is_reviewed` says that a person has looked at the results that need it; a gradebook knows where one has.
    """

    result: SubmissionResult
    file: HandedFile = field(default_factory=HandedFile)
    final: FinalScore | None = None
    is_reviewed: bool = False

    @property
    def is_held(self) -> bool:
        """Whether a person has yet to look at a result: its score may be forged, or lower than it should be."""
        return self.result.needs_review and not self.is_reviewed and (self.final is None or self.final.waits)

    @property
    def is_told(self) -> bool:
        """Whether students and platforms get its score; else what stands there stays."""
        return not self.file.is_missing and not self.is_held

    @property
    def score(self) -> float:
        """The points that it has in the end."""
        return self.result.score if self.final is None else self.final.score

    @property
    def max_score(self) -> float:
        """The points that there are."""
        return self.result.max_score if self.final is None else self.final.max_score


Take = Callable[[Graded], None]


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is written; `single`: of one submission; `prints`: stdout is its own.

    `holds`: what a person has to look at first is not in it.
    `writing` gets the folder of results; what it takes within its block is in the file at the end of that.
    """

    writing: Callable[[Path], AbstractContextManager[Take]]
    single: bool = False
    prints: bool = False
    holds: bool = False
