"""What was handed in, as bytes: read from the disk once, whoever needs it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from autograder.catalogue.submission import MAX_BYTES, Submission, digest, read_submission
from autograder.catalogue.submission_refs import NOTHING, SubmissionRef

HELD_BYTES: Final = 256 * 2**20  # of files whose digest was asked for before they are graded


@dataclass(frozen=True, slots=True)
class SubmissionBytes:
    """One submission to grade: its file's bytes, or None where there is nothing to read, and why."""

    student: str
    assignment: str
    file_name: str
    data: bytes | None
    notes: tuple[str, ...] = ()
    missing: str = NOTHING

    @classmethod
    def of(cls, ref: SubmissionRef) -> "SubmissionBytes":
        """Read what was handed in: of a file that is too large anyway only the beginning."""
        data, missing = None, ref.missing
        if ref.path is not None:
            try:
                with ref.path.open("rb") as file:
                    data = file.read(MAX_BYTES + 1)
            except OSError as error:
                missing = f"{ref.file_name} cannot be read: {error.strerror}"
        return cls(ref.student, ref.assignment, ref.file_name, data, ref.notes, missing)

    @property
    def sha256(self) -> str:
        """The digest by which a result knows what it is of."""
        return digest(self.data)

    def submission(self) -> Submission:
        """Return what was handed in, with what a person should know of it."""
        if self.data is None:
            return Submission(self.sha256, notes=self.notes, problem=self.missing)
        submission = read_submission(self.data, self.file_name)
        return replace(submission, notes=(*self.notes, *submission.notes))


class SubmissionReader:
    """Reads submissions, each once: one whose digest was asked for is held until it is graded, while there is room."""

    def __init__(self) -> None:
        self._held: dict[SubmissionRef, SubmissionBytes] = {}
        self._left = HELD_BYTES

    def sha256(self, ref: SubmissionRef) -> str:
        """Return the digest of what was handed in."""
        found = self._held.get(ref) or SubmissionBytes.of(ref)
        size = len(found.data or b"")
        if ref not in self._held and size <= self._left:
            self._left -= size
            self._held[ref] = found
        return found.sha256

    def read(self, refs: Iterable[SubmissionRef]) -> Iterator[SubmissionBytes]:
        """Yield what was handed in, and hold it no longer."""
        for ref in refs:
            yield self.release(ref) or SubmissionBytes.of(ref)

    def release(self, ref: SubmissionRef) -> SubmissionBytes | None:
        """Return what is held of a submission, and hold it no longer."""
        found = self._held.pop(ref, None)
        self._left += len(found.data or b"") if found is not None else 0
        return found
