"""The command line with limits of two seconds in place of ten: an attack that only waits for one costs less time.

python -m tests.attacks.impatient grade …

What a course may set itself, `grade_corpus` sets.
"""

import sys

from autograder.cli import main
from autograder.judging.suite import check
from autograder.sandbox import remote_session

LIMIT_S = 2.0

if __name__ == "__main__":
    # In the process that is forked for each worker
    check.__kwdefaults__["timeout_s"] = LIMIT_S  # type: ignore[misc]
    remote_session.SERVICE_TIMEOUT_S = 2 * LIMIT_S  # type: ignore[misc]  # by the clock, on a machine that does other work
    sys.exit(main())
