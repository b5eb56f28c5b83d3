"""The tables of docs/scale.md: what was measured, and what follows for classes of any size."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CLASSES = (1_000, 50_000, 1_000_000)
HOURS = 1.0
LARGEST_RUN = 50_000
CORE_HOUR_USD = 0.05  # an assumption: about what clouds ask for a core of an ordinary machine
NETWORK_BYTES_S = 125_000_000  # an assumption: 1 Gbit/s
LOAD = 0.8  # of what saturates: a queue grows without bound at 1
_PART = re.compile(r"(<!-- measured: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Limit:
    """What may saturate: how many submissions a second it bears, and why it cannot bear more."""

    name: str
    rate: float
    why: str


class Figures:
    """What one run of the benchmark measured, and per submission what follows from it."""

    def __init__(self, figures: Mapping[str, Any]) -> None:
        self.machine: Mapping[str, Any] = figures["machine"]
        self.runs: Sequence[Mapping[str, Any]] = figures["runs"]
        self.bookkeeping: Sequence[Mapping[str, float]] = figures["bookkeeping"]

    def steady(self, kind: str, workers: int, figure: str = "seconds") -> float:
        """Return what a figure grows by with each submission, from the smallest class to the largest."""
        runs = [run for run in self.runs if (run["kind"], run["workers"]) == (kind, workers)]
        small, large = (pick(runs, key=lambda run: run["students"]) for pick in (min, max))
        return float(large[figure] - small[figure]) / (large["students"] - small["students"])

    def per_student(self, figure: str) -> float:
        """Return a figure of the largest bookkeeping for each of its submissions."""
        largest = max(self.bookkeeping, key=lambda each: each["students"])
        return largest[figure] / largest["students"]

    def limits(self) -> list[Limit]:
        """Return what may saturate, the first to do so first."""
        sent, received = (self.steady("dask", 2, figure) for figure in ("sent", "received"))
        found = [
            Limit("the instructor's process", 1 / self.steady("dask", 2, "parent_cpu_s"), "one core of computing"),
            Limit("its disk", 1 / self.per_student("record_s"), "a result is on the disk before the next is taken"),
            Limit("the scheduler", 1 / self.steady("dask", 2, "scheduler_cpu_s"), "one core of computing"),
            Limit("its network", NETWORK_BYTES_S / (sent + received), f"{(sent + received) / 1e3:.0f} kB a submission"),
        ]
        return sorted(found, key=lambda limit: limit.rate)


def render(document: str, figures: Mapping[str, Any]) -> str:
    """Return the document with its measured parts written anew; `figures` as the benchmark keeps them."""
    found = Figures(figures)
    parts = {"runs": _runs(found), "bookkeeping": _bookkeeping(found), "limits": _limits(found), "plan": _plan(found)}
    return _PART.sub(lambda part: f"{part[1]}{parts[part[2]]}\n{part[3]}", document)


def _runs(found: Figures) -> str:
    machine = found.machine
    rows = [
        [
            f"{run['students']:,}", f"{run['workers']} {run['kind']}", f"{run['seconds']:.1f}",
            f"{run['seconds'] / run['students']:.3f}", f"{run['parent_memory'] / 1e6:.0f}",
            f"{1e3 * run['parent_cpu_s'] / run['students']:.1f}",
            f"{1e3 * run['scheduler_cpu_s'] / run['students']:.1f}" if run["scheduler_memory"] else "",
            f"{run['scheduler_memory'] / 1e6:.0f}" if run["scheduler_memory"] else "",
        ]
        for run in found.runs
    ]  # fmt: skip
    steady = [
        ["each more", f"{workers} {kind}", "", f"{found.steady(kind, workers):.3f}",
         f"{found.steady(kind, workers, 'parent_memory') / 1e6:.3f}",
         f"{1e3 * found.steady(kind, workers, 'parent_cpu_s'):.1f}",
         f"{1e3 * found.steady(kind, workers, 'scheduler_cpu_s'):.1f}" if kind == "dask" else "",
         f"{found.steady(kind, workers, 'scheduler_memory') / 1e6:.3f}" if kind == "dask" else ""]
        for kind, workers in dict.fromkeys((run["kind"], run["workers"]) for run in found.runs)
    ]  # fmt: skip
    one, two = (found.steady("dask", workers) / found.steady("local", workers) - 1 for workers in (1, 2))
    titles = ["submissions", "workers", "s", "s a submission", "parent, MB", "parent, ms each", "scheduler, ms each"]
    return (
        f"`{machine['command']}`: copies of the demo class of `{machine['assignment']}`, {machine['cores']} cores of "
        f"{machine['processor']}, torch {machine['torch']}, Python {machine['python']}, load {machine['load']} "
        "before it began. Milliseconds are of computing. All processes share those cores.\n\n"
        f"{_table([*titles, 'scheduler, MB'], [*rows, *steady])}\n\n"
        f"A submission takes {100 * one:+.0f} % with one dask worker in place of one local process, and "
        f"{100 * two:+.0f} % with two in place of two."
    )


def _bookkeeping(found: Figures) -> str:
    rows = [
        [f"{each['students']:,.0f}", *(f"{each[step]:.2f}" for step in ("find_s", "record_s", "read_back_s", "finish_s")),
         f"{each['memory'] / 1e6:.0f}"]
        for each in found.bookkeeping
    ]  # fmt: skip
    return _table(
        ["submissions", "find, s", "record, s", "read back, s", "finish, s", "memory for it, MB"], rows
    )  # fmt: skip


def _limits(found: Figures) -> str:
    seconds = found.steady("dask", 1)
    limits = found.limits()
    rows = [[limit.name, f"{limit.rate:,.0f}", f"{limit.rate * seconds:,.0f}", limit.why] for limit in limits]
    table = _table(["what", "submissions/s", "workers", "why"], rows)
    first = limits[0]
    return (
        f"{table}\n\nSo {first.name} saturates first, at about {first.rate * seconds:,.0f} workers. A worker gives "
        f"{1 / seconds:.1f} submissions a second; workers do not wait for one another, so that more of them help until then."
    )


def _plan(found: Figures) -> str:
    seconds = found.steady("dask", 1)
    most = max(1, int(LOAD * found.limits()[0].rate * seconds))
    beside = sum(found.per_student(step) for step in ("find_s", "read_back_s", "finish_s"))
    rows = []
    for size in CLASSES:
        hours = size * seconds / 3600
        runs = math.ceil(size / LARGEST_RUN)
        each = max(1, min(most, math.ceil(hours / HOURS / runs)))
        clock = size / runs * (seconds / each + beside)
        kept = size * found.steady("dask", 2, "received")
        rows.append([
            f"{size:,}", f"{hours:,.1f}", f"{CORE_HOUR_USD * hours:,.2f}", str(runs), str(each),
            f"{clock / 60:,.0f} min", f"{kept / 1e9:,.1f} GB",
            f"{size / runs * found.per_student('memory') / 1e6:,.0f} MB",
        ])  # fmt: skip
    titles = ["submissions", "core-hours", "USD", "runs", "workers each", "time", "results", "memory for them"]
    return (
        f"Assumed: {CORE_HOUR_USD} USD a core-hour, a core a worker, as many workers as take {HOURS:g} hour, "
        f"but at most {100 * LOAD:.0f} % of what saturates first ({most:,} workers a run), at most "
        f"{LARGEST_RUN:,} submissions a run.\n\n{_table(titles, rows)}"
    )


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in [titles, ["---:"] * len(titles), *rows])
