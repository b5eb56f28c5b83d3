"""nbgrader's marks around a solution, which mean nothing to a reader."""

from typing import Final

BEGIN: Final = "### BEGIN SOLUTION"
END: Final = "### END SOLUTION"


def without_marks(source: str) -> str:
    """Return a cell's text without the lines that are marks."""
    return "\n".join(line for line in source.split("\n") if line.strip() not in (BEGIN, END))
