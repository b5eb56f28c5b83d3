"""The same attacks on nbgrader as it comes: `nbgrader autograde` of each, in a container of its own.

nbgrader runs a submission beside its gradebook, with the rights of whoever grades. So that no attack reaches this
machine, all of it runs as nobody, without capabilities or a network, in a read-only system; /tmp is memory.
"""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import psutil

from autograder.sandbox import launch as sandbox
from autograder.authoring.simulation.stubs import code_cell
from tests.attacks import Attack, corpus
from tests.attacks.grading import ASSIGNMENT, TWIN, Listener, digests
from tests.demo.roster import demo_class
from tests.nbgrader_course import NbgraderCourse

ROOT: Final = Path(__file__).parents[2]
LIMIT_S: Final = 120.0
PREPARED: Final = Path("/grader/prepared")
MEMORY_BYTES: Final = 4 * 2**30
CANARY: Final = "canary-0123456789"
# Left out, for the machine's sake; nbgrader has no limit that would stop them.
BOMBS: Final = (
    "fork_bomb", "thread_bomb", "memory_bomb", "memory_bomb_of_many", "shared_memory_bomb", "memory_file_bomb",
    "disk_full", "inodes_exhausted", "output_flood", "figure_flood", "long_answer", "wide_answer", "many_small_maps",
    "long_lines", "respawning",
)  # fmt: skip
BOMB: Final = "not run: nothing would stop it"
TESTS: Final = {
    "linreg": "X, w = torch.ones(3, 2), torch.ones(2, 1)\nassert torch.allclose(linreg(X, w, 0.5), torch.full((3, 1), 2.5))",
    "squared_loss": "assert torch.allclose(squared_loss(torch.ones(3, 1), torch.zeros(3, 1)), torch.full((3, 1), 0.5))",
    "sgd": (
        "p = torch.ones(2, requires_grad=True)\n(p * p).sum().backward()\nsgd([p], 0.1, 4)\n"
        "assert torch.allclose(p.detach(), torch.full((2,), 0.95))\n### BEGIN HIDDEN TESTS\n"
        f"assert len('{CANARY}') == {len(CANARY)}\n### END HIDDEN TESTS"
    ),
    "train": (
        "X = torch.randn(500, 2)\ny = X @ torch.tensor([[2.0], [-3.0]]) + 4.0\nlosses = train(X, y, num_epochs=5)\n"
        "assert losses is not None"
    ),
}  # fmt: skip


def notebook(*cells: dict[str, Any]) -> bytes:
    """Return a notebook of these cells."""
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def marked(id: str, source: str, points: float | None) -> dict[str, Any]:
    """Return a cell as nbgrader marks it: a test worth points, or a stub."""
    marks = {"grade": points is not None, "solution": points is None, "locked": points is not None, "task": False}
    return code_cell(source, id) | {
        "metadata": {"nbgrader": marks | {"schema_version": 3, "grade_id": id, "cell_type": "code"}
                     | ({} if points is None else {"points": points})}
    }  # fmt: skip


def source() -> bytes:
    """The instructor's notebook: a stub and plain asserts for each question."""
    imports = code_cell("import random\nimport torch", "imports")
    stubs = (marked(f"{id}-solution", f"### BEGIN SOLUTION\n# {id}\n### END SOLUTION", None) for id in TESTS)
    tests = (marked(id, text, 10.0) for id, text in TESTS.items())
    return notebook(imports, *(cell for pair in zip(stubs, tests, strict=True) for cell in pair))


def handed_in(released: bytes, functions: dict[str, str], attack: str | None) -> bytes:
    """The released notebook with a student's functions before the first test, the attack's cell after them."""
    document = json.loads(released)
    cells = document["cells"]
    for place, cell in enumerate(cells[1:], 1):
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cells[place] = cell | {"source": "pass"}
    cells.insert(1, code_cell("\n\n".join(functions.values()), "functions"))
    if attack is not None:
        cells.insert(2, code_cell(attack, "attack"))
    return json.dumps(document).encode()


def prepare(course: NbgraderCourse) -> None:
    """Lay out a course with a released assignment, and grade one who handed in without an attack."""
    solutions = course.root / f"solutions/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"
    solutions.parent.mkdir(parents=True)
    solutions.write_bytes(source())
    settings = (ROOT / "nbgrader_config.py").read_text("utf-8").split("# Grading is the autograder's")[0]
    (course.root / "nbgrader_config.py").write_text(settings)
    (course.root / "home").mkdir()
    (course.root / "home/notes.txt").write_text(CANARY)
    course.nbgrader("generate_assignment", ASSIGNMENT)
    course.submit("twin", ASSIGNMENT, handed_in(course.released(ASSIGNMENT), functions(), None))
    course.nbgrader("autograde", ASSIGNMENT)


def functions() -> dict[str, str]:
    """Return what a student has written who is wrong in `sgd`."""
    return dict(next(member.functions for member in demo_class(ASSIGNMENT) if member.id == TWIN))


