"""Where jobs are worked on: whatever becomes of a process, each job ends once, and its place takes the next."""

import asyncio
import os
import time
from multiprocessing import active_children
from types import SimpleNamespace

import fake_work
import pytest

from asmcarbon.errors import StoreError
from asmcarbon.jobs import places as room
from asmcarbon.jobs.places import Places, WorkLimits
from asmcarbon.jobs.queue import Queue, QueueLimits
from asmcarbon.jobs.store import Store, jobs


@pytest.fixture(autouse=True)
def work(monkeypatch):
    monkeypatch.setattr(room, "work", SimpleNamespace(serve=fake_work.serve))


LIMITS = QueueLimits(lease_s=1.0, attempts=2)


@pytest.fixture
def queue(tmp_path):
    """A queue in a file, for what is about processes alone."""
    store = Store(str(tmp_path / "server.sqlite"))
    yield Queue(store, LIMITS)
    store.close()


@pytest.fixture
def either(store):
    """A queue in each kind of database, for what is kept of a job that ends otherwise than it should."""
    return Queue(store, LIMITS)


def told(error):
    return f"problem: {error}".encode()


def added(queue, kind, given=b"1"):
    return queue.add("fund", kind, given, "digest").id


async def ended(queue, number, within_s=30.0):
    """The job as it has ended, waited for without a place noticing."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        job = await asyncio.to_thread(queue.get, "fund", number)
        if job.is_ended:
            return job
        await asyncio.sleep(0.02)
    raise AssertionError(job)


async def process_of(queue, number):
    """The id of the process that sleeps over a job."""
    for _time in range(1000):
        if said := await asyncio.to_thread(queue.said, "fund", number):
            return int(said[-1].text)
        await asyncio.sleep(0.02)
    raise AssertionError(number)


def is_alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def at_work(queue, use, **limits):
    """Run a coroutine beside places that are closed afterwards."""

    async def run():
        places = Places(queue, WorkLimits(**limits), told)
        places.start()
        try:
            return await use(places)
        finally:
            await places.close()

    return asyncio.run(run())


def test_a_job_ends_with_what_its_process_tells(queue):
    echo, seconds = added(queue, "echo", b"\x00\xff"), added(queue, "seconds")

    async def use(_places):
        return await ended(queue, echo), await ended(queue, seconds)

    first, second = at_work(queue, use, solve_s=12.5)
    assert (first.status, first.result, first.attempts) == ("done", b"\x00\xff", 1)
    assert second.result == b"12.5"


def test_one_process_does_one_job_after_the_other(queue):
    numbers = [added(queue, "pid") for _nth in range(3)]

    async def use(_places):
        return {(await ended(queue, one)).result for one in numbers}

    assert len(at_work(queue, use)) == 1


def test_jobs_are_worked_on_side_by_side_in_as_many_processes_as_stated(queue):
    numbers = [added(queue, "sleep", b"60") for _nth in range(3)]

    async def use(_places):
        first, second = [await process_of(queue, one) for one in numbers[:2]]
        return first != second, queue.counts()

    assert at_work(queue, use, processes=2) == (True, {"queued": 1, "running": 2})


def test_what_a_job_tells_is_kept_in_its_order(queue):
    number = added(queue, "tell", b"one two three")

    async def use(_places):
        await ended(queue, number)

    at_work(queue, use)
    assert [one.text for one in queue.said("fund", number)] == ["one", "two", "three"]


def test_a_job_that_cannot_be_done_says_why_and_the_next_is_done(queue):
    fail, fault, echo = added(queue, "fail", b"too little sun"), added(queue, "fault"), added(queue, "echo")

    async def use(_places):
        return [await ended(queue, one) for one in (fail, fault, echo)]

    first, second, third = at_work(queue, use)
    assert (first.status, first.problem) == ("failed", b"problem: too little sun")
    assert second.status == "failed"
    assert third.status == "done"


def test_a_lost_process_costs_an_attempt_and_its_last_one_the_job(queue):
    die, echo = added(queue, "die"), added(queue, "echo")

    async def use(_places):
        return await ended(queue, die), await ended(queue, echo)

    lost, after = at_work(queue, use)
    assert (lost.status, lost.attempts) == ("failed", 2)
    assert lost.problem == b"problem: the process that worked on it was lost 2 times"
    assert (after.status, after.attempts) == ("done", 1)


def test_a_process_that_is_killed_in_the_middle_of_a_job_costs_nothing_but_time(either):
    number = added(either, "sleep", b"1")

    async def use(_places):
        os.kill(await process_of(either, number), 9)
        return await ended(either, number)

    job = at_work(either, use)
    assert (job.status, job.result, job.attempts) == ("done", b"slept", 2)


def test_a_job_that_took_whole_servers_with_it_has_failed(store):
    leases_end_at_once = Queue(store, QueueLimits(lease_s=0.0, attempts=2))
    number = added(leases_end_at_once, "echo")
    for _server in range(2):
        assert leases_end_at_once.claim() is not None
        time.sleep(0.01)
    queue = Queue(store, QueueLimits(attempts=2))

    async def use(_places):
        return await ended(queue, number)

    job = at_work(queue, use)
    assert (job.status, job.problem) == ("failed", b"problem: the process that worked on it was lost 2 times")


def test_what_cannot_be_read_from_a_process_loses_the_job_and_not_the_place(queue, caplog):
    garble, echo = added(queue, "garble"), added(queue, "echo")

    async def use(_places):
        return await ended(queue, echo), await ended(queue, garble)

    after, garbled = at_work(queue, use)
    assert after.status == "done"
    assert (garbled.status, garbled.attempts) == ("failed", 3)
    assert any(record.exc_info for record in caplog.records)


def test_a_cancelled_job_stops_within_two_seconds_and_its_place_is_free(either):
    number = added(either, "sleep", b"600")

    async def use(_places):
        process = await process_of(either, number)
        either.cancel("fund", number)
        # The contract itself: a solver of a job that was cancelled is gone within two seconds.
        until = time.monotonic() + 2.0
        while is_alive(process) and time.monotonic() < until:
            await asyncio.sleep(0.02)
        assert not is_alive(process)
        return await ended(either, added(either, "echo"))

    assert at_work(either, use).status == "done"
    assert either.get("fund", number).status == "cancelled"


def test_a_job_that_another_server_took_over_is_stopped_here(either, store):
    number = added(either, "sleep", b"600")

    async def use(_places):
        process = await process_of(either, number)
        with store.writing() as connection:
            connection.execute(jobs.update().values(lease="of another", leased_until=time.time() + 600))
        while is_alive(process):
            await asyncio.sleep(0.02)
        return await ended(either, added(either, "echo"))

    assert at_work(either, use).status == "done"
    assert either.get("fund", number).status == "running"


def test_a_lease_is_held_for_as_long_as_a_job_takes(queue):
    queue = Queue(queue.store, QueueLimits(lease_s=1.0))
    number = added(queue, "sleep", b"2")

    async def use(_places):
        await process_of(queue, number)
        while not (await asyncio.to_thread(queue.get, "fund", number)).is_ended:
            assert queue.claim() is None
            await asyncio.sleep(0.1)
        return await ended(queue, number)

    assert at_work(queue, use).attempts == 1


def test_a_job_over_its_time_has_failed_and_its_place_is_free(queue):
    number = added(queue, "sleep", b"600")

    async def use(_places):
        process = await process_of(queue, number)
        late = await ended(queue, number)
        return late, is_alive(process), await ended(queue, added(queue, "echo"))

    late, is_left, after = at_work(queue, use, whole_s=1.5)
    assert (late.status, late.problem) == ("failed", b"problem: the job was not done after 1.5 s")
    assert not is_left
    assert after.status == "done"


def test_a_server_that_closes_gives_its_job_back_uncounted(either):
    number = added(either, "sleep", b"600")
    processes = []

    async def use(_places):
        processes.append(await process_of(either, number))

    at_work(either, use)
    job = either.get("fund", number)
    assert (job.status, job.attempts) == ("queued", 0)
    assert not is_alive(processes[0])
    assert either.claim() is not None


def test_a_server_that_closes_while_a_process_starts_leaves_none(queue):
    before = active_children()  # of a server that other tests share
    added(queue, "sleep", b"600")

    async def use(places):
        while queue.counts() != {"running": 1}:
            await asyncio.sleep(0.001)
        return places

    at_work(queue, use)
    assert queue.counts() == {"queued": 1}
    assert set(active_children()) <= set(before)


def test_a_server_closes_also_where_the_database_is_away(queue, monkeypatch):
    before = active_children()
    number = added(queue, "sleep", b"600")

    def away(*_given, **_named):
        raise StoreError("away")

    async def use(_places):
        await process_of(queue, number)
        monkeypatch.setattr(queue, "give_back", away)

    at_work(queue, use)
    assert queue.get("fund", number).status == "running"
    assert set(active_children()) <= set(before)


def test_work_goes_on_when_the_database_or_a_fault_of_ours_stopped_it(queue, monkeypatch, caplog):
    number, claim, errors = added(queue, "echo"), queue.claim, [RuntimeError("a fault"), StoreError("away")]

    def claimed():
        if errors:
            raise errors.pop()
        return claim()

    monkeypatch.setattr(queue, "claim", claimed)

    async def use(_places):
        return await ended(queue, number)

    assert at_work(queue, use).status == "done"
    assert [record.levelname for record in caplog.records if record.name == "asmcarbon.jobs"] == ["WARNING", "ERROR"]


def test_a_job_that_came_while_nobody_looked_is_begun_when_that_is_told(queue, monkeypatch):
    monkeypatch.setattr(room, "_POLL_S", 3600.0)

    async def use(places):
        await asyncio.sleep(0.3)
        number = added(queue, "echo")
        places.wake()
        return await ended(queue, number)

    assert at_work(queue, use).status == "done"


def test_what_is_kept_for_no_time_is_forgotten_while_the_server_runs(queue):
    queue = Queue(queue.store, QueueLimits(keep_s=0.0))
    number = added(queue, "echo")
    queue.cancel("fund", number)
    time.sleep(0.01)

    async def use(_places):
        for _time in range(500):
            if queue.get("fund", number) is None:
                return True
            await asyncio.sleep(0.02)
        return False

    assert at_work(queue, use, processes=0)
