"""How commands end, as the shell sees it (docs/ci.md)."""

from typing import Final

ALL_PASSED: Final = 0
SOME_FAILED: Final = 1
UNUSABLE: Final = 2
GRADER_FAILED: Final = 3
INTERRUPTED: Final = 130
