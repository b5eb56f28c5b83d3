"""Runs recorded mistakes against the checks of their questions, and keeps what each does as its fingerprint.

Every example is put into the first correct style and judged under the record's seed a few times: with the same
inputs, drawn by the checks, and other draws of its own. Features that a correct style shows, too, tell nothing and
are left out. What visible checks saw goes into the record that a student's machine has, what hidden checks saw into
the other one.
"""

import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from rich.console import Console
from rich.progress import track

from autograder.authoring.record import write_record
from autograder.authoring.recorded import read_alternatives, read_mistakes, read_words
from autograder.catalogue.assignment import HIDDEN_RECORD, RECORD, Assignment
from autograder.catalogue.course import find_course
from autograder.judging.behaviour import Features
from autograder.judging.diagnosis import RECORD_SEED, KnownMistakes, behaviour_of
from autograder.judging.fingerprint import Trace
from autograder.judging.judge import Judge
from autograder.judging.student import LocalStudent
from autograder.judging.suite.authoring import CheckSpec, Probe
from autograder.results.result import QuestionResult

DRAWS: Final = 3  # runs of a mistake, each with random draws of its own
RIGHT_DRAWS: Final = 2  # runs of each correct style
_APART: Final = 7919  # between the seeds of two runs


@dataclass(frozen=True, slots=True)
class Job:
    """Code to be judged by the checks of one question; `mistake` is None for a correct style."""

    assignment: str
    question: str
    mistake: str | None
    source: str
    draws: int


class _Redrawn(LocalStudent):
    """A student whose own random draws are other ones, while the checks draw the same inputs."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        super().__init__(namespace)
        self.draw = 0

    def start_check(self, spec: CheckSpec, seed: int) -> None:
        super().start_check(spec, (seed + self.draw * _APART) % 2**32)

    def run(self, probe: Probe, **arguments: Any) -> Any:
        """As `LocalStudent.run`; what a student's function draws from a seed that it is given is another one, too."""
        return super().run(probe, **_reseeded(arguments, self.draw))


def _reseeded(arguments: dict[str, Any], draw: int) -> dict[str, Any]:
    """Return arguments with other numbers where they are called `seed` or `seeds`, at any depth of dicts."""
    found = dict(arguments)
    for name, value in arguments.items():
        if isinstance(value, dict):
            found[name] = _reseeded(value, draw)
        elif name == "seed":
            found[name] = value + draw * 1_000
        elif name == "seeds":
            found[name] = [each + draw * 1_000 for each in value]
    return found


@dataclass(frozen=True, slots=True)
class Runs:
    """What became of one job: the question's results, one a draw."""

    job: Job
    results: tuple[QuestionResult, ...]

    @property
    def behaviours(self) -> list[Mapping[str, Features]]:
        """The features of every check that was judged, by check, one mapping a draw."""
        return [behaviour_of(result, failing_only=False) for result in self.results]


def fingerprint(assignment: Assignment, pool: ProcessPoolExecutor, question: str | None = None) -> list[Runs]:
    """Write the fingerprints and the words of an assignment's known mistakes into its records; return their runs.

    What was named from submissions alone, without code (`autograder name`), stays as it is, and so do the
    fingerprints of other questions where `question` names one.
    """
    order = [each.id for each in assignment.questions]
    questions = [id for id in order if question in (None, id)]
    mistakes = [job for job in _mistake_jobs(assignment) if job.question in questions]
    runs = _run(pool, assignment.root, [*_right_jobs(assignment, questions), *mistakes])
    right = {id: _features([each for each in runs if each.job.question == id]) for id in questions}
    visible, hidden = _by_example(runs, right)
    recorded = read_words(assignment)
    kept = {id: words for id, words in assignment.record.get("observed", {}).items() if id not in recorded}
    for found, record in ((visible, assignment.record), (hidden, assignment.hidden_record)):
        for id, known in record.get("fingerprints", {}).items():
            stays = kept if id in questions else {**recorded, **kept}
            found[id] = {**found.get(id, {}), **{each: known[each] for each in known if each in stays}}
    visible, hidden = ({id: found[id] for id in order if found.get(id)} for found in (visible, hidden))
    write_record(
        assignment.folder / RECORD,
        {**assignment.record, "misconceptions": recorded, "observed": kept, "fingerprints": visible},
    )
    if assignment.solution is not None and assignment.hidden_checks is not None:
        write_record(assignment.solution / HIDDEN_RECORD, {"fingerprints": hidden})
    return [each for each in runs if each.job.mistake is not None]


