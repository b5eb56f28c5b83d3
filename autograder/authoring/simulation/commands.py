"""`autograder simulate` lays out a class whose truth is known; `autograder verify` compares its results with that."""

import datetime
import itertools
import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from autograder.authoring.simulation.drawing import RENAMED, Simulated, draw_class
from autograder.authoring.simulation.member import Truth
from autograder.authoring.simulation.verdict import KINDS, Difference, differences
from autograder.catalogue.course import find_course
from autograder.errors import UsageError
from autograder.results.store import results_in
from autograder.text import plain

SUBMITTED: Final = "submitted"
TRUTH: Final = "truth.jsonl"
DUE: Final = datetime.datetime(2026, 10, 1, 22, tzinfo=datetime.UTC)


def simulate(assignment: str, students: int, seed: int, out: Path) -> int:
    """Write `out`/submitted, laid out as nbgrader's folder of that name, and the truth in a file beside it.

    Raises `UsageError` where `out` has something in it, or the course has no recorded solutions.
    """
    course = find_course()
    drawn = draw_class(assignment, students, seed, course)
    first = next(drawn)
    released = (course.assignments_dir / assignment / f"{assignment}.ipynb").read_bytes()
    try:
        out.mkdir(parents=True, exist_ok=True)
        if any(out.iterdir()):
            raise UsageError(f"{out} is not empty: name a new folder by --out")
        kinds: Counter[str] = Counter()
        with (out / TRUTH).open("w", encoding="utf-8") as file:
            for each in itertools.chain([first], drawn):
                _hand_in(each, out / SUBMITTED / each.member.id / assignment, assignment, released)
                file.write(json.dumps(_truth_line(each, assignment)) + "\n")
                kinds.update([each.kind, *(["late"] if each.late_s > 0 else [])])
    except OSError as error:
        raise UsageError(f"a class cannot be written to {out}: {error}") from error
    print(f"{students:,} submissions in {out / SUBMITTED}, the truth in {out / TRUTH}")
    print(", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common()))
    return 0


def verify(truth: Path, results: Path) -> int:
    """Print where results differ from the truth, and how often; return 0 where they do not, else 1."""
    known = read_truth(truth)
    counts: Counter[str] = Counter()
    for assignment, truths in known.items():
        own = (line for line in results_in(results) if line["assignment"] == assignment)
        for difference in differences(truths, own):
            counts[difference.kind] += 1
            _tell(assignment, difference)
    submissions = sum(map(len, known.values()))
    print(f"{submissions:,} submissions: " + ", ".join(f"{counts[kind]:,} {words}" for kind, words in KINDS.items()))
    return 1 if counts else 0


def read_truth(path: Path) -> Mapping[str, Mapping[str, Truth]]:
    """Return what `simulate` knew of a class, by assignment and student; `UsageError` where that cannot be read."""
    known: dict[str, dict[str, Truth]] = {}
    try:
        for line in path.read_text("utf-8").splitlines():
            entry = json.loads(line)
            truth = Truth(frozenset(entry["lost"]), entry["named"], entry["outcome"], entry["no_better_than"])
            known.setdefault(entry["assignment"], {})[entry["student"]] = truth
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} is no {TRUTH} of a simulated class: {error}") from error
    return known


def _hand_in(each: Simulated, folder: Path, assignment: str, released: bytes) -> None:
    folder.mkdir(parents=True)
    name = RENAMED if each.damage == "renamed" else f"{assignment}.ipynb"
    (folder / name).write_bytes(each.notebook(released))
    time = DUE + datetime.timedelta(seconds=each.late_s)
    (folder / "timestamp.txt").write_text(f"{time:%Y-%m-%d %H:%M:%S} UTC", "utf-8")


def _truth_line(each: Simulated, assignment: str) -> dict[str, Any]:
    truth = each.member.truth
    return {
        "student": each.member.id, "assignment": assignment, "kind": each.kind, "story": each.member.story,
        "damage": each.damage, "late_s": max(each.late_s, 0), "lost": sorted(truth.lost), "named": truth.named,
        "outcome": truth.outcome, "no_better_than": truth.no_better_than,
    }  # fmt: skip


def _tell(assignment: str, difference: Difference) -> None:
    print(f"{assignment}: {plain(str(difference))}", file=sys.stdout)
