"""A site to the report of its plan, of a year or over stages, for whoever does not ask which."""

from collections.abc import Callable
from pathlib import Path

from asmcarbon.factors.tables import FactorTables
from asmcarbon.planning.plan_site import plan_site
from asmcarbon.planning.plan_stages import plan_stages
from asmcarbon.reports.plan_rows import plan_report
from asmcarbon.reports.rows import Row
from asmcarbon.reports.stages import stages_report
from asmcarbon.site.site import Site


def planned_report(
    site: Site, tables: FactorTables, folder: Path | None, time_limit_s: float | None, progress: Callable[[str], None]
) -> Row:
    """Return the plan of a site as rows.

    folder        of the files that the site names, or None for none
    time_limit_s  most seconds, or None. [time]
    """
    if site.is_planned_in_stages:
        return stages_report(
            plan_stages(site, tables, folder=folder, time_limit_s=time_limit_s, progress=progress), tables
        )
    return plan_report(plan_site(site, tables, folder=folder, time_limit_s=time_limit_s, progress=progress), tables)
