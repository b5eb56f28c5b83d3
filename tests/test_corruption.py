"""Whatever becomes of a good notebook, it is read, judged and told of; the grader never faults."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from conftest import make_course
from hypothesis import given, settings
from hypothesis import strategies as st

import autograder
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.grading.grader import Grader
from autograder.grading.settings import Settings
from autograder.results.result import SubmissionResult
from autograder.sandbox import launch as sandbox
from autograder.sandbox.worker.limits import Limits
from tests.damaged import ASSIGNMENT, NAME, RIGHT, WHOLE
from tests.fuzz.targets import notebook

GOOD = RIGHT.read_bytes()
PROBLEM = sandbox.bubblewrap_problem()
SCHEMA = json.loads((Path(autograder.__file__).parent / "results/result.schema.json").read_text())
GRADED = 25

other_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.sampled_from(["code", "markdown"]),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=9), inside, max_size=3),
    max_leaves=5,
)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every (container, key) in a JSON value."""
    for key, inside in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        if isinstance(inside, (dict, list)):
            yield from places(inside)


@st.composite
def changed_trees(draw: st.DrawFn) -> bytes:
    """Subtrees dropped, replaced, duplicated, exchanged; cells shuffled and copied."""
    whole = json.loads(GOOD)
    for _ in range(draw(st.integers(1, 5))):
        container, key = draw(st.sampled_from(list(places(whole)) or [(whole, "cells")]))
        match draw(st.sampled_from(["drop", "replace", "duplicate", "exchange", "shuffle", "copy"])):
            case "drop":
                container.pop(key, None) if isinstance(container, dict) else container.pop(key)
            case "replace":
                container[key] = draw(other_values)
            case "duplicate" if isinstance(container, list):
                container.insert(key, copy.deepcopy(container[key]))
            case "duplicate" if key in container:
                container[draw(st.text(max_size=9))] = copy.deepcopy(container[key])
            case "exchange":
                other, place = draw(st.sampled_from(list(places(whole)) or [(whole, "cells")]))
                if isinstance(other, list) or place in other:
                    container[key] = copy.deepcopy(other[place])
            case "shuffle" if isinstance(whole.get("cells"), list):
                whole["cells"] = draw(st.permutations(whole["cells"]))
            case "copy" if isinstance(whole.get("cells"), list):
                whole["cells"] = whole["cells"] * 2
    return json.dumps(whole).encode()


@st.composite
def changed_bytes(draw: st.DrawFn) -> bytes:
    """Bytes flipped, inserted, cut, copied; another encoding."""
    data = bytearray(GOOD)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(len(data) - 1, 0)))
        match draw(st.sampled_from(["flip", "insert", "cut", "copy", "end", "encode"])):
            case "flip" if data:
                data[place] ^= 1 << draw(st.integers(0, 7))
            case "insert":
                data[place:place] = draw(
                    st.binary(max_size=9) | st.sampled_from([b"\0", b'"', b"{", b"\\ud800", b"<<<<<<< "])
                )
            case "cut":
                del data[place : place + draw(st.integers(1, 99))]
            case "copy":
                data[place:place] = data[draw(st.integers(0, len(data))) :][:99]
            case "end":
                del data[place:]
            case "encode":
                data = bytearray(
                    bytes(data)
                    .decode("utf-8", "replace")
                    .encode(draw(st.sampled_from(["utf-16", "utf-32", "utf-8-sig"])))
                )
    return bytes(data)


corrupted = changed_trees() | changed_bytes()


@given(corrupted)
def test_it_is_read_and_its_pages_can_be_written(data: bytes) -> None:
    notebook(data)


@pytest.fixture(scope="module")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    root = make_course(tmp_path_factory.mktemp("corrupted") / "course")
    grader = Grader(Settings(root, "bwrap", limits=Limits(cell_s=2.0), keep_outputs=True))
    yield grader
    grader.close()


@pytest.mark.skipif(PROBLEM is not None, reason=f"no confinement here: {PROBLEM}")
@settings(max_examples=GRADED)
@given(data=corrupted)
def test_it_is_graded_and_nothing_faults(grader: Grader, data: bytes) -> None:
    graded = grader.grade(SubmissionBytes("ada", ASSIGNMENT, NAME, data))
    jsonschema.validate(graded.result.to_json(), SCHEMA)
    assert SubmissionResult.from_json(graded.result.to_json()) == graded.result
    assert not graded.result.needs_review and 0 <= graded.result.score <= WHOLE
    assert graded.feedback_html


@pytest.mark.skipif(PROBLEM is not None, reason=f"no confinement here: {PROBLEM}")
def test_what_is_not_corrupted_gets_its_full_marks_after_all_that(grader: Grader) -> None:
    assert grader.grade(SubmissionBytes("ada", ASSIGNMENT, NAME, GOOD)).result.score == WHOLE
