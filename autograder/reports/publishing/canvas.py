"""One assignment of a Canvas course by its API: who has which score and pages there, and how more are sent.

https://canvas.instructure.com/doc/api/submissions.html, file_uploads.html, pagination.html and throttling.html. Where
an answer does not come, what was asked for may have happened all the same: nothing but a refusal for asking too often
is asked for again.
"""

import contextlib
import io
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import canvasapi
import requests
from canvasapi.exceptions import (
    CanvasException,
    Forbidden,
    InvalidAccessToken,
    RateLimitExceeded,
    ResourceDoesNotExist,
    Unauthorized,
)  # fmt: skip
from requests.adapters import HTTPAdapter

from autograder.downloads.roster import Enrolled
from autograder.errors import UsageError
from autograder.text import sanitize

TIMEOUT_S: Final = 30.0
TOO_OFTEN: Final = "rate limit exceeded"  # in the body of a 403
WAITS_S: Final = (1.0, 2.0, 4.0, 8.0, 16.0)  # until the bucket of requests has drained a little
LOCAL: Final = ("localhost", "127.0.0.1", "::1")
SAID_CHARACTERS: Final = 300
_UNGRADED: Final[Mapping[str, str]] = {"pass_fail": "complete or incomplete", "not_graded": "not graded"}
_Answer = TypeVar("_Answer")


class ServerError(Exception):
    """Canvas refused or did not answer; the text says so in a sentence without a full stop.

    `perhaps` is whether what was asked for may have happened.
    """

    def __init__(self, why: str, *, perhaps: bool = False) -> None:
        super().__init__(why)
        self.perhaps = perhaps


class RefusedError(ServerError):
    """Canvas refused this one submission; another may be taken."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A student's submission as it is in Canvas.

    `score` is what was entered, before Canvas takes off for lateness by a policy of its own; `pages` are the names of
    the files in its comments.
    """

    user: int
    enrolled: Enrolled
    score: float | None = None
    is_excused: bool = False
    pages: frozenset[str] = frozenset()


class CanvasAssignment:
    """An assignment, and the scores and comments of its submissions."""

    def __init__(
        self, url: str, token: str, course: int, assignment: int, sleep: Callable[[float], None] = time.sleep
    ) -> None:  # fmt: skip
        """Read what it is.

        Args:
            url: the address that a browser shows, without a path.
            token: an access token of somebody who may grade.
            course: its number, as in the address of its page.
            assignment: its number.
            sleep: waits so many seconds.

        Raises:
            UsageError: the address would give the token away, or scores cannot be entered there.
            ServerError: Canvas refused, or did not answer.
        """
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
            raise UsageError(f"--canvas {url}: a token is sent to https://… alone")
        self._sleep = sleep
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # it tells of http, too
            canvas = canvasapi.Canvas(f"{parts.scheme}://{parts.netloc}", token)
        self._session = canvas._Canvas__requester._session  # there is no other way to a time limit
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, _TimedAdapter())
        self._course = self._ask(lambda: canvas.get_course(course), f"the course {course}")
        self._assignment = self._ask(lambda: self._course.get_assignment(assignment), f"the assignment {assignment}")
        kind = getattr(self._assignment, "grading_type", "points")
        if kind in _UNGRADED:
            raise UsageError(f"{self.title} is {_UNGRADED[kind]} in Canvas: it takes no scores")
        self._submissions: dict[int, Any] = {}

    def close(self) -> None:
        """End the connection."""
        self._session.close()

    @property
    def title(self) -> str:
        """What it is called."""
        return sanitize(str(getattr(self._assignment, "name", "")))

    @property
    def possible(self) -> float | None:
        """The points that it has."""
        points = getattr(self._assignment, "points_possible", None)
        return float(points) if points else None

    def entries(self) -> list[Entry]:
        """Return what is there of each student of the course.

        Raises:
            ServerError: Canvas refused, or did not answer.
        """
        users = self._ask(
            lambda: list(self._course.get_users(enrollment_type=["student"], include=["email"])), "the students"
        )
        self._submissions = {
            each.user_id: each
            for each in self._ask(
                lambda: list(self._assignment.get_submissions(include=["submission_comments"])), "the submissions"
            )
        }
        return [_entry(user, self._submissions[user.id]) for user in users if user.id in self._submissions]

    def send(self, entry: Entry, score: str | None, page: tuple[str, Path] | None, comment: str) -> None:
        """Enter a score, and attach a page to a comment, both at once.

        Args:
            entry: of what `entries` returned.
            score: in points, None to leave what is there.
            page: the name that the file gets, and the file; None for none.
            comment: what is said beside the file.

        Raises:
            RefusedError: Canvas takes it of this student not.
            ServerError: Canvas refused, or did not answer.
        """
        submission = self._submissions[entry.user]
        told: dict[str, Any] = {} if score is None else {"submission": {"posted_grade": score}}
        if page is not None:
            told["comment"] = {"text_comment": comment, "file_ids": [self._uploaded(submission, *page)]}
        self._ask(lambda: submission.edit(**told), "a score", writes=True)

    def _uploaded(self, submission: Any, name: str, path: Path) -> int:
        """Return the number of a file that is there now, and attached to nothing."""
        token = self._ask(
            lambda: submission._requester.request(
                "POST",
                f"courses/{submission.course_id}/assignments/{submission.assignment_id}/submissions/"
                f"{submission.user_id}/comments/files",
                name=name, size=path.stat().st_size, content_type="text/html",
            ).json(),
            "a feedback page",
        )  # fmt: skip
        with _read():
            url, parameters = token["upload_url"], list(token["upload_params"].items())
        content = path.read_bytes()
        file = self._ask(
            lambda: submission._requester.request(
                "POST", use_auth=False, _url=url,
                _kwargs=[*parameters, ("file", {"file": (name, io.BytesIO(content), "text/html")})],
            ).json(),
            "a feedback page",
        )  # fmt: skip
        with _read():
            return int(file["id"])

    def _ask(self, call: Callable[[], _Answer], what: str, *, writes: bool = False) -> _Answer:
        for wait in (*WAITS_S, None):
            try:
                return call()
            except CanvasException as error:
                if wait is None or not _is_too_often(error):
                    raise _translated(error, what, writes) from None
            except (requests.RequestException, ValueError) as error:
                kind = "no answer" if isinstance(error, requests.Timeout) else "no answer that can be read"
                raise ServerError(f"{what}: {kind} of Canvas ({type(error).__name__})", perhaps=writes) from None
            self._sleep(wait)
        raise AssertionError  # the last wait is None


