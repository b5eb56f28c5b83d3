"""What figures consist of, as far as somebody must be able to see it: written down in a notebook's own kernel."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

STARTUP = (
    "import sys; sys.path.append({root!r}); from tests.drawn_figures import watch; watch({file!r}); sys.path.pop()"
)


def startup_folder(folder: Path, file: Path) -> Path:
    """Make a folder for `IPYTHONDIR`, whose kernels append each figure to `file`, a line of JSON each."""
    startup = folder / "profile_default/startup"
    startup.mkdir(parents=True)
    root = str(Path(__file__).parents[1])
    (startup / "00-figures.py").write_text(STARTUP.format(root=root, file=str(file)))
    return folder


def watch(file: str) -> None:
    """Look at the figures that are open when a cell has ended, before they are shown and closed."""
    from IPython.core.getipython import get_ipython

    def look() -> None:
        from matplotlib import pyplot

        with open(file, "a") as lines:
            lines.writelines(f"{json.dumps(described(pyplot.figure(number)))}\n" for number in pyplot.get_fignums())

    get_ipython().events.register("post_execute", look)


def described(figure: Any) -> dict[str, Any]:
    """Return what is named and what is coloured in a figure, as plain data."""
    title = figure.get_suptitle()
    along, upwards = figure.get_supxlabel(), figure.get_supylabel()
    panels = [_panel(axes) for axes in figure.axes if axes.get_label() != "<colorbar>"]
    return {"title": title, "x": along, "y": upwards, "paper": _paper(figure), "panels": panels}


def _panel(axes: Any) -> dict[str, Any]:
    place = axes.get_subplotspec()
    texts = [axes.title, axes.xaxis.label, axes.yaxis.label, *axes.texts, *axes.get_xticklabels()]
    return {
        "x": axes.get_xlabel(),
        "y": axes.get_ylabel(),
        "title": axes.get_title(),
        "row": place.rowspan.start if place else 0,
        "column": place.colspan.start if place else 0,
        "measured": axes.axison and bool(len(axes.get_xticks()) + len(axes.get_yticks())),
        "empty": not axes.has_data(),
        "paper": _paper(axes),
        "inks": sorted({_hex(text.get_color()) for text in texts if text.get_text()}) if not axes.images else [],
        "marks": [mark for artist, name in _artists(axes) if (mark := _mark(artist, name))],
    }


def _artists(axes: Any) -> Iterator[tuple[Any, str]]:
    handles, labels = axes.get_legend_handles_labels()
    named = dict(zip(map(id, handles), labels, strict=True)) if axes.get_legend() else {}
    for handle in handles:
        yield handle, named.get(id(handle), "")
    yield from ((artist, "") for artist in [*axes.lines, *axes.collections] if id(artist) not in named)


def _mark(artist: Any, name: str) -> dict[str, Any] | None:
    """A series: its colour as seen on white, and what else tells it from another."""
    from matplotlib.container import Container

    if isinstance(artist, Container):
        artist = artist[0]
    if getattr(artist, "get_array", lambda: None)() is not None:  # coloured by numbers
        return None
    if hasattr(artist, "get_linestyle") and hasattr(artist, "get_marker"):
        colour, style = artist.get_color(), f"line {artist.get_linestyle()} {artist.get_marker()}"
    else:
        faces, edges = (list(_rows(colours)) for colours in (artist.get_facecolor(), artist.get_edgecolor()))
        colour = next((each for each in [*faces, *edges] if each[3] > 0), None)
        style = type(artist).__name__
    if colour is None:
        return None
    return {"name": name, "colour": _hex(colour, artist.get_alpha()), "style": style}


def _paper(drawn_on: Any) -> str:
    from matplotlib.colors import to_hex

    return to_hex(drawn_on.get_facecolor(), keep_alpha=True)


def _rows(colours: Any) -> Iterator[Any]:
    return iter([colours] if len(colours) == 4 and not hasattr(colours[0], "__len__") else colours)


def _hex(colour: Any, alpha: float | None = None) -> str:
    """A colour laid over white; with its alpha where it has none of an artist's."""
    from matplotlib.colors import to_hex, to_rgba

    *channels, opacity = to_rgba(colour) if alpha is None else to_rgba(colour, alpha)
    return to_hex([opacity * channel + 1 - opacity for channel in channels])
