"""The templates of all pages and cards."""

import base64
import functools
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.reports.wording import hint_title, points
from autograder.text import inline_code, sanitize


@functools.cache
def templates() -> Environment:
    """The environment of all pages and cards: everything is escaped, an unknown name is an error."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    environment.filters.update(
        sanitize=sanitize, inline_code=inline_code, points=points, sentence=lambda text: text.rstrip(". ") + ".",
        base64=lambda text: base64.b64encode(text.encode()).decode(),
    )  # fmt: skip
    environment.globals.update(hint_title=hint_title)
    return environment
