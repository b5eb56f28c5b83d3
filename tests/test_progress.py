"""What is said while checks run."""

import io
import threading

import pytest

from autograder.notebook.progress import ConsoleLine, Progress, told


@pytest.mark.parametrize(
    ("left", "done", "elapsed", "running", "before", "sentence"),
    [
        ("ab", 0, 1.0, 1.0, {}, "0 of 2 checks done, 1 s so far"),
        ("ab", 2, 9.0, 1.0, {}, "2 of 4 checks done, about 7 s left"),
        ("ab", 0, 2.0, 2.0, {"a": 6.0, "b": 3.0}, "0 of 2 checks done, about 7 s left"),
        ("ab", 1, 4.0, 1.0, {"a": 6.0}, "1 of 3 checks done, about 8 s left"),
        ("ab", 0, 2.0, 2.0, {"a": 6.0}, "0 of 2 checks done, 2 s so far"),  # nothing is known of b
        ("a", 0, 8.0, 8.0, {"a": 6.0}, "0 of 1 checks done, 8 s so far"),  # longer than before: who knows
        ("a", 1, 5.0, 2.0, {"a": 2.1}, "1 of 2 checks done, about 1 s left"),
    ],
)
def test_the_time_left_follows_from_what_is_known_of_the_checks_that_are_left(
    left, done, elapsed, running, before, sentence
):
    assert told(list(left), done, elapsed, running, before) == sentence


def test_a_run_that_lasts_says_what_is_done_until_it_is_over():
    seen, twice = [], threading.Event()

    def show(done, total, sentence):
        seen.append((done, total))
        if len(seen) == 2:
            twice.set()

    with Progress(show, {}) as progress:
        progress.begin(["a", "b", "c"])
        progress.begin(["b", "c"])
        assert twice.wait(60)
    shown = len(seen)
    assert set(seen) == {(1, 3)}
    assert threading.Event().wait(1) is False and len(seen) == shown


class Terminal(io.StringIO):
    def isatty(self):
        return True

    def screen(self):
        """What a terminal shows of one line: each carriage return starts it anew."""
        line = ""
        for part in self.getvalue().split("\r"):
            line = part + line[len(part) :]
        return line


def test_a_console_s_line_is_written_over_and_wiped_in_the_end():
    terminal = Terminal()
    with ConsoleLine(terminal) as line:
        line.show(1, 3, "1 of 3 checks done, about 10 s left")
        line.show(2, 3, "2 of 3")
        assert terminal.screen().rstrip() == "2 of 3"
    assert terminal.screen().strip() == "" and "\n" not in terminal.getvalue()


def test_what_is_no_terminal_gets_no_progress():
    stream = io.StringIO()
    with ConsoleLine(stream) as line:
        line.show(1, 3, "1 of 3")
    assert stream.getvalue() == ""


def test_a_short_run_leaves_a_terminal_untouched():
    with ConsoleLine(Terminal()) as line:
        pass
    assert line._stream.getvalue() == ""
