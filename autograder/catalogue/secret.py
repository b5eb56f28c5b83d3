"""A course's secret: bytes that no student knows, from which checks draw what they withhold from student code."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Final

from autograder.catalogue.assignment import Assignment

SECRET: Final = ".autograder-secret"  # in the course's folder, and in no repository
VARIABLE: Final = "AUTOGRADER_SECRET"  # in the environment, where a CI system keeps it
MAX_BYTES: Final = 4096


def course_secret(root: Path) -> bytes:
    """Return the secret of the course in `root`: that of the environment, or the file's; empty where neither is."""
    if os.environ.get(VARIABLE):
        return os.environ[VARIABLE].encode()
    try:
        with (root / SECRET).open("rb") as file:
            return file.read(MAX_BYTES).strip()
    except OSError:
        return b""


def write_secret(root: Path) -> None:
    """Write a new secret into a course, for its owner alone to read."""
    with open(os.open(root / SECRET, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{secrets.token_hex(32)}\n")


def assignment_secret(course: bytes, assignment: Assignment, *, visible_only: bool) -> bytes:
    """Return what an assignment's draws come from, of 32 bytes, or nothing where a student has all that we have.

    A course without a secret takes its hidden checks for one.

    Args:
        course: from `course_secret`.
        assignment: whose checks draw.
        visible_only: whether its hidden checks are left out.
    """
    hidden = None if visible_only else assignment.hidden_checks
    if not course and hidden is None:
        return b""
    content = hidden.read_bytes() if hidden is not None else b""
    return hmac.digest(course, assignment.name.encode() + b"\0" + hashlib.sha256(content).digest(), "sha256")
