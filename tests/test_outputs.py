"""Outputs are taken out of a notebook before it is parsed: large ones are no reason for a zero."""

import json
import tracemalloc

import pytest
from conftest import RIGHT, code_cell, notebook, notebook_of
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.catalogue import outputs
from autograder.catalogue import submission as submission_module
from autograder.catalogue.outputs import without_outputs
from autograder.catalogue.submission import MAX_BYTES, MAX_FILE_BYTES, read_submission
from autograder.catalogue.submission_bytes import SubmissionBytes
from autograder.catalogue.submission_refs import SubmissionRef

JSON = st.recursive(
    st.none() | st.integers() | st.text(st.sampled_from('"\\[]{}é\n,: outputs')),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3) | st.just("outputs"), inner),
    max_leaves=20,
)


def cleared(value):
    if isinstance(value, dict):
        return {
            key: [] if key == "outputs" and isinstance(inner, list) else cleared(inner) for key, inner in value.items()
        }
    return [cleared(inner) for inner in value] if isinstance(value, list) else value


def with_output(characters: int) -> bytes:
    shown = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * characters}}
    return notebook(code_cell(RIGHT) | {"outputs": [shown]}, code_cell("b = 2", 2)).encode()


@settings(max_examples=100, deadline=None)
@given(JSON, st.sampled_from([None, 0, 2]))
def test_what_remains_is_the_notebook_with_its_outputs_cleared(value, indent):
    rest = without_outputs(json.dumps(value, indent=indent).encode())
    assert rest is not None and json.loads(rest) == cleared(value)


@pytest.mark.parametrize("characters", [1, 2**22, 2**23, 55_000_000])
def test_outputs_of_any_size_leave_the_same_notebook(characters):
    submission = read_submission(with_output(characters), "doubling.ipynb")
    assert submission.problem is None and submission.cells == ((1, RIGHT), (2, "b = 2"))


def test_no_more_than_the_rest_is_kept_in_memory_and_the_digest_is_the_files(tmp_path):
    path = tmp_path / "doubling.ipynb"
    path.write_bytes(with_output(55_000_000))
    found = SubmissionBytes.of(SubmissionRef("ada", "doubling", path))
    assert found.size < 10_000
    assert found.sha256 == found.submission().sha256 == read_submission(path.read_bytes(), path.name).sha256


@pytest.fixture
def scaled_down(monkeypatch):
    """The limits by a thousandth, and files as small as that gone through."""
    monkeypatch.setattr(submission_module, "_SMALL_BYTES", submission_module._SMALL_BYTES // 2**10)
    for name in ("MAX_TOKENS", "MAX_VALUES", "MAX_NUMBERS"):
        monkeypatch.setattr(outputs, name, getattr(outputs, name) // 2**10)


HOSTILE = {
    "empty lists": lambda size: b"[" + b"[]," * (size // 3) + b"[]]",
    "nested": lambda size: b"[" * size,
    "empty lists in an output": lambda size: b'{"outputs": [' + b"[]," * (size // 3) + b"[]]}",
    "numbers": lambda size: b"[" + b"1.5," * (size // 4) + b"1]",
    "short strings": lambda size: b"[" + b'"a",' * (size // 4) + b'"a"]',
    "an open string": lambda size: b'"' + b'\\"' * (size // 2),
    "keys without a value": lambda size: b'"outputs"   ' * (size // 12),
    "blanks": lambda size: b'{"cells": 1' + b" " * size,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_twice_the_file_takes_at_most_twice_the_memory(kind, scaled_down):
    def peak(size):
        data = HOSTILE[kind](size)
        tracemalloc.start()
        try:
            read_submission(data, "x.ipynb")
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    small, large = peak(2**17), peak(2**18)
    assert large < 2.2 * small + 2**15


@pytest.mark.parametrize("kind", ["empty lists", "nested", "short strings", "numbers"])
def test_what_would_become_gigabytes_of_objects_is_not_parsed(kind, scaled_down, monkeypatch):
    monkeypatch.setattr(json, "loads", pytest.fail)
    submission = read_submission(HOSTILE[kind](2**18), "x.ipynb")
    assert submission.cells == () and "too many values" in submission.problem


def test_a_string_that_never_ends_is_read_once():
    data = b'"' + b'\\"' * 2**20
    assert without_outputs(data) == data
    assert len(outputs._TOKEN.findall(data)) == 1


def test_too_many_strings_in_outputs_are_not_gone_through(scaled_down):
    assert without_outputs(b'{"outputs": [' + b'"",' * (outputs.MAX_TOKENS + 1)) is None


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b" " * (MAX_FILE_BYTES + 1), "has more than 200 MB; clear its outputs"),
        (notebook_of("a = '" + "A" * MAX_BYTES + "'"), "has more than 50 MB without its outputs"),
    ],
    ids=["whole", "rest"],
)
def test_what_is_large_without_its_outputs_is_refused_with_what_to_do(data, told):
    assert told in read_submission(data, "x.ipynb").problem


def test_of_a_file_that_is_refused_nothing_is_kept(tmp_path, scaled_down):
    path = tmp_path / "x.ipynb"
    path.write_bytes(HOSTILE["empty lists"](2**18))
    found = SubmissionBytes.of(SubmissionRef("ada", "doubling", path))
    assert found.size == 0 and "too many values" in found.submission().problem
