"""The command line: `autograder check`, `grade`, `regrade`, `generate`, `calibrate`, `doctor`.

Results go to stdout, progress and errors to stderr. Exit status: 0 every check of every submission
passed, 1 some did not, 2 the command line or a path is unusable, 3 the grader itself failed
somewhere, 130 stopped by Ctrl-C.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from autograder import __version__
from autograder.errors import AutograderError, UsageError

ALL_PASSED: Final = 0
SOME_FAILED: Final = 1
UNUSABLE: Final = 2
GRADER_FAILED: Final = 3
INTERRUPTED: Final = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a mark that a terminal cannot show must not stop a run
            stream.reconfigure(errors="replace")
    try:
        status: int = options.run(options)
        return status
    except UsageError as error:
        print(f"autograder: {error}", file=sys.stderr)
        return UNUSABLE
    except AutograderError as error:
        print(f"autograder: {error}", file=sys.stderr)
        return GRADER_FAILED
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
    check.set_defaults(run=_check)

    grade = commands.add_parser("grade", help="grades: visible and hidden checks, confined", allow_abbrev=False)
    _add_class_options(grade)
    grade.add_argument("--visible-only", action="store_true", help="leave hidden checks out")
    grade.add_argument("--force", action="store_true", help="grade again what is already graded")
    grade.set_defaults(run=_grade)

    regrade = commands.add_parser("regrade", help="judge one question of everyone again", allow_abbrev=False)
    _add_class_options(regrade)
    regrade.add_argument("--question", required=True, metavar="ID", help="a question whose checks were mended")
    regrade.add_argument("--write", action="store_true", help="replace the results; without it they are only compared")
    regrade.set_defaults(run=_regrade)

    generate = commands.add_parser("generate", help="write assignments/ from solutions/", allow_abbrev=False)
    generate.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="default: all")
    generate.add_argument("--pictures", action="store_true", help="run the sources and keep what they draw as targets")
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
    calibrate.add_argument("--workers", type=_positive, default=os.cpu_count() or 1, metavar="N")
    calibrate.set_defaults(run=_calibrate)

    doctor = commands.add_parser("doctor", help="what this machine can do, and what to install", allow_abbrev=False)
    doctor.set_defaults(run=_doctor)
    return parser


def _add_class_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "paths", type=Path, nargs="+", metavar="PATH",
        help="a notebook, a .py, or a folder laid out as <student>/<assignment>/<notebook>.ipynb",
    )  # fmt: skip
    command.add_argument("--assignment", metavar="NAME", help="needed where the path does not tell it")
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
    command.add_argument(
        "--gradebook", metavar="URL", help="write scores to this nbgrader gradebook, such as sqlite:///gradebook.db"
    )


def _check(options: argparse.Namespace) -> int:
    from autograder.card import render_text
    from autograder.notebook import check_file

    assignment, results, notes = check_file(options.notebook, options.assignment)
    for note in notes:
        print(f"note: {note}", file=sys.stderr)
    for result in results:
        print(render_text(result.to_json()))
        print()
    score = sum(result.score for result in results)
    total = sum(result.points for result in results)
    print(f"{assignment.name}: {score:g} of {total:g} points from the visible checks")
    return ALL_PASSED if all(result.passed for result in results) else SOME_FAILED


def _grade(options: argparse.Namespace) -> int:
    from autograder.warm import started_early

    with started_early(options.paths, options.assignment, options.sandbox, options.device):
        from autograder.class_run import grade_class  # loads torch

        return grade_class(
            options.paths, assignment=options.assignment, out=options.out, workers=options.workers,
            sandbox=options.sandbox, device=options.device, visible_only=options.visible_only, seed=options.seed,
            force=options.force, gradebook=options.gradebook,
        )  # fmt: skip


def _regrade(options: argparse.Namespace) -> int:
    from autograder.regrade import regrade

    return regrade(
        options.paths, question=options.question, assignment=options.assignment, out=options.out,
        workers=options.workers, sandbox=options.sandbox, device=options.device, seed=options.seed,
        write=options.write, gradebook=options.gradebook,
    )  # fmt: skip


def _generate(options: argparse.Namespace) -> int:
    from autograder.release import generate

    for path in generate(options.assignments, pictures=options.pictures):
        print(path)
    return ALL_PASSED


def _calibrate(options: argparse.Namespace) -> int:
    from autograder.calibration import calibrate, drift
    from autograder.course import find_course

    names = options.assignments or [each.name for each in find_course().assignments()]
    if options.check:
        found = drift(names, seeds=options.seeds, workers=options.workers)
        print("\n".join(found) or f"fresh runs fit the record: {', '.join(names)}")
        return SOME_FAILED if found else ALL_PASSED
    for name in names:
        print(calibrate(name, seeds=options.seeds, workers=options.workers))
    return ALL_PASSED


def _doctor(options: argparse.Namespace) -> int:
    from autograder.doctor import examine

    lines, able = examine()
    print("\n".join(lines))
    return ALL_PASSED if able else SOME_FAILED


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 1")
    return number
