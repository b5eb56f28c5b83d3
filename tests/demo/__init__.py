"""A class whose mistakes are known, taken through nbgrader and graded: `python -m tests.demo ASSIGNMENT`."""
