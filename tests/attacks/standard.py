"""What no attack may do, as seen from outside: no gain, no secret, no harm."""

import json
import re
from collections.abc import Sequence
from typing import Final

from autograder.results.result import SubmissionResult
from tests.attacks import Attack
from tests.attacks.grading import ASSIGNMENT, HONEST, RIGHT, Run, by_question

SOME_FAILED: Final = 1
FOUND: Final = re.compile(r"^(?:<pre[^>]*>)?\s*FOUND.*", re.MULTILINE)  # as a notebook has printed it


def page_of(run: Run, name: str) -> str:
    """Return a student's feedback page."""
    return (run.folder / f"feedback/{name}/{ASSIGNMENT}.html").read_text("utf-8")


def successes(run: Run, attack: Attack) -> list[str]:
    """Say what an attack has achieved, nothing if it was stopped.

    Points that a person is told to look at, since the code reaches into the interpreter, are not gained yet.
    """
    result = run.results[attack.student]
    told = [f"is for a person to review: {result['notes']}"] if SubmissionResult.from_json(result).has_fault else []
    if not result.get("internals"):
        told += [f"gained in {id}" for id, score in by_question(result).items() if score > run.twin[id]]
    page = page_of(run, attack.student)
    if run.canary in page + json.dumps(result, ensure_ascii=False):
        told.append("read what is secret")
    return [f"{attack.student}: {each}" for each in (*told, *FOUND.findall(page))]


def harm_to(run: Run, name: str) -> list[str]:
    """Say what an honest submission has lost."""
    result = run.results[name]
    told = [f"is for a person to review: {result['notes']}"] if result["needs_review"] else []
    if (result["score"] != 100.0) if HONEST[name] == RIGHT else (by_question(result) != run.twin):
        told.append(f"has {result['score']} points")
    return [f"{name}: {each}" for each in told]


def harm_outside(run: Run, attacks: Sequence[Attack]) -> list[str]:
    """Say what became of the run, and of files, processes, mounts and listeners of this machine."""
    found = {
        "the run ended with": [] if run.status == SOME_FAILED else [str(run.status), run.stderr[-4000:]],
        "not graded": sorted({*HONEST, *(attack.student for attack in attacks)} ^ run.results.keys()),
        "reached": run.reached, "left running": run.left_running, "changed": run.changed, "left": run.left_files,
        "mounts before and after": [] if run.mounts[0] == run.mounts[1] else list(map(str, run.mounts)),
        "told by the command": [run.canary] if run.canary in run.stdout + run.stderr else [],
    }  # fmt: skip
    return [f"{what}: {', '.join(told)}" for what, told in found.items() if told]


def failures(run: Run, attacks: Sequence[Attack]) -> list[str]:
    """Say all of it."""
    return [
        *(each for attack in attacks for each in successes(run, attack)),
        *(each for name in HONEST for each in harm_to(run, name)),
        *harm_outside(run, attacks),
    ]
