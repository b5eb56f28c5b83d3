"""The judge as a plugin of a pytest that a person starts: one submission, confined."""

import contextlib
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.catalogue.assignment import Assignment
from autograder.catalogue.course import find_course
from autograder.catalogue.files_beside import read_beside
from autograder.catalogue.secret import assignment_secret, course_secret
from autograder.catalogue.submission import read_submission
from autograder.errors import UsageError
from autograder.judging.collection import importable
from autograder.judging.judge_plugin import JudgePlugin, derive_seed
from autograder.judging.python_version import leaves_annotations
from autograder.judging.remote_student import RemoteStudent
from autograder.sandbox import launch as sandbox
from autograder.sandbox.cell_run import NotebookWork
from autograder.sandbox.course_limits import limits_of
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.launch import LaunchSpec
from autograder.sandbox.retrying_session import RetryingSession


class SubmissionPlugin:
    """Registers a `JudgePlugin` once the files of checks tell the assignment."""

    def __init__(self, config: pytest.Config, path: Path) -> None:
        """Find the assignment whose checks are to run, and start its submission."""
        self._config = config
        course = find_course(config.rootpath)
        try:
            assignment = _assignment_of(config, list(course.assignments()))
            submission = read_submission(path.read_bytes(), path.name)
            submission = replace(submission, files=tuple(read_beside(path).files))
            mode = sandbox.choose(config.getoption("sandbox"))
        except OSError as error:
            raise pytest.UsageError(f"{path} cannot be read: {error.strerror}") from error
        except UsageError as error:
            raise pytest.UsageError(str(error)) from error
        if submission.problem:
            raise pytest.UsageError(submission.problem)
        self._ends = contextlib.ExitStack()
        self._ends.enter_context(importable(course.root))
        seed = int(config.getoption("course_seed"))
        server = ForkServer(
            LaunchSpec(mode, course.packages, assignment.modules, course.data(assignment.modules))
        )  # fmt: skip
        self._ends.callback(server.close)
        work = NotebookWork(
            submission.cells, derive_seed(seed, assignment.name), submission.module_name, submission.explore,
            [question.id for question in assignment.questions], files=submission.files, lines=submission.lines,
            lazy_annotations=leaves_annotations(submission.python),
        )  # fmt: skip
        self._session = RetryingSession(lambda: server, work, limits_of(course, assignment.name))
        self._ends.callback(self._session.close, wait=False)
        judge = JudgePlugin(assignment, seed=seed)
        secret = assignment_secret(course_secret(course.root), assignment, visible_only=False)
        judge.begin(RemoteStudent(self._session, submission.modules, submission.python), seed, secret)
        config.pluginmanager.register(judge, "autograder-judge")

    def pytest_sessionstart(self) -> None:
        """Run the notebook."""
        self._session.start()

    def pytest_unconfigure(self) -> None:
        """End the submission's processes."""
        self._ends.close()


def _assignment_of(config: pytest.Config, assignments: list[Assignment]) -> Assignment:
    named = {Path(config.invocation_params.dir, argument.split("::")[0]).resolve() for argument in config.args}
    for assignment in assignments:
        files = [path.resolve() for path in assignment.check_files(visible_only=False)]
        if named & {*files, *(path.parent for path in files)}:
            return assignment
    raise UsageError("--submission needs the folder of an assignment's checks, such as autograder/checks/NAME")
