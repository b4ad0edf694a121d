"""Activities to result lines: each line is the product of its inputs, and carries them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from asmcarbon.errors import FactorNotFound
from asmcarbon.factors.choose import Choice, choose, choose_gases
from asmcarbon.factors.citation import citation
from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.activities import Activity
from asmcarbon.footprint.equations import (
    co2_equivalent,
    fuel_energy,
    fuel_mass,
    gas_emission,
    land_carbon_lost,
    lost_in_grid,
    part_of,
    removal,
    spread_over_life,
)
from asmcarbon.footprint.footprint import LINE_UNIT, Footprint, Input, Line, factor_input
from asmcarbon.footprint.land import stocks_of
from asmcarbon.measures import Datum
from asmcarbon.messages import _
from asmcarbon.site.land import Pool
from asmcarbon.site.site import Site
from asmcarbon.units import quantity, unit_of

# The rows of a GWP set that a gas of the tables takes. Burning a fossil fuel counts all its carbon as CO2 already, so
# its methane takes the value without the CO2 that it decays to (GHG Protocol, IPCC AR6 WG1 ch. 7, table 7.15).
_GWP_GAS = {"CO2": "CO2", "CH4": "CH4_nonfossil", "N2O": "N2O", "SF6": "SF6"}

# What a site may state itself where the tables have no row.
_HINTS = {
    "materials": _("{what}; or give your own: {where}.factor, for example 1.2 kgCO2e/kg"),
    "land": _("{what}; or give your own stock: {where}.carbon_before, for example 47.4 tC/ha"),
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
            left_out += [] if found else [activity.label]
        except FactorNotFound as error:
            hint = _HINTS.get(activity.source.split(".")[0])
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
    if activity.zone is not None:
        return _zone_lines(activity, site, tables, gwp_set)
    if activity.account in ("land_use_change", "land_history", "removals"):
        return [_land_line(activity, tables, gwp_set)]
    # Contracts share one purchase among them.
    key = "energy.grid.purchased" if activity.account == "market_based" else activity.source
    amount = _site_input(key, "amount", activity.amount)
    inputs, driver, is_world = [amount], amount.quantity, False
    if activity.fuel is not None:
        density = _fuel_property("density", activity, site, tables)
        calorific = _fuel_property("net_calorific_value", activity, site, tables)
        driver = fuel_energy(fuel_mass(amount.quantity, density.quantity), calorific.quantity)
        inputs += [density, calorific]
    if activity.lifetime is not None:
        lifetime = _site_input(f"{activity.source}.lifetime", "lifetime", activity.lifetime)
        driver = spread_over_life(driver, lifetime.quantity)
        inputs.append(lifetime)
    if activity.loss_item is not None:
        try:
            share, is_world = _loss_share(activity, activity.loss_item, site, tables)
        except FactorNotFound:
            return []
        driver = lost_in_grid(driver, share.quantity)
        inputs.append(share)
    if activity.share is not None:
        share = _site_input(f"{activity.source}.share", "share", activity.share)
        driver = part_of(driver, share.quantity)
        inputs.append(share)
    if activity.own_factor is not None:
        return [_own_line(activity, driver, inputs, activity.own_factor, tables, gwp_set)]
    choices = [replace(one, substituted=one.substituted or is_world) for one in _choices(activity, site, tables)]
    return [_line(activity, choice, driver, inputs, tables, gwp_set) for choice in choices]


def _choices(activity: Activity, site: Site, tables: FactorTables) -> tuple[Choice, ...]:
    place = (site.country, site.year)
    for boundary in activity.boundaries[:-1]:
        try:
            return choose_gases(tables, activity.item, *place, boundary)
        except FactorNotFound:
            continue
    last = activity.boundaries[-1] if activity.boundaries else None
    return choose_gases(tables, activity.item, *place, last, site.method.substitute)


def _line(
    activity: Activity, choice: Choice, driver: Any, inputs: list[Input], tables: FactorTables, gwp_set: str
) -> Line:
    factor = choice.factor
    emission_factor = factor_input(factor, "emission_factor", tables)
    emission = gas_emission(driver, emission_factor.quantity)
    used = [*inputs, emission_factor]
    if factor.gas == "CO2e":
        co2e = emission
    else:
        gwp = choose(tables, f"gwp100.{gwp_set}", "any", 2000, _GWP_GAS[factor.gas]).factor
        used.append(factor_input(gwp, "global_warming_potential", tables))
        co2e = co2_equivalent(emission, gwp.quantity)
    return Line(
        source=activity.source,
        label=activity.label,
        scope=activity.scope,
        gas=factor.gas,
        emission=emission.to(unit_of(f"kg{factor.gas}/year")),
        co2e=co2e.to(unit_of(LINE_UNIT)),
        inputs=tuple(used),
        factor_id=factor.factor_id,
        citation=citation(tables, factor),
        release=tables.release,
        gwp_set=gwp_set if factor.gas != "CO2e" else factor.gwp_set,
        substituted=choice.substituted,
        includes_upstream=factor.boundary == "lifecycle",
        account=activity.account,
        notes=tuple(_notes(choice, gwp_set)),
    )


def _land_line(activity: Activity, tables: FactorTables, gwp_set: str) -> Line:
    """Return land-use change as CO2, or a removal as CO2e, from the site's own figures alone."""
    amount = _site_input(f"{activity.source}.area", "area", activity.amount)
    parts = [_site_input(f"{activity.source}.{name}", name, datum) for name, datum in activity.parts]
    if activity.account == "removals":
        (rate,) = parts
        emission = removal(amount.quantity, rate.quantity)
        return _site_line(activity, "CO2e", emission, emission, (amount, rate), tables, gwp_set)
    return _carbon_line(activity, activity.pools, _carbon_lost(amount, parts), (amount, *parts), tables, gwp_set)


