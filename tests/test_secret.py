"""What a check withholds comes from a secret of the course, so that no submission can draw it again."""

import stat
from pathlib import Path

import pytest
from conftest import make_course

from autograder.authoring.new_course import begin_course
from autograder.catalogue.course import find_course
from autograder.catalogue.secret import SECRET, VARIABLE, assignment_secret, course_secret
from autograder.judging.judge import Judge
from autograder.judging.student import LocalStudent

CHECKS = '''
import torch
from autograder.judging.suite import check, fail, probe

@probe
def label(student):
    return {"y": student.double()}

@check("double", hints=["Which?"])
def test_says_what_nobody_has_told(student, secret_rng):
    """It says a number that it was not told."""
    withheld = int(torch.randint(2**31, (), generator=secret_rng))
    if student.run(label)["y"] != withheld:
        fail("That is another number.")

@check("quadruple", hints=["Which?"])
def test_draws_what_is_sent(student, rng):
    """It says a number that is drawn from the course's seed."""
    if student.run(label)["y"] != int(torch.randint(2**31, (), generator=rng)):
        fail("That is another number.")
'''
DRAWS_AGAIN = """
import torch
def double():
    return int(torch.randint(2**31, (), generator=torch.Generator().manual_seed(torch.initial_seed())))
quadruple = double
"""


@pytest.fixture(name="course")
def _course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(VARIABLE, raising=False)
    root = make_course(tmp_path / "course")
    (root / "checks/doubling/visible_checks.py").write_text(CHECKS)
    return root


@pytest.mark.parametrize("seed", [0, 1])
def test_the_seed_that_a_worker_knows_tells_nothing_of_what_is_withheld(course: Path, seed: int) -> None:
    assignment = find_course(course).assignment("doubling")
    for secret, passes in ((b"", True), (b"one", False), (b"two", False)):
        with Judge(assignment, visible_only=True) as judge:
            withheld, sent = judge.judge(LocalStudent.of_source(DRAWS_AGAIN), seed, secret=secret)
        assert withheld.checks[0].passed == passes and sent.checks[0].passed


def test_a_secret_is_of_a_course_and_an_assignment_and_its_hidden_checks(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assignment = find_course(course).assignment("doubling")
    assert course_secret(course) == b""
    assert assignment_secret(b"", assignment, visible_only=True) == b""
    found = {
        assignment_secret(b"", assignment, visible_only=False),
        assignment_secret(b"s", assignment, visible_only=True),
    }
    found |= {assignment_secret(each, assignment, visible_only=False) for each in (b"s", b"t")}
    (course / SECRET).write_text("kept\n")
    assert course_secret(course) == b"kept"
    monkeypatch.setenv(VARIABLE, "told")
    assert course_secret(course) == b"told"
    assert len(found) == 4 and {len(each) for each in found} == {32}


def test_a_new_course_has_a_secret_that_its_owner_alone_reads(tmp_path: Path) -> None:
    for name in "ab":
        begin_course(tmp_path / name, "first_steps")
        assert stat.S_IMODE((tmp_path / name / SECRET).stat().st_mode) == 0o600
        assert SECRET in (tmp_path / name / ".gitignore").read_text().splitlines()
    assert len({(tmp_path / name / SECRET).read_text() for name in "ab"}) == 2
