"""Numbers that the optimiser cannot take are refused together, each with its name and range."""

from collections.abc import Iterable
from numbers import Real
from typing import Any

import numpy as np
from msgspec.structs import fields

from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _

_MAY_BE_NEGATIVE = {
    "price_per_kwh",
    "annual_cost",
    "annual_cost_per_ha",
    "operational_kgco2e_change",
    "export_price_per_kwh",
    "removals_kgco2e_per_ha_year",
    "extra_load_kw",
}
_MUST_BE_POSITIVE = {"charge_efficiency", "discharge_efficiency"}


def check(parameters: Any, where: str, *, shares: tuple[str, ...] = (), more: Iterable[Problem] = ()) -> None:
    """Collect every number or series of `parameters` outside its range, and refuse them together."""
    problems: list[Problem] = []
    for field in fields(parameters):
        given = getattr(parameters, field.name)
        if field.type is np.ndarray and (not isinstance(given, np.ndarray) or given.ndim != 1):
            expected = _("a NumPy array with one number for each hour")
            problems.append(Problem(f"{where}.{field.name}", _("not a series of hours"), expected))
            continue
        is_number = isinstance(given, Real | np.ndarray)
        if not is_number:
            continue
        numbers: np.ndarray = np.atleast_1d(np.asarray(given, dtype=float))
        lowest = -np.inf if field.name in _MAY_BE_NEGATIVE else 0.0
        highest = 1.0 if field.name in shares else np.inf
        wrong = ~np.isfinite(numbers) | (numbers < lowest) | (numbers > highest)
        if field.name in _MUST_BE_POSITIVE:
            wrong |= numbers == 0.0
        if wrong.any():
            above = _("above 0") if field.name in _MUST_BE_POSITIVE else _("0 or more")
            expected = _("any finite number") if np.isinf(lowest) else above
            expected += _(", at most 1") if field.name in shares else ""
            what = _("{number:g} cannot be used").format(number=numbers[wrong][0])
            problems.append(Problem(f"{where}.{field.name}", what, expected))
    problems.extend(more)
    if problems:
        raise InputError(problems)
