"""A student and an instructor in JupyterLab, from the release to the feedback: each test is the next step.

What the pages looked like after each step is in build/browser/steps, also where it failed.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from autograder.authoring.simulation.stubs import fill_stubs
from autograder.catalogue.course import find_course
from tests.browser.lab import SLID, Lab
from tests.browser.pixels import Ground, assert_all_drawn
from tests.demo.jupyter import ASSIGNMENT, Person, prepare
from tests.demo.roster import demo_class

MISTAKE = find_course(Path(__file__).parent).assignment(ASSIGNMENT).misconceptions["sgd_no_batch_size"].title
STUB = "raise NotImplementedError"
WRONG_STEP = "param -= lr * param.grad"
SHADOW = "sgd = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)"
WRITTEN = "The mean does not grow with the minibatch, so the same learning rate serves."
COMMENT = "Dividing inside the loop is well seen."


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> tuple[Person, Person]:
    return prepare(tmp_path_factory.mktemp("jupyter") / "demo")


@pytest.fixture(scope="module")
def instructor(people: tuple[Person, Person], browser: BrowserContext) -> Iterator[Lab]:
    yield from _lab(people[0], browser)


@pytest.fixture(scope="module")
def student(people: tuple[Person, Person], browser: BrowserContext) -> Iterator[Lab]:
    yield from _lab(people[1], browser)


def _lab(person: Person, browser: BrowserContext) -> Iterator[Lab]:
    with person.jupyterlab() as address:
        yield Lab(browser.new_page(), address)


@pytest.fixture(autouse=True)
def step(request: pytest.FixtureRequest, in_order: None, numbers: Iterator[int], pictures: Path) -> Iterator[None]:
    """Each test builds on the last one, and leaves a picture of the page that it has used."""
    yield
    name = request.node.name.removeprefix("test_")
    for person in {"instructor", "student"} & set(request.fixturenames):
        lab: Lab = request.getfixturevalue(person)
        lab.page.screenshot(path=pictures / "steps" / f"{next(numbers):02}-{name}.png")


def do(lab: Lab, action: str, row: str) -> None:
    """Click one of formgrader's icons in a row of its table, and see that it says Success."""
    pages = lab.formgrader()
    lab.row(row).locator(f".{action} a").click()
    said = pages.locator(".modal-title")
    expect(said).to_be_visible()
    assert said.inner_text() == "Success", pages.locator(".modal-body").inner_text()
    pages.locator(".modal-footer button").click()
    expect(pages.locator(".modal")).to_have_count(0)


# From here on, each test is a step


def test_the_instructor_generates_and_releases(instructor: Lab) -> None:
    instructor.choose("Nbgrader", "Formgrader")
    do(instructor, "assign", ASSIGNMENT)
    do(instructor, "release", ASSIGNMENT)
    expect(instructor.row(ASSIGNMENT)).to_contain_text("released")


def test_the_student_fetches_from_the_assignment_list(student: Lab, people: tuple[Person, Person]) -> None:
    student.choose("Nbgrader", "Assignment List")
    released = student.page.locator("#released_assignments_list .list_item", has_text=ASSIGNMENT)
    expect(released).to_be_visible()
    released.get_by_role("button", name="Fetch").click()
    fetched = student.page.locator("#fetched_assignments_list .list_item", has_text=ASSIGNMENT)
    expect(fetched.first).to_be_visible()
    path = people[1].folder / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.write_text(_all_but_sgd(path.read_text("utf-8")), "utf-8")


