"""Grades the corpus and writes docs/attacks.md: what each attack tried, what became of it, and what stopped it.

python -m tests.attacks
"""

import tempfile
from pathlib import Path
from typing import Any

from tests.attacks import FAMILIES, Attack, corpus
from tests.attacks.grading import ROOT, Run, grade_corpus

TITLES = {
    "mind": "The judge's mind", "wire": "The wire between worker and judge", "machine": "The machine",
    "reader": "Whoever reads the results",
}  # fmt: skip
HEAD = """# Attacks, and what became of them

Each is one cell at the end of a submission that is wrong in `sgd`, graded in one run among honest ones
(`tests/attacks`, run by `tests/test_attacks.py` in CI; `python -m tests.attacks` renews this page). None scored above
the same submission without it, none read a file, an environment or a socket that was not its own, none changed
anything outside of its own scratch space, and each honest submission got what it gets alone.

"as without it" is the same outcome of each check as without the attack; else the checks that end in another way are
named with their outcomes, and cells that were left out.
"""


def main() -> None:
    """Grade, and write the page."""
    attacks = corpus()
    with tempfile.TemporaryDirectory() as folder:
        run = grade_corpus(Path(folder), attacks)
    parts = [HEAD]
    for family in FAMILIES:
        parts.append(
            f"\n## {TITLES[family]}\n\n| attack | it tries | what happened | what stops it |\n| --- | --- | --- | --- |\n"
        )
        parts += [row(attack, run) for attack in attacks if attack.family == family]
    (ROOT / "docs/attacks.md").write_text("".join(parts), "utf-8")


def row(attack: Attack, run: Run) -> str:
    """Return an attack's line of the table."""
    cells = (
        f"`{attack.name}`",
        attack.tries,
        happened(run.results[attack.student], run.results["mm-wrong"]),
        attack.stopped_by,
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def happened(result: dict[str, Any], twin: dict[str, Any]) -> str:
    """Say which checks ended otherwise than the twin's, and what became of cells."""
    known = outcomes(twin)
    changed: dict[str, list[str]] = {}
    for (question, check), outcome in outcomes(result).items():
        if outcome != known[question, check] and outcome not in changed.setdefault(question, []):
            changed[question].append(outcome)
    told = [f"{question}: {', '.join(found)}" for question, found in changed.items()]
    told += [note for note in result["notes"] if "was skipped" in note]
    return "; ".join(told) or "as without it"


def outcomes(result: dict[str, Any]) -> dict[tuple[str, str], str]:
    """Return the outcome of each check, by question and check."""
    return {
        (question["id"], check["id"]): check["outcome"].replace("_", " ")
        for question in result["questions"]
        for check in question["checks"]
    }


if __name__ == "__main__":
    main()
