"""Regular expressions that read whole files, on each Python."""

import sys


def never_going_back(pattern: str) -> str:
    """Return a pattern with possessive repeats, such as `*+`, for this Python: 3.10 has none.

    There they are plain ones, which take more memory. The pattern must match the same with these.
    """
    return pattern if sys.version_info >= (3, 11) else pattern.replace("*+", "*")