def _all_but_sgd(text: str) -> str:
    """Fill in the other stubs and the written answers: what the browser would add nothing to."""
    notebook = json.loads(text)
    (amara,) = (member for member in demo_class(ASSIGNMENT) if member.id == "amara")
    fill_stubs(notebook, {name: source for name, source in amara.functions.items() if name != "sgd"}, amara.imports)
    for cell in notebook["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("grade") and marks.get("solution"):
            cell["source"] = WRITTEN
    return json.dumps(notebook)


def test_a_wrong_sgd_is_named_by_its_card(student: Lab, pictures: Path) -> None:
    fetched = student.page.locator("#fetched_assignments_list")
    fetched.locator("a.assignment-notebooks-link").click()
    fetched.locator(".assignment-notebooks a").click()
    student.cell("def sgd(").locator(".cm-line", has_text=STUB).click()
    student.page.keyboard.press("Home")
    student.page.keyboard.press("Shift+End")
    student.page.keyboard.type(f"with torch.no_grad():\nfor param in params:\n{WRONG_STEP}\nparam.grad.zero_()")
    student.choose("Run", "Run All Above Selected Cell")
    student.run(student.cell("def sgd("))
    check = student.cell('check("sgd")')
    student.run(check)
    expect(check.locator(".jp-OutputArea")).to_contain_text(MISTAKE)
    check.screenshot(path=pictures / "student-card.png")


def test_the_card_can_be_seen_in_the_dark_theme(student: Lab, pictures: Path) -> None:
    student.choose("Settings", "Theme", "JupyterLab Dark")
    expect(student.page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
    student.cell('check("sgd")').screenshot(path=pictures / "student-card-dark.png")
    student.choose("Settings", "Theme", "JupyterLab Light")
    expect(student.page.locator("body")).to_have_attribute("data-jp-theme-light", "true")


def test_validate_finds_the_wrong_answer(student: Lab, pictures: Path) -> None:
    student.page.locator(".validate-button").click()
    said = student.page.locator(".jp-Dialog-content")
    expect(said.locator(".validation-failed")).to_contain_text('check("sgd")')
    assert 'check("linreg")' not in said.inner_text()
    said.screenshot(path=pictures / "validate.png")
    said.get_by_role("button", name="Ok").click()


def test_a_mended_sgd_passes(student: Lab, pictures: Path) -> None:
    student.cell("def sgd(").locator(".cm-line", has_text=WRONG_STEP).click()
    student.page.keyboard.press("End")
    student.page.keyboard.type(" / batch_size")
    student.run(student.cell("def sgd("))
    check = student.cell('check("sgd")')
    student.run(check)
    expect(check.locator(".jp-OutputArea")).to_contain_text("passed")
    expect(check.locator(".jp-OutputArea")).not_to_contain_text(MISTAKE)
    check.screenshot(path=pictures / "student-card-passed.png")


def test_a_name_that_a_later_cell_uses_again_is_told_before_handing_in(student: Lab, pictures: Path) -> None:
    """What the card has seen is what counts: the points stay, here and when it is graded."""
    student.page.locator(".jp-MarkdownCell", has_text="Before you hand in").last.click()
    student.page.keyboard.press("b")
    student.page.keyboard.press("Enter")
    student.page.keyboard.type(SHADOW)
    student.choose("Run", "Run All Cells")
    said = student.cell("check()").locator(".jp-OutputArea")
    expect(said).to_contain_text("sgd is now an object of class SGD (In [")
    expect(said).to_contain_text("is judged, here and when it is graded")
    expect(said.locator("tr", has_text="sgd").first).to_contain_text("15 of 15")
    expect(said.locator("pre")).to_have_count(0)  # no bare number below the card
    said.scroll_into_view_if_needed()
    student.cell("check()").screenshot(path=pictures / "student-overview.png")


@pytest.mark.parametrize(("theme", "ground"), [("JupyterLab Dark", "dark"), ("JupyterLab Light", "light")])
def test_the_charts_of_a_card_can_be_seen_in_both_themes(student: Lab, theme: str, ground: Ground) -> None:
    student.choose("Settings", "Theme", theme)
    expect(student.page.locator("body")).to_have_attribute("data-jp-theme-light", str(ground == "light").lower())
    card = student.cell('check("train")')
    card.scroll_into_view_if_needed()
    assert_all_drawn(card.locator("svg.autograder-chart, img[src^='data:image/svg']"), ground)


def test_validate_finds_nothing_wrong_and_the_student_submits(student: Lab, pictures: Path) -> None:
    student.page.locator(".validate-button").click()
    said = student.page.locator(".jp-Dialog-content")
    expect(said).to_contain_text("Success! Your notebook passes all the tests.")
    said.get_by_role("button", name="Ok").click()
    student.show_tab("Assignments")
    student.page.locator("#fetched_assignments_list").get_by_role("button", name="Submit").click()
    expect(student.page.locator("#submitted_assignments_list")).to_contain_text(ASSIGNMENT)
    student.page.locator("#assignments .panel-group").screenshot(path=pictures / "assignment-list.png")


def test_the_instructor_collects_and_autogrades(instructor: Lab) -> None:
    do(instructor, "collect", ASSIGNMENT)
    instructor.row(ASSIGNMENT).locator(".num-submissions a").click()
    expect(instructor.row("ada")).to_contain_text("needs autograding")
    do(instructor, "autograde", "ada")
    expect(instructor.row("ada").locator(".status")).to_have_text(re.compile("^(graded|needs manual grading)$"))


def test_the_instructor_grades_by_hand(instructor: Lab, pictures: Path) -> None:
    pages = instructor.formgrader()
    instructor.row("ada").locator(".student-name a").click()
    pages.locator(".name a", has_text=ASSIGNMENT).click()
    comment = pages.locator("#sgd-solution-comment")
    # A field takes what is entered once formgrader has put there what is known
    expect(comment).to_have_attribute("placeholder", re.compile("."))
    expect(pages.locator("#sgd")).to_have_attribute("placeholder", "15")
    enter(pages.locator("#why_mean"), "3")
    enter(comment, COMMENT)
    enter(pages.locator("#sgd_extra_credit"), "0.5")
    pages.locator("body").evaluate(SLID)
    instructor.page.locator("#formgrader-iframe").screenshot(path=pictures / "formgrader-submission.png")
    assert_all_drawn(pages.locator("img[src^='data:image/svg']"), "light")


def enter(field: Locator, text: str) -> None:
    """Fill in a field of formgrader and wait until it has been saved."""
    field.fill(text)
    with field.page.expect_response(lambda response: response.request.method == "PUT" and response.ok):
        field.blur()


def test_the_instructor_sends_feedback(instructor: Lab) -> None:
    pages = instructor.formgrader()
    pages.get_by_role("link", name="Manual Grading").click()
    pages.get_by_role("link", name="Manage Assignments").click()
    instructor.row(ASSIGNMENT).locator(".num-submissions a").click()
    expect(instructor.row("ada").locator(".status")).to_have_text("graded")
    do(instructor, "generate-feedback", "ada")
    do(instructor, "release-feedback", "ada")


def test_the_student_fetches_and_reads_the_feedback(student: Lab, pictures: Path) -> None:
    student.page.locator("#refresh_assignments_list").click()
    student.page.get_by_role("button", name="Fetch Feedback").click()
    student.page.get_by_text("(view feedback)").click()
    student.page.locator(".jp-DirListing-item", has_text=f"{ASSIGNMENT}.html").dblclick()
    page = student.page.frame_locator(".jp-HTMLViewer iframe").locator("body")
    expect(page).to_contain_text(COMMENT)
    expect(page).to_contain_text("15.5 / 15.0")
    page.get_by_text(COMMENT).evaluate("comment => comment.scrollIntoView({block: 'center'})")
    student.page.locator(".jp-HTMLViewer").screenshot(path=pictures / "feedback.png")


def test_a_link_of_the_feedback_leads_to_its_question(student: Lab) -> None:
    """JupyterLab would have it load the file instead, which a hub refuses to show in a frame."""
    page = student.page.frame_locator(".jp-HTMLViewer iframe")
    page.locator("#toc a", has_text=re.compile("^train$")).click()
    expect(page.locator(".panel-heading", has_text=re.compile(r"Grade cell:\s*train\b"))).to_be_in_viewport()
    address = student.page.frames[-1].url
    assert address.startswith("blob:") and address.endswith("#train")


def test_only_nbgraders_own_pages_want_something_from_another_machine(instructor: Lab, student: Lab) -> None:
    """They load MathJax for formulas; without it formgrader's script stops before its keyboard shortcuts."""
    wanted = {urlsplit(address)[1:3] for address in instructor.asked_elsewhere + student.asked_elsewhere}
    assert wanted == {("cdnjs.cloudflare.com", "/ajax/libs/mathjax/2.7.7/latest.js")}
    assert (set(instructor.errors), student.errors) == ({"MathJax is not defined"}, [])
