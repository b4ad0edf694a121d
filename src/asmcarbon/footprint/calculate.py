"""Activities to result lines, each with the equations that lead to it from its inputs."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from asmcarbon.errors import FactorNotFound
from asmcarbon.factors.choose import Choice, choose, choose_gases
from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.activities import LAND_ACCOUNTS, Activity
from asmcarbon.footprint.derivation import (
    Input,
    Node,
    Step,
    derived,
    factor_input,
    site_input,
)
from asmcarbon.footprint.emission import Emission, gas_of
from asmcarbon.footprint.equations import (
    co2_equivalent,
    fuel_energy,
    fuel_mass,
    lost_in_grid,
    part_of,
    spread_over_life,
)
from asmcarbon.footprint.footprint import LINE_UNIT, Footprint, Line
from asmcarbon.footprint.land import land_emissions
from asmcarbon.messages import _, marked
from asmcarbon.site.site import Site
from asmcarbon.units import quantity, unit_of

# The rows of a GWP set that a gas of the tables takes. Burning a fossil fuel counts all its carbon as CO2 already, so
# its methane takes the value without the CO2 that it decays to (GHG Protocol, IPCC AR6 WG1 ch. 7, table 7.15).
_GWP_GAS = {"CO2": "CO2", "CH4": "CH4_nonfossil", "N2O": "N2O", "SF6": "SF6"}

# What a site may state itself where the tables have no row.
_HINTS = {
    "materials": marked("{what}; or give your own: {where}.factor, for example 1.2 kgCO2e/kg"),
    "land.rehabilitated": marked("{what}; or give your own: {where}.removals, for example 5 tCO2e/ha/year"),
    "soil.drainage": marked("{what}; or give your own: {where}.peat_loss, for example 5 tC/ha/year"),
    "forest.soil": marked("{what}; or give your own: soil in {where}.pools and in its carbon_before"),
    "fire": marked("{what}; or give your own: {where}.burned.fuel and its combustion_factor"),
    "biomass.burning": marked("{what}; or name the class that it burns as: {where}.burned.emits_as"),
    "land": marked("{what}; or give your own stock: {where}.carbon_before, for example 47.4 tC/ha"),
}


def calculate(activities: Sequence[Activity], site: Site, tables: FactorTables) -> Footprint:
    """Return the footprint of activities at a site.

    The site gives country, year, GWP set and its own fuel properties; the tables give everything else.
    FactorNotFound names every activity that has no factor.
    """
    gwp_set = site.method.gwp_set or tables.default_gwp_set
    lines: list[Line] = []
    left_out: list[str] = []
    missing: list[FactorNotFound] = []
    for activity in activities:
        try:
            found = lines_of(activity, site, tables, gwp_set)
            lines += found
            # What was planted in the year itself has not grown yet: nothing is missing.
            left_out += [] if found or activity.account in LAND_ACCOUNTS else [activity.label]
        except FactorNotFound as error:
            names = (error.item, activity.source)
            hint = next(
                (_(text) for start, text in _HINTS.items() if any(name.startswith(start) for name in names)), None
            )
            if hint is not None:
                error.args = (hint.format(what=error, where=activity.source),)
            missing.append(error)
    if missing:
        raise _all_missing(missing)
    return Footprint(tuple(lines), tables.release, gwp_set, tuple(left_out))


def _all_missing(errors: list[FactorNotFound]) -> FactorNotFound:
    first = errors[0]
    whole = FactorNotFound(first.item, first.region, first.year, first.nearest)
    whole.args = ("\n".join(dict.fromkeys(str(error) for error in errors)),)
    return whole


def lines_of(activity: Activity, site: Site, tables: FactorTables, gwp_set: str) -> list[Line]:
    """Return the lines of one activity, one for each gas; of land by its zone, one for each pool of carbon.

    None where the share that a network loses has no row: the report names what is left out.
    """
    if activity.account in LAND_ACCOUNTS:
        found = land_emissions(activity, site, tables)
        return [_land_line(activity, emission, tables, gwp_set) for emission in found]
    driver, is_world = _driver(activity, site, tables)
    if driver is None:
        return []
    if activity.own_factor is not None:
        own = site_input(f"{activity.source}.factor", "emission_factor", activity.own_factor)
        return [_line(activity, "CO2e", gas_of("CO2e", driver, own), tables, gwp_set)]
    lines: list[Line] = []
    for choice in _choices(activity, site, tables):
        factor = choice.factor
        row = factor_input(factor, "emission_factor", tables)
        line = _line(activity, factor.gas, gas_of(factor.gas, driver, row), tables, gwp_set, row)
        lines.append(
            replace(
                line,
                gwp_set=gwp_set if factor.gas != "CO2e" else factor.gwp_set,
                substituted=choice.substituted or is_world,
                includes_upstream=factor.boundary == "lifecycle",
                notes=tuple(_notes(replace(choice, substituted=choice.substituted or is_world), gwp_set)),
            )
        )
    return lines


def _driver(activity: Activity, site: Site, tables: FactorTables) -> tuple[Node | None, bool]:
    """Return what the emission factor multiplies, and whether a world average stands in it; None without losses."""
    # Contracts share one purchase among them.
    key = "energy.grid.purchased" if activity.account == "market_based" else activity.source
    driver: Node = site_input(key, "amount", activity.amount, activity.amount_from)
    is_world = False
    if activity.fuel is not None:
        density = _fuel_property("density", activity, site, tables)
        calorific = _fuel_property("net_calorific_value", activity, site, tables)
        mass = derived(fuel_mass, unit_of("kg/year"), volume=driver, density=density)
        driver = derived(fuel_energy, unit_of("GJ/year"), mass=mass, net_calorific_value=calorific)
    if activity.lifetime is not None:
        lifetime = site_input(f"{activity.source}.lifetime", "lifetime", activity.lifetime)
        driver = derived(spread_over_life, size=driver, lifetime=lifetime)
    if activity.loss_item is not None:
        try:
            share, is_world = _loss_share(activity, activity.loss_item, site, tables)
        except FactorNotFound:
            return None, False
        driver = derived(lost_in_grid, driver.quantity.units, delivered=driver, loss_share=share)
    if activity.share is not None:
        share = site_input(f"{activity.source}.share", "share", activity.share)
        driver = derived(part_of, driver.quantity.units, amount=driver, share=share)
    return driver, is_world


def _choices(activity: Activity, site: Site, tables: FactorTables) -> tuple[Choice, ...]:
    return choose_gases(tables, activity.item, site.country, site.year, activity.boundaries, site.method.substitute)


def _line(
    activity: Activity, gas: str, emission: Step, tables: FactorTables, gwp_set: str, row: Input | None = None
) -> Line:
    """Return the line of a mass of gas; `row` is the factor that it rests on, None for the site's own figures."""
    derivation = emission
    if gas != "CO2e":
        factor = choose(tables, f"gwp100.{gwp_set}", "any", 2000, _GWP_GAS[gas]).factor
        gwp = factor_input(factor, "global_warming_potential", tables)
        derivation = derived(co2_equivalent, unit_of(LINE_UNIT), gas=emission, global_warming_potential=gwp)
    return Line(
        source=activity.source,
        label=activity.label,
        scope=activity.scope,
        gas=gas,
        emission=emission.quantity,
        co2e=derivation.quantity,
        derivation=derivation,
        factor_id="" if row is None else row.key,
        citation=_("the site's own figures") if row is None else row.source,
        release=tables.release,
        gwp_set=gwp_set,
        substituted=False,
        includes_upstream=False,
        account=activity.account,
    )


