"""A course that grades itself: checks of notebooks by probes, run confined, judged outside.

Students use `check`; authors of checks use `autograder.suite`; the command line is `autograder`.
"""

from typing import Final

__version__: Final = "0.1.0"


def check(question: str, assignment: str | None = None) -> float:
    """Check your own functions: show a card, and return the points that they earn so far.

    Args:
        question: the name of a stub of this notebook, such as "sgd".
        assignment: the notebook's name, where `question` alone does not tell it.

    Returns:
        The question's points × weight of the passed visible checks ÷ weight of all visible ones.
    """
    from autograder.notebook import check_question  # torch and pytest load only when they are needed

    return check_question(question, assignment)


__all__ = ["__version__", "check"]
