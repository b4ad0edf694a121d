"""Sites as the processes and exchanges of a life-cycle database: figures, factors and GWPs, and nothing computed.

Litres to kilograms, to gigajoules, to gases, to CO2e, and what a network loses, are left to whoever solves the matrix:
each is a process of its own. What asmcarbon does here is to choose the rows of its tables and to convert units.
"""

from collections.abc import Iterable
from typing import Any

from asmcarbon.errors import FactorNotFound
from asmcarbon.factors.choose import choose, choose_gases
from asmcarbon.factors.rows import FactorTables
from asmcarbon.measures import Datum
from asmcarbon.site.energy import USES
from asmcarbon.site.site import Site
from asmcarbon.units import unit_of

_BURNS = {"generator": "stationary", "engines": "stationary", "machinery": "off_road", "vehicles": "road"}
_GWP_ROWS = {"CO2": "CO2", "CH4": "CH4_nonfossil", "N2O": "N2O"}


class System:
    """The processes that sites share, by their codes.

    Each makes `makes` of its own product from `inputs` of others', and gives off `emissions` by gas and scope.
    """

    def __init__(self, tables: FactorTables) -> None:
        self.tables = tables
        self.processes: dict[str, dict[str, Any]] = {}

    def add(self, code: str, *, inputs: Any = None, emissions: Any = None, makes: float = 1.0) -> str:
        self.processes.setdefault(code, {"makes": makes, "inputs": inputs or {}, "emissions": emissions or {}})
        return code

    def emitting(self, item: str, site: Site, scope: int, per: str, boundaries: tuple[str, ...]) -> str:
        """Add what one unit of an item gives off in a country and year."""
        rows = [choice.factor for choice in choose_gases(self.tables, item, site.country, site.year, boundaries)]
        given_off = {f"{row.gas}|{scope}": row.quantity.m_as(unit_of(f"kg{row.gas}/{per}")) for row in rows}
        return self.add(f"{scope}|" + " ".join(row.factor_id for row in rows), emissions=given_off)

    def fuel(self, name: str, use: str, site: Site) -> str:
        """Add a litre of a fuel burned: its kilograms, their gigajoules, and the way from the well."""
        stated: Any = site.energy.fuels()[name]
        density = self.property_of(name, "density", stated.density, site, "kg/L")
        calorific = self.property_of(name, "net_calorific_value", stated.net_calorific_value, site, "GJ/kg")
        burned = self.emitting(f"{name}.{_BURNS[use]}", site, 1, "GJ", ("combustion",))
        supplied = self.emitting(f"{name}.well_to_tank", site, 3, "L", ("well_to_tank",))
        kilogram = self.add(f"kg of {calorific!r} GJ: {burned}", inputs={burned: calorific})
        return self.add(f"L of {density!r} kg: {kilogram}", inputs={kilogram: density, supplied: 1.0})

    def property_of(self, fuel: str, name: str, own: Datum | None, site: Site, unit: str) -> float:
        if own is not None:
            return own.quantity.m_as(unit_of(unit))
        return choose(self.tables, f"{fuel}.{name}", site.country, site.year).factor.quantity.m_as(unit_of(unit))

    def electricity(self, site: Site) -> dict[str, float]:
        """Add a kilowatt-hour bought, and one delivered as what its network loses (of output) on its way."""
        boundaries = ("direct", "lifecycle")
        bought = self.emitting("electricity.grid", site, 2, "kWh", boundaries)
        try:
            losses = choose(self.tables, "electricity.losses", site.country, site.year).factor
        except FactorNotFound:
            return {bought: 1.0}
        share = losses.quantity.m_as(unit_of("1"))
        lost = self.emitting("electricity.grid", site, 3, "kWh", boundaries)
        network = self.add(f"{losses.factor_id} of {lost}", inputs={lost: share}, makes=1.0 - share)
        return {bought: 1.0, network: 1.0}

    def site(self, site: Site) -> dict[str, float]:
        """Return how much of each process a site takes in a year."""
        taken: dict[str, float] = {}

        def take(code: str, amount: float) -> None:
            taken[code] = taken.get(code, 0.0) + amount

        for name, fuel in site.energy.fuels().items():
            for use in USES:
                burned: Datum | None = getattr(fuel, use)
                if burned is not None:
                    take(self.fuel(name, use, site), burned.quantity.m_as(unit_of("L/year")))
        if site.explosives is not None and site.explosives.anfo is not None:
            amount = site.explosives.anfo.quantity.m_as(unit_of("kg/year"))
            take(self.emitting("anfo.detonation", site, 1, "kg", ("detonation",)), amount)
            take(self.emitting("anfo.manufacture", site, 3, "kg", ("cradle_to_gate",)), amount)
        if site.energy.grid is not None and site.energy.grid.purchased is not None:
            for code, times in self.electricity(site).items():
                take(code, times * site.energy.grid.purchased.quantity.m_as(unit_of("kWh/year")))
        return taken


def system_of(sites: Iterable[Site], tables: FactorTables) -> dict[str, Any]:
    """Return sites as plain values that another tool reads."""
    system = System(tables)
    taken = {site.name: system.site(site) for site in sites}
    gwp_set = f"gwp100.{tables.default_gwp_set}"
    gwps = {gas: choose(tables, gwp_set, "any", 2000, row).factor.value for gas, row in _GWP_ROWS.items()}
    return {"sites": taken, "processes": system.processes, "gwps": gwps | {"CO2e": 1.0}}
