"""Derives the thresholds of statistical checks from runs of correct solutions.

Every `assert_below(value, statistic, …)` of an assignment's checks is run for each correct style under
many course seeds. The upper tail of the values is taken as exponential beyond their 90th percentile
(peaks over threshold: Pickands 1975, Balkema and de Haan 1974), which is heavier than that of any
normal error, and the threshold is where a correct solution would fail once in `1 / FALSE_FAIL`
runs. The record is committed beside the visible checks, which read their thresholds from it.
`drift` runs a few seeds again and says where they do not fit the record.
"""

import math
import multiprocessing
import shutil
import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from rich.console import Console
from rich.progress import track

from autograder.authoring.calibration_plot import draw_statistic
from autograder.authoring.fingerprinting import Runs, caught_and_named, fingerprint
from autograder.authoring.record import write_record
from autograder.authoring.recorded import read_alternatives
from autograder.authoring.unwritten import refuse_unwritten, unwritten_alternatives
from autograder.catalogue.assignment import PLOTS, RECORD, Assignment
from autograder.catalogue.course import find_course
from autograder.errors import UsageError
from autograder.judging.judge import Judge
from autograder.judging.student import LocalStudent
from autograder.results.result import QuestionResult
from autograder.results.whole_files import write_whole

FALSE_FAIL: Final = 1e-7
CENTRE: Final = 0.01  # a median of fresh runs lies between this quantile of the record and its mirror
TAIL: Final = 0.1
MIN_RUNS: Final = 30


@dataclass(frozen=True, slots=True)
class Run:
    """What the checks measured of one solution; `failed` counts the seeds under which each check did not pass."""

    name: str
    seeds: int
    statistics: Mapping[str, Sequence[float]]
    curves: Mapping[str, Sequence[Sequence[float]]]
    failed: Mapping[str, int]


def calibrate(
    name: str, *, seeds: int, workers: int, mistakes_only: bool = False, question: str | None = None
) -> str:  # fmt: skip
    """Write the records of an assignment's statistics and of its known mistakes; return them as a table.

    Args:
        name: the assignment.
        seeds: course seeds 0 … seeds − 1, for each correct style.
        workers: processes.
        mistakes_only: leave the statistics as they are.
        question: with `mistakes_only`, leave the mistakes of other questions as they are, too.

    Raises:
        UsageError: the course has no recorded solutions, a correct one fails a check, there is no such question,
            or one is still to be written.
    """
    course = find_course()
    assignment = course.assignment(name)
    refuse_unwritten(assignment)
    if question is not None:
        if not mistakes_only:
            raise UsageError("one question alone is calibrated by --mistakes; thresholds are an assignment's")
        if question not in [each.id for each in assignment.questions]:
            raise UsageError(f"{name} has no question {question!r}")
    with _pool(workers) as pool:
        correct = [] if mistakes_only else _calibrate_statistics(pool, assignment, seeds, workers)
        assignment = course.assignment(name)  # with its new thresholds
        wrong = fingerprint(assignment, pool, question)
    assignment = course.assignment(name)
    found = caught_and_named(assignment, wrong)
    if question is not None:
        found = {id: found.get(id) or assignment.record.get("mistakes", {}).get(id) for id in assignment.misconceptions}
        found = {id: shares for id, shares in found.items() if shares}
    write_record(assignment.folder / RECORD, {**assignment.record, "mistakes": found})
    if correct and assignment.solution is not None:
        _plot(assignment.solution / PLOTS, assignment.record, correct, [_run_of(each) for each in wrong])
    return "\n".join([_table(course.assignment(name).record), *unwritten_alternatives(assignment)])


def _calibrate_statistics(pool: ProcessPoolExecutor, assignment: Assignment, seeds: int, workers: int) -> list[Run]:
    styles = read_alternatives(assignment)
    correct = _measure(pool, assignment.root, assignment.name, styles, seeds, workers)
    for run in correct:
        if run.failed:
            told = ", ".join(f"{check} ({count} of {run.seeds})" for check, count in run.failed.items())
            raise UsageError(f"the correct style {run.name!r} of {assignment.name} fails: {told}")
    record = _record(assignment.name, seeds, styles, correct)
    write_record(assignment.folder / RECORD, {**assignment.record, **record})
    return correct


