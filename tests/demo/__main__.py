"""Takes the demo classes through nbgrader, grades them, and compares the grades with what is known.

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
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.authoring.simulation.cheats import FOUND
from autograder.authoring.simulation.member import Member
from autograder.authoring.simulation.verdict import differences
from autograder.catalogue.course import find_course
from autograder.errors import AutograderError
from autograder.results.result_file import RESULTS
from autograder.results.store import feedback_path
from tests.demo.roster import demo_class

if TYPE_CHECKING:
    from tests.demo.classroom import Classroom

SOME_FAILED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo and return its exit status."""
    parser = argparse.ArgumentParser("python -m tests.demo", description=__doc__)
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="default: all")
    parser.add_argument("--folder", type=Path, metavar="DIR", default=Path("build/demo"), help="wiped first")
    options = parser.parse_args(arguments)
    try:
        return run(options.assignments or [each.name for each in find_course().assignments()], options.folder)
    except AutograderError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1


def run(assignments: Sequence[str], folder: Path) -> int:
    """Build the assignments' classes in `folder`, grade them and judge the grader."""
    classes = {assignment: demo_class(assignment) for assignment in assignments}
    shutil.rmtree(folder, ignore_errors=True)
    with _timed("start of nbgrader"):
        from tests.demo.classroom import Classroom  # imports nbgrader
    submitted = []
    for assignment, members in classes.items():
        print(f"a class of {len(members)} hands in {assignment}", flush=True)
        room = Classroom((folder / assignment).resolve(), find_course(), assignment)
        _hand_in(members, room)
        submitted.append(os.path.relpath(room.submitted))
    print(flush=True)
    results = folder / "results"
    command = ["-m", "autograder", "grade", *submitted, "--out", os.path.relpath(results)]
    with _timed("autograder grade"):
        status = subprocess.run([sys.executable, *command], check=False).returncode
    found = [] if status == SOME_FAILED else [f"autograder grade ended with status {status}, not {SOME_FAILED}"]
    if (results / RESULTS).exists():  # else it refused to start, and has said why
        found += _compare(classes, results)
    print()
    for difference in found:
        print(f"not as known: {difference}")
    if not found:
        print(_praise([member for members in classes.values() for member in members]))
    return 1 if found else 0


def _hand_in(members: Sequence[Member], room: "Classroom") -> None:
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


def _compare(classes: Mapping[str, Sequence[Member]], folder: Path) -> list[str]:
    found = []
    lines = [json.loads(line) for line in (folder / RESULTS).read_text("utf-8").splitlines()]
    for assignment, members in classes.items():
        own = [line for line in lines if line["assignment"] == assignment]
        truths = {member.id: member.truth for member in members}
        found += [f"{assignment}: {difference}" for difference in differences(truths, own)]
        found += [
            f"{assignment}: {line['student']}: found the course's files or the grader's frames"
            for line in own if FOUND in (folder / feedback_path(line)).read_text("utf-8")
        ]  # fmt: skip
    return found


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
