"""nbgrader's feedback page, made safe to open: it runs nothing and loads nothing."""

from typing import Any, Final

from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter

# A browser that reads this runs no script and asks for nothing, whatever else is on the page
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


class FeedbackExporter(HTMLExporter):
    """As nbgrader's own, but that the page needs no network; for `GenerateFeedback.exporter_class`."""

    def from_notebook_node(self, nb: Any, resources: Any = None, **kwargs: Any) -> tuple[Any, Any]:
        """As `HTMLExporter.from_notebook_node`."""
        page, resources = super().from_notebook_node(nb, resources, **kwargs)
        document = BeautifulSoup(page, "html.parser")
        for script in document.find_all("script"):
            script.decompose()
        policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        return str(document).replace("<head>", f"<head>{policy}", 1), resources
