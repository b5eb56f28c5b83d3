"""Two instructors and two students on a JupyterHub, from the release to the feedback: each test is the next step.

What each of them saw is in build/browser/hub, also where a step failed; what the hub said, in build/browser/hub.log.
"""

import re

from playwright.sync_api import Locator, Page, expect

from tests.demo.jupyter import ASSIGNMENT
from tests.demo.roster import demo_class
from tests.hub.conftest import Hub

FORMGRADER = "/hub/user-redirect/formgrader"
LIKE = {"ada": "amara", "bob": "farid"}
COMMENT = "Dividing inside the loop is well seen."
MISTAKE = "The step is not divided by the batch size"


def row(page: Page, of: str) -> Locator:
    """Return the row of formgrader's table in which a cell says just this."""
    return page.locator("tbody tr").filter(has=page.locator("td", has_text=re.compile(rf"^\s*{of}\s*$")))


def do(page: Page, action: str, of: str) -> None:
    """Click one of formgrader's icons in a row, and see that it says Success."""
    row(page, of).locator(f".{action} a").click()
    said = page.locator(".modal-title")
    expect(said).to_be_visible()
    assert said.inner_text() == "Success", page.locator(".modal-body").inner_text()
    page.locator(".modal-footer button").last.click()
    expect(page.locator(".modal")).to_have_count(0)


def open_list(page: Page) -> None:
    page.locator("#jp-MainMenu .lm-MenuBar-item", has_text="Nbgrader").click()
    page.locator(".lm-Menu .lm-Menu-item", has_text="Assignment List").click()


def enter(field: Locator, text: str) -> None:
    """Fill in a field of formgrader and wait until it has been saved."""
    field.fill(text)
    with field.page.expect_response(lambda response: response.request.method == "PUT" and response.ok):
        field.blur()


# From here on, each test is a step


def test_formgrader_is_refused_in_a_frame(alice: Page) -> None:
    """As docs/hub.md says; where a JupyterHub or an nbgrader to come shows it there, the page is to say so."""
    with alice.expect_console_message(lambda message: "frame-ancestors 'none'" in message.text):
        alice.locator("#jp-MainMenu .lm-MenuBar-item", has_text="Nbgrader").click()
        alice.locator(".lm-Menu .lm-Menu-item:not(.lm-mod-hidden)", has_text="Formgrader").click()


def test_an_instructor_releases_in_a_tab_of_its_own(hub: Hub, alice: Page) -> None:
    alice.goto(hub.address + FORMGRADER)
    do(alice, "assign", ASSIGNMENT)
    do(alice, "release", ASSIGNMENT)
    expect(row(alice, ASSIGNMENT)).to_contain_text("released")


def test_two_students_fetch(hub: Hub, ada: Page, bob: Page) -> None:
    for name, page in (("ada", ada), ("bob", bob)):
        open_list(page)
        page.locator("#released_assignments_list .list_item", has_text=ASSIGNMENT).get_by_role(
            "button", name="Fetch"
        ).click()
        expect(page.locator("#fetched_assignments_list .list_item", has_text=ASSIGNMENT).first).to_be_visible()
        path = hub.machine.at(f"/home/{name}/{ASSIGNMENT}/{ASSIGNMENT}.ipynb")
        (member,) = (each for each in demo_class(ASSIGNMENT) if each.id == LIKE[name])
        path.write_bytes(member.notebook(path.read_bytes()))


def test_a_cell_that_a_student_runs_shows_the_mistake(bob: Page) -> None:
    fetched = bob.locator("#fetched_assignments_list")
    fetched.locator("a.assignment-notebooks-link").click()
    fetched.locator(".assignment-notebooks a").click()
    cells = bob.locator(".jp-Notebook .jp-Cell")
    check = cells.filter(has=bob.locator(".jp-InputArea", has_text='check("sgd")')).first
    check.locator(".jp-InputArea-editor").click()
    bob.locator("#jp-MainMenu .lm-MenuBar-item", has_text="Run").click()
    bob.locator(".lm-Menu .lm-Menu-item", has_text=re.compile("^Run All Above Selected Cell$")).click()
    check.locator(".jp-InputArea-editor").click()
    bob.keyboard.press("Control+Enter")
    expect(check.locator(".jp-OutputArea")).to_contain_text(MISTAKE)
    check.scroll_into_view_if_needed()


