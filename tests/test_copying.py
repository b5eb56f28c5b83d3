"""What nbgrader copies of a submission: its own files, no links, nothing huge."""

import logging
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbgrader.converters.base import BaseConverter

from autograder.gradebook.copying import MAX_FILE_BYTES, MAX_FILES
from autograder.gradebook.exporter import take_by_folder


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "submitted/ada/doubling"
    (folder / "data").mkdir(parents=True)
    (folder / "doubling.ipynb").write_text("{}")
    (folder / "report.pdf").write_bytes(b"mine")
    (folder / "data/numbers.csv").write_bytes(b"1,2")
    return folder


def copied(folder: Path) -> dict[str, bytes]:
    """Return what nbgrader copies of a folder, into one beside `submitted`."""
    out = folder.parents[2] / "autograded"
    converter = SimpleNamespace(
        _format_source=lambda *_: str(folder), _format_dest=lambda *_: str(out), log=logging.getLogger("test"),
        coursedir=SimpleNamespace(ignore=[]),
    )  # fmt: skip
    BaseConverter.init_assignment(converter, "doubling", "ada")
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_links_pipes_and_huge_files_are_left_where_they_are(folder: Path) -> None:
    secret = folder.parents[2] / "hidden_checks.py"
    secret.write_text("secret")
    (folder / "hidden_checks.py").symlink_to(secret)
    (folder / "passwd").symlink_to("/etc/passwd")
    (folder / "above").symlink_to("../../..")
    os.mkfifo(folder / "pipe")
    (folder / "sparse").touch()
    os.truncate(folder / "sparse", MAX_FILE_BYTES + 1)
    take_by_folder("doubling", "ada", [str(folder / "doubling.ipynb")])
    assert copied(folder) == {"report.pdf": b"mine", "data/numbers.csv": b"1,2"}


def test_a_submission_of_very_many_files_is_copied_in_part(folder: Path) -> None:
    for number in range(MAX_FILES + 5):
        (folder / f"{number}.txt").touch()
    take_by_folder("doubling", "ada", [str(folder / "doubling.ipynb")])
    assert len(copied(folder)) == MAX_FILES


def test_what_an_instructor_releases_may_have_links(folder: Path) -> None:
    take_by_folder("doubling", "ada", [str(folder / "doubling.ipynb")])
    source = folder.parents[1] / "source"
    source.mkdir()
    (source / "data.csv").symlink_to(folder / "data/numbers.csv")
    other = source.parent / "bob/doubling"
    other.parent.mkdir()
    source.rename(other)
    assert copied(other) == {"data.csv": b"1,2"}
