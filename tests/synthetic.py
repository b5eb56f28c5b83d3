"""Results of a large class, made of some that were graded: for the size and speed of what is written about them."""

import base64
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from autograder.results.result import SubmissionResult


def recombined(graded: Sequence[SubmissionResult], students: int, seed: int = 0) -> Iterator[SubmissionResult]:
    """Yield results of as many students, each of whose questions is as one of the `graded` has it.

    One in a hundred needs a person; one in fifty has the code of the one before.
    """
    rng = random.Random(seed)
    code = ""
    for number in range(students):
        result = rng.choice(graded)
        first, *others = (rng.choice(graded).questions[index] for index in range(len(result.questions)))
        if number % 100 == 7:
            fault = replace(first.checks[0], outcome="grader_fault")
            first = replace(first, checks=(fault, *first.checks[1:]))
        seconds = round(rng.lognormvariate(-1, 0.5), 3)
        if number % 50 != 49:
            code = base64.b64encode(b"".join(sorted(rng.randbytes(4) for _ in range(256)))).decode()
        yield replace(
            result, student=f"student{number:05}", questions=(first, *others), seconds=seconds, code_sketch=code
        )
