"""The work of a job, in a process of its own, which alone imports the optimiser: what was asked in, a report out."""

import os
import signal
import traceback
from collections.abc import Callable
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from threading import Thread
from typing import Any

import msgspec
from pydantic import BaseModel

from asmcarbon.errors import AsmcarbonError
from asmcarbon.messages import _, speaking
from asmcarbon.portfolio.fund import FundOfSites
from asmcarbon.reports.rows import Row
from asmcarbon.site.site import Site

Say = Callable[[str], None]
# Behind everything that answers at once.
_NICE = 10


def planned(site: Site, solve_s: float, say: Say) -> Row:
    """Return the plan of a site, of a year or over stages, as rows."""
    from asmcarbon.factors.tables import read_tables
    from asmcarbon.reports.planned import planned_report

    return planned_report(site, read_tables(), None, solve_s, say)


def risked(site: Site, solve_s: float, say: Say, *, scenarios: int, seed: int) -> Row:
    """Return the plan of a site over scenarios as rows."""
    from asmcarbon.factors.tables import read_tables
    from asmcarbon.planning.risk import risk_of
    from asmcarbon.planning.stage_risk import stage_risk_of
    from asmcarbon.reports.risk import risk_report
    from asmcarbon.reports.stage_risk import stage_risk_report

    tables = read_tables()
    if site.is_planned_in_stages:
        staged = stage_risk_of(site, tables, scenarios=scenarios, seed=seed, time_limit_s=solve_s, progress=say)
        return stage_risk_report(staged, tables)
    found = risk_of(site, tables, scenarios=scenarios, seed=seed, time_limit_s=solve_s, progress=say)
    return risk_report(found, tables)


def traded_off(site: Site, solve_s: float, say: Say, *, points: int, within: float) -> Row:
    """Return the frontier of a site as rows."""
    from asmcarbon.factors.tables import read_tables
    from asmcarbon.planning.frontier import frontier_of_site
    from asmcarbon.reports.frontier import frontier_report

    return frontier_report(
        frontier_of_site(site, read_tables(), points=points, within=within, time_limit_s=solve_s, progress=say)
    )


def funded(fund: FundOfSites, solve_s: float, say: Say) -> Row:
    """Return what a fund should do, as rows; each site is named by its place in the fund."""
    from asmcarbon.factors.tables import read_tables
    from asmcarbon.reports.portfolio import Progress, frontier_rows, portfolio_report

    tables, told = read_tables(), Progress(say, len(fund.sites), solve_s)
    given = [
        (f"sites.{number}", frontier_rows(site, tables, fund.points, None, told.next(site.name)))
        for number, site in enumerate(fund.sites)
    ]
    say(_("the choice of sites"))
    return portfolio_report(fund, given, solve_s)


WORK: dict[str, Callable[..., Row]] = {"plan": planned, "frontier": traded_off, "risk": risked, "portfolio": funded}
# What each kind of job is about: its key in what was asked, and how that is read.
_ABOUT: dict[str, tuple[str, type[BaseModel]]] = {"portfolio": ("fund", FundOfSites)}
_SITE: tuple[str, type[BaseModel]] = ("site", Site)


def about(kind: str) -> str:
    """Return the key under which a kind of job is told what it is about."""
    return _ABOUT.get(kind, _SITE)[0]


def done(kind: str, given: bytes, solve_s: float, say: Say) -> bytes:
    """Return the report of a job as JSON.

    given    JSON: the site or the fund, and what else the kind of job takes
    solve_s  most seconds for the solver. [time]
    say      is told what comes next
    """
    asked, (key, model) = msgspec.json.decode(given), _ABOUT.get(kind, _SITE)
    with speaking(asked.pop("language", "en")):
        read = model.model_validate_json(msgspec.json.encode(asked.pop(key)), strict=True)
        return msgspec.json.encode(WORK[kind](read, solve_s, say, **asked))


def serve(server: Connection) -> None:
    """Do one job after the other, until the server is gone: the whole life of a process.

    Takes (kind, given, solve_s); answers ("said", text) any number of times, then ("done", JSON), ("failed", error) or
    ("fault", trace).
    """
    from asmcarbon.units import registry

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_server, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(_NICE)
    registry()
    while True:
        try:
            kind, given, solve_s = server.recv()
        except EOFError:
            return
        server.send(_answer(kind, given, solve_s, lambda text: server.send(("said", text))))


def _answer(kind: str, given: bytes, solve_s: float, say: Say) -> tuple[str, Any]:
    try:
        return "done", done(kind, given, solve_s, say)
    except AsmcarbonError as error:
        return "failed", error
    except Exception:
        return "fault", traceback.format_exc()


def _end_with_the_server() -> None:
    """Leave when the server is gone: a process of a killed server would solve on, and then wait for ever."""
    server = parent_process()
    if server is not None:
        wait([server.sentinel])
        os._exit(1)
