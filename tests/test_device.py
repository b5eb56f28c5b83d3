"""`--device`: what a GPU changes. Without one, a pretended device and a state that cannot be forked stand in for it."""

import os
import subprocess
from pathlib import Path

import pytest
import torch
from conftest import RIGHT
from test_grade import CLASS, grade, lines, submit, timeless

from autograder import cli
from autograder.authoring.recorded import read_alternatives
from autograder.catalogue.course import find_course
from autograder.catalogue.submission import read_submission
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.errors import UsageError
from autograder.grading import device
from autograder.grading.device import CPU, Device
from autograder.grading.grader import Grader
from autograder.grading.settings import Settings
from autograder.judging.judge import Judge
from autograder.judging.judge_plugin import derive_seed
from autograder.judging.remote_student import RemoteStudent
from autograder.sandbox import launch as sandbox
from autograder.sandbox.cell_run import NotebookWork
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.launch import LaunchSpec
from autograder.sandbox.retrying_session import RetryingSession
from autograder.sandbox.worker import wire
from autograder.sandbox.worker.limits import Limits

ROOT = Path(__file__).parents[1]
PROBLEM = sandbox.bubblewrap_problem()
needs_bubblewrap = pytest.mark.skipif(PROBLEM is not None, reason=f"no confinement here: {PROBLEM}")
MODE = "bwrap" if PROBLEM is None else "none"  # a machine that is lent for its GPU may lack bubblewrap
CACHED = device.choose, device.find_gpu
H = Device("cuda", "H", 24 * 2**30)
NO_FORKS = "\n__import__('torch').cuda.is_initialized = lambda: True\n"  # adds no name


@pytest.fixture(autouse=True)
def fresh():
    for function in CACHED:
        function.cache_clear()
    yield
    for function in CACHED:
        function.cache_clear()


def without_gpu(monkeypatch, *, cuda_build):
    monkeypatch.setattr(torch.version, "cuda", "13.0" if cuda_build else None)
    monkeypatch.setattr(device, "NVIDIA_DRIVER", Path("/nowhere/nvidiactl"))


class TestTheChoice:
    def test_cuda_without_a_gpu_is_refused_with_what_is_missing(self, monkeypatch, course, capsys):
        path = submit(course, {"right": CLASS["right"]})
        for cuda_build, missing in ((False, "built without CUDA"), (True, "no NVIDIA driver (/nowhere/nvidiactl)")):
            device.find_gpu.cache_clear()
            without_gpu(monkeypatch, cuda_build=cuda_build)
            assert grade(path, "--sandbox", "none", "--device", "cuda", "--out", course / "out", course=course) == 2
            told = capsys.readouterr().err
            assert "--device cuda: " in told and missing in told and not (course / "out").exists()

    def test_auto_falls_back_and_says_so_once_where_a_gpu_was_to_be_expected(self, monkeypatch, capsys):
        without_gpu(monkeypatch, cuda_build=True)
        assert device.choose("auto", "none") == device.choose("auto", "none") == CPU
        assert capsys.readouterr().err.count("grading on the CPU: there is no NVIDIA driver") == 1

    def test_auto_has_nothing_to_say_where_nothing_suggests_a_gpu(self, monkeypatch, capsys):
        without_gpu(monkeypatch, cuda_build=False)
        assert device.choose("auto", "none") == CPU and capsys.readouterr().err == ""

    def test_auto_and_cuda_take_a_gpu_that_works_and_cpu_does_not_look(self, monkeypatch):
        monkeypatch.setattr(device, "find_gpu", lambda mode: H)
        assert device.choose("auto", "none") == device.choose("cuda", "none") == H
        monkeypatch.setattr(device, "find_gpu", None)
        assert device.choose("cpu", "none") == CPU

    def test_a_gpu_on_which_a_worker_cannot_compute_is_none(self, monkeypatch, tmp_path):
        if os.path.exists("/dev/nvidiactl"):
            pytest.skip("a worker can compute on the GPU of this machine")
        driver = tmp_path / "nvidiactl"
        driver.touch()
        monkeypatch.setattr(torch.version, "cuda", "13.0")
        monkeypatch.setattr(device, "NVIDIA_DRIVER", driver)
        assert "a worker cannot compute on the GPU (cuda cannot be used: " in device.find_gpu("none")

    def test_nbgraders_configuration_has_it_too(self, monkeypatch, course):
        from traitlets.config import Config

        from autograder.gradebook.preprocessors import ConfinedExecute

        without_gpu(monkeypatch, cuda_build=False)
        settings = {"ConfinedExecute": {"device": "cuda", "sandbox": "none"}, "CourseDirectory": {"root": str(course)}}
        with pytest.raises(UsageError, match="--device cuda: torch"):
            ConfinedExecute(config=Config(settings))._graded({"student": "s", "assignment": "doubling"})
        assert ConfinedExecute().device == "auto"

    def test_as_many_workers_as_its_memory_holds(self):
        assert [H.workers(asked, Limits(device_bytes=5 * 2**30)) for asked in (2, 16)] == [2, 4]
        assert H.workers(16, Limits(device_bytes=2**40)) == 1 and CPU.workers(16, Limits()) == 16

    def test_another_device_is_another_environment(self, course):
        other = Device("cuda", "another", H.memory_bytes)
        found = [Settings(course, "none", device=each).environment("doubling").to_json() for each in (CPU, H, other)]
        assert [(each["device"], each["gpu"]) for each in found] == [("cpu", None), ("cuda", "H"), ("cuda", "another")]

    def test_regrade_keeps_to_the_device_of_the_results(self, monkeypatch, course, capsys):
        path = submit(course, {"right": CLASS["right"]})
        assert grade(path, "--sandbox", "none", "--out", course / "out", course=course) == 0
        monkeypatch.setattr(device, "find_gpu", lambda mode: H)
        monkeypatch.chdir(course)
        again = ["regrade", str(path), "--question", "double", "--sandbox", "none", "--out", str(course / "out")]
        assert cli.main([*again, "--device", "cuda"]) == 0
        assert "right was graded with --device cpu" in capsys.readouterr().err


