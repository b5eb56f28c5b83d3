"""What a benchmark's run writes into docs/performance.md: its tables and their chart."""

import re
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from matplotlib.figure import Figure
from rich.console import Console

PAGE: Final = Path(__file__).parents[2] / "docs/performance.md"
CHART: Final = PAGE.parent / "pictures/performance.png"
PICTURES: Final = {"benchmark": f"![Seconds a submission of each tool]({CHART.relative_to(PAGE.parent)})\n\n"}


def write_page(console: Console, part: str) -> None:
    """Put what the console has recorded between the page's marks of a part."""
    begin, end = f"<!-- {part}: begin -->", f"<!-- {part}: end -->"
    told = "\n".join(line.rstrip() for line in console.export_text().splitlines()).strip()
    text = PAGE.read_text("utf-8")
    shown = f"{begin}\n{PICTURES.get(part, '')}```text\n{told}\n```\n{end}"
    changed, count = re.subn(f"{begin}.*{end}", lambda _: shown, text, flags=re.DOTALL)
    if not count:
        raise ValueError(f"{PAGE} has no {begin} … {end}")
    PAGE.write_text(changed, "utf-8")


def draw_chart(seconds: Mapping[str, Sequence[float]]) -> None:
    """Draw each tool's seconds a submission: the median as a bar, the least and the most as a line."""
    figure = Figure(figsize=(8, 0.5 * len(seconds) + 1), layout="constrained")
    axes = figure.subplots()
    most = max(map(max, seconds.values()))
    for tool, values in reversed(seconds.items()):
        middle = statistics.median(values)
        own = tool.startswith(("autograder", "floor"))
        axes.barh(tool, middle, color="#2a7f9e" if own else "#b5b5b5")
        axes.plot([min(values), max(values)], [tool, tool], color="black", linewidth=1)
        axes.text(max(values) + most / 80, tool, f"{middle:.2f} s", va="center", fontsize=9)
    axes.set_xlim(right=most * 1.12)
    axes.set_xlabel("seconds a submission")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(CHART, dpi=110)
