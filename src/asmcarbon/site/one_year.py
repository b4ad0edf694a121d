"""What a plan of one year cannot take of a site: years of investment, and who pays."""

from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _
from asmcarbon.site.site import Site


def check_one_year(site: Site, instead: str) -> None:
    """Refuse a site that states stages, or asks who pays.

    instead   what plans such a site, for the sentence
    """
    asked = {"options.stages": site.options.stages is not None, "finance.products": site.finance.asks_who_pays}
    what = _("are given to a plan of one year")
    if problems := [Problem(where, what, instead) for where, is_so in asked.items() if is_so]:
        raise InputError(problems)
