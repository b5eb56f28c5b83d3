"""One run of `autograder grade`: finds submissions, skips what is graded, grades the rest, reports."""

import os
import shlex
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from autograder import device as devices
from autograder import permissions
from autograder import sandbox as sandboxes
from autograder.course import find_course
from autograder.errors import GraderFault, UsageError
from autograder.grading import Job, Settings
from autograder.handed_in import HandedIn, find_handed_in
from autograder.report import commonest, render_report, summarise
from autograder.runner import grade_all, local_executor
from autograder.store import ResultStore, feedback_path, write_whole
from autograder.submission import digest
from autograder.text import visible

TABLE_ROWS: int = 200


def grade_class(
    paths: Sequence[Path], *, assignment: str | None, out: Path, workers: int, sandbox: str, device: str,
    visible_only: bool, seed: int, force: bool, gradebook: str | None,
) -> int:  # fmt: skip
    """Grade everything under `paths` and return the exit status (see `autograder.cli`)."""
    course = find_course()
    handed_in = find_handed_in(paths, course, assignment)
    mode = sandboxes.choose(sandbox)
    if mode == "user":
        open_to_all = permissions.exposed([*permissions.private(course), *paths, out, *_file_of(gradebook)])
        if open_to_all:
            names = " ".join(map(shlex.quote, map(str, open_to_all)))
            raise UsageError(f"--sandbox user: student code could read these: chmod -R o-rwx {names}")
        os.umask(0o077)  # what is written from here on is the grader's alone
    place = devices.choose(device, mode)
    settings = Settings(course.root, mode, visible_only, seed, keep_outputs=gradebook is not None, device=place)
    writer = None
    if gradebook is not None:
        from autograder.gradebook.writing import GradebookWriter  # nbgrader takes a second to load

        writer = GradebookWriter(gradebook, handed_in, course)
    if mode == "none":
        print(f"autograder: --sandbox none: {sandboxes.UNPROTECTED}", file=sys.stderr)
    with ResultStore.writing(out) as store:
        todo = handed_in if force else list(_not_yet_graded(handed_in, settings, store))
        if len(todo) < len(handed_in):
            print(
                f"autograder: {len(handed_in) - len(todo)} of {len(handed_in)} are graded already; --force repeats it",
                file=sys.stderr,
            )
        stopped = grade_into(store, settings, todo, min(workers, max(len(todo), 1)))
        store.finish()
        if writer is not None and not stopped:
            writer.write(out)
        report = write_report(store)
        wanted = {(each.assignment, each.student) for each in handed_in}
        _print_results(store, wanted, report)
        if stopped:
            print(
                f"autograder: stopped with {stopped} submissions left; the same command again goes on", file=sys.stderr
            )
            return 130
        return _status(store, wanted)


def _file_of(gradebook: str | None) -> list[Path]:
    return [Path(gradebook.removeprefix("sqlite:///"))] if gradebook and gradebook.startswith("sqlite:///") else []


def _not_yet_graded(handed_in: Iterable[HandedIn], settings: Settings, store: ResultStore) -> Iterator[HandedIn]:
    graded = store.fingerprints()
    environments = {each: settings.environment(each).to_json() for each in {every.assignment for every in handed_in}}
    for each in handed_in:
        job = Job.of(each)
        now = (digest(job.data), environments[each.assignment])
        known = graded.get((each.assignment, each.student)) == now
        if not known or (settings.keep_outputs and not store.cells_of(each.student, each.assignment).exists()):
            yield each


def grade_into(store: ResultStore, settings: Settings, todo: Sequence[HandedIn], workers: int) -> int:
    """Grade and record; return how many were left when the user stopped it.

    There are `workers` processes, fewer where a GPU's memory holds no more.
    """
    if not todo:
        return 0
    stop = _StopOnce()
    workers = settings.device.workers(workers, settings.limits)
    executor = local_executor(workers)
    left = len(todo)
    jobs = (Job.of(each) for each in todo if not stop.asked)
    try:
        with stop, _progress() as progress:
            task = progress.add_task("grading", total=len(todo))
            for graded in grade_all(executor, settings, jobs, workers):
                cells = None if graded.cells is None else [cell.to_json() for cell in graded.cells]
                store.add(graded.result, graded.feedback_html, cells)
                left -= 1
                progress.advance(task)
                if not progress.console.is_terminal:
                    done = len(todo) - left
                    print(f"graded {done}/{len(todo)} {visible(graded.result['student'])}", file=sys.stderr)
    except BrokenProcessPool as error:
        raise GraderFault("a judging process ended; what was graded is kept, and the same command goes on") from error
    finally:
        executor.shutdown(cancel_futures=True)
    return left


def write_report(store: ResultStore) -> Path:
    """Write the class report beside the results and return its path."""
    report = store.folder / "report.html"
    write_whole(report, render_report("Class report", store.results(), lambda line: feedback_path(line).as_posix()))
    return report


class _StopOnce:
    """Turns the first Ctrl-C into a request to stop handing out work; the second interrupts."""

    def __init__(self) -> None:
        self.asked = False

    def __enter__(self) -> "_StopOnce":
        self._before = signal.signal(signal.SIGINT, self._interrupted)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _interrupted(self, _number: int, _frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        print("autograder: finishing what is being graded; Ctrl-C again stops at once", file=sys.stderr)


def _progress() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)


def _print_results(store: ResultStore, wanted: set[tuple[str, str]], report: Path) -> None:
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else 140)
    table = Table("student", "assignment", "score", "what went wrong", box=None, pad_edge=False)
    page = None
    rows = 0
    for line in store.results():
        if (line["assignment"], line["student"]) not in wanted:
            continue
        rows += 1
        if rows <= TABLE_ROWS:
            score = f"{line['score']:.1f} / {line['max_score']:g}"
            table.add_row(Text(visible(line["student"])), line["assignment"], score, Text(summarise(line)))
        if page is None or (line["score"] < line["max_score"] and page[1]):
            page = (store.folder / feedback_path(line), line["score"] == line["max_score"])
    console.print(table)
    if rows > TABLE_ROWS:
        console.print(f"… and {rows - TABLE_ROWS} more in {store.folder / 'results.csv'}")
    mistakes = commonest(line for line in store.results() if (line["assignment"], line["student"]) in wanted)
    if mistakes:
        console.print("\ncommonest mistakes")
        for title, count in mistakes[:8]:
            console.print(Text(f"  {count:>3}  {title}"))
    console.print(Text(f"\nreport:   {visible(str(report))}"))
    if page is not None:
        console.print(Text(f"feedback: {visible(str(page[0]))}"))


def _status(store: ResultStore, wanted: set[tuple[str, str]]) -> int:
    status = 0
    for line in store.results():
        if (line["assignment"], line["student"]) in wanted:
            if line["needs_review"]:
                return 3
            if any(check["outcome"] != "passed" for question in line["questions"] for check in question["checks"]):
                status = 1
    return status
