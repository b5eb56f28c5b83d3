"""What a recorded mistake does under its question's checks, and how well a submission's behaviour agrees with it.

A fingerprint is made by `autograder calibrate` from a few runs of recorded wrong code under the same inputs and other
random draws. Of each check that it does not always pass it keeps how that ended and those features (see
`autograder.judging.behaviour`) that no correct solution has: a number as the range of its values, a text as all that
were seen. In a record, by check:

    {"outcomes": ["failed"], "features": {"says": ["y has shape (#,); expected …"], "says.0": [50.0, 50.0]}}

"passed" is among the outcomes where some runs passed. A check that is not there passed always.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from autograder.judging.behaviour import Feature, Features

RTOL: Final = 2e-3  # float32 sums in another order, and numbers that a message rounds to three or four digits
ATOL: Final = 1e-6
NEAR: Final = 0.25  # how far a number that varies from run to run may lie outside of what was seen, relative to it
SHARE: Final = 0.9  # of the numbers of an answer, how many must agree
MOST: Final = 0.5  # of them, where the message agrees
ENOUGH: Final = 4  # numbers that agree, where the message is another one
TO_ONE: Final = 2  # checks that agree, to one that failed in another way

Kept = tuple[float, float] | frozenset[str]


class Verdict(IntEnum):
    """What one check says of one mistake; of two examples of a mistake the better verdict counts."""

    CONFLICT = 0  # passed, which the mistake never does here, or failed, where the mistake passes
    DIFFERS = 1  # failed in another way than the mistake does
    NEUTRAL = 2  # it may be this mistake, and many others
    SILENT = 3  # passed, as with the mistake, or judged nothing
    AGREES = 4  # the very values, message or exception


@dataclass(frozen=True, slots=True)
class Trace:
    """One check under one example of a mistake: how it may end, and the features that right work does not have."""

    outcomes: frozenset[str]
    features: Mapping[str, Kept]

    @classmethod
    def of_runs(cls, runs: Sequence[Features], right: Sequence[Features]) -> "Trace":
        """Keep what `runs` of wrong code have in common and no run of `right` code shows."""
        outcomes = frozenset(str(run["outcome"]) for run in runs)
        missed = [run for run in runs if run["outcome"] != "passed"]
        found: dict[str, Kept] = {}
        for name in missed[0] if missed else ():
            values = [run[name] for run in missed if name in run]
            if name == "outcome" or len(values) < len(missed):
                continue
            kept = _kept(values)
            if kept is not None and not any(_agrees(each[name], kept) for each in right if name in each):
                found[name] = kept
        return cls(outcomes, {name: found[name] for name in selected(found)})

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Trace":
        """Read what `to_json` wrote."""
        features: dict[str, Kept] = {
            name: frozenset(kept) if kept and isinstance(kept[0], str) else (float(kept[0]), float(kept[-1]))
            for name, kept in value["features"].items()
        }
        return cls(frozenset(value["outcomes"]), features)

    def to_json(self) -> dict[str, Any]:
        """Return the form that a record keeps: numbers to five digits."""
        features = {
            name: sorted(kept) if isinstance(kept, frozenset) else [float(f"{each:.5g}") for each in kept]
            for name, kept in self.features.items()
        }
        return {"outcomes": sorted(self.outcomes), "features": features}

    def verdict(self, found: Features) -> tuple[Verdict, float]:
        """Return what a submission's run of the check says of this example, and how strongly where it agrees."""
        outcome = str(found["outcome"])
        if outcome == "blocked":
            return Verdict.SILENT, 0.0
        if outcome == "passed":
            return (Verdict.SILENT if "passed" in self.outcomes else Verdict.CONFLICT), 0.0
        if self.outcomes == {"passed"}:
            return Verdict.CONFLICT, 0.0
        if outcome not in self.outcomes:
            return Verdict.DIFFERS, 0.0
        if outcome == "error":
            raised = [self._has(name, found) for name in self.features if name.endswith(".raised")]
            return (Verdict.AGREES, 1.0) if raised and all(raised) else (Verdict.DIFFERS, 0.0)
        return self._verdict_on_values(found) if outcome == "failed" else (Verdict.NEUTRAL, 0.0)

    def _verdict_on_values(self, found: Features) -> tuple[Verdict, float]:
        spoken = [name for name in self.features if name.startswith("says.")]
        values = [name for name in self.features if not name.startswith("says") and not name.endswith(".raised")]
        agreeing = sum(self._has(name, found) for name in values)
        share = agreeing / len(values) if values else 0.0
        enough = len(values) >= ENOUGH and share >= SHARE
        if "says" not in self.features:  # in other words each time
            return (Verdict.AGREES, 1.0 + share) if values and share >= SHARE else (Verdict.NEUTRAL, 0.0)
        if not self._has("says", found):
            return (Verdict.AGREES, 1.0) if enough else (Verdict.DIFFERS, 0.0)
        if all(self._has(name, found) for name in spoken):
            if len(values) >= ENOUGH and share < MOST:  # the same shape, say, and other values
                return Verdict.DIFFERS, 0.0
            return Verdict.AGREES, 1.0 + bool(spoken) + share
        if enough:
            return Verdict.AGREES, 1.5
        if not any(_varies(self.features[name]) for name in spoken):
            return Verdict.DIFFERS, 0.0
        near = all(name in found and _is_near(found[name], self.features[name]) for name in spoken)
        return (Verdict.AGREES, 0.5) if near else (Verdict.NEUTRAL, 0.0)

    def _has(self, name: str, found: Features) -> bool:
        return name in found and _agrees(found[name], self.features[name])


