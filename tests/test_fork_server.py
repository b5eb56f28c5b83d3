"""The first warm parent of a run: started while this process loads torch, adopted once, ended with the run."""

import dataclasses

import pytest
from conftest import RIGHT, notebook_of

from autograder.catalogue.course import find_course
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.errors import SandboxUnavailable
from autograder.grading.grader import Grader
from autograder.grading.settings import Settings
from autograder.judging.judge import Judge
from autograder.sandbox import launch as sandbox
from autograder.sandbox import server_process
from autograder.sandbox.early_start import adopt_or_start, started_early
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.launch import LaunchSpec

PROBLEM = sandbox.bubblewrap_problem()
needs_bubblewrap = pytest.mark.skipif(PROBLEM is not None, reason=f"no confinement here: {PROBLEM}")


@needs_bubblewrap
def test_the_first_who_asks_for_just_that_process_has_it(course, monkeypatch):
    monkeypatch.chdir(course)
    found = find_course()
    spec = LaunchSpec("bwrap", found.packages, sorted(found.assignment("doubling").modules), {}, "cpu")
    with started_early(found, "doubling", "auto", "cpu"):
        other = adopt_or_start(dataclasses.replace(spec, modules=["numpy"]))
        early = adopt_or_start(spec)
        late = adopt_or_start(spec)
        assert other.popen.poll() is early.popen.poll() is late.popen.poll() is None
    assert early.popen.returncode is not None and other.popen.poll() is late.popen.poll() is None
    for own in (other, late):
        own.kill()
        own.release()
        assert own.popen.returncode is not None


@pytest.mark.parametrize(
    ("assignment", "sandbox", "device"), [("doubling", "none", "cpu"), ("tripling", "auto", "cpu"), ("doubling", "auto", "cuda")]
)  # fmt: skip
def test_where_it_cannot_be_told_what_is_wanted_nothing_is_started(course, monkeypatch, assignment, sandbox, device):
    monkeypatch.chdir(course)
    monkeypatch.setattr("autograder.sandbox.early_start.start", None)
    with started_early(find_course(), assignment, sandbox, device):
        pass


@pytest.mark.parametrize(
    ("mode", "order"),
    [
        pytest.param("bwrap", ["prepared", "prepared", "judged", "prepared"], marks=needs_bubblewrap),
        ("none", ["prepared", "judged", "prepared"]),
    ],
)
def test_the_next_process_waits_beside_a_submission_only_where_neither_reaches_the_other(
    course, monkeypatch, mode, order
):
    done = []

    def noted(kind, name, word):
        original = getattr(kind, name)
        monkeypatch.setattr(kind, name, lambda *words, **named: (done.append(word), original(*words, **named))[1])

    noted(ForkServer, "prepare", "prepared")
    noted(Judge, "judge", "judged")
    grader = Grader(Settings(course, mode))
    result = grader.grade(SubmissionBytes("ada", "doubling", "doubling.ipynb", notebook_of(RIGHT))).result
    grader.close()
    assert result["score"] == 10 and done == order


def test_no_two_workers_have_one_user(monkeypatch, tmp_path):
    monkeypatch.setattr(server_process, "_USERS", tmp_path / "users")
    first, second = (server_process._claim_user() for _ in range(2))
    assert first[0] != second[0]
    first[1].release()
    third = server_process._claim_user()
    assert third[0] == first[0]
    monkeypatch.setattr(server_process, "WORKER_USERS", [first[0], second[0]])
    with pytest.raises(SandboxUnavailable, match="no more than 2 workers"):
        server_process._claim_user()
    for _, claim in (second, third):
        claim.release()
