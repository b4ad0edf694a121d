"""`asmcarbon risk` as a user meets it."""

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

SITE = """name: A <small> site & co
country: PER
year: 2024
location: {latitude: -15.8, longitude: -70.0, elevation: 3900 m}
energy:
  diesel: {generator: 8000 L/year, price: {value: 1.20 USD/L, range: ± 25 %}}
  generators: [{name: genset, rated_power: 11 kW, fuel_use: 0.35 L/kWh}]
  machines: [{name: mill, rated_power: 10 kW, hours: 10 h/day, days: 250 day/year}]
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "site.yaml"
    path.write_text(SITE, encoding="utf-8")
    return path


def test_a_page_tells_the_plan_its_range_and_what_matters(asmcarbon, site: Path):
    done = asmcarbon("risk", site, "--scenarios", "3", "--chart", site.with_suffix(".svg"))
    assert done.returncode == 0, done.stderr
    assert "One plan for 3 scenarios: invest " in done.stdout
    assert "energy diesel price  -25 %  +25 %  energy.diesel.price" in done.stdout
    assert "VSS, value of the stochastic solution: EEV - RP" in done.stdout
    assert "Planned anew at each end" in done.stdout
    assert "… 3 scenarios" in done.stderr
    drawn = ElementTree.parse(site.with_suffix(".svg")).getroot()
    texts = [one.text or "" for one in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert "A <small> site & co: what matters" in texts
    assert any(text.endswith("(+25 %)") for text in texts)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(asmcarbon, site: Path):
    first, again, other = (
        asmcarbon("risk", site, "--scenarios", "2", "--seed", seed, "--json").stdout for seed in ("7", "7", "8")
    )
    assert first == again
    assert json.loads(first)["outcomes"] != json.loads(other)["outcomes"]


def test_scenarios_are_a_table(asmcarbon, site: Path):
    rows = list(csv.DictReader(io.StringIO(asmcarbon("risk", site, "--scenarios", "2", "--csv").stdout)))
    assert [row["scenario"] for row in rows] == ["1", "2"]
    assert {"seed", "energy.diesel.price factor", "annual_cost", "net_present_value", "diesel_l"} <= rows[0].keys()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--scenarios", "1"), "scenarios  1 are asked for; expected from 2 to 50, for example 12"),
        (("--json", "--csv"), "--json  and --csv are both given; expected one of them"),
        (("--seed", "-1"), "Invalid value for '--seed'"),
    ],
)
def test_what_cannot_be_asked_for_is_one_sentence(asmcarbon, site: Path, arguments: tuple[str, ...], told: str):
    done = asmcarbon("risk", site, *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_chart_that_cannot_be_written_is_told(asmcarbon, site: Path):
    done = asmcarbon("risk", site, "--scenarios", "2", "--chart", site.parent / "nowhere" / "chart.svg")
    assert done.returncode == 2
    assert "is in a folder that does not exist" in done.stderr


STAGED = """finance:
  horizon: 10 year
  own_money: 9000 USD
  minimum_cover: 1.3
  products:
    - {name: loan, kind: concessional_loan, rate: 8 %, tenor: 48 month, share: 70 %, ceiling: 9000 USD}
options:
  stages: {years: [0, 5]}
"""


def test_a_site_with_stages_and_products_is_told_cover_and_cash_in_every_form(asmcarbon, site: Path):
    site.write_text(SITE + STAGED, encoding="utf-8")
    chart, wanted = site.with_suffix(".svg"), ("--scenarios", "2", "--seed", "7")
    page = asmcarbon("risk", site, *wanted, "--chart", chart)
    assert page.returncode == 0, page.stderr
    assert "One plan of 2 stages for 2 scenarios: invest " in page.stdout
    assert "times in the worst year; below the 1.3 asked for in " in page.stdout
    assert "… 2 scenarios of 2 stages each" in page.stderr
    texts = [one.text or "" for one in ElementTree.parse(chart).getroot().iter("{http://www.w3.org/2000/svg}text")]
    assert texts.count("energy diesel price") == 2
    assert "least debt cover at the same ends" in texts
    report = json.loads(asmcarbon("risk", site, *wanted, "--json").stdout)
    rows = list(csv.DictReader(io.StringIO(asmcarbon("risk", site, *wanted, "--csv").stdout)))
    for row, outcome in zip(rows, report["outcomes"], strict=True):
        assert float(row["least_debt_cover"]) == pytest.approx(outcome["least_debt_cover"]["value"], rel=1e-9)
        assert float(row["net_present_value"]) == pytest.approx(outcome["net_present_value"], rel=1e-9)
    covers = [one["least_debt_cover"]["value"] for one in report["outcomes"]]
    assert report["broken"]["cover_below_minimum"]["count"] == sum(cover < 1.3 for cover in covers)
