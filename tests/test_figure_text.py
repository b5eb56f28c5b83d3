"""Figures are put out with words for who cannot see them."""

import base64
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from IPython.core.formatters import DisplayFormatter
from matplotlib import pyplot
from matplotlib.figure import Figure

from autograder.notebook.figure_text import MAX_CHARACTERS, FigurePrinter, name_figures, what_stands_in


@pytest.fixture
def shell() -> Iterator[Any]:
    """A shell that shows figures as PNG, as matplotlib's inline backend lets it."""
    formatter = DisplayFormatter()
    formatter.formatters["image/png"].for_type(Figure, lambda figure: base64.b64encode(b"png").decode())
    yield SimpleNamespace(display_formatter=formatter)
    pyplot.close("all")


def drawn() -> Figure:
    figure, (left, right) = pyplot.subplots(1, 2)
    left.semilogy([1, 2], label="lr=0.1")
    left.set(title="Two\nlines", xlabel="step", ylabel="loss")
    left.legend()
    right.set_xlabel("x")
    figure.suptitle("A run")
    return figure


def test_titles_axes_and_series_are_told(shell):
    words = "A run. Panel 1: Two lines. loss (logarithmic) against step. Series: lr=0.1. Panel 2: x."
    assert what_stands_in(drawn()) == words


def test_a_colour_bar_is_no_panel(shell):
    figure, axes = pyplot.subplots()
    figure.colorbar(axes.imshow([[1]]), label="weight")
    axes.set_xlabel("unit")
    assert what_stands_in(figure) == "unit."


def test_many_panels_are_told_in_brief(shell):
    figure, axes = pyplot.subplots(3, 4)
    for at, each in enumerate(axes.flat):
        each.set_title(f"{at} " + 40 * "long")
    assert len(what_stands_in(figure)) == MAX_CHARACTERS
    for at, each in enumerate(axes.flat):
        each.set_title(f"number {at}")
    assert what_stands_in(figure).endswith("Panel 6: number 5. 12 panels in all.")


def test_a_figure_is_put_out_twice_with_the_authors_words_before_its_own(shell):
    figure = drawn()
    name_figures(shell, 'Losses & "more".')
    data, metadata = shell.display_formatter.format(figure)
    words = f'Losses & "more". {what_stands_in(figure)}'
    assert metadata["image/png"] == {"alt": words}
    escaped = words.replace("&", "&amp;").replace('"', "&quot;")
    assert data["text/html"] == f'<img alt="{escaped}" src="data:image/png;base64,{data["image/png"]}">'


def test_a_figure_that_nobody_names_is_described_all_the_same(shell):
    pyplot.figure()
    name_figures(shell, "")
    assert name_of(shell, drawn()) == what_stands_in(drawn())
    assert name_of(shell, pyplot.figure()) == "A figure without labels."


def name_of(shell: Any, figure: Figure) -> str:
    return str(shell.display_formatter.format(figure)[1]["image/png"]["alt"])


def test_a_figure_is_drawn_once_for_both_forms_and_again_when_it_is_shown_again():
    calls: list[Figure] = []

    def png(figure: Figure) -> tuple[bytes, dict[str, int]]:
        calls.append(figure)
        return b"%d" % len(calls), {"width": 7}

    printer, figure = FigurePrinter(png), Figure()
    for number in (b"1", b"2"):
        shown = printer.as_html(figure)
        assert (
            shown is not None and f'width="7" src="data:image/png;base64,{base64.b64encode(number).decode()}"' in shown
        )
        assert printer(figure) == (number, {"width": 7, "alt": "A figure without labels."})
    assert printer(Figure())[0] == b"3"


def test_what_cannot_be_drawn_is_not_put_out():
    printer = FigurePrinter(lambda figure: None)
    assert printer.as_html(Figure()) is None
    assert printer(Figure()) is None


def test_a_shell_that_shows_figures_in_windows_is_left_as_it_is():
    shell: Any = SimpleNamespace(display_formatter=DisplayFormatter())
    name_figures(shell, "words")
    with pytest.raises(KeyError):
        shell.display_formatter.formatters["text/html"].lookup_by_type(Figure)


def test_the_figure_that_is_drawn_on_stays_the_same(shell):
    first, second = pyplot.figure(), pyplot.figure()
    pyplot.figure(first)
    name_figures(shell, "words")
    assert pyplot.gcf() is first is not second
    assert name_of(shell, first) == name_of(shell, second) == "words"
