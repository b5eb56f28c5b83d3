"""Grades a large class, a tenth of it hostile, and looks for what grows; writes docs/soak.md.

    python -m tests.soak [--submissions 2000] [--workers 2] [--write]

The class is the demo class of linear_regression and the corpus of attacks, over and over. Memory, descriptors,
processes, mounts and temporary files of the whole grader are counted while it runs. It exits 1 where more is there
late than early, or where a submission got another score than alone.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from itertools import cycle
from pathlib import Path
from typing import Final

import psutil

from tests.attacks import corpus
from tests.attacks.grading import ASSIGNMENT, ROOT, TWIN
from tests.demo.roster import demo_class

PAGE: Final = ROOT / "docs/soak.md"
HOSTILE_ONE_IN: Final = 10
INTERVAL_S: Final = 2.0
ROWS: Final = 10
SLACK: Final = {"pss_mib": 150.0, "rss_mib": 500.0, "descriptors": 40, "processes": 6, "mounts": 2, "files": 40}
FACTS: Final = {
    "HONEST": "[]", "COURSE": "/nowhere", "PORT": "9", "SOCKET": "/nowhere/socket", "GRADER": "1",
    "CANARY_FOLDER": "/nowhere",
}  # fmt: skip
INTRODUCTION: Final = """\
# Soak

Made by `python -m tests.soak --write`: {number:,} submissions ({hostile:,} of them attacks of
[attacks.md](attacks.md), the others the demo class, over and over) graded by {workers} workers in {minutes:.0f}
minutes. Memory and descriptors are those of all the grader's processes together, PSS counting shared pages
once; mounts are those of the machine, files those in its temporary folder. Each row is the least that was seen
in a stretch of the run: what leaks cannot go below what has leaked. Each of the {distinct} distinct notebooks
got the same score for each question as alone{but}.

"""
RACING: Final = """, but for {number} attacks that race with themselves ({names}), which got another, and no more than
the same notebook without the attack"""


@dataclass(frozen=True, slots=True)
class Sample:
    """What the grader holds at one moment."""

    graded: int
    pss_mib: float
    rss_mib: float
    descriptors: int
    processes: int
    mounts: int
    files: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Grade, print the table, and return 1 where something grew or a score differs."""
    parser = argparse.ArgumentParser("python -m tests.soak", description=__doc__)
    parser.add_argument("--submissions", type=int, default=2000, metavar="N", help="(default: %(default)s)")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="(default: %(default)s)")
    parser.add_argument("--write", action="store_true", help="write docs/soak.md")
    options = parser.parse_args(arguments)
    notebooks = distinct()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        root = Path(folder)
        class_of = dict(chosen(list(notebooks), options.submissions))
        hand_in(root / "alone", {name: notebooks[name] for name in dict.fromkeys(class_of.values())})
        hand_in(root / "class", {student: notebooks[name] for student, name in class_of.items()})
        for _ in graded(root, "alone", 1):
            pass
        began = time.monotonic()
        samples = list(graded(root, "class", options.workers))
        minutes = (time.monotonic() - began) / 60
        alone, together = scores(root / "alone-results"), scores(root / "class-results")
    differ = [student for student, name in class_of.items() if together.get(student) != alone[name]]
    # What stops its own process a moment later, say, ends elsewhere each time; it must only not gain by it.
    racing = [
        student for student in differ if class_of[student] in attacks() and no_more(together[student], alone[TWIN])
    ]
    differ = [student for student in differ if student not in racing]
    stretches = [lowest(part) for part in parts(samples)]
    grown = growth(stretches)
    names = ", ".join(dict.fromkeys(f"`{class_of[student]}`" for student in racing))
    but = RACING.format(number=len(racing), names=names) if racing else ""
    page = INTRODUCTION.format(
        number=len(class_of), hostile=sum(name in attacks() for name in class_of.values()), workers=options.workers,
        minutes=minutes, distinct=len(set(class_of.values())), but=but,
    ) + table(stretches)  # fmt: skip
    print(page)
    for told in [*grown, *(f"{student} ({class_of[student]}) got another score than alone" for student in differ)]:
        print(told, file=sys.stderr)
    if options.write:
        PAGE.write_text(page, "utf-8")
    return 1 if grown or differ else 0


def no_more(some: Mapping[str, float], other: Mapping[str, float]) -> bool:
    """Whether no question has a higher score in `some`."""
    return all(score <= other[question] for question, score in some.items())


def attacks() -> list[str]:
    """Return the attacks' names."""
    return [attack.student for attack in corpus()]


