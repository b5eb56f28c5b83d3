"""What a late submission costs."""

import math
from typing import Any, Final

from nbgrader.plugins import BasePlugin
from traitlets import Dict, Float, Unicode

DAY_S: Final = 86_400


class LatePolicy(BasePlugin):  # type: ignore[misc]  # nbgrader has no annotations
    """Takes a share of an assignment's points for each day after the deadline; a day begun counts.

    For `AssignLatePenalties.plugin_class`
    (https://nbgrader.readthedocs.io/en/stable/plugins/late-plugin.html). nbgrader never takes more than
    a submission has earned by the time it is autograded.
    """

    share_per_day = Float(0.0, min=0.0, max=1.0, help="Share of the points that each day begun costs.").tag(config=True)
    grace_hours = Float(0.0, min=0.0, help="Hours after the deadline that cost nothing.").tag(config=True)
    largest_share = Float(1.0, min=0.0, max=1.0, help="Share of the points that being late costs at most.").tag(
        config=True
    )
    free_days = Float(
        0.0,
        min=0.0,
        help="Days late that cost a student nothing, over the whole course: what is due first uses them first.",
    ).tag(config=True)
    by_assignment = Dict(
        key_trait=Unicode(),
        value_trait=Dict(),
        help='What is otherwise for single assignments: {"tensors": {"share_per_day": 0.0}}.',
    ).tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """Return the points that a submission loses, None for none; called by nbgrader for each late one."""
        late = self.parent  # nbgrader's AssignLatePenalties, its gradebook open
        own = self._of(late.assignment_id)
        possible = late.gradebook.find_notebook(late.notebook_id, late.assignment_id).max_score
        left = max(0.0, self.free_days - self._days_used(late.gradebook, student_id, late.assignment_id))
        return own.share_lost(total_seconds_late, left) * possible or None

    def share_lost(self, seconds_late: float, free_days: float = 0.0) -> float:
        """Return the share of the points, in [0, 1], that being so many seconds late costs."""
        days = max(0.0, self.days_late(seconds_late) - free_days)
        return min(days * self.share_per_day, self.largest_share)

    def days_late(self, seconds_late: float) -> int:
        """Return how many days after the grace have begun."""
        return max(0, math.ceil((seconds_late - self.grace_hours * 3600) / DAY_S))

    def _of(self, assignment: str) -> "LatePolicy":
        return LatePolicy(config=self.config, **self.by_assignment.get(assignment, {}))

    def _days_used(self, gradebook: Any, student: str, assignment: str) -> int:
        """Return how many days late a student was with what was due before, where being late costs."""
        own = gradebook.find_assignment(assignment)
        return sum(
            self._of(each.assignment.name).days_late(each.total_seconds_late)
            for each in (gradebook.student_submissions(student) if self.free_days else ())
            if each.assignment.duedate is not None
            and (each.assignment.duedate, each.assignment.name) < (own.duedate, own.name)
            and self._of(each.assignment.name).share_per_day
        )
