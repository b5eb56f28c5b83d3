"""The corpus under `--sandbox user`: in a container without user namespaces, made by bubblewrap and thrown away.

It has root with the capabilities that Docker leaves it, and its own processes, network, /tmp, /dev and /run. As in a
container of the user's, the grader's files and the others' submissions are closed to others.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.attacks import Attack, corpus
from tests.attacks.grading import Run, grade_corpus
from tests.people import INSTALLED, ROOT, shared_machine

# https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities
CAPABILITIES: Final = (
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
    "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
)  # fmt: skip
WORK: Final = Path("/tmp/work")  # in the container
TMPFS_BYTES: Final = 2**30
# What `--sandbox user` does not claim to stop, and why.
BEYOND: Final = {
    "disk_full": "the container's disk and /tmp are shared; 64 MiB bind a file, nothing binds their number",
    "inodes_exhausted": "the container's disk and /tmp are shared",
    "unix_sockets": "a Unix socket that every user of the container may connect to is open to student code, too",
}


# Those that the one mode stops by namespaces and mounts and the other by permissions: what differs between the two.
NAMESPACES_STOP: Final = {
    "everybody_killed", "everybody_stopped", "respawning", "notebook_killed", "traced", "parent_poisoned",
    "detached_grandchild", "left_for_the_next", "cleaner_trapped", "proc_read", "files_read", "files_written",
    "interpreter_changed", "network_ipv4", "network_ipv6", "namespaces", "kernel_calls", "become_root",
    "clock_and_host_changed", "semaphores_and_queues", "shell", "limits_lifted", "memory_file_bomb",
    "memory_bomb_of_many", "fork_bomb", "control_socket_looked_for",
}  # fmt: skip


def container(shown: Path) -> list[str]:
    """Return the command that runs another in such a container, where the folder `shown` is `WORK`."""
    start, machine = [*shared_machine()][:4], [*shared_machine()][4:]
    own = [
        "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--die-with-parent", "--proc", "/proc",
        "--dev", "/dev", "--perms", "1777", "--size", str(TMPFS_BYTES), "--tmpfs", "/dev/shm",
    ]  # fmt: skip
    for folder in ("/tmp", "/var/tmp", "/run"):
        own += ["--perms", "1777", "--size", str(TMPFS_BYTES), "--tmpfs", folder]
    closed = ["--perms", "0700", "--dir", "/tmp/closed", "--ro-bind", str(ROOT), "/tmp/closed/repository"]
    closed += ["--perms", "0755", "--dir", str(WORK), "--bind", str(shown), str(WORK)]
    kept = ["--cap-drop", "ALL", *(word for name in CAPABILITIES for word in ("--cap-add", f"CAP_{name}"))]
    return [
        *start,
        *own,
        *(word for word in machine if not word.startswith("CAP") and word != "--cap-add"),
        *closed,
        *kept,
    ]


def run_in_container(folder: Path, *command: str, cwd: Path = WORK) -> str:
    """Run a module of Python's as root in such a container, and return what it prints."""
    folder.chmod(0o755)
    path = os.pathsep.join([*dict.fromkeys(str(each.parent) for each in INSTALLED), "/tmp/closed/repository"])
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*container(folder), "--chdir", str(cwd), sys.executable, "-m", *command],
        env=environment | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def grade_in_container(folder: Path, attacks: Sequence[Attack], command: str = "tests.attacks.impatient") -> Run:
    """As `grade_corpus` does, under `--sandbox user`."""
    names = [attack.name for attack in attacks]
    run_in_container(folder, "tests.attacks.container", command, *names, cwd=Path("/tmp/closed/repository"))
    return Run.from_json(json.loads((folder / "run.json").read_text()), folder / "out")


if __name__ == "__main__":
    chosen = [attack for attack in corpus() if attack.name in sys.argv[2:]]
    WORK.joinpath("run.json").write_text(json.dumps(grade_corpus(WORK, chosen, "user", sys.argv[1]).to_json()))
