"""Where jobs are worked on: a few processes, each watched by a task of the server that holds the lease of its job."""

import asyncio
import logging
import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import RLock
from typing import Any

from msgspec import Struct

from asmcarbon.errors import AsmcarbonError, SolverStopped, StoreError
from asmcarbon.jobs import work
from asmcarbon.jobs.queue import Claim, Queue
from asmcarbon.messages import _

# How often a place looks for work that another server has left, and whether its job is still its own.
_POLL_S, _LOOK_S = 1.0, 0.5
# How long a process that waits may take to end.
_END_S = 2.0
_FORGET_S = 3600.0

_log = logging.getLogger("asmcarbon.jobs")


class WorkLimits(Struct, frozen=True):
    """What a server spends on jobs.

    processes  jobs that are worked on at once
    solve_s    seconds that the solver may take in one. [time]
    whole_s    seconds that a job may take in all. [time]
    """

    processes: int = 1
    solve_s: float = 120.0
    whole_s: float = 300.0


class Places:
    """The places of a server, each with a process that starts when it is first needed."""

    def __init__(self, queue: Queue, limits: WorkLimits, told: Callable[[AsmcarbonError | str], bytes]) -> None:
        """Take where jobs come from.

        told   what is kept of an error of ours, or of a fault's trace
        """
        self.queue, self.limits, self.told = queue, limits, told
        self._wake = asyncio.Event()
        self._threads = ThreadPoolExecutor(limits.processes + 2, thread_name_prefix="place")
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to work."""
        self._tasks = [asyncio.create_task(self._work()) for _place in range(self.limits.processes)]
        self._tasks.append(asyncio.create_task(self._forget()))

    def wake(self) -> None:
        """Tell that there is work."""
        self._wake.set()

    async def close(self) -> None:
        """Stop every process; what they worked on waits again."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._threads.shutdown()

    async def _in_thread(self, call: Callable[..., Any], *given: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(call, *given))

    async def _work(self) -> None:
        place = _Process()
        try:
            while True:
                try:
                    claim = await self._claim()
                    if claim is not None:
                        await self._done(place, claim)
                        continue
                except StoreError as error:
                    # What is lost with it is a lease, and who takes over the job.
                    _log.warning("%s", error)
                    place.stop()
                except Exception:
                    # A fault of ours: a place that ended with it would leave every job after it to wait for ever.
                    _log.exception("a fault in a place of work")
                    place.stop()
                await self._until_woken()
        finally:
            place.end()

    async def _claim(self) -> Claim | None:
        """Take the next job."""
        taking = asyncio.ensure_future(self._in_thread(self.queue.claim))
        try:
            return await asyncio.shield(taking)
        except asyncio.CancelledError:
            # The thread does not stop in the middle: what it takes is nobody's then.
            with suppress(StoreError):
                if (claim := await taking) is not None:
                    self._give_back(claim)
            raise

    def _give_back(self, claim: Claim) -> None:
        """Let a job wait again because the server closes, as if it had never been begun."""
        try:
            self.queue.give_back(claim, is_counted=False)
        except StoreError as error:
            # Its lease runs out.
            _log.warning("%s", error)

    async def _until_woken(self) -> None:
        try:
            async with asyncio.timeout(_POLL_S):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()

    async def _done(self, place: "_Process", claim: Claim) -> None:
        """Work on a job, until it has ended or is no longer ours."""
        if claim.job.attempts > self.queue.limits.attempts:
            # Whole servers were lost with it, or could not tell what came of it.
            await self._worn(claim, claim.job.attempts - 1)
            return
        try:
            await self._watched(place, claim)
        except asyncio.CancelledError:
            place.stop()
            self._give_back(claim)
            raise
        except _LostError:
            place.stop()
            if self.queue.is_worn(claim):
                await self._worn(claim, claim.job.attempts)
            else:
                await self._in_thread(self.queue.give_back, claim)

    async def _worn(self, claim: Claim, attempts: int) -> None:
        text = _("the process that worked on it was lost {n} times").format(n=attempts)
        await self._in_thread(self.queue.fail, claim, self.told(SolverStopped(text)))

    async def _watched(self, place: "_Process", claim: Claim) -> None:
        started = extended = time.monotonic()
        await self._in_thread(place.give, claim, self.limits.solve_s)
        while True:
            answer = await self._in_thread(place.answer, _LOOK_S)
            if answer is not None and await self._is_told(claim, *answer):
                return
            at = time.monotonic()
            if at - started > self.limits.whole_s:
                place.stop()
                text = _("the job was not done after {limit:g} s").format(limit=self.limits.whole_s)
                await self._in_thread(self.queue.fail, claim, self.told(SolverStopped(text)))
                return
            if at - extended > self.queue.limits.lease_s / 3.0:
                is_ours, extended = await self._in_thread(self.queue.extend, claim), at
            else:
                is_ours = await self._in_thread(self.queue.is_held, claim)
            if not is_ours:
                place.stop()
                return

    async def _is_told(self, claim: Claim, kind: str, what: Any) -> bool:
        """Keep what a process tells of a job; whether that is its end."""
        if kind == "said":
            await self._in_thread(self.queue.say, claim, what)
        elif kind == "done":
            await self._in_thread(self.queue.finish, claim, what)
        else:
            await self._in_thread(self.queue.fail, claim, self.told(what))
        return kind != "said"

    async def _forget(self) -> None:
        while True:
            try:
                await self._in_thread(self.queue.forget_old)
            except StoreError as error:
                _log.warning("%s", error)
            await asyncio.sleep(_FORGET_S)


class _LostError(Exception):
    """The process is gone."""


class _Process:
    """A process that works on one job after the other."""

    def __init__(self) -> None:
        self.process: Any = None
        self.connection: Any = None
        # A process is started in a thread, while the server may be told to close.
        self._changing = RLock()

    def give(self, claim: Claim, solve_s: float) -> None:
        """Give it a job, having started it where it is not running."""
        with self._changing:
            if self.process is None or not self.process.is_alive():
                self.stop()
                context = multiprocessing.get_context("spawn")
                ours, theirs = context.Pipe()
                process = context.Process(target=work.serve, args=(theirs,), daemon=True)
                process.start()
                theirs.close()
                self.process, self.connection = process, ours
            connection = self.connection
        try:
            connection.send((claim.job.kind, claim.job.given, solve_s))
        except OSError:
            raise _LostError from None

    def answer(self, seconds: float) -> tuple[str, Any] | None:
        """Return the next thing that it tells; None where it tells nothing for so long."""
        try:
            return self.connection.recv() if self.connection.poll(seconds) else None
        except (EOFError, OSError):
            raise _LostError from None

    def end(self) -> None:
        """Let it end by itself where it waits, so that it leaves nothing behind; stop it where it does not."""
        with self._changing:
            if self.process is not None:
                self.connection.close()
                self.process.join(_END_S)
            self.stop()

    def stop(self) -> None:
        """Stop it, also in the middle of a job."""
        with self._changing:
            if self.process is not None:
                self.process.kill()
                self.process.join()
                self.connection.close()
            self.process = self.connection = None
