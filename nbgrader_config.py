"""Tells nbgrader where this course keeps its files; nbgrader reads it when run in this folder.

Settings: https://nbgrader.readthedocs.io/en/stable/configuration/config_options.html
The exchange is the site's affair: pass --Exchange.root, or set it in the site's own configuration.
"""

import os
import shutil
import sys
from pathlib import Path

from autograder.gradebook.site import has_own_exchange

c = get_config()  # noqa: F821  # nbgrader defines it while it reads this file

c.CourseDirectory.course_id = "deep-learning"
c.CourseDirectory.root = str(Path(__file__).absolute().parent)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"
# nbgrader copies everything beside a notebook to the students, and into each submission it grades
c.CourseDirectory.ignore.extend(
    [
        "hidden_checks.py",
        "hidden_record.json",
        "mistakes.py",
        "alternatives.py",
        "rephrased.py",
        "calibration",
        ".*_cache",
        ".DS_Store",
    ]
)

# The answers to open questions are handed out after the due date: autograder generate --answers
c.GenerateAssignment.preprocessors.prepend(["autograder.gradebook.answers.RemoveAnswers"])

c.ClearSolutions.code_stub = {"python": "raise NotImplementedError"}

# A released notebook begins with a cell that installs the course where it is not: say from where, such as
# "https://example.org/autograder_course-0.1.0-py3-none-any.whl"; then run: autograder generate
c.GenerateAssignment.exporter_class = "autograder.gradebook.released.ReleaseExporter"
c.ReleaseExporter.install_from = ""

# nbgrader looks up the command `alembic` to open its gradebook, also where .venv is not activated
if shutil.which("alembic") is None:
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])

# Grading is the autograder's: the notebook runs confined, and what it earns is the judge's word
c.Autograde.pre_convert_hook = "autograder.gradebook.exporter.take_by_folder"
c.Autograde.exporter_class = "autograder.gradebook.exporter.SubmissionExporter"
c.Autograde.autograde_preprocessors = [
    "autograder.gradebook.preprocessors.ConfinedExecute",
    "nbgrader.preprocessors.LimitOutput",
    "autograder.gradebook.preprocessors.SaveScores",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.GenerateFeedback.exporter_class = "autograder.gradebook.feedback_page.FeedbackExporter"

# Late submissions lose a share of the points for each day begun; a due date is set in formgrader, or by
# nbgrader db assignment add NAME --duedate="2026-05-04 18:00 UTC"
c.AssignLatePenalties.plugin_class = "autograder.gradebook.lateness.LatePolicy"
c.LatePolicy.share_per_day = 0.0  # 0.1 is a tenth a day; 0 is no penalty
c.LatePolicy.grace_hours = 0.0
c.LatePolicy.largest_share = 1.0
c.LatePolicy.free_days = 0  # days late that cost nothing, for each student over the whole course
c.LatePolicy.by_assignment = {}  # such as {"tensors": {"share_per_day": 0.0}}

# Of a folder on the exchange, only what belongs to the folder's owner is collected, and as theirs. Where the site has
# another exchange, such as ngshare, that stays
if not has_own_exchange():
    c.ExchangeFactory.collect = "autograder.gradebook.exchange.OwnCollect"
    c.ExchangeFactory.release_feedback = "autograder.gradebook.exchange.KnownFeedback"
