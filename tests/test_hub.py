"""What docs/hub.md does to users, folders and settings, without the hub; `python -m tests.hub` is all of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.machine import Machine, missing
from tests.hub.page import COURSE, follow, sections
from tests.people import open_folder

ROOT = Path(__file__).parents[1]
SETTINGS = """
import runpy
from types import SimpleNamespace
c = SimpleNamespace(CourseDirectory=SimpleNamespace(), Exchange=SimpleNamespace())
runpy.run_path("/etc/jupyter/nbgrader_config.py", {"get_config": lambda: c})
print(c.CourseDirectory.__dict__.get("root"))
"""
EXCHANGE = "/srv/nbgrader/exchange/deep-learning"


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    if reason := missing():
        pytest.skip(reason)
    with open_folder() as folder:
        made = Machine(folder)
        made.at(COURSE).mkdir(parents=True)
        for name in ("nbgrader_config.py", "pyproject.toml"):
            shutil.copy(ROOT / name, made.at(COURSE))
        for heading in sections():
            if heading not in ("The programs", "Where a grader cannot collect"):
                follow(made, heading)
        yield made


def can(machine: Machine, user: str, script: str) -> bool:
    return machine.run(script, "/home", user).returncode == 0


@pytest.mark.parametrize("user", ["alice", "bruno"])
def test_an_instructor_reaches_the_course_below_the_home(machine: Machine, user: str) -> None:
    told = machine.run(f"python3 -c '{SETTINGS}'", "/home", user).stdout
    assert told.strip() == f"/home/{user}/deep-learning"
    assert can(machine, user, "umask 007; mkdir -p ~/deep-learning/submitted && test -w ~/deep-learning/gradebook.db")
    assert can(machine, user, f"touch {EXCHANGE}/{user}")


def test_what_one_instructor_makes_another_may_change(machine: Machine) -> None:
    assert can(machine, "alice", f"umask 007; mkdir {COURSE}/autograded && echo 1 > {COURSE}/autograded/one")
    assert can(machine, "bruno", f"echo 2 > {COURSE}/autograded/one")


@pytest.mark.parametrize("user", ["ada", "bob"])
def test_a_student_has_the_exchange_alone(machine: Machine, user: str) -> None:
    told = machine.run(f"python3 -c '{SETTINGS}'", "/home", user).stdout
    assert told.strip() == "None"
    assert can(machine, user, f"ls {EXCHANGE}")
    for forbidden in (f"ls {COURSE}", f"cat {COURSE}/.autograder-secret", f"touch {EXCHANGE}/x", "ls /home/alice"):
        assert not can(machine, user, forbidden), forbidden


def test_a_grader_added_after_a_release_may_list_what_was_handed_in(machine: Machine) -> None:
    """nbgrader makes `inbound` of the one who releases; what the page says to do then gives it to the group."""
    inbound = f"{EXCHANGE}/inbound"
    assert machine.run(f"mkdir -m 733 {inbound} && chown alice:alice {EXCHANGE} {inbound} && chmod g-s {inbound}").returncode == 0  # fmt: skip
    assert not can(machine, "bruno", f"ls {inbound}")
    follow(machine, "Where a grader cannot collect")
    assert can(machine, "bruno", f"ls {inbound}") and not can(machine, "ada", f"ls {inbound}")
