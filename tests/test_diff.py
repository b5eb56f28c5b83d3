"""`autograder diff`: what changed between two runs, and its exit status."""

import copy
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_card import HOSTILE, NO_BATCH_SIZE, check
from test_feedback import result

from autograder import cli
from autograder.results.result import QuestionResult

Line = dict[str, Any]


def line(student: str, *outcomes: str) -> Line:
    """A result of two questions, of one check each."""
    questions = [
        QuestionResult(id, 10.0, (check(outcome, misconception=NO_BATCH_SIZE if outcome == "failed" else None),))
        for id, outcome in zip(("linreg", "sgd"), outcomes, strict=True)
    ]
    return result(*questions, student=student).to_json()


CLASS = [line("ada", "passed", "passed"), line("bo", "passed", "failed"), line("cy", "error", "timeout")]


def written(folder: Path, lines: list[Line]) -> Path:
    folder.mkdir()
    (folder / "results.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines))
    return folder


@pytest.fixture
def compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[str]]]:
    """Says the status and what is printed of the class before and after a change."""

    def run(old: list[Line], new: list[Line]) -> tuple[int, list[str]]:
        status = cli.main(["diff", str(written(tmp_path / "old", old)), str(written(tmp_path / "new", new))])
        return status, capsys.readouterr().out.splitlines()

    return run


def test_nothing_changed_but_seconds_messages_and_the_order(compared: Callable[..., Any]) -> None:
    new = copy.deepcopy(CLASS[::-1])
    new[0]["seconds"] = 9.0
    new[0]["questions"][0]["checks"][0] |= {"seconds": 3.0, "message": "in other words"}
    assert compared(CLASS, new) == (0, ["0 changed (0 gain, 0 lose), 0 added, 0 removed, 3 the same"])


def test_it_says_who_gained_who_lost_who_came_and_who_left(compared: Callable[..., Any]) -> None:
    new = [line("ada", "blocked", "passed"), line("bo", "passed", "passed"), line("dee", "passed", "passed")]
    status, told = compared(CLASS, new)
    assert status == 1
    assert told == [
        "ada linear_regression: 20 → 10 of 20 (-10)",
        "    linreg.test_step: passed → blocked",
        "bo linear_regression: 10 → 20 of 20 (+10)",
        f"    sgd.test_step: failed ({NO_BATCH_SIZE.title}) → passed",
        "- cy linear_regression: 0 of 20",
        "+ dee linear_regression: 20 of 20",
        "2 changed (1 gain, 1 lose), 1 added, 1 removed, 0 the same",
    ]


def _renamed(new: Line) -> None:
    new["questions"][1]["checks"][0]["misconception"]["title"] = "Uphill"


def _resubmitted(new: Line) -> None:
    new["submission_sha256"] = "d" * 64


def _reviewed(new: Line) -> None:
    new["needs_review"] = True
    new["questions"][1]["checks"][0]["outcome"] = "grader_fault"


def _worth(new: Line) -> None:
    new["questions"][1]["points"] = 20.0
    new["max_score"] = 30.0


def _removed(new: Line) -> None:
    new["questions"][1]["checks"][0]["id"] = "test_new"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_renamed, [f"    sgd.test_step: failed ({NO_BATCH_SIZE.title}) → failed (Uphill)"]),
        (_resubmitted, []),
        (_reviewed, [f"    sgd.test_step: failed ({NO_BATCH_SIZE.title}) → grader_fault ({NO_BATCH_SIZE.title})"]),
        (_worth, ["    sgd: worth 10 → 20 points"]),
        (_removed, [f"    sgd.test_step: failed ({NO_BATCH_SIZE.title}) → –", f"    sgd.test_new: – → failed ({NO_BATCH_SIZE.title})"]),
    ],
)  # fmt: skip
def test_whatever_else_changed_is_told(
    compared: Callable[..., Any], change: Callable[[Line], None], told: list[str]
) -> None:
    new = copy.deepcopy(CLASS)
    change(new[1])
    status, printed = compared(CLASS, new)
    heads = {
        _resubmitted: "10 → 10 of 20, handed in again", _reviewed: "10 → 10 of 20, now needs a person",
        _worth: "10 of 20 → 10 of 30",
    }  # fmt: skip
    assert status == 1 and printed[0] == f"bo linear_regression: {heads.get(change, '10 → 10 of 20')}"
    assert printed[1:] == [*told, "1 changed (0 gain, 0 lose), 0 added, 0 removed, 2 the same"]


def test_the_environment_comes_first_and_is_a_difference_by_itself(compared: Callable[..., Any]) -> None:
    new = copy.deepcopy(CLASS)
    for each in new:
        each["environment"] |= {"torch": "2.14.0", "checks_sha256": "a" * 64}
    new[2]["environment"]["torch"] = "2.15.0"
    status, told = compared(CLASS, new)
    assert status == 1
    assert told == [
        f"linear_regression: checks_sha256 {'f' * 40} → {'a' * 40}",
        "linear_regression: torch 2.13.0 → 2.14.0 (2 submissions) and 2.15.0 (1 submissions)",
        "0 changed (0 gain, 0 lose), 0 added, 0 removed, 3 the same",
    ]


def test_more_students_are_no_other_environment(compared: Callable[..., Any]) -> None:
    status, told = compared(CLASS, [*CLASS, line("dee", "passed", "passed")])
    assert status == 1 and told[0].startswith("+ dee") and len(told) == 2


def test_the_last_of_several_lines_counts_and_half_a_line_does_not(tmp_path: Path) -> None:
    old = written(tmp_path / "old", CLASS)
    new = written(tmp_path / "new", [line("ada", "error", "error"), *CLASS])
    with (new / "results.jsonl").open("a") as file:
        file.write('{"half a line": ')
    assert cli.main(["diff", str(old), str(new / "results.jsonl")]) == 0


def test_names_are_inert_in_a_terminal(compared: Callable[..., Any]) -> None:
    new = [line(HOSTILE, "passed", "failed")]
    for part in (new[0]["questions"][0], new[0]["questions"][1]["checks"][0]):
        part["id"] = HOSTILE
    _, told = compared([line(HOSTILE, "passed", "passed")], new)
    _, added = 0, "\n".join(told)
    assert len(told) == 6 and not any(ord(character) < 32 and character != "\n" for character in added)
    assert "\u202e" not in added


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read"),
        (b"{}\n", "line 1, is no result"),
        (b"\xff\n", "line 1, is no result"),
        (b"[]\n", "is no"),
    ],
)
def test_what_is_no_results_is_unusable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, told: str
) -> None:
    old, new = written(tmp_path / "old", CLASS), tmp_path / "new.jsonl"
    if content is not None:
        new.write_bytes(content)
    assert cli.main(["diff", str(old), str(new)]) == 2
    assert told in capsys.readouterr().err


def test_a_large_class_is_not_held_in_memory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    padded = {**CLASS[0], "notes": ["x" * 20_000]}
    lines = [{**padded, "student": f"s{number:04}"} for number in range(500)]
    old, new = written(tmp_path / "old", lines), written(tmp_path / "new", lines)
    tracemalloc.start()
    assert cli.main(["diff", str(old), str(new)]) == 0
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < (old / "results.jsonl").stat().st_size / 4
    assert "500 the same" in capsys.readouterr().out
