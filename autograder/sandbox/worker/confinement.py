"""What Linux can take away from a process before a student's code runs in it.

Namespaces: unshare(2), user_namespaces(7), pid_namespaces(7). Limits: getrlimit(2).
Capabilities: capabilities(7).
"""

import ctypes
import fcntl
import os
import resource
import signal
from typing import Final

from .limits import MAX_DESCRIPTORS, Limits

_NEW_NAMESPACES: Final = 0x10000000 | 0x00020000 | 0x20000000 | 0x08000000 | 0x40000000
_MS_NOSUID, _MS_NODEV, _MS_BIND, _MS_MOVE, _MS_REC, _MS_PRIVATE = 0x2, 0x4, 0x1000, 0x2000, 0x4000, 0x40000
_NVIDIA_CONTROL: Final = "/dev/nvidiactl"
_CUDA_USES: Final = ("self", "cpuinfo", "devices", "meminfo", "modules", "driver", "sys/vm/mmap_min_addr")
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 36, 38
_PR_CAPBSET_DROP, _PR_SET_SECUREBITS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 24, 28, 47, 4
_NO_ROOT_NO_AMBIENT_LOCKED: Final = 0xEB  # SECBIT_NOROOT and SECBIT_NO_CAP_AMBIENT_RAISE, and the locks of all four
_CAPABILITY_VERSION_3: Final = 0x20080522
_MADV_COLLAPSE: Final = 25
_HUGE_PAGE_BYTES: Final = 2 * 2**20
MAX_FILES: Final = 4096  # of each of its folders
_STACK_BYTES: Final = 64 * 2**20
_SPACE_PER_MEMORY: Final = 16  # each 2 MiB of it may take a page of tables: an eighth of a GiB for 64 GiB
_libc: Final = ctypes.CDLL(None, use_errno=True)
_libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]


def die_with_parent() -> None:
    """Have the kernel kill this process when the one that started it ends."""
    _call(_libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0))


def adopt_orphans() -> None:
    """Become the parent of grandchildren whose parent has ended, so as to wait for them."""
    _call(_libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))


def apply_limits(limits: Limits) -> None:
    """Bind this process and all it starts; hard limits, so nothing in it can lift them.

    RLIMIT_DATA bounds memory, RLIMIT_STACK the main thread's stack, and RLIMIT_AS what pages that are only read take
    in page tables, but for CUDA, which reserves more address space than there is memory.
    """
    spaces = resource.RLIM_INFINITY if os.path.exists(_NVIDIA_CONTROL) else _SPACE_PER_MEMORY * limits.memory_bytes
    for kind, value in (
        (resource.RLIMIT_CPU, limits.cpu_s), (resource.RLIMIT_DATA, limits.memory_bytes),
        (resource.RLIMIT_NPROC, limits.processes), (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, MAX_DESCRIPTORS), (resource.RLIMIT_STACK, _STACK_BYTES),
        (resource.RLIMIT_AS, spaces),
    ):  # fmt: skip
        soft, hard = (_lower(bound, value) for bound in resource.getrlimit(kind))
        resource.setrlimit(kind, (soft, hard))
    _call(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))


def kept_descriptor(descriptor: int, number: int) -> int:
    """Return a copy of a descriptor by a number of which there is none yet.

    Raises `OSError` where there is.
    """
    copy = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, number)
    if copy != number:
        raise OSError(f"descriptor {number} is taken")
    return copy


def _lower(bound: int, value: int) -> int:
    unbound = resource.RLIM_INFINITY
    return value if bound == unbound else bound if value == unbound else min(bound, value)


def enter_namespaces() -> None:
    """Leave for own user, mount, PID, IPC and network namespaces; the next child is PID 1 there.

    Raises `OSError` where the kernel forbids it.
    """
    user, group = os.getuid(), os.getgid()
    _call(_libc.unshare(_NEW_NAMESPACES))
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def cover_shared_folders(scratch_bytes: int) -> None:
    """In a new mount namespace: an empty private tmpfs over /tmp, /dev/shm and /proc.

    Where a GPU was let in, /proc keeps what CUDA uses there: of processes this one's entry alone.
    """
    _call(_libc.mount(b"none", b"/", None, _MS_REC | _MS_PRIVATE, None))
    _mount_tmpfs("/tmp", scratch_bytes)
    _mount_tmpfs("/dev/shm", scratch_bytes)
    new_proc = "/tmp/proc"  # filled while the old one can still be read, then moved over it
    os.mkdir(new_proc)
    _mount_tmpfs(new_proc, 0)
    for name in _CUDA_USES if os.path.exists(_NVIDIA_CONTROL) else ():
        source, target = f"/proc/{name}", f"{new_proc}/{name}"
        if os.path.isdir(source):
            os.makedirs(target)
        elif os.path.exists(source):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            open(target, "x").close()
        else:
            continue
        _call(_libc.mount(source.encode(), target.encode(), None, _MS_BIND, None))
    _call(_libc.mount(new_proc.encode(), b"/proc", None, _MS_MOVE, None))
    os.rmdir(new_proc)


def forbid_capabilities() -> None:
    """Let no process that this one starts gain a capability: by what it executes, by being root, by inheriting one.

    What it holds it keeps, so that it can become another user. Where it may not set capabilities it has none to
    forbid, and `apply_limits` forbids new privileges to all.
    """
    number = 0
    while _libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0) == 0:
        number += 1
    _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    _libc.prctl(_PR_SET_SECUREBITS, _NO_ROOT_NO_AMBIENT_LOCKED, 0, 0, 0)


def drop_capabilities() -> None:
    """Give up every capability: whoever makes a user namespace has all of them in it."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    none = (ctypes.c_uint32 * 6)()  # effective, permitted and inheritable, twice 32 of each
    _call(_libc.capset(header, none))


def merge_pages() -> None:
    """Collapse this process's heap into huge pages, which halves the time of a fork of it.

    Best effort: a kernel before 6.1 does not know MADV_COLLAPSE, and nothing depends on it.
    """
    with open("/proc/self/maps") as file:
        lines = file.read().splitlines()
    for line in lines:
        span, permissions, _, _, inode, *name = line.split(maxsplit=5)
        if permissions != "rw-p" or inode != "0" or (name and name[0].startswith("[stack")):
            continue
        first, last = (int(edge, 16) for edge in span.split("-"))
        start = -(-first // _HUGE_PAGE_BYTES) * _HUGE_PAGE_BYTES
        for address in range(start, last - _HUGE_PAGE_BYTES + 1, _HUGE_PAGE_BYTES):
            _libc.madvise(address, _HUGE_PAGE_BYTES, _MADV_COLLAPSE)


def _mount_tmpfs(folder: str, size: int) -> None:
    options = f"size={max(size, 4096)},mode=0700,nr_inodes={MAX_FILES}".encode()
    _call(_libc.mount(b"tmpfs", folder.encode(), b"tmpfs", _MS_NOSUID | _MS_NODEV, options))


def _call(status: int) -> None:
    if status != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
