"""Equipment stated in a site file, to the plan: its figures re-derived here from the hours, outside the solver."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from asmcarbon.energy.load import load_of
from asmcarbon.energy.outages import availability_of
from asmcarbon.errors import InputError
from asmcarbon.factors.tables import FactorTables, read_tables
from asmcarbon.optimise import local_search
from asmcarbon.optimise.assets import assets_of
from asmcarbon.optimise.derating import derated
from asmcarbon.optimise.site_checks import check_plannable
from asmcarbon.optimise.site_equipment import adequacy_of, shiftable_of
from asmcarbon.planning import plan_site as plan_site_room
from asmcarbon.planning.plan_site import SitePlan, plan_site
from asmcarbon.planning.prepare import sun_at
from asmcarbon.site.read import site_of
from asmcarbon.site.site import Site

SITE: dict[str, Any] = {
    "name": "x", "country": "TZA", "year": 2024,
    "location": {"latitude": -2.9, "longitude": 32.2, "elevation": "1200 m"},
    "energy": {
        "diesel": {"generator": "20000 L/year", "price": "1.20 USD/L"},
        "generators": [
            {"name": "old set", "rated_power": "40 kW", "minimum_load": "30 %",
             "fuel_curve": {"slope": "0.27 L/kWh", "intercept": "0.04 L/kWh"},
             "fixed_cost": "900 USD/year", "may_retire": True},
        ],
        "grid": {
            "connected": False, "limit": "15 kW", "price": "0.12 USD/kWh", "connection_cost": "9000 USD",
            "connection_lifetime": "20 year", "standing_charge": "25 USD/month", "demand_charge": "4 USD/kW/month",
            "export_price": "0.04 USD/kWh", "export_limit": "5 kW",
            "outages": {"per_month": "10 1/month", "duration": "2 h"},
        },
        "machines": [
            {"name": "mill", "rated_power": "15 kW", "hours": "6 h/day", "days": "300 day/year",
             "window": "06:00-20:00", "shiftable": True},
            {"name": "pump", "rated_power": "4 kW", "hours": "8 h/day", "days": "365 day/year", "window": "08:00-16:00",
             "critical": True, "start_multiplier": 3},
        ],
    },
    "options": {
        "solar": {"capital_cost": "1300 USD/kW", "operation_cost": "20 USD/kW/year", "lifetime": "25 year",
                  "area": "0.06 ha"},
        "battery": {"energy_capital_cost": "350 USD/kWh", "power_capital_cost": "250 USD/kW", "lifetime": "10 year",
                    "inverter_lifetime": "15 year", "operation_cost": "5 USD/kWh/year",
                    "power_operation_cost": "5 USD/kW/year"},
        "adequacy": {"reserve": "25 %", "carry": "30 min", "hourly_load": "10 %"},
    },
}  # fmt: skip


# A generator that stays spares the long year without one.
STAYS = {"energy__generators__0__may_retire": False}


def site(**changes: Any) -> Site:
    """Return the site with dotted keys changed; None takes a key away."""
    content = json.loads(json.dumps(SITE))
    for path, value in changes.items():
        *parents, last = path.split("__")
        part = content
        for key in parents:
            part = part[int(key)] if isinstance(part, list) else part[key]
        if value is None:
            del part[last]
        else:
            part[last] = value
    return site_of(content)


@pytest.fixture(scope="module", autouse=True)
def two_years_are_enough() -> Iterator[None]:
    """What is derived here holds of any plan: two years with generators on and off are enough."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan_site_room, "_ATTEMPTS", 2)
        patch.setattr(local_search, "MOST_TRIALS", 0)
        yield


@pytest.fixture(scope="module")
def tables() -> FactorTables:
    return read_tables()


@pytest.fixture(scope="module")
def found(tables: FactorTables) -> SitePlan:
    return plan_site(site(**STAYS), tables)


def test_energy_cost_is_fuel_charges_and_peaks_less_sales(found: SitePlan) -> None:
    solution, year = found.solution, found.plan.planned
    months = np.repeat(np.arange(12), [24 * days for days in (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)])
    peaks_kw = sum(solution.grid_kw[months == month].max() for month in range(12))
    cost = 0.12 * solution.grid_kw.sum() - 0.04 * solution.export_kw.sum() + 4 * peaks_kw
    cost += 12 * 25 + 1.20 * solution.fuel_l[0] + 900
    assert solution.export_kw.sum() > 1.0
    assert peaks_kw > 1.0
    assert year.energy_cost == pytest.approx(cost, rel=1e-9)
    assert year.supply.exported == pytest.approx(solution.export_kw.sum())


