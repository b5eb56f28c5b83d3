"""Files of recorded solutions: sections that each start with a line `# %% name`."""

import re
from pathlib import Path

from autograder.errors import UsageError


def read_variants(path: Path) -> dict[str, str]:
    """Return the source of each section, by its name, in the file's order."""
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    _, *parts = re.split(r"^# %% (\w+)$", text, flags=re.MULTILINE)
    names, sources = parts[::2], parts[1::2]
    if not names or len(set(names)) < len(names):
        raise UsageError(f"{path} needs sections, each after a line '# %% name' of its own")
    return {name: source.strip() + "\n" for name, source in zip(names, sources, strict=True)}
