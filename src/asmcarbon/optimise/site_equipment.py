"""A site's equipment, and what it may buy, to the numbers of the optimiser."""

from collections.abc import Mapping

import numpy as np
from msgspec.structs import replace

from asmcarbon.energy.load import Load, duty_of_days, load_of, may_run, running_power_kw
from asmcarbon.energy.outages import availability_of
from asmcarbon.energy.sun import Sun
from asmcarbon.energy.weather import MONTH_OF_HOUR
from asmcarbon.finance.discounting import annuity
from asmcarbon.measures import Datum
from asmcarbon.optimise.assets import Assets
from asmcarbon.optimise.coefficients import Coefficients
from asmcarbon.optimise.parameters import (
    AdequacyParameters,
    CommunityParameters,
    GeneratorParameters,
    GridParameters,
    ShiftableParameters,
    SolarParameters,
    StorageParameters,
)
from asmcarbon.site.energy import FuelName, Generator, Machine
from asmcarbon.site.options import GeneratorOption
from asmcarbon.site.site import Site


def generators_of(
    site: Site, coefficients: Coefficients, fuel_scale: Mapping[FuelName, float], *, may_retire: bool
) -> tuple[GeneratorParameters, ...]:
    """Return the generators that a site has; some may be given up, which saves what keeping them costs.

    fuel_scale   what each generator's fuel use is multiplied by, so that today's dispatch burns the reported fuel
    may_retire   False: all stay, as they do today
    """
    return tuple(
        replace(
            _generator(one, site, coefficients, fuel_scale.get(one.fuel, 1.0)),
            units_minimum=0 if may_retire and one.may_retire else 1,
            annual_cost_per_unit=one.fixed_cost.to("USD/year") if one.fixed_cost is not None else 0.0,
        )
        for one in site.energy.generators
    )


def generators_on_offer(site: Site, coefficients: Coefficients, rate: float) -> tuple[GeneratorParameters, ...]:
    """Return the generators that a site may buy."""
    found: list[GeneratorParameters] = []
    for option in site.options.generators:
        capital = option.capital_cost.to("USD/kW") * option.rated_power.to("kW")
        found.append(
            replace(
                _generator(option, site, coefficients, 1.0),
                units_minimum=0,
                units_maximum=option.maximum,
                annual_cost_per_unit=annuity(rate, option.lifetime.to("year")) * capital,
                capital_cost_per_unit=capital,
            )
        )
    return tuple(found)


def _generator(
    one: Generator | GeneratorOption, site: Site, coefficients: Coefficients, scale: float
) -> GeneratorParameters:
    fuel_l_per_kwh = one.full_load_l_per_kwh * scale
    operation = one.operation_cost.to("USD/kWh") if one.operation_cost is not None else 0.0
    return GeneratorParameters(
        name=one.name,
        rated_kw=one.rated_power.to("kW"),
        price_per_kwh=fuel_l_per_kwh * site.energy.fuel_price(one.fuel) + operation,
        emissions_kgco2e_per_kwh=fuel_l_per_kwh * coefficients.fuel_kgco2e_per_l[one.fuel],
        fuel_l_per_kwh=fuel_l_per_kwh,
    )


def grid_of(site: Site, coefficients: Coefficients, rate: float) -> GridParameters:
    """Return the grid of a site: its connection, or one on offer at what that costs."""
    grid = site.energy.grid
    assert grid is not None and grid.price is not None and grid.limit is not None
    standing = grid.standing_charge.to("USD/year") if grid.standing_charge is not None else 0.0
    capital, spread = 0.0, 0.0
    if grid.connection_cost is not None and grid.connection_lifetime is not None:
        capital = grid.connection_cost.to("USD")
        spread = annuity(rate, grid.connection_lifetime.to("year")) * capital
    return GridParameters(
        limit_kw=grid.limit.to("kW"),
        availability=availability_of(grid),
        price_per_kwh=grid.price.to("USD/kWh"),
        emissions_kgco2e_per_kwh=coefficients.electricity_kgco2e_per_kwh,
        # A connection that costs nothing is no decision.
        is_connected=grid.connected or capital + standing == 0.0,
        connection_annual_cost=spread + standing,
        connection_capital_cost=capital,
        demand_charge_per_kw_month=grid.demand_charge.to("USD/kW/month") if grid.demand_charge is not None else 0.0,
        month=MONTH_OF_HOUR.astype(float) if grid.demand_charge is not None else None,
        export_price_per_kwh=grid.export_price.to("USD/kWh") if grid.export_price is not None else None,
        export_limit_kw=grid.export_limit.to("kW") if grid.export_limit is not None else None,
        is_firm=grid.firm,
    )


def community_kw(site: Site) -> np.ndarray:
    """Return what the community of a site would take in each hour; it does without what is not left over. [power]"""
    community = site.options.community
    return load_of([] if community is None else community.demand).hourly_kw


def community_price(site: Site) -> float:
    """Return what the community pays for a kWh; 0 where it is given. [money / energy]"""
    community = site.options.community
    return community.price.to("USD/kWh") if community is not None and community.price is not None else 0.0


def promise_of(site: Site) -> CommunityParameters | None:
    """Return what the site promises its community a year; None where it sets itself no target."""
    community = site.options.community
    if community is None or community.target is None or community.target.to("kWh/year") == 0.0:
        return None
    return CommunityParameters(community_kw(site), community.target.to("kWh/year"), is_sold=community_price(site) > 0.0)


