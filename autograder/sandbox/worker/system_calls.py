"""The system calls that a submission's processes are denied: those that a notebook has no use for.

What namespaces, an unprivileged user and resource limits bind already is denied here once more, where it
opens much of the kernel to whoever calls it; and memory that RLIMIT_DATA does not count is denied at all.
Compiled by libseccomp (https://github.com/seccomp/libseccomp); seccomp(2).
"""

import contextlib
import errno
import functools
import mmap
import socket
from typing import Any, Final

_DENIED: Final = (
    # other processes' memory, descriptors and execution
    "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kcmp", "process_madvise",
    # namespaces and mounts, in which a process would have privileges anew
    "unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "open_tree", "move_mount", "fsopen", "fsconfig",
    "fsmount", "fspick", "mount_setattr", "open_by_handle_at", "name_to_handle_at",
    # large parts of the kernel
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "add_key",
    "request_key", "keyctl", "fanotify_init", "quotactl", "personality", "syslog", "acct", "swapon", "swapoff",
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


@functools.cache
def denying() -> Any:
    """Return the filter, a `pyseccomp.SyscallFilter`; its `load()` binds the process and all it starts.

    Raises:
        RuntimeError: libseccomp is not installed.
    """
    import pyseccomp

    denied = pyseccomp.ERRNO(errno.EPERM)
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in _DENIED:
        with contextlib.suppress(OSError):  # not known to this kernel's kind of machine
            rules.add_rule(denied, name)
    for flag in _NEW_NAMESPACES:
        rules.add_rule(denied, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, flag, flag))
    # Its flags lie in memory, where no filter sees them; the C library then takes clone.
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    rules.add_rule(pyseccomp.ERRNO(errno.ENETUNREACH), "socket", pyseccomp.Arg(0, pyseccomp.NE, socket.AF_UNIX))
    for flags in _UNCOUNTED_MAPPINGS:
        rules.add_rule(denied, "mmap", pyseccomp.Arg(3, pyseccomp.MASKED_EQ, flags, flags))
    return rules
