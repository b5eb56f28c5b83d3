"""Grades the corpus among honest submissions, and sees from outside what it did."""

import ctypes
import hashlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil

from autograder.sandbox.launch import WORKER_USERS
from tests.attacks import Attack
from tests.attacks.impatient import LIMIT_S
from tests.demo.roster import demo_class
from autograder.authoring.simulation.stubs import stub_names

ROOT: Final = Path(__file__).parents[2]
ASSIGNMENT: Final = "linear_regression"
PARTS: Final = ("autograder/checks", "solutions/linear_regression", "assignments/linear_regression")
TWIN, RIGHT = "farid", "amara"  # the attacks are cells added to the first one's notebook
HONEST: Final = {
    "aa-right": RIGHT, "aa-wrong": TWIN, "mm-right": RIGHT, "mm-wrong": TWIN, "zz-right": RIGHT, "zz-wrong": TWIN,
}  # fmt: skip
GRADE: Final = ("grade", "submitted", "--workers", "2")
PR_SET_CHILD_SUBREAPER: Final = 36


@dataclass
class Listener:
    """Somebody on this machine whom no student should reach: TCP, UDP and Unix sockets."""

    path: Path
    reached: list[str] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> "Listener":
        sockets = {"tcp": socket.create_server(("127.0.0.1", 0))}
        self.port = sockets["tcp"].getsockname()[1]
        sockets["udp"] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sockets["udp"].bind(("127.0.0.1", self.port))
        for name, address in (("unix", str(self.path)), ("abstract", f"\0{self.path}")):
            sockets[name] = socket.socket(socket.AF_UNIX)
            sockets[name].bind(address)
            sockets[name].listen()
        self.path.chmod(0o777)
        if socket.has_ipv6:
            sockets["tcp6"] = socket.create_server(("::1", self.port), family=socket.AF_INET6)
        self._sockets = sockets
        self._threads = [threading.Thread(target=self._listen, args=pair) for pair in sockets.items()]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for listening in self._sockets.values():
            if listening.type == socket.SOCK_STREAM:
                listening.shutdown(socket.SHUT_RDWR)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        for thread in self._threads:
            thread.join()
        for listening in self._sockets.values():
            listening.close()

    def _listen(self, name: str, listening: socket.socket) -> None:
        while True:
            try:
                heard = listening.recv(100) if name == "udp" else listening.accept()[0]
            except OSError:
                return
            if name == "udp" and not heard:
                return
            self.reached.append(name)
            if isinstance(heard, socket.socket):
                heard.close()


@dataclass
class Run:
    """One grading of the corpus, and what it was found to have done outside; results lie in `folder`."""

    folder: Path
    status: int
    stderr: str
    stdout: str
    results: dict[str, dict[str, Any]]
    twin: dict[str, float]
    canary: str
    reached: list[str]
    left_running: list[str]
    left_files: list[str]
    changed: list[str]
    mounts: tuple[int, int]

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads, without the folder."""
        return {name: value for name, value in vars(self).items() if name != "folder"}

    @classmethod
    def from_json(cls, fields: dict[str, Any], folder: Path) -> "Run":
        """Return the run that `to_json` has described."""
        return cls(folder, **fields | {"mounts": tuple(fields["mounts"])})


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def by_question(line: dict[str, Any]) -> dict[str, float]:
    return {question["id"]: question["score"] for question in line["questions"]}


def left_behind() -> list[str]:
    """Return files of the users as whom `--sandbox user` runs student code, where every user may write."""
    found = [path for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run") for path in Path(folder).rglob("*")]
    return [str(path) for path in found if WORKER_USERS.start <= path.lstat().st_uid < WORKER_USERS.stop]


def mounts() -> int:
    return len(Path("/proc/self/mountinfo").read_text().splitlines())


def grade_corpus(
    root: Path, attacks: Sequence[Attack], sandbox: str = "bwrap", command: str = "tests.attacks.impatient"
) -> Run:
    """Grade attacks in an empty folder, which keeps a copy of the course, the submissions and the results."""
    canary = f"canary-{secrets.token_hex(8)}"
    course, home, scratch = root / "course", root / "home", root / "tmp"
    for folder, mode in ((home, 0o700), (scratch, 0o755), (course, 0o700)):
        folder.mkdir(mode)
    for part in PARTS:
        shutil.copytree(ROOT / part, course / part, ignore=shutil.ignore_patterns("__pycache__"))
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    (course / "pyproject.toml").write_text(f"{settings}\n[tool.autograder.limits]\ncell_s = {LIMIT_S}\n", "utf-8")
    for secret in (
        *(course / f"solutions/{ASSIGNMENT}" / name for name in ("hidden_checks.py", "mistakes.py", "alternatives.py", "rephrased.py")),
        course / f"autograder/checks/{ASSIGNMENT}/visible_checks.py", course / "gradebook.db", home / "notes.txt",
    ):  # fmt: skip
        with secret.open("a") as file:
            file.write(f"\n# {canary}\n")
    released = (course / f"assignments/{ASSIGNMENT}/{ASSIGNMENT}.ipynb").read_bytes()
    members = {member.id: member.notebook(released) for member in demo_class(ASSIGNMENT)}
    with Listener(root / "listener.sock") as listener:
        facts = {
            "HONEST": repr(stub_names(json.loads(released))), "COURSE": str(course), "PORT": str(listener.port),
            "SOCKET": str(listener.path), "GRADER": str(os.getpid()), "CANARY_FOLDER": str(root),
        }  # fmt: skip
        handed_in = {name: members[member] for name, member in HONEST.items()}
        handed_in |= {attack.student: attack.notebook(members[TWIN], facts) for attack in attacks}
        for name, data in handed_in.items():
            folder = course / "submitted" / name / ASSIGNMENT
            folder.mkdir(parents=True)
            (folder / f"{ASSIGNMENT}.ipynb").write_bytes(data)
        before, mounted = digests(course), mounts()
        environment = {
            "HOME": str(home), "PATH": os.defpath, "LANG": "C.UTF-8", "CANARY": canary, "TMPDIR": str(scratch),
            "PYTHONPATH": os.pathsep.join([*filter(None, [os.environ.get("PYTHONPATH")]), str(ROOT)]),
        }  # fmt: skip
        assert ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0  # what is left comes to this process
        known = {child.pid for child in psutil.Process().children()}
        try:
            done = subprocess.run(
                [sys.executable, "-m", command, *GRADE, "--sandbox", sandbox, "--out", str(root / "out")], cwd=course, env=environment, capture_output=True, text=True, timeout=2400, check=False,
            )  # fmt: skip
            left = [
                " ".join(child.cmdline())
                for child in psutil.Process().children()
                if child.pid not in known and child.status() != psutil.STATUS_ZOMBIE
            ]
        finally:
            ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
    after = digests(course)
    assert (root / "out/results.jsonl").exists(), done.stderr
    lines = [json.loads(line) for line in (root / "out/results.jsonl").read_text("utf-8").splitlines()]
    results = {line["student"]: line for line in lines}
    return Run(
        root / "out", done.returncode, done.stderr, done.stdout, results, by_question(results["mm-wrong"]), canary,
        listener.reached, left,
        [str(path) for path in scratch.rglob("*")] + (left_behind() if sandbox == "user" else []),
        sorted({name for name, _ in before.items() ^ after.items()}), (mounted, mounts()),
    )  # fmt: skip