def points_of(course: NbgraderCourse) -> dict[str, float | None]:
    """Return what the gradebook holds for all questions together, None for nothing, by student."""
    grades = course.read_grades(f"sqlite:///{course.root}/gradebook.db", ASSIGNMENT)
    scores = {who: [each[0] for each in by_cell.values() if each[0] is not None] for who, by_cell in grades.items()}
    return {who: sum(each) if each else None for who, each in scores.items()}


def attacked(name: str) -> str:
    """Grade one attack with stock nbgrader and say what came of it; runs in the container."""
    course = NbgraderCourse(Path("/tmp/course"))
    shutil.copytree(PREPARED, course.root)
    (attack,) = (each for each in corpus() if each.name == name)
    with Listener(Path("/tmp/listener.sock")) as listener:
        text = attack.source
        for word, value in {
            "HONEST": repr([*functions()]), "COURSE": str(course.root), "PORT": str(listener.port),
            "SOCKET": str(listener.path), "GRADER": str(os.getpid()), "CANARY_FOLDER": str(course.root),
        }.items():  # fmt: skip
            text = text.replace(word, value)
        course.submit("attack", ASSIGNMENT, handed_in(course.released(ASSIGNMENT), functions(), text))
        command = [sys.executable, "-m", "nbgrader", "autograde", ASSIGNMENT, "--student"]
        environment = os.environ | {"HOME": str(course.root / "home"), "A_TOKEN": CANARY}
        before = {name: digest for name, digest in digests(course.root).items() if not _of_the_run(name)}
        known = {process.pid for process in psutil.process_iter()}
        grading = subprocess.Popen(
            [*command, "attack"], cwd=course.root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        try:
            grading.wait(LIMIT_S / 2)
        except subprocess.TimeoutExpired:
            grading.kill()
            return "never ended"
        time.sleep(0.5)
        left = [each for each in psutil.process_iter() if each.pid not in known | {os.getpid()} and _runs(each)]
        reached = list(listener.reached)
    after = {name: digest for name, digest in digests(course.root).items() if not _of_the_run(name)}
    told = []
    try:
        found = points_of(course)
        points, twin = found.get("attack"), found.get("twin")
    except (AssertionError, OSError):
        return "the gradebook was destroyed"
    if points is not None and twin is not None and points > twin:
        told.append("gained points")
    graded = course.autograded("attack", ASSIGNMENT)
    shown = graded.read_text("utf-8") if graded.exists() else ""
    cells = json.loads(shown)["cells"] if shown else []
    outputs = json.dumps([cell["outputs"] for cell in cells if cell.get("id") == "attack"])
    if CANARY in outputs:
        told.append("read what is secret")
    elif "FOUND" in outputs:
        told.append("found what it looked for")
    if reached:
        told.append("reached others")
    if before.items() ^ after.items():
        told.append("changed files")
    if left:
        told.append("left running")
    if points is None:
        told.append("not graded")
    return ", ".join(told) or "stopped"


def _of_the_run(name: str) -> bool:
    """Whether grading writes this file, attacked or not."""
    return name.startswith(("autograded/attack", "gradebook.db", "home/.", ".nbgrader", "submitted/attack"))


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def run_stock(attacks: Sequence[Attack]) -> Iterator[tuple[str, str]]:
    """Yield each attack's name and its outcome, or why it was not run."""
    with tempfile.TemporaryDirectory() as folder:
        course = NbgraderCourse(Path(folder, "course"))
        prepare(course)
        subprocess.run(["chmod", "-R", "a+rX", folder], check=True)
        for attack in attacks:
            yield attack.name, BOMB if attack.name in BOMBS else _in_container(attack, course.root)


def _in_container(attack: Attack, prepared: Path) -> str:
    parts = ("tests", "autograder", "nbgrader_config.py", "pyproject.toml", "assignments", "solutions")
    bound = [(ROOT / part, Path("/grader", part)) for part in parts]
    bound.append((ROOT / "datasets", Path("/grader/datasets")))
    bound.append((prepared, PREPARED))
    bound.append((Path(sys.prefix), Path(sys.prefix)))  # scripts such as alembic's name their interpreter by its path
    path = f"{os.path.dirname(sys.executable)}:/usr/bin:/bin"
    command = [*sandbox._bubblewrap(bound)]
    at = command.index("--chdir")
    command[at + 1] = "/grader"
    environment = {
        "PATH": path, "HOME": "/tmp", "LANG": "C.UTF-8", "PYTHONPATH": "/grader:/grader/datasets",
        "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    try:
        done = subprocess.run(
            [*command, sys.executable, "-m", "tests.attacks.stock", attack.name], env=environment, capture_output=True,
            text=True, timeout=LIMIT_S, check=False, preexec_fn=_bounded,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return "never ended"
    told = re.findall(r"^OUTCOME (.+)$", done.stdout, re.MULTILINE)
    return told[0] if told else f"the grader's own process was ended ({done.returncode})"


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**28, 2**28))


if __name__ == "__main__":
    print("OUTCOME", attacked(sys.argv[1]), flush=True)
    shutil.rmtree("/tmp/course", ignore_errors=True)
