"""SECURITY.md tells the limits that hold."""

import re
from pathlib import Path

from autograder.sandbox.retrying_session import MAX_LOSSES
from autograder.sandbox.worker import confinement, limits, plain, wire
from autograder.sandbox.worker.limits import Limits

TEXT = Path(__file__).parents[1].joinpath("SECURITY.md").read_text("utf-8")
MIB, GIB = 2**20, 2**30


def rows() -> list[str]:
    """Return the last column of the table of costs."""
    _, _, after = TEXT.partition("<!-- checked against the code by tests/test_security.py -->")
    table, _, _ = after.partition("<!-- end -->")
    return re.findall(r"^\| .* \| (.*) \|$", table, re.MULTILINE)[2:]


def test_what_a_submission_costs_is_what_the_limits_say() -> None:
    usual = Limits()
    times = f"{usual.notebook_s:g} s, {usual.cell_s:g} s and {usual.question_s:g} s"
    assert rows() == [
        f"{usual.wall_s:g} s",
        f"{times}, or {limits.CLOCK_PER_COMPUTING} times as long by the clock",
        f"{MAX_LOSSES + 1}, each but the first for one that was lost",
        f"{usual.memory_bytes / GIB:g} GiB",
        f"{usual.processes} and {limits.MAX_DESCRIPTORS}",
        f"{usual.file_bytes / MIB:g} MiB, {confinement.MAX_FILES:,} files",
        f"{wire.MAX_FRAME_BYTES / MIB:g} MiB and {plain.MAX_VALUES:,} values, "
        f"in {wire.MAX_DECODED_BYTES / MIB:g} MiB of the judge's memory",
        f"{limits.MAX_OUTPUT_CHARACTERS_IN_ALL // MIB} Mi characters and {limits.MAX_FIGURE_BYTES_IN_ALL // MIB} MiB",
    ]


def test_other_figures_in_the_text_are_those_of_the_code() -> None:
    assert wire.POLL_S == 0.1 and "ten times a second" in TEXT
    assert f"each of {limits.MAX_DESCRIPTORS} descriptors in each of {Limits().processes} processes" in " ".join(
        TEXT.split()
    )
