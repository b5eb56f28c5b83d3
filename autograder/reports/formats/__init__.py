"""What `autograder grade --format` writes beside the results: one module a format.

Every format is of the submissions that the command line named, and shows of a hidden check what the
student's feedback page shows: what it asks for, how it ended, the mistake and the hint, never a message
that quotes its inputs. What a student wrote or a folder was called is untrusted text in each.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from autograder.errors import UsageError
from autograder.reports.formats import canvas, checks_csv, github, gradescope, junit, mailmerge, moodle
from autograder.reports.formats.exports import EXPORTS
from autograder.reports.formats.feedback_zip import CANVAS_FEEDBACK, MOODLE_FEEDBACK
from autograder.reports.formats.filling import Filling, Into
from autograder.reports.formats.format import Format

FORMATS: Final[Mapping[str, Format]] = {
    "junit": Format(junit.writing),
    "gradescope": Format(gradescope.writing, single=True),
    "github": Format(github.writing, prints=True),
    "csv": Format(checks_csv.writing),
    "canvas": Format(canvas.writing, holds=True),
    "moodle": Format(moodle.writing, holds=True),
    "mailmerge": Format(mailmerge.writing, holds=True),
    "canvas-feedback": Format(CANVAS_FEEDBACK.writing, holds=True),
    "moodle-feedback": Format(MOODLE_FEEDBACK.writing, holds=True),
}


def choose_formats(names: str, into: Into | None = None) -> tuple[Format, ...]:
    """Return the formats that a list such as "junit,github" names, each once.

    Args:
        names: the list.
        into: an export that the one format of a platform among them is filled into, where one is given.

    Raises:
        UsageError: there is no format of a name, or none or several to fill in; or the export does not fit.
    """
    wanted = dict.fromkeys(name.strip() for name in names.split(",") if name.strip())
    known = dict.fromkeys((*FORMATS, *EXPORTS))
    if unknown := [name for name in wanted if name not in known]:
        raise UsageError(f"--format: there is no {', '.join(map(repr, unknown))}; there are: {', '.join(known)}")
    platforms = [name for name in wanted if name in EXPORTS]
    if into is not None and len(platforms) != 1:
        raise UsageError(f"--into takes one --format of {', '.join(EXPORTS)}")
    if into is None and (alone := [name for name in platforms if name not in FORMATS]):
        raise UsageError(f"--format {alone[0]} fills in what {EXPORTS[alone[0]].title} exported: pass --into FILE")
    filled = {name: Format(Filling(name, into).writing, holds=True) for name in platforms} if into is not None else {}
    return tuple(filled.get(name) or FORMATS[name] for name in wanted)


def refuse_too_many(formats: Sequence[Format], submissions: int) -> None:
    """Raise `UsageError` where a format of one submission is asked for several."""
    for name, each in FORMATS.items():
        if each in formats and each.single and submissions > 1:
            raise UsageError(f"--format {name} is of one submission, and these are {submissions}: name one of them")
