"""Technologies with round numbers, for models of two to four hours that can be solved by hand."""

import numpy as np

from asmcarbon.optimise.model import build_model
from asmcarbon.optimise.parameters import (
    GeneratorParameters,
    GridParameters,
    LandParameters,
    MeasureParameters,
    Parameters,
    RehabilitationParameters,
    ShiftableParameters,
    SolarParameters,
    StorageParameters,
)
from asmcarbon.optimise.solve import Solution, solve


def solar(capacity_factor, **changed) -> SolarParameters:
    """Return solar panels: 1 a year and 100 up front for each kW."""
    given = {"annual_cost_per_kw": 1.0, "capital_cost_per_kw": 100.0, "embodied_kgco2e_per_kw_year": 2.0} | changed
    return SolarParameters(capacity_factor=np.array(capacity_factor, dtype=float), **given)


def storage(**changed) -> StorageParameters:
    """Return a battery: 10 a year for each kWh, 100 for each kW; half is lost going in, a fifth coming out."""
    given = {
        "energy_annual_cost_per_kwh": 10.0,
        "power_annual_cost_per_kw": 100.0,
        "energy_capital_cost_per_kwh": 30.0,
        "power_capital_cost_per_kw": 20.0,
        "charge_efficiency": 0.5,
        "discharge_efficiency": 0.8,
        "minimum_state": 0.0,
        "embodied_kgco2e_per_kwh_year": 3.0,
    }
    return StorageParameters(**given | changed)


def generator(**changed) -> GeneratorParameters:
    """Return a generator of 2 kW: 0.5, 1 kgCO2e and 0.3 L for each kWh."""
    given = {
        "name": "diesel",
        "rated_kw": 2.0,
        "price_per_kwh": 0.5,
        "emissions_kgco2e_per_kwh": 1.0,
        "fuel_l_per_kwh": 0.3,
    }
    return GeneratorParameters(**given | changed)


def grid(availability, **changed) -> GridParameters:
    """Return a connection of 4 kW: 0.2 and 0.25 kgCO2e for each kWh."""
    given = {"limit_kw": 4.0, "price_per_kwh": 0.2, "emissions_kgco2e_per_kwh": 0.25} | changed
    return GridParameters(availability=np.array(availability, dtype=float), **given)


def measure(extra_load_kw=None, **changed) -> MeasureParameters:
    """Return a measure that costs 3 a year and 50 up front and takes 4 kgCO2e away, making 1."""
    given = {
        "name": "pump",
        "annual_cost": 3.0,
        "capital_cost": 50.0,
        "operational_kgco2e_change": -4.0,
        "embodied_kgco2e_year": 1.0,
    }
    extra_load_kw = None if extra_load_kw is None else np.array(extra_load_kw, dtype=float)
    return MeasureParameters(**given | changed, extra_load_kw=extra_load_kw)


def shiftable(power_kw, window, *daily_energy_kwh) -> ShiftableParameters:
    """Return a machine that may run in a window."""
    window, daily_energy_kwh = np.array(window, dtype=float), np.array(daily_energy_kwh, dtype=float)
    return ShiftableParameters("mill", power_kw, window, daily_energy_kwh)


LAND = (LandParameters("pit", 3.0), LandParameters("tailings", 2.0))


def method(name="forest", land="pit", **changed) -> RehabilitationParameters:
    """Return a method: 10 a year, 100 up front, 20 person-days and 500 kgCO2e a year for each hectare."""
    given = {
        "annual_cost_per_ha": 10.0,
        "capital_cost_per_ha": 100.0,
        "person_days_per_ha": 20.0,
        "removals_kgco2e_per_ha_year": 500.0,
    }
    return RehabilitationParameters(name, land, **given | changed)


def parameters(load_kw, unserved_price_per_kwh=10.0, **offered) -> Parameters:
    """Return a site whose unserved load costs 10 for each kWh."""
    return Parameters(np.array(load_kw, dtype=float), unserved_price_per_kwh, **offered)


def solved(load_kw, unserved_price_per_kwh=10.0, **offered) -> Solution:
    """Build and solve a small site."""
    given = parameters(load_kw, unserved_price_per_kwh, **offered)
    return solve(build_model(given), given)
