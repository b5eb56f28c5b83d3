"""templates/: what instructors copy is run here as GitHub, GitLab and Gradescope run it, on a clean machine."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema
import yaml

from autograder.catalogue.course import find_course
from autograder.errors import UsageError
from tests.clean_machine import GRADER, ROOT, CleanMachine, build_wheel, hidden_checks
from tests.people import missing

TEMPLATES = ROOT / "templates"
GITHUB = TEMPLATES / "github-classroom/.github/workflows/grade.yml"
GITLAB = TEMPLATES / "gitlab/.gitlab-ci.yml"
SCRIPTS = (TEMPLATES / "gradescope/setup.sh", TEMPLATES / "gradescope/run_autograder")
ASSIGNMENT = "linear_regression"
NOTEBOOK = f"{ASSIGNMENT}.ipynb"
SECRET = "def test_step_of_other_parameters"  # stands in the hidden checks alone
FORMATS = Path(__file__).parent / "formats"

needs_root = pytest.mark.skipif(missing() is not None, reason=f"a clean machine: {missing()}")


def workflow() -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load(GITHUB.read_text())
    return found


def steps() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = workflow()["jobs"]["grade"]["steps"]
    return found


def job() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(GITLAB.read_text())["grade"]
    return found


def solved(*more: str) -> bytes:
    """The solution, and after it cells of a student's own."""
    notebook = json.loads((ROOT / "solutions" / ASSIGNMENT / NOTEBOOK).read_bytes())
    for number, source in enumerate(more):
        cell = {
            "cell_type": "code",
            "id": f"more-{number}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": source,
        }
        notebook["cells"].append(cell)
    return json.dumps(notebook, indent=1).encode()


SPY = f"""
import os, glob
for path in ["/root", "/srv", "/autograder", "/builds", "/home/runner/work", "/proc"]:
    for folder, _, files in os.walk(path):
        for name in files:
            try:
                text = open(os.path.join(folder, name)).read()
            except Exception:
                continue
            if "hidden_checks" in name or {SECRET!r} in text:
                print("FOUND", folder, name)
print("searched", len(os.environ))
print([name for name in os.environ if "HIDDEN" in name])
"""

# What a student may put beside the notebook
TRAPS: Mapping[str, bytes] = {
    "pyproject.toml": b'[tool.autograder]\nchecks = "mine"\nassignments = "mine"\n',
    "venv.py": b"raise SystemExit('the grader ran what a student handed in')\n",
    "sitecustomize.py": b"raise SystemExit('the grader ran what a student handed in')\n",
    "results/results.jsonl": b'{"student": "forged"}\n',
    "hidden-checks/pyproject.toml": b'[tool.autograder]\nchecks = "mine"\nassignments = "mine"\n',
}


def lay(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture
def machine(tmp_path: Path, wheel: Path) -> Iterator[CleanMachine]:
    made = CleanMachine(tmp_path / "machine", wheel)
    shutil.copy(wheel, made.at("/srv"))
    yield made


# The files themselves


@pytest.mark.parametrize("options", [
    ("vendor.github-workflows", GITHUB), ("vendor.gitlab-ci", "--data-transform", "gitlab-ci", GITLAB),
], ids=["github", "gitlab"])  # fmt: skip
def test_a_workflow_follows_its_schema(options: tuple[object, ...]) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", *map(str, options)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("script", [
    *(step["run"] for step in steps() if "run" in step), "\n".join(job()["script"]), *(path.read_text() for path in SCRIPTS),
])  # fmt: skip
def test_bash_reads_each_script_and_no_expression_writes_into_one(script: str) -> None:
    done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "") and "${{" not in script


def test_a_pull_request_cannot_change_what_runs_on_github() -> None:
    triggers = workflow()[True]  # YAML 1.1 reads `on` so
    assert set(triggers) == {"push", "pull_request_target"} and all(
        each["branches"] == ["main"] for each in triggers.values()
    )
    assert workflow()["permissions"] == {"contents": "read"} and "permissions" not in workflow()["jobs"]["grade"]
    fetched = [step["with"] for step in steps() if step.get("uses", "").startswith("actions/checkout")]
    assert len(fetched) == 2 and all(each["persist-credentials"] is False and each["path"] for each in fetched)
    assert workflow()["jobs"]["grade"]["environment"] == "grading" and "cache" not in GITHUB.read_text()