def test_today_costs_its_fuel_and_the_keep_of_its_generator(found: SitePlan) -> None:
    assert found.plan.today.energy_cost == pytest.approx(20000 * 1.20 + 900)


def test_annual_cost_is_annuities_and_the_running_year(found: SitePlan) -> None:
    def annuity(years: float) -> float:
        return 0.10 / (1 - 1.10**-years)

    lives = {"solar": 25, "battery": 10, "inverter": 15, "connection": 20}
    capital = sum(annuity(lives[one.asset.kind]) * one.capital_cost for one in found.plan.purchases)
    assert found.plan.annual_cost == pytest.approx(capital + found.plan.planned.running_cost, rel=1e-6)


def test_every_hour_is_served_within_what_the_grid_gives_and_takes(found: SitePlan) -> None:
    solution = found.solution
    given = solution.solar_available_kw + solution.discharge_kw + solution.grid_kw + sum(solution.generators_kw)
    taken = solution.load_kw + solution.charge_kw + solution.export_kw
    assert (given - taken).min() > -1e-6
    assert found.site.energy.grid is not None
    availability = availability_of(found.site.energy.grid)
    assert (solution.grid_kw <= 15 * availability + 1e-6).all()
    assert (solution.export_kw <= np.minimum(5 * availability, solution.solar_available_kw) + 1e-6).all()


def test_the_mill_has_its_energy_of_each_day_within_its_window(found: SitePlan) -> None:
    mill_kw = found.solution.shiftable_kw[0].reshape(365, 24)
    # 15 kW for 6 h on 300 of the 365 days.
    energy_kwh = mill_kw.sum(axis=1)
    assert np.minimum(energy_kwh, np.abs(energy_kwh - 90.0)).max() == pytest.approx(0.0, abs=1e-6)
    assert energy_kwh.sum() == pytest.approx(15 * 6 * 300)
    assert mill_kw[:, :6].max() == mill_kw[:, 20:].max() == 0.0
    assert mill_kw.max() <= 15 + 1e-6


def test_power_and_energy_stand_ready_for_the_pump(found: SitePlan) -> None:
    # 4 kW * 1.25 + (3 - 1) * 4 kW of its start; half an hour of 4 kW can always be given out.
    solution = found.solution
    firm_kw = solution.storage_kw + 40.0 * solution.generator_units[0]
    assert firm_kw >= 13.0 - 1e-6
    spare_kwh = solution.stored_kwh - 0.2 * solution.storage_kwh
    assert spare_kwh.min() * 0.94792 >= 2.0 - 1e-6


def test_the_array_fits_the_ground(found: SitePlan) -> None:
    # 600 m2 at 24.28 m2/kW.
    assert found.solution.solar_kw <= 600 / 24.281238 + 1e-6
    assert any(one.name == "solar.area_per_power" for one in found.assets.assumptions)


def test_a_connection_that_is_bought_is_an_asset_of_the_cash_flow(found: SitePlan) -> None:
    (connection,) = found.plan.bought("connection")
    assert connection.capital_cost == 9000.0
    others = sum(one.capital_cost for one in found.plan.purchases if one is not connection)
    assert found.cashflow.years[0].capital == pytest.approx(9000.0 + others)
    assert found.site_after.energy.grid is not None
    assert found.site_after.energy.grid.connected


def test_critical_load_and_motor_starts_come_from_the_machines() -> None:
    one = site()
    asked = adequacy_of(one, load_of(one.energy.machines))
    assert asked is not None
    assert (asked.critical_peak_kw, asked.reserve, asked.largest_motor_start_kw) == (4.0, 0.25, 8.0)
    assert (asked.required_kw, asked.carried_kwh) == (13.0, 2.0)


def test_a_motor_draws_its_shaft_power_over_its_efficiency() -> None:
    one = site(energy__machines__1__motor_efficiency="80 %", energy__machines__1__diversity="50 %")
    assert load_of(one.energy.machines[1:]).annual_kwh == pytest.approx(4 / 0.8 * 0.5 * 8 * 365)


def test_weekdays_are_counted_from_a_monday() -> None:
    one = site(energy__machines__1__days=None, energy__machines__1__weekdays=["monday", "sunday"])
    days = load_of(one.energy.machines[1:]).hourly_kw.reshape(365, 24).sum(axis=1)
    assert np.flatnonzero(days)[:4].tolist() == [0, 6, 7, 13]
    assert np.count_nonzero(days) == 53 + 52


def test_a_shiftable_machine_keeps_its_energy_of_the_year() -> None:
    (mill,) = shiftable_of(site())
    assert mill.daily_energy_kwh.sum() == pytest.approx(15 * 6 * 300)
    assert mill.window.reshape(365, 24).sum(axis=1).max() == 14


