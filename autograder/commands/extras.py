"""The parts of a course that a student's install leaves out, and which of them a missing module belongs to."""

from collections.abc import Mapping
from typing import Final

MODULES: Final[Mapping[str, tuple[str, ...]]] = {
    "grade": ("datasketch", "filelock", "msgpack", "psutil", "pyseccomp", "rich", "watchfiles", "yaml"),
    "nbgrader": ("bs4", "jsonschema", "latex2mathml", "nbclient", "nbconvert", "nbformat", "nbgrader", "sqlalchemy"),
    "canvas": ("canvasapi", "requests"),
    "cluster": ("dask", "distributed"),
}


def how_to_install(missing: str) -> str:
    """Return a sentence that says which extra has a module, "" where none has it.

    Args:
        missing: the module's name, as `ModuleNotFoundError` has it.
    """
    top = missing.partition(".")[0]
    extra = next((name for name, modules in MODULES.items() if top in modules), "")
    if not extra:
        return ""
    return f"this needs {top}, which a student does without: pip install 'autograder-course[{extra}]'"
