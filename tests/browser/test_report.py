"""The class report of a thousand students, in a browser without a network: its size, sorting, filtering, widths."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from autograder import cli
from autograder.reports.class_report import render_report
from autograder.results.result import SubmissionResult
from autograder.results.result_file import ResultFile
from autograder.results.store import feedback_path
from tests.synthetic import recombined

STUDENTS = 1_000
LARGEST_BYTES = 3_000_000


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[SubmissionResult]:
    folder = tmp_path_factory.mktemp("report")
    assert cli.main(["simulate", "linear_regression", "--students", "8", "--out", str(folder / "class")]) == 0
    cli.main(["grade", str(folder / "class/submitted"), "--out", str(folder / "results"), "--workers", "1"])
    return list(recombined(list(ResultFile(folder / "results").read()), STUDENTS))


@pytest.fixture(scope="module")
def report(results: list[SubmissionResult], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(
        render_report("Class report", results, lambda each: feedback_path(each.student, each.assignment).as_posix()),
        "utf-8",
    )
    return path


@pytest.fixture(scope="module")
def page(browser: BrowserContext, report: Path) -> Iterator[Page]:
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.message))
    page.on("console", lambda message: errors.append(message.text))  # a broken policy is told there
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    started = time.perf_counter()
    page.goto(report.as_uri())
    print(f"a page of {report.stat().st_size:,} bytes was open after {time.perf_counter() - started:.2f} s")
    yield page
    assert not errors and asked == [report.as_uri()]
    page.close()


def first_students(page: Page, count: int = 3) -> list[str]:
    names: list[str] = page.eval_on_selector_all(
        ".students tbody tr:not([hidden]) th", "heads => heads.map(head => head.textContent)"
    )
    return names[:count]


def test_a_thousand_students_take_less_than_three_megabytes(report: Path) -> None:
    assert report.stat().st_size < LARGEST_BYTES
    assert report.read_text("utf-8").count("<tr data-state=") == STUDENTS


def test_a_click_on_a_heading_sorts_and_another_turns_it_round(page: Page, results: list[SubmissionResult]) -> None:
    by_score = sorted(results, key=lambda result: result.score)
    score = page.get_by_role("button", name="Score")
    score.click()
    assert first_students(page, 1) == [by_score[0].student]
    score.click()
    best = first_students(page, 1)[0]
    assert next(result for result in results if result.student == best).score == by_score[-1].score
    expect(page.locator("th[aria-sort='descending']")).to_have_count(1)
    page.get_by_role("button", name="Student", exact=True).click()
    assert first_students(page) == ["student00000", "student00001", "student00002"]


def test_words_and_a_choice_filter(page: Page, results: list[SubmissionResult]) -> None:
    search, choice = page.get_by_role("searchbox"), page.get_by_role("combobox")
    search.fill("student0012")
    expect(page.locator("output")).to_have_text("10 shown")
    search.fill("")
    choice.select_option("for a person")
    expect(page.locator("output")).to_have_text(f"{sum(result.needs_review for result in results)} shown")
    assert first_students(page, 1) == ["student00007"]
    choice.select_option("all")
    expect(page.locator("output")).to_have_text("1,000 shown")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light")])
def test_the_page_is_no_wider_than_its_window(page: Page, pictures: Path, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.get_by_role("heading", name="Questions").scroll_into_view_if_needed()
    page.screenshot(path=pictures / f"steps/report-{width}-{scheme}.png")
    page.get_by_role("heading", name="Students").scroll_into_view_if_needed()
    page.screenshot(path=pictures / f"steps/report-students-{width}-{scheme}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
