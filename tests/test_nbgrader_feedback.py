"""Feedback by nbgrader's own commands, from the exchange and back to it, of a student who writes HTML everywhere."""

import base64
import getpass
import json
import re
import shutil
from pathlib import Path
from typing import Any

import html5lib
import pytest
from bs4 import BeautifulSoup
from drawn_alone import colours_alone
from playwright.sync_api import BrowserContext

from autograder.authoring.simulation.stubs import code_cell
from tests.browser import conftest
from tests.browser.pixels import Ground, assert_all_drawn
from tests.demo.roster import demo_class
from tests.nbgrader_course import NbgraderCourse

browser = conftest.browser  # a fixture
ROOT = Path(__file__).parents[1]
ASSIGNMENT = "training_dynamics"
PARTS = ("autograder/checks", f"solutions/{ASSIGNMENT}", f"assignments/{ASSIGNMENT}")
EVIL = "evil.example"
HOSTILE = f'</pre></script><script src="https://{EVIL}/x.js"></script><img src=x onerror="alert(1)">'
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nrest").decode()
FILE_NAME = "<img src=x onerror=alert(1)> [x](javascript:alert(1)).ipynb"
MARKDOWN = (
    HOSTILE,
    f"[link](https://{EVIL}) ![picture](https://{EVIL}/x.png) [run](javascript:alert(1)) https://{EVIL}",
    f"<https://{EVIL}> [ref][r]\n\n[r]: https://{EVIL} 'title'",
    '![x" onerror="alert(1)](attachment:a.png) ![lost](attachment:lost.png) ![kept](attachment:a.png)',
    f"```mermaid\n{HOSTILE}\n```\n\n```html\n{HOSTILE}\n```\n\n    {HOSTILE}\n\n`{HOSTILE}` ${HOSTILE}$ \\({HOSTILE}\\)",
    f"| a | b |\n| --- | --- |\n| {HOSTILE} | [x](https://{EVIL}) |\n\n&lt;script&gt;alert(1)&lt;/script&gt;",
    f"$\\href{{javascript:alert(1)}}{{x}} \\style{{background:url(//{EVIL})}}{{y}} \\text{{{HOSTILE}}}$ $\\frac{{$",
    f'<iframe src="//{EVIL}"><style>@import "//{EVIL}"</style><svg onload=alert(1)><base href="//{EVIL}">',
)
CODE = (
    f"print({HOSTILE!r})\n# {HOSTILE}",
    f"raise type({HOSTILE!r}, (Exception,), {{}})({HOSTILE!r})",
    f"from IPython.display import HTML, Javascript, display\ndisplay(HTML({HOSTILE!r}), Javascript('alert(1)'))\n{HOSTILE!r}",
    f"plt.figure()\nplt.title({HOSTILE!r})",
    f"this is no Python {HOSTILE}",
)


def written(id: str, source: str, kind: str) -> dict[str, Any]:
    attached = {"a.png": {"image/png": PNG}, f'"><script>{EVIL}': {"text/html": HOSTILE}}
    cell = {"cell_type": kind, "id": id, "metadata": {"raw_mimetype": "text/html"}, "source": source}
    return cell | {"attachments": attached}


