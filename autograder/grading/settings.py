"""What a whole run of grading has in common."""

import importlib.metadata
import platform
from dataclasses import dataclass, field
from pathlib import Path

from autograder.catalogue.course import Course, find_course
from autograder.catalogue.secret import assignment_secret
from autograder.grading.device import CPU, Device
from autograder.results.result import Environment
from autograder.sandbox.course_limits import limits_of
from autograder.sandbox.launch import Mode
from autograder.sandbox.worker.limits import Limits


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run grades; plain enough to be sent to another machine.

    `keep_outputs` asks for what a submission's cells print and draw; `questions` are those to judge,
    with what they need, none for all; `limits`, where given, hold in place of the course's; `secret` is
    the course's, from `course_secret`; `answers` are assignments, and where students find the answers to each.
    """

    course_root: Path
    mode: Mode
    visible_only: bool = False
    seed: int = 0
    limits: Limits | None = None
    keep_outputs: bool = False
    questions: tuple[str, ...] = ()
    device: Device = CPU
    secret: bytes = field(default=b"", repr=False)
    answers: tuple[tuple[str, str], ...] = ()

    def course(self) -> Course:
        """Return the course that is graded."""
        return find_course(self.course_root)

    def limits_of(self, assignment: str) -> Limits:
        """Return what a submission of an assignment may use."""
        return self.limits or limits_of(self.course(), assignment)

    def secret_of(self, assignment: str) -> bytes:
        """Return what `Judge.judge` needs of an assignment."""
        return assignment_secret(self.secret, self.course().assignment(assignment), visible_only=self.visible_only)

    def answers_to(self, assignment: str) -> str:
        """Return where students find the answers to an assignment, nothing where they are not to find any."""
        return dict(self.answers).get(assignment, "")

    def environment(self, assignment: str) -> Environment:
        """Return what a result under these settings depends on."""
        checks = self.course().assignment(assignment).checks_sha256(visible_only=self.visible_only)
        return Environment(
            importlib.metadata.version("torch"), platform.python_version(), self.device.kind, self.seed, self.mode,
            checks, self.device.name,
        )  # fmt: skip
