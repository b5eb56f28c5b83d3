"""The system calls that a submission's processes are denied: those that a notebook has no use for.

Two filters are read, one after the other, and the stricter answer holds. The first knows what there is
(`known_calls`): everything else, what is not invented yet too, is answered as an older kernel would. The second
names what is refused, and with which arguments: what opens much of the kernel to whoever calls it, memory that
RLIMIT_DATA does not count, and locks, by which those who can read one file could talk.
Compiled by libseccomp (https://github.com/seccomp/libseccomp); seccomp(2).
"""

import contextlib
import errno
import functools
import mmap
import os
import socket
from typing import Any, Final

from .known_calls import DESCRIPTOR_COMMANDS, KNOWN, LOCK_COMMANDS
from .limits import PROBES_DESCRIPTOR, SESSION_DESCRIPTOR

_NVIDIA_CONTROL: Final = "/dev/nvidiactl"
_REFUSED: Final = (
    # other processes' memory, descriptors and execution
    "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kcmp", "process_madvise",
    # namespaces and mounts, in which a process would have privileges anew
    "unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "open_tree", "move_mount", "fsopen", "fsconfig",
    "fsmount", "fspick", "mount_setattr", "open_by_handle_at", "name_to_handle_at",
    # large parts of the kernel
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "add_key",
    "request_key", "keyctl", "fanotify_init", "fanotify_mark", "inotify_init", "inotify_init1", "quotactl",
    "personality", "syslog", "acct", "swapon", "swapoff",
    "reboot", "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "iopl", "ioperm",
    "lookup_dcookie", "vhangup", "nfsservctl", "clock_settime", "clock_adjtime", "settimeofday", "adjtimex",
    # memory that RLIMIT_DATA does not count
    "memfd_create", "memfd_secret", "shmget", "remap_file_pages",
    # what outlives a process that makes it
    "semget", "msgget", "mq_open",
)  # fmt: skip
_NEW_NAMESPACES: Final = (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000)
# mmap(2): shared without a file, MAP_GROWSDOWN, MAP_HUGETLB
_UNCOUNTED_MAPPINGS: Final = (mmap.MAP_SHARED | mmap.MAP_ANONYMOUS, 0x100, 0x40000)
_WATCHES: Final = (1024, 1025, 1026)  # F_SETLEASE, F_GETLEASE, F_NOTIFY


class Filters:
    """Filters of which each process may be bound by all; the last is read first."""

    def __init__(self, *filters: Any) -> None:
        """Each is a `pyseccomp.SyscallFilter`."""
        self._filters = filters

    def load(self) -> None:
        """Bind this process and all it starts."""
        for each in self._filters:
            each.load()


@functools.cache
def denying() -> Filters:
    """Return the filters, compiled.

    Where a GPU was let in, its driver's library is not held to the calls that are known: it has others of its own.

    Raises:
        RuntimeError: libseccomp is not installed.
    """
    return Filters(_refusing()) if os.path.exists(_NVIDIA_CONTROL) else Filters(_refusing(), _knowing())


def _knowing() -> Any:
    """Return the filter that lets known calls through, and no other."""
    import pyseccomp

    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.ENOSYS))
    for name in KNOWN:
        if name not in ("fcntl", "fcntl64"):
            _add(rules, pyseccomp.ALLOW, name)
    for command in (*DESCRIPTOR_COMMANDS, *LOCK_COMMANDS):
        for name in ("fcntl", "fcntl64"):
            _add(rules, pyseccomp.ALLOW, name, _command(command))
    return rules


def _refusing() -> Any:
    """Return the filter that refuses some calls and arguments, and lets all others through."""
    import pyseccomp

    denied, granted = pyseccomp.ERRNO(errno.EPERM), pyseccomp.ERRNO(0)
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in _REFUSED:
        _add(rules, denied, name)
    for flag in _NEW_NAMESPACES:
        _add(rules, denied, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, flag, flag))
    # Its flags lie in memory, where no filter sees them; the C library then takes clone.
    _add(rules, pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    _add(rules, pyseccomp.ERRNO(errno.ENETUNREACH), "socket", pyseccomp.Arg(0, pyseccomp.NE, socket.AF_UNIX))
    # Nothing of a submission's comes between it and the judge, where it could leave out what it is told of.
    for descriptor in (SESSION_DESCRIPTOR, PROBES_DESCRIPTOR):
        for name, place in (("close", 0), ("dup2", 1), ("dup3", 1)):
            _add(rules, denied, name, _is(place, descriptor))
    _add(rules, pyseccomp.ERRNO(errno.ENOSYS), "close_range")  # of which many numbers are the two
    for flags in _UNCOUNTED_MAPPINGS:
        _add(rules, denied, "mmap", pyseccomp.Arg(3, pyseccomp.MASKED_EQ, flags, flags))
    # Whoever locks is told that it has, and goes on: nobody but the submission can write to what it locks. Who asks for
    # others' locks finds none.
    _add(rules, granted, "flock")
    for name in ("fcntl", "fcntl64"):
        for command in LOCK_COMMANDS:
            _add(rules, granted, name, _command(command))
        for command in _WATCHES:
            _add(rules, denied, name, _command(command))
    return rules


def _command(command: int) -> Any:
    return _is(1, command)


def _is(place: int, number: int) -> Any:
    """Return the comparison of an argument of which the kernel reads 32 bits."""
    import pyseccomp

    return pyseccomp.Arg(place, pyseccomp.MASKED_EQ, 0xFFFFFFFF, number)


def _add(rules: Any, action: int, name: str, *arguments: Any) -> None:
    with contextlib.suppress(OSError):  # not known to this kind of machine
        rules.add_rule(action, name, *arguments)
