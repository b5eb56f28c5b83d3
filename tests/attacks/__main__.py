"""Grades the corpus in both sandboxes and writes docs/attacks.md: what each tried, what became of it, what stopped it.

python -m tests.attacks             exits 1 where an attack has achieved anything
python -m tests.attacks --stock     runs it against nbgrader as it comes; what is known already is not run again
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from tests.attacks import FAMILIES, Attack, corpus
from tests.attacks.container import BEYOND, grade_in_container
from tests.attacks.grading import ROOT, Run, grade_corpus
from tests.attacks.standard import failures
from tests.attacks.stock import run_stock

OUTCOMES: Final = Path(__file__).with_name("outcomes.json")
GRADE: Final = "autograder"
TITLES: Final = {
    "mind": "The judge's mind", "wire": "The wire between worker and judge", "machine": "The machine",
    "reader": "Whoever reads the results", "tensors": "Tensors and other values", "harness": "What graders are made of",
}  # fmt: skip
HEAD: Final = """# Attacks, and what became of them

Each is one cell at the end of a submission that is wrong in `sgd`, graded in one run among honest ones
(`tests/attacks`, run by `tests/test_attacks.py` in CI; `python -m tests.attacks` renews this page). None scored above
the same submission without it unless a person was told to look at it, none read a file, an environment or a socket that
was not its own, none changed anything outside of its own scratch space, and each honest submission got what it gets alone.

"as without it" is the same outcome of each check as without the attack; else the checks that end in another way are
named with their outcomes, and cells that were left out. "told to a person" is what comes of reaching into the
interpreter: the result says so, with the line that does, and is not final before somebody has looked.

The last column is what came of the same cell in nbgrader 0.9.6 with its own settings, where tests are plain asserts in
the notebook (`python -m tests.attacks --stock`, in a container of its own; empty where it has not been run). "stopped"
there means that nothing was gained or harmed.
"""
USER: Final = """
## Under `--sandbox user`

The corpus is graded there, too, in a container without namespaces, and held to the same standard. What that mode does
not stop, and does not claim to:

| attack | why |
| --- | --- |
"""


def main() -> int:
    """Grade, and write the page."""
    parser = argparse.ArgumentParser("python -m tests.attacks", description=__doc__)
    parser.add_argument("--stock", action="store_true")
    attacks = corpus()
    outcomes: dict[str, dict[str, str]] = json.loads(OUTCOMES.read_text("utf-8"))
    failed: list[str] = []
    if parser.parse_args().stock:
        for name, outcome in run_stock([attack for attack in attacks if attack.name not in outcomes["stock"]]):
            print(f"{name}: {outcome}", flush=True)
            outcomes["stock"][name] = outcome
            save(outcomes)
    else:
        beside = [attack for attack in attacks if attack.name not in BEYOND]
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
            run = grade_corpus(Path(one), attacks, command=GRADE)
            failed += failures(run, attacks)
            run_as_user = grade_in_container(Path(other), beside, GRADE)
            failed += [f"--sandbox user: {each}" for each in failures(run_as_user, beside)]
        outcomes["bwrap"] = {each.name: happened(run, each) for each in attacks}
        save(outcomes)
    write_page(attacks, outcomes)
    print("\n".join(failed))
    return 1 if failed else 0


def save(outcomes: dict[str, dict[str, str]]) -> None:
    """Keep what is known."""
    OUTCOMES.write_text(json.dumps(outcomes, indent=1, ensure_ascii=False) + "\n", "utf-8")


def write_page(attacks: list[Attack], outcomes: dict[str, dict[str, str]]) -> None:
    """Write docs/attacks.md."""
    parts = [HEAD]
    for family in FAMILIES:
        parts.append(
            f"\n## {TITLES[family]}\n\n| attack | it tries | what happened | what stops it | stock nbgrader |\n"
        )
        parts.append("| --- | --- | --- | --- | --- |\n")
        for attack in attacks:
            if attack.family == family:
                known = (outcomes[where].get(attack.name, "") for where in ("bwrap", "stock"))
                ours, stock = known
                parts.append(row(f"`{attack.name}`", attack.tries, ours, attack.stopped_by, stock))
    parts += [USER, *(row(f"`{name}`", why) for name, why in BEYOND.items())]
    (ROOT / "docs/attacks.md").write_text("".join(parts), "utf-8")


def row(*cells: str) -> str:
    """Return a line of a table."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def happened(run: Run, attack: Attack) -> str:
    """Say which checks ended otherwise than the twin's, and what became of cells."""
    result, known = run.results[attack.student], outcomes_of(run.results["mm-wrong"])
    changed: dict[str, list[str]] = {}
    for (question, check), outcome in outcomes_of(result).items():
        if outcome != known[question, check] and outcome not in changed.setdefault(question, []):
            changed[question].append(outcome)
    told = [f"{question}: {', '.join(found)}" for question, found in changed.items()]
    told += [note for note in result["notes"] if "was skipped" in note]
    told += ["told to a person"] if result.get("internals") else []
    return "; ".join(told) or "as without it"


def outcomes_of(result: dict[str, Any]) -> dict[tuple[str, str], str]:
    """Return the outcome of each check, by question and check."""
    return {
        (question["id"], check["id"]): check["outcome"].replace("_", " ")
        for question in result["questions"]
        for check in question["checks"]
    }


if __name__ == "__main__":
    sys.exit(main())
