"""The commands that are timed, each on a class laid out in a folder of its own."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from autograder.course import Course
from autograder.release import SETTINGS


def lay_out(folder: Path, assignment: str, notebooks: Sequence[bytes]) -> Path:
    """Write a class of one student a notebook, as nbgrader collects it, and return its folder."""
    for number, notebook in enumerate(notebooks):
        place = folder / "submitted" / f"student{number:05}" / assignment
        place.mkdir(parents=True)
        (place / f"{assignment}.ipynb").write_bytes(notebook)
    return folder / "submitted"


def lay_out_course(folder: Path, course: Course, assignment: str, notebooks: Sequence[bytes]) -> None:
    """Make a course for nbgrader's own command, with stock settings but for the folders' names."""
    folder.mkdir(parents=True)
    shutil.copy(course.root / SETTINGS, folder)
    shutil.copytree(course.root / "solutions" / assignment, folder / "solutions" / assignment)
    lay_out(folder, assignment, notebooks)
    nbgrader(folder, "generate_assignment", assignment)


def seconds_of_grade(submitted: Path, workers: int) -> float:
    """Time `autograder grade`, its start and its reports included."""
    out = submitted.parent / "results"
    shutil.rmtree(out, ignore_errors=True)
    command = [
        sys.executable,
        "-m",
        "autograder",
        "grade",
        str(submitted),
        "--out",
        str(out),
        "--workers",
        str(workers),
    ]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    return seconds


def seconds_of_floor(assignment: str, submitted: Path) -> float:
    """Return the floor's seconds a submission (see `tests.benchmarks.floor`)."""
    paths = map(str, sorted(submitted.rglob("*.ipynb")))
    command = [sys.executable, "-m", "tests.benchmarks.floor", assignment, *paths]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def seconds_of_nbgrader(folder: Path, assignment: str) -> float:
    """Time `nbgrader autograde` over everyone in a course."""
    started = time.perf_counter()
    nbgrader(folder, "autograde", assignment, "--force", "--create")
    return time.perf_counter() - started


def nbgrader(folder: Path, *arguments: str) -> None:
    """Run one of nbgrader's commands in a course."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env={**os.environ, "PATH": path}, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
