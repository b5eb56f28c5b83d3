"""What notebooks do with a machine when they mean no harm: python -m tests.honest_cells MODE says how each ended."""

import json
import sys
from typing import Final

from autograder.sandbox import launch as sandbox
from autograder.sandbox.cell_run import NotebookWork
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.launch import LaunchSpec
from autograder.sandbox.retrying_session import RetryingSession
from autograder.sandbox.worker.limits import Limits

_FORKED: Final = """
import multiprocessing
context = multiprocessing.get_context("fork")
"""
CELLS: Final = {
    "torch": """
import torch
from torch import nn
net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for _ in range(3):
    optimizer.zero_grad()
    net(torch.randn(16, 4)).square().mean().backward()
    optimizer.step()
torch.save(net.state_dict(), "net.pt")
net.load_state_dict(torch.load("net.pt"))
""",
    "a DataLoader with workers": """
import torch
from torch.utils.data import DataLoader, TensorDataset
data = TensorDataset(torch.randn(32, 4), torch.randn(32, 1))
for _ in range(2):
    assert sum(len(x) for x, _ in DataLoader(data, batch_size=8, shuffle=True, num_workers=2)) == 32
""",
    "pictures": """
import matplotlib.pyplot as plt
import numpy as np
figure, axes = plt.subplots(2, 2)
axes[0, 0].plot(np.arange(3), label=r"$x^2$")
axes[0, 0].legend()
axes[1, 1].imshow(np.random.rand(8, 8))
figure.savefig("figure.png")
figure.savefig("figure.pdf")
assert plt.imread("figure.png").ndim == 3
""",
    "threads": """
import threading
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(4) as pool:
    assert list(pool.map(lambda x: x * x, range(8))) == [x * x for x in range(8)]
event = threading.Event()
thread = threading.Thread(target=event.set)
thread.start()
assert event.wait(5)
thread.join()
""",
    "a pool of processes": _FORKED + """
def square(x):
    return x * x
with context.Pool(2) as pool:
    assert pool.map(square, range(8)) == [x * x for x in range(8)]
from concurrent.futures import ProcessPoolExecutor
with ProcessPoolExecutor(2, mp_context=context) as pool:
    assert list(pool.map(square, range(4))) == [0, 1, 4, 9]
""",
    "queues, locks and shared memory": _FORKED + """
from multiprocessing import shared_memory
def put(queue, lock, value):
    with lock:
        value.value += 1
    queue.put(3)
queue, lock, value = context.Queue(), context.Lock(), context.Value("i", 0)
process = context.Process(target=put, args=(queue, lock, value))
process.start()
assert queue.get(timeout=10) == 3
process.join()
assert value.value == 1
block = shared_memory.SharedMemory(create=True, size=4096)
block.buf[0] = 1
block.close()
block.unlink()
""",
    "programs": """
import subprocess, sys
assert subprocess.run(["/bin/echo", "hello"], capture_output=True, text=True).stdout == "hello\\n"
assert subprocess.check_output([sys.executable, "-c", "print(1 + 1)"]) == b"2\\n"
assert subprocess.run("echo one | cat; ls / > /dev/null; cp -a /etc/fonts . ; du -s . ; sort < /dev/null", shell=True,
                      capture_output=True).returncode == 0
""",
    "temporary files": """
import os, shutil, tempfile, pathlib, zipfile, tarfile, gzip
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder, "a.txt")
    path.write_text("a")
    shutil.copy2(path, pathlib.Path(folder, "b.txt"))
    shutil.copytree(folder, pathlib.Path(folder).parent / "copied", dirs_exist_ok=True)
    shutil.make_archive("archive", "zip", folder)
    path.rename(path.with_suffix(".md"))
    os.symlink("b.txt", os.path.join(folder, "link"))
    os.chmod(os.path.join(folder, "b.txt"), 0o600)
    os.utime(os.path.join(folder, "b.txt"))
shutil.unpack_archive("archive.zip", "unpacked")
with tempfile.NamedTemporaryFile() as file, tempfile.TemporaryFile() as other:
    file.write(b"x")
    other.truncate(100)
    os.fsync(file.fileno())
with gzip.open("a.gz", "wb") as file:
    file.write(b"x" * 1000)
print(shutil.disk_usage("."), os.cpu_count(), os.getloadavg() if os.path.exists("/proc/loadavg") else "")
""",
    "a database": """
import sqlite3
for mode in ("delete", "wal"):
    database = sqlite3.connect(f"{mode}.db")
    database.execute(f"pragma journal_mode={mode}")
    database.execute("create table t (x)")
    database.executemany("insert into t values (?)", [(k,) for k in range(100)])
    database.commit()
    other = sqlite3.connect(f"{mode}.db")
    assert other.execute("select sum(x) from t").fetchone() == (4950,)
    other.execute("delete from t")
    other.commit()
    assert database.execute("select count(*) from t").fetchone() == (0,)
""",
    "locks": """
import fcntl
with open("locked", "w") as file:
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.lockf(file, fcntl.LOCK_UN)
import filelock
with filelock.FileLock("a.lock", timeout=1):
    pass
""",
    "sockets within": """
import asyncio, socket
one, other = socket.socketpair()
one.sendall(b"x")
assert other.recv(1) == b"x"
server = socket.socket(socket.AF_UNIX)
server.bind("here.sock")
server.listen()
client = socket.socket(socket.AF_UNIX)
client.connect("here.sock")
accepted, _ = server.accept()
for each in (one, other, server, client, accepted):
    each.close()

async def main():
    await asyncio.sleep(0.01)
    process = await asyncio.create_subprocess_exec("/bin/echo", "x", stdout=asyncio.subprocess.PIPE)
    return (await process.communicate())[0]

import concurrent.futures
with concurrent.futures.ThreadPoolExecutor(1) as pool:
    assert pool.submit(asyncio.run, asyncio.wait_for(asyncio.sleep(0), 1)).result() is None
    loop = asyncio.new_event_loop()
    assert pool.submit(loop.run_until_complete, asyncio.sleep(0, 3)).result() == 3
    loop.close()
""",
    "arrays in files": """
import mmap
import numpy as np
array = np.memmap("array", dtype="float32", mode="w+", shape=(100, 100))
array[:] = 1
array.flush()
assert np.memmap("array", dtype="float32", mode="r", shape=(100, 100)).sum() == 10_000
np.save("a.npy", np.eye(3))
assert np.load("a.npy", mmap_mode="r").trace() == 3
with open("array", "r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:
    mapped[:4] = b"abcd"
""",
    "time, signals and limits": """
import os, resource, select, signal, time
time.sleep(0.001), time.process_time(), time.thread_time(), time.perf_counter_ns()
rung = []
before = signal.signal(signal.SIGUSR1, lambda *_: rung.append(1))
os.kill(os.getpid(), signal.SIGUSR1)
signal.signal(signal.SIGUSR1, before)
assert rung == [1]
resource.getrusage(resource.RUSAGE_SELF), resource.getrlimit(resource.RLIMIT_STACK), os.getpriority(os.PRIO_PROCESS, 0)
reading, writing = os.pipe()
poll = select.epoll()
poll.register(reading)
os.write(writing, b"x")
assert poll.poll(1)
os.getlogin if False else os.uname(), os.sched_getaffinity(0), os.urandom(8)
import platform, uuid, secrets, getpass
platform.platform(), uuid.uuid4(), secrets.token_hex(4)
""",
    "packages": """
import contextlib, importlib
for name in ("pandas", "sklearn.linear_model", "scipy.optimize", "PIL.Image", "tqdm", "torchvision", "IPython.display"):
    with contextlib.suppress(ImportError):
        importlib.import_module(name)
""",
}  # fmt: skip


def ends(mode: str) -> dict[str, str]:
    """Run the cells in a session; return how each ended, "done" where it came to its end."""
    with ForkServer(LaunchSpec(sandbox.choose(mode), modules=["torch.optim", "matplotlib.pyplot"])) as server:
        work = NotebookWork([(number, f"{source}\nprint('done')") for number, source in enumerate(CELLS.values())])
        session = RetryingSession(lambda: server, work, Limits(notebook_s=300.0, cell_s=60.0))
        session.start()
        session.close()
    cells, skipped = session.run.cells, session.run.skipped
    return {
        name: skipped[number].why if number in skipped else str(cells[number].error or cells[number].output.split()[-1])
        for number, name in enumerate(CELLS)
    }


if __name__ == "__main__":
    print(json.dumps(ends(sys.argv[1])))
