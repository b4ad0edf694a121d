"""What is sent to clients' servers: registered by the operator, tried again after growing waits, sent once."""

import pytest
import sqlalchemy as sa

from asmcarbon.errors import InputError, QueueFull
from asmcarbon.jobs import outbox
from asmcarbon.jobs.keys import create_key, revoke_key
from asmcarbon.jobs.outbox import arrived, callback_of, claim, failed, forget_old, put, register_callback
from asmcarbon.jobs.store import Store
from asmcarbon.jobs.store import outbox as table

URL = "https://api.example.com/pact"


@pytest.fixture
def store(tmp_path):
    opened = Store(str(tmp_path / "store.sqlite"))
    yield opened
    opened.close()


@pytest.fixture
def key(store):
    return create_key(store, "coop", "buyer")[0].id


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        at = 1_000_000.0

    monkeypatch.setattr(outbox, "now", lambda: Clock.at)
    return Clock


def test_an_address_is_kept_and_the_last_one_counts(store, key):
    assert callback_of(store, key) is None
    register_callback(store, key, "http://127.0.0.1:9/", "we", "secret")
    register_callback(store, key, f"{URL}/", "us", "other", "https://id.example.com/token")
    found = callback_of(store, key)
    assert (found.url, found.token_url) == (URL, "https://id.example.com/token")
    assert (found.client_id, found.client_secret) == ("us", "other")
    assert "other" not in repr(found)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com", "http://10.0.0.1", "http://localhost.example.com", "https://us:word@example.com",
        "https://example.com/?a=b", "https://example.com/#a", "file:///etc/passwd", "ftp://example.com", "//example",
        "https://", "https://example.com:99999", "https://exam ple.com", "https://ex\nample.com", "",
    ],
)  # fmt: skip
def test_an_address_in_the_clear_or_with_more_than_a_place_is_refused(store, key, url):
    with pytest.raises(InputError) as caught:
        register_callback(store, key, url, "us", "secret")
    assert [one.where for one in caught.value.problems] == ["URL"]
    with pytest.raises(InputError) as caught:
        register_callback(store, key, URL, "us", "secret", url or "x")
    assert [one.where for one in caught.value.problems] == ["--token-url"]


def test_all_that_is_wrong_with_an_address_is_told_at_once_and_no_secret(store):
    with pytest.raises(InputError) as caught:
        register_callback(store, "nobody", "http://example.com", "a:b", "my\nsecret")
    assert [one.where for one in caught.value.problems] == ["URL", "--client-secret-file", "--client-id", "KEY_ID"]
    assert "secret" not in str(caught.value).replace("--client-secret-file", "")


def test_an_event_is_sent_once_for_each_request(store, key):
    register_callback(store, key, URL, "us", "secret")
    assert put(store, key, "request", "1", b"{}")
    assert not put(store, key, "request", "2", b"{}")
    delivery = claim(store)
    assert (delivery.id, delivery.body, delivery.callback.url) == ("1", b"{}", URL)
    assert claim(store) is None
    arrived(store, delivery)
    assert claim(store) is None
    assert not put(store, key, "request", "3", b"{}")


def test_waits_double_up_to_an_hour_and_end_after_72_hours(store, key, clock):
    register_callback(store, key, URL, "us", "secret")
    put(store, key, "request", "1", b"{}")
    began, due = clock.at, []
    while (delivery := claim(store)) is not None:
        failed(store, delivery, "it answered 500")
        with store.reading() as connection:
            at, ended = connection.execute(sa.select(table.c.due, table.c.ended)).one()
        if ended is not None:
            break
        due.append(at - clock.at)
        clock.at = at
    assert due[:10] == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600]
    assert set(due[10:]) == {3600}
    # The next one would come after 72 hours.
    assert 71 * 3_600 < clock.at - began <= 72 * 3_600
    clock.at += 10_000
    assert claim(store) is None


def test_what_nobody_finished_is_due_again_and_its_first_sender_changes_nothing(store, key, clock):
    register_callback(store, key, URL, "us", "secret")
    put(store, key, "request", "1", b"{}")
    first = claim(store)
    clock.at += outbox.LEASE_S + 1
    second = claim(store)
    assert second.id == first.id and second.attempts == 2
    arrived(store, first)
    clock.at += outbox.LEASE_S + 1
    third = claim(store)
    assert third is not None
    arrived(store, third)
    clock.at += outbox.LEASE_S + 1
    assert claim(store) is None


def test_nothing_leaves_for_a_revoked_key(store, key):
    register_callback(store, key, URL, "us", "secret")
    put(store, key, "request", "1", b"{}")
    revoke_key(store, key)
    assert claim(store) is None


def test_too_many_waiting_events_are_refused(store, key):
    for number in range(outbox.MOST_WAITING):
        put(store, key, str(number), str(number), b"{}")
    with pytest.raises(QueueFull):
        put(store, key, "one more", "one more", b"{}")


def test_what_ended_long_ago_is_forgotten(store, key, clock):
    register_callback(store, key, URL, "us", "secret")
    put(store, key, "request", "1", b"{}")
    arrived(store, claim(store))
    clock.at += outbox.KEPT_S - 1
    assert forget_old(store) == 0
    clock.at += 2
    assert forget_old(store) == 1
