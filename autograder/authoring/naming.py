"""Turns what several students did, and nobody had a name for, into a known mistake: `autograder name`.

Its words and its fingerprint, taken from the results, go into the assignment's records; whoever does the same is told
at the next `grade` or `regrade`. Code is kept only where that is asked for, without comments and without a name.
"""

import ast
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from autograder.authoring.fingerprinting import right_features
from autograder.authoring.record import write_record
from autograder.authoring.recorded import append_mistake
from autograder.catalogue.assignment import ALTERNATIVES, HIDDEN_RECORD, RECORD, Assignment
from autograder.catalogue.submission import read_submission
from autograder.errors import UsageError
from autograder.judging.behaviour import Features
from autograder.judging.fingerprint import Trace
from autograder.results.unnamed import UnnamedGroup


def name_group(
    assignment: Assignment, group: UnnamedGroup, title: str, explanation: str, example: Path | None = None
) -> str:
    """Record a group's behaviour as a known mistake and return its id.

    Args:
        assignment: whose records are written.
        group: what was done, by whom.
        title: what the mistake is called, in a few words.
        explanation: what to understand.
        example: a member's notebook, whose function goes into the recorded mistakes, too.

    Raises:
        UsageError: there is a mistake of that id already, or the example does not define the function.
    """
    slug = re.sub(r"\W+", "_", title.lower()).strip("_")[:40].rstrip("_")
    id = f"{group.question.rstrip('_')}_{slug}"
    if not slug or not title.strip() or not explanation.strip():
        raise UsageError("a mistake needs a title and an explanation in words")
    if id in assignment.misconceptions:
        raise UsageError(f"{assignment.name} has a mistake {id} already; give it another title")
    code = _function_of(example, group.question) if example is not None else None
    words = {"question": group.question, "title": title.strip(), "explanation": explanation.strip()}
    traces = _traces(assignment, group)
    visible = {check.id for member in group.members for check in member.result.checks if check.visible}
    shown = {check: trace for check, trace in traces.items() if check in visible}
    hidden = {check: trace for check, trace in traces.items() if check not in visible}
    if hidden and assignment.solution is not None:
        write_record(assignment.solution / HIDDEN_RECORD, _with(assignment.hidden_record, group.question, id, hidden))
    record = _with(assignment.record, group.question, id, shown)
    write_record(assignment.folder / RECORD, {**record, "observed": {**record.get("observed", {}), id: words}})
    if code is not None:
        append_mistake(assignment, id, group.question, title, explanation, code)
    return id


def _with(record: Mapping[str, Any], question: str, id: str, example: Mapping[str, Any]) -> dict[str, Any]:
    fingerprints = {each: dict(mistakes) for each, mistakes in record.get("fingerprints", {}).items()}
    fingerprints.setdefault(question, {})[id] = [dict(example)]
    return {**record, "fingerprints": fingerprints}


def _traces(assignment: Assignment, group: UnnamedGroup) -> dict[str, Any]:
    """Return what the members' failing checks have in common, without what right work shows, too."""
    right: Mapping[str, Sequence[Features]] = {}
    if assignment.solution is not None and (assignment.solution / ALTERNATIVES).exists():
        with ProcessPoolExecutor(1) as pool:
            right = right_features(assignment, group.question, pool)
    checks = dict.fromkeys(check for member in group.members for check in member.result.behaviour)
    return {
        check: Trace.of_runs(
            [member.result.behaviour[check] for member in group.members if check in member.result.behaviour],
            right.get(check, ()),
        ).to_json()
        for check in checks
    }


def _function_of(notebook: Path, function: str) -> str:
    """Return a function's last definition in a submission, without comments and docstrings."""
    try:
        submission = read_submission(notebook.read_bytes(), notebook.name)
    except OSError as error:
        raise UsageError(f"{notebook} cannot be read: {error.strerror}") from error
    found = None
    for _, source in submission.cells:
        try:
            tree = ast.parse(source)
        except SyntaxError:
            continue
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == function:
                found = node
    if found is None:
        raise UsageError(f"{notebook} does not define {function}")
    for each in ast.walk(found):
        if isinstance(each, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(each) is not None:
            each.body = each.body[1:] or [ast.Pass()]
    return ast.unparse(found)
