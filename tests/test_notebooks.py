"""Every notebook as a student opens it, and as its author solved it, in a real kernel."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.catalogue.course import find_course
from autograder.notebook.target import picture_path
from autograder.reports.overview import NOTHING_DIFFERS
from autograder.sandbox import launch as sandbox

COURSE = find_course()
PROBLEM = sandbox.bubblewrap_problem()
NAMES = [assignment.name for assignment in COURSE.assignments()]

# pytest with the options given, keeping what each cell of a notebook put out, also in place of what it had put out
# before, of which nbval knows nothing
KEEPING = """
import json, sys, pytest

class Keeping:
    outputs = []

    def pytest_configure(self):
        from nbval.kernel import RunningKernel
        get_message = RunningKernel.get_message

        def with_updates(self, *options, **more):
            message = get_message(self, *options, **more)
            if message["msg_type"] == "update_display_data":
                message["msg_type"] = "display_data"
            return message

        RunningKernel.get_message = with_updates

    def pytest_runtest_teardown(self, item):
        self.outputs += item.test_outputs

file, *options = sys.argv[1:]
status = pytest.main(options, plugins=[Keeping()])
json.dump(Keeping.outputs, open(file, "w"))
sys.exit(status)
"""


def run_by_nbval(mode: str, path: Path, file: Path) -> list[dict]:
    """Run a notebook as `pytest MODE NOTEBOOK` does; return what its cells put out."""
    options = [mode, "--nbval-cell-timeout=240", "-p", "no:cacheprovider", str(path.relative_to(COURSE.root))]
    command = [sys.executable, "-c", KEEPING, str(file), *options]
    done = subprocess.run(command, cwd=COURSE.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return json.loads(file.read_text())


def targets(path: Path) -> list[tuple[str, bool]]:
    """The names that `with target(...)` gives in a notebook, and whether the cell draws."""
    cells = json.loads(path.read_text())["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    found = [(re.search(r'with target\("([\w-]+)"\)', source), source) for source in sources]
    return [(match[1], "plt." in source or "figure" in source) for match, source in found if match]


@pytest.mark.parametrize("name", NAMES)
def test_each_picture_of_a_notebook_is_kept_as_a_target_and_no_other(name):
    drawn = {picture for picture, draws in targets(COURSE.assignment(name).notebook) if draws}
    kept = {path.stem for path in picture_path(COURSE.assignment(name), "any").parent.glob("*.png")}
    assert kept == drawn, f"run: autograder generate {name} --pictures"


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_without_an_answer_runs_under_nbval_lax_and_shows_the_targets(name, tmp_path):
    path = COURSE.assignments_dir / name / f"{name}.ipynb"
    outputs = run_by_nbval("--nbval-lax", path, tmp_path / "outputs.json")
    shown = "".join("".join(output.get("data", {}).get("text/html", "")) for output in outputs)
    printed = "".join(output.get("text", "") for output in outputs)
    for picture, draws in targets(path):
        assert f"what the picture {picture} will look like" in shown or not draws
    assert "stderr" not in {output.get("name") for output in outputs}, printed


@pytest.mark.parametrize("name", NAMES)
def test_a_solved_notebook_runs_under_nbval(name, tmp_path):
    outputs = run_by_nbval("--nbval", COURSE.assignment(name).notebook, tmp_path / "outputs.json")
    shown = ["".join(output.get("data", {}).get("text/plain", "")) for output in outputs]
    (last,) = (text for text in shown if "from the visible checks" in text)
    assert last.startswith(f"{name}: ") and last.endswith(NOTHING_DIFFERS)


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
