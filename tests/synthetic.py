"""Results of a large class, made of some that were graded: for the size and speed of what is written about them."""

import base64
import copy
import random
from collections.abc import Iterator, Sequence
from typing import Any

Line = dict[str, Any]


def recombined(graded: Sequence[Line], students: int, seed: int = 0) -> Iterator[Line]:
    """Yield result lines of as many students, each of whose questions is as one of the `graded` has it.

    One in a hundred needs a person; one in fifty has the code of the one before.
    """
    rng = random.Random(seed)
    code = ""
    for number in range(students):
        line = copy.deepcopy(rng.choice(graded))
        line["student"] = f"student{number:05}"
        line["questions"] = [
            copy.deepcopy(rng.choice(graded)["questions"][place]) for place in range(len(line["questions"]))
        ]
        if number % 100 == 7:
            line["questions"][0]["checks"][0]["outcome"] = "grader_fault"
        line["needs_review"] = number % 100 == 7
        line["score"] = sum(question["score"] for question in line["questions"])
        line["seconds"] = round(rng.lognormvariate(-1, 0.5), 3)
        if number % 50 != 49:
            code = base64.b64encode(b"".join(sorted(rng.randbytes(4) for _ in range(256)))).decode()
        line["fingerprint"] = code
        yield line
