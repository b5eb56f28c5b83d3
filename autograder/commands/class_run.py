"""One run over a class: skips what is graded, grades the rest, reports."""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.catalogue.course import Course
from autograder.catalogue.secret import course_secret
from autograder.catalogue.submission_bytes import SubmissionReader
from autograder.catalogue.submission_refs import NOTHING, SubmissionRef
from autograder.commands.console import print_faults, print_results
from autograder.commands.exit_status import ALL_PASSED, GRADER_FAILED, INTERRUPTED, SOME_FAILED
from autograder.commands.handing_in import HandedIn
from autograder.commands.options import GradeOptions
from autograder.commands.publishing import REPORT, publish, write_formats
from autograder.commands.recording import record
from autograder.errors import UsageError
from autograder.grading import device as devices
from autograder.grading.settings import Settings
from autograder.reports.formats import choose_formats, refuse_too_many
from autograder.reports.formats.filling import Into
from autograder.reports.formats.format import HandedFile
from autograder.results.final_score import FinalScores
from autograder.results.result import Key
from autograder.results.store import ResultStore
from autograder.results.tally import Tally
from autograder.sandbox import launch as sandboxes
from autograder.sandbox import permissions


def grade_class(course: Course, found: HandedIn, options: GradeOptions) -> int:
    """Grade what was handed in, and return the exit status."""
    refs = found.refs
    formats = choose_formats(options.formats, _into(options, found, course))
    refuse_too_many(formats, len(refs))
    settings = _settings(course, options, found.places)
    writer = None
    if options.gradebook is not None:
        from autograder.gradebook.writing import GradebookWriter  # nbgrader takes a second to load

        writer = GradebookWriter(options.gradebook, refs, course, found.people)
    _warn(course, refs, settings)
    with ResultStore.writing(options.out) as store:
        reader = SubmissionReader()
        todo = refs if options.force else list(_not_yet_graded(refs, settings, store, reader))
        if len(todo) < len(refs):
            print(
                f"autograder: {len(refs) - len(todo)} of {len(refs)} are graded already; --force repeats it",
                file=sys.stderr,
            )
        left = record(store, settings, todo, reader, options.workers, options.scheduler)
        store.identify(found.people)
        files = _files(found, zeros=options.zeros)
        tally = publish(store, files, formats if writer is None and not left else (), reviewed=options.reviewed)
        if writer is not None and not left:
            writer.write(options.out)
            if formats:
                finals = writer.final_scores()
                write_formats(store, files, formats, finals, reviewed=options.reviewed)
                _tell_who_waits(finals)
        if not any(each.prints for each in formats):
            print_results(tally, store.folder, store.folder / REPORT)
        print_faults(tally)
        if left:
            print(f"autograder: stopped with {left} submissions left; the same command again goes on", file=sys.stderr)
            return INTERRUPTED
        return exit_status(tally)


def _into(options: GradeOptions, found: HandedIn, course: Course) -> Into | None:
    """Return what is to be filled in; `UsageError` where the command line does not fit together."""
    if options.into is not None:
        assignments = sorted({ref.assignment for ref in found.refs})
        return Into(
            options.into, options.out, assignments, [each.name for each in course.assignments()], options.column
        )
    if options.column is not None:
        raise UsageError("--column names a column of the file that --into names")
    return None


def _files(found: HandedIn, *, zeros: bool) -> dict[Key, HandedFile]:
    """Return what was handed in of each submission; with `zeros` nothing is taken for missing."""
    return {
        (ref.assignment, ref.student): HandedFile(
            ref.path, ref.path is None and ref.missing == NOTHING and not zeros,
            found.downloads.get((ref.assignment, ref.student), ""),
        )
        for ref in found.refs
    }  # fmt: skip


def _tell_who_waits(finals: FinalScores) -> None:
    """Say on stderr of how many submissions the final scores are not the last word."""
    waiting = sum(each.waits for each in finals.values())
    if waiting:
        who = "1 submission waits" if waiting == 1 else f"{waiting:,} submissions wait"
        print(f"autograder: {who} for points by hand, which are in no score yet", file=sys.stderr)


def exit_status(tally: Tally) -> int:
    """Return how a run ends that has come to this."""
    if tally.needs_review:
        return GRADER_FAILED
    return ALL_PASSED if tally.passed else SOME_FAILED


def _settings(course: Course, options: GradeOptions, places: Sequence[Path]) -> Settings:
    """Return how to grade; `UsageError` where this machine cannot do as it is told."""
    local = options.scheduler is None
    mode = sandboxes.choose(options.sandbox) if local else sandboxes.for_remote(options.sandbox)
    if local:
        permissions.check_hidden(mode, course, [*options.paths, *places, options.out, *file_of(options.gradebook)])
        if mode == "user":
            os.umask(0o077)  # what is written from here on is the grader's alone
    device = devices.choose(options.device, mode) if local else devices.for_remote(options.device)
    return Settings(
        course.root, mode, options.visible_only, options.seed, keep_outputs=options.gradebook is not None,
        device=device, secret=course_secret(course.root), answers=tuple(course.answers().items()),
    )  # fmt: skip


def file_of(gradebook: str | None) -> list[Path]:
    """Return the file of a gradebook, where it is one."""
    return [Path(gradebook.removeprefix("sqlite:///"))] if gradebook and gradebook.startswith("sqlite:///") else []


def _warn(course: Course, refs: Sequence[SubmissionRef], settings: Settings) -> None:
    """Say on stderr what protects less, or judges less, than is usual."""
    if settings.mode == "none":
        print(f"autograder: --sandbox none: {sandboxes.UNPROTECTED}", file=sys.stderr)
    without = [
        name
        for name in sorted({ref.assignment for ref in refs})
        if settings.visible_only or course.assignment(name).hidden_checks is None
    ]
    if without:
        print(f"autograder: visible checks only: {', '.join(without)}", file=sys.stderr)


def _not_yet_graded(
    refs: Sequence[SubmissionRef], settings: Settings, store: ResultStore, reader: SubmissionReader
) -> Iterator[SubmissionRef]:
    environments = {name: settings.environment(name) for name in {ref.assignment for ref in refs}}
    for ref in refs:
        sha256, environment = store.graded.get((ref.assignment, ref.student), ("", None))
        known = environment == environments[ref.assignment] and sha256 == reader.sha256(ref)
        if not known or (settings.keep_outputs and not store.cells_of(ref.student, ref.assignment).exists()):
            yield ref
        else:
            reader.release(ref)
