"""Makes of a folder of results what people and other programs read: each result is read once, for all of them."""

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from autograder.reports.class_report import ClassReport
from autograder.reports.formats.format import Format
from autograder.results.result import Key
from autograder.results.spreadsheet import SPREADSHEET, write_spreadsheet
from autograder.results.store import ResultStore, feedback_path
from autograder.results.tally import Tally
from autograder.results.whole_files import write_whole

REPORT: Final = "report.html"


def publish(store: ResultStore, files: Mapping[Key, Path | None], formats: Sequence[Format]) -> Tally:
    """Tidy the results, write the spreadsheet and the report of all, and the formats of those that were asked for.

    Args:
        store: the folder, open for writing.
        files: what was handed in of those asked for, None where there was nothing; the others were graded earlier.
        formats: what else to write.

    Returns:
        What the results of those that were asked for come to.

    Raises:
        GraderFault: the folder cannot be written any more; what it held it holds.
    """
    store.tidy()
    every, asked, report = Tally(), Tally(), ClassReport()
    with contextlib.ExitStack() as stack:
        takes = [stack.enter_context(each.writing(store.folder)) for each in formats]
        for result in store.results():
            row = every.add(result)
            report.add(result, row, feedback_path(result.student, result.assignment).as_posix())
            if result.key in files:
                asked.add(result, row)
                for take in takes:
                    take(result, files[result.key])
    write_spreadsheet(store.folder / SPREADSHEET, every.rows)
    write_whole(store.folder / REPORT, report.render("Class report", every))
    return asked
