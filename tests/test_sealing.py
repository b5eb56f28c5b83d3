"""What is forged, left out, repeated or changed between judge and worker is no frame."""

import socket

import pytest

from autograder.sandbox.worker import wire
from autograder.sandbox.worker.sealing import KEY_BYTES, SealedLine

KEY = bytes(range(KEY_BYTES))


@pytest.fixture(name="relay")
def _relay():
    """A judge, a worker, and the two sockets between them of whoever passes on what they send."""
    judge, near = socket.socketpair()
    far, worker = socket.socketpair()
    with judge, near, far, worker:
        yield SealedLine(judge, KEY, "judge"), near, far, SealedLine(worker, KEY, "worker")


def frame(connection: socket.socket) -> bytes:
    header = connection.recv(4, socket.MSG_WAITALL)
    return header + connection.recv(int.from_bytes(header, "big"), socket.MSG_WAITALL)


def test_what_is_passed_on_as_it_is_arrives(relay):
    judge, near, far, worker = relay
    for number in range(3):
        worker.send({"answer": number})
        near.sendall(frame(far))
        assert judge.receive(5) == {"answer": number}
        judge.send({"op": number})
        far.sendall(frame(near))
        assert worker.receive(5) == {"op": number}


@pytest.mark.parametrize("case", ["forged", "left out", "repeated", "changed", "sent back", "of another process"])
def test_what_is_not_is_refused(relay, case):
    judge, near, far, worker = relay
    worker.send({"answer": 1})
    first = frame(far)
    match case:
        case "forged":
            first = (16 + len(wire.encode(1))).to_bytes(4, "big") + bytes(16) + wire.encode(1)
        case "left out":
            worker.send({"answer": 2})
            first = frame(far)
        case "repeated":
            near.sendall(first)
            judge.receive(5)
        case "changed":
            first = first[:-1] + b"\x02"
        case "sent back":
            judge.send({"answer": 1})
            first = frame(near)
        case "of another process":
            SealedLine(worker.connection, worker.key_of_fork(), "worker").send({"answer": 1})
            first = frame(far)
    near.sendall(first)
    with pytest.raises(wire.WireError, match="not sealed"):
        judge.receive(5)


def test_both_sides_make_the_same_keys_for_forks_and_each_fork_another():
    judge, worker = (SealedLine(socket.socket(), KEY, side) for side in ("judge", "worker"))
    keys = [judge.key_of_fork() for _ in range(3)]
    assert keys == [worker.key_of_fork() for _ in range(3)] and len({*keys, KEY}) == 4
    for line in (judge, worker):
        line.connection.close()
