"""How checks become results: outcomes, scores, named mistakes, blocked questions."""

import functools
import json

import pytest
from conftest import RIGHT, WORDS, make_course

from autograder.catalogue.course import find_course
from autograder.errors import UsageError
from autograder.judging.judge import Judge, derive_seed
from autograder.judging.student import LocalStudent


def judge(course, source, visible_only=False, seed=0, questions=None):
    namespace: dict[str, object] = {}
    exec(source, namespace)
    with Judge(find_course(course).assignment("doubling"), visible_only=visible_only) as judge:
        results = judge.judge(LocalStudent(namespace), seed, questions)
    return {result.id: result for result in results}


@pytest.fixture
def judged(course):
    return functools.partial(judge, course)


def outcomes(result):
    return [check.outcome for check in result.checks]


def test_right_work_earns_every_point(judged):
    results = judged(RIGHT)
    assert [result.score for result in results.values()] == [8, 2]
    assert outcomes(results["double"]) == ["passed"] * 3


def test_a_score_is_the_points_times_the_weight_of_the_passed_checks(judged):
    result = judged("def double(x):\n    return x + 21 if isinstance(x, int) else x * 0")["double"]
    assert outcomes(result) == ["failed", "passed", "passed"]  # weights 3, 1 and a hidden 4
    assert result.score == 8 * 5 / 8


def test_hidden_checks_can_be_left_out(judged):
    result = judged("def double(x):\n    return 2 * x if not isinstance(x, int) else 0", visible_only=True)["double"]
    assert result.score == 8 and all(check.visible for check in result.checks)


def test_a_known_mistake_is_named_and_an_unknown_one_is_not(judged):
    squares = judged("def double(x):\n    return x**2")["double"].checks[0]
    assert squares.misconception and squares.misconception.id == "double_squares"
    assert "expected" in squares.message and squares.hint == "What is added to x?"
    assert judged("def double(x):\n    return 3 * x")["double"].checks[0].misconception is None


def test_of_mistakes_that_one_check_cannot_tell_apart_the_one_that_explains_others_comes_first(course, judged):
    visible, hidden, known = (course / path for path in (
        "checks/doubling/visible_checks.py", "solutions/doubling/hidden_checks.py", "checks/doubling/record.json"))  # fmt: skip
    both = '{"double_power": x**2, "double_squares": x**2}'
    visible.write_text(visible.read_text().replace('{"double_squares": x**2}', both))
    hidden.write_text(hidden.read_text().replace('name="double(21)"', 'name="", mistakes={"double_squares": 441}'))
    known.write_text(json.dumps({"misconceptions": dict.fromkeys(("double_squares", "double_power"), WORDS)}))
    for visible_only, first in ((True, "double_power"), (False, "double_squares")):
        check = judged("def double(x):\n    return x**2", visible_only)["double"].checks[0]
        assert check.misconception.id == first


def test_a_stub_is_not_attempted_and_so_is_a_missing_function(judged):
    stub = judged("def double(x):\n    raise NotImplementedError")
    assert outcomes(stub["double"]) == ["not_attempted"] * 3
    assert outcomes(judged("x = 1")["double"]) == ["not_attempted"] * 3


def test_an_exception_is_an_error_that_quotes_the_students_line(judged):
    check = judged("def double(x):\n    return x.no_such_thing")["double"].checks[0]
    assert check.outcome == "error" and "AttributeError" in check.message and "line 2 of `double`" in check.message


def test_what_depends_on_a_broken_function_is_blocked_not_failed(judged):
    results = judged("def double(x):\n    return x\ndef quadruple(x):\n    return double(double(x))")
    assert outcomes(results["quadruple"]) == ["blocked"]
    assert "`double`" in results["quadruple"].checks[0].message


def test_what_passes_in_spite_of_a_broken_function_passes(judged):
    assert outcomes(judged("def double(x):\n    return x\ndef quadruple(x):\n    return 4 * x")["quadruple"]) == [
        "passed"
    ]


def test_a_stub_of_its_own_is_not_called_blocked(judged):
    results = judged("def double(x):\n    return x\ndef quadruple(x):\n    raise NotImplementedError")
    assert outcomes(results["quadruple"]) == ["not_attempted"]


def test_only_the_questions_asked_for_and_what_they_need_are_run(judged):
    assert list(judged(RIGHT, questions=["double"])) == ["double"]
    assert list(judged(RIGHT, questions=["quadruple"])) == ["double", "quadruple"]


@pytest.mark.parametrize(
    "value", ["None", "'four'", "[1, 'x']", "object()", "float('nan')", "True", "{}", "torch.ones(3, 2) * 1j"]
)
def test_an_answer_of_any_other_kind_fails_with_a_sentence(judged, value):
    check = judged(f"import torch\ndef double(x):\n    return {value}")["double"].checks[0]
    assert check.outcome == "failed" and check.message.startswith("double(x)")


def test_a_bug_of_ours_is_a_grader_fault(course, judged):
    path = course / "checks/doubling/visible_checks.py"
    path.write_text(path.read_text().replace("2 * x, name", "2 * no_such_name, name"))
    check = judged(RIGHT)["double"].checks[0]
    assert check.outcome == "grader_fault" and "not you" in check.message


def test_a_misconception_that_is_not_recorded_is_a_grader_fault(course, judged):
    (course / "checks/doubling/record.json").write_text("{}")
    assert judged("def double(x):\n    return x**2")["double"].checks[0].outcome == "grader_fault"


def test_hidden_checks_may_take_from_the_visible_ones_of_their_own_course(tmp_path):
    for answer, outcome in (("42", "passed"), ("-42", "failed")):
        course = make_course(tmp_path / f"answer{answer}")
        visible, hidden = course / "checks/doubling/visible_checks.py", course / "solutions/doubling/hidden_checks.py"
        visible.write_text(f"{visible.read_text()}\n\nTWICE = {answer}\n")
        text = hidden.read_text().replace('["y"], 42', '["y"], TWICE')
        hidden.write_text(f"{text}\n\nfrom checks.doubling.visible_checks import TWICE\n")
        assert outcomes(judge(course, RIGHT)["double"]) == ["passed", "passed", outcome]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('@check("double", weight=3', '@check("triple", weight=3', "no such grade cell"),
        ('@check("double", weight=3, hint="What is added to x?")\n', "", "without @check"),
        ('    """Every element is doubled."""\n', "", "docstring"),
        ('{"y": student.double(x)}', '{"y": student.double(os.getcwd())}', "uses os"),
        ('{"y": student.double(x)}', '[json for _ in "x"]', "uses json"),
        ("import torch\n", "import no_such_module\n", "no_such_module"),
    ],
)
def test_a_file_of_checks_that_cannot_work_is_refused(course, judged, old, new, told):
    path = course / "checks/doubling/visible_checks.py"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(UsageError, match=told):
        judged(RIGHT)


def test_seeds_differ_by_course_assignment_and_check_and_are_the_same_everywhere():
    seeds = {derive_seed(seed, name, check) for seed in (0, 1) for name in "ab" for check in "ab"}
    assert len(seeds) == 8 and derive_seed(0, "a", "b") == derive_seed(0, "a", "b") != derive_seed(0, "ab")
