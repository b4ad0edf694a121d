"""What a table of sites may state of each: its items, and where in a site each stands."""

from functools import cache
from itertools import pairwise
from typing import Annotated, Any, get_args, get_origin

from msgspec import Struct

from asmcarbon.measures import Measure
from asmcarbon.site.items import ITEMS
from asmcarbon.site.site import Site

Path = tuple[str | int, ...]

_OPENED: Path = ("land", "opened", 0)
_REHABILITATED: Path = ("land", "rehabilitated", 0)

# Beside those that receipts have: one parcel opened in the year, and one under rehabilitation.
_LAND: dict[str, Path] = {
    "forest.opened": (*_OPENED, "area"),
    "forest.affected": (*_OPENED, "affected"),
    "forest.carbon_before": (*_OPENED, "carbon_before"),
    "rehabilitated": (*_REHABILITATED, "area"),
    "rehabilitated.removals": (*_REHABILITATED, "removals"),
}
# What is told in words.
WORDS: dict[str, Path] = {
    "forest.zone": (*_OPENED, "zone"),
    "forest.state": (*_OPENED, "state"),
    "forest.pools": (*_OPENED, "pools"),
    "rehabilitated.method": (*_REHABILITATED, "method"),
    "rehabilitated.land": (*_REHABILITATED, "land"),
}
# Several in one cell, with spaces between them.
_LISTS = {"forest.pools"}
# What the footprint calls a figure otherwise than the site.
_KEYS = {"forest.affected": "land.opened.0.affected_share", "rehabilitated.removals": "land.rehabilitated.0.rate"}
# Properties of a fuel decide how its lines are computed; so do people and land. A site without any other figure has a
# line, or an intensity, less, and is otherwise computed alike.
_PROPERTIES = ("density", "net_calorific_value")


class Item(Struct, frozen=True):
    """A figure that a table may state of a site.

    path       where it stands in the site
    measure    its dimension and limits; `measure.unit` is what columns are told in
    key        of the input of a footprint that it is
    is_amount  a site without it has a line less, and is otherwise computed alike
    """

    name: str
    path: Path
    measure: Measure
    key: str
    is_amount: bool


@cache
def items() -> dict[str, Item]:
    """Return every figure by the name that a column or a row calls it."""
    return {
        name: Item(
            name,
            path,
            measure_at(path),
            _KEYS.get(name, ".".join(str(part) for part in path)),
            path[0] not in ("people", "land") and path[-1] not in _PROPERTIES,
        )
        for name, path in {**ITEMS, **_LAND}.items()
    }


def measure_at(path: Path) -> Measure:
    """Return the measure of the figure at a place of a site."""
    part: Any = Site
    for key in path:
        if hasattr(part, "model_fields") and isinstance(key, str):
            field = part.model_fields[key]
            part = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
        else:  # a list, or a dictionary by mineral: what it holds
            part = get_args(_plain(part))[-1]
        part = _plain(part)
    return next(one for one in part.__metadata__ if isinstance(one, Measure))


def _plain(kind: Any) -> Any:
    """Return a type without `| None`, and without the metadata of what is no figure."""
    if get_origin(kind) is Annotated:
        if any(isinstance(one, Measure) for one in kind.__metadata__):
            return kind
        return _plain(get_args(kind)[0])
    if type(None) in get_args(kind):
        return _plain(next(one for one in get_args(kind) if one is not type(None)))
    return kind


def placed(content: dict[str, Any], path: Path, value: Any) -> None:
    """Put a value at its place in the content of a site."""
    part: Any = content
    for key, following in pairwise(path):
        new: Any = [] if isinstance(following, int) else {}
        if isinstance(key, int):
            if len(part) <= key:
                part.append(new)
            part = part[key]
        else:
            part = part.setdefault(key, new)
    part[path[-1]] = value


def word_of(name: str, text: str) -> str | list[str]:
    """Return what a cell in words states."""
    return text.split() if name in _LISTS else text
