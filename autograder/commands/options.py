"""What the command line asks of a run over a class."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassOptions:
    """What every run over a class is told.

    Attributes:
        paths: where submissions lie.
        assignment: the one to take, where the paths do not tell it.
        out: the folder of results.
        workers: processes, at least 1.
        sandbox: how student code is confined: auto, bwrap, user or none.
        device: where checks run: auto, cpu or cuda.
        seed: the course seed.
        gradebook: the address of an nbgrader gradebook that takes over the results, or None.
        roster: a file that says who is in the class, or None.
        platform: where a download comes from, by name or as a pattern, or None where its names tell.
    """

    paths: tuple[Path, ...]
    assignment: str | None
    out: Path
    workers: int
    sandbox: str
    device: str
    seed: int
    gradebook: str | None
    roster: Path | None = None
    platform: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeOptions(ClassOptions):
    """What `autograder grade` is told.

    Attributes:
        visible_only: leave hidden checks out.
        force: grade again what is already graded.
        scheduler: the address of a dask.distributed scheduler that grades in place of this machine, or None.
        formats: names of more outputs, with commas between them.
        into: a platform's own export of grades, into which one of the formats fills the scores, or None.
        column: which column of it, where the headings do not tell.
        zeros: whether who handed in nothing gets no points in what a platform reads, rather than keeps what is there.
        reviewed: whether what needs a person's review has had it, and goes into what platforms and students get.
    """

    visible_only: bool
    force: bool
    scheduler: str | None
    formats: str
    into: Path | None = None
    column: str | None = None
    zeros: bool = False
    reviewed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RegradeOptions(ClassOptions):
    """What `autograder regrade` is told.

    Attributes:
        question: whose checks were mended.
        write: replace the results; without it they are only compared.
    """

    question: str
    write: bool
