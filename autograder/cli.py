"""The command line: `autograder check`, `grade`, `collect`, `watch`, `regrade`, `diff`, `doctor` and others.

Results go to stdout, progress and errors to stderr. Exit status: 0 every check of every submission
passed, 1 some did not, 2 the command line or a path is unusable, 3 the grader itself failed
somewhere, 130 stopped by Ctrl-C.
"""

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from autograder import __version__
from autograder.commands.exit_status import GRADER_FAILED, INTERRUPTED, UNUSABLE
from autograder.commands.extras import how_to_install
from autograder.errors import AutograderError, UsageError
from autograder.text import sanitize_lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a mark that a terminal cannot show must not stop a run
            stream.reconfigure(errors="replace")
    try:
        status: int = options.run(options)
        return status
    except AutograderError as error:
        for line in sanitize_lines(str(error)).splitlines():  # it may quote a file's name
            print(f"autograder: {line}", file=sys.stderr)
        return UNUSABLE if isinstance(error, UsageError) else GRADER_FAILED
    except ModuleNotFoundError as error:
        told = how_to_install(error.name or "")
        if not told:
            raise
        print(f"autograder: {told}", file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        print("autograder: stopped", file=sys.stderr)
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("autograder", description="Grades notebooks of a course.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"autograder {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    check = commands.add_parser("check", help="your own feedback: visible checks, no sandbox", allow_abbrev=False)
    check.add_argument("notebook", type=Path, metavar="NOTEBOOK")
    check.add_argument("--assignment", metavar="NAME", help="where neither the path nor the functions tell it")
    check.add_argument(
        "--hint", type=int, default=1, choices=(1, 2, 3),
        help="show the hints of failing checks up to this one (default: 1)",
    )  # fmt: skip
    check.set_defaults(run=_check)

    grade = commands.add_parser("grade", help="grades: visible and hidden checks, confined", allow_abbrev=False)
    _add_class_options(grade)
    grade.add_argument("--visible-only", action="store_true", help="leave hidden checks out")
    grade.add_argument("--force", action="store_true", help="grade again what is already graded")
    grade.add_argument(
        "--scheduler", metavar="ADDRESS",
        help="grade on the workers of this dask.distributed scheduler, such as tcp://host:8786 (docs/scale.md)",
    )  # fmt: skip
    grade.add_argument(
        "--format", metavar="FMT[,FMT]", default="",
        help="more outputs: junit, gradescope, github, csv, canvas, moodle, blackboard, brightspace, mailmerge, "
        "canvas-feedback, moodle-feedback (see docs/ci.md)",
    )  # fmt: skip
    grade.add_argument(
        "--into", type=Path, metavar="FILE",
        help="with one of --format canvas, moodle, blackboard, brightspace: fill the scores into a copy of the grades "
        "that the platform exported",
    )  # fmt: skip
    grade.add_argument("--column", metavar="NAME", help="with --into: the column to fill, if titles do not tell")
    grade.add_argument(
        "--zeros",
        action="store_true",
        help="where a platform reads it, who handed in nothing gets 0 and not no entry",
    )
    grade.add_argument(
        "--reviewed", action="store_true", help="somebody has looked at what needs review: platforms get that, too"
    )
    grade.set_defaults(run=_grade)

    collect = commands.add_parser(
        "collect", help="take an LMS's download into submitted/, and say what became of every file", allow_abbrev=False
    )
    collect.add_argument(
        "sources", type=Path, nargs="+", metavar="SOURCE", help="what was downloaded: a folder, an archive, several"
    )
    collect.add_argument("--assignment", required=True, metavar="NAME", help="what was handed in")
    _add_download_options(collect)
    collect.add_argument(
        "--out",
        type=Path,
        default=Path("submitted"),
        metavar="DIR",
        help="gets a folder a student (default: submitted)",
    )
    collect.add_argument("--gradebook", metavar="URL", help="tell this nbgrader gradebook who the students are")
    collect.set_defaults(run=_collect)

    watch = commands.add_parser("watch", help="grade submissions as they come in", allow_abbrev=False)
    watch.add_argument(
        "folder", type=Path, nargs="?", metavar="FOLDER",
        help="laid out as <student>/<assignment>/<notebook>.ipynb (default: nbgrader's exchange)",
    )  # fmt: skip
    watch.add_argument(
        "--assignment", metavar="NAME[,NAME]", default="", help="which to grade (default: all of the course)"
    )
    watch.add_argument(
        "--release-feedback",
        action="store_true",
        help="tell students at once, by the exchange and as far as [tool.autograder.watch] lets it",
    )
    watch.add_argument("--poll", action="store_true", help="where the system tells of no changes: look now and then")
    _add_grading_options(watch)
    watch.set_defaults(run=_watch)

    publish = commands.add_parser(
        "publish", help="send scores and feedback pages to Canvas, by its API", allow_abbrev=False
    )
    publish.add_argument("--canvas", required=True, metavar="URL", help="such as https://canvas.example.org")
    publish.add_argument("--course", type=_positive, required=True, metavar="ID", help="the course's number there")
    publish.add_argument(
        "--assignment-id", type=_positive, required=True, metavar="ID", help="the assignment's number there"
    )
    publish.add_argument("--assignment", metavar="NAME", help="which one, where the results are of several")
    publish.add_argument(
        "--out", type=Path, default=Path("results"), metavar="DIR", help="where the results are (default: results/)"
    )
    publish.add_argument("--gradebook", metavar="URL", help="send the final scores of this nbgrader gradebook")
    publish.add_argument("--roster", type=Path, metavar="FILE", help="who is in the class, as of autograder grade")
    publish.add_argument("--feedback", action="store_true", help="attach each feedback page to a comment")
    publish.add_argument("--zeros", action="store_true", help="who handed in nothing gets 0")
    publish.add_argument(
        "--reviewed", action="store_true", help="somebody has looked at what needs review: send that, too"
    )
    publish.add_argument("--dry-run", action="store_true", help="print what would be sent, and send nothing")
    publish.set_defaults(run=_publish)

    course = commands.add_parser(
        "course", help="write a page of all students and assignments of a term", allow_abbrev=False
    )
    course.add_argument(
        "results", type=Path, nargs="*", default=[Path("results")], metavar="RESULTS",
        help="folders of results (default: results/)",
    )  # fmt: skip
    course.add_argument(
        "--out", type=Path, default=Path("results"), metavar="DIR", help="gets course.html (default: results/)"
    )
    course.add_argument(
        "--assignments", metavar="NAME[,NAME]", default="",
        help="which, in the term's order (default: all, as they are due by the gradebook, else by name)",
    )  # fmt: skip
    course.add_argument("--gradebook", metavar="URL", help="nbgrader's, for final scores and who was late")
    course.add_argument("--roster", type=Path, metavar="FILE", help="who is in the class, and in which section")
    course.add_argument("--title", default="Course", metavar="T", help="the page's heading (default: Course)")
    course.set_defaults(run=_course)

    compare = commands.add_parser(
        "compare", help="write each submission beside the reference, for who grades by hand", allow_abbrev=False
    )
    compare.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="submissions, as of autograder grade")
    compare.add_argument("--assignment", metavar="NAME", help="needed where the path does not tell it")
    compare.add_argument(
        "--out", type=Path, default=Path("results"), metavar="DIR",
        help="where the results are; gets compared/ (default: results/)",
    )  # fmt: skip
    compare.set_defaults(run=_compare)

    regrade = commands.add_parser("regrade", help="judge one question of everyone again", allow_abbrev=False)
    _add_class_options(regrade)
    regrade.add_argument("--question", required=True, metavar="ID", help="a question whose checks were mended")
    regrade.add_argument("--write", action="store_true", help="replace the results; without it they are only compared")
    regrade.set_defaults(run=_regrade)

    diff = commands.add_parser("diff", help="what changed between two runs of results", allow_abbrev=False)
    diff.add_argument("old", type=Path, metavar="OLD", help="a folder of results, or its results.jsonl")
    diff.add_argument("new", type=Path, metavar="NEW", help="another one")
    diff.set_defaults(run=_diff)

    new_course = commands.add_parser("new-course", help="begin a course of your own", allow_abbrev=False)
    new_course.add_argument("directory", type=Path, metavar="DIRECTORY", help="new, or empty")
    new_course.add_argument("--assignment", default="first", metavar="NAME", help="its first one (default: first)")
    new_course.set_defaults(run=_new_course)

    new_question = commands.add_parser(
        "new-question", help="begin a question: stub, grade cell, check, known mistake", allow_abbrev=False
    )
    new_question.add_argument("assignment", metavar="ASSIGNMENT")
    new_question.add_argument("function", metavar="FUNCTION", help="its name, or as in 'linreg(X, w, b)'")
    new_question.add_argument("--points", type=_not_negative, default=10, metavar="N", help="(default: 10)")
    new_question.set_defaults(run=_new_question)

    generate = commands.add_parser("generate", help="write assignments/ from solutions/", allow_abbrev=False)
    generate.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="default: all")
    generate.add_argument("--pictures", action="store_true", help="run the sources and keep what they draw as targets")
    generate.add_argument(
        "--answers", action="store_true", help="run the sources and write answers/, to be handed out after the due date"
    )
    generate.set_defaults(run=_generate)

    calibrate = commands.add_parser(
        "calibrate", help="derive tolerances from runs of correct solutions", allow_abbrev=False
    )
    calibrate.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="default: all")
    calibrate.add_argument(
        "--seeds", type=_positive, default=200, metavar="N", help="runs of each correct style (default: 200)"
    )
    calibrate.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 where fresh runs do not fit the record"
    )
    calibrate.add_argument(
        "--mistakes", action="store_true", help="only run the recorded mistakes again, and leave the tolerances"
    )
    calibrate.add_argument("--question", metavar="ID", help="with --mistakes: those of this question alone")
    calibrate.add_argument("--workers", type=_positive, default=os.cpu_count() or 1, metavar="N")
    calibrate.set_defaults(run=_calibrate)

    simulate = commands.add_parser(
        "simulate", help="lay out a class whose mistakes are known, from a checkout", allow_abbrev=False
    )
    simulate.add_argument("assignment", metavar="ASSIGNMENT")
    simulate.add_argument("--students", type=_positive, default=100, metavar="N", help="(default: 100)")
    simulate.add_argument("--seed", type=int, default=0, metavar="N", help="another one, another class (default: 0)")
    simulate.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")
    simulate.set_defaults(run=_simulate)

    verify = commands.add_parser(
        "verify", help="compare the results of such a class with its truth", allow_abbrev=False
    )
    verify.add_argument("truth", type=Path, metavar="TRUTH", help="the truth.jsonl of the class")
    verify.add_argument("results", type=Path, metavar="RESULTS", help="a folder of results, or its results.jsonl")
    verify.set_defaults(run=_verify)

    name = commands.add_parser("name", help="name a mistake that several students made", allow_abbrev=False)
    name.add_argument("group", metavar="GROUP", help="a group of answers without a name, as report.html calls it")
    name.add_argument("--title", required=True, metavar="T", help="what the mistake is called, in a few words")
    name.add_argument("--explanation", required=True, metavar="E", help="what to understand")
    name.add_argument(
        "--out", type=Path, default=Path("results"), metavar="DIR", help="where the results are (default: results/)"
    )
    name.add_argument(
        "--example", type=Path, metavar="NOTEBOOK", help="keep a member's function as an anonymous example, too"
    )
    name.set_defaults(run=_name)

    extend = commands.add_parser("extend", help="give a student more time for an assignment", allow_abbrev=False)
    extend.add_argument("student", nargs="?", metavar="STUDENT")
    extend.add_argument("assignment", nargs="?", metavar="ASSIGNMENT")
    extend.add_argument("--days", type=float, metavar="N", help="in place of any given before; 0 takes them back")
    extend.add_argument(
        "--from", dest="table", type=Path, metavar="FILE", help="those of a CSV file: student,assignment,days"
    )
    extend.add_argument("--gradebook", metavar="URL", help="nbgrader's gradebook (default: the course's)")
    extend.set_defaults(run=_extend)

    doctor = commands.add_parser("doctor", help="what this machine can do, and what to install", allow_abbrev=False)
    doctor.set_defaults(run=_doctor)
    return parser