Fingerprint = Mapping[str, Trace]  # by check
_ALWAYS_PASSED: Final = Trace(frozenset({"passed"}), {})


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a question's behaviour agrees with one mistake.

    `fits` says whether nothing speaks against it: no check ended as it never does with the mistake, and for each that
    failed in another way than with the recorded code at least `TO_ONE` agree. `checks` are those that it explains.
    """

    fits: bool
    strength: float
    checks: tuple[str, ...]


def agreement(examples: Sequence[Fingerprint], behaviour: Mapping[str, Features]) -> Agreement:
    """Compare a question's behaviour, by check, with all examples of one mistake."""
    counts: Counter[Verdict] = Counter()
    strength = 0.0
    explained = []
    for check, found in behaviour.items():
        verdict, weight = max(example.get(check, _ALWAYS_PASSED).verdict(found) for example in examples)
        counts[verdict] += 1
        strength += weight
        if verdict in (Verdict.AGREES, Verdict.NEUTRAL, Verdict.DIFFERS):
            explained.append(check)
    agreeing = counts[Verdict.AGREES]
    fits = agreeing > 0 and not counts[Verdict.CONFLICT] and agreeing >= TO_ONE * counts[Verdict.DIFFERS]
    strength -= counts[Verdict.NEUTRAL] / 4 + counts[Verdict.DIFFERS]
    return Agreement(fits, strength, tuple(explained))


def selected(features: Mapping[str, Any], most: int = 8) -> list[str]:
    """Return the names that are worth keeping: what is said, raised and measured, and `most` of the other numbers."""
    first = [name for name in features if name.startswith("says") or name.endswith(".raised") or not name[0].isdigit()]
    spoken = [name for name in first if name.startswith("says.")][most:]
    kinds = [name for name in features if name.endswith((".shape", ".dtype")) and name not in first][: most // 2]
    others = [name for name in features if name not in first and name not in kinds]
    step = max(1, -(-len(others) // most))
    wanted = {*first, *kinds, *others[::step]} - {*spoken}
    return [name for name in features if name in wanted]


def _kept(values: Sequence[Feature]) -> Kept | None:
    texts = [value for value in values if isinstance(value, str)]
    numbers = [value for value in values if not isinstance(value, str)]
    if texts:
        return None if numbers else frozenset(texts)
    return min(numbers), max(numbers)


def _agrees(value: Feature, kept: Kept) -> bool:
    if isinstance(kept, frozenset):
        return value in kept
    low, high = kept
    slack = high - low + RTOL * max(abs(low), abs(high)) + ATOL
    return not isinstance(value, str) and low - slack <= value <= high + slack


def _varies(kept: Kept) -> bool:
    return not isinstance(kept, frozenset) and kept[1] - kept[0] > RTOL * max(map(abs, kept)) + ATOL


def _is_near(value: Feature, kept: Kept) -> bool:
    if isinstance(kept, frozenset):
        return value in kept
    low, high = kept
    slack = max(high - low, NEAR * max(abs(low), abs(high)))
    return not isinstance(value, str) and low - slack <= value <= high + slack
