"""What changed between two releases of the factor tables, row by row."""

from dataclasses import dataclass
from typing import Any, Literal

from asmcarbon.factors.rows import Factor, FactorTables

# What a row states beside its key; a value is compared with its unit.
_COMPARED = (
    "valid_to", "gwp_set", "low", "high", "distribution", "source_id", "locator", "checked", "redistributable", "note",
    "table",
)  # fmt: skip
_CLOSE = 1e-12


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that was added, removed or changed.

    fields     what changed, with the old and the new
    relative   by how much the value changed, -0.1 for a tenth less; None where it did not, or cannot be compared
    """

    kind: Literal["added", "removed", "changed"]
    factor_id: str
    old: Factor | None
    new: Factor | None
    fields: dict[str, tuple[Any, Any]]
    relative: float | None = None


def diff(old: FactorTables, new: FactorTables) -> tuple[RowChange, ...]:
    """Return the rows that differ, sorted by their key: item, region, year, gas and boundary.

    A value that is the same in another unit has not changed; its unit has.
    """
    before = {factor.factor_id: factor for factor in old.factors}
    after = {factor.factor_id: factor for factor in new.factors}
    changes: list[RowChange] = []
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key), after.get(key)
        if one is None or other is None:
            kind: Literal["added", "removed"] = "added" if one is None else "removed"
            changes.append(RowChange(kind, key, one, other, {}))
        else:
            fields, relative = _differences(one, other)
            if fields:
                changes.append(RowChange("changed", key, one, other, fields, relative))
    return tuple(changes)


def _differences(old: Factor, new: Factor) -> tuple[dict[str, tuple[Any, Any]], float | None]:
    same_unit = old.unit == new.unit
    scale = 1.0 if same_unit else _scale(old, new)
    fields: dict[str, tuple[Any, Any]] = {}
    relative = None
    if scale is None or not _same(old.value, new.value * scale):
        fields["value"] = (f"{old.value:.12g} {old.unit}", f"{new.value:.12g} {new.unit}")
        relative = new.value * scale / old.value - 1 if scale is not None and old.value else None
    elif not same_unit:
        fields["unit"] = (old.unit, new.unit)
    for name in _COMPARED:
        one, other = getattr(old, name), getattr(new, name)
        if name in ("low", "high") and scale is not None and other is not None:
            other = other * scale
        if one != other and not (isinstance(one, float) and isinstance(other, float) and _same(one, other)):
            fields[name] = (one, other)
    return fields, relative


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= _CLOSE * max(abs(one), abs(other))


def _scale(old: Factor, new: Factor) -> float | None:
    """Return what leads from the new unit to the old; None where they measure different things."""
    from asmcarbon.units import quantity, unit_of

    one = unit_of(old.unit)
    return float(quantity(1.0, new.unit).m_as(one)) if unit_of(new.unit).dimensionality == one.dimensionality else None
