"""What confined code can and cannot do, seen from outside."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import torch

from autograder.catalogue.course import find_course
from autograder.errors import SandboxUnavailable, WorkerLost
from autograder.sandbox import launch as sandbox
from autograder.sandbox import permissions
from autograder.sandbox.cell_run import NotebookRun, NotebookWork
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.launch import LaunchSpec
from autograder.sandbox.remote_session import RemoteSession
from autograder.sandbox.resource_monitor import OverMemory
from autograder.sandbox.retrying_session import RetryingSession
from autograder.sandbox.worker import wire
from autograder.sandbox.worker.limits import Limits

PROBLEM = sandbox.bubblewrap_problem()
pytestmark = pytest.mark.skipif(PROBLEM is not None, reason=f"no confinement here: {PROBLEM}")


@pytest.fixture(scope="module")
def server():
    os.environ["A_TOKEN"] = "secret"
    with ForkServer(LaunchSpec(sandbox.choose("bwrap"), modules=["matplotlib.pyplot"])) as server:
        yield server
    del os.environ["A_TOKEN"]


@pytest.fixture
def run(server):
    sessions = []

    def run(*cells, figures=False, **limits):
        numbered = list(enumerate(cells, 1))
        work = NotebookWork(numbered, seed=7, figures=figures)
        session = RetryingSession(lambda: server, work, Limits(**limits))
        sessions.append(session)
        session.start()
        return session

    yield run
    for session in sessions:
        session.close()


def ask(session, body, timeout_s=10.0, **arguments):
    request = {"source": f"def p(student, **arguments):\n    {body}", "name": "p", "arguments": arguments, "seed": 1}
    return session.probe(request, timeout_s)[0]


def printed(session, number):
    return session.run.cells[number].output


def test_cells_run_in_order_and_a_failing_one_does_not_stop_the_next(run):
    session = run("a = 1", "b = a / 0", "c = a + 1\nc")
    assert session.run.cells[2].error["type"] == "ZeroDivisionError"
    assert printed(session, 3).strip() == "2"
    assert ask(session, "return student.c") == {"answer": 2}


PLOT = "import matplotlib.pyplot as plt\nplt.plot([1, 2])"


def test_what_a_cell_draws_is_kept_where_it_is_asked_for(run):
    session = run(PLOT, "plt.title(r'$\\frac$')\nplt.figure()\nplt.plot([1])", "1 + 1", figures=True)
    assert [len(cell.figures) for cell in session.run.cells.values()] == [1, 1, 0]
    assert session.run.cells[1].figures[0].startswith(b"\x89PNG")
    assert run(PLOT).run.cells[1].figures == ()


@pytest.mark.parametrize(
    "written",
    [
        "file.write(b'<svg onload=alert(1)>')",
        "file.write(bytes.fromhex('89504e470d0a1a0a0000000d49484452') + b'\\xff' * 16)",
        "file.write(bytes(2**20))",
        "while True: pass",
        "raise SystemExit",
    ],
)
def test_a_drawing_that_is_no_picture_is_left_out_and_costs_nothing(run, written):
    lie = f"import matplotlib.figure\ndef savefig(self, file, **_):\n    {written}\nmatplotlib.figure.Figure.savefig = savefig"
    session = run(lie, PLOT, "x = 3", figures=True, cell_s=1.0)
    assert all(cell.figures == () for cell in session.run.cells.values())
    assert ask(session, "return student.x") == {"answer": 3}


def test_a_probe_reads_functions_by_name_and_missing_ones_are_told(run):
    session = run("def f(x):\n    return x @ x")
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert torch.equal(ask(session, "return student.f(arguments['x'])", x=x)["answer"], x @ x)
    assert ask(session, "return student.g(1)")["error"]["kind"] == "missing"


def test_a_probe_that_raises_tells_the_students_own_lines(run):
    session = run("def inner(x):\n    return x['a']\n\ndef outer(x):\n    return inner(x)")
    error = ask(session, "return student.outer([])")["error"]
    assert error["type"] == "TypeError" and error["function"] == "inner"
    assert [frame["text"] for frame in error["frames"]] == ["return inner(x)", "return x['a']"]


def test_nothing_of_the_host_can_be_read(run, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden")
    project = Path(__file__).parents[1]
    session = run(
        f"import os\nprint(os.path.exists({str(secret)!r}), os.path.exists({str(project / 'solutions')!r}), "
        f"os.path.exists({str(project / 'autograder/checks')!r}), os.path.exists({str(project / 'tests')!r}))",
        "print(os.listdir('/proc'), os.listdir('/tmp'), sorted(os.environ))",
        "print(os.getuid(), os.getpid())",
        "open('/usr/x', 'w')",
        "open(os.__file__, 'a')",
    )
    assert printed(session, 1).split() == ["False"] * 4
    assert printed(session, 2).startswith("[] ['session']")
    assert "A_TOKEN" not in printed(session, 2)
    user, process = printed(session, 3).split()
    assert user != "0" and process == "1"
    assert session.run.cells[4].error and session.run.cells[5].error


def test_there_is_no_network(run):
    session = run(
        "import socket\nsocket.create_connection(('127.0.0.1', 1), 1)", "socket.create_connection(('10.0.0.1', 1), 1)"
    )
    for number in (1, 2):
        assert "unreachable" in session.run.cells[number].error["message"]


def test_more_threads_and_windows_can_be_asked_for_and_change_nothing(run):
    session = run(
        "import torch, matplotlib\nimport matplotlib.pyplot as plt\nmatplotlib.use('TkAgg')\nplt.switch_backend('QtAgg')\n"
        "torch.set_num_threads(4)\ntorch.set_num_interop_threads(4)\nplt.plot([1])\nplt.show()",
        "def f():\n    x = torch.randn(1000, 1000)\n    return float((x @ x).sum())\nf()",
    )
    assert [cell.error for cell in session.run.cells.values()] == [None, None]
    assert "answer" in ask(session, "return student.f()")


def test_shell_commands_are_refused_with_a_reason_and_front_end_magics_are_ignored(run):
    session = run(
        "!touch shell\nx = !ls\ny = 3", "%%bash\ntouch bash", "%matplotlib inline\ny", "%no_such_magic\ny", "%time z = 4",
        "import os; print(os.listdir(), x)",
    )  # fmt: skip
    assert all(cell.error is None for cell in session.run.cells.values())
    for number in (1, 2):
        assert "shell commands" in printed(session, number)
    assert printed(session, 4).strip() == "3" and printed(session, 6).strip() == "[] []"


def test_a_cell_that_never_ends_costs_its_limit_and_the_next_ones_run(run):
    session = run("x = 1", "while True:\n    pass", "y = x + 1", cell_s=0.5)
    assert session.run.cells[2].error["kind"] == "timeout"
    assert ask(session, "return student.y") == {"answer": 2}


def test_a_limit_is_of_computing_so_that_a_busy_machine_makes_nothing_wrong(run):
    waits = "import time\ndef wait(seconds):\n    time.sleep(seconds)\n    return seconds"
    session = run(waits, "wait(0.75)", "wait(60)", cell_s=0.5)
    assert session.run.cells[2].error is None and session.run.cells[3].error["kind"] == "timeout"
    assert ask(session, "return student.wait(0.75)", timeout_s=0.5) == {"answer": 0.75}
    with pytest.raises(wire.WireTimeout):
        ask(session, "return student.wait(60)", timeout_s=0.5)


def test_a_cell_that_swallows_its_time_limit_is_left_out_of_a_second_run(run):
    stubborn = "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass"
    session = run("x = 1", stubborn, "y = x + 1", cell_s=0.5)
    assert {number: each.outcome for number, each in session.run.skipped.items()} == {2: "timeout"}
    assert ask(session, "return student.y") == {"answer": 2}


def test_a_cell_that_ends_the_process_is_left_out_of_a_second_run(run):
    session = run("x = 1", "import os\nos._exit(0)", "y = x + 1", "os.kill(os.getpid(), 9)\nz = 3")
    assert list(session.run.skipped) == [2]
    assert ask(session, "return student.y") == {"answer": 2}


def test_a_probe_that_ends_or_hangs_costs_itself_alone(run):
    session = run("import os\nx = 1\ndef leave():\n    os._exit(0)\ndef hang():\n    while True:\n        pass")
    with pytest.raises(wire.WireError):
        ask(session, "student.leave()")
    with pytest.raises(wire.WireTimeout):
        ask(session, "student.hang()", timeout_s=0.5)
    assert ask(session, "return student.x") == {"answer": 1}


def test_questions_start_from_the_notebooks_own_state(run):
    session = run("seen = []")
    assert ask(session, "student.seen.append(1); return len(student.seen)") == {"answer": 1}
    session.reset()
    assert ask(session, "student.seen.append(1); return len(student.seen)") == {"answer": 1}


def test_a_copy_that_a_cell_or_a_function_forks_and_lets_go_on_does_not_answer(run):
    fork = "if os.fork() == 0:\n    {}\n"
    session = run(
        "import os, sys, time\n" + fork.format("sys.exit()") + "print('once')",
        fork.format("time.sleep(0.2)") + "x = 1",
        "def twice():\n    if os.fork() == 0:\n        return 2\n    time.sleep(0.2)\n    return 1",
    )
    assert session.run.skipped == {} and [cell.error for cell in session.run.cells.values()] == [None] * 3
    assert [ask(session, "return student.twice()") for _ in range(2)] == [{"answer": 1}] * 2


def test_memory_processes_and_files_are_bounded(run):
    session = run(
        "import torch, os, numpy as np\ntorch.zeros(2**31)",
        "np.ones(2**30)",
        "children = 0\ntry:\n    for _ in range(500):\n        if os.fork() == 0:\n            import time; time.sleep(60)\n"
        "        children += 1\nexcept OSError:\n    pass\nprint(children)",
        "open('/tmp/large', 'wb').write(b'x' * 2**27)",
    )
    assert [session.run.cells[number].error["kind"] for number in (1, 2)] == ["memory", "memory"]
    assert 0 < int(printed(session, 3)) < 64
    assert session.run.cells[4].error["type"] == "OSError"


FILL = (
    "import ctypes, time\nlibc = ctypes.CDLL(None)\nlibc.mmap.restype = ctypes.c_void_p\n"
    "libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]\n"
    "libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]\n"
    "def fill():\n    for _ in range(100):\n        start = libc.mmap(None, 2**26, 3, 0x22, -1, 0)\n"
    "        ctypes.memset(start, 1, 2**26)\n        libc.mprotect(start, 2**26, 1)\n        time.sleep(0.1)\n"
)


def test_what_one_process_holds_is_seen_in_cells_and_in_probes(run):
    limits = {"memory_bytes": 2**29, "cell_s": 20.0}
    told = "it used more than 0.5 GiB in 1 process"
    session = run(FILL + "fill()", **limits)
    assert session.run.skipped[1].why == told
    session.close()
    hide = "libc.prctl(4, 0, 0, 0, 0)\n"  # others may no longer read what it holds
    session = run(FILL + hide + "fill()", **limits)
    assert session.run.skipped[1].why == told
    session.close()
    with pytest.raises(OverMemory):
        ask(run(FILL, **limits), "return student.fill()", 20.0)


def test_output_is_cut_and_says_so(run):
    session = run("for _ in range(3000):\n    print('x' * 1000)")
    assert len(printed(session, 1)) < 2**20 + 100 and "more characters were dropped" in printed(session, 1)


def test_one_seed_gives_one_answer_and_another_gives_another(run):
    body = "return [torch.randn(2), np.random.rand(2), random.random(), np.random.default_rng().random(2)]"
    first, second = (wire.encode(ask(run("x = 1"), body)) for _ in range(2))
    other = {"source": f"def p(student):\n    {body}", "name": "p", "arguments": {}, "seed": 2}
    assert first == second != wire.encode(run("x = 1").probe(other, 10)[0])


def test_nothing_is_left_running_when_a_session_or_the_worker_ends(run):
    mark = f"sleep-{os.getpid()}"
    hide = f"import os, sys, time\nif os.fork() == 0:\n    os.setsid()\n    os.execv(sys.executable, [{mark!r}, '-c', 'import time; time.sleep(300)'])"
    session = run(hide, "import time; time.sleep(0.3)")
    assert mark in _processes()
    session.close()
    assert mark not in _processes()


def test_a_cell_that_never_ends_has_its_time_twice_however_often_the_process_is_lost(run):
    no_fork = "import resource\nresource.setrlimit(resource.RLIMIT_NPROC, (0, 0))"
    session = run("while True: pass", no_fork, cell_s=0.5)
    with pytest.raises(wire.WireError):
        ask(session, "return 1")
    assert session.run.cells[1].error["kind"] == "timeout" and not session.run.brief
    with pytest.raises(wire.WireError):
        ask(session, "return 1")
    assert session.run.brief.keys() == {1} and session.run.brief[1].error["kind"] == "timeout"


def test_a_session_prepared_is_taken_by_the_next_that_has_its_limits(server):
    server.prepare(Limits())
    assert server.healthy
    prepared = server.submission_processes()
    session = RemoteSession(server, Limits(), {})
    assert server.submission_processes() == prepared and len(prepared) == 1
    session.close()
    server.prepare(Limits())
    session = RemoteSession(server, Limits(processes=7), {})
    assert len(server.submission_processes()) == 1 and server.submission_processes() != prepared
    run = NotebookRun()
    limit = "import resource; print(resource.getrlimit(resource.RLIMIT_NPROC)[0])"
    assert session.run(NotebookWork([(1, limit)]), time.monotonic() + 60, run) is None
    assert run.cells[1].output == "7\n"
    session.close()


def test_a_session_prepared_meanwhile_counts_for_nobody(server, run):
    hide = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(60)\n    os._exit(0)"
    session = run(hide)
    assert ask(session, "return 1") == {"answer": 1}
    running = _pids(server)
    server.prepare(Limits())
    assert server.healthy
    assert _pids(server) == running and len(running) == 3
    session.close()
    session = RemoteSession(server, Limits(), {})
    assert len(server.submission_processes()) == 1 and running.isdisjoint(_pids(server))
    session.close()


def _pids(server):
    return {each.pid for each in server.submission_processes()}


def test_a_cell_finds_nothing_of_what_was_run_before_it(run):
    session = run("print([name for name in globals() if 'rehears' in name], [_], get_ipython().execution_count)")
    assert printed(session, 1) == "[] [''] 1\n"


def test_a_session_that_ends_before_the_first_cell_is_our_fault(server):
    session = RemoteSession(server, Limits(), {})
    server.close_session(session._process)
    with pytest.raises(WorkerLost, match="before its first cell"):
        session.run(NotebookWork([(1, "x = 1")]), time.monotonic() + 60, NotebookRun())
    session.close()


def test_a_process_that_somebody_else_has_killed_costs_no_answer(server, run):
    session = run("x = 3")
    for process in server.submission_processes():  # before it has forked one for probes
        process.kill()
    assert ask(session, "return student.x") == {"answer": 3}
    for process in server.submission_processes():
        process.kill()
    assert ask(session, "return student.x") == {"answer": 3}


def test_a_virtual_environment_is_mounted_away_from_the_folders_that_a_session_covers(monkeypatch, tmp_path):
    python = tmp_path / ".venv/bin/python"  # below /tmp
    python.parent.mkdir(parents=True)
    python.symlink_to(os.path.realpath(sys.executable))
    monkeypatch.setattr(sandbox.sys, "prefix", str(tmp_path / ".venv"))
    monkeypatch.setattr(sandbox.sys, "executable", str(python))
    command = sandbox.launch(LaunchSpec("bwrap"), 3, 0, Path("/tmp")).command
    inside = [command[index + 2] for index, word in enumerate(command) if word == "--ro-bind"]
    assert not [path for path in inside if path.startswith(("/tmp", "/dev", "/proc"))]
    assert "/grader/python/bin/python" in command


def test_what_every_user_can_read_is_told(tmp_path):
    for folder in (tmp_path, *tmp_path.parents):
        if Path(tempfile.gettempdir()) in folder.parents:
            folder.chmod(0o755)
    file, folder, inner = tmp_path / "file", tmp_path / "folder", tmp_path / "folder/inner"
    folder.mkdir(mode=0o700)
    for path in (file, inner):
        path.touch()
        path.chmod(0o644)
    assert permissions.exposed([file, folder, inner, tmp_path / "absent"]) == [file]
    folder.chmod(0o711)
    assert permissions.exposed([folder, inner]) == [folder, inner]
    file.chmod(0o640)
    assert permissions.exposed([file]) == []


def test_all_of_a_course_is_private_but_what_students_have(course):
    (course / "assignments").mkdir()
    (course / ".git").mkdir()
    (course / "gradebook.db").touch()
    private = {path.name for path in permissions.private(find_course(course))}
    assert private == {".git", "gradebook.db", "pyproject.toml", "solutions"}


def test_student_code_is_not_run_where_it_cannot_read_what_it_needs(tmp_path):
    with pytest.raises(SandboxUnavailable, match=f"could not read .*{tmp_path}.*: open every folder on the way"):
        permissions.check_readable((), {"COURSEDATA_HOME": tmp_path})


def test_data_folders_are_read_only_and_found_by_their_variable(tmp_path):
    (tmp_path / "numbers").write_text("1 2 3")
    tmp_path.chmod(0o755)
    cell = "import os\nfrom pathlib import Path\nhome = Path(os.environ['COURSEDATA_HOME'])\ntext = (home / 'numbers').read_text()"
    writing = "try:\n    (home / 'mine').write_text('x')\nexcept OSError as error:\n    refused = error.strerror"
    with ForkServer(LaunchSpec(sandbox.choose("bwrap"), data={"COURSEDATA_HOME": tmp_path})) as server:
        session = RetryingSession(lambda: server, NotebookWork([(1, cell), (2, writing)], seed=7), Limits())
        session.start()
        assert ask(session, "return [student.text, student.refused, str(student.home)]") == {
            "answer": ["1 2 3", "Read-only file system", "/grader/data/coursedata_home"]
        }
        session.close()
    assert [path.name for path in tmp_path.iterdir()] == ["numbers"]


def test_a_lost_worker_is_told_apart_from_a_lost_submission():
    from autograder.errors import WorkerLost

    with ForkServer(LaunchSpec(sandbox.choose("bwrap"))) as server:
        server.wait_until_ready()
        server._process.kill()
        with pytest.raises(WorkerLost, match="ended"):
            server.open(Limits())


def _processes() -> str:
    return subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
