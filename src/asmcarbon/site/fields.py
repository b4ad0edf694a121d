"""What stands at a path of a site: a figure, a text, a choice, a list or a group of further keys."""

from collections.abc import Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from msgspec import Struct
from msgspec.structs import replace
from pydantic import BaseModel

from asmcarbon.measures import Datum, Measure
from asmcarbon.site.model import Form
from asmcarbon.site.site import Site

Kind = Literal["measure", "text", "number", "truth", "list", "group"]


class Place(Struct, frozen=True):
    """What a path of a site leads to.

    kind      a figure with its unit, a text, a plain number, true or false, a list of plain values, or further keys
    about     what the site says of it
    measure   of a figure: what it accepts
    choices   of a text: all that may be written, where that is told
    is_named  its last key is a word to choose: a container of the site's own, a metal
    """

    kind: Kind
    about: str = ""
    measure: Measure | None = None
    choices: tuple[str, ...] = ()
    is_named: bool = False


def place_at(path: Sequence[str]) -> Place | None:
    """Return what a path of keys leads to, numbers of lists among them; None where a site has no such path.

    >>> place_at(["energy", "machines", "0", "rated_power"]).kind
    'measure'
    """
    kind: Any = Site
    notes: tuple[Any, ...] = ()
    about, is_named = "", False
    for part in path:
        kind = _alone(kind)[0]
        origin, inner = get_origin(kind), get_args(kind)
        is_named = origin is dict
        if _is_part(kind):
            fields = {field.alias or name: field for name, field in kind.model_fields.items()}
            if part not in fields:
                return None
            field = fields[part]
            kind, notes, about = field.annotation, tuple(field.metadata), field.description or ""
        elif (origin is list and part.isdigit()) or origin is dict:
            kind, notes, about = inner[-1], (), ""
        else:
            return None
    return replace(_place(kind, notes, about), is_named=is_named)


def _place(kind: Any, notes: tuple[Any, ...], about: str) -> Place:
    kind, more = _alone(kind)
    notes = (*notes, *more)
    if kind is Datum:
        return Place("measure", about, next((one for one in notes if isinstance(one, Measure)), None))
    if get_origin(kind) is list:
        item = _place(get_args(kind)[0], (), "")
        return Place("group" if item.kind == "group" else "list", about, choices=item.choices)
    if get_origin(kind) is Literal:
        return Place("text", about, choices=tuple(str(one) for one in get_args(kind)))
    if kind is bool:
        return Place("truth", about)
    if kind in (int, float):
        return Place("number", about)
    if kind is str:
        form = next((one for one in notes if isinstance(one, Form) and one.choices), None)
        return Place("text", about, choices=() if form is None else tuple(sorted(form.choices)))
    return Place("group", about)


def _alone(kind: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return a type without what is noted on it and without None, and what was noted."""
    notes: tuple[Any, ...] = ()
    while True:
        origin = get_origin(kind)
        if origin is Annotated:
            kind, *more = get_args(kind)
            notes = (*notes, *more)
        elif origin in (Union, UnionType):
            kind = next(one for one in get_args(kind) if one is not NoneType)
        else:
            return kind, notes


def _is_part(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