def distinct() -> dict[str, bytes]:
    """Return each notebook once, by name."""
    released = (ROOT / f"assignments/{ASSIGNMENT}/{ASSIGNMENT}.ipynb").read_bytes()
    members = {member.id: member.notebook(released) for member in demo_class(ASSIGNMENT)}
    return members | {attack.student: attack.notebook(members[TWIN], FACTS) for attack in corpus()}


def chosen(names: Sequence[str], number: int) -> Iterator[tuple[str, str]]:
    """Yield so many students, each with the name of the notebook that they hand in."""
    hostile = cycle(attacks())
    honest = cycle([name for name in names if name not in attacks()])
    for place in range(number):
        yield f"s{place:05}", next(hostile if place % HOSTILE_ONE_IN == HOSTILE_ONE_IN - 1 else honest)


def hand_in(folder: Path, notebooks: dict[str, bytes]) -> None:
    for student, data in notebooks.items():
        path = folder / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(data)


def graded(root: Path, name: str, workers: int) -> Iterator[Sample]:
    """Grade a folder of submissions; yield what the grader holds, now and then."""
    out, scratch = root / f"{name}-results", root / f"{name}-tmp"
    scratch.mkdir()
    command = [sys.executable, "-m", "autograder", "grade", str(root / name), "--out", str(out)]
    with (root / f"{name}.log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--workers", str(workers)], cwd=ROOT, stdout=log, stderr=log,
            env={**os.environ, "TMPDIR": str(scratch)},
        )  # fmt: skip
        try:
            while process.poll() is None:
                time.sleep(INTERVAL_S)
                yield sample(process.pid, out / "results.jsonl", scratch)
        finally:
            process.terminate()
            process.wait()
    if process.returncode not in (0, 1):
        raise SystemExit(f"grading ended with {process.returncode}: {(root / f'{name}.log').read_text()[-2000:]}")
    left = list(scratch.iterdir())
    if left:
        raise SystemExit(f"temporary files are left: {', '.join(map(str, left))}")


def sample(main_process: int, results: Path, scratch: Path) -> Sample:
    """Look at a process and all that it has started."""
    pss = rss = descriptors = processes = 0
    with contextlib.suppress(psutil.Error):
        for process in [psutil.Process(main_process), *psutil.Process(main_process).children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                memory = process.memory_full_info()
                processes, pss, rss = processes + 1, pss + memory.pss, rss + memory.rss
                descriptors += process.num_fds()
    return Sample(
        results.read_bytes().count(b"\n") if results.exists() else 0, pss / 2**20, rss / 2**20, descriptors, processes,
        len(Path("/proc/self/mountinfo").read_text().splitlines()), sum(1 for _ in scratch.rglob("*")),
    )  # fmt: skip


def parts(samples: Sequence[Sample]) -> list[list[Sample]]:
    """Cut a run into `ROWS` stretches of as many submissions; how it starts and ends is left out."""
    total = max(each.graded for each in samples)
    found: list[list[Sample]] = [[] for _ in range(ROWS)]
    for each in samples:
        if 0 < each.graded < total:
            found[min(each.graded * ROWS // (total + 1), ROWS - 1)].append(each)
    return [part for part in found if part]


def lowest(stretch: Sequence[Sample]) -> Sample:
    """Return the least of each in a stretch, and how many submissions were graded at its end."""
    columns = list(zip(*map(astuple, stretch), strict=True))
    return Sample(max(columns[0]), *(min(column) for column in columns[1:]))


def growth(stretches: Sequence[Sample]) -> list[str]:
    """Say what is more than it was, by more than it varies; the first stretch warms up."""
    early, late = stretches[min(1, len(stretches) - 1)], stretches[-1]
    return [
        f"{name} grew from {getattr(early, name):.0f} to {getattr(late, name):.0f}"
        for name, slack in SLACK.items()
        if getattr(late, name) > getattr(early, name) + slack
    ]


def table(stretches: Sequence[Sample]) -> str:
    """Return Markdown."""
    names = ("graded", "PSS, MiB", "RSS, MiB", "descriptors", "processes", "mounts", "temporary files")
    rows = [
        names,
        ("---",) * len(fields(Sample)),
        *([f"{value:,.0f}" for value in astuple(each)] for each in stretches),
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def scores(out: Path) -> dict[str, dict[str, float]]:
    """Return the score of each question, by student."""
    lines = (json.loads(line) for line in (out / "results.jsonl").read_text("utf-8").splitlines())
    return {line["student"]: {each["id"]: each["score"] for each in line["questions"]} for line in lines}


if __name__ == "__main__":
    sys.exit(main())
