"""No attack gains a mark, reads a secret, changes a file, or costs an honest submission anything."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.sandbox import launch as sandbox
from tests.attacks import Attack, corpus
from tests.attacks.container import NAMESPACES_STOP, grade_in_container
from tests.attacks.grading import HONEST, ROOT, Run, grade_corpus
from tests.attacks.standard import FOUND, failures, harm_outside, harm_to, page_of, successes
from tests.people import missing

PROBLEM = sandbox.bubblewrap_problem()
ATTACKS = corpus()

pytestmark = pytest.mark.skipif(PROBLEM is not None, reason=f"no confinement here: {PROBLEM}")
each_attack = pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.student)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return grade_corpus(tmp_path_factory.mktemp("attacked"), ATTACKS)


def test_what_is_watched_for_is_seen_where_nothing_is_confined(tmp_path: Path) -> None:
    reading = ("files_read", "proc_read", "network_ipv4", "unix_sockets")  # those that do no harm
    run = grade_corpus(tmp_path, [attack for attack in ATTACKS if attack.name in reading], "none")
    pages = {name: page_of(run, name) for name in run.results}
    assert {name for name, page in pages.items() if run.canary in page} == {"machine-files_read", "machine-proc_read"}
    assert {name for name, page in pages.items() if FOUND.search(page)} == {
        "machine-network_ipv4",
        "machine-unix_sockets",
    }
    assert {"tcp", "udp", "unix", "abstract"} <= set(run.reached)


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_submission_gets_what_it_gets_alone(run: Run, name: str) -> None:
    assert harm_to(run, name) == []


def test_somebody_has_points_to_gain(run: Run) -> None:
    assert 0 < run.results["mm-wrong"]["score"] < 100.0


@each_attack
def test_an_attack_gains_nothing_and_finds_nothing(run: Run, attack: Attack) -> None:
    assert successes(run, attack) == []


def test_a_gain_is_seen_unless_a_person_is_told_of_the_code(run: Run) -> None:
    told = {attack.student for attack in ATTACKS if run.results[attack.student].get("internals")}
    poorer = replace(run, twin=dict.fromkeys(run.twin, -1.0))
    assert {attack.student for attack in ATTACKS if not successes(poorer, attack)} == told
    assert {attack.student for attack in ATTACKS if attack.stopped_by == "told at once, to a person."} <= told


def test_the_class_is_graded_to_its_end_and_nothing_outside_is_harmed(run: Run) -> None:
    assert harm_outside(run, ATTACKS) == []


@pytest.mark.skipif(missing() is not None, reason=f"no container here: {missing()}")
def test_a_user_of_its_own_stops_those_that_namespaces_stop_elsewhere(tmp_path: Path) -> None:
    attacks = [attack for attack in ATTACKS if attack.name in NAMESPACES_STOP]
    assert len(attacks) == len(NAMESPACES_STOP)
    assert failures(grade_in_container(tmp_path, attacks), attacks) == []


def test_a_control_character_or_a_formula_reaches_no_terminal_or_table(run: Run) -> None:
    table = (run.folder / "results.csv").read_text("utf-8")
    for text in (run.stdout, run.stderr, table):
        assert not [character for character in text if ord(character) < 32 and character not in "\n\r\t"]
        assert "\u202e" not in text
    cells = [cell.strip('"') for line in table.splitlines() for cell in line.split(",")]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_pages_hold_no_script_and_load_nothing(run: Run) -> None:
    html5lib = pytest.importorskip("html5lib", reason="html5lib reads the pages")
    pages = [*run.folder.rglob("*.html")]
    assert len(pages) > len(ATTACKS)
    for page in pages:
        tree = html5lib.parse(page.read_text("utf-8"), namespaceHTMLElements=False)
        for element in tree.iter():
            tag = element.tag if isinstance(element.tag, str) else ""
            assert tag not in ("iframe", "object", "embed", "base", "link"), page
            for name, value in element.attrib.items():
                assert not str(name).lower().startswith("on"), (page, name)
                assert "javascript:" not in value and "canary.example" not in value, (page, name, value)
            if tag == "script":
                assert page.name == "report.html" and "alert" not in (element.text or ""), page


def test_the_table_of_attacks_tells_of_every_one() -> None:
    table, _, _ = (ROOT / "docs/attacks.md").read_text("utf-8").partition("\n## Under")
    assert re.findall(r"^\| `(.+?)` \|", table, re.MULTILINE) == [attack.name for attack in ATTACKS]


def test_every_family_of_attack_is_there() -> None:
    assert len(ATTACKS) >= 200
    assert len({attack.student for attack in ATTACKS}) == len(ATTACKS)
    assert all(
        attack.tries.endswith(".") and attack.stopped_by.endswith(".") and "Stopped by" not in attack.stopped_by
        for attack in ATTACKS
    )
