"""No attack gains a mark, reads a secret, changes a file, or costs an honest submission anything."""

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
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from autograder import sandbox
from tests.attacks import Attack, corpus
from tests.demo.roster import demo_class
from tests.demo.stubs import stub_names

ROOT = Path(__file__).parents[1]
ASSIGNMENT = "linear_regression"
PARTS = ("autograder/checks", "solutions/linear_regression", "assignments/linear_regression", "tests/styles")
PROBLEM = sandbox.bubblewrap_problem()
SOME_FAILED = 1
TWIN, RIGHT = "farid", "amara"  # the attacks are cells added to the first one's notebook
HONEST = {"aa-right": RIGHT, "aa-wrong": TWIN, "mm-right": RIGHT, "mm-wrong": TWIN, "zz-right": RIGHT, "zz-wrong": TWIN}
ATTACKS = corpus()
PR_SET_CHILD_SUBREAPER = 36

pytestmark = pytest.mark.skipif(PROBLEM is not None, reason=f"no confinement here: {PROBLEM}")


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
    """One grading of the corpus, and what it was found to have done outside."""

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


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def by_question(line: dict[str, Any]) -> dict[str, float]:
    return {question["id"]: question["score"] for question in line["questions"]}


def mounts() -> int:
    return len(Path("/proc/self/mountinfo").read_text().splitlines())


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    root = tmp_path_factory.mktemp("attacked")
    canary = f"canary-{secrets.token_hex(8)}"
    course, home, scratch = root / "course", root / "home", root / "tmp"
    for folder in (home, scratch):
        folder.mkdir()
    for part in PARTS:
        shutil.copytree(ROOT / part, course / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", course)
    for secret in (
        course / f"solutions/{ASSIGNMENT}/hidden_checks.py", course / f"autograder/checks/{ASSIGNMENT}.py",
        course / "gradebook.db", home / "notes.txt",
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
        handed_in |= {student(attack): attack.notebook(members[TWIN], facts) for attack in ATTACKS}
        for name, data in handed_in.items():
            folder = course / "submitted" / name / ASSIGNMENT
            folder.mkdir(parents=True)
            (folder / f"{ASSIGNMENT}.ipynb").write_bytes(data)
        before, mounted = digests(course), mounts()
        environment = {
            "HOME": str(home), "PATH": os.defpath, "LANG": "C.UTF-8", "CANARY": canary, "TMPDIR": str(scratch),
        } | {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}  # fmt: skip
        assert ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0  # what is left comes to this process
        known = {child.pid for child in psutil.Process().children()}
        try:
            done = subprocess.run(
                [sys.executable, "-m", "autograder", "grade", "submitted", "--workers", "2", "--out", str(root / "out")],
                cwd=course, env=environment, capture_output=True, text=True, timeout=1500, check=False,
            )  # fmt: skip
            left = [
                " ".join(child.cmdline())
                for child in psutil.Process().children()
                if child.pid not in known and child.status() != psutil.STATUS_ZOMBIE
            ]
        finally:
            ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
    after = digests(course)
    lines = [json.loads(line) for line in (root / "out/results.jsonl").read_text("utf-8").splitlines()]
    results = {line["student"]: line for line in lines}
    yield Run(
        root / "out", done.returncode, done.stderr, done.stdout, results, by_question(results["mm-wrong"]), canary,
        listener.reached, left,
        [str(path) for path in scratch.rglob("*")],
        sorted({name for name, _ in before.items() ^ after.items()}), (mounted, mounts()),
    )  # fmt: skip


def student(attack: Attack) -> str:
    return f"{attack.family}-{attack.name}"


each_attack = pytest.mark.parametrize("attack", ATTACKS, ids=student)


def test_the_class_is_graded_to_its_end(run: Run) -> None:
    assert run.status == SOME_FAILED, run.stderr[-4000:]
    assert run.results.keys() == HONEST.keys() | {student(attack) for attack in ATTACKS}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_submission_gets_what_it_gets_alone(run: Run, name: str) -> None:
    result = run.results[name]
    assert not result["needs_review"]
    assert result["score"] == 100.0 if HONEST[name] == RIGHT else by_question(result) == run.twin
    assert HONEST[name] == RIGHT or result["score"] < 100.0


@each_attack
def test_an_attack_gains_nothing_and_finds_nothing(run: Run, attack: Attack) -> None:
    result = run.results[student(attack)]
    assert not result["needs_review"], result["notes"]
    gained = {id: score for id, score in by_question(result).items() if score > run.twin[id]}
    assert not gained
    page = (run.folder / f"feedback/{student(attack)}/{ASSIGNMENT}.html").read_text("utf-8")
    shown = page + json.dumps(result, ensure_ascii=False)
    assert run.canary not in shown
    found = [line for line in shown.splitlines() if line.lstrip().startswith("FOUND")]
    assert not found


def test_nobody_outside_was_reached(run: Run) -> None:
    assert run.reached == []


def test_nothing_is_left_running(run: Run) -> None:
    assert run.left_running == []


def test_nothing_outside_was_changed(run: Run) -> None:
    assert run.changed == []
    assert run.left_files == []
    assert run.mounts[0] == run.mounts[1]
    assert run.canary not in run.stdout + run.stderr


def test_a_control_character_or_a_formula_reaches_no_terminal_or_table(run: Run) -> None:
    table = (run.folder / "results.csv").read_text("utf-8")
    for text in (run.stdout, run.stderr, table):
        assert not [character for character in text if ord(character) < 32 and character not in "\n\r\t"]
        assert "\u202e" not in text
    cells = [cell.strip('"') for line in table.splitlines() for cell in line.split(",")]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_pages_hold_no_script_and_load_nothing(run: Run) -> None:
    html5lib = pytest.importorskip("html5lib", reason="html5lib reads the pages")
    pages = [*run.folder.rglob("*.html")]
    assert len(pages) > len(ATTACKS)
    for page in pages:
        tree = html5lib.parse(page.read_text("utf-8"), namespaceHTMLElements=False)
        for element in tree.iter():
            tag = element.tag if isinstance(element.tag, str) else ""
            assert tag not in ("iframe", "object", "embed", "base", "link"), page
            for name, value in element.attrib.items():
                assert not str(name).lower().startswith("on"), (page, name)
                assert "javascript:" not in value and "canary.example" not in value, (page, name, value)
            if tag == "script":
                assert page.name == "report.html" and "alert" not in (element.text or ""), page


def test_every_family_of_attack_is_there() -> None:
    assert len(ATTACKS) >= 60
    assert len({student(attack) for attack in ATTACKS}) == len(ATTACKS)
    assert all(attack.tries.endswith(".") and attack.source.startswith("# ") for attack in ATTACKS)
