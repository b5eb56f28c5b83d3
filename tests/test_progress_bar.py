"""What is told while a class is graded: on a terminal, in a log, and how much."""

import io

import pytest
from rich.console import Console
from test_card import check
from test_feedback import graded

from autograder.commands.progress_bar import LINES, ProgressBar


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def told(total: int, seconds_each: float, reviews: dict[int, str] | None = None, *, terminal: bool = False) -> str:
    """What is printed while `total` submissions are graded, one every `seconds_each`."""
    file, clock = io.StringIO(), Clock()
    console = Console(file=file, force_terminal=terminal, width=100, highlight=False)
    with ProgressBar(total, console, clock) as bar:
        for number in range(total):
            clock.now_s += seconds_each
            student = (reviews or {}).get(number)
            outcome = "passed" if student is None else "grader_fault"
            bar.advance(graded(check(outcome), student=student or str(number), assignment="mlp"))
    return file.getvalue()


def test_a_log_has_rate_time_left_and_how_many_need_a_person() -> None:
    lines = told(1_000, 0.5, {1: "ada"}).splitlines()
    assert lines[0] == "graded 1 of 1,000, 120 a minute, 8 min left, 0 for a person"
    assert lines[1] == "autograder: ada, mlp needs a person: the grader failed"
    assert lines[2] == "graded 11 of 1,000, 120 a minute, 8 min left, 1 for a person"
    assert lines[-1] == "graded 1,000 of 1,000, 120 a minute, 1 for a person"


@pytest.mark.parametrize(("total", "seconds_each"), [(1_000, 0.05), (1_000, 0.5), (1_000, 2.0), (20_000, 0.03)])
def test_a_log_is_never_longer_than_a_hundred_lines_and_its_ends(total: int, seconds_each: float) -> None:
    lines = told(total, seconds_each).splitlines()
    assert 5 < len(lines) <= LINES + 2


def test_a_slow_class_gives_a_sign_of_life_every_minute() -> None:
    lines = told(5_000, 6.0).splitlines()
    assert [line.split(",")[0] for line in lines[:3]] == ["graded 1 of 5", "graded 11 of 5", "graded 21 of 5"]
    assert "8 h 20 min left" in lines[0]


def test_each_submission_that_needs_a_person_is_told_at_once() -> None:
    text = told(50, 0.001, {number: f"s{number}" for number in range(10, 20)})
    assert text.count("needs a person") == 10 and "10 for a person" in text


def test_a_terminal_has_one_bar_with_the_same_words() -> None:
    text = told(40, 1.0, {3: "ada"}, terminal=True)
    assert "40/40" in text and "60 a minute" in text and "1 for a person" in text
    assert text.count("ada, mlp needs a person") == 1 and "graded" not in text


@pytest.mark.parametrize("terminal", [False, True])
def test_a_hostile_name_is_one_plain_line(terminal: bool) -> None:
    text = told(1, 1.0, {0: "ada\x1b[2J\x07\r\n[red]root[/red]"}, terminal=terminal)
    assert r"ada\x1b[2J\x07\r\n[red]root[/red], mlp needs a person" in text
    assert "\x1b[2J" not in text and "\x07" not in text
