"""A Canvas that answers over HTTP as the real one does, as far as scores and comments of one assignment go.

Paths, fields and answers are those of Canvas's published documentation: Submissions, Users, Assignments, Submission
Comments, File Uploads, Pagination, Throttling (https://canvas.instructure.com/doc/api/).
"""

import contextlib
import email.parser
import email.policy
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

COURSE, ASSIGNMENT = 7, 42
TOKEN = "7~correcthorsebatterystaple"
DROPPED, HELD = 0, -1  # no status: the connection is closed, or nothing comes
PAGE = 2  # a server gives no more at a time than it likes
SUBMISSION = rf"/api/v1/courses/{COURSE}/assignments/{ASSIGNMENT}/submissions"


@dataclass
class Fault:
    """What goes wrong at a request: the `after`-th of its method and path from now on, so many times."""

    method: str
    path: str
    status: int
    after: int = 1
    times: int = 1
    body: str = "{}"
    applied: bool = False  # whether what was asked for has happened all the same


@dataclass
class Canvas:
    """What the server holds, and what it was asked for."""

    users: list[dict[str, Any]]
    possible: float = 10.0
    grading_type: str = "points"
    submissions: dict[int, dict[str, Any]] = field(default_factory=dict)
    files: dict[int, dict[str, Any]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    url: str = ""
    ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        for user in self.users:
            self.submissions[user["id"]] = {
                "user_id": user["id"], "assignment_id": ASSIGNMENT, "score": None, "entered_score": None,
                "excused": False, "submission_comments": [],
            }  # fmt: skip

    def scores(self) -> dict[int, float | None]:
        return {user: each["entered_score"] for user, each in self.submissions.items()}

    def pages(self) -> dict[int, list[str]]:
        return {
            user: [file["display_name"] for comment in each["submission_comments"] for file in comment["attachments"]]
            for user, each in self.submissions.items()
        }

    def writes(self) -> list[tuple[str, str]]:
        return [(method, path) for method, path in self.asked if method != "GET"]


@contextlib.contextmanager
def serving(canvas: Canvas) -> Iterator[Canvas]:
    """Serve it on a port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"canvas": canvas}))
    server.daemon_threads = True
    canvas.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield canvas
    finally:
        canvas.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    canvas: Canvas

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_PUT(self) -> None:
        self._answer("PUT")

    def _answer(self, method: str) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.canvas.asked.append((method, url.path))
        fault = next((each for each in self.canvas.faults if each.method == method and each.path in url.path), None)
        if fault is not None:
            fault.after -= 1
            if fault.after > 0:
                fault = None
            else:
                fault.times -= 1
                if not fault.times:
                    self.canvas.faults.remove(fault)
        if fault is not None:
            if fault.applied:
                with contextlib.suppress(_Answered):
                    self._route(method, url.path, parse_qsl(url.query), body, quiet=True)
            if fault.status == HELD:
                self.canvas.ended.wait()
            if fault.status in (HELD, DROPPED):
                self.close_connection = True
                return
            self._say(fault.status, fault.body)
            return
        with contextlib.suppress(_Answered):
            self._route(method, url.path, parse_qsl(url.query), body)

    def _route(self, method: str, path: str, query: list[tuple[str, str]], body: bytes, quiet: bool = False) -> None:
        self._quiet = quiet
        if method == "POST" and path.startswith("/uploads/"):
            self._take_file(int(path.rpartition("/")[2]), body)
        if method == "GET" and (found := re.fullmatch(r"/api/v1/files/(\d+)/create_success", path)):
            file = self.canvas.files[int(found[1])]
            assert dict(query)["uuid"] == file["uuid"]
            self._json({"id": file["id"], "url": f"{self.canvas.url}/files", "display_name": file["display_name"]})
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._json(
                {"errors": [{"message": "Invalid access token."}]},
                401,
                {"WWW-Authenticate": 'Bearer realm="canvas-lms"'},
            )
        if method == "GET":
            self._read(path, query)
        form = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True)
        if found := re.fullmatch(rf"{SUBMISSION}/(\d+)(/comments/files)?", path):
            if int(found[1]) not in self.canvas.submissions:
                self._missing()
            if method == "PUT" and not found[2]:
                self._grade(int(found[1]), form)
            if method == "POST" and found[2]:
                self._promise(int(found[1]), dict(form))
        self._missing()

    def _read(self, path: str, query: list[tuple[str, str]]) -> None:
        canvas = self.canvas
        if path == f"/api/v1/courses/{COURSE}":
            self._json({"id": COURSE, "name": "Deep Learning"})
        if path == f"/api/v1/courses/{COURSE}/assignments/{ASSIGNMENT}":
            self._json({
                "id": ASSIGNMENT, "course_id": COURSE, "name": "Doubling", "points_possible": canvas.possible,
                "grading_type": canvas.grading_type,
            })  # fmt: skip
        if path == f"/api/v1/courses/{COURSE}/search_users":  # another name of …/users
            assert ("enrollment_type[]", "student") in query or ("page" in dict(query))
            self._page(path, query, canvas.users)
        if path == SUBMISSION:
            assert ("include[]", "submission_comments") in query or ("page" in dict(query))
            self._page(path, query, list(canvas.submissions.values()))
        self._missing()

    def _page(self, path: str, query: list[tuple[str, str]], all_of_them: list[dict[str, Any]]) -> None:
        start = int(dict(query).get("page", "bookmark:0").partition(":")[2])
        rest = f'<{self.canvas.url}{path}?page=first&per_page={PAGE}>; rel="first"'
        if start + PAGE < len(all_of_them):
            rest += f',<{self.canvas.url}{path}?page=bookmark:{start + PAGE}&per_page={PAGE}>; rel="next"'
        self._json(all_of_them[start : start + PAGE], 200, {"Link": rest})

    def _grade(self, user: int, form: list[tuple[str, str]]) -> None:
        known = {"submission[posted_grade]", "comment[text_comment]", "comment[file_ids][]"}
        assert {name for name, _ in form} <= known, form
        submission = self.canvas.submissions[user]
        told = dict(form)
        if "submission[posted_grade]" in told:
            if not re.fullmatch(r"\d+(\.\d+)?", told["submission[posted_grade]"]):
                self._json({"error": "posted_grade is invalid"}, 400)
            submission["entered_score"] = submission["score"] = float(told["submission[posted_grade]"])
        numbers = [int(value) for name, value in form if name == "comment[file_ids][]"]
        if any(self.canvas.files[number]["user"] != user or number not in self._uploaded() for number in numbers):
            self._json({"status": "unauthorized", "errors": [{"message": "user not authorized"}]}, 401)
        if numbers or "comment[text_comment]" in told:
            files = [{"id": n, "display_name": self.canvas.files[n]["display_name"]} for n in numbers]
            submission["submission_comments"].append(
                {"comment": told.get("comment[text_comment]", ""), "attachments": files}
            )
        self._json(submission)

    def _uploaded(self) -> set[int]:
        return {number for number, file in self.canvas.files.items() if "content" in file}

    def _promise(self, user: int, told: dict[str, str]) -> None:
        number = 900 + len(self.canvas.files)
        self.canvas.files[number] = {
            "id": number, "user": user, "display_name": told["name"], "size": int(told["size"]), "uuid": f"u{number}",
        }  # fmt: skip
        self._json({
            "upload_url": f"{self.canvas.url}/uploads/{number}", "file_param": "file",
            "upload_params": {"key": f"k{number}", "Signature": "s"},
        })  # fmt: skip

    def _take_file(self, number: int, body: bytes) -> None:
        assert "Authorization" not in self.headers  # the storage is another's, and no business of the token's
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
        parts = [(part.get_param("name", header="content-disposition"), part) for part in message.iter_parts()]
        assert [name for name, _ in parts] == ["key", "Signature", "file"]  # in this order, the file last
        file = self.canvas.files[number]
        content = parts[-1][1].get_payload(decode=True)
        assert len(content) == file["size"] and parts[-1][1].get_filename() == file["display_name"]
        file["content"] = content
        self._json({}, 301, {"Location": f"{self.canvas.url}/api/v1/files/{number}/create_success?uuid={file['uuid']}"})

    def _missing(self) -> None:
        self._json({"errors": [{"message": "The specified resource does not exist."}]}, 404)

    def _json(self, content: object, status: int = 200, headers: dict[str, str] | None = None) -> None:
        if not self._quiet:
            self._say(status, json.dumps(content), headers or {})
        raise _Answered

    def _say(self, status: int, text: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())


class _Answered(Exception):
    """A request has its answer."""
