"""The commands that are timed, each in processes of its own, start included."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path


def grade_command(submitted: Path, workers: int) -> list[str]:
    """Return `autograder grade` of a class, its results going beside it; what is there goes first."""
    out = submitted.parent / "results"
    shutil.rmtree(out, ignore_errors=True)
    grade = ["grade", str(submitted), "--out", str(out), "--workers", str(workers)]
    return [sys.executable, "-m", "autograder", *grade]


def seconds_of_grade(submitted: Path, workers: int) -> float:
    """Time `autograder grade`; raises `CalledProcessError` where it does not grade."""
    command = grade_command(submitted, workers)
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode not in (0, 1):  # 1: some submission has lost points
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    return seconds


def seconds_of_nbgrader(folder: Path, assignment: str) -> float:
    """Time `nbgrader autograde` of everyone in a course, graded before or not."""
    started = time.perf_counter()
    nbgrader(folder, "autograde", assignment, "--force", "--create")
    return time.perf_counter() - started


def seconds_of_nbval(notebooks: Sequence[Path]) -> float:
    """Time `pytest --nbval-lax` of notebooks in one command; a failing cell is a result, too."""
    options = ["--nbval-lax", "-q", "-p", "no:cacheprovider", "--nbval-cell-timeout=240"]
    command = [sys.executable, "-m", "pytest", *options, *map(str, notebooks)]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode not in (0, 1):
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    return seconds


def warm_seconds(way: str, assignment: str, submitted: Path, passes: int) -> float:
    """Return seconds a submission in a warm process without confinement: the "floor", or "bare" (see their modules)."""
    paths = map(str, sorted(submitted.rglob("*.ipynb")))
    command = [sys.executable, "-m", f"tests.benchmarks.{way}", str(passes), assignment, *paths]
    environment = os.environ | {"MPLBACKEND": "agg", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
    return float(done.stdout)


def nbgrader(folder: Path, *arguments: str) -> None:
    """Run one of nbgrader's commands in a course; raises `CalledProcessError` where it fails."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    command: Sequence[str] = [sys.executable, "-m", "nbgrader", *arguments]
    subprocess.run(command, cwd=folder, capture_output=True, env=os.environ | {"PATH": path}, check=True)
