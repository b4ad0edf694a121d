"""Statements beside the footprint, by hand: avoided, financed, sold, people and energy; and that none moves a total."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asmcarbon.errors import FactorNotFound, InputError
from asmcarbon.factors.tables import FactorTables, read_tables
from asmcarbon.footprint.derivation import convention, derived
from asmcarbon.footprint.equations import gas_emission
from asmcarbon.footprint.footprint import Footprint, Line
from asmcarbon.footprint.statements import SiteStatements, statements_of
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.reports.statements import statements_report
from asmcarbon.site.read import site_from
from asmcarbon.site.site import Site
from asmcarbon.units import quantity, unit_of

TONNES = unit_of("tCO2e/year")
# IFI TWG and UNFCCC, Harmonized IFI Default Grid Factors 2021 v3.1: operating margin of Peru, kgCO2/kWh.
MARGIN = 0.473
# A litre of diesel on the road: 0.84 kg x 43 MJ/kg x (74.1 + 0.0039 x 27 + 0.0039 x 273) g/MJ (IPCC 2006, AR6).
LITRE = 0.84 * 43 * (74.1 + 0.0039 * 27 + 0.0039 * 273) / 1e6
# Its supply, kgCO2e/L (DESNZ 2025).
SUPPLY = 0.62409 / 1e3
# One hectare with 100 tC.
HECTARE = 100 * 44 / 12

BEFORE = """
year: 2022
processing: {ore: 1000 t/year, products: {gold: 10 kg/year}}
energy:
  grid: {purchased: 100000 kWh/year, losses: 10 %}
  diesel: {vehicles: 1000 L/year, density: 0.84 kg/L}
