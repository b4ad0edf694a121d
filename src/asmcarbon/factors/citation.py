"""Where a factor comes from, in one line that a reader can follow."""

from asmcarbon.errors import FactorError
from asmcarbon.factors.rows import Factor, FactorTables, Source
from asmcarbon.messages import _


def citation(tables: FactorTables, factor: Factor) -> str:
    """Publisher (year), title, place in it; of the user's own rows what they say of themselves.

    >>> from asmcarbon.factors.tables import read_tables
    >>> tables = read_tables()
    >>> citation(tables, tables.by_item["gwp100.AR4"][0])
    'IPCC (2007), Climate Change 2007: The Physical Science Basis (Working Group I), WG1 ch. 2 Table 2.14'
    """
    if factor.is_own:
        return _("the user's own: {locator}").format(locator=factor.locator)
    source = source_of(tables, factor)
    published = f"{source.publisher} ({source.year})" if source.year else source.publisher
    return ", ".join(part for part in (published, source.citation, factor.locator) if part)


def source_of(tables: FactorTables, factor: Factor) -> Source:
    """Return the publication of a row; FactorError where the tables do not have it."""
    source = tables.sources.get(factor.source_id)
    if source is None:
        text = _("{table}.csv:{line}  {factor_id}: source_id '{source_id}' is not in sources.csv")
        words = {"table": factor.table, "line": factor.line, "source_id": factor.source_id}
        raise FactorError(text.format(factor_id=factor.factor_id, **words))
    return source
