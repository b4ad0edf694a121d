"""Durable jobs: accepted is on disk; a lease says who works on one; one result is kept of each, whoever dies."""

import secrets
from typing import Literal
from uuid import UUID, uuid4

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.exc import IntegrityError

from asmcarbon.errors import InputError, Problem, QueueFull
from asmcarbon.jobs.store import Store, jobs, messages, now
from asmcarbon.messages import _

Status = Literal["queued", "running", "done", "failed", "cancelled"]
ENDED: tuple[Status, ...] = ("done", "failed", "cancelled")


class QueueLimits(Struct, frozen=True):
    """How much may wait, and how long what is done is kept.

    waiting    jobs that may wait in all; one more is refused; waiting_each: of one tenant
    retry_s    seconds after which to try again. [time]
    lease_s    seconds without a sign of life after which another may take a job over. [time]
    attempts   how often a job may lose the process that worked on it before it has failed
    keep_s     seconds for which an ended job is kept. [time]
    """

    waiting: int = 1000
    waiting_each: int = 200
    retry_s: int = 30
    lease_s: float = 10.0
    attempts: int = 20
    keep_s: float = 30 * 86_400.0


class Job(Struct, frozen=True):
    """A job as it stands. Times are seconds since 1970.

    given     what was asked, as it was sent; digest: its hash
    attempts  how often work on it began
    result    what came of it, as JSON; problem: why nothing did
    """

    id: str
    tenant: str
    kind: str
    status: Status
    given: bytes
    digest: str
    created: float
    started: float | None
    finished: float | None
    attempts: int
    result: bytes | None
    problem: bytes | None

    @property
    def is_ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.status in ENDED


class Message(Struct, frozen=True):
    """What a job told on its way."""

    number: int
    at: float
    text: str


class Claim(Struct, frozen=True):
    """A job that is ours to work on, as long as the lease is held."""

    job: Job
    lease: str


_JOB = [jobs.c[name] for name in Job.__struct_fields__]