def _land_line(activity: Activity, emission: Emission, tables: FactorTables, gwp_set: str) -> Line:
    line = _line(activity, emission.gas, emission.mass, tables, gwp_set, emission.row)
    return replace(line, label=emission.label, pools=emission.pools, notes=emission.notes)


def _notes(choice: Choice, gwp_set: str) -> list[str]:
    factor, notes = choice.factor, []
    if choice.substituted:
        notes.append(_("a world average stands in for the country's own figure"))
    if factor.boundary == "lifecycle":
        notes.append(_("life-cycle figure: includes upstream"))
    if factor.boundary == "cradle_to_shelf":
        notes.append(_("by money spent, {note}").format(note=factor.note))
    if factor.gwp_set and factor.gwp_set != gwp_set:
        stated = _("of a set that it does not state") if factor.gwp_set == "unstated" else factor.gwp_set
        notes.append(_("published in CO2e with GWPs {stated}, not {asked}").format(stated=stated, asked=gwp_set))
    return notes


def _fuel_property(name: str, activity: Activity, site: Site, tables: FactorTables) -> Input:
    fuel = site.energy.fuels().get(activity.fuel) if activity.fuel else None
    own = getattr(fuel, name, None)
    if own is not None:
        return site_input(f"energy.{activity.fuel}.{name}", name, own)
    factor = choose(tables, f"{activity.fuel}.{name}", site.country, site.year).factor
    return factor_input(factor, name, tables)


def _loss_share(activity: Activity, item: str, site: Site, tables: FactorTables) -> tuple[Input, bool]:
    """Return the share that the network loses, and whether a world average stands in for it."""
    if activity.loss_share is not None:
        return site_input("energy.grid.losses", "loss_share", activity.loss_share), False
    choice = choose(tables, item, site.country, site.year, substitute=site.method.substitute)
    return factor_input(choice.factor, "loss_share", tables), choice.substituted


def emission_factor_of(activity: Activity, site: Site, tables: FactorTables) -> Any:
    """Return the CO2e of one unit of an activity, all gases together: the coefficient that the optimiser uses.

    Computed by `lines_of` on the activity's amount itself, because every equation is linear in it.
    """
    gwp_set = site.method.gwp_set or tables.default_gwp_set
    lines = lines_of(activity, site, tables, gwp_set)
    return sum((line.co2e for line in lines), start=quantity(0.0, LINE_UNIT)) / activity.amount.quantity
