"""Several site files, for the commands that set one beside another."""

from collections.abc import Sequence

import click

from asmcarbon.cli.files import folder_of, site_at
from asmcarbon.errors import InputError, Problem
from asmcarbon.factors.tables import FactorTables
from asmcarbon.messages import _
from asmcarbon.reports.rows import tables_for, under
from asmcarbon.site.site import GwpSet, Site

sites_argument = click.argument("sites", metavar="SITE.yaml...", nargs=-1, required=True)


def sites_at(paths: Sequence[str], gwp_set: GwpSet | None = None) -> list[tuple[str, Site, FactorTables]]:
    """Return the sites of several files, each with the tables that price it; the problems of all files at once.

    gwp_set   takes the place of each site's own, so that all share one
    """
    sites: list[tuple[str, Site, FactorTables]] = []
    problems: list[Problem] = []
    for number, path in enumerate(paths):
        try:
            if path == "-" and "-" in paths[:number]:
                raise InputError(Problem("", _("standard input is given twice"), _("each site once"), file=path))
            site = under(site_at(path), gwp_set)
            sites.append((path, site, tables_for(site, folder_of(path))))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return sites
