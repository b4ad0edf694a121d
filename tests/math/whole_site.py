"""A site of two days with every room in it and every limit set: what the book of the model describes, all at once."""

import numpy as np
from msgspec.structs import replace
from small_cases import LAND, generator, grid, measure, method, parameters, shiftable, solar, storage

from asmcarbon.finance.debt import early_of, payments_of, schedule_of
from asmcarbon.optimise.parameters import AdequacyParameters, CommunityParameters, Parameters
from asmcarbon.optimise.staged_model import Pathway
from asmcarbon.optimise.terms import Advance, Premium, Terms, Tonnes

HOURS = np.arange(48)
SUN = np.clip(np.sin((HOURS % 24 - 6) / 12 * np.pi), 0.0, None)
LOAD_KW = 3.0 + (HOURS % 24 > 7) * (HOURS % 24 < 18) * 2.0 + HOURS / 100.0


def whole_site(**changed) -> Parameters:
    """Return a site with all that may be offered and limited; a grid that it may be connected to."""
    given = {
        "solar": solar(SUN, kit_kw=1.5, maximum_kw=30.0, standing_kw=2.0),
        "storage": storage(
            energy_annual_cost_per_kwh=0.7,
            power_annual_cost_per_kw=0.9,
            minimum_state=0.2,
            maximum_kwh=60.0,
            maximum_kw=20.0,
            kit_kwh=2.5,
            kit_kw=0.75,
            cycles_per_year=3.0,
            may_charge=(HOURS % 24 != 9).astype(float),
            standing_kwh=3.0,
            standing_kw=1.0,
        ),
        "generators": (
            generator(),
            generator(name="old", units_minimum=0, annual_cost_per_unit=7.0, price_per_kwh=0.45),
            generator(
                name="new",
                units_minimum=0,
                units_maximum=3,
                annual_cost_per_unit=6.0,
                capital_cost_per_unit=70.0,
                embodied_kgco2e_per_unit_year=5.0,
                price_per_kwh=0.4,
            ),
        ),
        "grid": grid(
            HOURS % 7 > 1,
            is_connected=False,
            connection_annual_cost=2.0,
            connection_capital_cost=90.0,
            demand_charge_per_kw_month=0.05,
            month=HOURS // 24,
            export_price_per_kwh=0.05,
            export_limit_kw=3.0,
            is_firm=True,
        ),
        "measures": (
            measure(0.2 + 0.0 * HOURS, annual_cost=-9.0, person_days=4.0),
            measure(
                -0.1 * LOAD_KW, name="motors", is_whole=False, maximum=1.5, capital_cost=20.0, yearly_person_days=3.0
            ),
        ),
        "shiftable": (
            shiftable(2.0, HOURS % 24 > 5, 6.0, 4.0),
            replace(shiftable(1.0, HOURS % 24 < 20, 3.0, 2.0), measure=0),
        ),
        "land": LAND,
        "rehabilitation": (
            method(minimum_ha=0.1),
            method(
                "wetland",
                annual_cost_per_ha=12.0,
                maximum_ha=1.5,
                person_days_per_ha=35.0,
                yearly_person_days_per_ha=2.5,
            ),
            method("grass", "tailings", annual_cost_per_ha=4.0, removals_kgco2e_per_ha_year=90.0),
        ),
        "rehabilitation_obligation_ha": 0.5,
        "rehabilitation_target_ha": 0.75,
        "removals_target_kgco2e_year": 300.0,
        "adequacy": AdequacyParameters(3.5, reserve=0.2, largest_motor_start_kw=1.0, carried_kwh=2.0),
        "community": CommunityParameters(0.9 * (HOURS % 24 > 8) * (HOURS % 24 < 15), 3.0, short_price_per_kwh=2.0),
        "budget": 2500.0,
        "emissions_cap_kgco2e": 150.0,
        "other_kgco2e": 11.0,
        "work_years": 10.0,
        "person_days_target": 1.5,
        "unserved_maximum_kwh": 5.0,
        "critical_kw": 0.6 * LOAD_KW,
    }
    return parameters(LOAD_KW, **given | changed)


def connected_site() -> Parameters:
    """Return the site with its connection there, nothing sold in kits, and what is promised to a community sold."""
    whole = whole_site()
    assert whole.grid is not None and whole.solar is not None and whole.storage is not None
    return replace(
        whole,
        community=CommunityParameters(np.zeros(48), 2.0, is_sold=True),
        grid=replace(whole.grid, is_connected=True),
        solar=replace(whole.solar, kit_kw=None),
        storage=replace(whole.storage, kit_kwh=None, kit_kw=None),
    )


def whole_scenarios() -> tuple[Parameters, Parameters]:
    """Return the site, and one with more load, dearer fuel and panels and another cap."""
    first = whole_site()
    assert first.solar is not None
    other = replace(
        first,
        load_kw=1.05 * LOAD_KW,
        emissions_cap_kgco2e=170.0,
        solar=replace(first.solar, annual_cost_per_kw=1.3, capital_cost_per_kw=120.0),
        generators=tuple(replace(one, price_per_kwh=1.2 * one.price_per_kwh) for one in first.generators),
    )
    return first, other


