"""Measures how rightly mistakes are named on wrong code that no fingerprint has seen, and writes it into a page.

    python -m tests.naming [--workers 2] [ASSIGNMENT …]

`solutions/NAME/rephrased.py` holds, for every recorded mistake, another function that makes it, written from its title
and explanation alone, without sight of the recorded code or of the checks; then `other_QUESTION_K`, wrong functions
whose mistake is not recorded, and `raises_QUESTION_K`, functions that raise what beginners meet. Calibration never
reads this file. Each is put into the first correct style and judged by the checks of its question.
"""

import argparse
import functools
import json
import multiprocessing
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from rich.console import Console
from rich.progress import track

from autograder.authoring.recorded import read_alternatives, read_mistakes, read_sections
from autograder.catalogue.assignment import REPHRASED, Assignment
from autograder.catalogue.course import find_course
from autograder.judging.judge import Judge
from autograder.judging.student import LocalStudent
from autograder.results.whole_files import write_whole

ROOT = Path(__file__).parents[1]
MEASURED = ROOT / "docs/naming.json"
KINDS = ("recorded", "other", "raises")
_OTHER = re.compile(r"(other|raises)_(\w+)_\d+")


@dataclass(frozen=True)
class Task:
    """One wrong function: `wanted` is the mistake that it makes, or None where that is not recorded."""

    assignment: str
    label: str
    question: str
    kind: str
    wanted: str | None
    source: str


@dataclass(frozen=True)
class Found:
    """What a task came to: whether it lost marks, and the names that it was given."""

    task: Task
    caught: bool
    names: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """One of: not caught, right, wrong, unnamed, exception."""
        recorded = {name for name in self.names if not name.startswith("exception_")}
        if not self.caught:
            return "not caught"
        if recorded:
            return "right" if recorded == {self.task.wanted} else "wrong"
        return "exception" if self.names else "unnamed"


def tasks_of(assignment: Assignment) -> Iterator[Task]:
    """Return the wrong functions of an assignment's file of them."""
    assert assignment.solution is not None
    base = next(iter(read_alternatives(assignment).values()))
    mistakes = read_mistakes(assignment)
    questions = {question.id for question in assignment.questions}
    for label, source in read_sections(assignment.solution / REPHRASED).items():
        whole = f"{base}\n{source}"
        if label in mistakes:
            question = mistakes[label].misconception.question
            yield Task(assignment.name, label, question, "recorded", label, whole)
        elif (match := _OTHER.fullmatch(label)) and match[2] in questions:
            yield Task(assignment.name, label, match[2], match[1], None, whole)
        else:
            raise ValueError(f"{assignment.name}: {label} is neither a recorded mistake nor of a question")


def judge(task: Task) -> Found:
    """Judge one wrong function."""
    torch.set_num_threads(1)
    results = _judge(task.assignment).judge(LocalStudent.of_source(task.source), 0, [task.question], with_needs=False)
    checks = [check for result in results if result.id == task.question for check in result.checks]
    names = dict.fromkeys(check.misconception.id for check in checks if check.misconception)
    return Found(task, any(not check.passed for check in checks), tuple(names))


@functools.cache
def _judge(assignment: str) -> Judge:
    return Judge(find_course(ROOT).assignment(assignment), visible_only=False)


def measure(names: Sequence[str], workers: int) -> list[Found]:
    """Judge the wrong functions of assignments."""
    tasks = [task for name in names for task in tasks_of(find_course(ROOT).assignment(name))]
    console = Console(stderr=True)
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = pool.map(judge, tasks, chunksize=4)
        return list(track(found, "wrong code", total=len(tasks), console=console, disable=not console.is_terminal))


def counted(found: Sequence[Found]) -> dict[str, dict[str, int]]:
    """Return how often each verdict came, by kind."""
    return {
        kind: dict(sorted(Counter(each.verdict for each in found if each.task.kind == kind).items())) for kind in KINDS
    }


def table(measured: Mapping[str, Mapping[str, Mapping[str, int]]]) -> Iterator[str]:
    """Return the page's table, a row an assignment and one for all."""
    head = (
        "assignment", "rephrased", "caught", "named", "of these rightly", "unrecorded mistakes", "named as a recorded one",
        "raising", "exception explained", "named as a recorded one",
    )  # fmt: skip
    for cells in (list(head), ["---"] + ["---:"] * (len(head) - 1)):
        yield f"| {' | '.join(cells)} |"
    total: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for name, kinds in measured.items():
        yield _row(f"`{name}`", kinds)
        for kind in KINDS:
            total[kind].update(kinds[kind])
    yield _row("**all**", total)


def _row(name: str, kinds: Mapping[str, Mapping[str, int]]) -> str:
    own, other, raises = (Counter(kinds[kind]) for kind in KINDS)
    caught = own.total() - own["not caught"]
    named = own["right"] + own["wrong"]
    cells = [
        name, str(own.total()), str(caught), _share(named, caught), _share(own["right"], named),
        str(other.total() - other["not caught"]), str(other["right"] + other["wrong"]),
        str(raises.total() - raises["not caught"]), str(raises["exception"]), str(raises["right"] + raises["wrong"]),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _share(part: int, whole: int) -> str:
    return f"{part} ({part / whole:.0%})" if whole else "–"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, keep the counts, print the table and what was named otherwise than it should be."""
    parser = argparse.ArgumentParser("python -m tests.naming", description=__doc__)
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="default: all")
    parser.add_argument("--workers", type=int, default=2, metavar="N")
    options = parser.parse_args(arguments)
    names = options.assignments or [each.name for each in find_course(ROOT).assignments()]
    measured = json.loads(MEASURED.read_text()) if MEASURED.exists() else {}
    for name in names:
        found = measure([name], options.workers)
        measured[name] = counted(found)
        for each in found:
            if each.verdict not in ("right", "exception") and not (each.task.kind != "recorded" and not each.names):
                print(f"{name} {each.task.label}: {each.verdict} {', '.join(each.names)}")
    write_whole(MEASURED, json.dumps(dict(sorted(measured.items())), indent=1) + "\n")
    print("\n".join(table(measured)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
