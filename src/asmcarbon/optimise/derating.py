"""What generators can give where the site is: altitude and heat take power from an engine."""

from typing import TypeVar

from asmcarbon.energy.sun import Sun
from asmcarbon.factors.choose import choose
from asmcarbon.factors.citation import citation
from asmcarbon.factors.tables import FactorTables
from asmcarbon.measures import Datum
from asmcarbon.messages import _
from asmcarbon.optimise.assets import Assumption
from asmcarbon.site.energy import Duty
from asmcarbon.site.site import Site

_D = TypeVar("_D", bound=Duty)

# Above this the makers themselves ask for a single answer for the engine.
HIGHEST_M = 4000.0


def power_left(
    height: float, height_limit: float, height_loss: float, heat: float, heat_limit: float, heat_loss: float
) -> float:
    """Return the share of its plate's power that a generator gives.

        (1 - height_loss * (height - height_limit)+) * (1 - heat_loss * (heat - heat_limit)+)

    height, height_limit  elevation of the site, and up to which the plate holds. [length]
    height_loss           share lost with each unit of height. [1 / length]
    heat, heat_limit      highest air temperature, and up to which the plate holds. [temperature]
    heat_loss             share lost with each unit of temperature. [1 / temperature]

    None of it is left where the loss reaches all. Güçbir's worked example, 6,079 ft, 3.5 % per 1,000 ft above 500 ft:

    >>> round(power_left(6079, 500, 0.035 / 1000, 293.15, 313.15, 0.006), 4)
    0.8047
    """
    by_height = max(1.0 - height_loss * max(height - height_limit, 0.0), 0.0)
    by_heat = max(1.0 - heat_loss * max(heat - heat_limit, 0.0), 0.0)
    return by_height * by_heat


def derated(site: Site, sun: Sun, tables: FactorTables) -> tuple[Site, list[Assumption], list[str]]:
    """Return the site with its generators rated for where it is, the rows that this took, and what to tell a reader.

    Only generators whose plate states what they give at sea level change; what they burn while idling stays.
    """
    own, offered = site.energy.generators, site.options.generators
    if not any(one.rated_at == "sea_level" for one in (*own, *offered)):
        return site, [], []
    rows = {
        name: choose(tables, f"generator.{name}", site.country, site.year, None, None).factor
        for name in ("altitude_limit", "altitude_derating", "heat_limit", "heat_derating")
    }
    share = power_left(
        sun.elevation_m,
        rows["altitude_limit"].quantity.m_as("m"),
        rows["altitude_derating"].quantity.m_as("1/m"),
        float(sun.weather.temperature_c.max()) + 273.15,
        rows["heat_limit"].quantity.m_as("K"),
        rows["heat_derating"].quantity.m_as("1/K"),
    )
    energy = site.energy.model_copy(update={"generators": [_at(one, share) for one in own]})
    options = site.options.model_copy(update={"generators": [_at(one, share) for one in offered]})
    taken = [Assumption(row.item, f"{row.value:g} {row.unit}", citation(tables, row)) for row in rows.values()]
    text = _(
        "at {height:,.0f} m and up to {heat:,.0f} °C a generator gives {share:.0%} of what its plate says at sea level"
    )
    notes = [text.format(height=sun.elevation_m, heat=sun.weather.temperature_c.max(), share=share)]
    if sun.elevation_m > HIGHEST_M:
        notes.append(_("above {height:,.0f} m ask the maker what the engine gives").format(height=HIGHEST_M))
    return site.model_copy(update={"energy": energy, "options": options}), taken, notes


def _at(one: _D, share: float) -> _D:
    """Return a generator with its power at the site; prices and idling are by the kW of the plate, and are kept."""
    if one.rated_at == "site":
        return one
    changed: dict[str, object] = {"rated_power": _times(one.rated_power, share), "rated_at": "site"}
    capital = getattr(one, "capital_cost", None)
    if share > 0 and capital is not None:
        changed["capital_cost"] = _times(capital, 1 / share)
    if share > 0 and one.fuel_curve is not None:
        intercept = _times(one.fuel_curve.intercept, 1 / share)
        changed["fuel_curve"] = one.fuel_curve.model_copy(update={"intercept": intercept})
    return one.model_copy(update=changed)


def _times(datum: Datum, factor: float) -> Datum:
    return datum.with_quantity(datum.quantity * factor, datum.source)
