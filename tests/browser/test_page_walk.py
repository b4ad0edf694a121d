"""The page at `/` as a person uses it: filled in, planned, read; by keyboard; at the width of a telephone."""

from pathlib import Path

import pytest

from asmcarbon.api.web.words import words_of
from asmcarbon.messages import LANGUAGES, speaking

WIDTHS = [360, 1280]
HOSTILE = '<img src=x onerror="document.title=1"> منجم ' + "long " * 30


def words(language: str) -> dict[str, str]:
    with speaking(language):
        return words_of()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", list(LANGUAGES))
def test_a_site_is_filled_in_planned_and_read(server, walk, tmp_path: Path, language: str, width: int):
    told = words(language)
    one = walk(f"{server}/?language={language}", width)
    page = one.page
    page.wait_for_selector("#glance p")
    assert page.evaluate("document.documentElement.lang") == language
    assert page.inner_text("#start-plan") == told["start_plan"]
    assert not one.spills

    page.fill("#at-energy-diesel-generator", "1200 litrs/month")
    page.wait_for_selector("#at-energy-diesel-generator-wrong:not([hidden])")
    assert "litrs" in page.inner_text("#at-energy-diesel-generator-wrong")
    assert page.get_attribute("#at-energy-diesel-generator", "aria-invalid") == "true"
    assert not one.spills

    page.fill("#at-energy-diesel-generator", "1200 L/month")
    page.fill("#at-name", HOSTILE)
    page.wait_for_selector("#glance p")
    page.click("#start-plan")
    one.until("document.querySelectorAll('[id^=show-]').length === 1")
    page.click("[id^=show-]")
    one.until("!document.getElementById('report').hidden")
    frame = page.frame_locator("#frame")
    assert frame.locator("h1").inner_text(timeout=20_000).split() == HOSTILE.split()
    assert frame.locator("html").get_attribute("lang") == language
    with page.expect_download() as kept:
        page.click("#download")
    kept.value.save_as(tmp_path / "report.html")
    assert f'<html lang="{language}">' in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not one.spills
    assert (one.outside, one.faults) == ([], [])


def test_sites_stand_side_by_side_and_share_a_fund(server, walk):
    one = walk(server, 1280)
    page = one.page
    for name in ("First mine", "Second mine"):
        page.wait_for_selector("#at-name")
        page.fill("#at-name", name)
        page.click("#keep")
        one.until(f"document.getElementById('kept').innerText.includes('{name}')")
    page.click("#compare")
    one.until("!document.getElementById('report').hidden")
    assert page.frame_locator("#frame").locator("h1").inner_text(timeout=20_000) == "2 sites side by side"
    page.fill("#fund-name", "A fund")
    page.fill("#fund-budget", "60000")
    page.click("#fund button")
    one.until("document.querySelectorAll('[id^=show-]').length === 1")
    page.click("[id^=show-]")
    one.until("document.getElementById('download').download === 'A-fund.html'")
    assert "USD of the fund" in page.frame_locator("#frame").locator(".answer").inner_text(timeout=20_000)
    assert (one.outside, one.faults) == ([], [])


def test_a_text_that_is_wrong_names_its_line_and_a_right_one_is_used(server, walk):
    one = walk(server, 1280)
    page = one.page
    page.wait_for_selector("#glance p")
    page.click("#by-text")
    one.until("document.getElementById('text').value.includes('discount_rate')")
    text = page.input_value("#text")
    page.fill("#text", text.replace("country: PER", "country: Peru"))
    page.click("#use-text")
    one.until("document.getElementById('text-problems').innerText !== ''")
    assert "line 2: country" in page.inner_text("#text-problems")
    page.fill("#text", text.replace("name: My site", "name: From text"))
    page.click("#use-text")
    one.until("document.getElementById('at-name')?.value === 'From text'")


def test_the_page_goes_by_keyboard_alone(server, walk):
    one = walk(server, 1280)
    page = one.page
    page.wait_for_selector("#glance p")
    seen = []
    for _press in range(15):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.id || document.activeElement.className"))
    assert seen[0] == "skip"
    assert "start" in seen
    page.focus("#start-plan")
    page.keyboard.press("Enter")
    one.until("document.querySelectorAll('[id^=show-]').length === 1")
    page.focus("[id^=show-]")
    page.keyboard.press("Space")
    one.until("!document.getElementById('report').hidden")
    one.until("document.activeElement.id === 'report'")
    page.focus("#close")
    page.keyboard.press("Enter")
    assert page.evaluate("document.getElementById('report').hidden")


def test_a_draft_is_there_again_and_a_figure_can_be_added_and_removed(server, walk):
    one = walk(server, 360)
    page = one.page
    page.wait_for_selector("#at-name")
    page.fill("#at-name", "A draft")
    page.select_option("#at-people-add", "wages")
    page.click("#at-people-add + button")
    one.until("document.activeElement.id === 'at-people-wages'")
    page.fill("#at-people-wages", "90000 USD/year")
    one.until("localStorage.getItem('asmcarbon.draft').includes('90000 USD/year')")
    page.reload()
    page.wait_for_selector("#at-people-wages")
    assert (page.input_value("#at-name"), page.input_value("#at-people-wages")) == ("A draft", "90000 USD/year")


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_no_serious_fault_on_the_page(server, faults, width: int):
    assert faults(server, width, "#glance p") == []
