"""How checks become results: outcomes, scores, named mistakes, blocked questions."""

import functools
from types import SimpleNamespace

import pytest
from conftest import RIGHT, make_course, notebook_of

from autograder.catalogue.course import find_course
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.errors import UsageError
from autograder.grading.grader import Grader
from autograder.grading.settings import Settings
from autograder.judging.blame import blocked_by
from autograder.judging.judge import Judge
from autograder.judging.judge_plugin import derive_seed
from autograder.judging.remote_student import RemoteStudent
from autograder.judging.student import LocalStudent
from autograder.sandbox.cell_run import CellRun, NotebookRun, NotebookWork


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


def test_a_mistake_is_named_in_every_check_that_it_explains(judged):
    result = judged("def double(x):\n    return x**2")["double"]
    assert outcomes(result) == ["failed", "passed", "failed"]
    named = [check.misconception.id if check.misconception else None for check in result.checks]
    assert named == ["double_squares", None, "double_squares"] and not result.behaviour


def test_what_only_some_checks_agree_with_is_not_named(judged):
    result = judged("def double(x):\n    return x**2 if isinstance(x, int) else 2 * x")["double"]
    assert outcomes(result) == ["passed", "passed", "failed"]
    assert not any(check.misconception for check in result.checks)
    assert list(result.behaviour) == ["test_doubles_a_number"]


def test_under_another_course_seed_the_same_mistake_is_named(course):
    results = {seed: judge(course, "def double(x):\n    return x**2", seed=seed)["double"] for seed in (0, 7)}
    messages = {result.checks[0].message for result in results.values()}
    assert len(messages) == 2
    assert {result.checks[0].misconception.id for result in results.values()} == {"double_squares"}


def test_an_exception_that_beginners_meet_is_explained(judged):
    check = judged("import torch\ndef double(x):\n    return torch.ones(5, 4) @ x")["double"].checks[0]
    assert check.outcome == "error" and check.misconception.id == "exception_inner_sizes_differ"


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


BROKEN = "def double(x):\n    return 3 * x\n"


@pytest.mark.parametrize(
    ("quadruple", "ended", "told"),
    [
        ("return 5 * x", "failed", "quadruple(x) has"),  # never calls it
        ("return 5 * x + 0 * double(x)", "blocked", "quadruple(x) has"),
        ("return double(x).no_such_thing", "blocked", "AttributeError"),  # of what came back, for all that is known
        ("return x.no_such_thing", "error", "AttributeError"),
        ("double(x)\n    return no_such_name", "error", "'no_such_name' is not defined"),
        ("double(x)\n    return quadruple()", "error", "missing 1 required positional argument"),
        ("return double(x, 2)", "blocked", "takes 1 positional argument but 2 were given"),
        ("double(x)\n    raise NotImplementedError", "not_attempted", "still raises"),
    ],
)
def test_a_check_is_blocked_by_what_it_has_called_and_what_the_failure_comes_through(judged, quadruple, ended, told):
    check = judged(f"{BROKEN}def quadruple(x):\n    {quadruple}")["quadruple"].checks[0]
    assert check.outcome == ended and told in check.message


@pytest.mark.parametrize(
    "double",
    [
        "def double(x):\n    raise NotImplementedError",
        "def double(x):\n    return x.no_such_thing",
        "def double(x):\n    return None",
        "import functools\ndouble = functools.partial(lambda y, x: y * x, 3)",
        "import functools, torch\n@torch.no_grad()\ndef double(x):\n    return 3 * x",
        "class double:\n    def __new__(cls, x):\n        return 3 * x",
        "double = 3",
        "",
    ],
)
def test_whatever_is_wrong_with_a_function_blocks_what_calls_it(judged, double):
    check = judged(f"{double}\ndef quadruple(x):\n    return double(double(x))")["quadruple"].checks[0]
    assert check.outcome == "blocked"
    assert check.message.startswith("It calls `double`, which has not passed its own checks: mend that first.\n")


def test_several_functions_that_block_are_named_with_the_right_verb():
    assert blocked_by(["a", "b"]) == "It calls `a` and `b`, which have not passed their own checks: mend those first."
    assert "`a`, `b` and `c`, which have" in blocked_by(["a", "b", "c"])


def test_what_hangs_is_blocked_by_what_it_has_called(course):
    grader = Grader(Settings(course, "none"))
    source = "def double(x):\n    return 3 * x\n\n\ndef quadruple(x):\n    {}while True:\n        pass\n"
    try:
        for first, ended in (("double(x)\n    ", "blocked"), ("", "timeout")):
            handed_in = SubmissionBytes("ada", "doubling", "doubling.ipynb", notebook_of(source.format(first)))
            assert outcomes(grader.grade(handed_in).result.questions[1]) == [ended]
    finally:
        grader.close()


TELLS = """
import os
seen = os.environ["TMPDIR"] + "/seen"
def double(x):
    with open(seen, "a") as file:
        file.write(f"asked {x!r} ")
    return 2 * x
def quadruple(x):
    raise ValueError(open(seen).read() if os.path.exists(seen) else "nothing")
"""


