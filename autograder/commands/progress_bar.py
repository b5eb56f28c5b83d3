"""How far a class has been graded: a bar on a terminal, now and then a line elsewhere. All of it on stderr."""

import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from autograder.results.result import SubmissionResult
from autograder.text import escape, sanitize

LINE_EVERY_S: Final = 5.0  # at most so often
LINE_AT_LEAST_EVERY_S: Final = 60.0  # where a hundredth of the class takes longer: a log that stands still looks dead
LINES: Final = 100
DAMAGE_CHARACTERS: Final = 400


class ProgressBar:
    """Submissions graded, a minute, still to wait, and those that need review; each of the latter is told at once."""

    def __init__(self, total: int, console: Console | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin at none of `total` submissions; `clock` tells seconds."""
        self._console = console or Console(stderr=True, highlight=False)
        self._clock = clock
        self._total = total
        self._done = self._reviews = 0
        self._started = clock()
        self._printed_s, self._printed = self._started - LINE_EVERY_S, -total
        columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
        self._bar = Progress(*columns, console=self._console, disable=not self._console.is_terminal)
        self._task = self._bar.add_task(self._rest(), total=total)

    def __enter__(self) -> "ProgressBar":
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def advance(self, result: SubmissionResult, damage: Sequence[str] = ()) -> None:
        """Count one result, of a file with this `damage`, a sentence each."""
        self._done += 1
        who = f"{escape(result.student)}, {sanitize(result.assignment)}"
        if damage:
            self._print(f"{who}: {sanitize('; '.join(damage))[:DAMAGE_CHARACTERS]}")
        if result.needs_review:
            self._reviews += 1
            why = "the grader failed" if result.has_fault else "it reaches into the interpreter that runs it"
            self._print(f"{who} needs a person: {why}")
        if self._console.is_terminal:
            self._bar.update(self._task, advance=1, description=self._rest())
        elif self._is_due():
            self._printed_s, self._printed = self._clock(), self._done
            self._console.print(f"graded {self._done:,} of {self._total:,}, {self._rest()}", soft_wrap=True)

    def _print(self, what: str) -> None:
        self._console.print(Text(f"autograder: {what}"), soft_wrap=True)

    def _is_due(self) -> bool:
        waited = self._clock() - self._printed_s
        far = (self._done - self._printed) * LINES >= self._total
        return self._done == self._total or waited >= (LINE_EVERY_S if far else LINE_AT_LEAST_EVERY_S)

    def _rest(self) -> str:
        parts = []
        elapsed = self._clock() - self._started
        if self._done and elapsed > 0:
            parts += [f"{60 * self._done / elapsed:.0f} a minute"]
            if self._done < self._total:
                parts += [f"{_duration(elapsed * (self._total - self._done) / self._done)} left"]
        parts += [f"{self._reviews:,} for a person"]
        return ", ".join(parts)


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
