"""Makes of a folder of results what people and other programs read: each result is read once, for all of them."""

import contextlib
from collections.abc import Mapping, Sequence
from typing import Final

from autograder.commands.console import print_held
from autograder.reports.class_report import ClassReport
from autograder.reports.formats.format import Format, Graded, HandedFile, Take
from autograder.results.final_score import FinalScores
from autograder.results.result import Key
from autograder.results.spreadsheet import SPREADSHEET, write_spreadsheet
from autograder.results.store import ResultStore, feedback_path
from autograder.results.tally import Tally
from autograder.results.whole_files import write_whole

REPORT: Final = "report.html"


def publish(
    store: ResultStore, files: Mapping[Key, HandedFile], formats: Sequence[Format], reload_s: int = 0,
    *, reviewed: bool = False,
) -> Tally:  # fmt: skip
    """Tidy the results, write the spreadsheet and the report of all, and the formats of those that were asked for.

    Args:
        store: the folder, open for writing.
        files: what was handed in of those asked for; the others were graded earlier.
        formats: what else to write.
        reload_s: after how many seconds a report that is open loads itself again; 0 for never.
        reviewed: whether a person has looked at the results that need it, so that formats hold nothing back.

    Returns:
        What the results of those that were asked for come to.

    Raises:
        GraderFault: the folder cannot be written any more; what it held it holds.
    """
    store.tidy()
    every, asked, report = Tally(), Tally(), ClassReport()
    held: list[Graded] = []
    with contextlib.ExitStack() as stack:
        takes = _opened(formats, store, stack)
        for result in store.results():
            row = every.add(result)
            report.add(result, row, feedback_path(result.student, result.assignment).as_posix())
            if result.key in files:
                asked.add(result, row)
                _give(Graded(result, files[result.key], is_reviewed=reviewed), takes, held)
    write_spreadsheet(store.folder / SPREADSHEET, every.rows)
    write_whole(store.folder / REPORT, report.render("Class report", every, reload_s))
    _tell_held(held, formats)
    return asked


def write_formats(
    store: ResultStore, files: Mapping[Key, HandedFile], formats: Sequence[Format], finals: FinalScores,
    *, reviewed: bool = False,
) -> None:  # fmt: skip
    """Write formats of what was asked for with the scores that a gradebook has in the end.

    Raises:
        GraderFault: the folder cannot be written any more; what it held it holds.
    """
    held: list[Graded] = []
    with contextlib.ExitStack() as stack:
        takes = _opened(formats, store, stack)
        for result in store.results():
            if result.key in files:
                _give(Graded(result, files[result.key], finals.get(result.key), reviewed), takes, held)
    _tell_held(held, formats)


def _give(graded: Graded, takes: Sequence[Take], held: list[Graded]) -> None:
    for take in takes:
        take(graded)
    if graded.is_held:
        held.append(graded)


def _tell_held(held: Sequence[Graded], formats: Sequence[Format]) -> None:
    if any(each.holds for each in formats):
        print_held(held)


def _opened(formats: Sequence[Format], store: ResultStore, stack: contextlib.ExitStack) -> list[Take]:
    return [stack.enter_context(each.writing(store.folder)) for each in formats]
