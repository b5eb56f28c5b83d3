"""Difficulty and discrimination of questions."""

import pytest

from autograder.results.item_analysis import MIN_STUDENTS, analyse


def test_difficulty_is_the_mean_share_of_the_points() -> None:
    items = analyse([{"easy": (4.0, 4.0), "hard": (0.0, 10.0)}, {"easy": (3.0, 4.0), "hard": (5.0, 10.0)}])
    assert (items["easy"].difficulty, items["hard"].difficulty) == (0.875, 0.25)


def test_discrimination_is_by_the_other_questions_alone() -> None:
    # Of a question that has nothing to do with the others, the uncorrected correlation would be above 0.7
    scores = [{"a": (float(n % 2), 1.0), "b": (float(n // 2 % 2), 1.0)} for n in range(20)]
    items = analyse(scores)
    assert items["a"].discrimination == pytest.approx(0) and items["b"].discrimination == pytest.approx(0)
    worse = analyse([{"a": (float(n), 20.0), "b": (2.0 * n, 40.0), "c": (20.0 - n, 20.0)} for n in range(20)])
    assert worse["a"].discrimination == pytest.approx(1) and worse["c"].discrimination == pytest.approx(-1)


def test_few_students_or_all_the_same_have_none() -> None:
    few = [{"a": (float(n), 9.0), "b": (float(n), 9.0)} for n in range(MIN_STUDENTS - 1)]
    assert analyse(few)["a"].discrimination is None
    assert analyse([{"a": (1.0, 1.0), "b": (float(n), 20.0)} for n in range(20)])["a"].discrimination is None
    assert analyse([]) == {}


def test_a_question_that_only_some_have_is_judged_by_those() -> None:
    old = [{"a": (float(n), 20.0), "b": (float(n), 20.0)} for n in range(12)]
    new = [{"a": (float(n), 20.0)} for n in range(12)]
    items = analyse([*old, *new])
    assert items["b"].difficulty == pytest.approx(5.5 / 20) and items["b"].discrimination == pytest.approx(1)
