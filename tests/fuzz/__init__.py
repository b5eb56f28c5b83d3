"""Coverage-guided fuzzing of what reads untrusted bytes in the judge's process: `python -m tests.fuzz --seconds N`."""
