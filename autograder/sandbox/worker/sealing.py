"""One end of a connection between judge and worker, whose frames are sealed: signed, and counted.

A submission's code runs beside the worker's end and may write into the same descriptor. It does not know the key, and
who looks for it in the interpreter is told of (see `internals`): a frame that is forged, left out, repeated or changed
on its way is none.

    frame = length seal payload     as in `wire`; the length is of both
    seal  = 16 bytes: BLAKE2b of the payload, by the key and what the frame is: who sends it, and the how-manieth it is

Each process that is forked to answer probes has a key of its own, which both ends make of the session's.
BLAKE2: https://www.rfc-editor.org/rfc/rfc7693
"""

import builtins
from _blake2 import blake2b
from _socket import socket as system_socket
from _thread import RLock
from collections.abc import Callable
from typing import Any, Final, Literal

from . import wire

__builtins__ = dict(vars(builtins))  # type: ignore[assignment]  # a notebook may replace what builtins name

KEY_BYTES: Final = 32
_COUNT_BYTES: Final = 8
_OTHER: Final = {"judge": "worker", "worker": "judge"}
_FORK: Final = b"fork"


class SealedLine:
    """Sends and receives frames. What else uses its connection breaks it."""

    def __init__(self, connection: system_socket, key: bytes, side: Literal["judge", "worker"]) -> None:
        """Begin to count.

        Args:
            connection: to the other side.
            key: as the other side has it.
            side: which side this is.
        """
        self.connection = connection
        self._key = key
        self._side = side
        self._counts = dict.fromkeys(_OTHER, 0)
        self._forks = 0
        self._lock = RLock()  # a thread may tell what it reaches for while an answer is sent

    def send(self, value: Any, timeout_s: float | None = None) -> None:
        """As `wire.send`."""
        self.send_payload(wire.encode(value), timeout_s)

    def send_payload(self, payload: bytes, timeout_s: float | None = None) -> None:
        """As `wire.send_payload`."""
        with self._lock:
            wire.send_payload(self.connection, payload, timeout_s, self._seal_of_ours)

    def receive(self, timeout_s: float | None = None, poll: Callable[[], None] | None = None) -> Any:
        """As `wire.receive`."""
        return wire.receive(self.connection, timeout_s, poll, self._seal_of_theirs)

    def key_of_fork(self) -> bytes:
        """Return the key of the process that is forked next."""
        self._forks += 1
        return self._signed(b"", _FORK, self._forks, KEY_BYTES)

    def _seal_of_ours(self, payload: bytes) -> bytes:
        return self._seal(self._side, payload)

    def _seal_of_theirs(self, payload: bytes) -> bytes:
        return self._seal(_OTHER[self._side], payload)

    def _seal(self, sender: str, payload: bytes) -> bytes:
        self._counts[sender] += 1
        return self._signed(payload, sender.encode(), self._counts[sender], wire.SEAL_BYTES)

    def _signed(self, payload: bytes, kind: bytes, count: int, size: int) -> bytes:
        return blake2b(
            payload, key=self._key, person=kind, salt=count.to_bytes(_COUNT_BYTES, "big"), digest_size=size
        ).digest()
