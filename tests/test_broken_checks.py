"""A course whose checks have bugs: what they would have judged waits for a person, and all else is graded."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import CHECKS, HIDDEN, RECORD, RIGHT, make_course, notebook_of

from autograder import cli

LINE = len(HIDDEN.splitlines()) + 2
CALIBRATED = '\nfrom autograder.judging.suite import assert_below\n\n@check("double", hints=["-"])\ndef test_noise(student):\n    """It is quiet."""\n    assert_below(1.0, "noise", message="-")\n'
# For each assignment: the file of its that is broken, and what it holds
BROKEN = {
    "sound": ("checks/sound/visible_checks.py", CHECKS),
    "raises": ("checks/raises/visible_checks.py", CHECKS.replace("4 * torch.ones(2), name", "no_such_name, name")),
    "imports": ("solutions/imports/hidden_checks.py", f"{HIDDEN}\n\nimport no_such_module\n"),
    "syntax": ("solutions/syntax/hidden_checks.py", f"{HIDDEN}\n\ndef f(:\n"),
    "exits": ("solutions/exits/hidden_checks.py", "raise SystemExit('no')\n"),
    "probe": ("solutions/probe/hidden_checks.py", HIDDEN.replace("x)}", "numbr)}")),
    "words": ("checks/words/record.json", f"{RECORD}\nquestion\n"),
    "keys": ("checks/keys/record.json", RECORD.replace("title", "titel")),
    "unnamed": ("checks/unnamed/record.json", RECORD.replace('"double_squares": [', '"no_such_mistake": [')),
    "record": ("checks/record/record.json", '{"statistics": '),
    "list": ("checks/list/record.json", "[]"),
    "threshold": ("checks/threshold/visible_checks.py", f"{CHECKS}{CALIBRATED}"),
}  # fmt: skip
TOLD = {
    "raises": ("test quadruples", "NameError", f"visible_checks.py, line {CHECKS[: CHECKS.index('4 * torch.ones(2), name')].count(chr(10)) + 1}"),
    "imports": ("not judged", "no_such_module", f"hidden_checks.py:{LINE + 1}"),
    "syntax": ("not judged", "SyntaxError", f'hidden_checks.py", line {LINE + 1}'),
    "exits": ("not judged", "SystemExit", "hidden_checks.py, line 1"),
    "probe": ("not judged", "the probe 'doubled_number' uses numbr", "hidden_checks.py:"),
    "words": ("not judged", "words/record.json", f"line {RECORD.count(chr(10)) + 2}"),
    "keys": ("not judged", "keys/record.json", "titel"),
    "record": ("not judged", "record/record.json", "line 1"),
    "list": ("not judged", "list/record.json", ""),
    "threshold": ("test noise", "noise", "visible_checks.py, line"),
}  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    root = make_course(tmp_path_factory.mktemp("broken") / "course")
    for name, (path, content) in BROKEN.items():
        shutil.copytree(root / "solutions/doubling", root / "solutions" / name)
        (root / f"solutions/{name}/doubling.ipynb").rename(root / f"solutions/{name}/{name}.ipynb")
        shutil.copytree(root / "checks/doubling", root / "checks" / name)
        (root / path).write_text(content)
        for student, source in (("ada", RIGHT), ("bo", "def double(x):\n    return x**2")):
            folder = root / "submitted" / student / name
            folder.mkdir(parents=True)
            (folder / f"{name}.ipynb").write_bytes(notebook_of(source))
    before = Path.cwd()
    os.chdir(root)
    try:
        return root, cli.main(["grade", "submitted", "--out", "out", "--workers", "1", "--sandbox", "none"])
    finally:
        os.chdir(before)


def results(root: Path, student: str) -> dict[str, dict[str, Any]]:
    found = [json.loads(line) for line in (root / "out/results.jsonl").read_text().splitlines()]
    return {line["assignment"]: line for line in found if line["student"] == student}


def test_all_are_recorded_and_the_run_says_that_the_grader_failed(run):
    root, status = run
    assert status == 3
    assert results(root, "ada").keys() == results(root, "bo").keys() == BROKEN.keys()
    assert (root / "out/report.html").exists()


def test_what_has_no_bug_is_judged(run):
    root, _ = run
    ada, bo = results(root, "ada"), results(root, "bo")
    assert (ada["sound"]["score"], bo["sound"]["score"]) == (10, 1) and not ada["sound"]["needs_review"]
    assert [question["score"] for question in ada["raises"]["questions"]] == [8, 0]
    assert (ada["unnamed"]["score"], bo["unnamed"]["score"]) == (10, 1) and not bo["unnamed"]["needs_review"]


@pytest.mark.parametrize("name", TOLD)
def test_a_bug_waits_for_a_person_and_the_instructor_is_told_where_it_is(run, name):
    root, _ = run
    line = results(root, "ada")[name]
    assert line["needs_review"]
    faults = [
        f"{check['id'].replace('_', ' ')}: {check['message']}"
        for question in line["questions"]
        for check in question["checks"]
        if check["outcome"] == "grader_fault"
    ]
    assert [fault for fault in faults if all(part in fault for part in TOLD[name])], faults
    page = (root / f"out/feedback/ada/{name}.html").read_text()
    assert "A person will look at this" in page and "Traceback" not in page
    assert "hidden_checks" not in page and str(root) not in page
