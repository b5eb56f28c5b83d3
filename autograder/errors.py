"""Every error this package raises on purpose.

    AutograderError
    ├── UsageError            the command line, a path or a course is unusable (exit 2)
    │   └── SandboxUnavailable    this machine cannot confine student code as asked
    └── GraderFault           our own failure: never costs a student a mark (exit 3)
        └── WorkerLost            the confined process ended or broke the protocol

A student's wrong code is a result (see `autograder.results.result`), never one of these.
"""


class AutograderError(Exception):
    """Base of this package's errors; its text says what, where and what to do next."""


class UsageError(AutograderError):
    """The command line, an input path or the course's own files cannot be used."""


class SandboxUnavailable(UsageError):
    """This machine cannot confine student code in the way that was asked for."""


class GraderFault(AutograderError):
    """The grader itself failed; the submission needs a person."""


class WorkerLost(GraderFault):
    """A worker ended, fell silent or sent a frame that breaks the wire format."""
