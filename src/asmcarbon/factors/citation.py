"""Where a factor comes from, in one line that a reader can follow."""

from asmcarbon.factors.rows import Factor, FactorTables
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
    source = tables.sources[factor.source_id]
    published = f"{source.publisher} ({source.year})" if source.year else source.publisher
    return ", ".join(part for part in (published, source.citation, factor.locator) if part)
