"""Where torch refuses what a student's code asks of it, and a check has words for that."""

import contextlib
from collections.abc import Iterator

from autograder.judging.student import StudentStopped
from autograder.judging.suite.check_context import fail


@contextlib.contextmanager
def told_refusal(*words: str, message: str) -> Iterator[None]:
    """Fail, in place of an error, where a probe in the body ends in a RuntimeError that says one of `words`.

    Args:
        words: of torch, such as "leaf Variable".
        message: what it means for the student; `{refusal}` is filled in.
    """
    try:
        yield
    except StudentStopped as stopped:
        kind, _, refusal = stopped.message.partition(": ")
        refusal = refusal.partition("\n  line ")[0]
        if stopped.outcome != "error" or kind != "RuntimeError" or not any(word in refusal for word in words):
            raise
        fail(message.format(refusal=refusal))
