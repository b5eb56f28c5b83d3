"""Modules import one way, and what students run needs nothing that only Linux has."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "autograder"

# A module imports only from modules before it.
ORDER = [
    "errors", "result", "worker.limits", "worker.faults", "worker.wire", "worker.probing", "worker.notebook",
    "worker.device", "worker.confinement", "worker.users", "worker.system_calls", "worker.session",
    "worker.condition", "worker.server", "worker.__main__",
    "course", "variants", "submission", "handed_in",
    "suite.evidence", "suite.values", "suite.comparison", "suite.assertions", "suite.exhibits", "suite.usage",
    "suite.authoring", "student", "sandbox", "permissions", "warm", "worker_client", "device", "remote", "judge",
    "text", "charts", "card", "item_analysis", "similarity", "report", "feedback",
    "grading", "runner", "shipment", "cluster", "store",
    "formats.finished_run", "formats.shown", "formats.junit", "formats.gradescope", "formats.github",
    "formats.checks_csv", "formats.canvas", "formats.moodle",
    "simulation.stubs", "simulation.member", "simulation.roster", "simulation.cheats", "simulation.changes",
    "simulation.drawing", "simulation.verdict", "simulation.commands",
    "gradebook.settings", "gradebook.exchange", "gradebook.restoring", "gradebook.exporter",
    "gradebook.preprocessors", "gradebook.writing", "gradebook.lateness", "gradebook.feedback_page",
    "progress_bar", "console", "class_run", "diff", "regrade", "calibration_plot", "calibration", "trials", "doctor", "progress",
    "notebook", "pictures", "release", "pytest_submission", "pytest_plugin", "cli", "__main__",
]  # fmt: skip

LINUX_ONLY_MODULES = {"fcntl", "grp", "pwd", "resource", "termios", "ctypes"}


def modules() -> dict[str, Path]:
    paths = [
        *PACKAGE.glob("*.py"),
        *PACKAGE.glob("worker/*.py"),
        *PACKAGE.glob("suite/*.py"),
        *PACKAGE.glob("gradebook/*.py"),
        *PACKAGE.glob("simulation/*.py"),
        *PACKAGE.glob("formats/*.py"),
    ]
    return {
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in paths if path.name != "__init__.py"
    }


def imported(path: Path) -> set[str]:
    """What a module imports anywhere, with names of this package relative to it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = f"autograder.{path.parent.name}" if node.level else node.module
            if node.level and node.module:
                base = f"{base}.{node.module}"
            names |= {f"{base}.{alias.name}" for alias in node.names} | {base}
    return {name.removeprefix("autograder.") for name in names}


def test_every_module_has_its_place():
    assert sorted(modules()) == sorted(ORDER)


@pytest.mark.parametrize("name", ORDER)
def test_a_module_imports_only_from_its_left(name):
    later = ORDER[ORDER.index(name) :]
    assert not imported(modules()[name]) & set(later)


def test_the_worker_needs_nothing_of_the_project_but_itself():
    for name, path in modules().items():
        if name.startswith("worker."):
            own = {
                each
                for each in ast.walk(ast.parse(path.read_text()))
                if isinstance(each, ast.ImportFrom) and (each.module or "").startswith("autograder")
            }
            assert not own, name


def test_what_students_run_imports_nothing_that_only_linux_has():
    code = (
        "import sys, autograder.cli, autograder.notebook.self_check, autograder.authoring.calibration\n"
        "print(*(name for name in sys.modules if name.startswith('autograder.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.removeprefix("autograder.") for name in done.stdout.split()} & set(ORDER)
    assert "notebook" in loaded and not loaded & {
        "worker.confinement",
        "worker.session",
        "worker.server",
        "worker_client",
    }
    for name in loaded:
        assert not imported(modules()[name]) & LINUX_ONLY_MODULES, name


def test_starting_the_command_line_loads_neither_torch_nor_pytest():
    code = "import sys, autograder.cli; print('torch' in sys.modules, '_pytest' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_the_package_publishes_what_it_says():
    code = "import autograder; print(all(hasattr(autograder, name) for name in autograder.__all__), hasattr(autograder, 'grade'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]