def _run_of(runs: Runs) -> Run:
    """Return what the checks measured of a mistake, for its plots."""
    values: defaultdict[str, list[float]] = defaultdict(list)
    for result in runs.results:
        for check in result.checks:
            for statistic, value in check.statistics.items():
                values[statistic].append(value)
    return Run(str(runs.job.mistake), len(runs.results), dict(values), {}, {})


def drift(names: Sequence[str], *, seeds: int, workers: int) -> list[str]:
    """Return a sentence for each way in which fresh runs of the correct styles do not fit the records.

    Args:
        names: assignments.
        seeds: course seeds 0 … seeds − 1, for each correct style.
        workers: processes.
    """
    course = find_course()
    found = []
    with _pool(workers) as pool:
        for name in names:
            styles = read_alternatives(course.assignment(name))
            fresh = _measure(pool, course.root, name, styles, seeds, workers)
            found += [f"{name}: {each}" for each in misfits(course.assignment(name).record, fresh)]
    return found


def misfits(record: Mapping[str, Any], fresh: Sequence[Run]) -> Iterator[str]:
    """Yield a sentence for each way in which runs, of each correct style, do not fit an assignment's record."""
    if record.get("styles") != (styles := [run.name for run in fresh]):
        yield f"the recorded styles are {record.get('styles')}; there are {styles}"
    for run in fresh:
        for check, count in run.failed.items():
            yield f"the correct style {run.name} fails {check} ({count} of {run.seeds} seeds)"
    values, recorded = _joined(fresh).statistics, record.get("statistics", {})
    for statistic in sorted(values.keys() | recorded.keys()):
        if statistic not in recorded:
            yield f"{statistic} is not recorded"
        elif statistic not in values:
            yield f"{statistic} is recorded, and no check measures it"
        else:
            entry, median, worst = recorded[statistic], statistics.median(values[statistic]), max(values[statistic])
            if not entry["low"] <= median <= entry["high"]:
                known = f"{entry['low']:.3g} to {entry['high']:.3g}"
                yield f"{statistic}: the median of fresh runs is {median:.3g}; recorded were {known}"
            if worst >= entry["threshold"]:
                yield f"{statistic}: a correct run has {worst:.3g}, beyond the threshold"


def threshold_of(values: Sequence[float]) -> tuple[float, float]:
    """Return the threshold of a statistic and the estimated chance that correct work exceeds it.

    Args:
        values: at least `MIN_RUNS` values of correct runs, ≥ 0.
    """
    if len(values) < MIN_RUNS:
        raise UsageError(f"{len(values)} runs are too few for a threshold; take at least {MIN_RUNS}")
    ordered = sorted(values)
    start = ordered[int(len(ordered) * (1 - TAIL))]
    excesses = [value - start for value in ordered if value > start]
    scale = statistics.fmean(excesses) if excesses else 0.0
    threshold = _rounded_up(start + scale * math.log(TAIL / FALSE_FAIL))
    if scale == 0.0:
        return threshold, 0.0
    return threshold, TAIL * math.exp(-(threshold - start) / scale)


def measure(course_root: Path, name: str, solution: tuple[str, str], seeds: Iterable[int]) -> Run:
    """Run the checks against one correct solution, (its name, source), under each seed, without thresholds.

    It is judged whole under its first seed, then by the questions that measure something.
    """
    torch.set_num_threads(1)
    assignment = find_course(course_root).assignment(name)
    runs: list[Sequence[QuestionResult]] = []
    questions = None
    with Judge(assignment, visible_only=False, calibrated=False) as judge:
        for seed in seeds:
            results = judge.judge(LocalStudent.of_source(solution[1], solution[0]), seed, questions)
            runs.append(results)
            if questions is None:
                questions = [
                    result.id
                    for result in results
                    if any(check.statistics or check.attachments for check in result.checks)
                ]
    return run_of(solution[0], runs)


