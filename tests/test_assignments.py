"""Every assignment of the course: right work passes, recorded mistakes are caught and named."""

from collections.abc import Iterator

import pytest
import torch

from autograder.course import find_course
from autograder.judge import Judge
from autograder.result import QuestionResult
from autograder.student import LocalStudent
from autograder.variants import read_variants

COURSE = find_course()
ASSIGNMENTS = {assignment.name: assignment for assignment in COURSE.assignments()}
STYLES = {name: read_variants(COURSE.styles / f"{name}.py") for name in ASSIGNMENTS}
MISTAKES = {name: read_variants(COURSE.mistakes / f"{name}.py") for name in ASSIGNMENTS}
EVERY_STYLE = [(name, style) for name in ASSIGNMENTS for style in STYLES[name]]


@pytest.fixture(scope="module")
def judges() -> Iterator[dict[str, Judge]]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    judges = {name: Judge(assignment, visible_only=False) for name, assignment in ASSIGNMENTS.items()}
    yield judges
    for judge in judges.values():
        judge.close()
    torch.set_num_threads(threads)


def judged(judge: Judge, source: str, seed: int = 0) -> tuple[QuestionResult, ...]:
    namespace: dict[str, object] = {"__name__": "solution"}
    exec(compile(source, "<solution>", "exec"), namespace)
    return judge.judge(LocalStudent(namespace), seed)


def not_passed(results: tuple[QuestionResult, ...]) -> list[str]:
    return [
        f"{check.id}: {check.outcome} {check.message}"
        for result in results
        for check in result.checks
        if not check.passed
    ]


@pytest.fixture(scope="module")
def wrong(judges: dict[str, Judge]) -> dict[tuple[str, str], tuple[QuestionResult, ...]]:
    """How every recorded mistake is judged: the first correct style with that mistake in it."""
    return {
        (name, id): judged(judges[name], f"{next(iter(STYLES[name].values()))}\n{source}")
        for name in ASSIGNMENTS
        for id, source in MISTAKES[name].items()
    }


@pytest.mark.parametrize(("name", "style"), EVERY_STYLE)
@pytest.mark.parametrize("threads", [1, 2])
def test_right_work_in_any_style_passes_every_check(judges, name, style, threads):
    torch.set_num_threads(threads)
    for seed in range(3):
        assert not_passed(judged(judges[name], STYLES[name][style], 100 * threads + seed)) == []


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_every_misconception_is_recorded_as_a_wrong_submission(name):
    assert sorted(MISTAKES[name]) == sorted(ASSIGNMENTS[name].misconceptions)


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_every_mistake_loses_marks_in_its_question_and_is_named_there(name, wrong):
    unnamed = {}
    for id, misconception in ASSIGNMENTS[name].misconceptions.items():
        (result,) = [result for result in wrong[name, id] if result.id == misconception.question]
        named = {each.id for check in result.checks for each in (check.misconception, *check.also) if each}
        if result.passed or id not in named:
            unnamed[id] = sorted(named)
    assert unnamed == {}


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_a_mistake_costs_no_question_that_does_not_depend_on_it(name, wrong):
    astray = [
        f"{id}: {check.id} {check.outcome}"
        for id, misconception in ASSIGNMENTS[name].misconceptions.items()
        for result in wrong[name, id]
        for check in result.checks
        if result.id != misconception.question and check.outcome not in ("passed", "blocked")
    ]
    assert astray == []


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_every_check_is_failed_by_some_recorded_mistake(name, wrong):
    results = [result for (assignment, _), questions in wrong.items() if assignment == name for result in questions]
    every = {check.id for result in results for check in result.checks}
    failed = {check.id for result in results for check in result.checks if check.outcome in ("failed", "error")}
    assert every - failed == set()


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_every_statistic_has_a_threshold_with_a_chance_below_one_in_a_million(name, judges):
    record = ASSIGNMENTS[name].calibration
    used = {
        statistic
        for result in judged(judges[name], next(iter(STYLES[name].values())))
        for check in result.checks
        for statistic in check.statistics
    }
    assert used == set(record["statistics"])
    for statistic in record["statistics"].values():
        assert (
            statistic["false_fail"] < 1e-6 and statistic["runs"] >= 200 and statistic["worst"] < statistic["threshold"]
        )


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_a_notebook_that_was_never_touched_earns_nothing(name, judges):
    results = judged(
        judges[name],
        "\n".join(
            f"def {question.id}(*args, **kwargs):\n    raise NotImplementedError"
            for question in ASSIGNMENTS[name].questions
        ),
    )
    assert {check.outcome for result in results for check in result.checks} <= {"not_attempted", "blocked"}
    assert sum(result.score for result in results) == 0
