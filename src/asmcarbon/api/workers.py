"""Plans in processes of their own: how many at once, how many may wait, and for how long."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from multiprocessing.connection import wait
from threading import Thread
from typing import Any

from litestar import Litestar
from litestar.exceptions import ServiceUnavailableException, TooManyRequestsException
from msgspec import Struct

from asmcarbon.errors import AsmcarbonError, SolverStopped
from asmcarbon.messages import _
from asmcarbon.reports.rows import Row
from asmcarbon.site.site import Site


class PlanLimits(Struct, frozen=True):
    """What a server spends on plans.

    processes  plans that are solved at once
    waiting    plans that may wait for a process; one more is answered 429
    solve_s    seconds that the solver may take
    whole_s    seconds that a plan may take in all, start of the process included
    """

    processes: int = 1
    waiting: int = 8
    solve_s: float = 60.0
    whole_s: float = 120.0


def planned(site: Site, solve_s: float) -> Row:
    """Return the plan of a site as rows; runs in a worker process, which alone imports the optimiser."""
    from asmcarbon.factors.tables import read_tables
    from asmcarbon.planning.plan_site import plan_site
    from asmcarbon.planning.plan_stages import plan_stages
    from asmcarbon.reports.plan_rows import plan_report
    from asmcarbon.reports.stages import stages_report

    tables = read_tables()
    if site.options.stages is not None or site.finance.asks_who_pays:
        return stages_report(plan_stages(site, tables, time_limit_s=solve_s), tables)
    return plan_report(plan_site(site, tables, time_limit_s=solve_s), tables)


def risked(site: Site, scenarios: int, seed: int, solve_s: float) -> Row:
    """Return the plan of a site over scenarios as rows; runs in a worker process."""
    from asmcarbon.factors.tables import read_tables
    from asmcarbon.planning.risk import risk_of
    from asmcarbon.planning.stage_risk import stage_risk_of
    from asmcarbon.reports.risk import risk_report
    from asmcarbon.reports.stage_risk import stage_risk_report

    tables = read_tables()
    if site.options.stages is not None or site.finance.asks_who_pays:
        staged = stage_risk_of(site, tables, scenarios=scenarios, seed=seed, time_limit_s=solve_s)
        return stage_risk_report(staged, tables)
    return risk_report(risk_of(site, tables, scenarios=scenarios, seed=seed, time_limit_s=solve_s), tables)


def traded_off(site: Site, points: int, within: float, solve_s: float) -> Row:
    """Return the frontier of a site as rows; runs in a worker process."""
    from asmcarbon.factors.tables import read_tables
    from asmcarbon.planning.frontier import frontier_of_site
    from asmcarbon.reports.frontier import frontier_report

    return frontier_report(frontier_of_site(site, read_tables(), points=points, within=within, time_limit_s=solve_s))


def _ready() -> None:
    """Prepare a worker: Ctrl-C is for the server, whose end is the worker's too; units are of our registry."""
    from asmcarbon.units import registry

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_server, daemon=True).start()
    registry()


def _end_with_the_server() -> None:
    """Leave when the server is gone: a worker of a killed server would solve on, and then wait for ever."""
    server = multiprocessing.parent_process()
    if server is not None:
        wait([server.sentinel])
        os._exit(1)


class PlanWorkers:
    """Worker processes, started when first needed; each has its own executor, so that one lost takes no other along."""

    def __init__(self, limits: PlanLimits) -> None:
        """Prepare the places; no process starts yet."""
        self.limits = limits
        self.present = 0
        self._free: asyncio.Queue[ProcessPoolExecutor] = asyncio.Queue()
        self._all: set[ProcessPoolExecutor] = set()
        for _place in range(limits.processes):
            self._add()

    async def plan(self, site: Site) -> Row:
        """Return the plan of a site, as soon as a process is free."""
        return await self._made(planned, site, self.limits.solve_s)

    async def frontier(self, site: Site, points: int, within: float) -> Row:
        """Return the frontier of a site, as soon as a process is free."""
        return await self._made(traded_off, site, points, within, self.limits.solve_s)

    async def risk(self, site: Site, scenarios: int, seed: int) -> Row:
        """Return the plan of a site over scenarios, as soon as a process is free."""
        return await self._made(risked, site, scenarios, seed, self.limits.solve_s)

    async def _made(self, work: Callable[..., Row], *given: Any) -> Row:
        if self.present >= self.limits.processes + self.limits.waiting:
            detail = _("{n} plans are waiting already").format(n=self.limits.waiting)
            raise TooManyRequestsException(detail, headers={"Retry-After": str(round(self.limits.solve_s))})
        self.present += 1
        try:
            return await self._made_in(await self._free.get(), work, *given)
        finally:
            self.present -= 1

    async def _made_in(self, executor: ProcessPoolExecutor, work: Callable[..., Row], *given: Any) -> Row:
        loop, kept = asyncio.get_running_loop(), False
        try:
            async with asyncio.timeout(self.limits.whole_s):
                answer = await loop.run_in_executor(executor, work, *given)
            kept = True
        except AsmcarbonError:
            kept = True
            raise
        except TimeoutError:
            text = _("the plan was not ready after {limit:g} s").format(limit=self.limits.whole_s)
            raise SolverStopped(text) from None
        except BrokenProcessPool:
            text = _("the process that made the plan was lost; send the site again")
            raise ServiceUnavailableException(text, headers={"Retry-After": "1"}) from None
        finally:
            if kept:
                self._free.put_nowait(executor)
            else:
                self._stop(executor)
                self._add()
        return answer

    def _add(self) -> None:
        executor = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _ready)
        self._all.add(executor)
        self._free.put_nowait(executor)

    def _stop(self, executor: ProcessPoolExecutor) -> None:
        """Stop a process in the middle of its plan: an executor by itself would wait for it."""
        self._all.discard(executor)
        for process in list((executor._processes or {}).values()):
            process.kill()
        executor.shutdown(wait=True, cancel_futures=True)

    def close(self) -> None:
        """Stop every process."""
        for executor in list(self._all):
            self._stop(executor)


@asynccontextmanager
async def plan_workers(app: Litestar) -> AsyncGenerator[None]:
    """Keep the workers for as long as the server runs."""
    app.state.plan_workers = PlanWorkers(app.state.plan_limits)
    try:
        yield
    finally:
        app.state.plan_workers.close()
