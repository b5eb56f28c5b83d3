"""The folder of results when the grader is killed, or its disk is full, at any of its calls to the system."""

import contextlib
import errno
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import RIGHT, make_course, notebook_of

from autograder.commands.publishing import publish
from autograder.errors import GraderFault
from autograder.results.result import CheckResult, Environment, QuestionResult, SubmissionResult
from autograder.results.store import ResultStore
from autograder.sandbox import launch as sandbox

PROBLEM = sandbox.bubblewrap_problem()
WRITING = {"open", "os.rename", "os.truncate", "os.mkdir", "os.remove"}
DONE, REFUSED = 0, 3
PAGE = "<p>feedback</p>"


def result(student: str, score: float) -> SubmissionResult:
    check = CheckResult("test_f", "passed" if score else "failed", 1.0, visible=True, description="It is right.")
    environment = Environment("2", "3", "cpu", 0, "none", "0")
    return SubmissionResult(student, "a", 64 * "0", environment, (QuestionResult("f", 1.0, (check,)),))


RESULTS = [result(f"s{number}", number % 2) for number in range(3)]
LINES = [each.to_json() for each in RESULTS]


def write_class(out: Path) -> None:
    """What a run does with its folder of results: those that are there already it leaves."""
    with ResultStore.writing(out) as store:
        for each in RESULTS:
            if each.key not in store.graded:
                store.add(each, PAGE, [])
        publish(store, {}, ())


def in_a_fork(act: Callable[[], None]) -> int:
    """Return how a process ended that does so: `DONE`, `REFUSED` by our own error, or killed."""
    process = os.fork()
    if process == 0:
        status = 1
        with contextlib.suppress(BaseException):
            try:
                act()
                status = DONE
            except GraderFault as error:
                status = REFUSED if "cannot be written" in str(error) else 1
        os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def at_call(number: int, out: Path, act: Callable[[], None]) -> Callable[[], None]:
    """Write the class, and do `act` at one of the calls by which it changes its folder."""
    left = iter(range(number, -1, -1))

    def hook(event: str, arguments: tuple) -> None:
        if event not in WRITING or not str(arguments[0]).startswith(f"{out}/") or str(arguments[0]).endswith("lock"):
            return
        if event == "open" and not arguments[2] & (os.O_WRONLY | os.O_RDWR):
            return
        if next(left, None) == 0:
            act()

    def run() -> None:
        sys.addaudithook(hook)
        write_class(out)

    return run


def files(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def whole_lines(out: Path) -> bool:
    path = out / "results.jsonl"
    text = path.read_text() if path.exists() else ""
    return (not text or text.endswith("\n")) and all(json.loads(line) in LINES for line in text.splitlines())


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("expected")
    write_class(out)
    return files(out)


def full() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_run_that_is_killed_at_any_call_is_completed_by_the_next(tmp_path, expected):
    calls = 0
    while in_a_fork(at_call(calls, tmp_path, lambda: os.kill(os.getpid(), signal.SIGKILL))) == -signal.SIGKILL:
        write_class(tmp_path)
        assert files(tmp_path) == expected
        shutil.rmtree(tmp_path)
        calls += 1
    assert calls > 15


def test_a_disk_that_is_full_at_any_call_is_told_and_the_next_run_completes_it(tmp_path, expected):
    calls = 0
    while (status := in_a_fork(at_call(calls, tmp_path, full))) != DONE:
        assert status == REFUSED, calls
        assert whole_lines(tmp_path) and not list(tmp_path.rglob("*.part"))
        write_class(tmp_path)
        assert files(tmp_path) == expected
        shutil.rmtree(tmp_path)
        calls += 1
    assert calls > 15


def test_a_file_that_can_be_written_in_part_alone_leaves_no_half_line(tmp_path, expected):
    line = len(json.dumps(LINES[0])) + 1
    sizes = (0, 1, len(PAGE) + 1, line - 1, line, line + 1, 2 * line + 7, 3 * line)

    def up_to(size: int) -> Callable[[], None]:
        def run() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            write_class(tmp_path)

        return run

    for size in sizes:
        assert in_a_fork(up_to(size)) == REFUSED, size
        assert whole_lines(tmp_path) and not list(tmp_path.rglob("*.part"))
    write_class(tmp_path)
    assert files(tmp_path) == expected


needs_bubblewrap = pytest.mark.skipif(PROBLEM is not None, reason=f"no file system can be mounted here: {PROBLEM}")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_course(tmp_path_factory.mktemp("class") / "course")
    for number in range(6):
        folder = root / f"submitted/s{number}/doubling"
        folder.mkdir(parents=True)
        (folder / "doubling.ipynb").write_bytes(notebook_of(RIGHT))
    (root / "out").mkdir()
    return root


def in_a_mount(course: Path, *mount: str, first: str, then: str) -> list[tuple[int, str]]:
    """Grade twice where a file system is mounted over out/; what `first` and `then` say is done in a shell before.

    Returns each exit status, with what was said on stderr. What the folder held is left in "0" and "1".
    """
    grade = f"{sys.executable} -m autograder grade submitted --out out --workers 1 --sandbox none"
    rounds = [f"{before}; {grade} 2> told{run}; echo $? > status{run}; cp -r out {run}"
              for run, before in enumerate((first, then))]  # fmt: skip
    command = ["bwrap", "--dev-bind", "/", "/", *mount, "sh", "-c", "\n".join(rounds)]
    subprocess.run(command, cwd=course, capture_output=True, check=True)
    return [(int((course / f"status{run}").read_text()), (course / f"told{run}").read_text()) for run in range(2)]


@needs_bubblewrap
def test_a_full_disk_is_told_in_a_sentence_and_the_same_command_goes_on(course):
    (full, told), (then, _) = in_a_mount(
        course, "--size", str(2**20), "--tmpfs", str(course / "out"),
        first="head -c 980k /dev/zero > out/of_others", then="rm out/of_others",
    )  # fmt: skip
    last = told.splitlines()[-1]
    assert full == 3 and "Traceback" not in told
    assert last.startswith("autograder: out/") and "No space left on device" in last and "make room there" in last
    held = (course / "0/results.jsonl").read_text()
    assert held.endswith("\n") and 1 <= len([json.loads(line) for line in held.splitlines()]) < 6
    assert not list((course / "0").rglob("*.part"))
    assert then == 0
    found = [json.loads(line) for line in (course / "1/results.jsonl").read_text().splitlines()]
    assert [(line["student"], line["score"]) for line in found] == [(f"s{number}", 10.0) for number in range(6)]
    assert all(line in [json.dumps(each) for each in found] for line in held.splitlines())  # were not graded again


@needs_bubblewrap
def test_a_folder_that_cannot_be_written_is_told_before_anything_is_graded(course):
    told = in_a_mount(course, "--ro-bind", str(course / "out"), str(course / "out"), first="true", then="true")
    for status, said in told:
        assert status == 2 and said.count("\n") == 2  # the first says that nothing is confined
        assert "results cannot be written to out" in said and "Read-only file system" in said
