"""A scheduler and workers of dask.distributed, each a process of this machine."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

START_TIMEOUT_S = 120.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Cluster:
    """A scheduler on `host` and its workers, each a process; what is in a `prefix` goes before a command."""

    folder: Path
    host: str = "127.0.0.1"
    environment: dict[str, str] = field(default_factory=dict)
    scheme: str = "tcp"
    prefix: tuple[str, ...] = ()
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.port = free_port()
        self.folder.mkdir()
        self.start_scheduler()

    @property
    def address(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    def start_scheduler(self) -> None:
        options = ["--host", f"{self.scheme}://{self.host}", "--port", str(self.port), "--no-dashboard", "--no-show"]
        self.scheduler = self._start("scheduler", *options, prefix=self.prefix)
        ends = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                socket.create_connection((self.host, self.port)).close()
                return
            except OSError:
                assert time.monotonic() < ends and self.scheduler.poll() is None, (self.folder / "log").read_text()
                time.sleep(0.1)

    def start_worker(self, *options: str, prefix: tuple[str, ...] = (), host: str = "", **environment: str) -> None:
        place = self.folder / secrets.token_hex(4)
        listen = ["--host", f"{self.scheme}://{host or self.host}", "--local-directory", str(place), "--nthreads", "1"]
        arguments = ["worker", self.address, *listen, "--no-dashboard", "--death-timeout", "60", *options]
        self.workers.append(self._start(*arguments, prefix=prefix, **environment))

    def _start(self, *arguments: str, prefix: tuple[str, ...] = (), **environment: str) -> subprocess.Popen[bytes]:
        command = [*prefix, sys.executable, "-W", "ignore", "-m", "dask", *arguments]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(command, env=os.environ | self.environment | environment, stdout=log, stderr=log)

    def stop(self) -> None:
        for process in (*self.workers, self.scheduler):
            self.kill(process)
        self.workers.clear()

    @staticmethod
    def kill(process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(process.pid).children():  # a nanny's worker
                child.kill()
        process.kill()
        process.wait()


def certificates(folder: Path) -> dict[str, str]:
    """Make a certificate for all, and return dask's settings that ask for it."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "1", "-subj", "/CN=grading", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    settings = {"REQUIRE_ENCRYPTION": "true", "TLS__CA_FILE": str(certificate)}
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        settings |= {f"TLS__{role}__KEY": str(key), f"TLS__{role}__CERT": str(certificate)}
    return {f"DASK_DISTRIBUTED__COMM__{name}": value for name, value in settings.items()}


@dataclass(frozen=True)
class Network:
    """Hosts on a network of their own: network namespaces on a bridge; see ip-netns(8), veth(4)."""

    address: str
    hosts: dict[str, str]

    def prefix(self, host: str, hidden: Path) -> tuple[str, ...]:
        """What starts a command on a host that has no folder `hidden`."""
        without = ("unshare", "--mount", "sh", "-c", 'mount -t tmpfs none "$0" && exec "$@"', str(hidden))
        return ("ip", "netns", "exec", host, *without)


@contextlib.contextmanager
def network(number: int) -> Iterator[Network]:
    """Make a network of this machine and `number` other hosts; raises `CalledProcessError` where it cannot be."""
    tag = f"ag{secrets.token_hex(3)}"
    subnet = f"10.{secrets.randbelow(100) + 100}.{secrets.randbelow(250)}"
    hosts = {f"{tag}-{place}": f"{subnet}.{place + 2}" for place in range(number)}
    with contextlib.ExitStack() as cleaning:
        _ip("link", "add", tag, "type", "bridge")
        cleaning.callback(_ip, "link", "del", tag)
        _ip("addr", "add", f"{subnet}.1/24", "dev", tag)
        _ip("link", "set", tag, "up")
        for host, address in hosts.items():
            _ip("netns", "add", host)
            cleaning.callback(_ip, "netns", "del", host)
            _ip("link", "add", f"{host}v", "type", "veth", "peer", "name", "eth0", "netns", host)
            _ip("link", "set", f"{host}v", "master", tag, "up")
            _ip("-n", host, "addr", "add", f"{address}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                _ip("-n", host, "link", "set", device, "up")
        yield Network(f"{subnet}.1", hosts)


def no_network() -> str | None:
    """Why there can be no `network` here, or None."""
    lacking = [tool for tool in ("ip", "unshare", "openssl") if shutil.which(tool) is None]
    if lacking:
        return f"not installed: {', '.join(lacking)}"
    try:
        with network(1) as made:
            (host,) = made.hosts
            subprocess.run([*made.prefix(host, Path("/mnt")), "true"], check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        return f"{' '.join(error.cmd)}: {error.stderr.strip()}"
    return None


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)
