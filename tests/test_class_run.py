"""Who is graded, and in which order results come."""

import importlib.metadata
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import RIGHT, make_course, notebook_of
from test_feedback import result

from autograder import cli
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.catalogue.submission_refs import SubmissionRef
from autograder.commands import class_run
from autograder.grading import runner
from autograder.grading.device import Device
from autograder.grading.grader import Graded
from autograder.grading.settings import Settings

WORKERS, SUBMISSIONS = 2, 30


class Pretended:
    """Grades at once, but for the slow ones, which wait until they are let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *slow: str) -> None:
        self._slow, self.released, self.taken = slow, threading.Event(), 0
        monkeypatch.setattr(runner, "grade_submission", self._grade)

    def submissions(self) -> Iterator[SubmissionBytes]:
        for number in range(SUBMISSIONS):
            self.taken += 1
            yield SubmissionBytes(f"s{number:02}", "doubling", "doubling.ipynb", b"{}")

    def results(self) -> Iterator[str]:
        try:
            for graded in runner.grade_all(ThreadPoolExecutor, Settings(Path(), "none"), self.submissions(), WORKERS):
                yield graded.result.student
        finally:
            self.released.set()

    def _grade(self, _settings: Settings, handed_in: SubmissionBytes) -> Graded:
        if handed_in.student in self._slow:
            assert self.released.wait(60)
        return Graded(result(student=handed_in.student), "", ())


def test_a_slow_submission_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    pretended = Pretended(monkeypatch, "s03")
    results = pretended.results()
    others = [next(results) for _ in range(SUBMISSIONS - 1)]
    assert len(set(others)) == SUBMISSIONS - 1 and "s03" not in others
    pretended.released.set()
    assert list(results) == ["s03"]


def test_only_so_many_submissions_are_read_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    pretended = Pretended(monkeypatch)
    for given, _ in enumerate(pretended.results()):
        assert pretended.taken <= given + WORKERS * (1 + runner.READ_AHEAD) + WORKERS
    assert given == SUBMISSIONS - 1


# What is graded again


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = make_course(tmp_path_factory.mktemp("again") / "course")
    for student in ("ada", "blaise"):
        folder = course / "submitted" / student / "doubling"
        folder.mkdir(parents=True)
        (folder / "doubling.ipynb").write_bytes(notebook_of(RIGHT))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(course)
        assert cli.main(["grade", "submitted", "--sandbox", "none", "--workers", "1"]) == 0
    return course


@pytest.fixture
def graded_again(graded: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Says who would be graded by the same command, with more options."""

    def run(*options: str) -> list[str]:
        taken: list[str] = []

        def take(_store: object, _settings: object, refs: list[SubmissionRef], *_: object) -> int:
            taken.extend(ref.student for ref in refs)
            return 0

        monkeypatch.setattr(class_run, "record", take)
        cli.main(["grade", "submitted", "--sandbox", "none", "--workers", "1", *options])
        return taken

    monkeypatch.chdir(graded)
    return run


def test_nobody_is_graded_twice_unless_forced(graded_again: Callable[..., list[str]]) -> None:
    assert graded_again() == []
    assert graded_again("--force") == ["ada", "blaise"]


@pytest.mark.parametrize("options", [["--seed", "1"], ["--visible-only"], ["--seed", "0", "--visible-only"]], ids=str)
def test_other_options_grade_again(graded_again: Callable[..., list[str]], options: list[str]) -> None:
    assert graded_again(*options) == ["ada", "blaise"]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("checks/doubling/visible_checks.py", "torch.randn(3, 2", "torch.randn(4, 2"),
        ("solutions/doubling/hidden_checks.py", "x=21", "x=22"),
        ("checks/doubling/record.json", "At 2 the two agree", "At 0 the two agree"),
        ("solutions/doubling/doubling.ipynb", '"points": 8', '"points": 9'),
        ("submitted/ada/doubling/doubling.ipynb", "2 * x", "x * 2"),
    ],
)
def test_what_was_edited_is_graded_again(
    graded: Path, graded_again: Callable[..., list[str]], file: str, old: str, new: str
) -> None:
    before = (graded / file).read_text("utf-8")
    assert old in before
    (graded / file).write_text(before.replace(old, new), "utf-8")
    try:
        assert graded_again() == (["ada"] if "ada" in file else ["ada", "blaise"])
    finally:
        (graded / file).write_text(before, "utf-8")
    assert graded_again() == []


def test_a_calibration_that_was_made_since_grades_again(graded: Path, graded_again: Callable[..., list[str]]) -> None:
    record = graded / "checks/doubling/record.json"
    before = record.read_text("utf-8")
    record.write_text(json.dumps(json.loads(before) | {"statistics": {}}), "utf-8")
    try:
        assert graded_again() == ["ada", "blaise"]
    finally:
        record.write_text(before, "utf-8")


def test_another_device_torch_or_confinement_grades_again(
    graded_again: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(class_run.devices, "choose", lambda *_: Device("cuda", "Some GPU", 2**33))
        assert graded_again() == ["ada", "blaise"]
    with monkeypatch.context() as patch:
        patch.setattr(importlib.metadata, "version", lambda _: "0.4.1")
        assert graded_again() == ["ada", "blaise"]
    with monkeypatch.context() as patch:
        patch.setattr(class_run.sandboxes, "choose", lambda _: "bwrap")
        assert graded_again() == ["ada", "blaise"]
