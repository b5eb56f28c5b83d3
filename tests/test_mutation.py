"""The mutator, the limits under which mutants run, and the survivors' explanations."""

import ast
import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from autograder.catalogue.course import find_course
from tests.conftest import make_course
from tests.mutation.explained import read_reasons
from tests.mutation.judging import Verdict
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.references import Case, Reference, cases
from tests.mutation.report import Outcome, difference, kill_rate, write_record

ROOT = Path(__file__).parents[1]
COURSE = find_course(ROOT)


def changed(source: str, modules: frozenset[str] = frozenset({"torch", "math", "random"})) -> set[str]:
    """What the mutants of a function tell, after the arrow."""
    (definition,) = ast.parse(textwrap.dedent(source)).body
    assert isinstance(definition, (ast.FunctionDef, ast.ClassDef))
    return {mutant.id.partition(" -> ")[2] for mutant in mutants(definition, modules)}


def changed_expression(expression: str) -> set[str]:
    statement = f"x = {expression}"
    return {told.removeprefix("x = ") for told in changed(f"def f(a, b, c):\n    {statement}\n    return x")}


@pytest.mark.parametrize(
    ("expression", "some"),
    [
        ("a + b", {"a - b", "a", "b"}),
        ("a - b", {"a + b", "b - a"}),
        ("a * b", {"a / b", "a @ b"}),
        ("a @ b", {"a * b", "b @ a"}),
        ("a ** 2", {"a * 2", "a ** 3", "a ** 1", "a ** 0", "a ** -2"}),
        ("-a", {"a"}),
        ("-1", {"0", "-2", "1"}),
        ("0.5", {"1.0", "0.25", "0.0", "-0.5", "1.5"}),
        ("a < b", {"a <= b", "a >= b"}),
        ("a == b", {"a != b"}),
        ("a is None", {"a is not None"}),
        ("a and b", {"a or b", "a", "b"}),
        ("not a", {"a"}),
        ("a if b else c", {"a", "c", "c if b else a"}),
        ("True", {"False"}),
        ("'none'", {"''"}),
        ("(a, b)", {"(b, a)"}),
        ("f(a, b)", {"f(b, a)", "f(b)", "f(a)", "a"}),
        ("f(a, b=c)", {"f(a)", "f(b=c)", "a"}),
        ("a.sum()", {"a", "a.mean()"}),
        ("a.abs().max()", {"a.abs()", "a.abs().min()", "a.max()"}),
        ("torch.exp(a)", {"a", "torch.log(a)"}),
        ("torch.randn(a).sum()", {"torch.randn(a)"}),
        ("a.sum(dim=1, keepdim=True)", {"a.sum(dim=0, keepdim=True)", "a.sum(dim=1, keepdim=False)", "a.sum(dim=1)"}),
        ("a.sum(0)", {"a.sum(1)"}),
        ("torch.softmax(a, -1)", {"torch.softmax(a, 0)"}),
        ("a.shape[0]", {"a.shape[1]", "a.shape"}),
        ("a[b:c]", {"a", "a[:c]", "a[b:]", "a[b + 1:c]", "a[b:c + 1]", "a[b:c - 1]"}),
        ("a[:, 1:]", {"a[:, 2:]", "a[:, 0:]", "a[:, :]", "a[1:, :]"}),
        ("a[0]", {"a[1]", "a[-1]"}),
        ("a[::2]", {"a[:]", "a[::3]"}),
        ("range(a)", {"range(1, a)", "range(a + 1)", "range(a - 1)"}),
        ("range(0, a, b)", {"range(1, a, b)", "range(0, a + 1, b)", "range(0, a)", "range(0, b, a)"}),
        ("[i for i in a if i > b]", {"[i for i in a]", "[i for i in a if i >= b]"}),
        ("a.detach()", {"a"}),
        ("a.T", {"a"}),
        ("(lambda i: i + 1)", {"lambda i: i - 1"}),
    ],
)  # fmt: skip
def test_an_expression_is_changed_in_one_place(expression, some):
    assert some <= changed_expression(expression)


def test_an_axis_is_replaced_by_another_one_alone():
    others = changed_expression("a.sum(1)") | changed_expression("a.mean(dim=-1)") | changed_expression("a.shape[1]")
    assert not {"a.sum(2)", "a.sum(-1)", "a.mean(dim=-2)", "a.mean(dim=1)", "a.shape[2]", "a.shape[-1]"} & others


