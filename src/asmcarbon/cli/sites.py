"""Several site files, for the commands that set one beside another."""

from collections.abc import Sequence

import click

from asmcarbon.cli.files import folder_of, site_at
from asmcarbon.errors import InputError, Problem
from asmcarbon.factors.tables import FactorTables
from asmcarbon.reports.rows import tables_for
from asmcarbon.site.site import Site

sites_argument = click.argument("sites", metavar="SITE.yaml...", nargs=-1, required=True)


def sites_at(paths: Sequence[str]) -> list[tuple[str, Site, FactorTables]]:
    """Return the sites of several files, each with the tables that price it; the problems of all files at once."""
    sites: list[tuple[str, Site, FactorTables]] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            site = site_at(path)
            sites.append((path, site, tables_for(site, folder_of(path))))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return sites
