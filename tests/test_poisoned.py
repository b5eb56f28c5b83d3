"""A warm parent that a submission has changed, or killed, is noticed, and another takes its place."""

import os
import resource
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from conftest import RIGHT, notebook_of

from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.grading.grader import Grader
from autograder.grading.settings import Settings
from autograder.sandbox.worker.state_digest import state_digest

CHANGES: dict[str, Callable[[], object]] = {
    "functions": lambda: setattr(torch, "allclose", lambda *_: True),
    "environment": lambda: os.environ.update(OMP_NUM_THREADS="2"),
    "signal handlers": lambda: signal.signal(signal.SIGUSR1, signal.SIG_IGN),
    "limits": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200)),
    "priority": lambda: os.nice(1),
    "threads": lambda: torch.set_num_threads(torch.get_num_threads() + 1),
    "descriptors": lambda: os.open("/", os.O_RDONLY),
    "children": lambda: subprocess.Popen(["sleep", "0"]),
    "files": lambda: Path(os.environ["TMPDIR"], "note").write_text("the answer is 42"),
}

# In the parent, `relu` gets the code of `relu6`: a fork has its objects at the same addresses.
OVERWRITES = """
import ctypes, os, torch
f, code = torch.nn.functional.relu, torch.nn.functional.relu6.__code__
offset = next(at for at in range(16, 200, 8) if ctypes.c_size_t.from_address(id(f) + at).value == id(f.__code__))
with open(f"/proc/{os.getppid()}/mem", "r+b", buffering=0) as memory:
    memory.seek(id(f) + offset)
    memory.write(id(code).to_bytes(8, "little"))
print("done")
"""
LEAVES = "import subprocess\nsubprocess.Popen(['sleep', '{seconds}'], start_new_session=True)"
KILLS = "import os\nos.kill(os.getppid(), 9)"
USES = f"import torch\nassert torch.nn.functional.relu(torch.tensor(9.0)) == 9\n{RIGHT}"


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_submission_would_inherit_is_in_the_state_digest(name, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    process = os.fork()
    if process == 0:
        before, again = state_digest(), state_digest()
        CHANGES[name]()
        after = state_digest()
        same = [each for each in before if before[each] == after[each]]
        os._exit(0 if before == again and set(before) - set(same) == {name} else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0


@pytest.fixture
def grade(course):
    grader = Grader(Settings(course, "none", keep_outputs=True))
    yield lambda source: grader.grade(SubmissionBytes("ada", "doubling", "doubling.ipynb", notebook_of(source))), grader
    grader.close()


def test_a_poisoned_parent_is_replaced_before_the_next_submission(grade):
    grade, grader = grade
    attacked = grade(OVERWRITES)
    if "done" not in attacked.cells[0].output:
        pytest.skip(f"this kernel protects the parent's memory: {attacked.result.notes}")
    poisoned = grader._loaded.worker
    assert not poisoned.healthy
    innocent = grade(USES)
    assert innocent.result.score == 10 and not innocent.result.notes
    assert grader._loaded.worker is not poisoned and grader._loaded.worker.healthy


def test_what_a_submission_leaves_running_ends_with_the_parent(grade):
    grade, grader = grade
    seconds = f"60.{os.getpid()}"
    left = grade(LEAVES.format(seconds=seconds) + f"\n{RIGHT}")
    assert left.result.score == 10 and not grader._loaded.worker.healthy
    grader._drop_worker()
    assert seconds not in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout


def test_who_kills_the_parent_waits_for_a_person_and_the_next_is_graded(grade):
    grade, _ = grade
    assert grade(KILLS).result.needs_review
    innocent = grade(RIGHT).result
    assert innocent.score == 10 and not innocent.needs_review
