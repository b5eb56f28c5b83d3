"""A machine for a hub: this one's programs and network, and an /etc, /home, /opt, /srv and /tmp of its own.

Users that are made, files that are written and packages that are installed there are in a folder that a test throws
away. Each command runs as root in a view of its own; what it has left running ends with it.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

OWN: Final = ("etc", "home", "opt", "srv", "tmp")
TOOLS: Final = ("unshare", "setpriv", "mount", "useradd", "chpasswd", "groupadd")
PATH: Final = "/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin"
INTERPRETER: Final = Path("/usr" if Path(sys.base_prefix).is_relative_to("/usr") else "/usr/local")


def missing(*tools: str) -> str | None:
    """Why there can be no such machine here, with these programs, or None."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "a hub that starts servers of other users needs root on Linux"
    lacking = [tool for tool in (*TOOLS, *tools) if shutil.which(tool) is None]
    if lacking:
        return f"not installed: {', '.join(lacking)}"
    trial = subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "mount", "-o", "remount,bind,ro", "/"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return f"no mounts of its own can be made: {trial.stderr.strip()}" if trial.returncode else None


@dataclass(frozen=True)
class Machine:
    """A machine whose own folders lie in `folder`, which everybody has to be able to enter."""

    folder: Path

    def __post_init__(self) -> None:
        for name in OWN:
            (self.folder / name).mkdir(exist_ok=True)
        (self.folder / "tmp").chmod(0o1777)
        if not (self.folder / "etc/passwd").exists():
            # Links to what only this machine has, such as keys, need lead nowhere
            shutil.copytree("/etc", self.folder / "etc", symlinks=True, dirs_exist_ok=True)

    def at(self, path: str | Path) -> Path:
        """Where this machine finds what the other one has at `path`."""
        return self.folder / str(path).lstrip("/")

    def run(
        self, script: str, cwd: str = "/", user: str = "root", **options: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run a script of bash, and return its exit status and all that it says."""
        return subprocess.run(
            [*self.command(user), "bash", "-c", f"cd {cwd}; {script}"], cwd="/", env=self.environment(user) | options,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=1800,
            check=False,
        )  # fmt: skip

    @contextlib.contextmanager
    def serving(self, script: str, log: Path) -> "Iterator[subprocess.Popen[bytes]]":
        """Have a server run meanwhile."""
        with log.open("wb") as output:
            server = subprocess.Popen(
                [*self.command("root"), "bash", "-c", script], env=self.environment("root"), stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        try:
            yield server
        finally:
            server.kill()
            server.wait()

    def environment(self, user: str) -> Mapping[str, str]:
        home = "/root" if user == "root" else f"/home/{user}"
        known = {"PATH": PATH, "LANG": "C.UTF-8", "HOME": home, "USER": user, "LOGNAME": user, "OMP_NUM_THREADS": "1"}
        return known | {name: os.environ[name] for name in os.environ if name.startswith(("PIP_", "npm_", "NPM_"))}

    def command(self, user: str) -> list[str]:
        """Return what begins a command line: mounts of its own, and processes that end with it.

        Not bubblewrap, whose /proc is no whole one, so that no sandbox could be made inside.
        """
        script = "; ".join(["set -e", *self._mounts(), 'exec setpriv --reuid="$0" --regid="$0" --init-groups "$@"'])
        return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", "-c", script, user]

    def _mounts(self) -> Iterator[str]:
        if Path("/usr") != INTERPRETER:
            yield f"mount --bind {sys.base_prefix} {INTERPRETER}"
            # The loader's cache may know the system's library of that name, of another release than the modules
            library, place = sysconfig.get_config_var("INSTSONAME"), sysconfig.get_config_var("LIBDIR")
            for known in Path("/usr/lib").glob(f"*/{library}"):
                yield f"mount --bind {place}/{library} {known}"
        for path in sorted(Path("/opt").iterdir()):  # packages that pip would take from there
            (self.folder / "opt" / path.name).mkdir(exist_ok=True)
            yield f"mount --bind {path} {self.folder}/opt/{path.name}"
        for name in OWN:
            yield f"mount --rbind {self.folder}/{name} /{name}"
        yield from ("mount -t tmpfs -o mode=755 none /root", "mount -t tmpfs -o mode=755 none /run")
        yield "mount -o remount,bind,ro /"