def _add_class_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "paths", type=Path, nargs="+", metavar="PATH",
        help="a notebook, a .py, a folder laid out as <student>/<assignment>/<notebook>.ipynb, or an LMS's download",
    )  # fmt: skip
    command.add_argument("--assignment", metavar="NAME", help="needed where the path does not tell it")
    _add_grading_options(command)
    command.add_argument(
        "--gradebook", metavar="URL", help="write scores to this nbgrader gradebook, such as sqlite:///gradebook.db"
    )
    _add_download_options(command)


def _add_grading_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--out", type=Path, default=Path("results"), metavar="DIR", help="where results go (default: results/)"
    )
    command.add_argument(
        "--workers", type=_positive, default=os.cpu_count() or 1, metavar="N",
        help="processes on this machine (default: the cores)",
    )  # fmt: skip
    command.add_argument(
        "--sandbox", choices=("auto", "bwrap", "user", "none"), default="auto",
        help="how student code is confined (default: auto)",
    )  # fmt: skip
    command.add_argument(
        "--device", choices=("auto", "cpu", "cuda"), default="auto",
        help="where checks run; auto: on a GPU where one works (default: auto)",
    )  # fmt: skip
    command.add_argument("--seed", type=int, default=0, metavar="N", help="the course seed (default: 0)")