def buyer_of(site: Site) -> GridParameters | None:
    """Return a community that pays, to a site without a grid: a connection that takes surplus solar and gives nothing.

    None where nobody pays: what is given away is what the plan leaves over, and changes nothing in it.
    """
    demand_kw, price = community_kw(site), community_price(site)
    peak_kw = float(demand_kw.max())
    if price == 0.0 or peak_kw == 0.0:
        return None
    return GridParameters(
        limit_kw=0.0,
        availability=demand_kw / peak_kw,
        price_per_kwh=0.0,
        emissions_kgco2e_per_kwh=0.0,
        export_price_per_kwh=price,
        export_limit_kw=peak_kw,
    )


def solar_of(site: Site, sun: Sun, assets: Assets, coefficients: Coefficients, rate: float) -> SolarParameters:
    """Return the solar panels that a site may buy, within what it allows and its room, and those that stand."""
    option, standing = site.options.solar, site.energy.solar
    limits = [option.maximum.to("kW")] if option.maximum is not None else []
    limits += [0.0] if not option.offered else []
    if option.area is not None:
        limits.append(option.area.to("m2") / assets.area_m2_per_kw)
    return SolarParameters(
        capacity_factor=sun.capacity_factor,
        annual_cost_per_kw=assets.solar.annual_cost(rate),
        capital_cost_per_kw=assets.solar.capital_cost,
        embodied_kgco2e_per_kw_year=coefficients.solar_kgco2e_per_kw_year,
        maximum_kw=min(limits, default=None),
        kit_kw=assets.solar.kit,
        standing_kw=standing.power.to("kW") if standing is not None else 0.0,
    )


def storage_of(site: Site, sun: Sun, assets: Assets, coefficients: Coefficients, rate: float) -> StorageParameters:
    """Return the battery that a site may buy: within its cycle life, not charged where too cold; and what stands."""
    option, standing, may_charge = site.options.battery, site.energy.battery, None
    most = {
        name: limit.to(unit) if limit is not None else None
        for name, limit, unit in (("kwh", option.maximum, "kWh"), ("kw", option.maximum_power, "kW"))
    }
    if not option.offered:
        most = dict.fromkeys(most, 0.0)
    if option.coldest_charge is not None:
        may_charge = (sun.weather.temperature_c >= option.coldest_charge).astype(float)
    return StorageParameters(
        energy_annual_cost_per_kwh=assets.battery.annual_cost(rate),
        power_annual_cost_per_kw=assets.inverter.annual_cost(rate),
        energy_capital_cost_per_kwh=assets.battery.capital_cost,
        power_capital_cost_per_kw=assets.inverter.capital_cost,
        charge_efficiency=assets.charge_efficiency,
        discharge_efficiency=assets.discharge_efficiency,
        minimum_state=assets.minimum_state,
        embodied_kgco2e_per_kwh_year=coefficients.battery_kgco2e_per_kwh_year,
        maximum_kwh=most["kwh"],
        maximum_kw=most["kw"],
        kit_kwh=assets.battery.kit,
        kit_kw=assets.inverter.kit,
        cycles_per_year=option.cycle_life / assets.battery.lifetime if option.cycle_life is not None else None,
        may_charge=may_charge,
        standing_kwh=standing.capacity.to("kWh") if standing is not None else 0.0,
        standing_kw=standing.power.to("kW") if standing is not None else 0.0,
    )


def shiftable_of(site: Site) -> tuple[ShiftableParameters, ...]:
    """Return the machines that may wait for the sun: the site's own, then those that measures bring."""
    brought = [(machine, n) for n, option in enumerate(site.options.measures) for machine in option.adds]
    everything: list[tuple[Machine, int | None]] = [*((machine, None) for machine in site.energy.machines), *brought]
    return tuple(_shiftable(machine, measure) for machine, measure in everything if machine.shiftable)


def _shiftable(machine: Machine, measure: int | None) -> ShiftableParameters:
    power_kw, window = running_power_kw(machine), may_run(machine)
    energy_kwh = power_kw * machine.hours.to("h/day") * duty_of_days(machine)
    # A window that begins within an hour is open in all of it here, so that every day has its hours.
    return ShiftableParameters(machine.name, power_kw, window, energy_kwh, measure)


def adequacy_of(site: Site, load: Load) -> AdequacyParameters | None:
    """Return what must stand ready for the critical machines of a site; None where it asks for nothing."""
    asked = site.options.adequacy
    if asked is None:
        return None

    def plain(stated: Datum | None, unit: str) -> float:
        return stated.to(unit) if stated is not None else 0.0

    return AdequacyParameters(
        critical_peak_kw=load.critical_peak_kw,
        reserve=plain(asked.reserve, "1"),
        largest_motor_start_kw=load.largest_start_kw,
        carried_kwh=load.critical_peak_kw * plain(asked.carry, "h"),
        hourly_load=plain(asked.hourly_load, "1"),
        hourly_solar=plain(asked.hourly_solar, "1"),
    )


def unserved_price_of(site: Site) -> float | None:
    """Return what a kWh costs that is not served; None where all must be."""
    price = site.options.unserved_energy_price
    return price.to("USD/kWh") if price is not None else None
