"""The system calls that a notebook has a use for; every other does not exist for a submission's processes.

Recorded over demo classes of assignments and over what Python, torch, NumPy, Matplotlib, SQLite and programs
do (`python -m tests.recorded_calls`), and filled up with what does the same under another name on another machine.
"""

from typing import Final

_FILES: Final = (
    "read", "readv", "pread64", "preadv", "preadv2", "write", "writev", "pwrite64", "pwritev", "pwritev2", "open",
    "openat", "openat2", "creat", "close", "lseek", "_llseek", "stat", "stat64", "lstat", "lstat64",
    "fstat", "fstat64", "newfstatat", "fstatat64", "statx", "statfs", "statfs64", "fstatfs", "fstatfs64", "access",
    "faccessat", "faccessat2", "readlink", "readlinkat", "truncate", "truncate64", "ftruncate", "ftruncate64",
    "fallocate", "fadvise64", "fadvise64_64", "readahead", "sendfile", "sendfile64", "copy_file_range", "fsync",
    "fdatasync", "sync_file_range", "flock", "fcntl", "fcntl64", "ioctl", "dup", "dup2", "dup3", "pipe", "pipe2",
    "umask",
)  # fmt: skip
_FOLDERS: Final = (
    "mkdir", "mkdirat", "rmdir", "getdents", "getdents64", "getcwd", "chdir", "fchdir", "rename", "renameat",
    "renameat2", "link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat", "mknod", "mknodat", "chmod",
    "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat", "utime", "utimes", "utimensat",
    "utimensat_time64", "futimesat", "getxattr", "lgetxattr", "fgetxattr", "listxattr", "llistxattr", "flistxattr",
    "setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr",
)  # fmt: skip
_WAITING: Final = (
    "select", "_newselect", "pselect6", "pselect6_time64", "poll", "ppoll", "ppoll_time64", "epoll_create",
    "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd", "eventfd2",
    "timerfd_create", "timerfd_settime", "timerfd_gettime", "signalfd", "signalfd4", "nanosleep", "clock_nanosleep",
    "clock_nanosleep_time64", "pause", "restart_syscall",
)  # fmt: skip
_MEMORY: Final = (
    "mmap", "mmap2", "munmap", "mprotect", "mremap", "madvise", "msync", "brk", "mlock", "mlock2", "munlock",
    "membarrier",
)  # fmt: skip
_PROCESSES: Final = (
    "fork", "vfork", "clone", "execve", "execveat", "exit", "exit_group", "wait4", "waitpid", "waitid", "kill",
    "tkill", "tgkill", "pidfd_open", "pidfd_send_signal", "getpid", "getppid", "gettid", "getpgid", "setpgid",
    "getpgrp", "getsid", "setsid", "getuid", "geteuid", "getresuid", "getgid", "getegid", "getresgid", "getgroups",
    "capget", "prctl", "arch_prctl", "set_tid_address", "set_robust_list", "get_robust_list", "rseq", "futex",
    "futex_time64", "futex_waitv", "sched_yield", "sched_getaffinity", "sched_setaffinity", "sched_getparam",
    "sched_getscheduler", "sched_get_priority_max", "sched_get_priority_min", "getpriority", "setpriority",
    "getrusage", "getrlimit", "ugetrlimit", "setrlimit", "prlimit64", "rt_sigaction", "rt_sigprocmask",
    "rt_sigpending", "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait", "rt_sigqueueinfo", "rt_tgsigqueueinfo",
    "sigaltstack", "sigreturn",
)  # fmt: skip
_TIME: Final = (
    "clock_gettime", "clock_gettime64", "clock_getres", "clock_getres_time64", "gettimeofday", "time", "times",
    "alarm", "setitimer", "getitimer", "timer_create", "timer_settime", "timer_gettime", "timer_getoverrun",
    "timer_delete",
)  # fmt: skip
_MACHINE: Final = ("uname", "sysinfo", "getcpu", "getrandom")
_UNIX_SOCKETS: Final = (
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "getsockname", "getpeername",
    "getsockopt", "setsockopt", "sendto", "recvfrom", "sendmsg", "recvmsg", "sendmmsg", "recvmmsg", "shutdown",
)  # fmt: skip
KNOWN: Final = (*_FILES, *_FOLDERS, *_WAITING, *_MEMORY, *_PROCESSES, *_TIME, *_MACHINE, *_UNIX_SOCKETS)
# What is done with a descriptor by fcntl(2): F_DUPFD to F_SETFL, F_SETOWN to F_GETOWNER_UIDS, F_DUPFD_CLOEXEC,
# F_SETPIPE_SZ to F_GET_SEALS; and F_GETLK, of processes and of open files, and that of 32-bit machines
DESCRIPTOR_COMMANDS: Final = (
    0, 1, 2, 3, 4, 8, 9, 10, 11, 15, 16, 17, 1030, 1031, 1032, 1033, 1034, 5, 12, 36,
)  # fmt: skip
LOCK_COMMANDS: Final = (6, 7, 13, 14, 37, 38)  # F_SETLK and F_SETLKW, likewise