def _add_download_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--roster",
        type=Path,
        metavar="FILE",
        help="who is in the class: a CSV, as nbgrader, an LMS or a registrar has it",
    )
    command.add_argument(
        "--from", dest="platform", metavar="PLATFORM",
        help="where a download comes from, if its names do not tell: moodle, canvas, …, or a pattern such as "
        "'{name}_{number}_{file}'",
    )  # fmt: skip


def _check(options: argparse.Namespace) -> int:
    from autograder.commands.check import check

    return check(options.notebook, options.assignment, options.hint)


def _grade(options: argparse.Namespace) -> int:
    from autograder.commands.grade import grade
    from autograder.commands.options import GradeOptions

    return grade(GradeOptions(
        **_class_options(options), visible_only=options.visible_only, force=options.force,
        scheduler=options.scheduler, formats=options.format, into=options.into, column=options.column,
        zeros=options.zeros, reviewed=options.reviewed,
    ))  # fmt: skip


def _collect(options: argparse.Namespace) -> int:
    from autograder.commands.collect import CollectOptions, collect

    return collect(CollectOptions(
        sources=tuple(options.sources), assignment=options.assignment, roster=options.roster,
        platform=options.platform, out=options.out, gradebook=options.gradebook,
    ))  # fmt: skip


def _watch(options: argparse.Namespace) -> int:
    from autograder.commands.watch import WatchOptions, watch

    return watch(WatchOptions(
        folder=options.folder, assignments=tuple(filter(None, options.assignment.split(","))), out=options.out,
        workers=options.workers, sandbox=options.sandbox, device=options.device, seed=options.seed,
        release_feedback=options.release_feedback, polling=options.poll,
    ))  # fmt: skip


