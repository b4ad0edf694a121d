"""Sites that stand twice in a run: of each year the first row of a site counts, and the others are refused."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from asmcarbon.batch.stated import Stated
from asmcarbon.errors import Problem
from asmcarbon.messages import _

Marks = np.ndarray[Any, np.dtype[np.uint64]]


def marks_of(stated: Stated) -> Marks:
    """Return what tells the site and year of each row from those of all others: a hash."""
    sites = stated.sites
    if sites.str.len_bytes().sum() != sites.str.len_chars().sum():
        sites = sites.str.normalize("NFC")  # an accent is the same however it is written
    return sites.hash().to_numpy() ^ (stated.years.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))


def reason_twice() -> str:
    """Return why a row is refused whose site stands in an earlier one."""
    what = _("stands in another row already, for the same year")
    return Problem("", what, _("each site once a year")).sentence()


def repeated(marks: Marks) -> list[int]:
    """Return the rows of a part that repeat a row of the same part."""
    _values, firsts = np.unique(marks, return_index=True)
    if len(firsts) == len(marks):
        return []
    again = np.ones(len(marks), dtype=bool)
    again[firsts] = False
    return np.flatnonzero(again).tolist()


def repeated_over(parts: Sequence[Marks]) -> dict[int, list[int]]:
    """Return, by the place of each part, the rows that repeat a row of an earlier part.

    Takes 8 bytes a site, and twice that for the time of sorting them.
    """
    if not parts:
        return {}
    ordered = np.sort(np.concatenate(parts))
    several = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not len(several):
        return {}
    first_part: dict[int, int] = {}
    found: dict[int, list[int]] = {}
    for place, marks in enumerate(parts):
        at = np.searchsorted(several, marks)
        at[at == len(several)] = 0
        for row in np.flatnonzero(several[at] == marks).tolist():
            if first_part.setdefault(int(marks[row]), place) != place:
                found.setdefault(place, []).append(row)
    return found
