"""Every datum of a site with the path that it stands at, stated or by default."""

from collections.abc import Iterator

from asmcarbon.measures import Datum
from asmcarbon.site.model import Part

_HOLDERS = (Datum, Part, dict, list)


def data_of(part: object, path: str = "") -> Iterator[tuple[str, Datum]]:
    """Yield each datum below a part of a site with its path, `energy.machines.0.hours`, in the order of the model."""
    if isinstance(part, Datum):
        yield path, part
    elif isinstance(part, Part):
        for name in type(part).model_fields:
            value = getattr(part, name)
            if isinstance(value, _HOLDERS):  # most of a site is left blank: no walk for each blank
                yield from data_of(value, f"{path}.{name}" if path else name)
    elif isinstance(part, dict):
        for name, value in part.items():
            yield from data_of(value, f"{path}.{name}")
    elif isinstance(part, list):
        for number, value in enumerate(part):
            yield from data_of(value, f"{path}.{number}")
