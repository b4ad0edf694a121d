"""A user's own figures, laid over the tables: read from a CSV file, checked, and marked as the user's own."""

import difflib
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from asmcarbon.errors import InputError, Problem
from asmcarbon.factors.rows import COLUMNS, OVERLAY, Factor, FactorTables, Source, cells_of, factor_of, tables_of
from asmcarbon.factors.rules import clashes, expected_unit, findings, one_of
from asmcarbon.messages import _

OWN = "own"
# The columns that a file must have; the others of the tables may be left out.
NEEDED = ("item", "region", "valid_from", "value", "unit", "locator")

_OWN_SOURCE = Source(OWN, "the user's own", "the user's own", None, "", "the user's own", "")


def overlaid(tables: FactorTables, path: Path) -> FactorTables:
    """Return the tables with the user's own rows in front, which `choose` prefers.

    path    CSV with the columns of the tables in any order, of which NEEDED are needed; locator says where the number
            comes from

    The release becomes `2026.1+own.<first digits of the file's SHA-256>`, so that a result says what it came from.
    InputError lists everything that is wrong with the file.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        what = _("the file of your own factors cannot be read ({reason})").format(reason=error.strerror or error)
        raise InputError(Problem("", what, file=path.name)) from error
    release = f"{tables.release}+own.{hashlib.sha256(content).hexdigest()[:8]}"
    problems: list[str] = []
    factors = [_completed(factor, tables) for factor in _parse(path.name, content, release, problems)]
    for factor in factors:
        known = expected_unit(factor.item) is not None
        sentences = (*_own(factor, tables), *(findings(factor) if known else ()))
        problems.extend(f"{path.name}:{factor.line}  {factor.item}: {sentence}" for sentence in sentences)
    for factor, sentence in clashes(factors):
        told = sentence.replace(f"{OVERLAY}.csv:", f"{path.name}:")
        problems.append(f"{path.name}:{factor.line}  {told}")
    if problems:
        raise InputError([Problem("", problem) for problem in problems])
    ids = {factor.factor_id for factor in factors}
    rest = (factor for factor in tables.factors if factor.factor_id not in ids)
    sources = {**tables.sources, OWN: _OWN_SOURCE}
    return tables_of(tables.folder, release, tables.default_gwp_set, (*factors, *rest), sources)


def _parse(name: str, content: bytes, release: str, problems: list[str]) -> list[Factor]:
    before = len(problems)
    lines = [(line, cells) for line, cells in cells_of(name, content, problems) if any(cells)]
    header = [cell.strip() for cell in lines[0][1]] if lines else []
    if len(problems) == before:
        problems.extend(f"{name}:1  {sentence}" for sentence in _header(header))
    if len(problems) > before:
        return []
    factors: list[Factor] = []
    for line, cells in lines[1:]:
        where = f"{name}:{line}"
        if len(cells) != len(header):
            problems.append(
                _("{where}  has {count} cells; expected {expected}, as in the first line").format(
                    where=where, count=len(cells), expected=len(header)
                )
            )
            continue
        stated = dict(zip(header, (cell.strip() for cell in cells), strict=True))
        factor = factor_of(OVERLAY, where, line, release, dict.fromkeys(COLUMNS, "") | stated, problems)
        if factor is not None:
            factors.append(factor)
    return factors


def _header(header: Sequence[str]) -> Iterator[str]:
    if len(header) == 1 and ";" in header[0]:
        yield "its cells are joined by semicolons; separate them by commas"
        return
    for column in sorted(set(header) - set(COLUMNS)):
        yield _("'{column}' is not a column of the factor tables; they are {names}").format(
            column=column, names=", ".join(COLUMNS)
        )
    missing = [column for column in NEEDED if column not in header]
    if missing:
        yield _("has no column {names}").format(names=", ".join(missing))
    if len(set(header)) < len(header):
        yield "names a column twice"


def _completed(factor: Factor, tables: FactorTables) -> Factor:
    """The row as the user's own, with the boundary of the rows that it stands in for where there is just one."""
    boundaries = {row.boundary for row in tables.by_item.get(factor.item, ())}
    boundary = boundaries.pop() if not factor.boundary and len(boundaries) == 1 else factor.boundary
    return replace(factor, boundary=boundary, source_id=factor.source_id or OWN)


def _own(factor: Factor, tables: FactorTables) -> Iterator[str]:
    """What is asked of the user's rows and not of ours: a known item, its boundary, and where the number comes from."""
    shipped = tables.by_item.get(factor.item, ())
    if not factor.locator:
        yield "has no locator; say where the number comes from"
    if factor.source_id != OWN:
        yield _("source_id is '{source_id}'; leave it blank or write {OWN}, and name the source in locator").format(
            source_id=factor.source_id, OWN=OWN
        )
    boundaries = tuple(dict.fromkeys(row.boundary or "nothing" for row in shipped))
    if shipped and (factor.boundary or "nothing") not in boundaries:
        yield _("boundary is '{boundary}'; expected {choices}, as in the rows that it stands in for").format(
            boundary=factor.boundary, choices=one_of(boundaries)
        )
    if expected_unit(factor.item) is None:
        near = difflib.get_close_matches(factor.item, sorted(tables.by_item), 2)
        if near:
            text = _("is not an item of the factor tables; did you mean {choices}?")
            yield text.format(choices=one_of(tuple(near)))
        else:
            yield _("is not an item of the factor tables")