def hostile(notebook: bytes) -> bytes:
    document = json.loads(notebook)
    document["metadata"]["title"] = HOSTILE
    document["cells"] += [code_cell(source, f"code-{number}") for number, source in enumerate(CODE)]
    for kind in ("markdown", "raw"):
        document["cells"] += [written(f"{kind}-{number}", text, kind) for number, text in enumerate(MARKDOWN)]
    return json.dumps(document).encode()


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page that a student fetches, who mistook a gradient and whose name is who runs the tests."""
    root = tmp_path_factory.mktemp("exchanged")
    for part in PARTS:
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "nbgrader_config.py"):
        shutil.copy(ROOT / file, root)
    course = NbgraderCourse(root)
    student, home = getpass.getuser(), root / "desk"
    home.mkdir()
    (root / "exchange").mkdir()
    (root / "exchange").chmod(0o777)
    exchange = (f"--Exchange.root={root / 'exchange'}", f"--Exchange.assignment_dir={home}")
    course.nbgrader("generate_assignment", ASSIGNMENT, "--force")
    course.nbgrader("release_assignment", ASSIGNMENT, *exchange)
    course.nbgrader("fetch_assignment", ASSIGNMENT, *exchange)
    notebook = home / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    (goran,) = (member for member in demo_class(ASSIGNMENT) if member.id == "goran")
    notebook.write_bytes(hostile(goran.notebook(notebook.read_bytes())))
    (notebook.parent / FILE_NAME).write_bytes(b"{}")
    course.nbgrader("submit", ASSIGNMENT, *exchange)
    course.nbgrader("collect", ASSIGNMENT, *exchange)
    course.nbgrader("autograde", ASSIGNMENT)
    course.nbgrader("generate_feedback", ASSIGNMENT)
    course.nbgrader("release_feedback", ASSIGNMENT, *exchange)
    course.nbgrader("fetch_feedback", ASSIGNMENT, *exchange)
    (page,) = (home / ASSIGNMENT / "feedback").glob(f"*/{ASSIGNMENT}.html")
    assert page.read_text("utf-8") == course.page(student, ASSIGNMENT)
    return page.read_text("utf-8")


@pytest.fixture(scope="module")
def elements(fetched: str) -> list[Any]:
    """The page as a browser reads it, the tags of SVG and MathML without their namespaces."""
    document = html5lib.parse(fetched, namespaceHTMLElements=False)
    found = [element for element in document.iter() if isinstance(element.tag, str)]  # and no comments
    for element in found:
        element.tag = element.tag.rpartition("}")[2]
    return found


def test_the_fetched_page_carries_the_card_the_charts_and_the_students_picture(
    fetched: str, elements: list[Any]
) -> None:
    assert "The step uses the gradient of the mean" in fetched
    pictures = [element.get("src", "") for element in elements if element.tag == "img"]
    pasted = sum(picture == f"data:image/png;base64,{PNG}" for picture in pictures)
    drawn = sum(picture.startswith("data:image/png") for picture in pictures) - pasted
    assert (pasted, drawn) == (1, 2)  # two_rates, and the student's own figure
    charts = [picture for picture in pictures if picture.startswith("data:image/svg+xml")]
    shown = [colours_alone(base64.b64decode(chart.partition(",")[2]).decode()) for chart in charts]
    assert any("text" in dict(chart) for chart in shown)  # and not the cards' small pictures alone


@pytest.mark.parametrize("ground", ["light", "dark"])
def test_its_charts_can_be_seen(fetched: str, browser: BrowserContext, ground: Ground) -> None:
    """nbgrader's page is light whatever the reader prefers."""
    page = browser.new_page()
    page.route(re.compile("^https?:"), lambda route: route.abort())
    page.emulate_media(color_scheme=ground)
    page.set_content(fetched)
    assert_all_drawn(page.locator("img[src^='data:image/svg']"), "light")
    page.close()


def test_nothing_on_the_page_runs(elements: list[Any]) -> None:
    assert not {element.tag for element in elements} & {
        "script", "iframe", "object", "embed", "form", "link", "frame", "applet"
    }  # fmt: skip
    handlers = [name for element in elements for name in element.attrib if str(name).lower().startswith("on")]
    assert not handlers


def test_nothing_that_the_student_wrote_is_an_address(elements: list[Any]) -> None:
    values = [str(value) for element in elements for value in element.attrib.values()]
    assert not [value for value in values if EVIL in value or "javascript:" in value.lower()]


def test_the_page_loads_nothing_from_elsewhere(fetched: str, elements: list[Any]) -> None:
    assert all(element.get("src", "data:").startswith("data:") for element in elements)
    policies = [element.get("content") for element in elements if element.get("http-equiv")]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"]


def test_no_base_leads_the_pages_links_elsewhere(elements: list[Any]) -> None:
    """JupyterLab gives the first `<base>` an address; one after the policy cannot take it."""
    tags = [element.tag for element in elements]
    assert [element.attrib for element in elements if element.tag == "base"] == [{}]
    assert tags.index("meta") < tags.index("base")


def test_no_link_leads_to_a_file_that_is_not_beside_the_page(fetched: str) -> None:
    addresses = [str(link["href"]) for link in BeautifulSoup(fetched, "html.parser").select("a[href]")]
    assert addresses and not [each for each in addresses if not each.startswith(("#", "http"))]
    assert "Generalisation" in fetched  # which the notebook links, as words


def test_the_contents_call_each_question_by_its_name(fetched: str) -> None:
    listed = BeautifulSoup(fetched, "html.parser").select("#toc a")
    names = [link.get_text() for link in listed]
    assert len(set(names)) == len(names) > 5 and "two_rates: coding free-response" in names
    assert all(str(link["href"]).removeprefix("#") in name for link, name in zip(listed, names, strict=True))


def test_what_the_student_wrote_can_still_be_read(fetched: str, elements: list[Any]) -> None:
    assert fetched.count("&lt;script") + fetched.count("&lt; script") > len(CODE) + len(MARKDOWN)
    assert any(element.tag == "img" and element.get("alt") == "kept" for element in elements)
    assert any(FILE_NAME in (element.text or "") for element in elements)


def test_formulas_are_shown_without_a_network(fetched: str, elements: list[Any]) -> None:
    formulas = [element for element in elements if element.tag == "math"]
    assert len(formulas) > 30
    assert "$$" not in fetched
