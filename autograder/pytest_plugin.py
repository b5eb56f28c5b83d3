"""Runs checks by pytest alone: `pytest autograder/checks/linear_regression.py --submission my.ipynb`.

The submission runs confined, as `autograder grade` runs it; `--sandbox` says how. A notebook's own
directory layout does not matter here: the file of checks tells the assignment.
"""

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that name a submission."""
    group = parser.getgroup("autograder")
    group.addoption("--submission", metavar="NOTEBOOK", help="judge this notebook or .py by the checks that are run")
    group.addoption(
        "--sandbox", default="auto", choices=("auto", "bwrap", "user", "none"), help="how its code is confined"
    )
    group.addoption("--course-seed", type=int, default=0, metavar="N", help="the course seed (default: 0)")


def pytest_configure(config: pytest.Config) -> None:
    """With `--submission`, start a worker and register the judge."""
    submission = config.getoption("submission")
    if submission and not hasattr(config, "workerinput"):
        from autograder.pytest_submission import SubmissionPlugin  # torch loads only for this

        config.pluginmanager.register(SubmissionPlugin(config, Path(submission)), "autograder-submission")
