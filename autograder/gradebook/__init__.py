"""nbgrader's side: its autograde runs a submission through our worker and takes over the judge's scores.

`nbgrader_config.py` puts `exporter.SubmissionExporter` and `preprocessors` in the places that nbgrader
leaves open for them (https://nbgrader.readthedocs.io/en/stable/configuration/config_options.html);
gradebook, late penalties, manual grading, feedback, export and formgrader are nbgrader's own.
"""
