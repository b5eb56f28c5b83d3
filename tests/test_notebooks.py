"""Every notebook as a student opens it, and as its author solved it, in a real kernel."""

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from autograder import sandbox
from autograder.course import find_course
from autograder.pictures import picture_path

COURSE = find_course()
PROBLEM = sandbox.bubblewrap_problem()
NAMES = [assignment.name for assignment in COURSE.assignments()]


def targets(path: Path) -> list[tuple[str, bool]]:
    """The names that `with target(...)` gives in a notebook, and whether the cell draws."""
    cells = json.loads(path.read_text())["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    found = [(re.search(r'with target\("([\w-]+)"\)', source), source) for source in sources]
    return [(match[1], "plt." in source or "figure" in source) for match, source in found if match]


@pytest.mark.parametrize("name", NAMES)
def test_each_picture_of_a_notebook_is_kept_as_a_target_and_no_other(name):
    drawn = {picture for picture, draws in targets(COURSE.assignment(name).notebook) if draws}
    kept = {path.stem for path in picture_path(COURSE.checks, name, "any").parent.glob("*.png")}
    assert kept == drawn, f"run: autograder generate {name} --pictures"


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_without_an_answer_runs_to_its_end_and_shows_the_targets(name):
    path = COURSE.assignments_dir / name / f"{name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=240, kernel_name="python3", resources={"metadata": {"path": str(COURSE.root)}}
    )
    client.execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    shown = "".join(output.get("data", {}).get("text/html", "") for output in outputs)
    printed = "".join(output.get("text", "") for output in outputs)
    for picture, draws in targets(path):
        assert f"what the picture {picture} will look like" in shown or not draws
    assert "stderr" not in {output.get("name") for output in outputs}, printed


@pytest.mark.parametrize("name", NAMES)
def test_a_solved_notebook_runs_under_nbval(name):
    path = COURSE.assignment(name).notebook.relative_to(COURSE.root)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval",
        "--nbval-cell-timeout=240",
        "-p",
        "no:cacheprovider",
        str(path),
    ]
    done = subprocess.run(command, cwd=COURSE.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.mark.skipif(PROBLEM is not None, reason=f"no confinement here: {PROBLEM}")
def test_the_solved_notebooks_get_full_marks(tmp_path):
    paths = [str(COURSE.assignment(name).notebook) for name in NAMES]
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "grade", *paths, "--out", str(tmp_path / "results")],
        cwd=COURSE.root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [json.loads(line) for line in (tmp_path / "results/results.jsonl").read_text().splitlines()]
    assert {line["assignment"]: line["score"] for line in lines} == dict.fromkeys(NAMES, 100.0)
