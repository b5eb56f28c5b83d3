"""The time that a check has for what it computes in the judge, beside the probes that it waits for."""

import contextlib
import signal
import threading
from collections.abc import Iterator

from autograder.errors import GraderFault


@contextlib.contextmanager
def ended_after(seconds: float) -> Iterator[None]:
    """Raise `GraderFault` in the body once this process has computed for so long in it.

    Time that is waited, for a student's process say, does not count. Off the main thread, which alone is sent
    signals, nothing is raised; nor is it inside of a call of torch's before that returns.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(*_: object) -> None:
        raise GraderFault(f"a check has computed for more than {seconds:g} s")

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)
        signal.signal(signal.SIGVTALRM, before)
