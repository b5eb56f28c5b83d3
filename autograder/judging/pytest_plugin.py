"""Runs checks by pytest alone: `pytest autograder/checks/linear_regression.py --submission my.ipynb`.

The submission runs confined, as `autograder grade` runs it; `--sandbox` says how. A notebook's own
directory layout does not matter here: the file of checks tells the assignment. Where a check is run without
those of the functions that it calls (by -k, or on another of pytest-xdist's processes), it fails for their
mistakes and is not called blocked.
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
    """With `--submission`, start a worker and register the judge; pytest-xdist's controller runs no check."""
    submission = config.getoption("submission")
    if submission and config.getoption("dist", "no") == "no":
        from autograder.judging.pytest_submission import SubmissionPlugin  # torch loads only for this

        config.pluginmanager.register(SubmissionPlugin(config, Path(submission)), "autograder-submission")
