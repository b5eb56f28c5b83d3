"""How hard each question was, and how well it tells students apart: classical item analysis."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

MIN_STUDENTS: Final = 10  # with fewer, a correlation says nothing


@dataclass(frozen=True, slots=True)
class Item:
    """What a class tells of one question.

    Attributes:
        difficulty: the item's difficulty index, the mean share of its points, in [0, 1]: 1 is easy (Crocker and
            Algina 1986, Introduction to Classical and Modern Test Theory, ch. 14); None where it has no points.
        discrimination: the corrected item-total correlation, Pearson's r of its points and the points of all
            other questions, in [-1, 1] (Henrysson 1963, Psychometrika 28, 211-218); None where there are too few
            students, or all have the same.
    """

    difficulty: float | None
    discrimination: float | None


def analyse(scores: Sequence[Mapping[str, tuple[float, float]]]) -> dict[str, Item]:
    """Return each question's item, by id.

    Args:
        scores: for each student, the points earned and to be had of each question, by id.
    """
    ids = dict.fromkeys(id for student in scores for id in student)
    totals = [sum(earned for earned, _ in student.values()) for student in scores]
    items = {}
    for id in ids:
        pairs = [
            (*student[id], total - student[id][0])
            for student, total in zip(scores, totals, strict=True)
            if id in student
        ]
        shares = [earned / points for earned, points, _ in pairs if points]
        difficulty = statistics.fmean(shares) if shares else None
        items[id] = Item(difficulty, _correlation([earned for earned, _, _ in pairs], [rest for _, _, rest in pairs]))
    return items


def _correlation(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    if len(xs) < MIN_STUDENTS:
        return None
    try:
        return statistics.correlation(xs, ys)
    except statistics.StatisticsError:  # all alike
        return None
