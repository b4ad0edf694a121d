"""The base year beside the latest: how much of it was only counted otherwise, and what it is when counted as today.

GHG Protocol Corporate Standard, ch. 5: base year emissions are recalculated where changes of boundary or of method, or
errors, matter more than a threshold that the company sets and states, and not for organic growth or decline, which
changes what reaches the atmosphere. A row of the tables for another year of the same grid is what that grid did in that
year: a change of emissions too, and not of method.
"""

from msgspec import Struct

from asmcarbon.footprint.progress import Change, Effect


class Restated(Struct, frozen=True):
    """A total of the base year, as it was stated and as it is counted today, in kgCO2e a year.

    method      what the base year's activities are worth by today's method of their factors: the sum of the sizes, so
                that two of opposite sign do not hide each other
    boundary    what only one of the years counts: the same
    own_rows    what the tables' rows for the later year itself would be worth: no reason to recalculate, and not in
                `recalculated`
    """

    stated: float
    recalculated: float
    method: float
    boundary: float
    own_rows: float

    @property
    def share(self) -> float | None:
        """What method and boundary are worth, of the total as it was stated; None where that is zero."""
        return (self.method + self.boundary) / self.stated if self.stated else None

    def is_past(self, threshold: float) -> bool:
        """Whether they are worth more than a share of the total."""
        return self.method + self.boundary > threshold * self.stated


def restated(change: Change, total: str) -> Restated:
    """Return a total of the first year of a change, counted as the second year is."""
    stated = recalculated = own_rows = 0.0
    method: dict[tuple[str, str, int], float] = {}
    boundary: dict[tuple[str, str, int], float] = {}
    for one in change.of(total):
        own = one.before.co2e if one.before is not None else 0.0
        anew = one.recalculated if one.recalculated is not None else 0.0
        stated += own
        recalculated += own if one.is_of_year else anew
        boundary[one.key.activity] = boundary.get(one.key.activity, 0.0) + one.boundary
        if one.is_of_year:
            own_rows += abs(anew - own)
        elif not one.boundary:
            method[one.key.activity] = method.get(one.key.activity, 0.0) + _by_method(one, anew - own)
    return Restated(stated, recalculated, _size(method), _size(boundary), own_rows)


def _size(parts: dict[tuple[str, str, int], float]) -> float:
    return sum(abs(part) for part in parts.values())


def _by_method(one: Effect, moved: float) -> float:
    """Return what a change of method is worth; of what is counted in another unit, the two years' own figures."""
    return moved if one.before is not None and one.after is not None else one.factor
