"""How the warm parent is started: in bubblewrap, as an unprivileged user, or unconfined.

bubblewrap: https://github.com/containers/bubblewrap (bwrap(1)).
"""

import ctypes.util
import functools
import glob
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from autograder.errors import SandboxUnavailable

Mode = Literal["bwrap", "user", "none"]
MODES: Final = ("auto", "bwrap", "user", "none")
WORKER: Final = Path(__file__).parent / "worker"
NOBODY: Final = 65534
WORKER_USERS: Final = range(64_100, 65_100, 2)  # and the next one each, see worker.users.remove_traces
NVIDIA_NODES: Final = "/dev/nvidia*"
# Not /dev/zero: what is mapped of it and shared is memory that no limit counts; not terminals.
_DEVICES: Final = ("/dev/null", "/dev/full", "/dev/random", "/dev/urandom")
# What student code may read where there is no mount namespace, beside the interpreter
_SYSTEM: Final = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime",
    "/etc/fonts", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu",
)  # fmt: skip
_INSIDE: Final = "/grader"
_PYTHON: Final = "/grader/python"
_DATA: Final = "/grader/data"
_COVERED: Final = (
    Path("/tmp"),
    Path("/dev"),
    Path("/proc"),
)  # a session's own, so nothing of the host's can be read there
INSTALL_HINT: Final = (
    "install it (Debian, Ubuntu: apt-get install bubblewrap; Fedora: dnf install bubblewrap; "
    "Arch: pacman -S bubblewrap)"
)
NO_LIBSECCOMP: Final = "libseccomp is not installed; install it (Debian, Ubuntu: libseccomp2; elsewhere: libseccomp)"
WAYS_OUT: Final = (
    "Without it, --sandbox user (as root, in a throw-away container) hides files from student code by "
    "their permissions and Landlock: no private network, processes or /tmp. --sandbox none hides nothing and "
    "is for code that you trust."
)
UNPROTECTED: Final = (
    "student code runs with your own rights: it can read the hidden checks, the solutions and other submissions, "
    "change results and the gradebook, use the network, and go on running when it has been graded. Grade only code "
    "that you trust."
)


@dataclass(frozen=True, slots=True)
class LaunchSpec:
    """What a warm parent is to be.

    Attributes:
        mode: from `choose`.
        packages: folders of importable packages that student code may read.
        modules: what the warm parent imports before it is ready.
        data: folders that student code may read, by the environment variable that names them.
        device: where its sessions compute; only "cuda" lets a GPU in.
    """

    mode: Mode
    packages: Sequence[Path] = ()
    modules: Sequence[str] = ()
    data: Mapping[str, Path] = field(default_factory=dict)
    device: str = "cpu"


@dataclass(frozen=True, slots=True)
class Launch:
    """A command that starts the warm parent, and what its sessions can rely on."""

    command: tuple[str, ...]
    environment: dict[str, str]
    isolate: Literal["namespaces", "user", "nothing"]


def choose(requested: str) -> Mode:
    """Return the mode to use for `requested`, one of `MODES`.

    Raises `SandboxUnavailable`, saying what to do, where this machine cannot do it: there is no
    silent step down to a weaker mode.
    """
    if requested == "none":
        return "none"
    if requested == "user":
        if sys.platform != "linux" or os.geteuid() != 0:
            raise SandboxUnavailable(
                "--sandbox user must be started as root on Linux, in a throw-away container: it steps "
                "down to an unprivileged user before student code runs."
            )
        if not has_libseccomp():
            raise SandboxUnavailable(f"system calls cannot be denied here: {NO_LIBSECCOMP}")
        return "user"
    problem = bubblewrap_problem()
    if problem:
        raise SandboxUnavailable(f"student code cannot be confined here: {problem}. {WAYS_OUT}")
    return "bwrap"


def for_remote(requested: str) -> Mode:
    """Return the mode that other hosts are to use for `requested`; each of them calls `choose` itself."""
    match requested:
        case "user" | "none":
            return requested
    return "bwrap"


