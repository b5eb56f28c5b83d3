"""What is fuzzed: each target takes any bytes, and raises where the code that reads them breaks its promise."""

import json
import math
import socket
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import msgpack
import nbformat
import numpy as np
import torch

from autograder.catalogue.submission import read_submission
from autograder.gradebook.restoring import restore
from autograder.judging.remote_student import RemoteStudent
from autograder.judging.student import Student, StudentStopped
from autograder.judging.suite import assert_close, assert_dtype, assert_shape
from autograder.judging.suite.authoring import Probe
from autograder.judging.suite.check_context import CheckFailed
from autograder.reports.feedback import render_feedback
from autograder.results.result import Environment, SubmissionResult
from autograder.sandbox.cell_run import is_png
from autograder.sandbox.worker import plain, wire
from autograder.text import inline_code, sanitize, sanitize_lines, truncate
from tests.damaged import ASSIGNMENT, FOLDER, RIGHT

RELEASED: Final = nbformat.reads(RIGHT.read_text("utf-8"), as_version=4)
PLAIN: Final = (type(None), bool, int, float, str, bytes, torch.Tensor, np.ndarray, plain.Opaque)
ENVIRONMENT: Final = Environment("2", "3", "cpu", 0, "bwrap", "0" * 64)
MAX_SEED_BYTES: Final = 8_000
VALUES: Final = (
    None, {"event": "ran"}, {"answer": {"w": torch.ones(2, 3), "n": [1, -1, 0.5, "x", b"y", True]}},
    torch.ones(2, 3), torch.zeros(0), np.arange(6.0).reshape(2, 3), torch.ones(2, 3, dtype=torch.bfloat16), [[[[{}]]]],
    [[0.5, 1, True], [1, 2, 3]], len, 2**63, math.inf,
    {"kind": "error", "type": "ValueError", "message": "no", "function": None,
     "frames": [{"function": "f", "line": 1, "text": "x"}]},
)  # fmt: skip
SAID: Final = (
    "\x1b[31mred\x1b[0m", "\x1b]8;;x\x07link", "a\rb", "`code` <b>", "\u202eright", "\ud800", "[a](javascript:b)",
)  # fmt: skip


def payload(data: bytes) -> None:
    """A payload gives plain data, which come through again as they are, or `WireError`."""
    try:
        value = wire.decode(data)
    except wire.WireError:
        return
    for each, depth in _walk(value):
        assert type(each) in PLAIN and depth <= plain.MAX_NESTING
    again = wire.encode(value)
    assert wire.encode(wire.decode(again)) == again


def frame(data: bytes) -> None:
    """A connection gives frames, or `WireError`, until it ends."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)
        try:
            while True:
                wire.receive(ours, 5)
        except wire.WireTimeout as error:
            raise AssertionError("it waits for what cannot come") from error
        except wire.WireError:
            return


def answer(data: bytes) -> None:
    """What a worker answers is right, wrong or no answer; it is never a fault of the judge's."""
    try:
        value = wire.decode(data)
    except wire.WireError:
        return
    for student in (_Answering({"answer": value}), _Answering({"error": value})):
        for judge in (
            lambda got: assert_close(got, torch.ones(2, 3), name="got"),
            lambda got: assert_shape(got, (2, 3), name="got"),
            lambda got: assert_dtype(got, torch.float32, name="got"),
        ):
            try:
                judge(student.run(ASKED))
            except (CheckFailed, StudentStopped) as ending:
                json.dumps([ending.message, getattr(ending, "comparison", None)], allow_nan=False)


def notebook(data: bytes) -> None:
    """A file is a submission; its page and what nbgrader reads of it can be written."""
    for name in ("x.ipynb", "x.py"):
        submission = read_submission(data, name)
        for each in submission.damage:
            assert "\n" not in each
        for number, source in submission.cells:
            assert type(number) is int
            source.encode()
        whole = restore(submission, RELEASED, submission.damage)
        nbformat.validate(whole)
        nbformat.writes(whole).encode()
        page(submission.damage, [(f"code cell {number}", source) for number, source in submission.cells])


def text(data: bytes) -> None:
    """What anybody wrote is text, on a line, in a table and on a page."""
    said = data.decode("utf-8", "surrogateescape")
    for shown in (sanitize(said), sanitize_lines(said), truncate(said, 100), str(inline_code(said))):
        assert not [each for each in shown if (ord(each) < 32 or 127 <= ord(each) < 160) and each not in "\n\t"]
        assert not [each for each in shown if "\u202a" <= each <= "\u202e" or "\u2066" <= each <= "\u2069"]
        shown.encode()
    assert "\n" not in sanitize(said)
    assert "<" not in inline_code(said).replace("<code>", "").replace("</code>", "")
    page((said,), [(said, said)])


def figure(data: bytes) -> None:
    """A picture begins as a PNG file does and is small."""
    if is_png(data):
        assert data.startswith(b"\x89PNG\r\n\x1a\n") and 0 < int.from_bytes(data[16:20], "big") <= 4_000


TARGETS: Final[Mapping[str, Callable[[bytes], None]]] = {
    each.__name__: each for each in (payload, frame, answer, notebook, text, figure)
}


def seeds(target: str) -> Iterator[bytes]:
    """Yield good inputs of a target, for a fuzzer to start from."""
    match target:
        case "payload" | "answer":
            yield from map(wire.encode, VALUES)
            yield msgpack.packb(msgpack.Timestamp(1))
            yield msgpack.packb(msgpack.ExtType(3, b"x"))
            yield msgpack.packb({b"key": 1})
        case "frame":
            yield from (len(data).to_bytes(4, "big") + data for data in map(wire.encode, VALUES))
        case "notebook":
            files = (path.read_bytes() for path in sorted(FOLDER.rglob(f"{ASSIGNMENT}.*")))
            yield from (data for data in files if len(data) < MAX_SEED_BYTES)
        case "text":
            yield from (said.encode("utf-8", "surrogatepass") for said in SAID)
        case "figure":
            yield b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (16).to_bytes(4, "big") * 2


class _Answering(RemoteStudent):
    """A student whose worker always says the same."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        Student.__init__(self)
        self._said = said

    def answer(
        self, probe: Probe, arguments: Mapping[str, Any], watched: str = "", spoilt: int | None = None
    ) -> Mapping[str, Any]:
        return self._said

    def why_missing(self, name: str) -> StudentStopped:
        return StudentStopped("not_attempted", name)


ASKED: Final = Probe("asked", "def asked(student): ...")


def page(notes: tuple[str, ...], printed: list[tuple[str, str]]) -> None:
    """Render a feedback page and see that nothing in it came from a student as HTML."""
    result = SubmissionResult(notes[0] if notes else "ada", ASSIGNMENT, "0" * 64, ENVIRONMENT, (), notes)
    json.dumps(result.to_json(), allow_nan=False)
    render_feedback(result, printed).encode()


def _walk(value: Any, depth: int = 0) -> Iterator[tuple[Any, int]]:
    if type(value) in (list, dict):
        for inside in value.values() if isinstance(value, dict) else value:
            yield from _walk(inside, depth + 1)
    else:
        yield value, depth