land: {opened: [{area: 1 ha/year, carbon_before: 100 tC/ha, pools: [above_ground]}]}
"""
AFTER = BEFORE.replace("2022", "2024").replace("100000", "40000").replace("1 ha", "0 ha")
REMOVING = "land: {rehabilitated: [{method: trees, land: tailings, area: 2 ha, removals: 4 tCO2e/ha/year}]}\n"
FINANCE = "as_of: 2024-12-31, equity: 60000 USD, debt: 100000 USD"
LOAN = "{name: bank, kind: loan, outstanding: 80000 USD}"
FUND = "{name: fund, kind: equity, share: 25 %}"


@pytest.fixture(scope="module")
def tables() -> FactorTables:
    return read_tables()


def site(more: str = "", country: str = "PER") -> Site:
    year = "" if any(line.startswith("year:") for line in more.splitlines()) else "year: 2024\n"
    return site_from(f"name: A site\ncountry: {country}\n{year}{more}", "site.yaml")


def stated(more: str, before: str | None = None) -> SiteStatements:
    return statements_of(site(more), read_tables(), None if before is None else site(before))


def problems_of(more: str, before: str | None = None) -> dict[str, str]:
    with pytest.raises(InputError) as caught:
        stated(more, before)
    return {one.where: one.sentence() for one in caught.value.problems}


def avoided(found: SiteStatements) -> dict[str, float]:
    assert found.avoided is not None
    return {one.name: one.avoided.m_as(TONNES) for one in found.avoided.differences}


def test_avoided_is_the_baseline_less_the_year_by_scope_and_land_apart():
    found = stated(AFTER, BEFORE)
    lost = 60_000 * 0.10 / 0.90  # in the network, for 60,000 kWh less at the meter
    assert avoided(found) == pytest.approx(
        {"scope_1": 0, "scope_2": 60 * MARGIN, "scope_3": lost / 1e3 * MARGIN, "land_use_change": HECTARE}
    )
    assert found.avoided is not None
    assert found.avoided.total.m_as(TONNES) == pytest.approx((60_000 + lost) / 1e3 * MARGIN)  # land is not in it


def test_a_baseline_is_scaled_to_the_output_of_the_year():
    found = stated(AFTER.replace("gold: 10", "gold: 20"), BEFORE)
    assert found.avoided is not None and found.avoided.scale is not None
    assert (found.avoided.scale.per, found.avoided.scale.ratio) == ("gold", 2)
    told = avoided(found)
    assert told["scope_1"] == pytest.approx(2 * 1000 * LITRE - 1000 * LITRE)
    assert told["scope_2"] == pytest.approx(2 * 100 * MARGIN - 40 * MARGIN)
    assert told["land_use_change"] == pytest.approx(2 * HECTARE)


def test_ore_is_what_both_are_told_per_unit_of_where_asked():
    found = stated(AFTER.replace("1000 t", "500 t") + "statements: {avoided: {per: ore, why: a reason}}\n", BEFORE)
    assert avoided(found)["scope_2"] == pytest.approx(0.5 * 100 * MARGIN - 40 * MARGIN)


def test_a_year_that_emits_more_than_its_baseline_says_so():
    found = stated(BEFORE.replace("2022", "2024"), AFTER.replace("2024", "2022"))
    assert avoided(found)["scope_2"] == pytest.approx(-60 * MARGIN)


def test_electricity_counts_by_the_average_in_the_footprint_and_by_operating_margin_here():
    # MINAM 2024 for the inventory: 0.170232636 kgCO2, 0.0000095198 kgCH4 and 0.00000117053 kgN2O a kWh.
    average = 0.170232636 + 0.0000095198 * 27 + 0.00000117053 * 273
    found = stated(AFTER, BEFORE)
    assert found.footprint.total([2]).m_as(TONNES) == pytest.approx(40 * average)
    assert found.avoided is not None
    (actual,) = (one.actual for one in found.avoided.differences if one.name == "scope_2")
    assert actual.m_as(TONNES) == pytest.approx(40 * MARGIN)


def test_an_operating_margin_never_prices_an_inventory(tables: FactorTables):
    # Monaco has an operating margin and no other figure: its inventory is refused, its avoided electricity is not.
    assert [row.boundary for row in tables.by_place["electricity.grid", "MCO"]] == ["operating_margin"]
    with pytest.raises(FactorNotFound):
        footprint_report(site("energy: {grid: {purchased: 1000 kWh/year}}\n", "MCO"), tables)
    given_away = "statements: {avoided: {electricity: [{name: village, amount: 1000 kWh/year}]}}\n"
    found = statements_of(site(given_away, "MCO"), tables)
    margin = tables.by_place["electricity.grid", "MCO"][0].value
    assert found.avoided is not None
    assert found.avoided.total.m_as(TONNES) == pytest.approx(margin)


def test_a_margin_of_the_sites_own_comes_before_the_tables():
    own = "{value: 0.5 kgCO2e/kWh, basis: sourced, source: the ministry}"
    found = stated(AFTER + f"statements: {{avoided: {{operating_margin: {own}}}}}\n", BEFORE)
    assert avoided(found)["scope_2"] == pytest.approx(60 * 0.5)


def test_a_year_before_the_margins_is_refused_with_the_way_out(tables: FactorTables):
    text = "year: 2020\nstatements: {avoided: {electricity: [{name: village, amount: 1000 kWh/year}]}}\n"
    with pytest.raises(FactorNotFound, match=r"statements\.avoided\.operating_margin"):
        statements_of(site(text), tables)


def test_electricity_given_to_the_grid_avoids_by_operating_margin_without_a_baseline():
    found = stated("statements: {avoided: {electricity: [{name: village, amount: 5000 kWh/year}]}}\n")
    assert found.avoided is not None
    assert found.avoided.total.m_as(TONNES) == pytest.approx(5 * MARGIN)
    assert found.avoided.differences == ()


def test_what_only_one_of_both_states_is_named_and_land_is_not_compared_with_nothing():
    without = AFTER.replace("land: {opened: [{area: 0 ha/year, carbon_before: 100 tC/ha, pools: [above_ground]}]}", "")
    found = stated(without + "explosives: {anfo: 10 kg/year}\n", BEFORE)
    assert found.avoided is not None
    assert found.avoided.only == (("forest opened (above ground)",), ("ANFO detonated", "ANFO made"))
    assert found.avoided.incomparable == ("land_use_change",)
    assert found.avoided.land is None


def test_both_years_take_the_factors_of_the_year():
    # The baseline's own year, 2022, has another average of the grid, and its method another GWP set: neither counts.
    same = BEFORE.replace("2022", "2024").replace("area: 1 ha", "area: 1.0 ha")
    told = avoided(stated(same, BEFORE + "method: {gwp_set: AR4}\n"))
    assert told == pytest.approx(dict.fromkeys(told, 0), abs=1e-12)


@given(times=st.floats(0.01, 100))
def test_doing_more_of_the_same_avoids_nothing(times: float):
    """A baseline with as much of everything for each kilogram is the year itself, whatever its size."""
    more = (
        f"year: 2024\nprocessing: {{products: {{gold: {10 * times:.12g} kg/year}}}}\n"
        f"energy: {{grid: {{purchased: {1e5 * times:.12g} kWh/year}},"
        f" diesel: {{vehicles: {1e3 * times:.12g} L/year}}}}\n"
    )
    same = more.replace(f"{10 * times:.12g} kg", "10 kg").replace(f"{1e5 * times:.12g} kWh", "100000 kWh")
    found = stated(more, same.replace(f"{1e3 * times:.12g} L", "1000 L"))
    assert found.avoided is not None
    for one in found.avoided.differences:
        assert one.avoided.m_as(TONNES) == pytest.approx(0, abs=1e-6 * times)


def test_what_the_baseline_lacks_a_factor_for_is_said_of_the_baseline():
    with pytest.raises(FactorNotFound, match="the baseline: no factor for moonstone"):
        stated(AFTER, BEFORE + "materials: [{item: moonstone, amount: 1 t/year}]\n")


@pytest.mark.parametrize(
    ("more", "before", "where", "words"),
    [
        ("statements: {avoided: {why: hope}}\n", None, "statements.avoided", "neither a baseline nor electricity"),
        (AFTER + "method: {consolidation: equity_share}\n", BEFORE, "statements.avoided.baseline", "equity_share here"),
        (
            AFTER.replace("gold: 10 kg/year", "gold: 10 kg/year, silver: 5 kg/year"),
            BEFORE,
            "statements.avoided.per",
            "several products (gold, silver)",
        ),
        (AFTER.replace("gold: 10", "gold: 0"), BEFORE, "statements.avoided.per", "this year made no gold"),
        (
            "year: 2024\nprocessing: {ore: 5 t/year}\n",
            "year: 2022\n",
            "statements.avoided.per",
            "the baseline does not state how much ore",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(more: str, before: str | None, where: str, words: str):
    assert words in problems_of(more, before)[where]


def test_another_country_is_not_a_baseline(tables: FactorTables):
    with pytest.raises(InputError, match="country is PER here and TZA in the baseline"):
        statements_of(site(AFTER), tables, site(BEFORE, "TZA"))


def finance(investors: str, more: str = FINANCE) -> str:
    return f"statements: {{finance: {{{more}, investors: [{investors}]}}}}\n"


def test_a_loan_and_a_holding_answer_for_their_share_of_every_total():
    diesel = "energy: {diesel: {vehicles: 1000 L/year, density: 0.84 kg/L}}\n"
    found = stated(diesel + REMOVING + finance(f"{LOAN}, {FUND}")).financed
    assert found is not None
    assert [one.factor for one in found.investors] == pytest.approx([80 / 160, 0.25 * 60 / 160])
    assert found.unattributed == pytest.approx(1 - 95 / 160)
    bank = found.investors[0].totals
    assert bank["scopes_1_2"].m_as(TONNES) == pytest.approx(1000 * LITRE / 2)
    assert bank["scope_3"].m_as(TONNES) == pytest.approx(1000 * SUPPLY / 2)
    assert bank["removals"].m_as(TONNES) == pytest.approx(2 * 4 / 2)
    assert bank["land_use_change"] is None
    assert bank["credits_generated"] is None


@pytest.mark.parametrize(
    ("investors", "more", "where", "words"),
    [
        (LOAN.replace("80000", "100001"), FINANCE, "investors", "100,001 USD, are more than the debt, 100,000 USD"),
        (f"{FUND.replace('25', '60')}, {FUND.replace('25', '50')}", FINANCE, "investors", "make 110 %"),
        (
            FUND.replace("share: 25 %", "outstanding: 1 USD"),
            FINANCE.replace("60000", "-60000"),
            "investors",
            "1 USD, is more than there is, 0 USD",
        ),
        (FUND, "as_of: 2024-12-31, equity: -1 USD, debt: 0 USD", "", "neither equity nor debt"),
        (LOAN, FINANCE.replace("2024", "2023"), "as_of", "is not of the site's year, 2024"),
    ],
)
def test_more_than_there_is_to_attribute_is_refused(investors: str, more: str, where: str, words: str):
    found = problems_of(finance(investors, more))
    assert words in found[".".join(filter(None, ("statements.finance", where)))]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (finance("{name: bank, kind: loan, share: 5 %}"), "a loan has a share"),
        (finance("{name: fund, kind: equity}"), "neither outstanding nor share"),
        (finance(LOAN, FINANCE.replace("12-31", "02-30")), "2024-02-30 is no day"),
        (finance(LOAN, FINANCE.replace("2024-12-31", "last year")), "YYYY-MM-DD"),
        ("people: {workers: 5 person, indirect_multiplier: 4}\n", "indirect_multiplier has no source"),
        ("statements: {avoided: {operating_margin: 0.4 kgCO2e/kWh}}\n", "operating_margin has no source"),
        (
            "statements: {social: {premium: {received: 9 USD/year, spent: [{purpose: a, amount: 10 USD/year}]}}}\n",
            "10 USD a year are spent of a premium of 9",
        ),
        (
            "statements: {credits_sold: [{kind: removal, amount: 0 tCO2e/year, programme: a, vintage: 2024}]}\n",
            "more than 0",
        ),
    ],
)
def test_a_statement_that_contradicts_itself_is_refused_where_it_stands(more: str, words: str):
    with pytest.raises(InputError) as caught:
        site(more)
    assert words in str(caught.value)
    assert all(one.line is not None for one in caught.value.problems)


MEASURED = "{value: 1000 L/year, basis: measured}"


@pytest.mark.parametrize(
    ("amount", "more", "score", "words"),
    [
        (MEASURED, FINANCE, 2, "option 1b of table 5-7"),
        (MEASURED, FINANCE + ", asset_class: project_finance", 2, "option 1b of table 5-10"),
        ("1000 L/year", FINANCE, None, "energy.diesel.vehicles are not marked measured"),
        ("1000 L/year", FINANCE + ", verified: an auditor to ISO 14064-3", 1, "option 1a of table 5-7"),
    ],
)
def test_data_quality_follows_the_tables_of_pcaf(amount: str, more: str, score: int | None, words: str):
    # PCAF 2022, Part A, second edition, tables 5-7 and 5-10.
    found = stated(f"energy: {{diesel: {{vehicles: {amount}}}}}\n" + finance(LOAN, more)).financed
    assert found is not None
    assert found.score == score
    assert words in found.option


@given(equity=st.floats(-1e9, 1e9), debt=st.floats(1, 1e9), loan=st.floats(0, 1), holding=st.floats(0, 100))
def test_nobody_answers_for_more_than_all(equity: float, debt: float, loan: float, holding: float):
    from asmcarbon.footprint.financed import financed_of

    investors = (
        f"{{name: bank, kind: loan, outstanding: {debt * loan:.9f} USD}},"
        f" {{name: rest of the debt, kind: loan, outstanding: {debt * (1 - loan):.9f} USD}},"
        f" {{name: fund, kind: equity, share: {holding:.9f} %}},"
        f" {{name: rest, kind: equity, share: {100 - holding:.9f} %}}"
    )
    of = site(finance(investors, f"as_of: 2024-12-31, equity: {equity:.9f} USD, debt: {debt:.9f} USD"))
    co2e = quantity(1000.0, "kgCO2e/year")
    one = convention("a", 1.0, "1", "")
    step = derived(gas_emission, activity=one, emission_factor=one)
    line = Line("a", "a", 1, "CO2", quantity(1.0, "tCO2/year"), co2e, step, "", "", "test", "AR6", False, False)
    found = financed_of(of, Footprint((line,), "test", "AR6"))
    assert found is not None
    whole = sum(one.totals["scope_1"].m_as(TONNES) for one in found.investors)
    assert whole == pytest.approx(1.0, rel=1e-6)


SALE = "{{kind: {kind}, amount: {amount} tCO2e/year, programme: a standard, vintage: 2024}}"


def sold(kind: str, *amounts: float) -> str:
    return "statements: {credits_sold: [" + ", ".join(SALE.format(kind=kind, amount=one) for one in amounts) + "]}\n"


def test_removals_that_are_sold_leave_the_sites_own_claim():
    (claim,) = stated(REMOVING + sold("removal", 3, 2)).claims
    told = [one.m_as(TONNES) for one in (claim.total, claim.sold, claim.own)]
    assert told == pytest.approx([8, 5, 3])


def test_avoided_emissions_that_are_sold_leave_the_claim_of_their_own_kind():
    claims = stated(AFTER + sold("avoided_land_use_change", 100), BEFORE).claims
    assert [(one.kind, one.own.m_as(TONNES)) for one in claims] == [
        ("avoided_land_use_change", pytest.approx(HECTARE - 100))
    ]


@pytest.mark.parametrize(
    ("more", "before", "words"),
    [
        (REMOVING + sold("removal", 5, 4), None, "9 tCO2e a year are sold as removal, and there are 8"),
        (sold("removal", 1), None, "1 tCO2e a year are sold as removal, and the site states none of it"),
        (sold("avoided", 1), None, "1 tCO2e a year are sold as avoided, and the site states none of it"),
        (AFTER + sold("avoided", 900), BEFORE, "900 tCO2e a year are sold as avoided, and there are 31.5"),
    ],
)
def test_selling_more_than_there_is_is_refused(more: str, before: str | None, words: str):
    assert words in problems_of(more, before)["statements.credits_sold"]


def test_credits_of_another_vintage_are_refused():
    found = problems_of(REMOVING + sold("removal", 1).replace("vintage: 2024", "vintage: 2023"))
    assert "vintage 2023 is not the site's year, 2024" in found["statements.credits_sold.0.vintage"]


def test_no_total_of_the_footprint_moves_with_a_statement(tables: FactorTables):
    alone = site(
        AFTER.replace(
            "land: {",
            "land: {rehabilitated: [{method: trees, land: tailings, area: 2 ha, removals: 4 tCO2e/ha/year}], ",
        )
    )
    text = finance(f"{LOAN}, {FUND}").replace("}}\n", "}, ") + sold("removal", 3).removeprefix("statements: {")
    beside = alone.model_copy(update={"statements": site("year: 2024\n" + text).statements})
    first, second = (footprint_report(one, tables) for one in (alone, beside))
    for name in (
        "totals",
        "land_use_change",
        "removals",
        "scope_2_market_based",
        "intensities",
        "comparisons",
        "lines",
    ):
        assert first[name] == second[name], name
    assert statements_report(beside, tables)["credits"][0]["own_claim"]["value"] == pytest.approx(5)


PEOPLE = "people: {workers: 120 person, women: 30 person, hours: 1040 h/year, wages: 249600 USD/year%s}\n"
CITED = ", indirect_multiplier: {value: 4, basis: sourced, source: 'Extractives Hub, topic 414'}"


def social(more: str) -> dict[str, float]:
    return {one.key: float(one.value.magnitude) for one in stated(more).social}


def test_people_are_counted_and_jobs_are_full_time():
    told = social(PEOPLE % CITED)
    assert told == pytest.approx(
        {
            "workers": 120, "women": 30, "men": 90, "jobs": 60, "indirect_jobs": 240, "hours": 124_800,
            "wages": 249_600, "hourly_wage": 2,
        }
    )  # fmt: skip


def test_no_indirect_job_is_told_without_a_multiplier(tables: FactorTables):
    found = stated(PEOPLE % "")
    assert "indirect_jobs" not in {one.key for one in found.social}
    assert (found.intensities, found.comparisons) == ((), ())
    notes = statements_report(site(PEOPLE % ""), tables)["notes"]
    assert any("3-5 for asm (Extractives Hub)" in note for note in notes)


def test_an_intensity_per_direct_and_indirect_job_stands_beside_a_benchmark_that_has_a_multiplier_too():
    diesel = "energy: {diesel: {vehicles: 100000 L/year, density: 0.84 kg/L}}\n"
    found = stated(PEOPLE % CITED + diesel + "processing: {products: {gold: 12 kg/year}}\n")
    (direct,) = (one for one in found.intensities if one.total == "scopes_1_2")
    assert direct.value.m_as("tCO2e/job/year") == pytest.approx(100_000 * LITRE / 300)
    # World Gold Council and S&P: 138.3 t a direct job-year, six jobs of suppliers for each direct one.
    (beside,) = found.comparisons
    assert beside.benchmark.m_as("tCO2e/job/year") == pytest.approx(138.3 / 7)
    assert beside.ratio == pytest.approx(100_000 * LITRE / 300 / (138.3 / 7))


def test_nothing_is_compared_per_indirect_job_with_a_benchmark_that_has_none():
    found = stated(PEOPLE % CITED + "processing: {products: {copper: 12 t/year}}\n")
    assert found.intensities
    assert found.comparisons == ()


def test_land_mercury_and_premium_are_told_with_what_follows_from_them():
    more = (
        "processing: {mercury: 5 kg/year}\n"
        "land: {opened: [{area: 4 ha/year, carbon_before: 10 tC/ha, pools: [litter]},"
        " {area: 9 ha/year, year: 2020, carbon_before: 10 tC/ha, pools: [litter]}],"
        " disturbed: [{land: tailings, area: 7 ha}]}\n"
        "statements: {social: {mercury_released: 1 kg/year, rehabilitated: 3 ha/year, taxes: 2 USD/year,"
        " royalties: 1 USD/year, local_spending: 5 USD/month, premium: {received: 100 USD/year,"
        " spent: [{purpose: school, amount: 60 USD/year}, {purpose: water, amount: 15 USD/year}]}}}\n"
    )
    assert social(more) == pytest.approx(
        {
            "mercury_used": 5, "mercury_released": 1, "land_opened": 4, "land_rehabilitated": 3,
            "rehabilitation_ratio": 0.75, "land_disturbed": 7, "taxes": 2, "royalties": 1, "local_spending": 60,
            "premium_received": 100, "premium_spent": 75, "premium_unspent": 25,
        }
    )  # fmt: skip


def energy(more: str) -> dict[str, float]:
    return {one.key: float(one.value.magnitude) for one in stated(more).energy}


def test_energy_is_fuel_by_its_calorific_value_and_electricity_bought_and_made():
    generated = "statements: {electricity_generated: {renewable: 10 MWh/year, non_renewable: 5 MWh/year}}\n"
    told = energy(
        "energy: {diesel: {generator: 1000 L/year, vehicles: 500 L/year, density: 0.84 kg/L,"
        " net_calorific_value: 43 GJ/t}, grid: {purchased: 20 MWh/year}}\n" + generated
    )
    fuels = 1500 * 0.84 * 43 / 1e3
    assert told == pytest.approx(
        {
            "fuels": fuels, "electricity_bought": 72, "energy_purchased": fuels + 72, "generated_renewable": 36,
            "generated_non_renewable": 18, "energy_generated": 54, "energy_consumed": fuels + 72 + 36,
            "grid_share": 100 * 72 / (fuels + 108), "renewable_share": 100 * 36 / (fuels + 108),
        }
    )  # fmt: skip


def test_what_is_consumed_is_not_told_where_an_array_gave_an_unknown_amount(tables: FactorTables):
    array = "energy: {solar: {power: 10 kW, lifetime: 25 year}}\n"
    assert not {"energy_consumed", "renewable_share"} & energy(array).keys()
    assert any("electricity_generated.renewable" in note for note in statements_report(site(array), tables)["notes"])


def test_codes_that_were_seen_second_hand_are_marked(tables: FactorTables):
    report = statements_report(site(PEOPLE % CITED), tables)
    codes = {one["code"]: one["verified"] for row in report["social"] + report["emissions"] for one in row["codes"]}
    assert {"OI4112", "OI1479", "OI9604", "305-1", "EM-MM-110a.1"} <= {code for code, seen in codes.items() if seen}
    assert {code for code, seen in codes.items() if not seen} == {"OI8869", "OI6213", "S1-6", "E1-6"}
