"""Draws the rooms of `autograder/` from the code, and renews the counted tables of docs/architecture.md.

    python -m tests.architecture [--count FOLDER]

`--count` only prints the figures of another checkout: `git archive COMMIT autograder | tar -x -C FOLDER` makes one.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.architecture.page import PAGE, PICTURE, renewed
from tests.architecture.picture import drawn
from tests.architecture.rooms import ROOT, read_figures, read_plan


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the picture and the page, or print what was asked for."""
    parser = argparse.ArgumentParser(
        "python -m tests.architecture", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=Path, metavar="FOLDER", help="print the figures of the autograder/ in it")
    options = parser.parse_args(arguments)
    if options.count is not None:
        print(read_figures(options.count.resolve()))
        return 0
    plan = read_plan()
    PICTURE.write_text(drawn(plan), "utf-8")
    PAGE.write_text(renewed(PAGE.read_text("utf-8"), plan, read_figures(ROOT)), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
