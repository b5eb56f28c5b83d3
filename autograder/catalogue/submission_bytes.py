"""What was handed in, as bytes: read from the disk once, whoever needs it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from autograder.catalogue.files_beside import File, FilesBeside, digest_with, read_beside
from autograder.catalogue.submission import MAX_FILE_BYTES, Submission, TooLarge, digest, read_submission, shorten
from autograder.catalogue.submission_refs import NOTHING, SubmissionRef

HELD_BYTES: Final = 256 * 2**20  # of files whose digest was asked for before they are graded


@dataclass(frozen=True, slots=True)
class SubmissionBytes:
    """One submission to grade: its file's bytes, or None where there is nothing to read, and why.

    Of a large notebook the bytes are without its outputs, and `file_sha256` is the digest of the file as it
    lies there; `files` are those beside it.
    """

    student: str
    assignment: str
    file_name: str
    data: bytes | None
    notes: tuple[str, ...] = ()
    missing: str = NOTHING
    files: tuple[File, ...] = ()
    file_sha256: str = ""

    @classmethod
    def of(cls, ref: SubmissionRef) -> "SubmissionBytes":
        """Read what was handed in, of a file that is too large anyway only the beginning, and what lies beside it."""
        data, missing, sha256 = None, ref.missing, ""
        if ref.path is not None:
            try:
                with ref.path.open("rb") as file:
                    data = file.read(MAX_FILE_BYTES + 1)
                sha256 = digest(data)
                data = shorten(data, ref.file_name)
            except OSError as error:
                missing = f"{ref.file_name} cannot be read: {error.strerror}"
            except TooLarge as error:
                data, missing = None, f"{ref.file_name} {error}"
        beside = FilesBeside()
        if ref.path is not None and ref.own_folder and data is not None:
            beside = read_beside(ref.path)
        return cls(
            ref.student, ref.assignment, ref.file_name, data, (*ref.notes, *beside.notes), missing,
            tuple(beside.files), sha256,
        )  # fmt: skip

    @property
    def sha256(self) -> str:
        """The digest by which a result knows what it is of; the notebook's own where nothing lies beside it."""
        return digest_with(self.file_sha256 or digest(self.data), self.files)

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return len(self.data or b"") + sum(len(content) for _, content in self.files)

    def submission(self) -> Submission:
        """Return what was handed in, with what a person should know of it."""
        if self.data is None:
            return Submission(self.sha256, notes=self.notes, problem=self.missing)
        submission = read_submission(self.data, self.file_name)
        return replace(
            submission, sha256=self.sha256, notes=(*self.notes, *submission.notes), files=self.files
        )  # fmt: skip


class SubmissionReader:
    """Reads submissions, each once: one whose digest was asked for is held until it is graded, while there is room."""

    def __init__(self) -> None:
        self._held: dict[SubmissionRef, SubmissionBytes] = {}
        self._left = HELD_BYTES

    def sha256(self, ref: SubmissionRef) -> str:
        """Return the digest of what was handed in."""
        found = self._held.get(ref) or SubmissionBytes.of(ref)
        if ref not in self._held and found.size <= self._left:
            self._left -= found.size
            self._held[ref] = found
        return found.sha256

    def read(self, refs: Iterable[SubmissionRef]) -> Iterator[SubmissionBytes]:
        """Yield what was handed in, and hold it no longer."""
        for ref in refs:
            yield self.release(ref) or SubmissionBytes.of(ref)

    def release(self, ref: SubmissionRef) -> SubmissionBytes | None:
        """Return what is held of a submission, and hold it no longer."""
        found = self._held.pop(ref, None)
        self._left += found.size if found is not None else 0
        return found
