"""Many plans: a plan and a frontier for each site file of a folder, each in a process, and a row of all of them."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from asmcarbon.batch.engines import Engine
from asmcarbon.batch.files import written
from asmcarbon.batch.folder import SITE_FILES, refusals_of, site_files_in
from asmcarbon.errors import AsmcarbonError, InputError, Problem
from asmcarbon.messages import _
from asmcarbon.reports.rows import Row, tables_for, version_installed
from asmcarbon.site.read import read_site


class Asked(Struct, frozen=True):
    """What is asked of a site.

    file, name   of the site, and what it is called below the folder
    output       folder of the reports
    points       of its frontier; 0 for none
    time_limit_s most seconds for each of the two, or None. [time]
    """

    file: str
    name: str
    output: str
    points: int
    time_limit_s: float | None


class Planned(Struct, frozen=True):
    """What came of a site, by its name: a row for the table, or why there is none."""

    name: str
    row: Row | None
    refused: list[Row]


def plans_of(
    folder: Path,
    output: Path,
    engine: Engine,
    *,
    points: int,
    time_limit_s: float | None = None,
    say: Callable[[str], None] = lambda _text: None,
) -> list[Planned]:
    """Plan every site of a folder that is not planned yet, and return what came of each, in the order of their names.

    output   folder for NAME.plan.json and NAME.frontier.json; a site whose reports are there, of the same content,
             release and version, is not planned again
    """
    files = site_files_in(folder)
    if not files:
        what = _("holds no site files ({endings})").format(endings=", ".join(SITE_FILES))
        raise InputError(Problem("", what, _("one file a site"), file=str(folder)))
    output.mkdir(parents=True, exist_ok=True)
    asked = [
        Asked(
            str(path.absolute()), path.relative_to(folder).as_posix(), str(output.absolute()), points, time_limit_s
        )
        for path in files
    ]  # fmt: skip
    found: dict[str, Planned] = {}
    started = time.monotonic()
    for planned in engine.each(plan_one, ((one,) for one in asked)):
        found[planned.name] = planned
        left = (time.monotonic() - started) / len(found) * (len(asked) - len(found))
        text = _("{done} of {all} sites planned, about {left:,.0f} s left")
        say(text.format(done=len(found), all=len(asked), left=left))
    return [found[one.name] for one in asked]


def plan_one(asked: Asked) -> Planned:
    """Plan one site and write its reports, or take those that are there."""
    path = Path(asked.file)
    kept = Path(asked.output) / f"{asked.name.replace('/', '__')}.kept"
    try:
        site = read_site(path)
        tables = tables_for(site, path.parent)
        stamp = msgspec.json.encode((asked.points, asked.time_limit_s))
        parts = (path.read_bytes(), stamp, tables.release.encode(), version_installed().encode())
        key = hashlib.sha256(b"\0".join(parts)).hexdigest()
        known = _kept(kept, key)
        if known is not None:
            return known
        planned = Planned(asked.name, _row(asked, *_reports(asked, site, tables)), [])
    except AsmcarbonError as error:
        return Planned(asked.name, None, refusals_of(error, asked.name))
    written(kept, lambda file: file.write(msgspec.json.encode([key, planned])))
    return planned


def _kept(file: Path, key: str) -> Planned | None:
    if not file.exists():
        return None
    known, planned = msgspec.json.decode(file.read_bytes(), type=tuple[str, Planned])
    return planned if known == key else None


def _reports(asked: Asked, site: Any, tables: Any) -> tuple[Row, Row | None]:
    """Return the plan of a site and its frontier, and write both."""
    folder, limit = Path(asked.file).parent, asked.time_limit_s
    from asmcarbon.reports.planned import planned_report

    plan = planned_report(site, tables, folder, limit, lambda _text: None)
    name = Path(asked.output) / asked.name.replace("/", "__")
    written(name.with_name(f"{name.name}.plan.json"), lambda file: file.write(msgspec.json.encode(plan)))
    if not asked.points:
        return plan, None
    from asmcarbon.planning.frontier import frontier_of_site
    from asmcarbon.reports.frontier import frontier_report

    frontier = frontier_report(frontier_of_site(site, tables, points=asked.points, folder=folder, time_limit_s=limit))
    written(name.with_name(f"{name.name}.frontier.json"), lambda file: file.write(msgspec.json.encode(frontier)))
    return plan, frontier


def _row(asked: Asked, plan: Row, frontier: Row | None) -> Row:
    """Return what a table tells of a plan; blank where its kind of plan has no such figure."""
    avoided = plan.get("avoided")
    return {
        "site": asked.name,
        **plan["site"],
        "currency": plan["currency"],
        "capital cost": plan.get("capital_cost"),
        "net present value": plan.get("net_present_value"),
        "payback [year]": plan.get("payback_years"),
        "avoided [tCO2e/year]": avoided["value"] if isinstance(avoided, dict) else None,
        "cost per tonne avoided": plan.get("cost_per_tonne_avoided"),
        "gap": plan.get("gap"),
        "frontier points": None if frontier is None else len(frontier["points"]),
    }
