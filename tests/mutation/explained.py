"""The survivors that are explained: why a mutant is as right as the solution, within the notebook's text."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

PATH: Final = Path(__file__).with_name("equivalent.toml")
Reasons = Mapping[str, Mapping[str, Mapping[str, str]]]


def read_reasons(path: Path = PATH) -> Reasons:
    """Return, by assignment, question and mutant's id, why the mutant may survive."""
    reasons: Reasons = tomllib.loads(path.read_text("utf-8"))
    return reasons
