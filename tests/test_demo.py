"""The demo class: its notebooks, nbgrader's steps, and whether the grader finds what is known of it."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.simulation.cheats import FOUND
from autograder.authoring.simulation.member import Member, Truth
from autograder.authoring.simulation.stubs import code_cell, definitions_of, stub_names
from autograder.authoring.simulation.verdict import differences
from autograder.catalogue.assignment import SECRETS
from autograder.catalogue.course import find_course
from autograder.catalogue.submission import read_submission
from autograder.errors import UsageError
from autograder.results.result import (
    CheckResult,
    Environment,
    Misconception,
    Outcome,
    QuestionResult,
    SubmissionResult,
)
from tests.demo.roster import demo_class

ROOT = Path(__file__).parents[1]
COURSE = find_course(ROOT)
ASSIGNMENT = "linear_regression"
# Two of the assignments: `make test-long` takes the demo classes of all
SHOWN = ("gradients", ASSIGNMENT)
needs_sandbox = pytest.mark.skipif(shutil.which("bwrap") is None, reason="grading a class needs bubblewrap")


@dataclass(frozen=True)
class Demo:
    status: int
    stdout: str
    stderr: str
    folder: Path

    def results(self) -> dict[str, Any]:
        lines = (self.folder / "results/results.jsonl").read_text("utf-8").splitlines()
        return {line["student"]: line for line in map(json.loads, lines) if line["assignment"] == ASSIGNMENT}


@pytest.fixture(scope="module")
def members() -> list[Member]:
    return demo_class(ASSIGNMENT, COURSE)


@pytest.fixture(scope="module")
def released() -> bytes:
    return (ROOT / f"assignments/{ASSIGNMENT}/{ASSIGNMENT}.ipynb").read_bytes()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo") / "class"
    command = [sys.executable, "-m", "tests.demo", *SHOWN, "--folder", str(folder)]
    # As after a plain `make`: the environment is not activated, and the user's mask is a strict one
    environment = os.environ | {"PATH": os.defpath}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, env=environment, umask=0o077)
    return Demo(done.returncode, done.stdout, done.stderr, folder)


@pytest.mark.parametrize("assignment", sorted(each.name for each in COURSE.assignments()))
def test_every_class_is_of_styles_and_mistakes_that_are_recorded(assignment: str) -> None:
    members = demo_class(assignment, COURSE)
    assert {member.truth.outcome for member in members} >= {None, "not_attempted"}
    assert any(member.truth.named for member in members) and not all(member.truth.lost for member in members)


# The run


@needs_sandbox
def test_the_grader_finds_what_is_known_of_the_class(demo: Demo) -> None:
    assert demo.status == 0, demo.stdout + demo.stderr
    assert demo.stdout.rstrip().splitlines()[-1].startswith("as known of the class: ")


@needs_sandbox
def test_the_demo_shows_a_row_a_student_and_where_the_pages_are(demo: Demo, members: list[Member]) -> None:
    rows = {line.split()[0] for line in demo.stdout.splitlines() if line.strip()}
    assert {member.id for member in members} <= rows
    last = [line for line in demo.stdout.splitlines() if line.startswith(("report:", "feedback:"))]
    pages = [line.split(maxsplit=1)[1] for line in last]
    assert len(pages) == 2
    assert all((ROOT / page).is_file() for page in pages)


@needs_sandbox
def test_every_step_of_nbgrader_has_left_its_trace(demo: Demo, members: list[Member]) -> None:
    room = demo.folder / ASSIGNMENT
    released = (room / f"assignments/{ASSIGNMENT}/{ASSIGNMENT}.ipynb").read_bytes()
    exchange = room / "exchange/deep-learning"
    assert (exchange / f"outbound/{ASSIGNMENT}/{ASSIGNMENT}.ipynb").read_bytes() == released
    assert len(list((exchange / "inbound").iterdir())) == len(members)
    for member in members:
        collected = room / "submitted" / member.id / ASSIGNMENT
        assert (collected / "timestamp.txt").exists()
        assert (collected / f"{ASSIGNMENT}.ipynb").read_bytes() == member.notebook(released)
    assert not [path for path in demo.folder.rglob("*") if path.name in SECRETS and "solutions" not in path.parts]


@needs_sandbox
def test_the_endless_loop_leaves_the_other_questions_their_points(demo: Demo, members: list[Member]) -> None:
    (endless,) = (member for member in members if member.truth.outcome == "timeout")
    result = demo.results()[endless.id]
    checks = [check for question in result["questions"] for check in question["checks"]]
    assert {check["outcome"] for check in checks} <= {"passed", "timeout", "blocked"}
    assert result["score"] > result["max_score"] / 2
    assert result["seconds"] < 120


@needs_sandbox
def test_the_searching_cheat_did_search_and_print_and_is_quoted_only(demo: Demo, members: list[Member]) -> None:
    pages = [(demo.folder / f"results/feedback/{each.id}/{ASSIGNMENT}.html").read_text("utf-8") for each in members]
    assert sum("score 100" in page for page in pages) == 1
    assert not [page for page in pages if FOUND in page]


# The class


def test_the_class_has_what_was_asked_for(members: list[Member]) -> None:
    assert len(members) >= 18
    assert len({member.id for member in members}) == len(members)
    plain = [member for member in members if not member.changes]
    assert len({tuple(member.functions.values()) for member in plain if not member.truth.lost}) >= 4
    assert len({*[tuple(member.truth.named) for member in members if len(member.truth.named) == 1]}) >= 7
    assert any(len(member.truth.named) > 1 for member in plain)
    assert {"timeout", "error", "not_attempted"} <= {member.truth.outcome for member in members}
    assert sum(member.truth.no_better_than is not None for member in members) == 2


def test_a_cheat_hands_in_what_its_honest_twin_does_but_for_one_cell(members: list[Member], released: bytes) -> None:
    by_id = {member.id: member for member in members}
    for member in members:
        if member.truth.no_better_than is not None:
            twin = json.loads(by_id[member.truth.no_better_than].notebook(released))
            mine = json.loads(member.notebook(released))
            assert mine["cells"][:-1] == twin["cells"]
            assert mine["cells"][-1]["id"] == "cheat"


def test_every_member_hands_in_code_that_can_be_read(members: list[Member], released: bytes) -> None:
    for member in members:
        submission = read_submission(member.notebook(released), f"{ASSIGNMENT}.ipynb")
        assert submission.problem is None
        code = "\n".join(source for _, source in submission.cells)
        assert all(f"def {name}(" in code for name in stub_names(json.loads(released)))


def test_the_blank_member_hands_in_the_released_notebook(members: list[Member], released: bytes) -> None:
    (blank,) = (member for member in members if member.truth.outcome == "not_attempted")
    assert json.loads(blank.notebook(released)) == json.loads(released)


def test_a_colab_notebook_has_lost_its_nbgrader_metadata(members: list[Member], released: bytes) -> None:
    texts = [member.notebook(released).decode() for member in members]
    stripped = [text for text in texts if "nbgrader" not in text]
    assert stripped
    assert all("colab" in text and "grade_id" not in text for text in stripped)


def test_filling_a_stub_replaces_the_function_and_keeps_what_stands_around_it() -> None:
    stub = code_cell("a = 1\n\n\n@wrap\ndef f(x):\n    '''Doc.'''\n    raise NotImplementedError\n\n\nb = 2", "f")
    stub["metadata"] = {"nbgrader": {"solution": True}}
    member = Member("ada", "", Truth(), definitions_of("def f(x):\n    return 7"), "import math")
    filled = json.loads(member.notebook(json.dumps({"cells": [stub]}).encode()))["cells"]
    assert [cell["source"] for cell in filled] == ["import math", "a = 1\n\n\ndef f(x):\n    return 7\n\n\nb = 2"]


def test_a_function_without_a_stub_is_an_error() -> None:
    with pytest.raises(KeyError):
        Member("ada", "", Truth(), {"g": "def g(): pass"}).notebook(b'{"cells": []}')


def test_an_assignment_without_a_table_says_where_to_write_one(course: Path) -> None:
    with pytest.raises(UsageError, match=r"write tests/demo/doubling\.py"):
        demo_class("doubling", find_course(course))


# The comparison


Score = tuple[float, Outcome, str | None]


def question(id: str, score: float, outcome: Outcome, mistake: str | None) -> QuestionResult:
    """A question worth 10 points, so much of them earned; how the check for the others ended, and its mistake."""
    named = Misconception(mistake, id, mistake, mistake) if mistake else None
    checks = [
        CheckResult(f"test_{id}", outcome, score if outcome == "passed" else 10 - score, True, "-", misconception=named)
    ]
    if outcome != "passed" and score:
        checks.append(CheckResult(f"test_{id}_else", "passed", score, True, "-"))
    return QuestionResult(id, 10.0, tuple(checks))


def result(student: str, **scores: Score) -> SubmissionResult:
    """A result of questions, each as `question` takes it."""
    environment = Environment("2", "3", "cpu", 0, "none", "0")
    questions = tuple(question(id, *score) for id, score in scores.items())
    return SubmissionResult(student, ASSIGNMENT, "0", environment, questions)


CLASS = [
    Member("ada", "right", Truth()),
    Member("bo", "one mistake", Truth(lost=frozenset({"f"}), named={"f_wrong": "f"})),
    Member("cy", "cheats", Truth(no_better_than="bo")),
]
BLOCKED: Score = (0, "blocked", None)
PASSED: Score = (10, "passed", None)
Found = dict[str, SubmissionResult]
AS_KNOWN: Found = {
    "ada": result("ada", f=PASSED, g=PASSED),
    "bo": result("bo", f=(0, "failed", "f_wrong"), g=BLOCKED),
    "cy": result("cy", f=(0, "error", None), g=BLOCKED),
}


def differences_in(found: Found) -> list[str]:
    truths = {member.id: member.truth for member in CLASS}
    return [str(each) for each in differences(truths, found.values())]


def test_results_as_known_have_no_differences() -> None:
    assert differences_in(AS_KNOWN) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"ada": result("ada", f=(5, "failed", "f_wrong"), g=PASSED)}, "ada: f is right and failed test_f (failed)"),
        ({"bo": result("bo", f=PASSED, g=BLOCKED)}, "bo: f is wrong and got full marks"),
        ({"bo": result("bo", f=(0, "failed", "other"), g=BLOCKED)}, "bo: named were other, not f_wrong"),
        ({"cy": result("cy", f=(0, "error", None), g=(4, "failed", None))}, "cy: the cheat gained 4 points of g"),
        ({"ada": result("ada", f=(0, "grader_fault", None), g=PASSED)}, "ada: the grader failed"),
        ({"ada": result("eve", f=PASSED, g=PASSED)}, "ada: is not graded"),
        ({"dee": result("dee", f=PASSED, g=PASSED)}, "dee: is graded, but not in the class"),
    ],
)
def test_each_way_of_being_wrong_is_told(changed: Found, told: str) -> None:
    assert told in differences_in(AS_KNOWN | changed)


def test_a_mistake_that_another_one_blocks_needs_no_name() -> None:
    truths = {"di": Truth(frozenset({"f", "g"}), {"f_wrong": "f", "g_wrong": "g"})}
    assert list(differences(truths, [result("di", f=(0, "failed", "f_wrong"), g=BLOCKED)])) == []


@needs_sandbox
def test_the_readme_shows_what_the_demo_prints(demo: Demo) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = [line.split() for line in readme.split("```")[1].strip().splitlines()]  # columns are as wide as names
    table, paths = shown[: shown.index(["…"])], shown[shown.index(["…"]) + 1 :]
    printed = [
        line.replace(os.path.relpath(demo.folder, ROOT), "build/demo").split() for line in demo.stdout.splitlines()
    ]
    start = printed.index(table[1])
    assert table[0] in printed
    assert printed[start : start + len(table) - 1] == table[1:]
    assert [line for line in printed if line and line[0] in ("report:", "feedback:")] == paths
