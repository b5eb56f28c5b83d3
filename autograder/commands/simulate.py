"""`autograder simulate`: lays out a class whose truth is known. Needs a checkout, with its recorded solutions."""

from pathlib import Path

from autograder.authoring.simulation.class_folder import SUBMITTED, TRUTH, lay_out
from autograder.commands.exit_status import ALL_PASSED


def simulate(assignment: str, students: int, seed: int, out: Path) -> int:
    """Lay out a class in a new folder and print what is in it; return the exit status."""
    kinds = lay_out(assignment, students, seed, out)
    print(f"{students:,} submissions in {out / SUBMITTED}, the truth in {out / TRUTH}")
    print(", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common()))
    return ALL_PASSED