@functools.cache
def has_libseccomp() -> bool:
    """Whether the library is there that denies system calls."""
    return ctypes.util.find_library("seccomp") is not None


def bubblewrap_problem() -> str | None:
    """Return why bubblewrap cannot confine student code on this machine, or None where it can."""
    if sys.platform != "linux":
        return f"bubblewrap needs Linux, and this is {sys.platform}"
    if shutil.which("bwrap") is None:
        return f"bubblewrap (bwrap) is not installed; {INSTALL_HINT}"
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        return "setpriv is not installed; install util-linux"
    if not has_libseccomp():
        return NO_LIBSECCOMP
    covered = [folder for folder in _interpreter_folders() if any(map(folder.is_relative_to, _COVERED))]
    if covered:
        return f"Python is installed in {covered[0]}, which is private in the sandbox; install it elsewhere"
    try:
        trial = subprocess.run(
            [*_bubblewrap(()), "true"], env=_environment(_INSIDE, Path("/tmp"), {}), capture_output=True, text=True,
            timeout=20, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap did not start: {error}"
    if trial.returncode != 0:
        last_line = (trial.stderr.strip().splitlines() or ["no message"])[-1]
        return (
            f"bubblewrap did not start ({last_line}); user namespaces may be switched off in this container or kernel"
        )
    return None


def launch(spec: LaunchSpec, descriptor: int, user: int, scratch: Path) -> Launch:
    """Return how to start the warm parent of `spec`.

    Args:
        spec: what it is to be.
        descriptor: the inherited socket that it shall serve.
        user: in mode "user" that of its sessions, from `WORKER_USERS`, the worker's alone; else 0.
        scratch: an empty folder for what it writes, as the worker sees it.
    """
    python = [sys.executable, "-m", "worker", str(descriptor), spec.device, str(user), *spec.modules]
    if spec.mode == "bwrap":
        if sys.prefix != sys.base_prefix:
            python[0] = os.path.join(_PYTHON, os.path.relpath(sys.executable, sys.prefix))
        inside = {name: Path(_DATA, name.lower()) for name in spec.data}
        bound = [(each, Path(_INSIDE, each.name)) for each in (WORKER, *spec.packages)]
        bound += [(spec.data[name], inside[name]) for name in spec.data]
        command = (*_bubblewrap(bound, gpu=spec.device == "cuda"), *python)
        environment = _environment(_INSIDE, scratch, inside, spec.device) | {
            "WORKER_READABLE": "/"
        }  # all that is mounted
        return Launch(command, environment, "namespaces")
    paths = os.pathsep.join(dict.fromkeys(str(folder.parent) for folder in (WORKER, *spec.packages)))
    environment = _environment(paths, scratch, spec.data, spec.device)
    if spec.mode == "none":
        return Launch(tuple(python), environment, "nothing")
    readable = (*_SYSTEM, *_interpreter_folders(), Path(sys.prefix), WORKER, *spec.packages, *spec.data.values())
    environment |= {"WORKER_READABLE": os.pathsep.join(map(str, readable)), "WORKER_LISTED": paths}
    return Launch(tuple(python), environment, "user")


def mounted(packages: Sequence[Path]) -> list[Path]:
    """Return the folders and files of this machine that student code can read in bubblewrap."""
    words = [*_bubblewrap([(folder, folder) for folder in (WORKER, *packages)])]
    return [Path(words[at + 1]) for at, word in enumerate(words) if word == "--ro-bind"]


def _environment(python_path: str, scratch: Path, data: Mapping[str, Path], device: str = "cpu") -> dict[str, str]:
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return {
        "PATH": "/usr/bin:/bin", "HOME": str(scratch), "TMPDIR": str(scratch), "USER": "student", "LOGNAME": "student",
        "LANG": "C.UTF-8", "TERM": "dumb", "MPLBACKEND": "agg", "MPLCONFIGDIR": f"{scratch}/matplotlib",
        "IPYTHONDIR": f"{scratch}/ipython", "PYTHONPATH": python_path, "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        # Huge pages make forks of this process cheaper: glibc's tunables(7).
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", **one_thread, **{name: str(data[name]) for name in data},
        **_cuda_environment(device),
    }  # fmt: skip


def _cuda_environment(device: str) -> dict[str, str]:
    """Hide GPUs that are not asked for; else pass on where they and the driver are found."""
    if device != "cuda":
        return {"CUDA_VISIBLE_DEVICES": ""}
    found = {name: os.environ[name] for name in ("CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH") if name in os.environ}
    # cuBLAS needs it to give two runs one result; torch is to ask NVML for GPUs, since CUDA would forbid forks.
    return {**found, "CUBLAS_WORKSPACE_CONFIG": ":4096:8", "PYTORCH_NVML_BASED_CUDA_CHECK": "1"}


def _bubblewrap(bound: Sequence[tuple[Path, Path]], *, gpu: bool = False) -> Iterator[str]:
    """Yield bubblewrap's command line; `bound` are (folder, where it is read inside)."""
    yield from (shutil.which("bwrap") or "bwrap", "--die-with-parent", "--new-session", "--hostname", "grader")
    if os.geteuid() == 0:
        # Without a user namespace, so that the step down binds: per-user limits do not bind root.
        yield from ("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try")
        yield from ("--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")
    else:
        yield "--unshare-all"
    yield from ("--proc", "/proc", "--perms", "1777", "--tmpfs", "/tmp", "--perms", "0755", "--tmpfs", "/dev")
    for node in _DEVICES:
        yield from ("--dev-bind", node, node)
    yield from ("--perms", "1777", "--tmpfs", "/dev/shm")
    if gpu:
        for node in sorted(glob.glob(NVIDIA_NODES)):
            yield from ("--dev-bind", node, node)
        yield from ("--ro-bind", "/sys", "/sys")  # without it CUDA does not start: error 304
    yield from ("--remount-ro", "/dev", "--ro-bind", "/usr", "/usr")
    for folder in ("/bin", "/sbin", "/lib", "/lib32", "/lib64"):
        if os.path.islink(folder):
            yield from ("--symlink", os.readlink(folder), folder)
        elif os.path.isdir(folder):
            yield from ("--ro-bind", folder, folder)
    made: set[Path] = set()
    for path in ("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/etc/fonts"):
        if os.path.exists(path):
            yield from _read_only(Path(path), Path(path), made)
    for prefix in _interpreter_folders():
        yield from _read_only(prefix, prefix, made)
    if sys.prefix != sys.base_prefix:
        # A virtual environment often lies in the project, whose path is nobody's business in there, or
        # under /tmp, which a session covers with its own.
        yield from _read_only(Path(sys.prefix), Path(_PYTHON), made)
    for source, inside in bound:
        yield from _read_only(source, inside, made)
    yield from ("--chdir", "/tmp")
    if os.geteuid() == 0:
        yield from (
            shutil.which("setpriv") or "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}",
            "--clear-groups", "--no-new-privs",
        )  # fmt: skip


def _interpreter_folders() -> list[Path]:
    """Where Python itself is installed, apart from /usr: read at the same path in the sandbox."""
    real = Path(os.path.realpath(sys.executable)).parent.parent
    return sorted(each for each in {Path(sys.base_prefix), real} if not each.is_relative_to("/usr"))


def _read_only(source: Path, inside: Path, made: set[Path]) -> Iterator[str]:
    """Bind `source`, with parents that an unprivileged user may enter."""
    for parent in reversed(inside.parents):
        if parent != Path("/") and parent not in made:
            made.add(parent)
            yield from ("--perms", "0755", "--dir", str(parent))
    yield from ("--ro-bind", str(source), str(inside))