class TestTheSandbox:
    def test_a_gpu_is_let_in_only_where_it_is_asked_for(self, monkeypatch, tmp_path):
        node = tmp_path / "nvidia0"
        node.touch()
        monkeypatch.setattr(sandbox, "NVIDIA_NODES", str(tmp_path / "nvidia*"))
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
        cpu, cuda = (sandbox.launch(LaunchSpec("bwrap", device=kind), 3, 0, Path("/tmp")) for kind in ("cpu", "cuda"))
        let_in = ["--dev-bind", str(node), str(node)]
        assert " ".join(let_in) in " ".join(cuda.command) and str(node) not in cpu.command
        assert [each.environment["CUDA_VISIBLE_DEVICES"] for each in (cpu, cuda)] == ["", "1"]

    @needs_bubblewrap
    def test_of_proc_a_session_with_a_gpu_sees_itself_and_the_driver(self, monkeypatch):
        launch = sandbox.launch(LaunchSpec("bwrap", device="cuda"), 3, 0, Path("/tmp"))
        command = list(launch.command[: launch.command.index("-m")])
        after = command.index("--dev-bind")
        command[after:after] = ["--dev-bind", "/dev/null", "/dev/nvidiactl"]
        code = (
            "import os\nfrom worker import confinement\nconfinement.enter_namespaces()\n"
            "if os.fork():\n    os._exit(os.waitstatus_to_exitcode(os.wait()[1]))\n"
            "confinement.cover_shared_folders(2**20)\n"
            "open(f'/proc/self/task/{os.listdir(\"/proc/self/task\")[0]}/comm', 'w').write('named')\n"
            "print(open('/proc/self/comm').read().strip(), sorted(os.listdir('/proc')), os.listdir('/tmp'))\n"
        )
        done = subprocess.run(
            [*command, "-c", code], env=launch.environment, capture_output=True, text=True, check=True
        )
        named, listed = done.stdout.split(maxsplit=1)
        assert named == "named" and "'self'" in listed and listed.strip().endswith("[]")
        assert not any(name.strip("[',]").isdigit() for name in listed.split())


@pytest.fixture(scope="module")
def server():
    with ForkServer(LaunchSpec(sandbox.choose("bwrap"))) as server:
        yield server


@pytest.fixture(scope="module")
def pretending():
    with ForkServer(
        LaunchSpec(sandbox.choose("bwrap"), [ROOT / "tests/pretend"], ["pretend"], device="pretend")
    ) as server:
        yield server


