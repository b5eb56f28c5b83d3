"""What a submission is worth in the end, by a gradebook: points by hand, extra credit and lateness are in it."""

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.results.result import Key


@dataclass(frozen=True, slots=True)
class FinalScore:
    """The points of a submission of those that there are.

    `waits` says whether a person still has to give some; `seconds_late` counts from when it was due for the student.
    """

    score: float
    max_score: float
    waits: bool = False
    seconds_late: float = 0.0


FinalScores = Mapping[Key, FinalScore]
