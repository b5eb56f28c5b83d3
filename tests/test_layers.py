"""Each layer stops an attack that goes through without it; where two stop the same, either does alone."""

import itertools

import pytest

from autograder.errors import WorkerLost
from autograder.sandbox import launch as sandbox
from autograder.sandbox.cell_run import NotebookWork
from autograder.sandbox.retrying_session import RetryingSession
from autograder.sandbox.worker.limits import Limits
from tests.attacks import corpus
from tests.weakened import server_without

PROBLEM = sandbox.bubblewrap_problem()
pytestmark = pytest.mark.skipif(PROBLEM is not None, reason=f"no confinement here: {PROBLEM}")

LIMITS = Limits(memory_bytes=2**29, cell_s=30.0)
# What fills memory says so above six gigabytes; here limits are an eighth of what they are.
SOURCES = {attack.name: attack.source.replace("6 * 2**30", "2 * 2**30") for attack in corpus()}
# An attack, and the layers without which it goes through; with any of them it does not.
STOPPED_BY = {
    "memory_made_read_only": ("the watch over memory",),
    "memory_growing_downwards": ("the refused system calls", "the watch over memory"),
    "locks_as_a_channel": ("the refused system calls",),
    "calls_that_few_know": ("the known system calls",),
    "kernel_calls": ("the refused system calls", "the known system calls"),
    "memory_of_a_device": ("the list of devices", "the watch over memory"),
    "memory_of_page_tables": ("the limit of address space", "the watch over memory"),
    "memory_of_the_stack": ("the limit of the stack",),
    "capabilities_kept": ("giving up capabilities",),
    "others_signalled": ("the namespace of processes", "Landlock"),
    "left_for_the_next": ("the cover of what is shared", "the look at the warm parent"),
}
ONE_LESS = [
    (attack, kept) for attack, layers in STOPPED_BY.items() for kept in itertools.combinations(layers, len(layers) - 1)
]


def went_through(attack: str, *without: str) -> bool:
    """Whether an attack says that it has found something: in its second run, where its first has left it something."""
    with server_without(*without) as server:
        for _ in range(2):
            work = NotebookWork([(1, SOURCES[attack])])
            session = RetryingSession(lambda: server, work, LIMITS)
            try:
                session.start()  # it may find the warm parent changed
            except WorkerLost:
                return False
            try:
                if 1 in session.run.cells and "FOUND" in session.run.cells[1].output:
                    return True
            finally:
                session.close()
    return False


@pytest.mark.parametrize("attack", STOPPED_BY)
def test_without_these_layers_an_attack_goes_through(attack):
    assert went_through(attack, *STOPPED_BY[attack])


@pytest.mark.parametrize(
    ("attack", "without"), ONE_LESS, ids=lambda each: each if isinstance(each, str) else " and ".join(each)
)
def test_with_any_one_of_them_it_is_stopped(attack, without):
    assert not went_through(attack, *without)
