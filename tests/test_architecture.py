"""Modules import one way, and what students run needs nothing that only Linux has."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "autograder"
CHECKS = sorted([*PACKAGE.glob("checks/*/*.py"), *ROOT.glob("solutions/*/hidden_checks.py")])
FOR_CHECKS = ("autograder.judging.suite", "autograder.judging.student", "autograder.checks")
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