def test_what_hidden_checks_ask_is_in_no_text_that_a_student_reads(course):
    grader = Grader(Settings(course, "none", keep_outputs=True))
    try:
        graded = grader.grade(SubmissionBytes("ada", "doubling", "doubling.ipynb", notebook_of(TELLS)))
    finally:
        grader.close()
    (quadruple,) = graded.result.questions[1].checks
    assert "asked tensor" in quadruple.message and "21" not in quadruple.message
    assert graded.result.questions[0].passed and not graded.result.questions[0].checks[-1].visible


def test_what_is_told_of_a_notebook_is_what_was_told_before_the_first_hidden_check():
    run, work = NotebookRun(), NotebookWork([(1, "x = 1")])
    student = RemoteStudent(SimpleNamespace(run=run, work=work))
    student.keep_what_is_told()
    error = {"kind": "error", "type": "ValueError", "message": "asked 21", "frames": [], "function": None}
    run.cells[1] = CellRun(1, error, "asked 21", 0.0)  # as where the notebook has to run again
    student.keep_what_is_told()
    assert (student.notes(), student.cells()) == ([], ())


def test_a_check_is_blocked_by_what_only_hidden_checks_find_wrong(judged):
    source = "def double(x):\n    return 2 * x if hasattr(x, 'dim') else x\ndef quadruple(x):\n    return double(x) + x"
    results = judged(source)
    assert outcomes(results["double"]) == ["passed", "passed", "failed"]
    assert outcomes(results["quadruple"]) == ["blocked"]
    assert outcomes(judged(source.replace("double(x) + x", "3 * x"))["quadruple"]) == ["failed"]


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


def test_without_a_record_nothing_is_named_and_all_is_judged(course, judged):
    for path in ("checks/doubling/record.json", "solutions/doubling/hidden_record.json"):
        (course / path).write_text("{}")
    result = judged("def double(x):\n    return x**2")["double"]
    assert outcomes(result) == ["failed", "passed", "failed"]
    assert not any(check.misconception for check in result.checks)


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
        ('@check("double", weight=3, hints=["What is added to x?"])\n', "", "without @check"),
        ('hints=["What is added to x?"]', 'hints="What is added to x?"', "list of one to 3 hints"),
        ('hints=["What is added to x?"]', "hints=[]", "list of one to 3 hints"),
        ('hints=["What is added to x?"]', 'hints=["a", ""]', "list of one to 3 hints"),
        ('hints=["What is added to x?"]', "hints=[*'abcd']", "list of one to 3 hints"),
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


HOW = '''

@check("double", about="how", hints=["What becomes of x?"])
def test_leaves_its_argument_alone(student):
    """x stays what it was."""
    student.run(doubled_number, x=1)


@check("double", about="form", hints=["What kind of number comes?"])
def test_gives_something(student):
    """Something comes back."""
    assert student.run(doubled_number, x=1)["y"] is not None
'''


@pytest.mark.parametrize(
    ("double", "ended"),
    [
        ("return 2 * x", "passed"),
        ("return 2 * x if isinstance(x, int) else None", "passed"),  # one right answer is enough
        ("return 1", "blocked"),  # the form alone is no right answer
        ("raise NotImplementedError", "not_attempted"),
    ],
)
def test_how_an_answer_comes_about_counts_once_an_answer_is_right(course, double, ended):
    hidden = course / "solutions/doubling/hidden_checks.py"
    hidden.write_text(hidden.read_text() + HOW)
    result = judge(course, f"def double(x):\n    {double}")["double"]
    last = result.checks[-1]
    assert (last.id, last.outcome) == ("test_leaves_its_argument_alone", ended)
    assert ("once `double` gives a right answer" in last.message) == (ended == "blocked")


MEANS = '''
from autograder.judging.suite import assert_calling


@check("quadruple", about="means", hints=["What does `double` do twice?"])
def test_quadruple_calls_double(student):
    """quadruple is made of double."""
    student.run(quadrupled_number, x=3)
    assert_calling(student, "quadruple", "double")


@probe
def quadrupled_number(student, x):
    return {"y": student.quadruple(x)}
'''


@pytest.mark.parametrize(
    ("quadruple", "ended"),
    [
        ("return double(double(x))", ["passed", "passed"]),
        ("return 4 * x", ["failed", "blocked"]),
        ("return 4 * x + 0 * double(x)", ["failed", "blocked"]),
        ("double(x)\n    return 4 * x", ["failed", "blocked"]),
        ("return 2 * double(x)", ["passed", "passed"]),
        ("own = [double]\n    return own[0](own[0](x))", ["passed", "passed"]),
        ("return 3 * x", ["failed", "failed"]),
    ],
)
def test_an_answer_by_other_means_than_the_question_asks_for_is_none(course, quadruple, ended):
    visible = course / "checks/doubling/visible_checks.py"
    visible.write_text(visible.read_text() + MEANS)
    results = judge(course, f"def double(x):\n    return 2 * x\ndef quadruple(x):\n    {quadruple}")
    assert outcomes(results["quadruple"]) == ended
    assert (results["quadruple"].score == 2) == (ended == ["passed", "passed"])
