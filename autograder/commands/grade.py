"""`autograder grade`: finds what was handed in, and starts early what takes long to start."""

import contextlib
import gc

from autograder.catalogue.course import find_course
from autograder.commands.handing_in import handed_in
from autograder.commands.options import GradeOptions
from autograder.sandbox.early_start import started_early


def grade(options: GradeOptions) -> int:
    """Grade a class and return the exit status."""
    course = find_course()
    with handed_in(options, course) as found:
        early: contextlib.AbstractContextManager[None] = contextlib.nullcontext()
        if options.scheduler is None:
            early = started_early(course, found.refs[0].assignment, options.sandbox, options.device)
        with early:
            gc.disable()  # what is loaded is no garbage; looking for some would take a tenth of the start
            from autograder.commands.class_run import grade_class  # loads torch

            gc.freeze()
            gc.enable()
            return grade_class(course, found, options)