@pytest.fixture
def start():
    sessions = []

    def start(server, *cells, **limits):
        work = NotebookWork(list(enumerate(cells, 1)), seed=7)
        session = RetryingSession(lambda: server, work, Limits(**limits))
        sessions.append(session)
        session.start()
        return session

    yield start
    for session in sessions:
        session.close()


def ask(session, body, timeout_s=10.0, **arguments):
    request = {"source": f"def p(student, **arguments):\n    {body}", "name": "p", "arguments": arguments, "seed": 1}
    return session.probe(request, timeout_s)[0]


@needs_bubblewrap
class TestAStateThatCannotBeForked:
    def test_each_question_starts_from_the_notebooks_state_and_checks_of_one_share_it(self, server, start):
        session = start(server, f"import torch\n{NO_FORKS}seen = []\nx = torch.randn(2)")
        body = "student.seen.append(1); return [len(student.seen), student.x]"
        (first, x), (second, _) = (ask(session, body)["answer"] for _ in range(2))
        session.reset()
        again, same = ask(session, body)["answer"]
        assert [first, second, again] == [1, 2, 1] and torch.equal(x, same)

    def test_a_probe_that_ends_or_hangs_costs_itself_alone(self, server, start):
        session = start(
            server, f"{NO_FORKS}import os\nx = 1\ndef leave():\n    os._exit(0)\ndef hang():\n    while True: pass"
        )
        for _ in range(7):  # however often
            with pytest.raises(wire.WireError):
                ask(session, "student.leave()")
        with pytest.raises(wire.WireTimeout):
            ask(session, "student.hang()", timeout_s=0.3)
        assert ask(session, "return student.x") == {"answer": 1}

    def test_a_notebook_that_runs_again_does_not_use_up_the_checks_time(self, server, course):
        slow = f"import time\ntime.sleep(0.6)\n{NO_FORKS}{RIGHT}"
        checks = course / "checks/doubling/visible_checks.py"
        checks.write_text(checks.read_text().replace("weight=3,", "weight=3, timeout_s=0.5,"))
        assert [question.score for question in judged(server, find_course(course).assignment("doubling"), slow)] == [
            8,
            2,
        ]

    def test_results_are_those_of_forks(self, course):
        grader = Grader(Settings(course, sandbox.choose("bwrap")))
        for student in ("right", "leaves", "squares", "eats", "typo", "liar", "patches", "blank"):
            cells = [source for _, source in read_submission(CLASS[student][0], "x.ipynb").cells]
            forked, here = (
                grader.grade(SubmissionBytes(student, "doubling", "x.py", script.encode())).result
                for script in ("\n".join(cells), "\n".join([*cells, NO_FORKS]))
            )
            assert timeless(forked.to_json()["questions"]) == timeless(here.to_json()["questions"])
            assert forked.notes == here.notes
        grader.close()


def judged(server, assignment, *cells):
    work = NotebookWork(list(enumerate(cells, 1)), derive_seed(0, assignment.name))
    session = RetryingSession(lambda: server, work, Limits())
    student = RemoteStudent(session)
    session.start()
    with Judge(assignment, visible_only=False) as judge:
        questions = judge.judge(student)
    session.close(wait=False)
    assert not student.notes()
    return questions


def lost(questions):
    return [(check.id, check.message) for question in questions for check in question.checks if not check.passed]


TENSORS = {
    "makers": "[torch.zeros(2), torch.tensor([1.0]), torch.normal(0.0, 1.0, (2,)), torch.from_numpy(np.ones(2)), "
    "torch.as_tensor(np.ones(2)), torch.randperm(3), torch.randn(2, generator=torch.Generator().manual_seed(3))]",
    "layers": "[*torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3)).state_dict().values()]",
    "arguments": "[arguments['x'], arguments['nested'][0]['y']]",
    "minibatches": "[x for pair in torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.randn(5, 2), "
    "torch.arange(5)), batch_size=2, shuffle=True) for x in pair]",
}