def test_a_folder_with_solutions_alone_adds_hidden_checks_to_the_installed_course(tmp_path: Path) -> None:
    lay(tmp_path, hidden_checks(ASSIGNMENT))
    course = find_course(tmp_path)
    hidden = {each.name: each.hidden_checks for each in course.assignments()}
    assert course.root == tmp_path and hidden.pop(ASSIGNMENT) == tmp_path / f"solutions/{ASSIGNMENT}/hidden_checks.py"
    assert hidden and set(hidden.values()) == {None} and course.packages == find_course(ROOT).packages
    (tmp_path / "pyproject.toml").write_text('[tool.autograder]\nsolutions = "solutions"\nchecks = "checks"\n')
    with pytest.raises(UsageError, match="or has some of solutions, answers, limits, questions and watch alone"):
        find_course(tmp_path)


# GitHub


def github(
    machine: CleanMachine, work: Mapping[str, bytes], *, hidden: bool
) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run the workflow's own steps; actions are played: what they fetch is there, what they keep has to be."""
    workspace = Path("/home/runner/work/repo/repo")
    student = workspace / "submitted/ada"
    lay(machine.at(student), work)
    (machine.at(student) / "link.ipynb").symlink_to("../../hidden-checks/solutions")
    if hidden:
        lay(machine.at(workspace / "hidden-checks"), hidden_checks(ASSIGNMENT))
    environment = {
        "GITHUB_WORKSPACE": str(workspace), "RUNNER_TEMP": "/opt", "GITHUB_STEP_SUMMARY": "/opt/summary.md", "CI": "true",
        **workflow()["jobs"]["grade"]["env"], "STUDENT": "ada", "GRADER": f"file:///srv/{machine.wheel.name}",
    }  # fmt: skip
    for step in steps():
        if "run" in step:
            done = machine.run(step["run"], workspace, **environment)
            if done.returncode:
                break
    (kept,) = (step["with"]["path"] for step in steps() if "upload-artifact" in step.get("uses", ""))
    page = machine.at(kept.replace("${{ runner.temp }}", "/opt")) / f"ada/{ASSIGNMENT}.html"
    return done, page.read_text() if page.exists() else ""


@needs_root
def test_github_grades_visible_checks_where_there_are_no_others(machine: CleanMachine) -> None:
    wrong = solved().replace(b"/ batch_size", b"/ 1")
    done, page = github(machine, {NOTEBOOK: wrong, **TRAPS}, hidden=False)
    assert done.returncode == 1, done.stderr
    (line,) = (number for number, line in enumerate(wrong.splitlines(), 1) if b"def sgd" in line)
    assert f"::error file={NOTEBOOK},line={line},title=sgd%3A " in done.stdout
    assert f"visible checks only: {ASSIGNMENT}" in done.stderr and "graded 1 of 1" in done.stderr
    summary = machine.at("/opt/summary.md").read_text()
    assert "Only visible checks were judged." in summary and "divided by the batch size" in summary
    assert "divided by the batch size" in page and "hidden check" not in page


@needs_root
def test_github_grades_hidden_checks_that_student_code_cannot_find(machine: CleanMachine) -> None:
    done, page = github(machine, {NOTEBOOK: solved(SPY), **TRAPS}, hidden=True)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "visible checks only" not in done.stderr and "100 of 100 points" in machine.at("/opt/summary.md").read_text()
    assert "searched" in page and "FOUND" not in page and "hidden check" in page and SECRET not in page


# GitLab


