"""What several records of the same shape are on average, number by number."""

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _

T = TypeVar("T")


def mean_of(records: Sequence[T], where: str = "scenarios") -> T:
    """Return the mean of records, of each number in them; all else is the same in each.

        mean = Σ_w record[w] / number of records

    Where all records have the same number, the mean is that number, to the last digit. None where one of them is None.

    >>> mean_of([(1.0, ("a", 2.0)), (3.0, ("a", 2.0))])
    (2.0, ('a', 2.0))
    """
    return _mean_of(records, where)


def _mean_of(records: Sequence[Any], where: str) -> Any:
    first = records[0]
    if any(one is None for one in records):
        return None
    if isinstance(first, Struct):
        names = first.__struct_fields__
        return replace(first, **{name: _mean_of([getattr(one, name) for one in records], name) for name in names})
    if isinstance(first, tuple) and len({len(one) for one in records}) == 1:
        return tuple(_mean_of(each, where) for each in zip(*records, strict=True))
    if isinstance(first, dict) and all(one.keys() == first.keys() for one in records):
        return {key: _mean_of([one[key] for one in records], where) for key in first}
    if isinstance(first, np.ndarray):
        return first if all(np.array_equal(one, first) for one in records) else np.mean(records, axis=0)
    if all(one == first for one in records):
        return first
    if isinstance(first, float):
        return sum(records) / len(records)
    what = _("differs: {values}").format(values=", ".join(dict.fromkeys(str(one) for one in records)))
    raise InputError(Problem(where, what, _("the same in all scenarios")))
