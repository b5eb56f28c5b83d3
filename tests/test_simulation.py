"""A class whose truth is known: `autograder simulate`, and `autograder verify` of its results."""

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from nbgrader.utils import parse_utc

from autograder import cli
from autograder.authoring.simulation.roster import Recorded
from autograder.authoring.simulation.sampling import SHARES, UNREADABLE, draw_class
from autograder.authoring.simulation.stubs import definitions_of
from autograder.catalogue.course import find_course
from autograder.sandbox.launch import bubblewrap_problem

ROOT = Path(__file__).parents[1]
COURSE = find_course(ROOT)
ASSIGNMENT = "linear_regression"
PROBLEM = bubblewrap_problem()


def simulate(out: Path, students: int, seed: int = 0, assignment: str = ASSIGNMENT) -> list[dict[str, Any]]:
    command = ["simulate", assignment, "--students", str(students), "--seed", str(seed), "--out", str(out)]
    assert cli.main(command) == 0
    return [json.loads(line) for line in (out / "truth.jsonl").read_text("utf-8").splitlines()]


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_gives_the_same_bytes_and_another_one_another_class(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("again", 3), ("other", 4)):
        simulate(tmp_path / name, 40, seed)
    assert digests(tmp_path / "one") == digests(tmp_path / "again") != digests(tmp_path / "other")


def test_it_is_laid_out_as_nbgrader_collects_and_the_truth_fits(tmp_path: Path) -> None:
    truth = simulate(tmp_path / "class", 400)
    places = {path.name: path / ASSIGNMENT for path in (tmp_path / "class/submitted").iterdir()}
    assert list(places.keys() - {line["student"] for line in truth}) == [] and len(truth) == len(places) == 400
    assert Counter(line["kind"] for line in truth) == {kind: round(400 * share) for kind, share in SHARES.items()}
    due = parse_utc("2026-10-01 22:00:00 UTC")
    for line in truth:
        (notebook,) = places[line["student"]].glob("*.ipynb")
        assert (notebook.name == f"{ASSIGNMENT}.ipynb") == (line["damage"] != "renamed")
        handed_in = parse_utc((places[line["student"]] / "timestamp.txt").read_text().strip())
        assert max((handed_in - due).total_seconds(), 0) == line["late_s"]
        assert len(line["named"]) == {"one mistake": 1, "two mistakes": 2}.get(line["kind"], len(line["named"]))
        assert set(line["named"].values()) <= set(line["lost"])
    assert 0.05 < sum(line["late_s"] > 0 for line in truth) / 400 < 0.15
    right = {
        hashlib.sha256(path.read_bytes()).digest() for path in places[truth[0]["student"]].parents[1].rglob("*.ipynb")
    }
    assert len(right) > 300  # students differ


@pytest.mark.parametrize("students", [1, 2, 3, 7, 19, 50])
def test_a_class_of_any_size_has_whom_its_cheats_are_compared_with(students: int) -> None:
    members = {each.member.id: each for each in draw_class(ASSIGNMENT, students, 0, COURSE)}
    assert len(members) == students
    for each in members.values():
        twin = each.member.truth.no_better_than
        assert (twin is not None) == (each.kind == "hostile")
        assert twin is None or members[twin].kind == "one mistake"


def test_functions_that_work_with_each_other_alone_are_drawn_together() -> None:
    recorded = Recorded("softmax_regression", COURSE)
    ((style, functions),) = recorded.together.items()
    theirs = [definitions_of(recorded.styles[style])[name] for name in functions]
    seen = set()
    for each in draw_class("softmax_regression", 120, 0, COURSE):
        same = [each.member.functions.get(name) == text for name, text in zip(functions, theirs, strict=True)]
        assert len(set(same)) == 1
        seen |= set(same)
    assert seen == {True, False}


