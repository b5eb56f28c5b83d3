"""Draws a class: who is right in which style, who made which mistakes, who is late, blank, damaged, hostile."""

import itertools
import random
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from autograder.authoring.simulation.changes import lie, pass_through_colab, search_and_exit
from autograder.authoring.simulation.member import Member, Truth
from autograder.authoring.simulation.roster import Recorded, Row
from autograder.catalogue.course import Course

Kind = Literal["right", "one mistake", "two mistakes", "blank", "damaged", "hostile"]
SHARES: Final[Mapping[Kind, float]] = {
    "right": 0.57, "one mistake": 0.25, "two mistakes": 0.08, "blank": 0.05, "damaged": 0.03, "hostile": 0.02,
}  # fmt: skip
LATE: Final = 0.1
EARLIEST_S: Final = 7 * 86_400
LATEST_S: Final = 3 * 86_400
UNREADABLE: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "cut short": lambda data: data[: len(data) // 2],
    "merge conflict": lambda data: b"<<<<<<< HEAD\n" + data + b"=======\n" + data + b">>>>>>> theirs\n",
    "empty file": lambda data: b"",
}
WHOLE: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "renamed": lambda data: data,
    "through Colab": lambda data: data,  # the member's own change
}
RENAMED: Final = "homework (final) (2).ipynb"


@dataclass(frozen=True, slots=True)
class Simulated:
    """One submission of a drawn class.

    Attributes:
        member: who handed it in, and what a fair grader finds.
        kind: what was drawn.
        damage: what happened to the file: a key of `UNREADABLE` or `WHOLE`, or None.
        late_s: seconds after the due date; negative where it came before.
    """

    member: Member
    kind: Kind
    damage: str | None
    late_s: int

    def notebook(self, released: bytes) -> bytes:
        """Return the file that is handed in, made from the released notebook."""
        data = self.member.notebook(released)
        damages = {**UNREADABLE, **WHOLE}
        return damages[self.damage](data) if self.damage else data


def draw_class(assignment: str, students: int, seed: int, course: Course) -> Iterator[Simulated]:
    """Yield `students` submissions with the shares of `SHARES`, the same for the same arguments.

    Each function is written as in one of the recorded styles, drawn for itself, so that right solutions
    differ among each other. A hostile student hands in what a student with a mistake has, and a cheat.
    Raises `UsageError` where the course has no recorded solutions.
    """
    recorded = Recorded(assignment, course)
    rng = random.Random(f"{assignment} {seed}")
    kinds = _kinds(students)
    rng.shuffle(kinds)
    ids = [f"s{number:0{len(str(students))}}" for number in range(1, students + 1)]
    rows: dict[str, Row] = {}
    for id, kind in zip(ids, kinds, strict=True):
        if kind != "hostile":
            rows[id] = _row(id, kind, recorded, rng)
    twins = [id for id, kind in zip(ids, kinds, strict=True) if kind == "one mistake"]
    damages = itertools.cycle(rng.sample([*UNREADABLE, *WHOLE], len(UNREADABLE) + len(WHOLE)))
    for id, kind in zip(ids, kinds, strict=True):
        damage = next(damages) if kind == "damaged" else None
        late_s = rng.randint(1, LATEST_S) if rng.random() < LATE else -rng.randint(0, EARLIEST_S)
        row = rows[id] if kind != "hostile" else _cheating(id, rows[rng.choice(twins)], rng)
        yield Simulated(_damaged(recorded.member(row, {}), damage, recorded), kind, damage, late_s)


def _kinds(students: int) -> list[Kind]:
    """How often each kind comes, as near to the shares as whole numbers are."""
    ends = [round(students * share) for share in itertools.accumulate(SHARES.values())]
    counts = (end - start for start, end in itertools.pairwise([0, *ends]))
    return [kind for kind, count in zip(SHARES, counts, strict=True) for _ in range(count)]


def _row(id: str, kind: Kind, recorded: Recorded, rng: random.Random) -> Row:
    if kind == "blank":
        return Row(id, style=None, outcome="not_attempted", story="handed in as it was released")
    mistakes = _mistakes(2 if kind == "two mistakes" else int(kind == "one mistake"), recorded, rng)
    wrong = {recorded.assignment.misconceptions[mistake].question for mistake in mistakes}
    allowed = {question: _styles(question, wrong, recorded) for question in sorted(recorded.questions)}
    borrowed = {question: rng.choice(styles) for question, styles in allowed.items()}
    for style, functions in recorded.together.items():
        if any(borrowed[function] == style for function in functions):
            whole = all(style in allowed[function] and function not in wrong for function in functions)
            borrowed |= dict.fromkeys(functions, style if whole else next(iter(recorded.styles)))
    return Row(id, mistakes=mistakes, borrowed=borrowed, story=", ".join(mistakes) or "right")


def _styles(question: str, wrong: Collection[str], recorded: Recorded) -> list[str]:
    """The styles in which a question stays right though `wrong` ones are not: the first, and what calls no more."""
    usual = recorded.calls(next(iter(recorded.styles)), question)
    return [style for style in recorded.styles if not (recorded.calls(style, question) - usual) & set(wrong)]


def _mistakes(count: int, recorded: Recorded, rng: random.Random) -> tuple[str, ...]:
    """As many mistakes, each in another question."""
    known = recorded.assignment.misconceptions
    places: dict[str, list[str]] = {}
    for mistake in recorded.mistakes:
        places.setdefault(known[mistake].question, []).append(mistake)
    return tuple(rng.choice(places[question]) for question in rng.sample(sorted(places), min(count, len(places))))


def _cheating(id: str, twin: Row, rng: random.Random) -> Row:
    cheat, story = rng.choice(((lie, "returns objects that equal anything"), (search_and_exit, "looks for the checks")))
    return Row(id, twin.style, twin.borrowed, twin.mistakes, changes=(cheat,), cheats_as=twin.id, story=story)


def _damaged(member: Member, damage: str | None, recorded: Recorded) -> Member:
    changes = (pass_through_colab,) if damage == "through Colab" else member.changes
    truth = Truth(recorded.questions, outcome="not_attempted") if damage in UNREADABLE else member.truth
    story = f"{member.story}, {damage}" if damage else member.story
    return Member(member.id, story, truth, member.functions, member.imports, member.answers, changes)
