"""What results come to, counted once, and that nothing is read twice for it."""

from pathlib import Path
from typing import Any

import pytest
from test_card import NO_BATCH_SIZE, check
from test_feedback import graded, result

from autograder.catalogue import submission_bytes
from autograder.catalogue.submission_bytes import SubmissionReader
from autograder.catalogue.submission_refs import SubmissionRef
from autograder.commands.class_run import exit_status
from autograder.commands.exit_status import ALL_PASSED, GRADER_FAILED, SOME_FAILED
from autograder.commands.publishing import publish
from autograder.reports.formats import FORMATS
from autograder.reports.formats.format import HandedFile
from autograder.results.result import QuestionResult, SubmissionResult
from autograder.results.store import ResultStore
from autograder.results.tally import Fault, Tally

RIGHT = graded(check(), student="ada")
WRONG = graded(check("failed", misconception=NO_BATCH_SIZE), student="bo")
FAULTY = graded(check(), check("grader_fault", "no such name", id="test_two"), student="cy")


def tally(*results: SubmissionResult) -> Tally:
    found = Tally()
    for each in results:
        found.add(each)
    return found


@pytest.mark.parametrize(("results", "status"), [
    ([], ALL_PASSED), ([RIGHT], ALL_PASSED), ([RIGHT, WRONG, RIGHT], SOME_FAILED), ([FAULTY, WRONG], GRADER_FAILED),
])  # fmt: skip
def test_the_exit_status_is_that_of_the_worst(results: list[SubmissionResult], status: int) -> None:
    assert exit_status(tally(*results)) == status


def test_a_fault_is_counted_once_with_all_whom_it_befell() -> None:
    again = graded(check(), check("grader_fault", "no such name", id="test_two"), student="dee")
    assert tally(FAULTY, again, WRONG).faults == {Fault("linear_regression", "test_two", "no such name"): {"cy", "dee"}}


def test_each_check_has_its_outcomes_and_each_mistake_its_first_submissions() -> None:
    others = [graded(check("failed", misconception=NO_BATCH_SIZE), student=str(number)) for number in range(5)]
    found = tally(RIGHT, WRONG, *others).assignments["linear_regression"]
    counted = found.questions["sgd"].by_id["test_step"]
    assert (counted.total, counted.passed, dict(counted.outcomes)) == (7, 1, {"passed": 1, "failed": 6})
    mistake = ("sgd", NO_BATCH_SIZE.title)
    assert found.commonest_mistakes() == [(mistake, 6)] and found.examples[mistake] == [1, 2, 3]


def test_a_row_has_the_points_of_every_question() -> None:
    row = tally(result(QuestionResult("a", 3.0, (check(),)), QuestionResult("b", 1.0, (check("failed"),)))).rows[0]
    assert (row.score, row.max_score, row.questions) == (3.0, 4.0, {"a": (3.0, 3.0), "b": (0.0, 1.0)})
    assert not row.passed and row.summary == "b: failed"


def test_a_result_is_read_once_for_all_that_is_written_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read = []

    def from_json(line: Any, real: Any = SubmissionResult.from_json) -> SubmissionResult:
        read.append(line["student"])
        found: SubmissionResult = real(line)
        return found

    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.setattr(SubmissionResult, "from_json", from_json)
    with ResultStore.writing(tmp_path) as store:
        for each in (WRONG, RIGHT, FAULTY):
            store.add(each, "<p>feedback</p>")
        formats = [each for each in FORMATS.values() if not each.single]
        asked = publish(store, {RIGHT.key: HandedFile(), WRONG.key: HandedFile()}, formats)
    assert read == ["ada", "bo", "cy"]
    assert [row.student for row in asked.rows] == ["ada", "bo"]
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} >= {
        "results.csv", "report.html", "junit.xml", "checks.csv", "canvas.csv", "moodle.csv", "summary.md"
    }  # fmt: skip
    assert "bo" in (tmp_path / "moodle.csv").read_text() and "cy" not in (tmp_path / "moodle.csv").read_text()
    assert "cy" in (tmp_path / "results.csv").read_text() and "::error title=sgd" in capsys.readouterr().out


# What was handed in


@pytest.fixture
def ref(tmp_path: Path) -> SubmissionRef:
    path = tmp_path / "a.ipynb"
    path.write_bytes(b"{}")
    return SubmissionRef("ada", "mlp", path)


def test_a_file_whose_digest_was_asked_for_is_not_read_again(ref: SubmissionRef) -> None:
    assert ref.path is not None
    reader = SubmissionReader()
    sha256 = reader.sha256(ref)
    ref.path.unlink()
    assert reader.sha256(ref) == sha256
    (read,) = reader.read([ref])
    assert (read.data, read.sha256) == (b"{}", sha256)


def test_what_was_graded_or_would_take_too_much_memory_is_not_held(
    ref: SubmissionRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ref.path is not None
    reader = SubmissionReader()
    reader.sha256(ref)
    reader.release(ref)
    monkeypatch.setattr(submission_bytes, "HELD_BYTES", 1)
    small = SubmissionReader()
    small.sha256(ref)
    ref.path.write_bytes(b"[]")
    assert [read.data for each in (reader, small) for read in each.read([ref])] == [b"[]", b"[]"]