def test_a_right_function_calls_no_wrong_one_that_others_do_without() -> None:
    recorded = Recorded("mlp", COURSE)
    assert "mlp" in recorded.calls("by_hand", "make_mlp") - recorded.calls("plain", "make_mlp")
    for each in draw_class("mlp", 150, 0, COURSE):
        if "mlp" in each.member.truth.lost and each.kind == "one mistake":
            assert each.member.functions["make_mlp"] != definitions_of(recorded.styles["by_hand"])["make_mlp"]


def test_damage_is_what_it_says(tmp_path: Path) -> None:
    seen = {each.damage: each for each in draw_class(ASSIGNMENT, 200, 0, COURSE)}
    assert UNREADABLE.keys() | {"renamed", "through Colab", "byte order mark"} == seen.keys() - {None}
    released = (COURSE.assignments_dir / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()
    for damage, each in seen.items():
        data = each.notebook(released)
        if damage in UNREADABLE:
            assert each.member.truth.lost and each.member.truth.outcome == "not_attempted"
            with pytest.raises(ValueError):
                json.loads(data)
        else:
            json.loads(data.decode("utf-8-sig"))


def test_a_course_without_recorded_solutions_says_what_is_missing(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(course)
    assert cli.main(["simulate", "doubling", "--out", "class"]) == 2
    told = capsys.readouterr().err
    assert "doubling has no recorded solutions: there is no" in told and "solutions/doubling/alternatives.py" in told
    assert not (course / "class").exists()


def test_an_unknown_assignment_or_a_folder_in_use_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["simulate", "nothing", "--out", str(tmp_path / "new")]) == 2
    (tmp_path / "mine.txt").touch()
    assert cli.main(["simulate", ASSIGNMENT, "--out", str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert cli.main(["verify", str(tmp_path / "mine"), str(tmp_path)]) == 2


def fail(line: dict[str, Any], question: dict[str, Any], check: dict[str, Any]) -> None:
    """Have a check of a right question fail, with what it costs."""
    lost = question["points"] * check["weight"] / sum(each["weight"] for each in question["checks"])
    check["outcome"] = "failed"
    question["score"] -= lost
    line["score"] -= lost


@pytest.mark.skipif(PROBLEM is not None, reason=f"no confinement here: {PROBLEM}")
def test_the_grader_finds_what_is_known_and_verify_tells_where_it_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = simulate(tmp_path / "class", 24, seed=5)
    assert {line["kind"] for line in truth} >= {"right", "one mistake", "two mistakes", "blank", "damaged"}
    results = tmp_path / "results"
    grade = ["grade", str(tmp_path / "class/submitted"), "--assignment", ASSIGNMENT, "--out", str(results)]
    assert cli.main(grade) == 1
    capsys.readouterr()
    verify = ["verify", str(tmp_path / "class/truth.jsonl"), str(results)]
    assert cli.main(verify) == 0
    assert capsys.readouterr().out == (
        "24 submissions: 0 right questions failed, 0 wrong questions got full marks, 0 mistakes misnamed or without "
        "a name, 0 cheats gained points, 0 other differences\n"
    )
    lines = [json.loads(line) for line in (results / "results.jsonl").read_text("utf-8").splitlines()]
    right = next(line["student"] for line in truth if line["kind"] == "right")
    wrong, other = [line for line in truth if line["kind"] == "one mistake"][:2]
    for line in lines:
        question = line["questions"][0]
        if line["student"] == right:
            fail(line, question, question["checks"][0])
        if line["student"] == wrong["student"]:
            for each in line["questions"]:
                each["score"] = each["points"]
                for check in each["checks"]:
                    check["outcome"] = "passed"
            line["score"] = line["max_score"]
        if line["student"] == other["student"]:
            for check in (check for each in line["questions"] for check in each["checks"]):
                check["misconception"] = None
    (results / "results.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines[1:]), "utf-8")
    assert cli.main(verify) == 1
    told = capsys.readouterr().out
    assert f"{ASSIGNMENT}: {wrong['student']}: {wrong['lost'][0]} is wrong and got full marks" in told
    assert f"{ASSIGNMENT}: {lines[0]['student']}: is not graded" in told
    assert "1 wrong questions got full marks, 1 mistakes misnamed" in told
