"""Technologies with round numbers, for models of two to four hours that can be solved by hand."""

import numpy as np

from asmcarbon.optimise.model import build_model
from asmcarbon.optimise.parameters import (
    GeneratorParameters,
    GridParameters,
    Parameters,
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


def parameters(load_kw, unserved_price_per_kwh=10.0, **offered) -> Parameters:
    """Return a site whose unserved load costs 10 for each kWh."""
    return Parameters(np.array(load_kw, dtype=float), unserved_price_per_kwh, **offered)


def solved(load_kw, unserved_price_per_kwh=10.0, **offered) -> Solution:
    """Build and solve a small site."""
    given = parameters(load_kw, unserved_price_per_kwh, **offered)
    return solve(build_model(given), given)