def run_of(name: str, runs: Sequence[Sequence[QuestionResult]]) -> Run:
    """Gather what the checks have measured of a solution, judged once under each seed."""
    values: defaultdict[str, list[float]] = defaultdict(list)
    curves: defaultdict[str, list[list[float]]] = defaultdict(list)
    failed: defaultdict[str, int] = defaultdict(int)
    for check in (check for results in runs for result in results for check in result.checks):
        for statistic, value in check.statistics.items():
            values[statistic].append(value)
        for attachment in check.attachments:
            if attachment["kind"] == "curve":
                curves[attachment["band"]].append(list(attachment["values"]))
        if not check.passed:
            failed[check.id] += 1
    return Run(name, len(runs), dict(values), dict(curves), dict(failed))


def _measure(
    pool: ProcessPoolExecutor, root: Path, name: str, solutions: Mapping[str, str], seeds: int, workers: int
) -> list[Run]:  # fmt: skip
    parts = max(1, min(workers * 2, seeds // 10))
    futures = [
        pool.submit(measure, root, name, solution, range(part, seeds, parts))
        for solution in solutions.items() for part in range(parts)
    ]  # fmt: skip
    console = Console(stderr=True)
    runs = [
        future.result() for future in track(futures, "correct styles", console=console, disable=not console.is_terminal)
    ]
    return [_joined([run for run in runs if run.name == solution]) for solution in solutions]


def _joined(runs: Sequence[Run]) -> Run:
    values: defaultdict[str, list[float]] = defaultdict(list)
    curves: defaultdict[str, list[Sequence[float]]] = defaultdict(list)
    failed: defaultdict[str, int] = defaultdict(int)
    for run in runs:
        for statistic, found in run.statistics.items():
            values[statistic].extend(found)
        for band, drawn in run.curves.items():
            curves[band].extend(drawn)
        for check, count in run.failed.items():
            failed[check] += count
    return Run(runs[0].name, sum(run.seeds for run in runs), values, curves, failed)


def _record(name: str, seeds: int, styles: Mapping[str, str], runs: Sequence[Run]) -> dict[str, Any]:
    joined = _joined(runs)
    found = {}
    for statistic, values in sorted(joined.statistics.items()):
        threshold, chance = threshold_of(values)
        found[statistic] = {
            "threshold": threshold, "worst": max(values), "median": statistics.median(values),
            "low": _quantile(values, CENTRE), "high": _quantile(values, 1 - CENTRE),
            "margin_sd": round((threshold - statistics.fmean(values)) / (statistics.stdev(values) or 1.0), 1),
            "false_fail": float(f"{chance:.1e}"), "runs": len(values),
        }  # fmt: skip
    bands = {
        band: {
            "low": [min(at) for at in zip(*drawn, strict=True)],
            "high": [max(at) for at in zip(*drawn, strict=True)],
        }
        for band, drawn in sorted(joined.curves.items())
    }
    command = f"autograder calibrate {name} --seeds {seeds}"
    return {"made_by": command, "styles": list(styles), "statistics": found, "curves": bands}


def _table(record: Mapping[str, Any]) -> str:
    lines = [f"{'statistic':<34} {'threshold':>10} {'worst':>10} {'margin sd':>10} {'false fails':>12} {'runs':>6}"]
    for name, entry in record.get("statistics", {}).items():
        lines.append(
            f"{name:<34} {entry['threshold']:>10.3g} {entry['worst']:>10.3g} {entry['margin_sd']:>10.1f} "
            f"{entry['false_fail']:>12.1e} {entry['runs']:>6}"
        )
    lines += ["", f"{'mistake':<34} {'caught':>10} {'named':>10}"]
    lines += [f"{id:<34} {entry['caught']:>10.0%} {entry['named']:>10.0%}" for id, entry in record["mistakes"].items()]
    return "\n".join(lines)


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def _plot(folder: Path, record: Mapping[str, Any], correct: Sequence[Run], wrong: Sequence[Run]) -> None:
    """Draw each statistic; a mistake is in its plot where it comes to the point of being measured."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for statistic, entry in record["statistics"].items():
        rows = [
            {run.name: run.statistics[statistic] for run in runs if statistic in run.statistics}
            for runs in (correct, wrong)
        ]
        write_whole(folder / f"{statistic}.png", draw_statistic(statistic, entry["threshold"], *rows))


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[round(share * (len(ordered) - 1))]


def _rounded_up(value: float) -> float:
    """To three significant digits."""
    if value <= 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(value)) - 2)
    return float(f"{math.ceil(value / unit) * unit:.3g}")