class Queue:
    """The jobs of a store."""

    def __init__(self, store: Store, limits: QueueLimits) -> None:
        """Take where jobs are kept, and how many may be."""
        self.store, self.limits = store, limits

    def add(self, tenant: str, kind: str, given: bytes, digest: str, idempotency_key: str | None = None) -> Job:
        """Return a new job, on disk; or the first that was sent with the same idempotency key.

        QueueFull where too many wait; InputError where the first with this key was asked something else.
        """
        try:
            return self._added(tenant, kind, given, digest, idempotency_key)
        except IntegrityError:
            # Another with this key was kept between our look and our own: now it is found.
            return self._added(tenant, kind, given, digest, idempotency_key)

    def _added(self, tenant: str, kind: str, given: bytes, digest: str, idempotency_key: str | None) -> Job:
        with self.store.writing() as connection:
            if idempotency_key is not None:
                same = (jobs.c.tenant == tenant) & (jobs.c.idempotency_key == idempotency_key)
                if (row := connection.execute(sa.select(*_JOB).where(same)).one_or_none()) is not None:
                    return self._first(Job(*row), kind, digest)
            waits = jobs.c.status == "queued"
            count = sa.select(sa.func.count()).select_from(jobs)
            in_all = connection.scalar(count.where(waits)) or 0
            of_tenant = connection.scalar(count.where(waits, jobs.c.tenant == tenant)) or 0
            if in_all >= self.limits.waiting or of_tenant >= self.limits.waiting_each:
                raise QueueFull(of_tenant if of_tenant >= self.limits.waiting_each else in_all, self.limits.retry_s)
            job = Job(uuid4().hex, tenant, kind, "queued", given, digest, now(), None, None, 0, None, None)
            values = {name: getattr(job, name) for name in Job.__struct_fields__}
            connection.execute(jobs.insert().values(idempotency_key=idempotency_key, **values))
        return job

    @staticmethod
    def _first(job: Job, kind: str, digest: str) -> Job:
        if (job.kind, job.digest) != (kind, digest):
            what = _("was sent before with another request (job {id})").format(id=job.id)
            raise InputError(Problem("Idempotency-Key", what, _("a new key for a new request")))
        return job

    def get(self, tenant: str, number: str) -> Job | None:
        """Return a job of a tenant; None where it has none of this id."""
        mine = (jobs.c.id == _plain(number)) & (jobs.c.tenant == tenant)
        with self.store.reading() as connection:
            row = connection.execute(sa.select(*_JOB).where(mine)).one_or_none()
        return None if row is None else Job(*row)

    def of_tenant(self, tenant: str, most: int, before: str | None = None) -> tuple[Job, ...]:
        """Return the newest jobs of a tenant, without what was asked and what came of it.

        before  only those that follow this job in the list
        """
        light = [
            sa.null().label(one.name) if one.name in ("result", "problem")
            else sa.literal(b"").label("given") if one.name == "given" else one
            for one in _JOB
        ]  # fmt: skip
        query = sa.select(*light).where(jobs.c.tenant == tenant)
        if before is not None:
            mine = sa.select(jobs.c.created, jobs.c.id).where(jobs.c.id == _plain(before), jobs.c.tenant == tenant)
            last = mine.subquery()
            is_same_instant = (jobs.c.created == last.c.created) & (jobs.c.id < last.c.id)
            query = query.join(last, (jobs.c.created < last.c.created) | is_same_instant)
        with self.store.reading() as connection:
            rows = connection.execute(query.order_by(jobs.c.created.desc(), jobs.c.id.desc()).limit(most)).all()
        return tuple(Job(*row) for row in rows)

    def claim(self) -> Claim | None:
        """Take the next job: of the tenant that has the fewest running, the oldest; None where none waits.

        A job whose lease has run out waits again: who had it is gone.
        """
        at, other = now(), jobs.alias()
        running = (
            sa.select(sa.func.count())
            .select_from(other)
            .where(other.c.tenant == jobs.c.tenant, other.c.status == "running", other.c.leased_until >= at)
            .scalar_subquery()
        )
        is_left = (jobs.c.status == "running") & (jobs.c.leased_until < at)
        waits = sa.select(jobs.c.id).where((jobs.c.status == "queued") | is_left)
        lease = secrets.token_hex(16)
        with self.store.writing() as connection:
            query = waits.order_by(running, jobs.c.created).limit(1).with_for_update(skip_locked=True)
            number = connection.scalar(query)
            if number is None:
                return None
            values = {
                "status": "running",
                "lease": lease,
                "leased_until": at + self.limits.lease_s,
                "started": sa.func.coalesce(jobs.c.started, at),
                "attempts": jobs.c.attempts + 1,
            }
            connection.execute(jobs.update().where(jobs.c.id == number).values(values))
            job = Job(*connection.execute(sa.select(*_JOB).where(jobs.c.id == number)).one())
        return Claim(job, lease)

    def extend(self, claim: Claim) -> bool:
        """Give a sign of life; False where the job is no longer ours: it was cancelled, or another has it."""
        return self._changed(claim, {"leased_until": now() + self.limits.lease_s})

    def is_held(self, claim: Claim) -> bool:
        """Whether a job is still ours."""
        with self.store.reading() as connection:
            return connection.scalar(sa.select(jobs.c.id).where(_held(claim))) is not None

    def finish(self, claim: Claim, result: bytes) -> bool:
        """Keep what came of a job; False where it is no longer ours, and nothing is kept."""
        return self._ended(claim, "done", {"result": result})

    def fail(self, claim: Claim, problem: bytes) -> bool:
        """Keep why nothing came of a job; False where it is no longer ours."""
        return self._ended(claim, "failed", {"problem": problem})

    def give_back(self, claim: Claim, *, is_counted: bool = True) -> bool:
        """Let a job wait again; False where it is no longer ours.

        is_counted   the work that was begun counts as an attempt
        """
        attempts = claim.job.attempts - (0 if is_counted else 1)
        return self._changed(claim, {"status": "queued", "lease": None, "leased_until": None, "attempts": attempts})

    def is_worn(self, claim: Claim) -> bool:
        """Whether a job has lost the process that worked on it as often as it may."""
        return claim.job.attempts >= self.limits.attempts

    def say(self, claim: Claim, text: str) -> None:
        """Keep what a job tells on its way."""
        count = sa.select(sa.func.coalesce(sa.func.max(messages.c.number), 0)).where(messages.c.job == claim.job.id)
        with self.store.writing() as connection:
            if connection.scalar(sa.select(jobs.c.id).where(_held(claim))) is not None:
                number = (connection.scalar(count) or 0) + 1
                values = {"job": claim.job.id, "number": number, "at": now(), "text": text[:500].replace("\0", "")}
                connection.execute(messages.insert().values(values))

    def said(self, tenant: str, number: str, after: int = 0) -> tuple[Message, ...]:
        """Return what a job of a tenant told after a message."""
        query = (
            sa.select(messages.c.number, messages.c.at, messages.c.text)
            .join(jobs, jobs.c.id == messages.c.job)
            .where(jobs.c.id == _plain(number), jobs.c.tenant == tenant, messages.c.number > after)
            .order_by(messages.c.number)
        )
        with self.store.reading() as connection:
            return tuple(Message(*row) for row in connection.execute(query).all())

    def cancel(self, tenant: str, number: str) -> Job | None:
        """Cancel a job that has not ended, and return it as it is then; None where the tenant has none of this id."""
        mine = (jobs.c.id == _plain(number)) & (jobs.c.tenant == tenant)
        values = {"status": "cancelled", "finished": now(), "lease": None, "leased_until": None}
        with self.store.writing() as connection:
            connection.execute(jobs.update().where(mine, jobs.c.status.not_in(ENDED)).values(values))
            row = connection.execute(sa.select(*_JOB).where(mine)).one_or_none()
        return None if row is None else Job(*row)

    def forget_old(self) -> int:
        """Forget what ended longer ago than it is kept, and return how many jobs that were."""
        old = (jobs.c.status.in_(ENDED)) & (jobs.c.finished < now() - self.limits.keep_s)
        with self.store.writing() as connection:
            connection.execute(messages.delete().where(messages.c.job.in_(sa.select(jobs.c.id).where(old))))
            return connection.execute(jobs.delete().where(old)).rowcount

    def counts(self) -> dict[str, int]:
        """Return how many jobs there are of each status."""
        query = sa.select(jobs.c.status, sa.func.count()).group_by(jobs.c.status)
        with self.store.reading() as connection:
            return {str(row[0]): int(row[1]) for row in connection.execute(query)}

    def _ended(self, claim: Claim, status: Status, values: dict[str, object]) -> bool:
        ended = {"status": status, "finished": now(), "lease": None, "leased_until": None}
        return self._changed(claim, {**ended, **values})

    def _changed(self, claim: Claim, values: dict[str, object]) -> bool:
        with self.store.writing() as connection:
            return connection.execute(jobs.update().where(_held(claim)).values(values)).rowcount == 1


def _held(claim: Claim) -> sa.ColumnElement[bool]:
    """Return the condition that a job is still ours, whose lease nobody took over."""
    return (jobs.c.id == claim.job.id) & (jobs.c.lease == claim.lease) & (jobs.c.status == "running")


def _plain(number: str) -> str:
    """Return the id of a job as it is kept; what is none matches nothing."""
    try:
        return UUID(number).hex
    except ValueError:
        return ""
