"""What `autograder grade --format` writes beside the results: one module a format.

Every format is of the submissions that the command line named, and shows of a hidden check what the
student's feedback page shows: what it asks for, how it ended, the mistake and the hint, never a message
that quotes its inputs. What a student wrote or a folder was called is untrusted text in each.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from autograder.errors import UsageError
from autograder.reports.formats import canvas, checks_csv, github, gradescope, junit, moodle
from autograder.reports.formats.format import Format

FORMATS: Final[Mapping[str, Format]] = {
    "junit": Format(junit.writing),
    "gradescope": Format(gradescope.writing, single=True),
    "github": Format(github.writing, prints=True),
    "csv": Format(checks_csv.writing),
    "canvas": Format(canvas.writing),
    "moodle": Format(moodle.writing),
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


def refuse_too_many(formats: Sequence[Format], submissions: int) -> None:
    """Raise `UsageError` where a format of one submission is asked for several."""
    for name, each in FORMATS.items():
        if each in formats and each.single and submissions > 1:
            raise UsageError(f"--format {name} is of one submission, and these are {submissions}: name one of them")