def _zone_lines(activity: Activity, site: Site, tables: FactorTables, gwp_set: str) -> list[Line]:
    """Return land-use change as CO2, a line for each pool, by the tables' stocks of an ecological zone.

    A line for each pool keeps each the product of its inputs. Where the site names no pools, one without a row is left
    out, and the notes of the report say so.
    """
    amount = _site_input(f"{activity.source}.area", "area", activity.amount)
    parts = [_site_input(f"{activity.source}.{name}", name, datum) for name, datum in activity.parts]
    lines: list[Line] = []
    for stock in stocks_of(activity, site, tables):
        lost = _carbon_lost(amount, parts, stock.carbon)
        line = _carbon_line(activity, (stock.pool,), lost, (amount, *parts, *stock.rows), tables, gwp_set)
        lines.append(replace(line, factor_id=stock.factor_id, citation=stock.citation))
    return lines


def _carbon_lost(area: Input, parts: list[Input], carbon_before: Any = None) -> Any:
    """Return the carbon lost with land: all of it, and all of the stock, where the site does not say otherwise."""
    stated = {
        "affected_share": quantity(1.0, "1"), "carbon_before": carbon_before, "carbon_after": quantity(0.0, "tC/ha"),
        **{one.name: one.quantity for one in parts},
    }  # fmt: skip
    return land_carbon_lost(area.quantity, **stated)


def _carbon_line(
    activity: Activity, pools: tuple[Pool, ...], carbon: Any, inputs: tuple[Input, ...], tables: FactorTables,
    gwp_set: str,
) -> Line:  # fmt: skip
    """Return a loss of carbon as CO2."""
    emission = gas_emission(carbon, quantity(44 / 12, "kgCO2/kgC"))  # molar masses of carbon dioxide and carbon
    gwp = factor_input(
        choose(tables, f"gwp100.{gwp_set}", "any", 2000, "CO2").factor, "global_warming_potential", tables
    )
    co2e = co2_equivalent(emission, gwp.quantity)
    line = _site_line(activity, "CO2", emission, co2e, (*inputs, gwp), tables, gwp_set)
    words = ", ".join(pools).replace("_", " ")
    return replace(line, label=_("{name} opened ({pools})").format(name=activity.label, pools=words), pools=pools)


def _own_line(
    activity: Activity, driver: Any, inputs: list[Input], own: Datum, tables: FactorTables, gwp_set: str
) -> Line:
    """Return a line by the site's own emission factor."""
    factor = _site_input(f"{activity.source}.factor", "emission_factor", own)
    emission = gas_emission(driver, own.quantity)
    return _site_line(activity, "CO2e", emission, emission, (*inputs, factor), tables, gwp_set)


def _site_line(
    activity: Activity,
    gas: str,
    emission: Any,
    co2e: Any,
    inputs: tuple[Input, ...],
    tables: FactorTables,
    gwp_set: str,
) -> Line:
    return Line(
        source=activity.source,
        label=activity.label,
        scope=activity.scope,
        gas=gas,
        emission=emission.to(unit_of(f"kg{gas}/year")),
        co2e=co2e.to(unit_of(LINE_UNIT)),
        inputs=inputs,
        factor_id="",
        citation=_("the site's own figures"),
        release=tables.release,
        gwp_set=gwp_set,
        substituted=False,
        includes_upstream=False,
        account=activity.account,
    )


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
        return _site_input(f"energy.{activity.fuel}.{name}", name, own)
    factor = choose(tables, f"{activity.fuel}.{name}", site.country, site.year).factor
    return factor_input(factor, name, tables)


def _loss_share(activity: Activity, item: str, site: Site, tables: FactorTables) -> tuple[Input, bool]:
    """Return the share that the network loses, and whether a world average stands in for it."""
    if activity.loss_share is not None:
        return _site_input("energy.grid.losses", "loss_share", activity.loss_share), False
    choice = choose(tables, item, site.country, site.year, substitute=site.method.substitute)
    return factor_input(choice.factor, "loss_share", tables), choice.substituted


def _site_input(key: str, name: str, datum: Datum) -> Input:
    return Input(key, name, datum.quantity, datum.low, datum.high, datum.basis, datum.source)


def emission_factor_of(activity: Activity, site: Site, tables: FactorTables) -> Any:
    """Return the CO2e of one unit of an activity, all gases together: the coefficient that the optimiser uses.

    Computed by `lines_of` on the activity's amount itself, because every equation is linear in it.
    """
    gwp_set = site.method.gwp_set or tables.default_gwp_set
    lines = lines_of(activity, site, tables, gwp_set)
    return sum((line.co2e for line in lines), start=quantity(0.0, LINE_UNIT)) / activity.amount.quantity
