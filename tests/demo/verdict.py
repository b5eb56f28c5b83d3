"""Compares what the grader found with what is known of the class."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.demo.cheats import FOUND
from tests.demo.member import Member

Result = Mapping[str, Any]


def differences(members: Sequence[Member], results: Mapping[str, Result], pages: Mapping[str, str]) -> list[str]:
    """Return a sentence for each way in which the results are not as they should be.

    Args:
        members: the class.
        results: result lines, by student.
        pages: the text of feedback pages, by student.
    """
    strangers = results.keys() - {member.id for member in members}
    found = [f"{student}: is graded, but not in the class" for student in sorted(strangers)]
    for member in members:
        if member.id not in results:
            found.append(f"{member.id}: is not graded")
            continue
        result = results[member.id]
        if result["needs_review"]:
            found.append(f"{member.id}: the grader failed")
        elif member.truth.no_better_than is not None:
            found += [f"{member.id}: {each}" for each in _gains(result, results.get(member.truth.no_better_than))]
        else:
            found += [f"{member.id}: {each}" for each in _misjudged(member, result)]
        if FOUND in pages.get(member.id, ""):
            found.append(f"{member.id}: found the course's files or the grader's frames")
    return found


def _misjudged(member: Member, result: Result) -> Iterator[str]:
    truth = member.truth
    lost = {question["id"] for question in result["questions"] if question["score"] < question["points"]}
    for question in sorted(truth.lost - lost):
        yield f"{question} is wrong and got full marks"
    named = set()
    for question in result["questions"]:
        failing = [check for check in question["checks"] if check["outcome"] not in ("passed", "blocked")]
        if question["id"] not in truth.lost and failing:
            ids = ", ".join(f"{check['id']} ({check['outcome']})" for check in failing)
            yield f"{question['id']} is right and failed {ids}"
        for check in failing:
            if truth.outcome is not None and question["id"] in truth.lost and check["outcome"] != truth.outcome:
                yield f"{check['id']} ended as {check['outcome']}, not {truth.outcome}"
            if check["misconception"] is not None:
                named.add(check["misconception"]["id"])
    if named != truth.named:
        yield f"named were {', '.join(sorted(named)) or 'no mistakes'}, not {', '.join(sorted(truth.named)) or 'none'}"


def _gains(result: Result, honest: Result | None) -> Iterator[str]:
    if honest is None:
        yield "there is nobody to compare the cheat with"
        return
    without = {question["id"]: question["score"] for question in honest["questions"]}
    for question in result["questions"]:
        if question["score"] > without[question["id"]]:
            yield f"the cheat gained {question['score'] - without[question['id']]:g} points of {question['id']}"
