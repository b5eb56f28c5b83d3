"""What `autograder grade --format` writes beside the results: one module a format.

Every format is of the submissions that the command line named, and shows of a hidden check what the
student's feedback page shows: what it asks for, how it ended, the mistake and the hint, never a message
that quotes its inputs. What a student wrote or a folder was called is untrusted text in each.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from autograder.catalogue.handed_in import HandedIn
from autograder.errors import UsageError
from autograder.reports.formats import canvas, checks_csv, github, gradescope, junit, moodle
from autograder.reports.formats.finished_run import FinishedRun


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is written; `single`: of one submission; `prints`: stdout is its own."""

    write: Callable[[FinishedRun], None]
    single: bool = False
    prints: bool = False


FORMATS: Final[Mapping[str, Format]] = {
    "junit": Format(junit.write),
    "gradescope": Format(gradescope.write, single=True),
    "github": Format(github.write, prints=True),
    "csv": Format(checks_csv.write),
    "canvas": Format(canvas.write),
    "moodle": Format(moodle.write),
}


def choose_formats(names: str) -> tuple[Format, ...]:
    """Return the formats that a list such as "junit,github" names, each once.

    Raises:
        UsageError: there is no format of a name.
    """
    wanted = dict.fromkeys(name.strip() for name in names.split(",") if name.strip())
    if unknown := [name for name in wanted if name not in FORMATS]:
        raise UsageError(f"--format: there is no {', '.join(map(repr, unknown))}; there are: {', '.join(FORMATS)}")
    return tuple(FORMATS[name] for name in wanted)


def refuse_too_many(formats: Sequence[Format], handed_in: Sequence[HandedIn]) -> None:
    """Raise `UsageError` where a format of one submission is asked for several."""
    for name, each in FORMATS.items():
        if each in formats and each.single and len(handed_in) > 1:
            raise UsageError(f"--format {name} is of one submission, and these are {len(handed_in)}: name one of them")
