"""Every assignment of the course: right work passes, recorded mistakes are caught and named."""

import json
from collections.abc import Iterator, Sequence

import pytest
import torch

from autograder.authoring.calibration import misfits, run_of
from autograder.authoring.recorded import read_alternatives, read_mistakes
from autograder.catalogue.course import find_course
from autograder.judging.judge import Judge
from autograder.judging.student import LocalStudent
from autograder.results.result import QuestionResult

COURSE = find_course()
ASSIGNMENTS = {assignment.name: assignment for assignment in COURSE.assignments()}


STYLES = {name: read_alternatives(assignment) for name, assignment in ASSIGNMENTS.items()}
MISTAKES = {name: read_mistakes(assignment) for name, assignment in ASSIGNMENTS.items()}
# Threads and a seed that no record has; `python -m tests.quality` judges each style on one and on two, with 25 seeds
RUNS = ((1, 1_000), (2, 2_000))
Right = dict[str, list[tuple[QuestionResult, ...]]]
Wrong = dict[tuple[str, int], QuestionResult]


@pytest.fixture(scope="module", params=ASSIGNMENTS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def judge(name: str) -> Iterator[Judge]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with Judge(ASSIGNMENTS[name], visible_only=False) as judge:
        yield judge
    torch.set_num_threads(threads)


def base(name: str) -> str:
    return next(iter(STYLES[name].values()))


def judged(
    judge: Judge, source: str, seed: int = 0, questions: Sequence[str] | None = None
) -> tuple[QuestionResult, ...]:
    return judge.judge(LocalStudent.of_source(source), seed, questions, with_needs=False)


def not_passed(results: tuple[QuestionResult, ...]) -> list[str]:
    return [
        f"{check.id}: {check.outcome} {check.message}"
        for result in results
        for check in result.checks
        if not check.passed
    ]


@pytest.fixture(scope="module")
def right(name: str, judge: Judge) -> Right:
    """What each correct style comes to in each of `RUNS`."""
    found: Right = {}
    for style, source in STYLES[name].items():
        for threads, seed in RUNS:
            torch.set_num_threads(threads)
            found.setdefault(style, []).append(judged(judge, source, seed))
    torch.set_num_threads(1)
    return found


@pytest.fixture(scope="module")
def wrong(name: str, judge: Judge) -> Wrong:
    """What each example of each recorded mistake comes to in its own question."""
    found = {}
    for id, mistake in MISTAKES[name].items():
        question = mistake.misconception.question
        for number, source in enumerate(mistake.examples):
            results = judged(judge, f"{base(name)}\n{source}", questions=[question])
            (found[id, number],) = [result for result in results if result.id == question]
    return found


def test_there_are_at_least_three_correct_styles(name):
    assert len(STYLES[name]) >= 3


def test_right_work_in_any_style_passes_every_check(right):
    assert {style: told for style, runs in right.items() for results in runs if (told := not_passed(results))} == {}


def test_fresh_runs_of_right_work_fit_the_record(name, right):
    assert [*misfits(ASSIGNMENTS[name].record, [run_of(style, runs) for style, runs in right.items()])] == []


def test_the_record_has_the_words_of_every_mistake(name):
    assert {id: each.misconception for id, each in MISTAKES[name].items()} == ASSIGNMENTS[name].misconceptions


def test_what_a_student_may_have_tells_nothing_of_hidden_checks(name, wrong):
    hidden = {check.id for result in wrong.values() for check in result.checks if not check.visible}
    record = json.dumps(ASSIGNMENTS[name].record)
    assert hidden and not [id for id in hidden if id in record]


def test_every_mistake_loses_marks_in_its_question(name, wrong):
    assert [key for key, result in wrong.items() if result.passed] == []


def test_a_mistake_is_named_as_itself_or_not_at_all(name, wrong):
    names = {
        key: {check.misconception.id for check in result.checks if check.misconception} for key, result in wrong.items()
    }
    assert {key: found for key, found in names.items() if found - {key[0]}} == {}
    unnamed = [key for key, found in names.items() if not found]
    assert len(unnamed) <= 0.05 * len(names), unnamed


def test_a_broken_function_costs_no_question_that_does_not_depend_on_it(name, judge):
    astray = []
    for question in ASSIGNMENTS[name].questions:
        broken = f"def {question.id}(*args, **kwargs):\n    raise ValueError"
        results = judged(judge, f"{base(name)}\n{broken}")
        assert any(result.id == question.id and not result.score for result in results)
        astray += [
            f"{check.id}: {check.outcome} where {question.id} is broken"
            for result in results
            for check in result.checks
            if result.id != question.id and check.outcome not in ("passed", "blocked")
        ]
    assert astray == []


def test_every_check_is_failed_by_some_recorded_mistake(wrong):
    every = {check.id for result in wrong.values() for check in result.checks}
    failed = {check.id for result in wrong.values() for check in result.checks if check.outcome in ("failed", "error")}
    assert every - failed == set()


def test_every_statistic_has_a_threshold_with_a_chance_below_one_in_a_million(name):
    record = ASSIGNMENTS[name].record
    for statistic in record["statistics"].values():
        assert statistic["false_fail"] < 1e-6 and statistic["worst"] < statistic["threshold"]
        assert statistic["runs"] >= 300


def test_a_notebook_that_was_never_touched_earns_nothing(name, judge):
    stubs = (
        f"def {question.id}(*args, **kwargs):\n    raise NotImplementedError"
        for question in ASSIGNMENTS[name].questions
    )
    results = judged(judge, "\n".join(stubs))
    assert {check.outcome for result in results for check in result.checks} <= {"not_attempted", "blocked"}
    assert sum(result.score for result in results) == 0
