"""A machine with nothing of this project: the system's programs, Python, and what the grader's wheel depends on.

bubblewrap makes its root file system out of this one's /usr and Python. Packages that would be downloaded lie
beside the virtual environment in /opt/grader, into which a test installs the wheel; `apt-get`, `sudo` and
`git clone` only do as if, and the last copies /srv/hidden-checks.
"""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = Path(sysconfig.get_path("purelib"))
GRADER = Path("/opt/grader")
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
INTERPRETER = Path(sys.base_prefix if Path(sys.base_prefix).is_relative_to("/usr") else "/usr/local", "bin", PYTHON)
# An environment that is made finds the packages beside it; not before pip is installed, which is among them
MAKES_ENVIRONMENTS = f"""{INTERPRETER} "$@"
if [ "$1 $2" = "-m venv" ]; then echo ../../../beside >"$3/lib/{PYTHON}/site-packages/beside.pth"; fi"""
STAND_INS = {
    "python": MAKES_ENVIRONMENTS,
    PYTHON: MAKES_ENVIRONMENTS,
    "apt-get": "true",
    "sudo": "true",
    "git": 'for last; do :; done; cp -R /srv/hidden-checks/. "$last"',
}
SYSTEM = ("passwd", "group", "ld.so.cache", "alternatives", "localtime")


def build_wheel(folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


@dataclass(frozen=True)
class CleanMachine:
    """`folder` keeps what the machine's /opt, /srv, /home, /builds and /autograder hold between commands."""

    folder: Path
    wheel: Path

    def __post_init__(self) -> None:
        (self.at(GRADER) / "beside").mkdir(parents=True)
        for name in ("srv", "home", "builds", "autograder", "stand-ins"):
            (self.folder / name).mkdir()
        for name, script in STAND_INS.items():
            (self.folder / "stand-ins" / name).write_text(f"#!/bin/sh\n{script}\n")
            (self.folder / "stand-ins" / name).chmod(0o755)

    def at(self, path: str | Path) -> Path:
        """Where this machine finds what the clean one has at `path`."""
        return self.folder / str(path).lstrip("/")

    def run(self, script: str, cwd: str | Path = "/", **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a script of bash as root, as `set -e` does, and return its exit status and output."""
        known = {
            "PATH": "/stand-ins:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/root", "LANG": "C.UTF-8",
            "PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_IGNORE_INSTALLED": "1", "PIP_ROOT_USER_ACTION": "ignore", "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }  # fmt: skip
        command = [*self._root(), "--chdir", str(cwd), "bash", "-e", "-c", script]
        return subprocess.run(
            command, env={**known, **environment}, capture_output=True, text=True, timeout=300, check=False
        )

    def _root(self) -> list[str]:
        options = ["bwrap", "--die-with-parent", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--cap-add", "ALL"]
        options += [
            "--proc",
            "/proc",
            "--dev",
            "/dev",
            "--perms",
            "1777",
            "--tmpfs",
            "/tmp",
            "--ro-bind",
            "/usr",
            "/usr",
        ]
        if not Path(sys.base_prefix).is_relative_to("/usr"):
            options += ["--ro-bind", sys.base_prefix, "/usr/local"]
            # The loader's cache may know the system's library of that name, of another release than the modules
            library, place = sysconfig.get_config_var("INSTSONAME"), sysconfig.get_config_var("LIBDIR")
            for known in Path("/usr/lib").glob(f"*/{library}"):
                options += ["--ro-bind", f"{place}/{library}", str(known)]
        for name in ("bin", "sbin", "lib", "lib32", "lib64"):
            if os.path.islink(f"/{name}"):
                options += ["--symlink", os.readlink(f"/{name}"), f"/{name}"]
            elif os.path.isdir(f"/{name}"):
                options += ["--ro-bind", f"/{name}", f"/{name}"]
        options += ["--perms", "0755", "--dir", "/etc"]
        for name in SYSTEM:
            options += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
        options += ["--perms", "0755", "--dir", "/root"]
        for path in sorted(self.folder.iterdir()):
            options += ["--bind", str(path), f"/{path.name}"]
        return [*options, "--ro-bind", str(PACKAGES), str(GRADER / "beside")]


def hidden_checks(assignment: str) -> Mapping[str, bytes]:
    """What an instructor keeps apart: the hidden checks of an assignment and what makes them a course's."""
    return {
        "pyproject.toml": (ROOT / "templates/gradescope/pyproject.toml").read_bytes(),
        f"solutions/{assignment}/hidden_checks.py": (ROOT / "solutions" / assignment / "hidden_checks.py").read_bytes(),
    }
