"""otter-grader in an environment of its own, and the assignment's questions as tests of its kind.

Otter's pins are not the course's. Its environment lies in build/, sees what the course has installed and
holds what is missing there, so torch is not fetched again. A question is one test, which runs the visible
checks of that question once, as the notebook's own `check` cells do for nbgrader.
"""

import json
import os
import subprocess
import sys
import sysconfig
import time
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from autograder.catalogue.assignment import Assignment

ROOT: Final = Path(__file__).parents[2]
VERSION: Final = "7.0.0"
TEST: Final = """\
OK_FORMAT = False
from otter.test_files import test_case
name = "{question}"
points = {points}


@test_case(points={points}, hidden=False)
def test_{question}(env):
    from autograder import check
    assert check("{question}", "{assignment}") == {points}
"""


def otter_environment() -> Path:
    """Return the environment's interpreter; make it where it is not there."""
    folder = ROOT / "build/otter"
    python = folder / "bin/python"
    if not (folder / "bin/otter").exists():
        venv.create(folder)
        course = sysconfig.get_path("purelib")
        packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
        (packages / "course.pth").write_text(f"{course}\n{ROOT}\n{ROOT / 'datasets'}\n")
        pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
        subprocess.run([*pip, f"otter-grader=={VERSION}"], check=True)
    return python


def lay_out_otter(python: Path, folder: Path, assignment: Assignment, notebooks: Sequence[bytes]) -> list[Path]:
    """Write otter's autograder.zip and the submissions beside it; return the submissions."""
    tests = folder / "tests"
    tests.mkdir(parents=True)
    for question in assignment.questions:
        text = TEST.format(question=question.id, points=question.points, assignment=assignment.name)
        (tests / f"{question.id}.py").write_text(text)
    generate = ["generate", "-t", "tests", "-o", "autograder.zip", "--no-environment", "--no-requirements"]
    subprocess.run([python, "-m", "otter", *generate, "--no-config"], cwd=folder, check=True, capture_output=True)
    submissions = []
    for number, notebook in enumerate(notebooks):
        submissions.append(folder / f"{number}" / f"{assignment.name}.ipynb")
        submissions[-1].parent.mkdir()
        submissions[-1].write_bytes(_without_checks(notebook))
    return submissions


def seconds_of_otter(python: Path, submission: Path) -> float:
    """Time `otter run` of one submission, which is all that it takes; raises `CalledProcessError` where it fails."""
    folder = submission.parents[1]
    out = submission.parent / "out"
    command = [python, "-m", "otter", "run", "-a", "autograder.zip", "-o", str(out), "--no-logo", str(submission)]
    out.mkdir(exist_ok=True)
    (out / "results.json").unlink(missing_ok=True)
    started = time.perf_counter()
    environment = os.environ | {"PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment)
    seconds = time.perf_counter() - started
    json.loads((out / "results.json").read_text())  # it is there, so it has graded
    return seconds


def _without_checks(notebook: bytes) -> bytes:
    """Leave the checks to otter's tests: nothing is judged twice."""
    content = json.loads(notebook)
    for cell in content["cells"]:
        if cell["cell_type"] == "code" and "".join(cell["source"]).lstrip().startswith("check("):
            cell["source"] = ""
    return json.dumps(content).encode()
