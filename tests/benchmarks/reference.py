"""Read the reference case: a seeded year, with optima that other tools agree on (reference/README.md)."""

import csv
import gzip
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from asmcarbon.optimise.parameters import (
    GeneratorParameters,
    GridParameters,
    Parameters,
    SolarParameters,
    StorageParameters,
)


@dataclass(frozen=True, slots=True)
class Optimum:
    """The least annual cost of the reference case, and its sizes."""

    annual_cost: float
    solar_kw: float
    storage_kw: float
    storage_kwh: float


OFF_GRID = Optimum(34_593.15627726, 137.2144, 43.5439, 220.4212)
WEAK_GRID = Optimum(28_157.66662199, 93.1232, 22.3821, 77.0892)


def reference_folder() -> Path:
    """Return the folder that ASMCARBON_REFERENCE names, or the one beside this file."""
    return Path(os.environ.get("ASMCARBON_REFERENCE", Path(__file__).parent / "reference"))


def reference_parameters(*, weak_grid: bool, hours: slice = slice(None)) -> Parameters:
    """Return the reference case, all of its hours or some."""
    folder = reference_folder()
    given = json.loads((folder / "parameters.json").read_text(encoding="utf-8"))
    packed = folder / "hourly.csv.gz"
    text = gzip.decompress(packed.read_bytes()).decode() if packed.exists() else (folder / "hourly.csv").read_text()
    rows = list(csv.DictReader(text.splitlines()))[hours]
    series = {name: np.array([float(row[name]) for row in rows]) for name in ("load_kw", "pv_cf", "grid_available")}
    solar = SolarParameters(
        capacity_factor=series["pv_cf"],
        annual_cost_per_kw=given["c_pv"],
        capital_cost_per_kw=given["pv_capex"],
        embodied_kgco2e_per_kw_year=0.0,
    )
    storage = StorageParameters(
        energy_annual_cost_per_kwh=given["c_e"],
        power_annual_cost_per_kw=given["c_p"],
        energy_capital_cost_per_kwh=given["bat_e_capex"],
        power_capital_cost_per_kw=given["bat_p_capex"],
        charge_efficiency=given["eff_ch"],
        discharge_efficiency=given["eff_dis"],
        minimum_state=given["soc_min"],
        embodied_kgco2e_per_kwh_year=0.0,
    )
    generator = GeneratorParameters(
        name="diesel",
        rated_kw=given["gen_kw"],
        price_per_kwh=given["c_gen"],
        emissions_kgco2e_per_kwh=given["gen_l_per_kwh"] * given["gen_kgco2_l"],
        fuel_l_per_kwh=given["gen_l_per_kwh"],
    )
    grid = GridParameters(
        limit_kw=given["grid_kw"],
        availability=series["grid_available"],
        price_per_kwh=given["grid_usd_kwh"],
        emissions_kgco2e_per_kwh=given["grid_kgco2_kwh"],
    )
    return Parameters(
        load_kw=series["load_kw"],
        unserved_price_per_kwh=given["voll"],
        solar=solar,
        storage=storage,
        generators=(generator,),
        grid=grid if weak_grid else None,
    )
