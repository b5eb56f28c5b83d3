"""The command line with limits of three seconds in place of ten: an attack that only waits for one costs less time.

python -m tests.attacks.impatient grade …

What a course may set itself, `grade_corpus` sets.
"""

import sys

from autograder.cli import main
from autograder.judging.suite import check
from autograder.sandbox import remote_session

LIMIT_S = 3.0

if __name__ == "__main__":
    # In the process that is forked for each worker
    check.__kwdefaults__["timeout_s"] = remote_session.SERVICE_TIMEOUT_S = LIMIT_S  # type: ignore[misc]
    sys.exit(main())
