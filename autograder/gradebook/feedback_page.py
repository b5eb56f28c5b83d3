"""nbgrader's feedback page, made safe to open: it runs nothing and loads nothing, and shows formulas all the same.

Its links lead to its own places, and its table of contents calls each question by its name.
"""

import re
from typing import Any, Final

from bs4 import BeautifulSoup
from jinja2 import pass_context
from latex2mathml.converter import convert
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

# A browser that reads this runs no script and asks for nothing, whatever else is on the page
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"
# MathML in a browser has no mathvariant (https://www.w3.org/TR/mathml-core/), and bold is what tells a vector
# JupyterLab shows a page in a frame and has its <base>, or a new one before all else, lead to the file on the server:
# a link to a place of the page would load that file, which a hub refuses to show in a frame. So there is a <base>, and
# it comes after a policy that lets it lead nowhere.
_HEAD: Final = (
    f'<head><meta http-equiv="Content-Security-Policy" content="{POLICY}"><base>'
    '<style>math [mathvariant="bold"] { font-weight: bold; text-transform: none }</style>'
)
_LEADS: Final = re.compile(r"#|https?:")
_WORDS: Final = re.compile(r"(?<=\\text\{)[^{}]*(?=\})")


class FeedbackExporter(HTMLExporter):
    """As nbgrader's own, but that the page needs no network; for `GenerateFeedback.exporter_class`."""

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        """Return a Markdown text as HTML, its formulas as MathML, which browsers show without MathJax."""
        cell = context.get("cell", {})
        renderer = _Renderer(
            escape=False, attachments=cell.get("attachments", {}), anchor_link_text=self.anchor_link_text
        )
        return MarkdownWithMath(renderer=renderer).render(source)

    def from_notebook_node(self, nb: Any, resources: Any = None, **kwargs: Any) -> tuple[Any, Any]:
        """As `HTMLExporter.from_notebook_node`."""
        page, resources = super().from_notebook_node(nb, resources, **kwargs)
        document = BeautifulSoup(page, "html.parser")
        for script in document.find_all("script"):
            script.decompose()
        contents = document.find(id="toc")
        for link in contents.find_all("a") if contents else ():
            _name(link)
        for link in document.select("a[href]"):
            if not _LEADS.match(str(link["href"])):  # to a file beside the notebook, and not beside this page
                link.unwrap()
        for part in document.select("math *"):
            for attribute in ("href", "style", "class"):  # which TeX has commands for
                part.attrs.pop(attribute, None)
        return str(document).replace("<head>", _HEAD, 1), resources


def _name(link: Any) -> None:
    """Call a question, which nbgrader lists as one test cell of many, by the name that it has on its card."""
    place = str(link["href"]).removeprefix("#")
    if link.string == "Comment":
        link.string = f"Comment: {place.removeprefix('comment-').removesuffix('-solution')}"
    elif link.string == "Test cell":
        link.string = place
    else:
        link.string = f"{place}: {str(link.string).lower()}"


class _Renderer(IPythonRenderer):
    def block_math(self, body: str) -> str:
        return _mathml(body, "block") or super().block_math(body)

    def inline_math(self, body: str) -> str:
        return _mathml(body, "inline") or super().inline_math(body)


def _mathml(tex: str, display: str) -> str:
    """Return a formula as MathML, nothing where it cannot be read; a student may have written it."""
    tex = _WORDS.sub(lambda words: words[0].replace("\\_", "_"), tex)
    tex = tex.replace("<", r"\lt ").replace(">", r"\gt ")  # the converter does not escape all of its text
    try:
        return convert(tex, display=display)
    except Exception:  # of many kinds
        return ""
