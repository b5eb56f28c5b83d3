"""nbgrader's exchange, taken with care: what students have handed in themselves is collected, and nothing else.

On a machine that several people share, anybody may make a folder in the exchange's `inbound`. nbgrader
0.9.6 believes such a folder's name, and follows the links in it with the instructor's rights: a link to
somebody's submission or to the solutions would be collected, graded and come back as feedback.
"""

import glob
import os
import pwd
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect, ExchangeReleaseFeedback


class OwnCollect(ExchangeCollect):  # type: ignore[misc]  # nbgrader has no annotations
    """As ExchangeCollect; a folder is its owner's, and only plain files of that owner are taken from it.

    `ExchangeCollect.check_owner = False`, for an exchange whose folders do not belong to the students'
    own users, has the folder's name believed again.
    """

    def _path_to_record(self, path: str) -> dict[str, Any]:
        record: dict[str, Any] = super()._path_to_record(path)
        if self.check_owner:
            owner = _owner(path)
            if owner != record["username"]:
                self.log.warning(
                    "%s belongs to %s, not to %s; it is collected as theirs", path, owner, record["username"]
                )
                record["username"] = owner
        return record

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy a submission by way of a private folder, in which nobody can change it meanwhile.

        What lies at `dest` is whole, whenever this is stopped.
        """
        beside = Path(dest).with_name(f".{Path(dest).name}.part")
        shutil.rmtree(beside, ignore_errors=True)
        with tempfile.TemporaryDirectory() as folder:
            own = Path(folder, "own")
            try:
                for name in copy_own(Path(src), own, most_bytes=1000 * self.coursedir.max_dir_size + 1):
                    self.log.warning("%r in %s is no plain file of its owner's: it was left out", name, src)
                super().do_copy(str(own), str(beside), log)
                beside.rename(dest)
            except (OSError, RuntimeError) as error:  # closed, or too large: the others' are still to be collected
                self.log.error("%s was not collected: %s", src, error)


class KnownFeedback(ExchangeReleaseFeedback):  # type: ignore[misc]
    """As ExchangeReleaseFeedback; a page that nobody could fetch does not keep the others' from them.

    A student finds their page by what `nbgrader submit` has put beside the submission. Where that is
    missing, as after `nbgrader zip_collect`, stock nbgrader stops.
    """

    def copy_files(self) -> None:
        """Release the pages of those whose submission came by the exchange."""
        excluded = [self.coursedir.student_id_exclude] if self.coursedir.student_id_exclude else []
        for folder in map(Path, sorted(glob.glob(self.src_path))):
            if not all((folder / name).is_file() for name in ("timestamp.txt", "submission_secret.txt")):
                student = folder.parent.name
                self.log.warning("%s cannot fetch feedback from the exchange: see %s", student, folder)
                excluded.append(student)
        self.coursedir.student_id_exclude = ",".join(excluded)
        super().copy_files()


def copy_own(source: Path, target: Path, most_bytes: int) -> list[str]:
    """Copy the plain files in a folder that belong to the folder's owner.

    Args:
        source: a folder that its owner may be changing at this moment.
        target: made here.
        most_bytes: where to stop, for a folder that is too large anyway.

    Returns:
        Paths in `source` that were left out: links, pipes, files of others.
    """
    owner = source.lstat().st_uid
    target.mkdir()
    left_out = []
    for folder, subfolders, files, descriptor in os.fwalk(source):  # which does not follow links
        inside = Path(folder).relative_to(source)
        (target / inside).mkdir(exist_ok=True)
        left_out += [str(inside / name) for name in subfolders if Path(folder, name).is_symlink()]
        for name in files:
            data = _read_own(name, descriptor, owner, most_bytes)
            if data is None:
                left_out.append(str(inside / name))
            else:
                (target / inside / name).write_bytes(data)
                most_bytes -= len(data)
    return left_out


def _read_own(name: str, folder: int, owner: int, most_bytes: int) -> bytes | None:
    """Return what a plain file of that owner holds: looked at once it is open, for a link may take its place."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        return None
    with open(descriptor, "rb") as file:
        state = os.fstat(descriptor)
        return file.read(most_bytes) if stat.S_ISREG(state.st_mode) and state.st_uid == owner else None


def _owner(path: str) -> str:
    number = os.lstat(path).st_uid
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
