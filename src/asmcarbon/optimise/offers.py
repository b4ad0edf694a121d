"""What a plan may do without, or be made to take: the options of a site as columns of the master."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from msgspec import Struct

from asmcarbon.messages import _
from asmcarbon.optimise.assets import Kind
from asmcarbon.optimise.frontier import Frontier


class Offer(Struct, frozen=True, eq=False):
    """One option.

    kinds    what it is; two where solar panels and a battery go together
    name     in words
    columns  of how much of it is taken, in every stage
    whole    how much of it is all of it; None where it may be of any size, and so cannot be imposed
    """

    kinds: tuple[Kind, ...]
    name: str
    columns: np.ndarray
    whole: float | None = None

    def taken(self, columns: np.ndarray) -> bool:
        """Whether a plan takes any of it."""
        return bool((columns[self.columns] > 1e-6).any())


def offers_of(frontier: Frontier) -> tuple[Offer, ...]:
    """Return the options: solar panels, battery, both, generators on offer, a connection, measures."""
    solar = _offer(frontier, ("solar",), _("solar"), _solar(frontier))
    storage = _offer(frontier, ("battery",), _("battery"), _storage(frontier))
    found = [one for one in (solar, storage) if one is not None]
    if solar is not None and storage is not None:
        both = np.concatenate([solar.columns, storage.columns])
        found.append(Offer(("solar", "battery"), _("solar and battery"), both))
    first = frontier.parameters[0]
    for number, one in enumerate(first.generators):
        if one.capital_cost_per_unit > 0.0:
            units = [block.generators[number].units for block in blocks_of(frontier)]
            found += [_offer(frontier, ("generator",), one.name, units, 1.0)]  # type: ignore[list-item]
    if first.grid is not None and not first.grid.is_connected:
        connected = [block.grid.connected for block in blocks_of(frontier)]
        found += [_offer(frontier, ("connection",), _("connection to the grid"), connected, 1.0)]  # type: ignore[list-item]
    for number, one in enumerate(first.measures):
        adopted = [block.measures[number].adopted for block in blocks_of(frontier)]
        found += [_offer(frontier, ("measure",), one.name, adopted, one.maximum)]  # type: ignore[list-item]
    return tuple(one for one in found if one is not None)


def blocks_of(frontier: Frontier) -> Iterator[Any]:
    """Yield the block of each stage's year."""
    for stage in frontier.master.stages:
        yield stage.block


def _offer(
    frontier: Frontier, kinds: tuple[Kind, ...], name: str, variables: list[Any], whole: float | None = None
) -> Offer | None:
    """Return an option; None where nothing of it is on offer."""
    numbers = [frontier.master.number.get(id(one)) for one in variables]
    columns = np.array([one for one in numbers if one is not None], dtype=np.int32)
    if not len(columns) or not (frontier.upper[columns] > 0.0).any():
        return None
    return Offer(kinds, name, columns, whole)


def _solar(frontier: Frontier) -> list[Any]:
    if frontier.parameters[0].solar is None:
        return []
    if frontier.pathway is None:
        return [frontier.model.solar.size_kw]
    return list(frontier.model.new[0].size.values())


def _storage(frontier: Frontier) -> list[Any]:
    if frontier.parameters[0].storage is None:
        return []
    if frontier.pathway is None:
        return [frontier.model.storage.size_kwh, frontier.model.storage.size_kw]
    return [*frontier.model.new[1].size.values(), *frontier.model.new[2].size.values()]


def sizes_in_service(frontier: Frontier) -> dict[Kind, np.ndarray]:
    """Return the column of kW of panels and of kWh of the battery that serve in the last stage."""
    stage = frontier.master.stages[-1]
    places: tuple[tuple[Kind, int], ...] = (("solar", 0), ("battery", 2))
    return {kind: stage.columns[[place]] for kind, place in places if stage.columns[place] >= 0}