def _publish(options: argparse.Namespace) -> int:
    from autograder.commands.publish import PublishOptions, publish

    return publish(PublishOptions(
        canvas=options.canvas, course=options.course, assignment_id=options.assignment_id,
        assignment=options.assignment, out=options.out, gradebook=options.gradebook, roster=options.roster,
        feedback=options.feedback, zeros=options.zeros, reviewed=options.reviewed, dry_run=options.dry_run,
    ))  # fmt: skip


def _course(options: argparse.Namespace) -> int:
    from autograder.commands.course import CourseOptions, course_page

    return course_page(CourseOptions(
        results=tuple(options.results), out=options.out, assignments=options.assignments,
        gradebook=options.gradebook, roster=options.roster, title=options.title,
    ))  # fmt: skip


def _compare(options: argparse.Namespace) -> int:
    from autograder.commands.compare import compare

    return compare(options.paths, options.assignment, options.out)


def _regrade(options: argparse.Namespace) -> int:
    from autograder.commands.options import RegradeOptions
    from autograder.commands.regrade import regrade

    return regrade(RegradeOptions(**_class_options(options), question=options.question, write=options.write))


def _class_options(options: argparse.Namespace) -> dict[str, Any]:
    """Return what `_add_class_options` has asked for, as `ClassOptions` has it."""
    return {
        "paths": tuple(options.paths), "assignment": options.assignment, "out": options.out,
        "workers": options.workers, "sandbox": options.sandbox, "device": options.device, "seed": options.seed,
        "gradebook": options.gradebook, "roster": options.roster, "platform": options.platform,
    }  # fmt: skip


