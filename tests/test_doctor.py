"""What `autograder doctor` says of machines that this one is not; tests/test_docs.py runs it on this one."""

import os
import socket
import sys

import pytest

from autograder.commands import doctor
from autograder.sandbox import launch as sandbox
from autograder.sandbox import trials
from autograder.sandbox.worker.limits import Limits


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_where_nothing_can_be_confined_it_says_so_and_what_to_do(platform, monkeypatch):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(doctor, "find_gpu", None)  # nothing to look for
    monkeypatch.delattr(os, "geteuid")
    monkeypatch.delattr(os, "sysconf")
    monkeypatch.delattr(socket, "AF_UNIX")
    lines, able = doctor.examine()
    told = "\n".join(lines)
    assert not able and f"bubblewrap needs Linux, and this is {platform}" in told
    assert "user        does not work: --sandbox user must be started as root on Linux" in told
    assert "none        does not work" in told and "grading     not ready" in told


@pytest.mark.parametrize(("name", "off", "on"), [(name, *values) for name, values in doctor._SWITCHES.items()])
def test_a_switch_that_forbids_namespaces_is_named_with_the_command_that_turns_it(name, off, on, monkeypatch, tmp_path):
    file = tmp_path / name.replace(".", "/")
    file.parent.mkdir(parents=True)
    file.write_text(f"{off}\n")
    monkeypatch.setattr(doctor, "_PROC_SYS", tmp_path)
    found = doctor._user_namespaces()
    assert found.text == f"users' own are switched off: {name} is {off}" and found.fix == f"sysctl -w {name}={on}"


def test_a_container_that_may_make_no_namespace_is_to_be_started_otherwise(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "_PROC_SYS", tmp_path)
    monkeypatch.setattr(doctor, "_ENTER", "raise SystemExit(1)")
    monkeypatch.setattr(doctor, "_CONTAINER_MARKS", ())
    assert doctor._user_namespaces().fix == ""
    monkeypatch.setattr(doctor, "_CONTAINER_MARKS", (tmp_path,))
    for user, right in ((0, "--cap-add SYS_ADMIN"), (1000, "--security-opt systempaths=unconfined")):
        monkeypatch.setattr(os, "geteuid", lambda user=user: user)
        assert doctor._user_namespaces().fix.startswith(f"docker run {right} --security-opt seccomp=unconfined")


def test_what_is_not_installed_comes_with_the_command_that_installs_it(monkeypatch, tmp_path):
    for name in ("apt-get", "dnf"):
        (tmp_path / name).touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sandbox, "has_libseccomp", lambda: False)
    assert list(doctor._lines(doctor._bubblewrap())) == [
        "bubblewrap  not installed", "            mend it:  apt-get install bubblewrap",
    ]  # fmt: skip
    assert doctor._libseccomp().fix == "apt-get install libseccomp2"
    (tmp_path / "apt-get").unlink()
    assert doctor._libseccomp().fix == "dnf install libseccomp"
    (tmp_path / "dnf").unlink()
    assert "package manager" in doctor._bubblewrap().fix


@pytest.mark.skipif(sandbox.bubblewrap_problem() is not None, reason=f"{sandbox.bubblewrap_problem()}")
def test_what_does_not_hold_is_told(monkeypatch):
    every = {each.__name__.replace("_", " ") for each in trials.TRIALS}
    assert {what for what, held in trials.try_mode("bwrap")[2].items() if held} == every
    monkeypatch.setattr(trials, "LIMITS", Limits(cell_s=1.0))
    _, _, held = trials.try_mode("none")
    assert {what for what, was in held.items() if was} - {"processes"} == {"time limit"}  # root may start any number
    monkeypatch.setattr(trials, "try_mode", lambda mode: (1.0, 0.1, held))
    assert "\nnot bound: memory, " in doctor._try("none").text