def whole_pathway(**changed) -> Pathway:
    """Return two stages of the site, the second dearer to buy in and with more load; a battery that serves one only."""
    first = whole_site()
    assert first.solar is not None and first.storage is not None and first.grid is not None
    then = replace(
        first,
        load_kw=1.1 * LOAD_KW,
        budget=1800.0,
        solar=replace(first.solar, annual_cost_per_kw=0.8, capital_cost_per_kw=80.0, kit_kw=2.0),
        storage=replace(first.storage, energy_annual_cost_per_kwh=0.5, energy_capital_cost_per_kwh=25.0, kit_kw=None),
        grid=replace(first.grid, connection_annual_cost=9.0, connection_capital_cost=95.0, price_per_kwh=0.22),
        measures=tuple(replace(one, capital_cost=one.capital_cost + 5.0) for one in first.measures),
    )
    given = {"lifetimes": (25, 4, None), "degradation": 0.02} | changed
    return Pathway((first, then), (0, 4), 10, 0.08, **given)


def structured_pathway() -> Pathway:
    """Return the two stages without what a year dispatched without a solver cannot have."""
    whole = whole_pathway()
    stages = []
    for one in whole.stages:
        assert one.grid is not None and one.storage is not None
        grid = replace(one.grid, demand_charge_per_kw_month=0.0, export_price_per_kwh=None)
        storage = replace(one.storage, cycles_per_year=None)
        stages.append(replace(one, grid=grid, storage=storage, shiftable=(), unserved_maximum_kwh=None, community=None))
    return replace(whole, stages=tuple(stages))


def financed_pathway() -> Pathway:
    """Return the two stages with lives that end between and within them: a year of each kind of replacement."""
    return whole_pathway(lifetimes=(7, 4, 9))


def lent(name: str, rate: float, months: int, grace_months: int = 0, balloon: float = 0.0, **more) -> Advance:
    """Return money that is paid back by the month."""
    due = schedule_of(rate, months, grace_months, balloon)
    left = tuple(float(one) for one in np.maximum(1.0 - np.cumsum(due.principal), 0.0))
    early = early_of(payments_of(rate / 12, months, grace_months, balloon), 12, 1.08 * 1.03 - 1.0)
    return Advance(name, interest=due.interest, principal=due.principal, left=left, early=early, **more)


def mine_terms() -> Terms:
    """Return terms that offer all there is, where debt is paid from what the mine earns after tax."""
    years = range(11)
    return Terms(
        inflation=0.03,
        lifetimes={"generator": (5,), "measure": (3, 8), "rehabilitation": (20, 12, 6), "connection": (9,)},
        today_cost=(340.0, 360.0),
        today_kgco2e=(160.0, 175.0),
        advances=(
            Advance("grant", ("solar", "battery"), share=0.3, ceiling=150.0, fee=0.01),
            lent("bank", 0.12, 36, share=0.7, ceiling=900.0, minimum=40.0, fee=0.02),
            # Whatever the stage, this one lasts beyond the horizon: what is left then is still owed.
            lent("lease", 0.10, 144, 12, 0.2, pays_for=("solar", "generator", "connection"), share=0.8),
        ),
        tonnes=(
            Tonnes("fund", tuple(30.0 * 1.03**t for t in years), kept=0.9, ceiling=12.0),
            Tonnes("credits", tuple(90.0 * 1.05**t for t in years), 0.8, True, None, 0.4, 1.5),
        ),
        premiums=(
            Premium("responsible", tuple(40.0 * 1.03**t for t in years), 0, 6.0, 15.0),
            Premium("plain", tuple(3.0 * 1.03**t for t in years), None, 2.0, 11.0),
        ),
        own_money=300.0,
        minimum_cover=1.3,
        mine_income=(700.0, 720.0),
        tax_rate=0.25,
    )


def savings_terms() -> Terms:
    """Return the same terms where debt is paid from savings: there is no profit, and no tax."""
    return replace(mine_terms(), mine_income=None, tax_rate=0.0)


def whole_stage_scenarios() -> tuple[Pathway, Pathway]:
    """Return the two stages, and the same with more load, dearer panels and another cap, budget and critical peak."""
    first = structured_pathway()
    stages = []
    for one in first.stages:
        assert one.solar is not None and one.adequacy is not None
        solar = replace(one.solar, annual_cost_per_kw=1.5 * one.solar.annual_cost_per_kw, capital_cost_per_kw=130.0)
        adequacy = replace(one.adequacy, critical_peak_kw=1.1 * one.adequacy.critical_peak_kw)
        measures = tuple(
            replace(each, annual_cost=each.annual_cost + 2.0, operational_kgco2e_change=-7.0) for each in one.measures
        )
        stages.append(
            replace(one, load_kw=1.05 * one.load_kw, emissions_cap_kgco2e=170.0, budget=2100.0, solar=solar,
                    adequacy=adequacy, measures=measures)
        )  # fmt: skip
    return first, replace(first, stages=tuple(stages))
