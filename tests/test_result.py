"""A line of results.jsonl and the result that it stands for: what is read back, and what is refused."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from test_card import CURVE, NO_BATCH_SIZE, check, unlike, unlike_matrix
from test_feedback import ESTIMATES, graded

import autograder
from autograder.errors import UsageError
from autograder.results.result import SubmissionResult
from autograder.results.result_file import ResultFile
from autograder.results.store import ResultStore

SCHEMA = json.loads((Path(autograder.__file__).parent / "results/result.schema.json").read_text("utf-8"))
Line = dict[str, Any]


def line() -> Line:
    """A line that has something in every field."""
    failed = check("failed", "no", misconception=NO_BATCH_SIZE, attachments=(CURVE, ESTIMATES), seconds=0.25)
    found: Line = graded(check(), failed, unlike(), unlike_matrix(), notes=["cell 7 was skipped"]).to_json()
    return json.loads(json.dumps(found | {"by_hand": [{"id": "why", "points": 5.0}], "code_sketch": "AAAA"}))


def test_a_line_that_is_read_is_written_again_as_it_was() -> None:
    jsonschema.validate(line(), SCHEMA)
    assert json.dumps(SubmissionResult.from_json(line()).to_json()) == json.dumps(line())


def test_what_checks_measured_is_in_no_line() -> None:
    measured = graded(check(statistics={"loss": 0.1}))
    assert "statistics" not in json.dumps(measured.to_json())
    assert measured.published() == SubmissionResult.from_json(measured.to_json())


def objects(value: Any) -> list[Line]:
    """Every object of a line."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [*([value] if isinstance(value, dict) else []), *(each for item in inside for each in objects(item))]


def test_keys_of_a_later_version_are_let_be_wherever_they_are() -> None:
    later = line()
    for each in objects({key: value for key, value in later.items() if key != "questions"}):
        each["later"] = 1
    for question in later["questions"]:
        question["later"] = [None]
        for each in question["checks"]:
            each["also"] = {}
    later["later"] = {}
    assert SubmissionResult.from_json(later) == SubmissionResult.from_json(line())


def test_keys_that_an_earlier_version_did_not_write_may_be_missing() -> None:
    earlier = line()
    for key in ("by_hand", "code_sketch"):
        del earlier[key]
    for question in earlier["questions"]:
        for each in question["checks"]:
            del each["comparison"], each["exhibits"], each["hints"]
    del earlier["environment"]["gpu"]
    jsonschema.validate(earlier, SCHEMA)
    read = SubmissionResult.from_json(earlier)
    assert not read.by_hand and not read.code_sketch and read.environment.gpu is None
    assert not any(each.attachments or each.comparison for each in read.checks)
    assert [each.hints for each in read.checks] == [("What makes a sum a mean?",)] * 4


def test_the_first_hint_stands_by_itself_too() -> None:
    hints = ["Look at the sum.", "Compare a sum with a mean."]
    found = graded(check("failed", hints=tuple(hints)), check("failed", hints=())).to_json()
    assert [(each["hint"], each["hints"]) for each in found["questions"][0]["checks"]] == [(hints[0], hints), ("", [])]
    jsonschema.validate(found, SCHEMA)


def _check(found: Line, number: int = 1) -> Line:
    checks: list[Line] = found["questions"][0]["checks"]
    return checks[number]


WRONG: dict[str, tuple[Callable[[Line], object], str]] = {
    "another first hint": (lambda found: _check(found).update(hint="x"), "hint is not the first of hints"),
    "another schema": (lambda found: found.update(schema=2), "schema is 2"),
    "no student": (lambda found: found.pop("student"), "student is missing"),
    "a number for a name": (lambda found: found.update(student=7), "student is not text"),
    "a truth for a number": (lambda found: found.update(seconds=True), "seconds is no number"),
    "no finite number": (lambda found: found.update(seconds=float("nan")), "seconds is no number"),
    "a note that is none": (lambda found: found["notes"].append(1), "notes is not a list of texts"),
    "no list": (lambda found: found.update(questions={}), "questions is not a list"),
    "no object": (lambda found: found["questions"].append(3), r"questions[1] is no object"),
    "no check": (lambda found: found["questions"][0].update(checks=[]), "questions[0].checks is empty"),
    "an unknown outcome": (lambda found: _check(found).update(outcome="great"), "checks[1].outcome is none of passed,"),
    "no weight": (lambda found: _check(found).update(weight=0), "checks[1].weight is 0"),
    "a mistake without words": (lambda found: _check(found)["misconception"].pop("title"), "misconception.title is mis"),
    "a curve of nothing": (lambda found: _check(found)["exhibits"][0].pop("low"), "exhibits[0].low is no list"),
    "a table of other sizes": (lambda found: _check(found, 2)["comparison"]["window"]["got"].pop(), "got is no table"),
    "a mark outside": (lambda found: _check(found, 3)["comparison"]["window"].update(marked=[9, 0]), "marked is no row"),
    "a score by hand": (lambda found: found["questions"][0].update(score=9.0), "score is 9, and its checks come to 2.5"),
    "another sum": (lambda found: found.update(score=9.0), "score is 9, and its checks come to 2.5"),
    "another maximum": (lambda found: found.update(max_score=20.0), "max_score is 20, and its checks come to 10"),
    "a review of nothing": (lambda found: found.update(needs_review=True), "needs_review is not what its checks come to"),
    "another seed": (lambda found: found["environment"].update(seed=0.5), "environment.seed is not a whole number"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_result_is_refused_with_the_field_that_is_wrong(name: str) -> None:
    change, said = WRONG[name]
    wrong = copy.deepcopy(line())
    change(wrong)
    with pytest.raises(UsageError) as refused:
        SubmissionResult.from_json(wrong)
    assert said in str(refused.value)


def test_a_file_says_which_of_its_lines_is_no_result(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    path.write_text(json.dumps(line()) + "\n" + json.dumps(line() | {"seconds": "long"}) + "\n")
    for read in (lambda: list(ResultFile(tmp_path).read()), ResultStore(tmp_path).read):
        with pytest.raises(UsageError) as refused:
            read()
        assert str(refused.value) == f"{path}, line 2, is no result: seconds is no number from 0 on"
    with pytest.raises(UsageError, match="line 2, is no result"), ResultStore.writing(tmp_path):
        pass
    assert path.read_text().count("\n") == 2
