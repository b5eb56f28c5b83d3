"""What this machine can do, seen by trying it, and the command that mends what is missing."""

import contextlib
import dataclasses
import os
import platform
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.catalogue.course import find_course
from autograder.commands.exit_status import ALL_PASSED, SOME_FAILED
from autograder.errors import UsageError
from autograder.grading.device import Device, find_gpu
from autograder.sandbox import launch as sandbox
from autograder.sandbox import permissions

_WIDTH: Final = 12  # of the names
_PROC_SYS: Final = Path("/proc/sys")
_TRIAL_S: Final = 10
# user_namespaces(7); Debian's and Ubuntu's kernels have switches of their own
_SWITCHES: Final = {
    "kernel.unprivileged_userns_clone": ("0", "1"),
    "user.max_user_namespaces": ("0", "15000"),
    "kernel.apparmor_restrict_unprivileged_userns": ("1", "0"),
}
_MANAGERS: Final = {
    "apt-get": "apt-get install", "dnf": "dnf install", "pacman": "pacman -S", "zypper": "zypper install",
    "apk": "apk add",
}  # fmt: skip
_PACKAGES: Final = {("libseccomp", "apt-get"): "libseccomp2"}
_CONTAINER_MARKS: Final = (Path("/.dockerenv"), Path("/run/.containerenv"))
_ENTER: Final = "import ctypes; c = ctypes.CDLL(None).unshare; raise SystemExit(c(0x10000000) or c(0x20000))"


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of what was seen, and the command that would change it."""

    name: str
    text: str
    fix: str = ""


def doctor() -> int:
    """Print the findings; return the exit status, which says whether `autograder grade` works here as it is."""
    lines, able = examine()
    print("\n".join(lines))
    return ALL_PASSED if able else SOME_FAILED


def examine() -> tuple[list[str], bool]:
    """Return the findings, a line each, and whether `autograder grade` works here as it is."""
    import torch

    memory = f", {_memory_bytes() / 2**30:.0f} GiB" if _memory_bytes() else ""
    findings = [
        Finding("python", f"{platform.python_version()} on {platform.system()} {platform.release()}"),
        Finding("machine", f"{os.cpu_count()} cores{memory}{', in a container' if _in_container() else ''}"),
        Finding("torch", str(torch.__version__)),
    ]
    if sys.platform == "linux":
        findings += [_user_namespaces(), _bubblewrap(), _libseccomp(), _landlock()]
    modes = _modes()
    findings += modes
    able = any(each.name == "bwrap" and each.text.startswith("works") for each in modes)
    if seen := _what_could_be_read() if able else "":
        findings.append(Finding("course", f"cannot be graded with bubblewrap: {seen}"))
        able = False
    gpu = find_gpu("bwrap" if able else "none") if sys.platform == "linux" else "GPUs are used on Linux alone"
    findings.append(Finding("cuda", f"works: {gpu.name}" if isinstance(gpu, Device) else f"does not work: {gpu}"))
    findings += _limits()
    ready = "ready: autograder grade confines student code with bubblewrap"
    findings.append(Finding("grading", ready if able else f"not ready{'' if seen else f'. {sandbox.WAYS_OUT}'}"))
    return [line for finding in findings for line in _lines(finding)], able


def _what_could_be_read() -> str:
    """Say what of this folder's course, and of the folder itself, student code could read, "" where that is nothing."""
    try:
        permissions.check_hidden("bwrap", find_course(), [Path.cwd()])
    except UsageError as error:
        return str(error)
    return ""


def _limits() -> list[Finding]:
    """What a submission may use in this folder's course, and in which assignments it is something else."""
    from autograder.sandbox.course_limits import limits_of

    try:
        course = find_course()
        common = dataclasses.asdict(limits_of(course))
        found = [Finding("limits", _listed(common))]
        for assignment in course.assignments():
            own = dataclasses.asdict(limits_of(course, assignment.name))
            if other := {key: value for key, value in own.items() if value != common[key]}:
                found.append(Finding("", f"{assignment.name}: {_listed(other)}"))
    except UsageError as error:
        return [Finding("limits", f"cannot be used: {error}")]
    return found


