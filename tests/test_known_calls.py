"""What notebooks do with a machine runs in both sandboxes as it runs without them."""

import json
from pathlib import Path

import pyseccomp
import pytest

from autograder.sandbox import launch as sandbox
from autograder.sandbox.worker.known_calls import KNOWN
from tests.attacks.container import run_in_container
from tests.honest_cells import CELLS, ends
from tests.people import missing

PROBLEM = sandbox.bubblewrap_problem()
pytestmark = pytest.mark.skipif(PROBLEM is not None, reason=f"no confinement here: {PROBLEM}")


@pytest.fixture(scope="module")
def ended():
    return ends("bwrap")


def test_each_call_is_one_of_linux_and_is_named_once():
    unknown = []
    for name in KNOWN:
        try:
            pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
        except ValueError:
            unknown.append(name)
    assert set(unknown) <= {"fchmodat2"}  # of Linux 6.6, younger than this libseccomp
    assert len(set(KNOWN)) == len(KNOWN)


@pytest.mark.parametrize("name", CELLS)
def test_honest_work_is_done(ended, name):
    assert ended[name] == "done"


@pytest.mark.skipif(missing() is not None, reason=f"no container here: {missing()}")
def test_honest_work_is_done_by_a_user_without_rights(tmp_path: Path):
    done = run_in_container(tmp_path, "tests.honest_cells", "user")
    assert json.loads(done.splitlines()[-1]) == dict.fromkeys(CELLS, "done")
