"""What a submission is worth in the end, by a gradebook: points by hand, extra credit and lateness are in it."""

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.results.result import Key


@dataclass(frozen=True, slots=True)
class FinalScore:
    """The points of a submission of those that there are; `waits` says whether a person still has to give some."""

    score: float
    max_score: float
    waits: bool = False


FinalScores = Mapping[Key, FinalScore]
