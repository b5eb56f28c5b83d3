"""`autograder grade --scheduler` on a real scheduler and real workers, over TCP, through what befalls a cluster."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from conftest import RIGHT, make_course, notebook_of
from test_grade import FOUR_TIMES, grade, lines, needs_bubblewrap, run, submit, timeless, wait_for

from autograder.grading import cluster
from tests.dask_cluster import Cluster, certificates, network, no_network

pytestmark = needs_bubblewrap
SLOWLY = "import time\ntime.sleep(0.4)\n"
CLASS = {
    **{f"right{number}": (notebook_of(f"{SLOWLY}x = {number}\n{RIGHT}"), 10) for number in range(6)},
    "squares": (notebook_of(f"{SLOWLY}def double(x):\n    return x**2", FOUR_TIMES), 3),
    "leaves": (notebook_of(RIGHT, "import os\nos._exit(0)"), 10),
    "blank": (notebook_of("def double(x):\n    raise NotImplementedError"), 0),
    "empty": (b"", 0),
}
# Takes the worker along; only ever graded unconfined
DEADLY = "import os, psutil, signal\nos.kill(psutil.Process(os.getppid()).ppid(), signal.SIGKILL)"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_course(tmp_path_factory.mktemp("cluster") / "course")
    submit(root, CLASS)
    (root / "submitted/absent").mkdir()
    return root


@pytest.fixture(scope="module")
def alone(root: Path) -> dict[str, dict]:
    """What one machine gives."""
    assert grade("submitted", "--out", "alone", "--workers", 1, course=root) == 1
    return timeless(lines(root / "alone"))


@pytest.fixture(scope="module")
def two(root: Path) -> Iterator[Cluster]:
    """A scheduler, a worker with a nanny and one without."""
    two = Cluster(root / "two")
    two.start_worker("--no-nanny")
    two.start_worker("--nanny")
    yield two
    two.stop()


def come(out: Path, number: int) -> int:
    """Wait for so many results, and return how many there are."""
    results = out / "results.jsonl"
    wait_for(lambda: results.exists() and results.read_text().count("\n") >= number, 180)
    return results.read_text().count("\n")


def test_a_cluster_gives_what_one_machine_does_and_refuses_other_versions(root, alone, two, tmp_path):
    other = tmp_path / "torch-1.0.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: torch\nVersion: 1.0\n")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    two.start_worker("--no-nanny", "--name", "old", PYTHONPATH=path)
    done = run(root, "grade", "submitted", "--out", "once", "--scheduler", two.address)
    _, told = done.communicate()
    here = alone["right0"]["environment"]["torch"]
    assert done.returncode == 1, told
    assert f"takes no part: its versions are others: torch 1.0 there, {here} here" in told
    assert timeless(lines(root / "once")) == alone
    assert not [*two.folder.rglob("autograder-*")]  # the course is on no worker any more
    two.kill(two.workers.pop())


def test_a_killed_worker_and_a_slow_one_hold_nobody_up(root, alone, two):
    slow, nanny = two.workers
    process = run(root, "grade", "submitted", "--out", "killed", "--scheduler", two.address)
    come(root / "killed", 2)
    slow.send_signal(signal.SIGSTOP)
    try:
        (victim,) = [each for each in psutil.Process(nanny.pid).children() if "spawn_main" in " ".join(each.cmdline())]
        victim.kill()
        come(root / "killed", len(alone) - 1)
    finally:
        slow.send_signal(signal.SIGCONT)
    _, told = process.communicate()
    assert process.returncode == 1 and "is gone; others take over" in told, told
    assert timeless(lines(root / "killed")) == alone


def test_a_submission_that_takes_its_worker_along_is_for_a_person(root, two, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(cluster, "MAX_LOSSES", 1)
    deadly = tmp_path / "submitted/deadly/doubling/doubling.ipynb"
    deadly.parent.mkdir(parents=True)
    deadly.write_bytes(notebook_of(RIGHT, DEADLY))
    arguments = (tmp_path / "submitted", "--out", tmp_path / "out", "--sandbox", "none", "--scheduler", two.address)
    assert grade(*arguments, course=root) == 3
    (line,) = lines(tmp_path / "out").values()
    assert line["needs_review"] and line["score"] == 0
    assert "1 workers of the cluster were lost" in capsys.readouterr().err


def test_what_is_graded_stays_after_ctrl_c_and_when_the_scheduler_starts_again(root, alone, two):
    process = run(root, "grade", "submitted", "--out", "stopped", "--scheduler", two.address)
    come(root / "stopped", 1)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate()
    assert process.returncode == 130 and "submissions left; the same command again goes on" in told, told
    kept = come(root / "stopped", 1)
    assert kept < len(alone)
    again = run(root, "grade", "submitted", "--out", "stopped", "--scheduler", two.address)
    come(root / "stopped", kept + 2)
    two.stop()
    assert come(root / "stopped", kept + 2) < len(alone)
    two.start_scheduler()
    two.start_worker("--no-nanny")
    _, told = again.communicate()
    assert again.returncode == 1 and f"{kept} of {len(alone)} are graded already" in told, told
    assert timeless(lines(root / "stopped")) == alone


def test_without_a_worker_a_run_waits_and_then_says_what_to_start(root, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(cluster, "WORKER_TIMEOUT_S", 1.5)
    empty = Cluster(tmp_path / "empty")
    try:
        assert grade("submitted", "--out", tmp_path / "out", "--scheduler", empty.address, course=root) == 2
    finally:
        empty.stop()
    told = capsys.readouterr().err
    assert f"there is no worker at {empty.address}; waiting up to" in told
    assert f"start `dask worker {empty.address} --nthreads 1`" in told


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["tcp://127.0.0.1:1"], "no dask scheduler answers at"),
        (["tls://127.0.0.1:1"], "check your TLS configuration"),
        (["nowhere"], "missing port number"),
        (["http://127.0.0.1:80"], "tcp://HOST:PORT or tls://HOST:PORT"),
        (["tcp://127.0.0.1:1", "--device", "cuda"], "workers of a cluster grade on their CPUs"),
    ],
)  # fmt: skip
def test_a_scheduler_that_cannot_be_used_exits_2_and_says_why(root, tmp_path, monkeypatch, capsys, options, told):
    monkeypatch.setattr(cluster, "CONNECT_TIMEOUT_S", 0.5)
    assert grade("submitted", "--out", tmp_path / "out", "--scheduler", *options, course=root) == 2
    assert told in capsys.readouterr().err


def test_without_dask_a_run_exits_2_and_says_what_to_install(root, tmp_path, monkeypatch, capsys):
    monkeypatch.delitem(sys.modules, "autograder.grading.cluster")
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert grade("submitted", "--out", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:1", course=root) == 2
    assert "pip install 'autograder-course[cluster]'" in capsys.readouterr().err


def test_hosts_without_a_common_file_grade_over_tls(root, alone, tmp_path):
    if reason := no_network():
        pytest.skip(f"no hosts in network namespaces here: {reason}")
    with network(2) as made:
        there, here = made.hosts
        secure = Cluster(tmp_path / "secure", made.hosts[here], certificates(tmp_path), "tls", made.prefix(here, root))
        try:
            secure.start_worker("--no-nanny", prefix=made.prefix(there, root), host=made.hosts[there])
            options = ("--out", "secure", "--scheduler", secure.address)
            process = run(root, "grade", "submitted", *options, env=os.environ | secure.environment)
            _, told = process.communicate()
        finally:
            secure.stop()
    assert process.returncode == 1, told
    assert timeless(lines(root / "secure")) == alone
