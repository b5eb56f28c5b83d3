"""What a student installs: few packages, with which `check` does its work, and a word where an extra is missing."""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograder.commands.extras import MODULES

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
SUBMISSION = ROOT / "solutions/linear_regression/linear_regression.ipynb"

# Runs as `python -c PRELUDE NAMES PROGRAM`: what is named cannot be imported
PRELUDE = """
import json, sys
from importlib.machinery import PathFinder

missing = set(json.loads(sys.argv[1]))

class Installed:
    def find_spec(self, name, path=None, target=None):
        return None if name.partition(".")[0] in missing else PathFinder.find_spec(name, path, target)

sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not PathFinder] + [Installed()]
exec(sys.argv[2])
"""


def needed(requirements: list[str]) -> Iterator[str]:
    """The distributions that requirements come to on this machine, those of torch left out."""
    for requirement in map(Requirement, requirements):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield canonicalize_name(requirement.name)
            yield from needed([] if requirement.name == "torch" else metadata.requires(requirement.name) or [])


OF_TORCH = {*needed(metadata.requires("torch") or [])}
OF_A_STUDENT = {*needed(PROJECT["dependencies"])} - OF_TORCH - {"torch"}


def run_light(program: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a program where no package but a student's can be imported."""
    kept = {*OF_A_STUDENT, *OF_TORCH, "torch", PROJECT["name"]}
    modules = metadata.packages_distributions().items()
    missing = [module for module, names in modules if not {canonicalize_name(name) for name in names} & kept]
    command = [sys.executable, "-c", PRELUDE, json.dumps(missing), program]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_a_student_installs_at_most_ten_packages_and_thirty_with_what_they_need_beside_torchs_own():
    direct = {Requirement(each).name for each in PROJECT["dependencies"]}
    assert len(direct) <= 10
    assert len(OF_A_STUDENT) <= 30, sorted(OF_A_STUDENT)
    assert not {"ipykernel", "nbgrader", "distributed"} & OF_A_STUDENT


def test_each_package_of_an_extra_is_known_to_be_of_it():
    for extra, modules in MODULES.items():
        direct = {Requirement(each).name for each in PROJECT["optional-dependencies"][extra]} - {PROJECT["name"]}
        assert {{"pyyaml": "yaml"}.get(name, name) for name in direct} <= {*modules}


def test_check_works_with_a_students_packages_alone(tmp_path):
    program = f"""
from IPython.core.interactiveshell import InteractiveShell
import autograder.commands.check
import autograder.judging.pytest_plugin  # which any pytest loads where the course is installed
import coursedata

shell = InteractiveShell.instance()
for cell in json.load(open({str(SUBMISSION)!r}))["cells"]:
    source = "".join(cell["source"])
    if cell["cell_type"] == "code" and any(each in source for each in ("import check", "def sgd", 'check("sgd")')):
        shell.run_cell(source).raise_error()
"""
    done = run_light(program, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "sgd: 15 of 15 points" in done.stdout


@pytest.mark.parametrize(
    ("command", "extra"), [(f"grade {SUBMISSION} --out none", "grade"), ("generate tensors", "nbgrader")]
)
def test_a_command_whose_extra_is_missing_says_how_to_install_it(command, extra):
    done = run_light(f"from autograder.cli import main; sys.exit(main({command.split()}))", ROOT)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert re.search(rf"pip install 'autograder-course\[{extra}\]'$", done.stderr.strip())
