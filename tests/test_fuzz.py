"""A short run of the fuzzer over all that reads untrusted bytes; `make test-long` has a long one."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox.worker import plain, wire
from tests.fuzz.targets import TARGETS, payload, seeds

ROOT = Path(__file__).parents[1]
RUNS = 400


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris has no wheel for this machine")
@pytest.mark.parametrize("targets", [["payload", "frame", "answer"], ["notebook", "text", "figure"]], ids=" ".join)
def test_nothing_that_the_fuzzer_finds_breaks_a_target(targets: list[str], tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "tests.fuzz", *targets, "--seed", "1", "--runs", str(RUNS)]
    done = subprocess.run(
        [*command, "--seconds", "500", "--found", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    executed = int(re.search(r"number_of_executed_units: (\d+)", done.stderr)[1])
    assert executed > sum(len(list(seeds(target))) for target in targets)
    assert "NEW" in done.stderr  # it is guided by what it reaches
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_takes_what_the_fuzzer_starts_from(name: str) -> None:
    found = list(seeds(name))
    assert found
    for data in found:
        TARGETS[name](data)


def test_a_target_sees_what_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_check_bounds", lambda _: None)
    with pytest.raises(AssertionError):
        payload(b"\x91" * (plain.MAX_NESTING + 1) + b"\xc0")
