"""`autograder calibrate`: derives tolerances from runs of correct solutions, or checks those that are recorded."""

from collections.abc import Sequence

from autograder.authoring import calibration
from autograder.catalogue.course import find_course
from autograder.commands.exit_status import ALL_PASSED, SOME_FAILED


def calibrate(
    assignments: Sequence[str], *, seeds: int, workers: int, check: bool, mistakes_only: bool, question: str | None
) -> int:
    """Calibrate the named assignments, or all; with `check` only say where fresh runs do not fit the record.

    With `mistakes_only` and a `question`, only what is known of that question's mistakes is renewed.

    Returns the exit status.
    """
    names = assignments or [each.name for each in find_course().assignments()]
    if check:
        found = calibration.drift(names, seeds=seeds, workers=workers)
        print("\n".join(found) or f"fresh runs fit the record: {', '.join(names)}")
        return SOME_FAILED if found else ALL_PASSED
    for name in names:
        table = calibration.calibrate(
            name, seeds=seeds, workers=workers, mistakes_only=mistakes_only, question=question
        )
        print(table)
    return ALL_PASSED
