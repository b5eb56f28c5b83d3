"""The command line with limits of three seconds in place of ten: an attack that only waits for one costs less time.

python -m tests.attacks.impatient grade …
"""

import functools
import sys

from autograder.commands import grade as class_run
from autograder.sandbox import remote_session
from autograder.cli import main
from autograder.grading.settings import Settings
from autograder.judging.suite import check
from autograder.sandbox.worker.limits import Limits

LIMIT_S = 3.0

if __name__ == "__main__":
    # In the process that is forked for each worker
    check.__kwdefaults__["timeout_s"] = remote_session.SERVICE_TIMEOUT_S = LIMIT_S  # type: ignore[misc]
    class_run.Settings = functools.partial(Settings, limits=Limits(cell_s=LIMIT_S))  # type: ignore[misc,assignment]
    sys.exit(main())
