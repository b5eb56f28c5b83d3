"""`autograder grade`: finds what was handed in, and starts early what takes long to start."""

import contextlib
import gc

from autograder.catalogue.course import find_course
from autograder.catalogue.submission_refs import find_submissions
from autograder.commands.options import GradeOptions
from autograder.sandbox.early_start import started_early


def grade(options: GradeOptions) -> int:
    """Grade a class and return the exit status."""
    course = find_course()
    refs = find_submissions(options.paths, course, options.assignment)
    early: contextlib.AbstractContextManager[None] = contextlib.nullcontext()
    if options.scheduler is None:
        early = started_early(course, refs[0].assignment, options.sandbox, options.device)
    with early:
        gc.disable()  # what is loaded is no garbage; looking for some would take a tenth of the start
        from autograder.commands.class_run import grade_class  # loads torch

        gc.freeze()
        gc.enable()
        return grade_class(course, refs, options)
