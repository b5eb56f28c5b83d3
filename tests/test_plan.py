"""What docs/scale.md says of classes of any size follows from what was measured."""

import json
from pathlib import Path

import pytest

from tests.benchmarks.plan import Figures, render

DOCUMENT = Path(__file__).parents[1] / "docs/scale.md"
SIZES = (100, 1_000)


def figures(parent_cpu_s: float) -> dict:
    """A submission takes a second of a worker, 4 ms of the scheduler and 100 kB; each run 5 s more, and 2 of the parent."""
    runs = [
        {
            "kind": kind, "workers": workers, "students": size, "seconds": 5 + size / workers,
            "parent_cpu_s": 2 + size * parent_cpu_s, "parent_memory": 2e8, "scheduler_cpu_s": size * 0.004,
            "scheduler_memory": 1e8 if kind == "dask" else 0, "sent": size * 40_000, "received": size * 60_000,
        }
        for size in SIZES for kind in ("local", "dask") for workers in (1, 2)
    ]  # fmt: skip
    steps = {"find_s": 1.0, "record_s": 2.0, "read_back_s": 1.0, "finish_s": 1.0, "memory": 1e6}
    machine = {"command": "it", "assignment": "a", "cores": 2, "processor": "p", "torch": "t", "python": "p", "load": 0}
    return {"machine": machine, "runs": runs, "bookkeeping": [{"students": 1_000, **steps}]}


def test_what_bears_least_saturates_first():
    assert [limit.name for limit in Figures(figures(0.02)).limits()] == [
        "the instructor's process", "the scheduler", "its disk", "its network",
    ]  # fmt: skip
    first, *_ = Figures(figures(0.001)).limits()
    assert first.name == "the scheduler" and round(first.rate) == 250


def test_the_plan_follows_from_the_figures():
    document = render(DOCUMENT.read_text("utf-8"), figures(0.02))
    assert "So the instructor's process saturates first, at about 50 workers." in document
    rows = [line for line in document.partition("## A plan")[2].splitlines() if line.startswith("| ")]
    assert rows[2:] == [
        "| 1,000 | 0.3 | 0.01 | 1 | 1 | 17 min | 0.1 GB | 1 MB |",
        "| 50,000 | 13.9 | 0.69 | 1 | 14 | 62 min | 3.0 GB | 50 MB |",
        "| 1,000,000 | 277.8 | 13.89 | 20 | 14 | 62 min | 60.0 GB | 50 MB |",
    ]
    assert render(document, figures(0.02)) == document


@pytest.mark.parametrize("part", ["runs", "bookkeeping", "limits", "plan"])
def test_the_page_is_what_its_figures_render_to(part):
    document = DOCUMENT.read_text("utf-8")
    written = render(document, json.loads((DOCUMENT.parent / "scaling.json").read_text("utf-8")))
    begin = f"<!-- measured: {part} -->"
    assert (
        document.partition(begin)[2].partition("<!-- end -->")[0]
        == written.partition(begin)[2].partition("<!-- end -->")[0]
    )