def caught_and_named(assignment: Assignment, runs: Sequence[Runs]) -> dict[str, dict[str, float]]:
    """Return for each mistake the share of its runs in which it lost marks, and in which its own name came out."""
    known = KnownMistakes.of(assignment, visible_only=False)
    counts: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for each in runs:
        for result in each.results:
            named = {check.misconception.id for check in known.named(result, result).checks if check.misconception}
            counts[str(each.job.mistake)].append((not result.passed, named == {each.job.mistake}))
    return {
        id: {
            "caught": sum(caught for caught, _ in found) / len(found),
            "named": sum(named for _, named in found) / len(found),
        }
        for id, found in counts.items()
    }


def right_features(
    assignment: Assignment, question: str, pool: ProcessPoolExecutor
) -> Mapping[str, Sequence[Features]]:
    """Return what correct styles show under a question's checks, by check."""
    return _features(_run(pool, assignment.root, list(_right_jobs(assignment, [question]))))


def _features(runs: Sequence[Runs]) -> dict[str, list[Features]]:
    found: dict[str, list[Features]] = defaultdict(list)
    for each in runs:
        if each.job.mistake is None:
            for behaviour in each.behaviours:
                for check, features in behaviour.items():
                    found[check].append(features)
    return found


def _right_jobs(assignment: Assignment, questions: Sequence[str]) -> Iterable[Job]:
    for source in read_alternatives(assignment).values():
        for question in questions:
            yield Job(assignment.name, question, None, source, RIGHT_DRAWS)


def _mistake_jobs(assignment: Assignment) -> Iterable[Job]:
    base = next(iter(read_alternatives(assignment).values()))
    for id, mistake in read_mistakes(assignment).items():
        for example in mistake.examples:
            yield Job(assignment.name, mistake.misconception.question, id, f"{base}\n{example}", DRAWS)


def judge_source(root: Path, job: Job) -> Runs:
    """Judge one source by the checks of its question, once a draw."""
    torch.set_num_threads(1)
    torch.multiprocessing.set_sharing_strategy("file_system")  # type: ignore[no-untyped-call]  # more tensors than descriptors
    judge = _judge(root, job.assignment)
    results: list[QuestionResult] = []
    for draw in range(job.draws):
        student = _Redrawn.of_source(job.source)
        student.draw = draw
        results += judge.judge(student, RECORD_SEED, [job.question], with_needs=False)
    return Runs(job, tuple(results))


@functools.cache
def _judge(root: Path, assignment: str) -> Judge:
    """Return this process's judge of an assignment: collecting its checks takes longer than most of them."""
    return Judge(find_course(root).assignment(assignment), visible_only=False)


def _run(pool: ProcessPoolExecutor, root: Path, jobs: Sequence[Job]) -> list[Runs]:
    futures = [pool.submit(judge_source, root, job) for job in jobs]
    console = Console(stderr=True)
    return [each.result() for each in track(futures, "mistakes", console=console, disable=not console.is_terminal)]


Kept = dict[str, dict[str, list[dict[str, Any]]]]


def _by_example(
    runs: Sequence[Runs], right: Mapping[str, Mapping[str, Sequence[Features]]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return by question, mistake, example and check what a record keeps: of visible checks, and of hidden ones."""
    both: tuple[Kept, Kept] = defaultdict(dict), defaultdict(dict)
    for each in runs:
        if each.job.mistake is None:
            continue
        examples: tuple[dict[str, Any], dict[str, Any]] = {}, {}
        hidden = {check.id for result in each.results for check in result.checks if not check.visible}
        for check in dict.fromkeys(check for behaviour in each.behaviours for check in behaviour):
            found = [behaviour[check] for behaviour in each.behaviours if check in behaviour]
            trace = Trace.of_runs(found, right[each.job.question].get(check, ()))
            if trace.outcomes != {"passed"}:
                examples[check in hidden][check] = trace.to_json()
        for kept, example in zip(both, examples, strict=True):
            kept[each.job.question].setdefault(each.job.mistake, []).append(example)
    return both