def test_a_plate_of_sea_level_is_derated_by_the_published_example(tables: FactorTables) -> None:
    # Güçbir: 100 kVA at 6,079 ft (1,853 m) gives 80.48 kVA; idling and the price by the plate stay.
    high = site(
        location__elevation="1852.8792 m",
        energy__generators__0__rated_at="sea_level",
        energy__generators__0__rated_power="100 kW",
    )
    changed, taken, notes = derated(high, sun_at(high, None), tables)
    one = changed.energy.generators[0]
    assert one.rated_power.to("kW") == pytest.approx(80.48, abs=0.01)
    assert one.curve_l_per_kwh[1] * one.rated_power.to("kW") == pytest.approx(0.04 * 100)
    assert len(taken) == 4
    assert "80%" in notes[0]


def test_kits_are_told_in_whole_numbers(tables: FactorTables) -> None:
    one = site(
        options__solar__kit="2.5 kW",
        energy__grid=None,
        energy__machines__0__shiftable=False,
        options__adequacy=None,
        **STAYS,
    )
    (array,) = plan_site(one, tables).plan.bought("solar")
    assert array.kits is not None
    assert array.size == pytest.approx(2.5 * array.kits, abs=1e-6)


def test_what_is_hard_to_believe_is_said(tables: FactorTables) -> None:
    cheap = site(
        options__solar__capital_cost="290 USD/kW",
        options__claimed_payback="0.01 year",
        energy__grid=None,
        energy__generators__0__fuel_curve={"slope": "0.15 L/kWh", "intercept": "0.01 L/kWh"},
        energy__machines__0__shiftable=False,
        options__adequacy=None,
        **STAYS,
    )
    notes = " ".join(plan_site(cheap, tables).notes)
    assert "290 USD/kW is cheaper than large plants" in notes
    assert "a payback of 0.01 years is promised" in notes
    assert "old set at 0.16 L/kWh burns a quarter less" in notes


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"energy__machines__1__critical": False}, "no machine is critical"),
        ({"energy__machines__0__critical": True}, "a critical machine cannot wait for the sun"),
        ({"energy__machines__0__weekdays": ["monday"]}, "days and weekdays are both given or both missing"),
        ({"energy__grid__connection_lifetime": None}, "one of connection_cost and connection_lifetime is missing"),
        ({"energy__grid__connected": True}, "a connection that stands has its cost behind it"),
        ({"options__unserved_maximum": "10 kWh/year"}, "unserved_maximum is given without unserved_energy_price"),
        ({"energy__grid__demand_charge": "0.12 USD/kWh"}, "'0.12 USD/kWh' is in another unit; expected USD/kW/month"),
        ({"location": None}, "location  is missing"),
        ({"options__removals_target": "5 tCO2e/year"}, "removals_target  no way of rehabilitation is offered"),
        ({"options__objective": "most_jobs"}, "objective  no way of rehabilitation and no measure states its"),
        ({"options__battery__offered": False}, "no battery is offered that could carry the critical machines"),
    ],
)
def test_what_does_not_fit_together_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        check_plannable(site(**changes))


def test_room_is_assumed_only_where_it_limits(tables: FactorTables) -> None:
    assert assets_of(site(options__solar__area=None), tables).area_m2_per_kw == 0.0


def test_wind_cools_the_panels() -> None:
    # Faiman (2008): panels are G / (25 + 6.84 w) warmer than the air; a kelvin takes 0.47 % of the power.
    calm, windy = (sun_at(site(energy__weather={"wind": wind}), None) for wind in ("1 m/s", "4 m/s"))
    ghi = windy.weather.ghi_w_m2
    cooler_k = ghi * (1 / (25 + 6.84 * 1) - 1 / (25 + 6.84 * 4))
    gain = 0.0047 * (ghi @ cooler_k) / ghi.sum()
    assert windy.annual_yield_kwh_per_kw / calm.annual_yield_kwh_per_kw - 1 == pytest.approx(gain, rel=0.15)


def test_a_generator_is_given_up_where_its_keep_costs_more_than_it_spares(tables: FactorTables) -> None:
    # The grid of today carries the pump for 0.12 USD/kWh, the set would burn more and costs 900 USD a year to keep.
    one = site(
        energy__grid={"purchased": "0 kWh/year", "limit": "15 kW", "price": "0.12 USD/kWh"},
        energy__machines__0__shiftable=False,
        options__adequacy=None,
        options__solar__offered=False,
        options__battery__offered=False,
    )
    found = plan_site(one, tables)
    assert found.plan.retired == ("old set",)
    load_kwh = 15 * 6 * 300 + 4 * 8 * 365
    assert found.plan.planned.running_cost == pytest.approx(0.12 * load_kwh)
