"""The queue: accepted is on disk, a lease says whose a job is, one result is kept of each, tenants are kept apart."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from asmcarbon.errors import InputError, QueueFull
from asmcarbon.jobs import queue as room
from asmcarbon.jobs.queue import Queue, QueueLimits
from asmcarbon.jobs.store import Store

GIVEN = b'{"site":{}}'


@pytest.fixture
def clock(monkeypatch):
    """A clock that is set by hand."""
    at = [1_000_000.0]
    monkeypatch.setattr(room, "now", lambda: at[0])
    return at


@pytest.fixture
def queue(store):
    return Queue(store, QueueLimits(lease_s=10.0, attempts=3))


def added(queue, tenant="fund", given=GIVEN, key=None):
    return queue.add(tenant, "plan", given, given.hex(), key)


def test_an_accepted_job_is_there_for_another_server(queue, database):
    job = added(queue)
    other = Store(database)
    assert Queue(other, QueueLimits()).get("fund", job.id) == job
    other.close()
    assert (job.status, job.given, job.attempts, job.result) == ("queued", GIVEN, 0, None)


def test_jobs_are_claimed_in_the_order_in_which_they_came_and_each_once(queue, clock):
    made = []
    for _nth in range(3):
        made.append(added(queue).id)
        clock[0] += 1
    assert [queue.claim().job.id for _nth in range(3)] == made
    assert queue.claim() is None


def test_a_claimed_job_is_running_and_says_since_when(queue, clock):
    added(queue)
    clock[0] += 5
    job = queue.claim().job
    assert (job.status, job.started, job.attempts) == ("running", 1_000_005.0, 1)


def test_a_job_is_claimed_by_one_of_many_that_race_for_it(queue):
    for _nth in range(12):
        added(queue)
    start = threading.Barrier(6)

    def all_that_come(_nth):
        start.wait()
        found = []
        # A row that another locks is skipped: nothing found is no proof that nothing waits.
        for _time in range(20):
            if (claim := queue.claim()) is not None:
                found.append(claim.job.id)
        return found

    with ThreadPoolExecutor(6) as threads:
        claimed = [one for found in threads.map(all_that_come, range(6)) for one in found]
    assert len(claimed) == len(set(claimed)) == 12


def test_a_job_whose_lease_has_run_out_is_taken_over_and_kept_once(queue, clock):
    added(queue)
    first = queue.claim()
    clock[0] += 9.9
    assert queue.claim() is None
    clock[0] += 0.2
    second = queue.claim()
    assert (second.job.id, second.job.attempts, second.job.started) == (first.job.id, 2, 1_000_000.0)
    assert not queue.is_held(first) and queue.is_held(second)
    assert not queue.extend(first)
    assert not queue.finish(first, b"late")
    assert not queue.fail(first, b"late")
    assert not queue.give_back(first)
    queue.say(first, "late")
    assert queue.said("fund", first.job.id) == ()
    assert queue.finish(second, b"right")
    assert not queue.finish(second, b"again")
    assert not queue.fail(second, b"again")
    kept = queue.get("fund", first.job.id)
    assert (kept.status, kept.result, kept.problem) == ("done", b"right", None)


def test_a_lease_that_is_extended_is_kept(queue, clock):
    added(queue)
    claim = queue.claim()
    for _nth in range(5):
        clock[0] += 9
        assert queue.extend(claim)
        assert queue.claim() is None


def test_a_lease_that_has_run_out_but_was_not_taken_is_still_ours(queue, clock):
    added(queue)
    claim = queue.claim()
    clock[0] += 60
    assert queue.extend(claim)
    assert queue.claim() is None
    assert queue.finish(claim, b"1")


def test_of_many_that_finish_a_job_one_is_kept(queue, clock):
    added(queue)
    claims = []
    for _nth in range(6):
        claims.append(queue.claim())
        clock[0] += 11
    start = threading.Barrier(6)

    def finished(nth):
        start.wait()
        return queue.finish(claims[nth], str(nth).encode())

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(finished, range(6))) == [False] * 5 + [True]
    assert queue.get("fund", claims[0].job.id).result == b"5"


def test_a_job_that_is_given_back_waits_again(queue):
    added(queue)
    lost = queue.claim()
    assert queue.give_back(lost)
    assert queue.get("fund", lost.job.id).attempts == 1
    closed = queue.claim()
    assert closed.job.attempts == 2
    assert queue.give_back(closed, is_counted=False)
    assert queue.get("fund", lost.job.id).attempts == 1
    assert queue.get("fund", lost.job.id).status == "queued"


def test_a_job_is_worn_when_it_was_begun_as_often_as_it_may(queue):
    added(queue)
    worn = []
    for _nth in range(3):
        claim = queue.claim()
        worn.append(queue.is_worn(claim))
        queue.give_back(claim)
    assert worn == [False, False, True]


def test_why_nothing_came_of_a_job_is_kept(queue):
    added(queue)
    claim = queue.claim()
    assert queue.fail(claim, b"{}")
    kept = queue.get("fund", claim.job.id)
    assert (kept.status, kept.problem, kept.result, kept.is_ended) == ("failed", b"{}", None, True)
    assert queue.claim() is None


def test_a_request_that_is_sent_again_with_its_key_gets_the_first_job(queue):
    job = added(queue, key="k")
    assert added(queue, key="k").id == job.id
    queue.finish(queue.claim(), b"1")
    assert added(queue, key="k").result == b"1"
    assert added(queue).id != added(queue).id


def test_a_key_that_was_sent_with_another_request_is_refused(queue):
    job = added(queue, key="k")
    with pytest.raises(InputError, match=job.id):
        added(queue, given=b"other", key="k")
    with pytest.raises(InputError):
        queue.add("fund", "risk", GIVEN, GIVEN.hex(), "k")
    assert queue.counts() == {"queued": 1}


def test_the_same_key_of_two_tenants_is_two_jobs(queue):
    assert added(queue, "a", key="k").id != added(queue, "b", key="k").id
    assert added(queue, "b", given=b"other", key="k2").given == b"other"


def test_of_many_that_race_with_one_key_all_get_one_job(queue):
    start = threading.Barrier(8)

    def sent(_nth):
        start.wait()
        return added(queue, key="k").id

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(sent, range(8)))) == 1
    assert queue.counts() == {"queued": 1}


def test_a_full_queue_still_answers_a_request_that_is_sent_again(store):
    queue = Queue(store, QueueLimits(waiting=1))
    job = added(queue, key="k")
    assert added(queue, key="k").id == job.id


def test_one_job_too_many_is_refused_and_the_next_is_taken_when_one_has_begun(store):
    queue = Queue(store, QueueLimits(waiting=2, retry_s=7))
    added(queue, "a")
    added(queue, "b")
    with pytest.raises(QueueFull) as full:
        added(queue, "c")
    assert full.value.retry_s == 7
    queue.claim()
    added(queue, "c")


def test_a_tenant_that_fills_its_share_leaves_room_for_others(store):
    queue = Queue(store, QueueLimits(waiting=10, waiting_each=2))
    added(queue, "a")
    added(queue, "a")
    with pytest.raises(QueueFull):
        added(queue, "a")
    added(queue, "b")


def test_a_tenant_of_many_jobs_does_not_keep_another_waiting(queue, clock):
    for tenant in ("many", "many", "many", "few"):
        added(queue, tenant)
        clock[0] += 1
    # The oldest of all; then of who has none running; then in turn.
    assert [queue.claim().job.tenant for _nth in range(4)] == ["many", "few", "many", "many"]


def test_who_is_gone_does_not_count_as_running(queue, clock):
    added(queue, "a")
    queue.claim()
    clock[0] += 11
    added(queue, "a")
    added(queue, "b")
    assert queue.claim().job.attempts == 2


def test_a_job_that_waits_is_cancelled_and_never_claimed(queue):
    job = added(queue)
    assert queue.cancel("fund", job.id).status == "cancelled"
    assert queue.claim() is None


def test_a_job_that_runs_is_cancelled_and_nothing_of_it_is_kept(queue):
    added(queue)
    claim = queue.claim()
    assert queue.cancel("fund", claim.job.id).status == "cancelled"
    assert not queue.is_held(claim)
    assert not queue.extend(claim)
    assert not queue.finish(claim, b"1")
    assert not queue.give_back(claim)
    assert queue.get("fund", claim.job.id).result is None


def test_a_job_that_has_ended_is_not_cancelled(queue):
    added(queue)
    claim = queue.claim()
    queue.finish(claim, b"1")
    assert queue.cancel("fund", claim.job.id).status == "done"
    assert queue.get("fund", claim.job.id).result == b"1"


def test_another_tenant_sees_cancels_and_follows_nothing(queue):
    job = added(queue, "a")
    claim = queue.claim()
    queue.say(claim, "half of it")
    assert queue.get("b", job.id) is None
    assert queue.cancel("b", job.id) is None
    assert queue.said("b", job.id) == ()
    assert queue.of_tenant("b", 10) == ()
    assert queue.is_held(claim)
    assert [one.text for one in queue.said("a", job.id)] == ["half of it"]


@pytest.mark.parametrize("number", ["", "x", "%", "' OR 1=1 --", "0" * 32, "\x00", "é" * 32, "0" * 1000])
def test_what_is_no_id_of_a_job_finds_nothing(queue, number):
    added(queue)
    assert queue.get("fund", number) is None
    assert queue.cancel("fund", number) is None
    assert queue.said("fund", number) == ()


def test_what_a_job_tells_is_kept_in_its_order_and_told_from_any_point(queue):
    added(queue)
    claim = queue.claim()
    for text in ("one", "two", "x" * 600, "nul \x00 and ± are kept as they can be"):
        queue.say(claim, text)
    told = queue.said("fund", claim.job.id)
    assert [one.number for one in told] == [1, 2, 3, 4]
    assert [one.text for one in told[:2]] == ["one", "two"]
    assert len(told[2].text) == 500
    assert "± are kept" in told[3].text
    assert [one.number for one in queue.said("fund", claim.job.id, after=2)] == [3, 4]


def test_jobs_are_listed_the_newest_first_without_what_they_hold(queue, clock):
    made = []
    for _nth in range(5):
        made.insert(0, added(queue).id)
        clock[0] += 1
    queue.finish(queue.claim(), b"1")
    first = queue.of_tenant("fund", 3)
    rest = queue.of_tenant("fund", 3, before=first[-1].id)
    assert [one.id for one in (*first, *rest)] == made
    assert {(one.given, one.result) for one in (*first, *rest)} == {(b"", None)}
    assert rest[-1].status == "done"


@pytest.mark.usefixtures("clock")
def test_jobs_that_came_at_the_same_instant_are_all_listed(queue):
    made = {added(queue).id for _nth in range(5)}
    found, last = [], None
    while page := queue.of_tenant("fund", 2, last):
        found += [one.id for one in page]
        last = page[-1].id
    assert len(found) == 5
    assert set(found) == made
    assert queue.of_tenant("other", 2, last) == ()


def test_what_has_ended_is_forgotten_after_its_time_and_nothing_else(store, clock):
    queue = Queue(store, QueueLimits(keep_s=100.0))
    queue.cancel("fund", added(queue).id)
    clock[0] += 1
    ended = added(queue, "other", key="k")
    claim = queue.claim()
    queue.say(claim, "half")
    queue.finish(claim, b"1")
    waiting = added(queue)
    clock[0] += 99.5
    assert queue.forget_old() == 1
    assert queue.get("other", ended.id) is not None
    clock[0] += 1
    assert queue.forget_old() == 1
    assert queue.get("other", ended.id) is None
    assert queue.said("other", ended.id) == ()
    assert queue.get("fund", waiting.id) is not None
    # The key of what is forgotten is free again.
    assert added(queue, "other", given=b"new", key="k").given == b"new"


def test_jobs_are_counted_by_their_status(queue):
    assert queue.counts() == {}
    for _nth in range(3):
        added(queue)
    queue.finish(queue.claim(), b"1")
    assert queue.counts() == {"done": 1, "queued": 2}
