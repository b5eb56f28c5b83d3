"""One member of the class: what they hand in, and what is known of it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.authoring.simulation.stubs import fill_stubs, write_answers

Notebook = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Truth:
    """What a fair grader finds.

    Attributes:
        lost: questions that lose points, whatever else is blocked by them.
        named: the misconceptions that are named, and no others: each one's question, by its id.
        outcome: how each failing check of those questions ends, where that is known.
        no_better_than: id of the member who handed in the same without the cheat; then nothing
            else is known.
    """

    lost: frozenset[str] = frozenset()
    named: Mapping[str, str] = field(default_factory=dict)
    outcome: str | None = None
    no_better_than: str | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A student of a made-up class.

    Attributes:
        id: the name nbgrader knows.
        story: what they did, in a few words.
        functions: what they wrote into the stubs, by name; the others stay as they are.
        imports: what they put into a cell of their own before the first stub.
        answers: what they wrote into the cells that a person grades, by grade_id.
        changes: what else has happened to the notebook, in order.
        truth: what a fair grader finds.
    """

    id: str
    story: str
    truth: Truth
    functions: Mapping[str, str] = field(default_factory=dict)
    imports: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[Callable[[Notebook], None], ...] = ()

    def notebook(self, released: bytes) -> bytes:
        """Return the notebook that they hand in, made from the released one."""
        notebook: Notebook = json.loads(released)
        fill_stubs(notebook, self.functions, self.imports)
        write_answers(notebook, self.answers)
        for change in self.changes:
            change(notebook)
        return json.dumps(notebook, indent=1, ensure_ascii=False).encode()