@pytest.mark.parametrize(
    ("source", "some"),
    [
        ("def f(a):\n    g(a)\n    return a", {"pass"}),
        ("def f(a, b):\n    return a * 2", {"return a", "return b", "return -(a * 2)", "pass"}),
        ("def f(a):\n    a -= 1", {"a += 1", "a = 1", "a = a - 1", "pass"}),
        ("def f(a):\n    with torch.no_grad():\n        a -= 1", {"its body alone", "pass"}),
        ("def f(a):\n    for i in a:\n        g(i)", {"once", "pass"}),
        ("def f(a):\n    while a:\n        a = g(a)", {"while not a:", "while False:", "once"}),
        ("def f(a):\n    if a:\n        g()", {"if not a:", "if True:", "if False:"}),
        ("def f(a):\n    yield a + 1", {"yield (a - 1)", "pass"}),
        ("@torch.no_grad()\ndef f(a):\n    a.zero_()", {"without @torch.no_grad()"}),
        ("def f(a, lr=0.1):\n    g(a, lr)", {"def f(a, lr=0.2):", "def f(a, lr=0.0):"}),
        ("def f(p):\n    p -= p.grad\n    p.grad.zero_()", {"after p.grad.zero_()"}),
        ("class N(M):\n    def forward(self, a):\n        return a + self.f(a)", {"return a - self.f(a)", "return a + a"}),
    ],
)  # fmt: skip
def test_a_statement_is_changed_or_dropped(source, some):
    assert some <= changed(source)


def test_how_a_picture_looks_stays_as_it_is():
    assert changed_expression("a.scatter(b, s=9, color='C0', label='true')") == {
        "a.scatter(s=9, color='C0', label='true')", "a.scatter(b, s=9, color='C0', label='')",
        "a.scatter(b, s=9, color='C0')", "a.plot(b, s=9, color='C0', label='true')", "a", "pass",
        *(f"return {name}" for name in ("a", "b", "c", "-x")),
    }  # fmt: skip


def test_independent_statements_keep_their_order():
    assert not [told for told in changed("def f(a, b):\n    a -= 1\n    b -= 1") if told.startswith("after")]


def test_docstrings_annotations_and_messages_of_errors_stay_what_they_are():
    source = '''
    def f(a: "int" = None) -> "int":
        """Return a."""
        raise ValueError("no " + "number")
    '''
    assert changed(source) == {"pass"}


def test_every_mutant_is_another_program_that_compiles():
    (definition,) = ast.parse("def f(a):\n    x = a + 0\n    x = a + 0\n    return -x").body
    assert isinstance(definition, ast.FunctionDef)
    found = mutants(definition, ())
    assert len({mutant.source for mutant in found}) == len(found) == len({mutant.id for mutant in found})
    assert ast.unparse(definition) not in {mutant.source for mutant in found}
    assert {"x = a + 0 -> x = a - 0", "x = a + 0 -> x = a - 0 (2)"} <= {mutant.id for mutant in found}


@pytest.mark.parametrize("name", [assignment.name for assignment in COURSE.assignments()])
def test_every_explanation_is_about_a_mutant(name):
    known: dict[str, set[str]] = {}
    for case in cases(COURSE, COURSE.assignment(name)):
        known.setdefault(case.question, set()).update(mutant.id for mutant in case.mutants)
    explained = {(question, id) for question, ids in read_reasons().get(name, {}).items() for id in ids}
    assert explained <= {(question, id) for question, ids in known.items() for id in ids}


def test_explanations_are_about_known_assignments_and_say_something():
    reasons = read_reasons()
    assert reasons.keys() <= {assignment.name for assignment in COURSE.assignments()}
    assert all(
        reason for questions in reasons.values() for entries in questions.values() for reason in entries.values()
    )


CASE = Case("f", Reference("style plain", "def f(a):\n    return a + 0"), ast.parse("def f(a):\n    return a + 0").body[0], ())  # type: ignore[arg-type]  # fmt: skip
SUBTRACTS, FORGETS = Mutant("+ -> -", "def f(a):\n    return a - 0"), Mutant("return -> pass", "def f(a):\n    pass")
OUTCOME = Outcome("adding", [(CASE, SUBTRACTS, Verdict("survived")), (CASE, FORGETS, Verdict("killed", "test_adds"))])


