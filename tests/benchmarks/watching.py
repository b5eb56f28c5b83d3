"""How long a student waits for `autograder watch`: from the end of `nbgrader submit` to the released page."""

import contextlib
import json
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from rich.table import Table

from autograder.catalogue.course import Course, find_course
from autograder.gradebook.inbound import SECRET
from tests.benchmarks import commands
from tests.benchmarks.copies import BoundedClass

COURSE_ID = "watched"
PATIENCE_S = 300
POLL_S = 0.02
SETTINGS = """
c = get_config()
c.CourseDirectory.course_id = "{course_id}"
c.CourseDirectory.root = "{root}"
c.CourseDirectory.release_directory = "{released}"
c.Exchange.root = "{exchange}"
c.Exchange.cache = "{root}/cache"
c.ExchangeFactory.collect = "autograder.gradebook.exchange.OwnCollect"
c.ExchangeFactory.release_feedback = "autograder.gradebook.exchange.KnownFeedback"
"""


def measure_watch(found: BoundedClass, folder: Path, times: int) -> Table:
    """Hand in `times` times with a pause between, and once before the watch is on; each time another notebook."""
    folder = folder.resolve()
    _lay_out(folder, find_course(), found.assignment)
    _hand_in(folder, found, 0)
    with _watching(folder):
        cold = _seconds_of_newest(folder, 1)
        warm = []
        for number in range(1, times + 1):
            _hand_in(folder, found, number)
            warm.append(_seconds_of_newest(folder, number + 1))
            time.sleep(2)  # the report is written meanwhile
    lines = (folder / "results/results.jsonl").read_text("utf-8").splitlines()
    graded = json.loads(lines[-1])["seconds"]
    table = Table("seconds", "median", "least", "most", "target", box=None, pad_edge=False)
    for what, seconds, target in (
        ("released after nbgrader submit, the watch idle", warm, "at most 10"),
        ("the same, handed in before the watch began", [cold], ""),
        ("grading alone, of the last", [graded], ""),
    ):
        figures = (statistics.median(seconds), min(seconds), max(seconds))
        table.add_row(what, *(f"{value:.2f}" for value in figures), target)
    return table


def _lay_out(folder: Path, course: Course, assignment: str) -> None:
    """Make a course of the checkout's assignments with an exchange beside it, and release the assignment."""
    root, exchange = folder / "course", folder / "exchange"
    for place in (root, exchange, folder / "student"):
        place.mkdir()
    exchange.chmod(0o777)
    places = {"checks": course.checks, "assignments": course.assignments_dir, "solutions": course.solutions}
    table = "".join(f"{key} = {json.dumps(str(path))}\n" for key, path in places.items() if path is not None)
    packages = json.dumps([path.name for path in course.packages])
    told = f'[tool.autograder]\n{table}packages = {packages}\n[tool.autograder.watch]\nbefore_due = "all"\n'
    (root / "pyproject.toml").write_text(told)
    for place in (root, folder / "student"):
        settings = SETTINGS.format(course_id=COURSE_ID, root=place, released=course.assignments_dir, exchange=exchange)
        (place / "nbgrader_config.py").write_text(settings)
    commands.nbgrader(root, "release_assignment", assignment)


def _hand_in(folder: Path, found: BoundedClass, number: int) -> None:
    notebook = json.loads(found.right)
    notebook["cells"].append({"cell_type": "markdown", "id": "attempt", "metadata": {}, "source": f"Attempt {number}"})
    place = folder / "student" / found.assignment
    place.mkdir(exist_ok=True)
    (place / f"{found.assignment}.ipynb").write_text(json.dumps(notebook))
    commands.nbgrader(folder / "student", "submit", found.assignment)


@contextlib.contextmanager
def _watching(folder: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "autograder", "watch", "--release-feedback", "--out", str(folder / "results")]
    with subprocess.Popen(command, cwd=folder / "course", stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)


def _seconds_of_newest(folder: Path, pages: int) -> float:
    """Return from when to when the newest attempt waited, once there are so many pages; by the files' own times."""
    ends = time.monotonic() + PATIENCE_S
    place = folder / "exchange" / COURSE_ID
    while len(found := list((place / "feedback").glob("*.html"))) < pages:
        if time.monotonic() > ends:
            raise TimeoutError(f"no page after {PATIENCE_S} s")
        time.sleep(POLL_S)
    handed_in = max(path.stat().st_mtime for path in place.glob(f"inbound/*/{SECRET}"))
    return max(path.stat().st_ctime for path in found) - handed_in