def test_both_validate_and_hand_in(ada: Page, bob: Page) -> None:
    bob.locator("#jp-main-dock-panel .lm-TabBar-tab", has_text="Assignments").click()
    for page, said in ((ada, "Success! Your notebook passes all the tests."), (bob, 'check("sgd")')):
        fetched = page.locator("#fetched_assignments_list")
        if page is ada:
            fetched.locator("a.assignment-notebooks-link").click()
        fetched.get_by_role("button", name="Validate").click()
        dialog = page.locator(".jp-Dialog-content")
        expect(dialog).to_contain_text(said)
        dialog.get_by_role("button", name="Ok").click()
        fetched.get_by_role("button", name="Submit").click()
        expect(page.locator("#submitted_assignments_list")).to_contain_text(ASSIGNMENT)


def test_a_grader_who_came_after_the_release_collects_and_autogrades(hub: Hub, bruno: Page) -> None:
    bruno.goto(hub.address + FORMGRADER)
    do(bruno, "collect", ASSIGNMENT)
    row(bruno, ASSIGNMENT).locator(".num-submissions a").click()
    for student in LIKE:
        expect(row(bruno, student)).to_contain_text("needs autograding")
        do(bruno, "autograde", student)
        expect(row(bruno, student).locator(".status")).to_have_text("needs manual grading")


def test_the_first_instructor_grades_by_hand(hub: Hub, alice: Page) -> None:
    for student in LIKE:
        alice.goto(f"{hub.address}/user/alice/formgrader/manage_submissions/{ASSIGNMENT}/")
        row(alice, student).locator(".student-name a").click()
        alice.locator(".name a", has_text=ASSIGNMENT).click()
        # A field takes what is entered once formgrader has put there what is known
        for known in ("#sgd", "#sgd-solution-comment"):
            expect(alice.locator(known)).to_have_attribute("placeholder", re.compile("."))
        enter(alice.locator("#why_mean"), "3")
        if student == "ada":
            enter(alice.locator("#sgd-solution-comment"), COMMENT)


def test_feedback_is_released(hub: Hub, alice: Page) -> None:
    alice.goto(hub.address + FORMGRADER)
    do(alice, "generate-feedback", ASSIGNMENT)
    do(alice, "release-feedback", ASSIGNMENT)
    alice.goto(f"{hub.address}/user/alice/formgrader/manage_submissions/{ASSIGNMENT}/")
    for student in LIKE:
        expect(row(alice, student).locator(".status")).to_have_text("graded")


def test_both_read_their_own_feedback(ada: Page, bob: Page) -> None:
    for page, of_own, of_the_other in ((ada, COMMENT, MISTAKE), (bob, MISTAKE, COMMENT)):
        page.get_by_role("button", name="Fetch Feedback").click()
        page.get_by_text("(view feedback)").click()
        page.locator(".jp-DirListing-item", has_text=f"{ASSIGNMENT}.html").dblclick()
        body = page.frame_locator(".jp-HTMLViewer iframe").locator("body")
        expect(body).to_contain_text(of_own)
        expect(body).not_to_contain_text(of_the_other)


def test_the_links_of_the_feedback_lead_to_its_questions(bob: Page) -> None:
    page = bob.frame_locator(".jp-HTMLViewer iframe")
    page.locator("#toc a", has_text=re.compile("^sgd$")).click()
    expect(page.locator('a[name="sgd"]')).to_be_in_viewport()
    assert bob.frames[-1].url.startswith("blob:")


def test_no_script_failed_but_nbgraders_own_without_mathjax(hub: Hub) -> None:
    assert set(hub.errors) <= {"MathJax is not defined"}