class _TimedAdapter(HTTPAdapter):
    """Gives up where nothing comes."""

    def send(self, request: Any, *arguments: Any, **options: Any) -> Any:
        return super().send(request, *arguments, **{**options, "timeout": TIMEOUT_S})


def _is_too_often(error: CanvasException) -> bool:
    return isinstance(error, RateLimitExceeded) or (
        isinstance(error, Forbidden) and TOO_OFTEN in str(error).casefold()
    )  # fmt: skip


def _translated(error: CanvasException, what: str, writes: bool) -> ServerError:
    """Return what Canvas said as one of ours; its text is untrusted."""
    said = sanitize(str(error))[:SAID_CHARACTERS]
    if _is_too_often(error):
        return ServerError(f"{what}: Canvas takes no more requests for now (rate limit)")
    if isinstance(error, InvalidAccessToken):
        return ServerError(f"{what}: Canvas does not take the token: it is wrong, or has expired (401)")
    if isinstance(error, Unauthorized | Forbidden):
        return ServerError(f"{what}: the token's owner may not do that ({said})")
    if isinstance(error, ResourceDoesNotExist):
        kind = RefusedError if writes else ServerError
        return kind(f"{what}: not found in Canvas, or the token's owner may not see it (404)")
    if "status code" in said:
        return ServerError(f"{what}: {said}", perhaps=writes)
    return (RefusedError if writes else ServerError)(f"{what}: Canvas refuses: {said}")


@contextlib.contextmanager
def _read() -> Iterator[None]:
    try:
        yield
    except (KeyError, TypeError, AttributeError):
        raise ServerError("a feedback page: no answer that can be read of Canvas") from None


def _entry(user: Any, submission: Any) -> Entry:
    last, _, first = str(getattr(user, "sortable_name", "")).partition(", ")
    score = getattr(submission, "entered_score", getattr(submission, "score", None))
    pages = (
        str(file.get("display_name") or file.get("filename") or "")
        for comment in getattr(submission, "submission_comments", None) or ()
        for file in comment.get("attachments") or ()
    )
    return Entry(
        user.id,
        Enrolled(
            login=str(getattr(user, "login_id", None) or ""), number=str(user.id),
            student_number=str(getattr(user, "sis_user_id", None) or ""), first_name=first, last_name=last,
            email=str(getattr(user, "email", None) or ""),
        ),
        None if score is None else float(score), bool(getattr(submission, "excused", False)), frozenset(pages),
    )  # fmt: skip
