"""Modules import one way, and what students run needs nothing that only Linux has."""

import ast
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.architecture.page import PAGE, PICTURE, TOLERANCE, counted_rooms, renewed
from tests.architecture.picture import drawn
from tests.architecture.rooms import Plan, read_figures, read_plan

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "autograder"
CHECKS = sorted([*PACKAGE.glob("checks/*/*.py"), *ROOT.glob("solutions/*/hidden_checks.py")])
FOR_CHECKS = (
    "autograder.judging.suite",
    "autograder.judging.student",
    "autograder.judging.refusal",
    "autograder.checks",
)
LINUX_ONLY_MODULES = {"fcntl", "grp", "pwd", "resource", "termios", "ctypes"}


def imported(path: Path) -> set[str]:
    """What a file imports anywhere by its whole name: modules, and what it takes from them."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return names


def within(name: str, module: str) -> bool:
    return f"{name}.".startswith(f"{module}.")


def test_imports_keep_the_contracts():
    command = ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run(
        [sys.executable, *command, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and "0 broken" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("path", CHECKS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_checks_know_the_suite_and_the_student_and_nothing_else_of_the_engine(path):
    ours = {name for name in imported(path) if within(name, "autograder")}
    assert ours and not [name for name in ours if not any(within(name, module) for module in FOR_CHECKS)]


def test_the_engine_imports_no_assignments_checks():
    engine = [path for path in PACKAGE.rglob("*.py") if PACKAGE / "checks" not in path.parents]
    assert len(engine) > 80
    assert not [path for path in engine if any(within(name, "autograder.checks") for name in imported(path))]


def test_what_students_run_imports_nothing_that_only_linux_has():
    code = (
        "import sys, autograder.cli, autograder.notebook.self_check, autograder.authoring.calibration\n"
        "print(*(f'{name}={module.__file__}' for name, module in sys.modules.items() if name.startswith('autograder.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {
        name.removeprefix("autograder."): Path(file)
        for name, file in (each.split("=", 1) for each in done.stdout.split())
    }
    assert "notebook.self_check" in loaded and not loaded.keys() & {
        "sandbox.fork_server", "sandbox.remote_session", "sandbox.worker.confinement", "sandbox.worker.session", "sandbox.worker.server",
    }  # fmt: skip
    for name, path in loaded.items():
        assert not imported(path) & LINUX_ONLY_MODULES, name


def test_starting_the_command_line_loads_neither_torch_nor_pytest():
    code = "import sys, autograder.cli; print('torch' in sys.modules, '_pytest' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_the_package_publishes_what_it_says():
    code = "import autograder; print(all(hasattr(autograder, name) for name in autograder.__all__), hasattr(autograder, 'grade'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan()


def test_the_picture_of_the_rooms_fits_the_code(plan):
    assert PICTURE.read_text("utf-8") == drawn(plan), "`python -m tests.architecture` draws it anew"


def test_a_picture_tells_each_import_and_whether_one_runs_back(plan):
    picture, importer, imported = drawn(plan), "results", "cli"
    assert (importer, imported) not in plan.arrows and "right of their rooms: 0." in picture
    for (one, other), count in plan.arrows.items():
        assert f"<title>{one} imports {other}: {count}</title>" in picture
    more = drawn(replace(plan, arrows={**plan.arrows, (importer, imported): 3}))
    assert "<title>results imports cli: 3</title>" in more and "right of their rooms: 1." in more


def test_imports_of_checks_are_counted_though_their_folders_are_no_packages(plan):
    assert plan.arrows["checks", "judging"] >= len(list(PACKAGE.glob("checks/*/*.py")))
    assert [each for each in plan.arrows if "checks" in each] == [("checks", "judging")]


def test_the_page_counts_the_rooms_as_they_are(plan):
    told = counted_rooms(PAGE.read_text("utf-8"))
    assert list(told) == [room.label for room in plan.rooms]
    for room in plan.rooms:
        question, modules, lines = told[room.label]
        assert (question, modules) == (room.question, room.modules), "`python -m tests.architecture` counts anew"
        assert lines == pytest.approx(room.lines, rel=TOLERANCE), "`python -m tests.architecture` counts anew"


def test_the_page_is_made_anew_with_nothing_but_its_tables_changed(plan):
    page = PAGE.read_text("utf-8")
    cli = plan.rooms[-1]
    other = renewed(page, replace(plan, rooms=[*plan.rooms[:-1], replace(cli, lines=98765)]), read_figures(ROOT))
    changed = [line for line in other.splitlines() if line not in page.splitlines()]
    assert f"| `cli.py` | {cli.question} | 1 | 98,765 |" in changed
    assert all(line.startswith("| ") for line in changed) and len(other.splitlines()) == len(page.splitlines())


def test_every_file_that_the_page_names_is_there():
    named = re.findall(r"`([\w./]*/[\w./]*|\w+\.py)`", PAGE.read_text("utf-8").replace("NAME", "linear_regression"))
    assert len(named) > 40
    assert not [
        name
        for name in named
        if not any((root / name).exists() for root in (ROOT, PACKAGE, PACKAGE / "sandbox", PACKAGE / "judging"))
    ]