@needs_root
def test_gitlab_grades_hidden_checks_that_student_code_cannot_find(machine: CleanMachine) -> None:
    project = Path("/builds/ada")
    lay(machine.at(project), {NOTEBOOK: solved(SPY), **TRAPS})
    (machine.at(project) / "link").symlink_to("/root")
    lay(machine.at("/srv/hidden-checks"), hidden_checks(ASSIGNMENT))
    machine.at("/srv").chmod(0o700)  # another machine's
    done = machine.run(
        "\n".join(job()["script"]), project, **{**job()["variables"], "GRADER": f"file:///srv/{machine.wheel.name}"},
        CI_PROJECT_DIR=str(project), HIDDEN_CHECKS_URL="https://a-secret@gitlab.example.org/hidden-checks.git",
    )  # fmt: skip
    assert done.returncode == 0 and "visible checks only" not in done.stderr, done.stdout + done.stderr
    assert all(machine.at(project / path).exists() for path in job()["artifacts"]["paths"])
    report = machine.at(project / job()["artifacts"]["reports"]["junit"])
    xmlschema.XMLSchema(FORMATS / "junit.xsd").validate(report)
    assert (
        'name="ada"' in report.read_text() and "forged" not in machine.at(project / "results/results.jsonl").read_text()
    )
    page = machine.at(project / f"results/feedback/ada/{ASSIGNMENT}.html").read_text()
    assert "searched" in page and "FOUND" not in page and "HIDDEN_CHECKS_URL" not in page and SECRET not in page


# Gradescope


@needs_root
def test_gradescope_sets_up_and_grades_whatever_is_handed_in(machine: CleanMachine) -> None:
    source = machine.at("/autograder/source")
    shutil.copytree(TEMPLATES / "gradescope", source)
    shutil.copy(machine.wheel, source)
    lay(source, hidden_checks(ASSIGNMENT))
    shutil.copy(source / "run_autograder", machine.at("/autograder/run_autograder"))  # as the harness does
    machine.at("/autograder/results").mkdir()
    lay(
        machine.at("/autograder/submission"),
        {"my homework.ipynb": solved(SPY).replace(b"/ batch_size", b"/ 1"), **TRAPS},
    )
    done = machine.run("/autograder/source/setup.sh && /autograder/run_autograder", "/autograder")
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads(machine.at("/autograder/results/results.json").read_text())
    jsonschema.validate(results, json.loads((FORMATS / "gradescope.schema.json").read_text()))
    visibilities = {test["visibility"] for test in results["tests"]}
    assert 70 < results["score"] < 100 and visibilities == {"visible", "after_published"}
    assert "the notebook is named my homework.ipynb" in results["output"]
    page = machine.at(f"/autograder/grading/results/feedback/student/{ASSIGNMENT}.html").read_text()
    assert "searched" in page and "FOUND" not in page and SECRET not in page
    shutil.rmtree(machine.at("/autograder/submission"))
    shutil.rmtree(machine.at("/autograder/grading"))  # another container
    machine.at("/autograder/submission").mkdir()
    done = machine.run("/autograder/run_autograder", "/autograder")
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads(machine.at("/autograder/results/results.json").read_text())
    assert results["score"] == 0 and "nothing was handed in" in results["output"]


# The wheel alone


@needs_root
def test_the_wheel_checks_and_grades_in_an_empty_folder(machine: CleanMachine) -> None:
    lay(machine.at("/home/ada"), {NOTEBOOK: solved()})
    done = machine.run(
        f"python -m venv {GRADER}; {GRADER}/bin/pip install --quiet /srv/*.whl; {GRADER}/bin/autograder --version\n"
        f"{GRADER}/bin/autograder check {NOTEBOOK}\n{GRADER}/bin/autograder grade {NOTEBOOK}",
        "/home/ada",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    version = re.search(r'__version__: Final = "(.+)"', (ROOT / "autograder/__init__.py").read_text())
    assert version and done.stdout.startswith(f"autograder {version[1]}\n")
    assert f"{ASSIGNMENT}: 100 of 100 points from the visible checks" in done.stdout
    (line,) = map(json.loads, machine.at("/home/ada/results/results.jsonl").read_text().splitlines())
    assert (line["student"], line["score"], line["environment"]["sandbox"]) == ("ada", 100.0, "bwrap")
