"""Lines that moved between two accounts of one site, and the inputs that moved them, as rows and as text."""

from collections.abc import Iterator, Sequence
from typing import Any

from asmcarbon.footprint.derivation import Input
from asmcarbon.footprint.moves import Move, percent_moved
from asmcarbon.messages import _
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import table, told
from asmcarbon.units import text_of_unit

# Of a figure that moved: three digits would hide what a small change does.
DIGITS = 5
_NOTHING = 1e-9  # what rounding leaves


def move_row(move: Move) -> Row:
    """Return a line that moved with the inputs that moved it."""
    return {
        "source": move.source, "label": move.label, "scope": move.scope, "account": move.account, "gas": move.gas,
        "before": move.before, "after": move.after, "unit": "kgCO2e/year",
        "percent": 100 * (move.after - move.before) / abs(move.before) if move.before else None,
        "causes": [_cause_row(*cause) for cause in move.causes],
    }  # fmt: skip


def _cause_row(name: str, before: Input | None, after: Input | None) -> Row:
    return {"name": name, "before": _input(before), "after": _input(after), "percent": percent_moved(before, after)}


def _input(put: Input | None) -> Row | None:
    if put is None:
        return None
    return {"key": put.key, "value": f"{put.quantity.magnitude:.12g} {text_of_unit(put.quantity.units)}"}


def move_lines(moves: Sequence[Row], most: int = 10) -> list[str]:
    """Return lines that moved, with what moved them."""
    shown = moves[:most]
    rows = [
        [_("{label}, {gas}").format(**one), told(one["before"], DIGITS), "->", told(one["after"], DIGITS),
         signed(one["after"] - one["before"]), one["unit"], percent(one["percent"])]
        for one in shown
    ]  # fmt: skip
    lines: list[str] = []
    for one, line in zip(shown, table(rows, right=(1, 3, 4, 6)), strict=True):
        lines += [line, *(f"      {text}" for text in _cause_texts(one["causes"]))]
    if len(moves) > most:
        lines.append("  " + _("… and {n} more lines").format(n=len(moves) - most))
    return lines


def _cause_texts(causes: Sequence[Row]) -> Iterator[str]:
    for cause in causes:
        was, now = cause["before"], cause["after"]
        keys = dict.fromkeys(one["key"] for one in (was, now) if one is not None)
        values = [_("nothing") if one is None else one["value"] for one in (was, now)]
        change = "" if cause["percent"] is None else f"  {percent(cause['percent'])}"
        yield f"{cause['name']}: {values[0]} -> {values[1]}{change}  {' -> '.join(keys)}"


def signed(value: float) -> str:
    """Return a change to three digits, with its sign.

    >>> signed(0.99999), signed(-12345.0), signed(0.0)
    ('+1', '-12,300', '0')
    """
    return "0" if abs(value) < _NOTHING else f"{float(f'{value:.3g}'):+,.12g}"


def percent(value: float | None) -> str:
    """Return a change in percent; nothing where there is none."""
    return "" if value is None else f"{signed(value)} %"


def change_row(before: float | None, after: float | None) -> dict[str, Any]:
    """Return two figures with what lies between them, None where one of them is not known."""
    change = None if before is None or after is None else after - before
    share = 100 * change / abs(before) if before and change is not None else None
    return {"before": before, "after": after, "change": change, "percent": share}