def test_a_survivor_needs_an_explanation_and_an_explanation_a_survivor():
    reasons = {"adding": {"f": {"+ -> -": "adding nothing is taking nothing off", "return -> pass": "why not"}}}
    assert [mutant for _, mutant, _ in OUTCOME.unexplained({})] == [SUBTRACTS]
    assert OUTCOME.unexplained(reasons) == []
    assert OUTCOME.stale(reasons) == [("f", "return -> pass")]
    assert OUTCOME.counts(reasons) == {"mutants": 2, "killed": 1, "equivalent": 1, "survived": 0}
    assert kill_rate(OUTCOME.counts({})) == 0.5 and kill_rate(OUTCOME.counts(reasons)) == 1.0


def test_where_a_check_itself_fails_no_explanation_helps():
    fault = Outcome("adding", [(CASE, SUBTRACTS, Verdict("grader_fault", "test_adds", "KeyError"))])
    assert len(fault.unexplained({"adding": {"f": {"+ -> -": "why not"}}})) == 1


def test_a_survivor_is_shown_by_the_lines_that_differ():
    assert list(difference(CASE, SUBTRACTS)) == [" def f(a):", "-    return a + 0", "+    return a - 0"]


def test_the_record_keeps_what_was_not_run_and_the_page_is_made_from_it(tmp_path):
    record, page = tmp_path / "record.json", tmp_path / "mutation.md"
    record.write_text(json.dumps({"assignments": {"other": {
        "mutants": 9, "killed": 8, "equivalent": 0, "survived": 1, "kill_rate": 0.8889}}}))  # fmt: skip
    write_record([OUTCOME], {"adding": {"f": {"+ -> -": "nothing is nothing"}}}, record, page)
    known = json.loads(record.read_text())["assignments"]
    assert known["adding"] == {"mutants": 2, "killed": 1, "equivalent": 1, "survived": 0, "kill_rate": 1.0}
    assert known["other"]["mutants"] == 9
    assert "| `other` | 9 | 8 | 0 | 1 | 88.9% |" in page.read_text()
    assert "- `+` → `-`: nothing is nothing" in page.read_text()


HANGS = """
import sys
from pathlib import Path
import torch
from autograder.catalogue.course import find_course
from tests.mutation.judging import MutantJudge, judge_mutants
from tests.mutation.mutants import Mutant
from tests.mutation.references import Case, Reference

torch.set_num_threads(1)
right = Reference("style plain", Path("right.py").read_text())
bodies = {
    "right": "return x + x", "wrong": "return x", "loops": "while True: pass", "raises": "raise SystemExit(0)",
    "ends": "import os; os._exit(0)", "crashes": "import os; os.abort()", "fills": "return [bytes(2**30) for _ in range(9)]",
}
mutants = tuple(Mutant(name, f"def double(x):\\n    {body}") for name, body in bodies.items())
case = Case("double", right, right.definitions()["double"], mutants)
with MutantJudge(find_course().assignment("doubling")) as judge:
    for _, mutant, verdict in judge_mutants(judge, [(case, 1)], workers=3):
        print(mutant.id, verdict.fate, verdict.by)
"""


def run(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Judge in a process of its own: this one may have threads, which a fork does not survive."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, check=False, timeout=900
    )


def test_a_mutant_that_loops_crashes_or_fills_the_memory_is_killed(tmp_path):
    course = make_course(tmp_path / "course")
    (course / "right.py").write_text("def double(x):\n    return 2 * x\n\n\ndef quadruple(x):\n    return 4 * x\n")
    script = course / "judge.py"
    script.write_text(f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n{HANGS}")
    done = run(str(script), cwd=course)
    assert done.stderr == ""
    fates = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert fates.pop("right") == "survived "
    assert fates.pop("loops") == "killed timeout"
    assert fates.pop("ends") == fates.pop("crashes") == "killed crashed"
    assert {fate.split()[0] for fate in fates.values()} == {"killed"} and len(fates) == 3


def test_a_sample_of_mutants_is_killed_or_explained():
    done = run("-m", "tests.mutation", "linear_regression", "--function", "linreg", "--function", "squared_loss",
               "--function", "sgd", "--survivors")  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "100.0%" in done.stdout and "A square does not know the sign" in done.stdout


def test_an_unknown_assignment_is_told(capsys):
    done = run("-m", "tests.mutation", "juggling")
    assert done.returncode == 2 and "juggling" in done.stderr
