"""The page of a site: all in it, nothing from outside, its figures those of the report, whatever a name holds."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from asmcarbon.factors.tables import read_tables
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.reports.page import page as page_module
from asmcarbon.reports.page.page import page_of
from asmcarbon.reports.planned import planned_report
from asmcarbon.reports.terminal import told
from asmcarbon.site.read import read_site, site_of

EXAMPLES = sorted(
    path for path in (Path(__file__).parents[2] / "examples").glob("*/*.yaml") if path.parent.name != "fund"
)
LARGEST = 200_000
PAGE = Path(page_module.__file__).parent


class Reader(HTMLParser):
    """Elements, their attributes and the words of a page."""

    EMPTY = ("meta", "br", "link", "img")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open, self.words, self.ids, self.links, self.tags, self.handlers = [], [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        given = dict(attrs)
        if "id" in given:
            self.ids.append(given["id"])
        self.links += [(tag, name, value) for name, value in attrs if name in ("src", "href", "xlink:href", "action")]
        self.handlers += [name for name in given if name.startswith("on")]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.EMPTY:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style",):
            self.words.append(data.strip())


def read(page):
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def held(page):
    """What every page keeps to, whatever stands on it."""
    found = read(page)
    assert len(page.encode()) <= LARGEST
    assert len(set(found.ids)) == len(found.ids)
    inside = {f"#{one}" for one in found.ids}
    assert all(value in inside for _tag, _name, value in found.links)
    assert not {"script", "iframe", "object", "link", "img"} & set(found.tags)
    assert not re.search(r"url\((?!#)", page)
    assert "@import" not in page
    assert not found.handlers
    assert (PAGE / "page.css").read_text("utf-8") in page  # as it is: an escaped quote undoes a whole rule
    charts = re.findall(r"<svg .*?</svg>", page, flags=re.DOTALL)
    for chart in charts:
        (named,) = re.findall(r'aria-labelledby="(\S+) (\S+)"', chart)
        assert all(f'id="{one}"' in chart for one in named)
    assert page.count("<details>") == len(charts)  # a table behind each
    return found


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_page_of_a_footprint_holds_its_figures_and_nothing_from_outside(path):
    site = read_site(path)
    report = footprint_report(site, read_tables())
    found = held(page_of(report))
    words = set(found.words)
    for one in report["intensities"]:
        if one["total"] in ("scopes_1_2", "scopes_1_2_3"):
            assert told(one["value"]) in words
    for one in report["sources"]:
        assert f"{one['co2e']['value']:,.2f}" in words


@pytest.fixture(scope="module")
def plans():
    folder = Path(__file__).parents[2] / "examples" / "andean_gold"
    return {
        name: planned_report(read_site(folder / f"{name}.yaml"), read_tables(), folder, 120.0, lambda _text: None)
        for name in ("site", "financed")
    }


def test_the_page_of_a_plan_tells_what_to_build_and_when_it_is_paid_back(plans):
    report = plans["site"]
    words = held(page_of(report)).words
    for one in report["purchases"]:
        assert one["item"] in words
        assert f"{round(one['capital_cost']):,}" in words
    assert told(report["payback_years"], 2) in words
    week = report["week"]
    served = (sum(week[name]) for name in ("solar", "discharge", "generators", "grid", "unserved"))
    assert sum(served) >= sum(week["load"]) - 1e-6


def test_the_page_of_stages_tells_who_pays(plans):
    report = plans["financed"]
    words = held(page_of(report)).words
    for one in report["financing"]["sources"]:
        assert f"{round(one['amount']):,}" in words
    cover = report["financing"]["least_debt_cover"]
    assert f"{cover['value']:.2f} in year {cover['year']}" in words


def test_the_same_report_is_the_same_page(plans):
    assert page_of(plans["site"]) == page_of(plans["site"])


def changed(**more):
    content = {"name": "m", "country": "PER", "year": 2024, **more}
    return footprint_report(site_of(content), read_tables())


DIESEL = {"diesel": {"generator": "1000 L/year"}}
NAMES = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "منجم الذهب \u202bأحمد\u202c",
    "é" * 200,
    "{{ 7 * 7 }}",
]


@pytest.mark.parametrize("name", NAMES, ids=["script", "attribute", "right-to-left", "long", "template"])
def test_a_name_is_told_as_it_is_and_does_nothing(name):
    report = changed(name=name, energy=DIESEL, processing={"products": {"gold": "2 kg/year"}})
    page = page_of(report)
    assert name in held(page).words
    assert "<script" not in page


def test_a_site_without_metal_or_people_has_a_page():
    words = " ".join(held(page_of(changed(energy=DIESEL))).words)
    assert "No figure of large-scale mining has the same product and boundary" in words


def test_a_site_that_emits_nothing_has_a_page():
    words = " ".join(held(page_of(changed(processing={"products": {"gold": "2 kg/year"}}))).words)
    assert "Emits 0 tCO2e a year" in words


def test_why_there_is_no_plan_stands_on_the_page():
    reason = "nothing meets the limits: options.emissions_cap\nraise it to 20 tCO2e/year"
    words = held(page_of(changed(energy=DIESEL), without_plan=reason)).words
    assert "No plan" in words
    assert "raise it to 20 tCO2e/year" in words
