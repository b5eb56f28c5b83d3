"""Whatever process is killed, and whenever: the same command ends with what an undisturbed run gives."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from conftest import make_course, notebook_of
from test_grade import lines, timeless

from autograder.sandbox import launch as sandbox

PROBLEM = sandbox.bubblewrap_problem()
pytestmark = pytest.mark.skipif(PROBLEM is not None, reason=f"no confinement here: {PROBLEM}")

# A submission shows where it is by the name of its process, which can be seen from outside of its sandbox.
STAGED = """
import ctypes, time
shown = set()
def show(stage):
    if stage not in shown:
        shown.add(stage)
        ctypes.CDLL(None).prctl(15, f"NUMBER {stage}".encode(), 0, 0, 0)
        time.sleep(0.3)
show("cell")
def double(x):
    show("probe")
    return 2 * x
def quadruple(x):
    return double(double(x))
"""
STUDENTS = 6
SANDBOX = "bwrap"


@dataclass(frozen=True)
class Tree:
    """The processes of one run of the grader, by what they do."""

    main: int
    judges: list[int]
    warm: list[int]
    sessions: dict[str, int]
    results: int


def tree(main: int, out: Path) -> Tree:
    below: dict[int, list[int]] = {}
    names: dict[int, str] = {}
    for process in psutil.process_iter(["ppid", "name"]):
        below.setdefault(process.info["ppid"], []).append(process.pid)
        names[process.pid] = process.info["name"]
    # Not what is started in passing; the first sandbox is the main process's own, others are the judges'
    judges = [child for child in below.get(main, []) if leads_a_session(child) and names[child] != SANDBOX]
    sandboxes = [child for parent in (main, *judges) for child in below.get(parent, []) if names[child] == SANDBOX]
    warm = [child for monitor in sandboxes for inner in below.get(monitor, []) for child in below.get(inner, [])]
    sessions, waiting = {}, list(warm)
    while waiting:
        children = below.get(waiting.pop(), [])
        sessions |= {names[child]: child for child in children}
        waiting += children
    path = out / "results.jsonl"
    return Tree(main, judges, warm, sessions, path.read_bytes().count(b"\n") if path.exists() else 0)


def leads_a_session(process: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        return os.getsid(process) == process
    return False


def staged(stage: str, kill: str) -> Callable[[Tree], int | None]:
    """Whom to kill once a submission shows `stage`: its "session", the "warm" parent, the "judge" or "main"."""

    def target(seen: Tree) -> int | None:
        showing = next((each for name, each in seen.sessions.items() if name.endswith(stage)), None)
        if showing is None:
            return None
        return {"session": [showing], "warm": seen.warm, "judge": seen.judges, "main": [seen.main]}[kill][0]

    return target


def grade(course: Path, out: Path, *more: str, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "autograder", "grade", "submitted", "--out", str(out), "--workers", "1", *more]
    return subprocess.Popen(command, cwd=course, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def watched(process: subprocess.Popen[str], out: Path) -> Iterator[Tree]:
    while process.poll() is None:
        yield tree(process.pid, out)
        time.sleep(0.01)


def left_over(processes: set[int], scratch: Path) -> list[str]:
    """What of a run is still there a while after its end."""
    ends = time.monotonic() + 10
    while time.monotonic() < ends and any(map(psutil.pid_exists, processes)):
        time.sleep(0.05)
    return [psutil.Process(each).name() for each in processes if psutil.pid_exists(each)] + os.listdir(scratch)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_course(tmp_path_factory.mktemp("killed") / "course")
    for number in range(STUDENTS):
        folder = root / f"submitted/s{number}/doubling"
        folder.mkdir(parents=True)
        (folder / "doubling.ipynb").write_bytes(notebook_of(STAGED.replace("NUMBER", str(number))))
    return root


@pytest.fixture(scope="module")
def undisturbed(course: Path) -> dict[str, Any]:
    process = grade(course, course / "undisturbed")
    _, told = process.communicate()
    assert process.returncode == 0, told
    return timeless(lines(course / "undisturbed"))


def complete(course: Path, out: Path, undisturbed: dict[str, Any], *more: str) -> None:
    process = grade(course, out, *more)
    _, told = process.communicate()
    assert process.returncode == 0, told
    assert timeless(lines(out)) == undisturbed
    assert {path.name for path in out.iterdir()} == {".lock", "feedback", "report.html", "results.csv", "results.jsonl"}


def test_the_grader_killed_at_each_stage_goes_on_and_leaves_nothing(course, undisturbed, tmp_path):
    stages: list[Callable[[Tree], int | None]] = [
        lambda seen: seen.main,
        lambda seen: seen.main if seen.judges else None,
        lambda seen: seen.main if seen.warm else None,
        staged("cell", "main"),
        staged("probe", "main"),
        lambda seen: seen.main if seen.results else None,
    ]
    for stage in stages:
        process = grade(course, course / "main", env={**os.environ, "TMPDIR": str(tmp_path)})
        seen: set[int] = set()
        for each in watched(process, course / "main"):
            seen |= {*each.judges, *each.warm, *each.sessions.values()}
            if stage(each) is not None:
                process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        assert not [name for name in left_over(seen, tmp_path) if not name.startswith("autograder-")]
    complete(course, course / "main", undisturbed)


def test_a_class_goes_on_whichever_of_its_processes_is_killed(course, undisturbed, tmp_path):
    stages = {
        "a judge that starts": lambda seen: seen.judges[0] if seen.judges and not seen.warm else None,
        "a warm parent that starts": lambda seen: seen.warm[0] if seen.warm and not seen.sessions else None,
        "a session in a cell": staged("0 cell", "session"),
        "a probe": staged("0 probe", "session"),
        "the warm parent, a cell running": staged("1 cell", "warm"),
        "the warm parent, a probe running": staged("2 probe", "warm"),
        "the judge, a cell running": staged("3 cell", "judge"),
        "the judge, a probe running": staged("4 probe", "judge"),
        "the warm parent between submissions": lambda seen: seen.warm[0] if seen.warm and seen.results > 2 else None,
    }  # fmt: skip
    process = grade(course, course / "parts", env={**os.environ, "TMPDIR": str(tmp_path)})
    seen: set[int] = set()
    killed: set[int] = set()
    for each in watched(process, course / "parts"):
        seen |= {*each.judges, *each.warm, *each.sessions.values()}
        for stage, target in [*stages.items(), ("the judge, each time", staged("5 cell", "judge"))]:
            victim = target(each)
            if victim is not None and victim not in killed:
                with contextlib.suppress(ProcessLookupError):  # it has just ended
                    os.kill(victim, signal.SIGKILL)
                    killed.add(victim)
                    stages.pop(stage, None)
                break
    _, told = process.communicate()
    assert not stages
    assert process.returncode == 3, told
    assert left_over(seen, tmp_path) == []
    found = timeless(lines(course / "parts"))
    lost = found.pop("s5")
    assert found == {student: line for student, line in undisturbed.items() if student != "s5"}
    assert lost["needs_review"] and lost["score"] == 0
    assert "doubling: ends judges: 1 need a person (s5): the judging process ended each time" in told
    page = (course / "parts/feedback/s5/doubling.html").read_text()
    assert "A person will look at this" in page and "the judging process" not in page
    assert (course / "parts/report.html").exists()
    complete(course, course / "parts", undisturbed, "--force")  # without it what ends judges is finished


def test_who_stops_it_is_told_what_is_left_and_a_second_time_stops_it_at_once(course, undisturbed, tmp_path):
    out = course / "stopped"
    process = grade(course, out, start_new_session=True)
    for each in watched(process, out):
        if each.results:
            os.killpg(process.pid, signal.SIGTERM)  # a CI job that is cancelled
            break
    _, told = process.communicate()
    assert process.returncode == 130, told
    assert "finishing what is being graded" in told and "submissions left; the same command again goes on" in told
    graded = timeless(lines(out))
    assert 1 <= len(graded) < STUDENTS and (out / "report.html").exists() and (out / "results.csv").exists()
    assert all(line == undisturbed[student] for student, line in graded.items())

    process = grade(course, out, start_new_session=True, env={**os.environ, "TMPDIR": str(tmp_path)})
    seen: set[int] = set()
    asked = 0
    for each in watched(process, out):
        seen |= {*each.judges, *each.warm, *each.sessions.values()}
        if asked < 2 and any(name.endswith("cell") for name in each.sessions):
            os.killpg(process.pid, signal.SIGINT)
            asked += 1
    _, told = process.communicate()
    assert process.returncode == 130 and "stopped" in told, told
    assert left_over(seen, tmp_path) == []
    assert timeless(lines(out)) == graded
    complete(course, out, undisturbed)