def _listed(limits: Mapping[str, float]) -> str:
    sizes = {key for key in limits if key.endswith("_bytes")}
    return ", ".join(
        f"{key} {value / 2**20:,g} MiB" if key in sizes else f"{key} {value:g}" for key, value in limits.items()
    )


def _lines(finding: Finding) -> Iterator[str]:
    indent = " " * _WIDTH
    start = f"{finding.name:<{_WIDTH}}"
    for part in finding.text.splitlines():
        yield textwrap.fill(
            part, 118, initial_indent=start, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
        )
        start = indent
    if finding.fix:
        yield f"{indent}mend it:  {finding.fix}"


def _memory_bytes() -> int:
    with contextlib.suppress(AttributeError, ValueError, OSError):  # Windows has no sysconf
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return 0


def _in_container() -> bool:
    return any(mark.exists() for mark in _CONTAINER_MARKS)


def _user_namespaces() -> Finding:
    for name, (off, on) in _SWITCHES.items():
        path = _PROC_SYS / name.replace(".", "/")
        with contextlib.suppress(OSError):
            if path.read_text().strip() == off:
                return Finding("namespaces", f"users' own are switched off: {name} is {off}", f"sysctl -w {name}={on}")
    done = subprocess.run([sys.executable, "-c", _ENTER], capture_output=True, timeout=_TRIAL_S, check=False)
    if done.returncode == 0:
        return Finding("namespaces", "users' own can be made")
    if _in_container():
        rights = "--cap-add SYS_ADMIN" if os.geteuid() == 0 else "--security-opt systempaths=unconfined"
        fix = f"docker run {rights} --security-opt seccomp=unconfined --security-opt apparmor=unconfined …"
        return Finding("namespaces", "this container may not make any", fix)
    return Finding("namespaces", "the kernel refuses to make any, and no switch says why")


def _bubblewrap() -> Finding:
    path = shutil.which("bwrap")
    if path is None:
        return Finding("bubblewrap", "not installed", _install("bubblewrap"))
    done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=_TRIAL_S, check=False)
    return Finding("bubblewrap", f"{done.stdout.strip().removeprefix('bubblewrap ')} ({path})")


def _libseccomp() -> Finding:
    if not sandbox.has_libseccomp():
        return Finding("libseccomp", "not installed", _install("libseccomp"))
    import ctypes.util  # not on every system that students use

    version = ctypes.CDLL(ctypes.util.find_library("seccomp")).seccomp_version  # seccomp_version(3)
    version.restype = ctypes.POINTER(ctypes.c_uint * 3)
    return Finding("libseccomp", ".".join(map(str, version().contents)))


def _landlock() -> Finding:
    from autograder.sandbox.worker import landlock  # of Linux alone

    known = landlock.abi()
    if known < landlock.LEAST_ABI:
        what = f"ABI {known} is too old to be used" if known else "this kernel has none, or has it switched off"
        return Finding("landlock", f"{what}; --sandbox user then rests on permissions alone")
    bound = {"TCP": 4, "abstract sockets and signals": 6}
    now = ["files", *(what for what, least in bound.items() if known >= least)]
    later = [f"{what} from ABI {least}" for what, least in bound.items() if known < least]
    return Finding("landlock", "; ".join([f"ABI {known} binds {', '.join(now)}", *filter(None, [", ".join(later)])]))


def _install(package: str) -> str:
    for manager, command in _MANAGERS.items():
        if shutil.which(manager):
            return f"{command} {_PACKAGES.get((package, manager), package)}"
    return f"install {package} with this system's package manager"


def _modes() -> list[Finding]:
    """Try each mode, all at the same time."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor() as threads:
        return list(threads.map(_try, ("bwrap", "user", "none")))


def _try(name: str) -> Finding:
    """Start a worker and see what holds there."""
    try:
        from autograder.sandbox.trials import try_mode

        ready_s, notebook_s, held = try_mode(sandbox.choose(name))
    except Exception as error:  # whatever it is, it is what is to be told
        return Finding(name, f"does not work: {error}")
    text = f"works: warm in {ready_s:.1f} s, then a notebook in {1000 * notebook_s:.0f} ms"
    for answer, which in (("bound", True), ("not bound", False)):
        names = [what for what, was in held.items() if was is which]
        text += f"\n{answer}: {', '.join(names)}" if names else ""
    return Finding(name, text)
