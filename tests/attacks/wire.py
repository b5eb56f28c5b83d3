# Attacks on the wire between worker and judge. Each section is one cell; its first line says what it tries.

# %% forged_frames_in_a_cell
# Writes frames that look like the worker's on every descriptor, while the notebook runs.
# Stopped by: frames are taken in one order only.
import os, struct, sys

sys.path += ["/grader"]
import msgpack

frames = [
    {"event": "ready", "torch": "9", "python": "9"}, {"event": "ran"}, {"event": "forked"},
    {"answer": {"w": 0, "grad": None}}, {"score": 100.0, "max_score": 100.0}, {"event": "opened", "process": 1},
]
for descriptor in range(3, 256):
    for frame in frames:
        payload = msgpack.packb(frame)
        try:
            os.write(descriptor, struct.pack(">I", len(payload)) + payload)
        except OSError:
            break


# %% forged_answers_in_a_probe
# Answers in place of the probe, and once more for the next one, on every descriptor.
# Stopped by: answers have the form of the probe's; right values are not known there.
import os, struct

import msgpack


def forge(*args, **kwargs):
    payload = msgpack.packb({"answer": {"w": True, "y_hat": True, "loss": True, "followed": True, "score": 100}})
    for descriptor in range(3, 256):
        try:
            os.write(descriptor, 3 * (struct.pack(">I", len(payload)) + payload))
        except OSError:
            pass
    return 100


sgd = train = forge


# %% descriptors_closed
# Closes every descriptor in a cell.
# Stopped by: one's own process only.
import os

os.closerange(0, 256)


# %% descriptors_closed_in_a_probe
# Closes every descriptor in a function that is judged.
# Stopped by: one's own process only.
import os

sgd = lambda *args: os.closerange(0, 256)


# %% descriptors_taken_over
# Puts a pipe of its own in place of every descriptor, and goes on as if nothing had happened.
# Stopped by: one's own process only.
import os

reading, writing = os.pipe()


def sgd(*args):
    for descriptor in range(3, 256):
        if descriptor not in (reading, writing):
            try:
                os.fstat(descriptor)
                os.dup2(writing, descriptor)
            except OSError:
                pass


# %% header_cut_short
# Sends half a header and waits.
# Stopped by: the check's time limit.
import os, time


def sgd(*args):
    for descriptor in range(3, 256):
        try:
            os.write(descriptor, b"\0\0")
        except OSError:
            pass
    time.sleep(60)


# %% frame_too_long
# Announces a frame of four gigabytes.
# Stopped by: 64 MiB a frame, refused by its header.
import os


def sgd(*args):
    for descriptor in range(3, 256):
        try:
            os.write(descriptor, b"\xff\xff\xff\xff" + b"x" * 4096)
        except OSError:
            pass


# %% slow_drip
# Sends a frame one byte a second, in the hope of holding the judge for ever.
# Stopped by: the check's time limit holds for a whole frame.
import os, struct, time


def sgd(*args):
    for descriptor in range(3, 256):
        try:
            os.write(descriptor, struct.pack(">I", 1000))
        except OSError:
            continue
        while True:
            os.write(descriptor, b"\x93")
            time.sleep(1)


# %% deep_answer
# Returns ten thousand lists, each in the next.
# Stopped by: 32 levels.
def train(*args, **kwargs):
    nested = []
    for _ in range(10_000):
        nested = [nested]
    return nested


# %% cyclic_answer
# Returns a list and a dict that contain themselves.
# Stopped by: 32 levels.
def train(*args, **kwargs):
    cycle = [1.0]
    cycle.append({"cycle": cycle})
    return cycle, cycle, cycle


# %% long_answer
# Returns half a gigabyte of text.
# Stopped by: 64 MiB a frame.
sgd = lambda *args: "x" * 2**29


# %% wide_answer
# Returns ten million small values, which take far more room unpacked than packed.
# Stopped by: 262,144 values a frame, counted before they are unpacked.
sgd = lambda *args: [None] * 10_000_000


# %% many_small_maps
# Returns a million maps of a million keys' worth of small objects.
# Stopped by: 262,144 values a frame, counted before they are unpacked.
train = lambda *args, **kwargs: [{"a": {}, "b": []} for _ in range(3_000_000)]


# %% hand_made_frames
# Sends frames with wrong dtypes, shapes that lie, unknown extensions, and keys that are no text.
# Stopped by: dtype, shape and length must agree before anything is made of them.
import itertools, os, struct

import msgpack

hostile = itertools.cycle([
    msgpack.ExtType(1, msgpack.packb(["tensor", "object", [1], b"\0" * 8])),
    msgpack.ExtType(1, msgpack.packb(["tensor", "float32", [2**31, 2**31], b""])),
    msgpack.ExtType(1, msgpack.packb(["tensor", "float32", [-1], b"\0" * 4])),
    msgpack.ExtType(1, msgpack.packb(["tensor", "float32", [2**62, 4, 0], b""])),
    msgpack.ExtType(1, b"\xc1"), msgpack.ExtType(99, b"os.system"), msgpack.Timestamp(0, 0), {1: 2}, {None: None},
    msgpack.ExtType(1, msgpack.packb(["ndarray", "bfloat16", [2], b"\0" * 4])),
])


