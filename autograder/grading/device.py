"""Which device checks run on: a GPU counts where a confined worker has computed on it."""

import functools
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch

from autograder.errors import GraderFault, UsageError
from autograder.judging.suite.authoring import Probe, probe
from autograder.sandbox.cell_run import NotebookWork
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.launch import LaunchSpec, Mode
from autograder.sandbox.retrying_session import RetryingSession
from autograder.sandbox.worker.limits import Limits
from autograder.sandbox.worker.wire import WireError

DEVICES: Final = ("auto", "cpu", "cuda")
TRIAL_TIMEOUT_S: Final = 60.0
CONTEXT_BYTES: Final = 2**30  # an allowance for what CUDA itself keeps on the device for each process
NVIDIA_DRIVER: Final = Path("/dev/nvidiactl")


@dataclass(frozen=True, slots=True)
class Device:
    """Where checks run: `kind` as torch names it, a GPU's `name` and its memory in bytes."""

    kind: str
    name: str | None = None
    memory_bytes: int = 0

    def workers(self, asked: int, limits: Limits) -> int:
        """Return how many of `asked` workers a GPU's memory holds at once, at least 1; no bound on a CPU."""
        if self.name is None:
            return asked
        return max(1, min(asked, self.memory_bytes // (limits.device_bytes + CONTEXT_BYTES)))


CPU: Final = Device("cpu")


@functools.cache
def choose(requested: str, mode: Mode) -> Device:
    """Return the device to use for `requested`, one of `DEVICES`, by workers that run in `mode`.

    "auto" takes a GPU that works, else the CPU, and says so on stderr unless nothing here suggests a
    GPU. Raises `UsageError`, saying what is missing, where "cuda" cannot be had.
    """
    if requested == "cpu":
        return CPU
    found = find_gpu(mode)
    if isinstance(found, Device):
        return found
    if requested == "cuda":
        raise UsageError(f"--device cuda: {found}")
    if torch.version.cuda is not None or NVIDIA_DRIVER.exists():
        print(f"autograder: grading on the CPU: {found}", file=sys.stderr)
    return CPU


def for_remote(requested: str) -> Device:
    """Return the device that other hosts are to use: one kind for a whole class, which the CPU is everywhere."""
    if requested == "cuda":
        raise UsageError("--device cuda: workers of a cluster grade on their CPUs; leave --device or --scheduler out")
    return CPU


@functools.cache
def find_gpu(mode: Mode) -> Device | str:
    """Return the GPU on which a worker in `mode` can compute, or a sentence on why there is none."""
    if torch.version.cuda is None:
        return f"torch {torch.__version__} is built without CUDA; install its CUDA build, see pytorch.org"
    if not NVIDIA_DRIVER.exists():
        return f"there is no NVIDIA driver ({NVIDIA_DRIVER}); a container needs its runtime's option for GPUs"
    try:
        return _tried(mode)
    except (GraderFault, WireError, OSError) as error:
        return f"a worker cannot compute on the GPU ({error}); autograder doctor says what works here"


@probe
def _trial(_student):  # type: ignore[no-untyped-def]  # a probe's source is sent without what annotations need
    x = torch.ones(64, 64, requires_grad=True)
    (gradient,) = torch.autograd.grad((x @ x).sum(), x)
    gpu = torch.cuda.get_device_properties(0)
    return [gradient.device.type, gpu.name, gpu.total_memory]


def _tried(mode: Mode) -> Device:
    trial: Probe = _trial
    request = {"source": trial.source, "name": trial.name, "arguments": {}, "seed": 0}
    with ForkServer(LaunchSpec(mode, device="cuda")) as server:
        session = RetryingSession(lambda: server, NotebookWork(()), Limits())
        try:
            answer, _ = session.probe(request, TRIAL_TIMEOUT_S)
        finally:
            session.close()
    match answer:
        case {"answer": ["cuda", str(name), int(memory)]}:
            return Device("cuda", name, memory)
        case {"error": {"message": str(message)}}:
            raise GraderFault(message)
    raise GraderFault(f"it answered {answer}")
