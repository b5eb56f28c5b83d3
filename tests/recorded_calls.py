"""Records the system calls of right work, and says which of them `known_calls` does not know: python -m tests.recorded_calls.

Each assignment's demo class is graded, and the cells of `honest_cells` are run, by a worker under strace(1) that is
not confined. Exits 1 where a call is missing from the list.
"""

import dataclasses
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from unittest import mock

from autograder.catalogue.course import find_course
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.grading.grader import Grader
from autograder.grading.settings import Settings
from autograder.sandbox import launch as sandbox
from autograder.sandbox import server_process
from autograder.sandbox.cell_run import NotebookWork
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.launch import LaunchSpec
from autograder.sandbox.retrying_session import RetryingSession
from autograder.sandbox.worker.known_calls import KNOWN
from autograder.sandbox.worker.limits import Limits
from tests.demo.roster import demo_class
from tests.honest_cells import CELLS

# What libraries try first, and go on without: clone3 for clone, and OpenBLAS for memory near its processor.
TRIED: Final = {"clone3", "mbind"}
CALL: Final = re.compile(r"^\d+ +(?:<\.\.\. )?(\w+)[( ]", re.MULTILINE)


@contextmanager
def traced(trace: Path) -> Iterator[None]:
    """Start workers under strace in the body."""

    def launch(*arguments: Any) -> sandbox.Launch:
        launched = sandbox.launch(*arguments)
        command = ("strace", "-f", "-qq", "-s", "0", "-e", "signal=none", "-A", "-o", str(trace), *launched.command)
        return dataclasses.replace(launched, command=command)

    with mock.patch.object(server_process, "launch", launch):
        yield


def main(names: list[str]) -> int:
    """Record, and tell what is missing."""
    course = find_course()
    generous = Limits(wall_s=6000.0, notebook_s=600.0, question_s=600.0, cell_s=100.0)
    seen: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder, "trace")
        with traced(trace), ForkServer(LaunchSpec("none", modules=["matplotlib.pyplot"])) as server:
            work = NotebookWork([*enumerate(CELLS.values())])
            session = RetryingSession(lambda: server, work, generous)
            session.start()
            session.close()
        for name in names or [each.name for each in course.assignments()]:
            released = (course.assignments_dir / name / f"{name}.ipynb").read_bytes()
            right = [member.notebook(released) for member in demo_class(name)]
            jobs = [SubmissionBytes(str(number), name, "a.ipynb", data) for number, data in enumerate(right)]
            with traced(trace):
                grader = Grader(Settings(course.root, "none", limits=generous))
                try:
                    for job in jobs:
                        grader.grade(job)
                finally:
                    grader.close()
            print(f"{name}: {len(jobs)} submissions", file=sys.stderr)
        with trace.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if found := CALL.match(line):
                    seen[found[1]] += 1
    for name, times in sorted(seen.items()):
        known = "known" if name in KNOWN else "tried" if name in TRIED else "MISSING"
        print(f"{name:24}{times:>12,}  {known}")
    return int(not {*KNOWN, *TRIED} >= seen.keys())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
