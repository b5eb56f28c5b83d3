"""What a process may still do with files, sockets and signals once it has bound itself, whoever it is: landlock(7).

A layer beside mounts and namespaces, and in their place where there are none. What an older kernel does not know
is left out; one before 5.19 (ABI 1) would forbid every move of a file between folders and is not asked at all.
https://docs.kernel.org/userspace-api/landlock.html
"""

import contextlib
import ctypes
import os
import stat
from collections.abc import Sequence
from typing import Final

LEAST_ABI: Final = 2
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # on every kind of machine
_VERSION: Final = 1
_PATH_BENEATH: Final = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE, _IOCTL_DEV = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14, 1 << 15
_MAKE_CHAR, _MAKE_BLOCK = 1 << 6, 1 << 11
# The number of rights on files that each ABI knows; each has what those before it have.
_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_OF_A_FILE: Final = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_READING: Final = _EXECUTE | _READ_FILE | _READ_DIR
_DEVICES: Final = _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_TCP: Final = 0b11  # LANDLOCK_ACCESS_NET_BIND_TCP and _CONNECT_TCP
_SCOPES: Final = 0b11  # LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET and _SIGNAL
_libc: Final = ctypes.CDLL(None, use_errno=True)


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def abi() -> int:
    """Return which version of it this kernel has, 0 where it has none."""
    with contextlib.suppress(AttributeError):  # a C library without syscall()
        return max(0, int(_libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)))
    return 0


def restrict(readable: Sequence[str], listed: Sequence[str], writable: Sequence[str], devices: Sequence[str]) -> None:
    """Bind this process and all it starts, for good; it must have no new privileges.

    Whoever is bound reaches by abstract sockets and signals only who is bound with it, and nobody by TCP, as far as
    the kernel knows how.

    Args:
        readable: folders and files that may be read and executed.
        listed: folders of which the names in them may be read, and in what is below them.
        writable: folders in which everything may be done but making devices.
        devices: which may be read, written and controlled.

    Raises:
        OSError: the kernel has it and refuses.
    """
    known = abi()
    if known < LEAST_ABI:
        return
    handled = (1 << _RIGHTS[min(known, max(_RIGHTS))]) - 1
    ruleset = _Ruleset(handled, _TCP if known >= 4 else 0, _SCOPES if known >= 6 else 0)
    descriptor = _called(_libc.syscall(_CREATE_RULESET, ctypes.byref(ruleset), ctypes.sizeof(ruleset), 0))
    try:
        for paths, rights in (
            (readable, _READING), (listed, _READ_DIR), (writable, handled & ~(_MAKE_CHAR | _MAKE_BLOCK)),
            (devices, _DEVICES),
        ):  # fmt: skip
            for path in filter(None, paths):
                with contextlib.suppress(FileNotFoundError):
                    _allow(descriptor, path, rights & handled)
        _called(_libc.syscall(_RESTRICT_SELF, descriptor, 0))
    finally:
        os.close(descriptor)


def _allow(ruleset: int, path: str, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _OF_A_FILE
        beneath = _Beneath(rights, place)
        _called(_libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(beneath), 0))
    finally:
        os.close(place)


def _called(answer: int) -> int:
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return answer
