"""A student's page: what each check found, what it looks like, and what the notebook printed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from autograder.reports.charts import Figure, draw
from autograder.reports.displayed_check import DisplayedCheck, DisplayLimits, display
from autograder.reports.templates import templates
from autograder.reports.wording import CREDITED, overall, score_line
from autograder.results.result import Credit, QuestionResult, SubmissionResult
from autograder.sandbox.cell_run import CellRun
from autograder.text import sanitize, truncate

LIMITS: Final = DisplayLimits(message_characters=4_000, messages_characters=20_000, comparisons=100, sparklines=0)
CELL_CHARACTERS: Final = 4_000
PRINTED_CHARACTERS: Final = 20_000
PRINTED_CELLS: Final = 100
NOTES: Final = 50
NOTE_CHARACTERS: Final = 1_000


@dataclass(frozen=True, slots=True)
class _Question:
    id: str
    score: float
    points: float
    credit: Credit
    credited: str
    score_line: str
    symbol: str
    tone: str
    checks: Sequence[DisplayedCheck]
    figures: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class _PrintedCell:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class _Printed:
    cells: Sequence[_PrintedCell]
    left_out: str


def render_feedback(
    result: SubmissionResult, printed: Sequence[tuple[str, str]], answers: str = "", notice: str = ""
) -> str:  # fmt: skip
    """Return a student's feedback as a self-contained page of HTML.

    Of a hidden check it shows the description, the outcome, the mistake and the hint, but neither
    the message nor the attachments, which quote its inputs.

    Args:
        result: what was found.
        printed: for each cell that printed, its label and its text; untrusted and of any length.
        answers: the address of the assignment's notebook with answers, if it is to be linked.
        notice: what is to be read first.
    """
    notes = [truncate(note, NOTE_CHARACTERS) for note in result.notes[:NOTES]]
    if len(result.notes) > NOTES:
        notes.append(f"{len(result.notes) - NOTES:,} more notes are left out.")
    return templates().get_template("feedback.html.jinja").render(
        result=result, environment=result.environment, notes=notes,
        share=min(100 * result.score / result.max_score, 100.0) if result.max_score else 0.0,
        questions=list(_questions(result.questions)), printed=_shorten(printed), answers=answers,
        notice=notice,
    )  # fmt: skip


def printed_by(cells: Iterable[CellRun]) -> list[tuple[str, str]]:
    """Return what `render_feedback` shows of cells that were run."""
    return [(f"code cell {cell.index}", cell.output) for cell in cells if cell.output.strip()]


def _questions(questions: Sequence[QuestionResult]) -> Iterator[_Question]:
    for number, question in enumerate(questions, 1):
        checks = list(display(question.checks, LIMITS))
        attachments = [each for check in checks for each in check.attachments]
        figures = [draw(each, f"q{number}-figure{index}") for index, each in enumerate(attachments, 1)]
        whole = overall(question.checks)
        yield _Question(
            id=question.id, score=question.score, points=question.points, credit=question.credit,
            credited=CREDITED[question.credit],
            score_line=score_line(question.score, question.points, question.credit), symbol=whole.symbol,
            tone=whole.tone, checks=checks, figures=[figure for figure in figures if figure],
        )  # fmt: skip


def _shorten(printed: Sequence[tuple[str, str]]) -> _Printed:
    """Keep the beginning and the end of what each cell printed, and say what is missing."""
    cells: list[_PrintedCell] = []
    room = PRINTED_CHARACTERS
    for label, text in printed:
        limit = min(CELL_CHARACTERS, room)
        if limit <= 0 or len(cells) == PRINTED_CELLS:
            break
        if text.strip():
            cells.append(_PrintedCell(sanitize(label[:200]), truncate(text, limit).rstrip("\n")))
            room -= min(len(text), limit)
    else:
        return _Printed(cells, "")
    missing = [text for _, text in printed[len(cells) :] if text.strip()]
    return _Printed(
        cells, f"[… {len(missing):,} more cells, which printed {sum(map(len, missing)):,} characters, are left out …]"
    )
