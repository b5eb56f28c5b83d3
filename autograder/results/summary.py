"""What went wrong in a submission, in a few words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from autograder.results.result import Outcome, SubmissionResult
from autograder.text import sanitize

SUMMARY_CHARACTERS: Final = 80
INTERNALS_SHOWN: Final = 120  # characters
WORDS: Final[Mapping[Outcome, str]] = {
    "passed": "passed", "failed": "failed", "not_attempted": "not attempted", "error": "raised an error",
    "timeout": "took too long", "memory": "ran out of memory", "crashed": "crashed", "blocked": "blocked",
    "grader_fault": "not graded",
}  # fmt: skip


def summarise(result: SubmissionResult) -> str:
    """Return what went wrong in a submission as plain text of at most `SUMMARY_CHARACTERS`.

    Mistakes that have a name come by their name, other ones by their outcome; what is only blocked
    comes last, since getting the rest right may free it.
    """
    checks = [check for question in result.told for check in question.checks]
    outcomes = {check.outcome for check in checks}
    if outcomes <= {"passed"}:
        return "all passed"
    if outcomes == {"not_attempted"}:  # a note that every check repeats says why there is nothing to check
        reasons = (note for note in result.notes if note and all(note in check.message for check in checks))
        return _fitted([next(reasons, "nothing attempted")])
    return _fitted([*_named(result), *_unnamed(result), *_blocked(result)])


def why_review(result: SubmissionResult) -> str:
    """Return why a person must look at a submission as plain text; nothing where nobody must."""
    faults = [question.id for question in result.questions if question.needs_review]
    reasons = [reach(result)] if result.internals else []
    return "; ".join([*reasons, *([f"the grader failed at {', '.join(map(sanitize, faults))}"] if faults else [])])


def reach(result: SubmissionResult) -> str:
    """Return in a few words how the code of a submission that does it reaches into the interpreter."""
    return f"reaches into the interpreter ({sanitize(result.internals[0])[:INTERNALS_SHOWN]})"


def mistakes_of(result: SubmissionResult) -> Iterator[tuple[str, str]]:
    """Yield the question and title of the mistake that each failed check was taken for."""
    for question in result.questions:
        for check in question.missed:
            if check.misconception is not None:
                yield question.id, check.misconception.title


def _named(result: SubmissionResult) -> Iterator[str]:
    for question, title in mistakes_of(result):
        yield f"{question}: {title.rstrip('.')}"


def _unnamed(result: SubmissionResult) -> Iterator[str]:
    """Questions that went wrong without a name for it, together where they ended alike."""
    named = {question for question, _ in mistakes_of(result)}
    questions: dict[str, list[str]] = {}
    for question in result.told:
        own = [check.outcome for check in question.missed if check.outcome != "blocked"]
        if own and (question.needs_review or question.id not in named):
            outcome = "grader_fault" if question.needs_review else own[0]
            questions.setdefault(WORDS[outcome], []).append(question.id)
    for words, ids in questions.items():
        yield f"{', '.join(ids)}: {words}"


def _blocked(result: SubmissionResult) -> Iterator[str]:
    """Questions whose only trouble is a question that they use."""
    wrong = [
        question.id for question in result.questions if any(check.outcome != "blocked" for check in question.missed)
    ]
    for question in result.questions:
        blocked = [check for check in question.checks if check.outcome == "blocked"]
        if blocked and question.id not in wrong:
            said = " ".join(check.message.partition("\n")[0] for check in blocked)  # what follows, the student wrote
            by = [other for other in wrong if re.search(rf"\b{re.escape(other)}\b", said)]
            yield f"{question.id} blocked" + (f" by {', '.join(by)}" if by else "")


def _fitted(parts: Sequence[str]) -> str:
    """Join as many parts as fit; the last words count those that did not."""
    parts = list(dict.fromkeys(map(sanitize, parts)))
    for kept in range(len(parts), 0, -1):
        more = f"; +{len(parts) - kept} more" if kept < len(parts) else ""
        text = "; ".join(parts[:kept]) + more
        if len(text) <= SUMMARY_CHARACTERS:
            return text
    more = f"; +{len(parts) - 1} more" if len(parts) > 1 else ""
    return sanitize(parts[0])[: SUMMARY_CHARACTERS - len(more) - 1] + "…" + more
