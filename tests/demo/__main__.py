"""Takes the demo class through nbgrader, grades it, and compares the grades with what is known.

Exit status: 0 all is as known, 1 something differs or a step failed.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.course import find_course
from autograder.errors import AutograderError
from autograder.store import RESULTS, feedback_path
from tests.demo.member import Member
from tests.demo.roster import demo_class
from tests.demo.verdict import differences

SOME_FAILED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo and return its exit status."""
    parser = argparse.ArgumentParser("python -m tests.demo", description=__doc__)
    parser.add_argument("assignment", metavar="ASSIGNMENT")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="wiped first (default: build/demo/ASSIGNMENT)")
    options = parser.parse_args(arguments)
    try:
        return run(options.assignment, options.folder or Path("build/demo") / options.assignment)
    except AutograderError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1


def run(assignment: str, folder: Path) -> int:
    """Build the class in `folder`, grade it and judge the grader."""
    members = demo_class(assignment)
    shutil.rmtree(folder, ignore_errors=True)
    print(f"a class of {len(members)} hands in {assignment}", flush=True)
    submitted = _hand_in(members, assignment, folder)
    print(flush=True)
    results = folder / "results"
    command = ["-m", "autograder", "grade", os.path.relpath(submitted), "--out", os.path.relpath(results)]
    with _timed("autograder grade"):
        status = subprocess.run([sys.executable, *command], check=False).returncode
    found = [] if status == SOME_FAILED else [f"autograder grade ended with status {status}, not {SOME_FAILED}"]
    if (results / RESULTS).exists():  # else it refused to start, and has said why
        found += _compare(members, results)
    print()
    for difference in found:
        print(f"not as known: {difference}")
    if not found:
        print(_praise(members))
    return 1 if found else 0


def _hand_in(members: Sequence[Member], assignment: str, folder: Path) -> Path:
    with _timed("start of nbgrader"):
        from tests.demo.classroom import Classroom  # imports nbgrader

        room = Classroom(folder.resolve(), find_course(), assignment)
    students = [member.id for member in members]
    with _timed("generate_assignment"):
        room.generate_assignment()
    with _timed("release_assignment"):
        room.release_assignment()
    with _timed(f"fetch_assignment × {len(students)}"):
        room.fetch_assignment(students)
    for member in members:
        path = room.notebook_of(member.id)
        path.write_bytes(member.notebook(path.read_bytes()))
    with _timed(f"submit × {len(students)}"):
        room.submit(students)
    with _timed("collect"):
        room.collect()
    return room.submitted


def _compare(members: Sequence[Member], folder: Path) -> list[str]:
    lines = [json.loads(line) for line in (folder / RESULTS).read_text("utf-8").splitlines()]
    pages = {line["student"]: (folder / feedback_path(line)).read_text("utf-8") for line in lines}
    return differences(members, {line["student"]: line for line in lines}, pages)


def _praise(members: Sequence[Member]) -> str:
    right = sum(not member.truth.lost for member in members)
    single = sum(len(member.truth.named) == 1 for member in members)
    cheats = sum(member.truth.no_better_than is not None for member in members)
    return (
        f"as known of the class: {right} right submissions got full marks, {single} single mistakes were named, "
        f"{cheats} cheats gained nothing"
    )


@contextlib.contextmanager
def _timed(step: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    print(f"  {step:<24} {time.perf_counter() - started:5.1f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