def _extend(options: argparse.Namespace) -> int:
    from autograder.commands.extend import extend
    from autograder.gradebook.extensions import Extension, read_extensions

    single = (options.student, options.assignment, options.days)
    if options.table is not None and single == (None, None, None):
        return extend(read_extensions(options.table), options.gradebook)
    if options.table is not None or None in single:
        raise UsageError("extend takes STUDENT ASSIGNMENT --days N, or --from FILE")
    return extend([Extension(*single)], options.gradebook)


def _diff(options: argparse.Namespace) -> int:
    from autograder.commands.diff import diff

    return diff(options.old, options.new)


def _new_course(options: argparse.Namespace) -> int:
    from autograder.commands.new_course import new_course

    return new_course(options.directory, options.assignment)


def _new_question(options: argparse.Namespace) -> int:
    from autograder.commands.new_question import new_question

    return new_question(options.assignment, options.function, points=options.points)


def _generate(options: argparse.Namespace) -> int:
    from autograder.commands.generate import generate

    return generate(options.assignments, pictures=options.pictures, answers=options.answers)


def _calibrate(options: argparse.Namespace) -> int:
    from autograder.commands.calibrate import calibrate

    return calibrate(
        options.assignments,
        seeds=options.seeds,
        workers=options.workers,
        check=options.check,
        mistakes_only=options.mistakes,
        question=options.question,
    )


def _simulate(options: argparse.Namespace) -> int:
    with _from_a_checkout():
        from autograder.commands.simulate import simulate

    return simulate(options.assignment, options.students, options.seed, options.out)


def _verify(options: argparse.Namespace) -> int:
    with _from_a_checkout():
        from autograder.commands.verify import verify

    return verify(options.truth, options.results)


@contextlib.contextmanager
def _from_a_checkout() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("autograder.authoring.simulation"):
            raise
        raise UsageError("simulate and verify need a checkout of the course, with its recorded solutions") from error


def _name(options: argparse.Namespace) -> int:
    from autograder.commands.name import name

    return name(options.group, options.title, options.explanation, out=options.out, example=options.example)


def _doctor(_options: argparse.Namespace) -> int:
    from autograder.commands.doctor import doctor

    return doctor()


def _not_negative(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} is below 0")
    return number


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 1")
    return number
