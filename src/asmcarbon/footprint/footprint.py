"""A footprint: result lines, each with everything that it was computed from, and totals that are sums over lines."""

from collections.abc import Callable, Iterable
from typing import Any

import pint
from msgspec import Struct

from asmcarbon.footprint.activities import Account
from asmcarbon.footprint.derivation import Input, Step
from asmcarbon.site.land import Pool
from asmcarbon.units import quantity, unit_of

Quantity = pint.Quantity[Any]

LINE_UNIT = "kgCO2e/year"

# The totals over scopes, by their names in every report.
SCOPE_GROUPS: dict[str, tuple[int, ...]] = {
    "scope_1": (1,),
    "scope_2": (2,),
    "scope_3": (3,),
    "scopes_1_2": (1, 2),
    "scopes_1_2_3": (1, 2, 3),
}
# The other totals, and the accounts whose lines they are of.
ACCOUNT_GROUPS: dict[str, tuple[Account, ...]] = {
    "scope_2_market_based": ("market_based",),
    "land_use_change": ("land_use_change", "drained_peat"),
    # Of clearing alone: what drained peat loses comes again each year, and is spread over none.
    "land_use_change_amortised": ("land_use_change", "land_history"),
    "drained_peat": ("drained_peat",),
    "removals": ("removals",),
}


class Line(Struct, frozen=True):
    """One gas of one activity.

    emission     of the gas itself, in a year
    co2e         the same by the GWP set of the footprint, in `LINE_UNIT`
    derivation   the equations that lead to `co2e`, down to the inputs
    factor_id    the row of the factor tables, and the table's `release`
    includes_upstream  the factor is a life-cycle figure: no upstream line stands beside it
    account      energy (and process), land-use change or, in it, drained peat, removals; or scope 2 once more,
                 market-based, and land of the years before, which stand in no total
    pools        of carbon, where land lost or gained them
    """

    source: str
    label: str
    scope: int
    gas: str
    emission: Quantity
    co2e: Quantity
    derivation: Step
    factor_id: str
    citation: str
    release: str
    gwp_set: str
    substituted: bool
    includes_upstream: bool
    account: Account = "energy"
    notes: tuple[str, ...] = ()
    pools: tuple[Pool, ...] = ()

    def __post_init__(self) -> None:
        """Hold the promise that totals rely on."""
        if self.co2e.units != unit_of(LINE_UNIT):
            told = f"a line tells its CO2e in {LINE_UNIT}, not in {self.co2e.units}"
            raise ValueError(told)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """Every figure that the line is computed from, the activity first."""
        return self.derivation.inputs


class Footprint(Struct, frozen=True):
    """What a site emits in a year. Land-use change and removals are never merged into these lines.

    left_out   labels of activities that are no line, because the tables have no figure for a part of them
    """

    lines: tuple[Line, ...]
    release: str
    gwp_set: str
    left_out: tuple[str, ...] = ()

    def total(self, scopes: Iterable[int] = (1, 2, 3)) -> Quantity:
        """Return the sum over the lines of some scopes, land and removals apart, in kgCO2e a year."""
        wanted = set(scopes)
        return self.sum_of(lambda line: line.account == "energy" and line.scope in wanted)

    def account_total(self, account: Account) -> Quantity | None:
        """Return the sum over the lines of an account, in kgCO2e a year; None where the site states none of it.

        Drained peat is a part of land-use change, and a total of its own.
        """
        accounts = ACCOUNT_GROUPS.get(account, (account,))
        if not any(line.account in accounts for line in self.lines):
            return None
        return self.sum_of(lambda line: line.account in accounts)

    def lines_of(self, total: str) -> list[Line]:
        """Return the lines of a total by its name, as reports have it."""
        scopes = SCOPE_GROUPS.get(total)
        if scopes is not None:
            return [line for line in self.lines if line.account == "energy" and line.scope in scopes]
        return [line for line in self.lines if line.account in ACCOUNT_GROUPS[total]]

    def sum_of(self, belongs: Callable[[Line], bool]) -> Quantity:
        """Return the sum over the lines that belong, in kgCO2e a year."""
        # Every line tells its CO2e in this unit, so the plain numbers may be added.
        return quantity(sum((line.co2e.magnitude for line in self.lines if belongs(line)), start=0.0), LINE_UNIT)

    def gas_total(self, gas: str, scopes: Iterable[int] = (1, 2, 3)) -> Quantity:
        """Return the mass of one gas over some scopes, in kg of it a year, from lines that state that gas."""
        wanted = set(scopes)
        zero = quantity(0.0, f"kg{gas}/year")
        return sum((line.emission for line in self.lines if line.gas == gas and line.scope in wanted), start=zero)
