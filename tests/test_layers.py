"""Each layer stops an attack that goes through without it; where several stop the same, each does alone."""

import itertools
from pathlib import Path

import pytest

from autograder.sandbox import launch as sandbox
from autograder.sandbox.worker import landlock
from tests.attacks.container import run_in_container
from tests.people import missing
from tests.weakened import FORGED_BY, LAYERS, STOPPED_BY, Forger, went_through

PROBLEM = sandbox.bubblewrap_problem()
pytestmark = pytest.mark.skipif(PROBLEM is not None, reason=f"no confinement here: {PROBLEM}")


def cases() -> list[object]:
    """Each attack without all but one of the layers that stop it, each time another one."""
    return [
        pytest.param(attack, without, id=f"{attack} without {' and '.join(without) or 'nothing'}")
        for attack, layers in STOPPED_BY.items()
        for without in itertools.combinations(layers, len(layers) - 1)
    ]


def skip_without_landlock(attack: str) -> None:
    least = {"others_signalled": 6, "network_ipv4": 4}.get(attack, 0)
    if landlock.abi() < least:
        pytest.skip(f"this kernel's Landlock has ABI {landlock.abi()}, and {least} is needed")


@pytest.mark.parametrize("attack", STOPPED_BY)
def test_without_these_layers_an_attack_goes_through(attack):
    assert went_through("bwrap", attack, *STOPPED_BY[attack])


@pytest.mark.parametrize(("attack", "without"), cases())
def test_with_any_one_of_them_it_is_stopped(attack, without):
    skip_without_landlock(attack)
    assert not went_through("bwrap", attack, *without)


@pytest.fixture(scope="module")
def forger():
    """With every layer."""
    with Forger() as forger:
        yield forger


@pytest.mark.parametrize("attack", FORGED_BY)
def test_without_this_layer_a_wrong_answer_counts_and_nobody_is_told(attack, forger):
    assert not forger.gained(attack)
    with Forger(FORGED_BY[attack]) as without:
        assert without.gained(attack)


def test_every_layer_has_its_attack():
    stopping = {layer for layers in STOPPED_BY.values() for layer in layers}
    assert stopping | set(FORGED_BY.values()) == LAYERS.keys()


@pytest.mark.skipif(missing() is not None, reason=f"no container here: {missing()}")
@pytest.mark.skipif(landlock.abi() < landlock.LEAST_ABI, reason="this kernel has no Landlock")
def test_landlock_hides_the_machine_from_a_user_without_rights(tmp_path: Path):
    assert run_in_container(tmp_path, "tests.weakened", "user", "looked_around").split() == ["False"]
    assert run_in_container(tmp_path, "tests.weakened", "user", "looked_around", "Landlock").split() == ["True"]
