"""What of a site may turn out otherwise, from where that is known, and the site as it is where it does."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
from msgspec import Struct

from asmcarbon.errors import InputError, Problem
from asmcarbon.footprint.derivation import Input
from asmcarbon.footprint.monte_carlo import values_of
from asmcarbon.measures import Datum
from asmcarbon.messages import _
from asmcarbon.optimise.assets import Assets
from asmcarbon.site.model import Part
from asmcarbon.site.site import Site
from asmcarbon.site.uncertainty import Uncertainty
from asmcarbon.units import quantity

SUN = "sun"

# The capital costs whose own ranges count, where the site states them.
_CAPITAL = ("options.solar.capital_cost", "options.battery.energy_capital_cost", "options.battery.power_capital_cost")


class Uncertain(Struct, frozen=True):
    """One input that may turn out otherwise.

    key        what names it: in options.uncertainty, or the path of the datum whose range it is
    name       in words
    paths      the data that its factor multiplies, all together; none for the sun
    low, high  the ends of its 95 % range, relative to the site's figure
    source     where the range is stated
    """

    key: str
    name: str
    paths: tuple[str, ...]
    low: float
    high: float
    source: str

    @property
    def is_capital(self) -> bool:
        """Whether it is a price of what is built alone, which changes no dispatch and nothing of today."""
        return bool(self.paths) and all(path.endswith(("capital_cost", "connection_cost")) for path in self.paths)


def uncertain_inputs(site: Site) -> tuple[Uncertain, ...]:
    """Return what may turn out otherwise: what options.uncertainty states, and the ranges of prices in the site.

    InputError where options.uncertainty names what the site does not have.
    """
    stated = site.options.uncertainty or Uncertainty()
    found: list[Uncertain] = []
    problems: list[Problem] = []
    for key, name, paths, lacks in _together(site):
        spread: Datum | None = getattr(stated, key)
        if spread is None:
            found += [one for path in paths if (one := _ranged(site, path)) is not None]
            continue
        where = f"options.uncertainty.{key}"
        if not paths and key != SUN:
            problems.append(Problem(where, _("is given, but {lacks}").format(lacks=lacks), _("none")))
        elif share := spread.to("1"):
            found.append(Uncertain(key, name, paths, 1.0 - share, 1.0 + share, where))
    if problems:
        raise InputError(problems)
    for path in _other_capital(site):
        found += [one for one in [_ranged(site, path)] if one is not None]
    return tuple(found)


def _together(site: Site) -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    """Yield each key of options.uncertainty, its name, the data that it multiplies, what is lacking where none are."""
    energy, options = site.energy, site.options
    fuels = tuple(f"energy.{name}.price" for name, fuel in energy.fuels().items() if fuel.price is not None)
    yield "fuel_price", _("fuel price"), fuels, _("no fuel has a price")
    grid = ("energy.grid.price",) if energy.grid is not None and energy.grid.price is not None else ()
    yield "grid_price", _("grid price"), grid, _("the site has no grid")
    yield "solar_cost", _("solar cost"), _CAPITAL[:1] if options.solar.offered else (), _("no array is offered")
    yield "battery_cost", _("battery cost"), _CAPITAL[1:] if options.battery.offered else (), _("no battery is offered")
    machines = tuple(f"energy.machines.{number}.rated_power" for number in range(len(energy.machines)))
    yield "load", _("load"), machines if site.options.uncertainty is not None else (), _("the site has no machines")
    yield SUN, _("sun"), (), ""


def _other_capital(site: Site) -> Iterator[str]:
    """Yield the paths of the other capital costs, whose own ranges count where they state them."""
    options = site.options
    for name, offers in (
        ("generators", options.generators), ("measures", options.measures), ("rehabilitation", options.rehabilitation)
    ):  # fmt: skip
        yield from (f"options.{name}.{number}.capital_cost" for number in range(len(offers)))
    if site.energy.grid is not None:
        yield "energy.grid.connection_cost"


def _ranged(site: Site, path: str) -> Uncertain | None:
    """Return a price by the range that its datum states; None where it states none."""
    datum = datum_at(site, path)
    if path.endswith("rated_power") or datum is None or datum.low is None or datum.high is None:
        return None
    if datum.quantity.magnitude == 0:
        what, expected = _("is 0 and has a range, which scenarios cannot multiply"), _("more than 0, or no range")
        raise InputError(Problem(path, what, expected))
    low, high = (float((end / datum.quantity).m_as("")) for end in (datum.low, datum.high))
    return Uncertain(path, path.removeprefix("options.").replace("_", " ").replace(".", " "), (path,), low, high, path)


def datum_at(site: Site, path: str) -> Datum | None:
    """Return the datum at a path of a site; None where it is not given."""
    part: Any = site
    for name in path.split("."):
        part = part[int(name)] if isinstance(part, list) else getattr(part, name)
    return part


def drawn(inputs: Sequence[Uncertain], count: int, seed: int) -> list[dict[str, float]]:
    """Return what each input is multiplied by in each of equally likely scenarios: a Latin hypercube.

    The range of each input is cut into as many parts, equally likely, as there are scenarios, and each part is drawn
    from once, in an order of its own: McKay, Beckman & Conover (1979). Each input has a stream by its name, so that
    none moves another's draws; distributions are those of the footprint's Monte Carlo.
    """
    factors: list[dict[str, float]] = [{} for _scenario in range(count)]
    for one in inputs:
        stream = _stream(one.key, seed)
        probability = np.clip((stream.permutation(count) + stream.random(count)) / count, 1e-9, 1.0 - 1e-9)
        deviates = np.array([NormalDist().inv_cdf(share) for share in probability.tolist()])
        for scenario, value in zip(factors, _values(one, deviates), strict=True):
            scenario[one.key] = float(value)
    return factors


def seeds_of(count: int, seed: int) -> list[int]:
    """Return a seed of the synthetic days for each scenario."""
    return _stream("days", seed).integers(0, 2**31, count).tolist()


def _stream(key: str, seed: int) -> np.random.Generator:
    words = np.frombuffer(hashlib.sha256(key.encode()).digest(), dtype=np.uint32)
    return np.random.default_rng([seed, *(int(word) for word in words)])


def _values(one: Uncertain, deviates: np.ndarray) -> np.ndarray:
    low, value, high = (quantity(number, "1") for number in (one.low, 1.0, one.high))
    return values_of(Input(one.key, one.name, value, low, high, "assumed", one.source), deviates)


def varied(site: Site, inputs: Sequence[Uncertain], factors: Mapping[str, float], seed: int | None) -> Site:
    """Return the site with each input multiplied by its factor, and other days of sun and outages where seeded."""
    for one in inputs:
        factor = factors.get(one.key, 1.0)
        for path in one.paths if factor != 1.0 else ():
            site = _scaled(site, path.split("."), factor, one.source)
    if seed is None:
        return site
    energy = site.energy
    changed: dict[str, Any] = {"weather": energy.weather.model_copy(update={"seed": seed})}
    if energy.grid is not None and energy.grid.outages is not None:
        outages = energy.grid.outages.model_copy(update={"seed": seed})
        changed["grid"] = energy.grid.model_copy(update={"outages": outages})
    return site.model_copy(update={"energy": energy.model_copy(update=changed)})


def has_seeds(site: Site) -> bool:
    """Whether anything of the site is drawn by a seed: the days of synthetic weather, or outages."""
    grid = site.energy.grid
    return site.energy.weather.file is None or (grid is not None and grid.outages is not None)


def priced(site: Site, assets: Assets) -> Site:
    """Return the site with the capital costs that it leaves to the tables, so that these can be multiplied."""
    costs = (assets.solar.capital_cost, assets.battery.capital_cost, assets.inverter.capital_cost)
    solar, battery = site.options.solar, site.options.battery
    given = dict(zip(_CAPITAL, zip(costs, ("USD/kW", "USD/kWh", "USD/kW"), strict=True), strict=True))
    own = {path: datum_at(site, path) or Datum(quantity(*cost)) for path, cost in given.items()}
    update = {
        "solar": solar.model_copy(update={"capital_cost": own[_CAPITAL[0]]}),
        "battery": battery.model_copy(
            update={"energy_capital_cost": own[_CAPITAL[1]], "power_capital_cost": own[_CAPITAL[2]]}
        ),
    }
    return site.model_copy(update={"options": site.options.model_copy(update=update)})


def _scaled(part: Any, path: list[str], factor: float, source: str) -> Any:
    """Return a part of a site with the datum at a path multiplied."""
    if isinstance(part, Datum):
        return part.with_quantity(part.quantity * factor, source)
    name, *rest = path
    if isinstance(part, list):
        return [_scaled(one, rest, factor, source) if n == int(name) else one for n, one in enumerate(part)]
    assert isinstance(part, Part)
    return part.model_copy(update={name: _scaled(getattr(part, name), rest, factor, source)})
