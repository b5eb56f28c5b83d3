"""What Landlock binds, tried in processes that bind themselves."""

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.commands import doctor
from autograder.sandbox.worker import landlock

BOUND = """
import ctypes, os, signal, socket, sys
sys.path.insert(0, {sandbox!r})
from worker import landlock
landlock.abi = lambda known=landlock.abi(): min(known, {abi})
ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
landlock.restrict(["/usr", "/lib", "/lib64", {readable!r}, "/nowhere"], [{listed!r}], [{writable!r}], ["/dev/null"])
"""
FOLDERS = ("readable", "listed", "writable", "closed")
needs = {
    number: pytest.mark.skipif(landlock.abi() < number, reason=f"this kernel's Landlock has ABI {landlock.abi()}")
    for number in (landlock.LEAST_ABI, 3, 4, 6)
}


@pytest.fixture
def bound(tmp_path: Path):
    for folder in FOLDERS:
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "file").write_text("x")

    def run(code: str, abi: int = 99) -> str:
        start = BOUND.format(sandbox=str(Path(landlock.__file__).parents[1]), abi=abi, **{
            folder: str(tmp_path / folder) for folder in FOLDERS[:3]
        })  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", start + code], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    return run


TRY = """
def tried(work):
    try:
        work()
        return "done"
    except OSError:
        return "denied"
"""
FILES = (
    TRY
    + """
for folder in ("readable", "listed", "writable", "closed"):
    print(folder, *(tried(each) for each in (
        lambda: os.listdir(folder), lambda: open(f"{folder}/file").read(), lambda: open(f"{folder}/file", "w"),
        lambda: os.mkdir(f"{folder}/new"), lambda: os.rename(f"{folder}/file", f"{folder}/new/file"),
    )))
print(tried(lambda: open("/dev/null", "w").write("x")), tried(lambda: open("/dev/urandom", "rb").read(1)))
"""
)


@pytest.mark.parametrize("abi", range(landlock.LEAST_ABI, 8))
@needs[landlock.LEAST_ABI]
def test_files_are_read_listed_and_written_where_that_is_allowed(bound, abi):
    assert bound(FILES, abi).splitlines() == [
        "readable done done denied denied denied",
        "listed done denied denied denied denied",
        "writable done done done done done",
        "closed denied denied denied denied denied",
        "done denied",
    ]


@needs[3]
def test_no_file_that_may_not_be_written_is_cut(bound):
    assert bound(TRY + "print(tried(lambda: os.truncate('readable/file', 0)))") == "denied"


@needs[4]
def test_nothing_is_reached_by_tcp(bound):
    code = "print(tried(lambda: socket.create_server(('127.0.0.1', 0))), tried(lambda: socket.create_connection(('127.0.0.1', 9))))"
    assert bound(TRY + code) == "denied denied"


@needs[6]
def test_no_process_outside_gets_a_signal_or_is_reached_by_an_abstract_socket(bound, tmp_path):
    import socket

    name = f"\0{tmp_path}"
    code = f"print(tried(lambda: os.kill(os.getppid(), 0)), tried(lambda: socket.socket(socket.AF_UNIX).connect({name!r})))"
    within = "\nchild = os.fork()\nif child == 0:\n    signal.pause()\nos.kill(child, 9)\nos.waitpid(child, 0)\nprint('ended')"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(name)
        listening.listen()
        assert bound(TRY + code + within).splitlines() == ["denied denied", "ended"]


def test_a_kernel_that_would_forbid_every_move_is_not_asked(bound):
    assert bound(TRY + "print(tried(lambda: open('closed/file', 'w')))", abi=1) == "done"


@pytest.mark.parametrize(
    ("abi", "told"),
    [
        (0, "this kernel has none"),
        (1, "ABI 1 is too old to be used"),
        (3, "ABI 3 binds files; TCP from ABI 4, abstract sockets and signals from ABI 6"),
        (6, "ABI 6 binds files, TCP, abstract sockets and signals"),
    ],
)
def test_doctor_tells_what_it_binds_here(abi, told, monkeypatch):
    monkeypatch.setattr(landlock, "abi", lambda: abi)
    assert doctor._landlock().text.startswith(told)