@needs_bubblewrap
class TestAPretendedDevice:
    @pytest.mark.parametrize("name", TENSORS)
    def test_what_a_notebook_makes_and_a_probe_is_given_lies_there(self, pretending, name, start):
        session = start(pretending)
        x = torch.ones(2)
        found = ask(session, f"return [each.device.type for each in {TENSORS[name]}]", x=x, nested=[{"y": x}])
        assert found["answer"] and set(found["answer"]) == {"pretend"}

    def test_it_refuses_the_cpus_tensors_as_a_gpu_does(self, pretending, start):
        session = start(pretending)
        error = ask(session, "return torch.ones(2) + torch.ones(2, device='cpu')")["error"]
        assert "same device" in error["message"]

    def test_numbers_are_those_of_the_cpu(self, server, pretending, start):
        body = (
            "w = torch.zeros(2, 1, requires_grad=True); (torch.randn(4, 2) @ w - 1).square().sum().backward(); "
            "return [w.is_leaf, w.grad, torch.randperm(9), w.detach().numpy(), np.asarray(torch.rand(2)), torch.rand(3)]"
        )
        on_cpu, there = (ask(start(each), body)["answer"] for each in (server, pretending))
        assert wire.encode(on_cpu) == wire.encode(there)

    @pytest.mark.parametrize("name", ["tensors"])
    def test_right_solutions_are_right_there(self, name):
        course = find_course(ROOT)
        assignment = course.assignment(name)
        solution = read_submission(assignment.notebook.read_bytes(), assignment.notebook.name).cells
        packages, modules = [*course.packages, ROOT / "tests/pretend"], [*assignment.modules, "pretend"]
        data = course.data(assignment.modules)
        with ForkServer(LaunchSpec(sandbox.choose("bwrap"), packages, modules, data, "pretend")) as server:
            assert lost(judged(server, assignment, *(source for _, source in solution))) == []


@needs_bubblewrap
def test_more_of_a_gpus_memory_than_is_free_is_an_outcome_of_its_own(server, start):
    message = "CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 4.00 GiB"
    session = start(server, f"import torch\nraise torch.OutOfMemoryError({message!r})")
    assert session.run.cells[1].error["kind"] == "memory"


@pytest.fixture(scope="module")
def gpu():
    found = device.find_gpu(MODE)
    if isinstance(found, str):
        pytest.skip(f"no CUDA device: {found}")
    return found


@pytest.fixture(scope="module")
def computing(gpu):
    with ForkServer(LaunchSpec(MODE, device=gpu.kind)) as server:
        yield server


@pytest.mark.gpu
class TestAGPU:
    def test_a_class_gets_the_scores_of_the_cpu_and_results_name_the_gpu(self, gpu, course):
        students = {name: CLASS[name] for name in ("right", "leaves", "squares", "eats", "typo", "patches", "blank")}
        path = submit(course, students)
        for kind in ("cpu", "cuda"):
            assert grade(path, "--device", kind, "--sandbox", MODE, "--out", course / kind, course=course) == 1
        found = lines(course / "cuda")
        assert {name: line["score"] for name, line in found.items()} == {
            name: line["score"] for name, line in lines(course / "cpu").items()
        }
        assert all(line["environment"]["gpu"] == gpu.name for line in found.values())

    def test_two_runs_give_the_same_results(self, gpu, course):
        path = submit(course, {"right": CLASS["right"], "squares": CLASS["squares"]})
        for number in range(2):
            grade(path, "--device", "cuda", "--sandbox", MODE, "--out", course / str(number), course=course)
        assert timeless(lines(course / "0")) == timeless(lines(course / "1"))

    def test_its_memory_is_bounded(self, computing, start):
        session = start(computing, "import torch\nx = torch.zeros(2**20)", "y = x.repeat(2**10)", device_bytes=2**30)
        assert [cell.error and cell.error["kind"] for cell in session.run.cells.values()] == [None, "memory"]
        assert ask(session, "return student.x.device.type") == {"answer": "cuda"}

    @pytest.mark.parametrize("name", [each.name for each in find_course(ROOT).assignments()])
    def test_right_styles_are_right_there(self, gpu, name):
        course = find_course(ROOT)
        assignment = course.assignment(name)
        data = course.data(assignment.modules)
        with ForkServer(LaunchSpec(MODE, course.packages, assignment.modules, data, "cuda")) as server:
            for style, source in read_alternatives(assignment).items():
                assert lost(judged(server, assignment, source)) == [], style