def send(*args, **kwargs):
    payload = msgpack.packb({"answer": next(hostile)}, strict_types=False)
    for descriptor in range(3, 256):
        try:
            os.write(descriptor, struct.pack(">I", len(payload)) + payload)
        except OSError:
            pass


synthetic_data = data_iter = linreg = squared_loss = sgd = train = send


# %% wire_module_patched
# Replaces the worker's own encoder, so that every answer is the same.
# Stopped by: answers have the form of the probe's.
import sys

wire = sys.modules["worker.wire"]
wire.encode = lambda value: b"\x81\xa6answer\xc3"


# %% control_socket_looked_for
# Looks for the descriptor by which the judge commands the warm parent, and asks that for new sessions.
# Stopped by: closed before the first cell.
import os, socket

for descriptor in range(3, 256):
    try:
        kind = socket.socket(fileno=os.dup(descriptor)).type
    except OSError:
        continue
    if kind == socket.SOCK_SEQPACKET:
        print("FOUND the control socket", descriptor)
        os.write(descriptor, b"\x81\xa2op\xa5close")


# %% output_of_cells_forged
# Prints what looks like results, to every stream there is.
# Stopped by: what is printed is text.
import os, sys

line = '{"schema": 1, "student": "farid", "score": 100.0, "max_score": 100.0, "questions": []}\n'
for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
    print(line, file=stream, flush=True)
os.write(1, line.encode())
os.write(2, line.encode())


# %% events_without_end
# Says for ever that a cell has begun, so that the judge never stops listening.
# Stopped by: frames are taken in one order only.
import os, struct

import msgpack

frames = [{"event": "started", "index": number} for number in range(60)]
frames += [
    {"event": "cell", "index": number, "error": None, "output": "x" * 2**20, "seconds": 0.0, "figures": []}
    for number in range(3)
]
packed = [struct.pack(">I", len(each)) + each for each in map(msgpack.packb, frames)]
while True:
    for descriptor in range(3, 256):
        for each in packed:
            try:
                os.write(descriptor, each)
            except OSError:
                break

# %% nobody_reads
# Stops its process as soon as it has answered, so that the judge writes to nobody.
# Stopped by: sending has a time limit, too.
import os, signal, threading, time


def stop_soon():
    time.sleep(0.02)
    os.kill(os.getpid(), signal.SIGSTOP)


honest_iter = data_iter


def data_iter(*args):
    threading.Thread(target=stop_soon).start()
    yield from honest_iter(*args)


# %% judge_answered_by_a_loop
# Answers in the worker's place from then on: its function reads what the judge asks, and runs that by a copy of the worker.
# Stopped by: frames are signed by a key that is not to be had without being told of.
import os, socket, struct

import worker.probing as probing, worker.wire as wire


def right_sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()


def sgd(*args):
    for descriptor in range(3, 256):
        try:
            line = socket.socket(fileno=os.dup(descriptor))
            line.getpeername()
            break
        except OSError:
            pass
    while True:
        length, = struct.unpack(">I", line.recv(4, socket.MSG_WAITALL))
        request = wire.decode(line.recv(length, socket.MSG_WAITALL)[16:])
        asked = probing.load_probe(request["source"], request["name"])
        names = {**globals(), "sgd": right_sgd}
        payload = bytes(16) + wire.encode(probing.run_probe(asked, request["arguments"], names, request["seed"]))
        line.sendall(struct.pack(">I", len(payload)) + payload)


# %% line_relayed
# Puts a socket of its own in the place of the worker's, and passes on all frames but those that tell of it.
# Stopped by: the descriptor cannot be replaced; a frame that is left out is missed.
import os, socket, struct, sys, threading, time

left_out = []


def relay(judge, worker):
    def to_worker():
        while True:
            data, descriptors, *_ = socket.recv_fds(judge, 2**16, 1)
            if descriptors:
                ours, theirs = socket.socketpair()
                relay(socket.socket(fileno=descriptors[0]), ours)
                socket.send_fds(worker, [data], [theirs.fileno()])
                theirs.close()
            else:
                worker.sendall(data)

    def to_judge():
        while True:
            header = worker.recv(4, socket.MSG_WAITALL)
            frame = worker.recv(struct.unpack(">I", header)[0], socket.MSG_WAITALL)
            if b"reached" in frame and len(frame) < 400:
                left_out.append(frame)
            else:
                judge.sendall(header + frame)

    for way in (to_worker, to_judge):
        threading.Thread(target=way, daemon=True).start()


for descriptor in range(3, 256):
    try:
        line = socket.socket(fileno=os.dup(descriptor))
        line.getpeername()
        break
    except OSError:
        pass
line.settimeout(None)
near, far = socket.socketpair()
os.dup2(far.fileno(), descriptor)
relay(line, near)
sys._getframe()
time.sleep(0.5)
if left_out:
    print("FOUND a way past the watch")
