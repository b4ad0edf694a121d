"""The limit of time of a plan: what is left of it, and what is said where it ends before there is a plan."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct

from asmcarbon.errors import SolverStopped
from asmcarbon.messages import _

# A proof of a year with generators on and off takes so many times as long as the year itself.
PROOF = 4.0


class TimeLimit(Struct, frozen=True):
    """Most time that a plan may take in all: dispatches, searches and proofs included.

    limit_s  as it was given; infinite where none was. [time]
    until    the clock's time at which it ends; that of `time.monotonic`. [time]
    """

    limit_s: float
    until: float

    def left_s(self, kept_s: float = 0.0) -> float | None:
        """Return the seconds that a solver may take, so that `kept_s` stay for what follows; None: as many as it likes.

        Two thirds of what is left are the solver's in any case: without its plan nothing follows.
        """
        if math.isinf(self.until):
            return None
        left = self.until - time.monotonic()
        return max(left - kept_s, left * 2.0 / 3.0, 1e-3)

    def allows(self, seconds: float = 0.0) -> bool:
        """Whether what takes so many seconds would end in time."""
        return time.monotonic() + seconds <= self.until

    def check(self) -> None:
        """Raise SolverStopped where the time is over and there is no plan."""
        if not self.allows():
            raise self.stopped()

    @contextmanager
    def told(self) -> Iterator[None]:
        """Tell a solver that stopped before it had a plan by the whole limit, and not by its share of it."""
        try:
            yield
        except SolverStopped:
            if math.isinf(self.limit_s):
                raise
            raise self.stopped() from None

    def note(self) -> str:
        """Return what is told of a plan that the limit has cut short."""
        text = _("the limit of {limit:g} s was reached: this is the best plan by then, and its gaps are proven")
        return text.format(limit=self.limit_s)

    def stopped(self) -> SolverStopped:
        """Return what is told where there is no plan."""
        text = _("no plan was found within the limit of {limit:g} s; allow it more time")
        return SolverStopped(text.format(limit=self.limit_s))


def time_limit_of(limit_s: float | None, since: float | None = None) -> TimeLimit:
    """Return a limit of so many seconds, or of none, that runs since a time of `time.monotonic`, or from now."""
    limit_s = math.inf if limit_s is None else limit_s
    return TimeLimit(limit_s, (time.monotonic() if since is None else since) + limit_s)
