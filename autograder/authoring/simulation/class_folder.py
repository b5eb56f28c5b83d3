"""The folder of a simulated class: what was handed in, as nbgrader lays it out, and the truth in a file beside it."""

import datetime
import itertools
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from autograder.authoring.simulation.member import Truth
from autograder.authoring.simulation.sampling import RENAMED, Simulated, draw_class
from autograder.catalogue.course import find_course
from autograder.errors import UsageError

SUBMITTED: Final = "submitted"
TRUTH: Final = "truth.jsonl"
DUE: Final = datetime.datetime(2026, 10, 1, 22, tzinfo=datetime.timezone.utc)


def lay_out(assignment: str, students: int, seed: int, out: Path) -> Counter[str]:
    """Write a class into a new folder `out`, and return how many of each kind are in it.

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
    return kinds


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
