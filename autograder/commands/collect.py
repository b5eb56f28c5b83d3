"""`autograder collect`: takes what an LMS gives for download into submitted/, and says what became of every file."""

from dataclasses import dataclass
from pathlib import Path

from autograder.catalogue.course import find_course
from autograder.commands.exit_status import ALL_PASSED
from autograder.downloads.collecting import collecting
from autograder.downloads.laying_out import keep_table, lay_out
from autograder.downloads.roster import read_roster
from autograder.downloads.table import printed


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectOptions:
    """What `autograder collect` is told.

    Attributes:
        sources: folders, archives or files, as they were downloaded.
        assignment: the one that they are of.
        roster: a file that says who is in the class, or None.
        platform: where they come from, by name or as a pattern, or None where their names tell.
        out: the folder that gets a folder a student.
        gradebook: the address of an nbgrader gradebook that is told who the students are, or None.
    """

    sources: tuple[Path, ...]
    assignment: str
    roster: Path | None
    platform: str | None
    out: Path
    gradebook: str | None = None


def collect(options: CollectOptions) -> int:
    """Collect a download and return the exit status."""
    course = find_course()
    course.assignment(options.assignment)
    roster = read_roster(options.roster) if options.roster is not None else None
    with collecting(options.sources, course, options.assignment, roster=roster, platform=options.platform) as collected:
        lay_out(collected, options.out)
        table = keep_table(collected, options.out)
        who = "1 student has" if collected.taken == 1 else f"{collected.taken:,} students have"
        print(f"{collected.platform.title}: {who} {options.assignment}")
        for line in printed(collected.rows):
            print(line)
        print(f"every file: {table}")
        if options.gradebook is not None:
            from autograder.gradebook.naming import introduce  # nbgrader takes a second to load
            from autograder.gradebook.settings import read_settings

            read_settings(course)  # it says where nbgrader finds its tools
            introduce(options.gradebook, collected.people)
    return ALL_PASSED
