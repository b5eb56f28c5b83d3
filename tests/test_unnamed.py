"""A mistake that nobody had a name for: it is found, named once, and told to everybody who made it."""

import json
from pathlib import Path

import pytest
from conftest import RIGHT, make_course, notebook_of

from autograder import cli
from autograder.catalogue.course import find_course
from autograder.results.result import SubmissionResult
from autograder.results.store import ResultStore
from autograder.results.unnamed import UnnamedMistakes

TRIPLES = {
    "ada": "def double(x):\n    return 3 * x",
    "bo": "def double(x):\n    '''Mine.'''\n    total = x + x  # twice\n    return total + x",
    "cy": "def double(x):\n    total = 0\n    for _ in range(3):\n        total = total + x\n    return total",
}
OTHERS = {"dee": "def double(x):\n    return x + 1", "eva": RIGHT, "fay": "def double(x):\n    return x**2"}
GRADE = ("grade", "submitted", "--out", "results", "--workers", "1", "--sandbox", "none")
TITLE = "Three times in place of twice"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_course(tmp_path_factory.mktemp("unnamed") / "course")
    (root / "solutions/doubling/alternatives.py").write_text(f"# %% plain\nimport torch\n{RIGHT}")
    for student, source in {**TRIPLES, **OTHERS}.items():
        folder = root / "submitted" / student / "doubling"
        folder.mkdir(parents=True)
        (folder / "doubling.ipynb").write_bytes(notebook_of(source, "def quadruple(x):\n    return 4 * x"))
    return root


@pytest.fixture(autouse=True)
def inside(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(course)


def results(course: Path) -> list[SubmissionResult]:
    store = ResultStore(course / "results")
    store.read()
    return list(store.results())


def named(course: Path) -> dict[str, set[str]]:
    return {
        result.student: {check.misconception.title for check in result.checks if check.misconception}
        for result in results(course)
    }


@pytest.fixture(scope="module")
def graded(course: Path) -> str:
    """The page of a first run, before anything is named."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(course)
        assert cli.main(GRADE) == 1
    return (course / "results/report.html").read_text("utf-8")


def groups(course: Path) -> dict[str, list[str]]:
    unnamed = UnnamedMistakes()
    for result in results(course):
        unnamed.add(result)
    return {group.id: sorted(member.student for member in group.members) for group in unnamed.groups()}


def test_answers_that_behave_alike_are_one_group_in_any_style(course: Path, graded: str) -> None:
    assert sorted(groups(course).values()) == [["ada", "bo", "cy"], ["dee"]]
    (group,) = [id for id, students in groups(course).items() if len(students) == 3]
    assert "Mistakes without a name" in graded and group in graded and "3 of 6" in graded
    assert "1 more answer is wrong in a way of its own" in graded


def test_results_keep_few_features_and_none_where_a_name_was_found(course: Path, graded: str) -> None:
    lines = [json.loads(line) for line in (course / "results/results.jsonl").read_text().splitlines()]
    kept = {line["student"]: line["questions"][0].get("behaviour", {}) for line in lines}
    assert set(kept["ada"]) == {"test_doubles_every_element", "test_doubles_a_number"}
    assert kept["fay"] == {} and kept["eva"] == {}
    assert all(len(features) < 40 for features in kept["ada"].values())


def test_a_group_that_is_not_there_is_refused_with_those_that_are(
    course: Path, graded: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["name", "double-none", "--title", "T", "--explanation", "E"]) == 2
    told = capsys.readouterr().err
    assert all(id in told for id in groups(course))


def test_what_is_named_once_is_told_to_everybody_at_the_next_grade(course: Path, graded: str) -> None:
    (group,) = [id for id, students in groups(course).items() if len(students) == 3]
    assert not any(TITLE in titles for titles in named(course).values())
    example = "submitted/bo/doubling/doubling.ipynb"
    command = ["name", group, "--title", TITLE, "--explanation", "2x is x + x.", "--example", example]
    assert cli.main(command) == 0
    assert cli.main(GRADE) == 1
    assert {student for student, titles in named(course).items() if TITLE in titles} == set(TRIPLES)
    assert [*groups(course).values()] == [["dee"]]
    visible = (course / "checks/doubling/record.json").read_text()
    assert (
        "test_doubles_a_number" not in visible and "63" not in visible
    )  # of a hidden check, only the other record knows
    assert "test_doubles_a_number" in (course / "solutions/doubling/hidden_record.json").read_text()
    kept = (course / "solutions/doubling/mistakes.py").read_text()
    assert "total + x" in kept and "Mine" not in kept and "twice" not in kept.split("def ")[1] and "bo" not in kept
    assert cli.main(command) == 2  # there is no such group any more


def test_calibration_keeps_what_was_named(course: Path, graded: str) -> None:
    assignment = find_course(course).assignment("doubling")
    observed = [id for id, words in assignment.misconceptions.items() if words.title == TITLE]
    assert len(observed) == 1
    assert cli.main(["calibrate", "doubling", "--mistakes", "--workers", "1"]) == 0
    again = find_course(course).assignment("doubling")
    assert again.misconceptions[observed[0]].title == TITLE
    assert observed[0] in again.record["fingerprints"]["double"]
