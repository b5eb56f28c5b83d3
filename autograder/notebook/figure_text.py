"""What a figure shows, in words, for who does not see it.

Jupyter draws a figure as `image/png`. JupyterLab 4.6 gives such an image no alternative text; nbconvert takes one from
the metadata of the output, `{"image/png": {"alt": …}}`. Both show `text/html` first, where an `<img>` has its `alt`. So
a figure is put out in both forms, with the same words.
"""

import base64
import html
import weakref
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAX_PANELS: Final = 6
MAX_CHARACTERS: Final = 700


class FigurePrinter:
    """Puts out figures as another printer does, with words beside them."""

    def __init__(self, png_printer: Callable[["Figure"], Any]) -> None:
        """Draw with `png_printer`, as a formatter of IPython's has it: PNG, with or without metadata, or None."""
        self._png_printer = png_printer
        self._texts: weakref.WeakKeyDictionary[Figure, str] = weakref.WeakKeyDictionary()
        self._drawn: tuple[Figure, Any] | None = None

    def name(self, figure: "Figure", text: str) -> None:
        """Remember what an author says of a figure."""
        self._texts[figure] = text

    def as_html(self, figure: "Figure") -> str | None:
        """Return the figure as an image with an alternative text."""
        self._drawn = figure, self._png_printer(figure)
        png, metadata = _parts(self._drawn[1])
        if png is None:
            return None
        size = "".join(f' {side}="{metadata[side]}"' for side in ("width", "height") if side in metadata)
        data = base64.b64encode(png).decode() if isinstance(png, bytes) else png
        return f'<img alt="{html.escape(self._text(figure))}"{size} src="data:image/png;base64,{data.strip()}">'

    def __call__(self, figure: "Figure") -> Any:
        """Return the PNG, drawn once for both forms, and metadata with the alternative text."""
        drawn, self._drawn = self._drawn, None
        png, metadata = _parts(drawn[1] if drawn and drawn[0] is figure else self._png_printer(figure))
        return None if png is None else (png, {**metadata, "alt": self._text(figure)})

    def _text(self, figure: "Figure") -> str:
        return f"{self._texts.get(figure, '')} {what_stands_in(figure)}".strip() or "A figure without labels."


def name_figures(shell: "InteractiveShell", text: str) -> None:
    """Let the figures that are open be put out with an alternative text: `text`, and what stands in them."""
    from matplotlib import pyplot
    from matplotlib.figure import Figure

    formatters = shell.display_formatter.formatters  # type: ignore[union-attr]
    try:
        printer = formatters["image/png"].lookup_by_type(Figure)
    except KeyError:  # figures are shown in windows, or not at all
        return
    if not isinstance(printer, FigurePrinter):
        printer = FigurePrinter(printer)
        formatters["image/png"].for_type(Figure, printer)
        formatters["text/html"].for_type(Figure, printer.as_html)
    if numbers := pyplot.get_fignums():
        current = pyplot.gcf()
        for number in numbers:
            printer.name(pyplot.figure(number), text)
        pyplot.figure(current)  # which was the current one


def what_stands_in(figure: "Figure") -> str:
    """Return the titles, axes and series of a figure, as far as they are named."""
    panels = [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]
    told = [" ".join(_panel(axes)) for axes in panels[:MAX_PANELS]]
    if len(panels) > 1:
        told = [f"Panel {at}: {words}" for at, words in enumerate(told, 1) if words]
    if len(panels) > MAX_PANELS:
        told.append(f"{len(panels)} panels in all.")
    title = figure.get_suptitle() if hasattr(figure, "get_suptitle") else ""
    words = " ".join([*([f"{title}."] if title else []), *(words for words in told if words)])
    return words if len(words) <= MAX_CHARACTERS else f"{words[: MAX_CHARACTERS - 1]}…"


def _panel(axes: "Axes") -> Iterator[str]:
    if axes.get_title():
        yield f"{' '.join(axes.get_title().split())}."
    upwards, along = (_axis(name, scale) for name, scale in (
        (axes.get_ylabel(), axes.get_yscale()), (axes.get_xlabel(), axes.get_xscale()),
    ))  # fmt: skip
    if upwards and along:
        yield f"{upwards} against {along}."
    elif upwards or along:
        yield f"{upwards or along}."
    legend = axes.get_legend()
    names = [text.get_text() for text in legend.get_texts()] if legend else []
    if names:
        yield f"Series: {', '.join(names)}."


def _axis(name: str, scale: str) -> str:
    return f"{name} (logarithmic)" if name and scale == "log" else name


def _parts(printed: Any) -> tuple[Any, dict[str, Any]]:
    return printed if isinstance(printed, tuple) else (printed, {})
