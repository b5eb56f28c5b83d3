"""Runs checks by pytest alone: `pytest autograder/checks/linear_regression --submission my.ipynb`.

The submission runs confined, as `autograder grade` runs it; `--sandbox` says how. A notebook's own
directory layout does not matter here: the folder of checks tells the assignment. `solutions/NAME` named beside
it adds the hidden checks. Where a check is run without
those of the functions that it calls (by -k, or on another of pytest-xdist's processes), it fails for their
mistakes and is not called blocked.
"""

from pathlib import Path
from typing import Final

import pytest

CHECKS: Final = ("visible_checks.py", "hidden_checks.py")  # as `autograder.catalogue` has it, which starts slower


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that name a submission."""
    group = parser.getgroup("autograder")
    group.addoption("--submission", metavar="NOTEBOOK", help="judge this notebook or .py by the checks that are run")
    group.addoption(
        "--sandbox", default="auto", choices=("auto", "bwrap", "user", "none"), help="how its code is confined"
    )
    group.addoption("--course-seed", type=int, default=0, metavar="N", help="the course seed (default: 0)")


def pytest_configure(config: pytest.Config) -> None:
    """With `--submission`, start a worker and register the judge; pytest-xdist's controller runs no check."""
    submission = config.getoption("submission")
    if submission and config.getoption("dist", "no") == "no":
        from autograder.judging.pytest_submission import SubmissionPlugin  # torch loads only for this

        config.pluginmanager.register(SubmissionPlugin(config, Path(submission)), "autograder-submission")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """With `--submission`, take a folder's files of checks for tests, whatever the project's own are called."""
    named = parent.session.isinitpath(file_path)  # then pytest collects it by itself
    if parent.config.getoption("submission") and file_path.name in CHECKS and not named:
        return pytest.Module.from_parent(parent, path=file_path)
    return None
