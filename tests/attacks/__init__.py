"""The corpus of attacks, and the notebooks that carry them out.

Each family is a file of sections (see `autograder.authoring.recorded`): each is the source of one cell, whose first
line, a comment, says what it tries, and the second what stops it. The cell comes last in a submission that is wrong in `sgd`, so that
there is something to gain. What an attack prints after the word FOUND it should not have had.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.authoring.recorded import read_sections
from autograder.authoring.simulation.stubs import code_cell

FAMILIES: Final = ("mind", "wire", "machine", "reader", "tensors", "harness")


@dataclass(frozen=True, slots=True)
class Attack:
    """One cell that tries to beat the grader."""

    name: str
    family: str
    tries: str
    stopped_by: str
    source: str

    @property
    def student(self) -> str:
        """Under which name it is handed in."""
        return f"{self.family}-{self.name}"

    def notebook(self, twin: bytes, facts: Mapping[str, str]) -> bytes:
        """Return the twin's notebook with the attack as its last cell.

        Args:
            twin: the same submission without the attack.
            facts: what the attacker knows of this machine; put in place of words in capitals.
        """
        source = self.source
        for word, value in facts.items():
            source = source.replace(word, value)
        notebook = json.loads(twin)
        notebook["cells"].append(code_cell(source, "attack"))
        return json.dumps(notebook).encode()


def corpus() -> list[Attack]:
    """Return every attack, by family."""
    attacks = []
    for family in FAMILIES:
        for name, source in read_sections(Path(__file__).parent / f"{family}.py").items():
            tries, stopped_by, *_ = source.splitlines()
            attacks.append(
                Attack(name, family, tries.removeprefix("# "), stopped_by.removeprefix("# Stopped by: "), source)
            )
    return attacks
