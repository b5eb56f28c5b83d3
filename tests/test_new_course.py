"""A course of one's own, begun with the installed wheel in an empty folder, from its first checks to a grade."""

import json
import shutil
from pathlib import Path

import pytest

from autograder.cli import main
from tests.clean_machine import GRADER, CleanMachine, build_wheel
from tests.people import missing

NAME = "first_steps"
WRONG = "return X - X.mean()"  # recorded as center_overall


@pytest.mark.skipif(missing() is not None, reason=f"a clean machine: {missing()}")
def test_a_course_begun_from_the_wheel_is_calibrated_released_and_names_a_mistake(tmp_path: Path) -> None:
    wheel = build_wheel(tmp_path / "wheel")
    machine = CleanMachine(tmp_path / "machine", wheel)
    shutil.copy(wheel, machine.at("/srv"))
    begun = machine.run(
        f"python -m venv {GRADER}; {GRADER}/bin/pip install --quiet /srv/*.whl; export PATH={GRADER}/bin:$PATH\n"
        f"autograder new-course course --assignment {NAME}; cd course\n"
        f"autograder calibrate {NAME} --mistakes --workers 1\nautograder generate",
        "/home",
    )  # fmt: skip
    assert begun.returncode == 0, begun.stdout + begun.stderr
    done = machine.run(
        f"export PATH={GRADER}/bin:$PATH; autograder check solutions/{NAME}/{NAME}.ipynb\n"
        f"mkdir -p submitted/ada/{NAME} submitted/bo/{NAME}\n"
        f"cp solutions/{NAME}/{NAME}.ipynb submitted/bo/{NAME}\n"
        f"sed 's/raise NotImplementedError/{WRONG}/' assignments/{NAME}/{NAME}.ipynb >submitted/ada/{NAME}/{NAME}.ipynb\n"
        "autograder grade submitted --workers 1 || test $? = 1",
        "/home/course",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    course = machine.at("/home/course")
    assert {path.name for path in course.iterdir()} >= {"checks", "solutions", "assignments", "pyproject.toml"}
    assert len((course / "README.md").read_text().splitlines()) <= 10
    assert WRONG in (course / f"submitted/ada/{NAME}/{NAME}.ipynb").read_text()
    assert f"{NAME}: 10 of 10 points" in done.stdout and "One mean for the whole table" in done.stdout
    lines = map(json.loads, (course / "results/results.jsonl").read_text().splitlines())
    ada, bo = sorted(lines, key=lambda line: str(line["student"]))
    assert (ada["score"], bo["score"]) == (0, 10)
    checks = ada["questions"][0]["checks"]
    assert [check["misconception"]["id"] for check in checks] == ["center_overall"] * 2
    assert {check["visible"] for check in checks} == {True, False}


def test_a_course_begins_in_a_new_or_empty_folder_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "thesis.tex").touch()
    assert main(["new-course", str(folder)]) == 2 and "is not empty" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["thesis.tex"]
    assert main(["new-course", str(folder / "thesis.tex")]) == 2
    assert main(["new-course", str(tmp_path / "other"), "--assignment", "first-steps"]) == 2
    assert "cannot name an assignment" in capsys.readouterr().err and not (tmp_path / "other").exists()
