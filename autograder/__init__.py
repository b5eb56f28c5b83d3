"""A course that grades itself: checks of notebooks by probes, run confined, judged outside.

Students use `check` and `target`; authors of checks use `autograder.judging.suite`; the command line is `autograder`.
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from autograder.notebook.self_check import check
    from autograder.notebook.target import target

__version__: Final = "0.1.0"
__all__ = ["__version__", "check", "target"]


def __getattr__(name: str) -> Any:
    """Load these where they are imported: they need torch and pytest, which the rest can do without."""
    if name == "check":
        from autograder.notebook.self_check import check

        return check
    if name == "target":
        from autograder.notebook.target import target

        return target
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
