"""What is wrong with the factor tables, in sentences with file and line: the reviewer's other pair of eyes."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from asmcarbon.factors.rows import Factor, FactorTables
from asmcarbon.factors.rules import GWP_SETS, clashes, findings, one_of
from asmcarbon.factors.tables import parse_folder
from asmcarbon.messages import _

CHECKED = ("primary", "secondary", "two sources")
REDISTRIBUTABLE = ("yes", "fact")


def check(tables: FactorTables | Path) -> list[str]:
    """Return a sentence for each thing that is wrong with the tables, `file:line  sentence`; none where all is well.

    tables   tables that were read, or a folder, of which what cannot be read is named too; of tables with the user's
             own rows, asmcarbon's are checked, for the user's were when they were read
    """
    problems: list[str] = []
    if isinstance(tables, Path):
        tables, problems = parse_folder(tables)
    if tables.default_gwp_set and tables.default_gwp_set not in GWP_SETS:
        problems.append(
            _("release.toml  default_gwp_set is '{default_gwp_set}'; expected {choices}").format(
                default_gwp_set=tables.default_gwp_set, choices=one_of(GWP_SETS)
            )
        )
    factors = [factor for factor in tables.factors if not factor.is_own]
    for factor in factors:
        sentences = (*_sources(factor, tables), *_words(factor), *findings(factor))
        problems.extend(f"{_place(factor)}  {factor.item}: {sentence}" for sentence in sentences)
    problems.extend(_order(factors))
    problems.extend(f"{_place(factor)}  {sentence}" for factor, sentence in clashes(factors))
    return problems


def _place(factor: Factor) -> str:
    return f"{factor.table}.csv:{factor.line}"


def _sources(factor: Factor, tables: FactorTables) -> Iterator[str]:
    if not factor.source_id:
        yield "has no source_id; a number without a source does not go in"
    elif factor.source_id not in tables.sources:
        yield _("source_id '{source_id}' is not in sources.csv").format(source_id=factor.source_id)
    if not factor.locator:
        yield "has no locator; say in which table or on which page of the source the number stands"


def _words(factor: Factor) -> Iterator[str]:
    if factor.checked not in CHECKED:
        yield _("checked is '{checked}'; expected {choices}").format(checked=factor.checked, choices=one_of(CHECKED))
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", factor.checked_on):
        yield _("checked_on is '{checked_on}'; expected a date, for example 2026-11-23").format(
            checked_on=factor.checked_on
        )
    if factor.redistributable not in REDISTRIBUTABLE:
        yield _("redistributable is '{redistributable}'; expected yes, or fact for a single figure re-cited").format(
            redistributable=factor.redistributable
        )


def _key(factor: Factor) -> tuple[str, str, int, str, str]:
    return factor.item, factor.region, factor.valid_from, factor.gas, factor.boundary


def _order(factors: list[Factor]) -> Iterator[str]:
    """Rows of each table stand in the order of their keys."""
    for before, after in pairwise(factors):
        if before.table == after.table and _key(after) < _key(before):
            yield _("{place}  {factor_id} is not in its place; sort the rows by their key").format(
                place=_place(after), factor_id=after.factor_id
            )
