"""Who works on the parts of a run: all cores of this machine, or the workers of a Dask cluster."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, Protocol

from asmcarbon.errors import BatchError, MissingExtra
from asmcarbon.messages import _

# Parts that wait beside those that are worked on: so many are read ahead, and no more.
_AHEAD = 1


class Engine(Protocol):
    """Works on parts, in any order.

    is_here   in this process
    """

    is_here: bool

    def each(self, work: Callable[..., Any], given: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """Yield what the work gives for each of its arguments, as it is done."""
        ...

    def close(self) -> None:
        """Let go of what was used."""
        ...


class Local:
    """Threads: reading, arithmetic and writing run beside each other in the libraries that do them."""

    is_here = True

    def __init__(self, workers: int | None = None) -> None:
        """Take as many cores as there are, or as are given."""
        self.workers = workers or os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self.workers, thread_name_prefix="part")

    def each(self, work: Callable[..., Any], given: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """Yield what the work gives, as it is done."""
        waiting: set[Future[Any]] = set()
        try:
            for arguments in given:
                waiting.add(self._pool.submit(work, *arguments))
                while len(waiting) > self.workers + _AHEAD:
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    yield from (one.result() for one in done)
            for one in waiting:
                yield one.result()
        finally:
            for one in waiting:
                one.cancel()

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown(cancel_futures=True)


class Processes:
    """Processes, for work that is Python's own: one that is killed takes none of the others' work with it."""

    is_here = False
    # How often work whose process was lost is begun again.
    MOST_TRIES = 3

    def __init__(self, workers: int | None = None) -> None:
        """Take as many cores as there are, or as are given."""
        self.workers = workers or os.cpu_count() or 1

    def each(self, work: Callable[..., Any], given: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """Yield what the work gives, as it is done; BatchError where its process is lost again and again."""
        left = list(given)
        for _try in range(self.MOST_TRIES):
            lost: list[tuple[Any, ...]] = []
            # A pool fails as a whole when one of its processes is killed: what was not done goes to a new one.
            with ProcessPoolExecutor(self.workers, mp_context=get_context("spawn")) as pool:
                tasks = {pool.submit(work, *arguments): arguments for arguments in left}
                for done in as_completed(tasks):
                    try:
                        yield done.result()
                    except BrokenProcessPool:
                        lost.append(tasks[done])
            if not lost:
                return
            left = lost
        what = _("the process that worked was lost {n} times; what was done is kept: start the same command again")
        raise BatchError(what.format(n=self.MOST_TRIES))

    def close(self) -> None:
        """Do nothing: each pool has ended with its work."""


class Dask:
    """The workers of a Dask cluster; they share the folders of this machine, and have the same asmcarbon."""

    is_here = False

    def __init__(self, scheduler: str) -> None:
        """Reach a scheduler by its address."""
        import logging

        try:
            from distributed import Client
        except ImportError:
            raise MissingExtra(_("--engine dask"), "dask") from None
        # It writes the trace of a lost connection to stderr; what came of it is told in a sentence of ours.
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
        try:
            self._client: Any = Client(scheduler, timeout="10s", set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            what = _("no Dask scheduler answers at {address}: {reason}")
            raise BatchError(what.format(address=scheduler, reason=" ".join(str(error).split())[:100])) from None

    def each(self, work: Callable[..., Any], given: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """Yield what the work gives, as it is done; a task of a worker that is lost goes to another."""
        from concurrent.futures import CancelledError

        from distributed import as_completed as each_completed

        tasks = [self._client.submit(work, *arguments, pure=False, retries=3) for arguments in given]
        try:
            for done in each_completed(tasks, loop=self._client.loop):
                yield done.result()
                done.release()
        except (OSError, TimeoutError, CancelledError) as error:
            what = _("the Dask scheduler is gone ({reason}); what was done is kept: start the same command again")
            raise BatchError(what.format(reason=type(error).__name__)) from None

    def close(self) -> None:
        """Leave the scheduler."""
        self._client.close()
