"""Worked examples of financed emissions, read in the standard and in another tool, and an operating margin."""

import pytest

from asmcarbon.factors.tables import read_tables
from asmcarbon.footprint.derivation import convention, derived
from asmcarbon.footprint.equations import gas_emission
from asmcarbon.footprint.financed import financed_of
from asmcarbon.footprint.footprint import Footprint, Line
from asmcarbon.footprint.statements import statements_of
from asmcarbon.site.read import site_from
from asmcarbon.units import quantity


def line(scope: int, tonnes: float, account: str = "energy") -> Line:
    co2e = quantity(1000.0 * tonnes, "kgCO2e/year")
    one = convention("a", 1.0, "1", "")
    step = derived(gas_emission, activity=one, emission_factor=one)
    return Line("a", "a", scope, "CO2e", co2e, co2e, step, "", "", "test", "AR6", False, False, account)  # type: ignore


def company(
    emissions: tuple[float, float, float], removals: float, finance: str, sold: float = 0.0
) -> dict[str, float]:
    """Return what the first investor answers for, in tonnes."""
    sale = f"{{kind: removal, amount: {sold} tCO2e/year, programme: a standard, vintage: 2020}}" if sold else ""
    site = site_from(
        f"name: A company\ncountry: NLD\nyear: 2020\n"
        f"statements: {{finance: {{as_of: 2020-12-31, {finance}}}, credits_sold: [{sale}]}}\n",
        "site",
    )
    lines = [line(scope, tonnes) for scope, tonnes in enumerate(emissions, start=1)]
    lines += [line(1, removals, "removals")] if removals else []
    found = financed_of(site, Footprint(tuple(lines), "test", "AR6"))
    assert found is not None
    totals = found.investors[0].totals
    return {name: 0.0 if one is None else one.m_as("tCO2e/year") for name, one in totals.items()}


@pytest.mark.parametrize("asset_class", ["business_loans_and_unlisted_equity", "project_finance"])
def test_a_portfolio_answers_for_what_the_standard_prints(asset_class: str) -> None:
    """PCAF 2022, Global GHG Accounting and Reporting Standard, Part A, second edition, tables 5-8 and 5-9 (companies),

    5-12 and 5-13 (projects): scopes 1, 2 and 3, removals, credits generated and attribution of three, and their sums.
    """
    portfolio = [
        ((1_000.0, 100.0, 5_000.0), 20_000.0, 5_000.0, 10.0),
        ((20_000.0, 5_000.0, 30_000.0), 0.0, 0.0, 25.0),
        ((5_000.0, 0.0, 10_000.0), 1_000.0, 500.0, 20.0),
    ]
    sums: dict[str, float] = {}
    for emissions, removals, credits_generated, percent in portfolio:
        investor = f"{{name: institution, kind: loan, outstanding: {percent} USD}}"
        finance = f"asset_class: {asset_class}, equity: 40 USD, debt: 60 USD, investors: [{investor}]"
        for name, tonnes in company(emissions, removals, finance, credits_generated).items():
            sums[name] = sums.get(name, 0.0) + tonnes
    assert sums["scope_1"] == pytest.approx(6_100)
    assert sums["scope_2"] == pytest.approx(1_260)
    assert sums["scope_3"] == pytest.approx(10_000)
    assert sums["removals"] == pytest.approx(2_200)  # credits generated take nothing from them
    assert sums["credits_generated"] == pytest.approx(600)


def test_equity_below_zero_counts_as_none_as_another_tool_has_it() -> None:
    """Another tool (Keremozdemirra/financed-emissions, README, position BL-02, by PCAF Part A, third edition, 5.2)

    prints for a loan of 5,000,000 to a company with equity -2,000,000 and debt 25,000,000 that emits 18,000, 2,500 and
    95,000 t: 3,600, 500 and 19,000 t, and 4,100 t of scopes 1 and 2.
    """
    investor = "{name: bank, kind: loan, outstanding: 5000000 USD}"
    finance = f"equity: -2000000 USD, debt: 25000000 USD, investors: [{investor}]"
    told = company((18_000.0, 2_500.0, 95_000.0), 0.0, finance)
    assert told["scope_1"] == pytest.approx(3_600)
    assert told["scope_2"] == pytest.approx(500)
    assert told["scope_3"] == pytest.approx(19_000)
    assert told["scopes_1_2"] == pytest.approx(4_100)


@pytest.mark.parametrize(("country", "tonnes_a_mwh"), [("PER", 0.473), ("AFG", 0.414), ("ABW", 0.753)])
def test_a_megawatt_hour_given_avoids_the_operating_margin_of_the_country(country: str, tonnes_a_mwh: float) -> None:
    """IFI Technical Working Group and UNFCCC 2021, Harmonized IFI Default Grid Factors v3.1, operating margin."""
    text = f"name: x\ncountry: {country}\nyear: 2024\n"
    text += "statements: {avoided: {electricity: [{name: village, amount: 1 MWh/year}]}}\n"
    found = statements_of(site_from(text, "site"), read_tables()).avoided
    assert found is not None
    assert found.total.m_as("tCO2e/year") == pytest.approx(tonnes_a_mwh)
