"""API keys: shown once, kept as hashes, each opening one tenant's things until it ends or is revoked."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from asmcarbon.errors import InputError
from asmcarbon.jobs import keys as room
from asmcarbon.jobs.keys import all_keys, create_key, grant_token, has_keys, key_of, revoke_key
from asmcarbon.jobs.store import keys, tokens

DAY_S = 86_400


@pytest.fixture
def clock(monkeypatch):
    """A clock that is set by hand."""
    at = [1_000_000.0]
    monkeypatch.setattr(room, "now", lambda: at[0])
    return at


def test_a_secret_opens_its_tenant_and_no_other_secret_does(store):
    key, secret = create_key(store, "green-fund", "reporting")
    other, other_secret = create_key(store, "blue-fund", "")
    assert key_of(store, secret) == key
    assert key_of(store, other_secret) == other
    assert (key.tenant, key.name, key.expires, key.revoked) == ("green-fund", "reporting", None, None)
    for wrong in ("", secret[:-1], secret + "x", secret.upper(), key.id, f"asmcarbon_{key.id}_", "' OR 1=1 --"):
        assert key_of(store, wrong) is None


def test_only_the_sha256_of_a_secret_is_kept(store):
    _key, secret = create_key(store, "fund", "")
    token = grant_token(store, _key.id, secret)
    with store.reading() as connection:
        kept = [*connection.execute(sa.select(keys)).one(), *connection.execute(sa.select(tokens)).one()]
    assert hashlib.sha256(secret.encode()).hexdigest() in kept
    random_part = secret.split("_", 2)[2]
    assert not any(random_part in str(value) or token in str(value) for value in kept)
    # 32 random bytes are 43 letters of base64.
    assert len(random_part) == len(token) == 43


def test_a_key_opens_until_its_days_are_over(store, clock):
    _key, secret = create_key(store, "fund", "", days=2.0)
    clock[0] += 2 * DAY_S - 1
    assert key_of(store, secret) is not None
    assert has_keys(store)
    clock[0] += 1
    assert key_of(store, secret) is None
    assert not has_keys(store)


def test_a_revoked_key_opens_nothing_and_neither_do_its_tokens(store):
    key, secret = create_key(store, "fund", "")
    _other, other_secret = create_key(store, "fund", "")
    token = grant_token(store, key.id, secret)
    assert key_of(store, token) == key
    assert revoke_key(store, key.id).revoked is not None
    assert key_of(store, secret) is None
    assert key_of(store, token) is None
    assert grant_token(store, key.id, secret) is None
    assert key_of(store, other_secret) is not None


def test_a_key_that_is_revoked_twice_was_revoked_the_first_time(store, clock):
    key, _secret = create_key(store, "fund", "")
    clock[0] += 5
    revoke_key(store, key.id)
    clock[0] += 5
    assert revoke_key(store, key.id).revoked == 1_000_005.0


def test_a_key_that_is_not_there_cannot_be_revoked(store):
    with pytest.raises(InputError, match="there is no key 'abc'"):
        revoke_key(store, "abc")


def test_there_are_keys_while_one_of_them_opens_something(store):
    assert not has_keys(store)
    first, _secret = create_key(store, "fund", "")
    second, _secret = create_key(store, "fund", "")
    revoke_key(store, first.id)
    assert has_keys(store)
    revoke_key(store, second.id)
    assert not has_keys(store)


def test_a_token_opens_what_its_key_does_for_an_hour(store, clock):
    key, secret = create_key(store, "fund", "")
    token = grant_token(store, key.id, secret)
    clock[0] += 3599
    assert key_of(store, token) == key
    clock[0] += 1
    assert key_of(store, token) is None


def test_a_token_ends_with_its_key(store, clock):
    key, secret = create_key(store, "fund", "", days=0.01)
    token = grant_token(store, key.id, secret)
    clock[0] += 0.01 * DAY_S
    assert key_of(store, token) is None


def test_tokens_that_have_ended_are_forgotten(store, clock):
    key, secret = create_key(store, "fund", "")
    grant_token(store, key.id, secret)
    clock[0] += 4000
    grant_token(store, key.id, secret)
    with store.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(tokens)) == 1


def test_no_token_is_given_for_the_secret_of_another_key_nor_for_a_token(store):
    first, secret = create_key(store, "fund", "")
    second, _secret = create_key(store, "other", "")
    assert grant_token(store, second.id, secret) is None
    assert grant_token(store, first.id, secret[:-1]) is None
    assert grant_token(store, "", secret) is None
    assert grant_token(store, first.id, grant_token(store, first.id, secret)) is None


@pytest.mark.parametrize("tenant", ["", "Fund", "a fund", "-fund", "fund_1", "fünd", "a" * 64, "fund\n", "a/b", "\x00"])
def test_a_tenant_is_small_letters_digits_and_hyphens(store, tenant):
    with pytest.raises(InputError) as refused:
        create_key(store, tenant, "")
    assert [one.where for one in refused.value.problems] == ["--tenant"]
    assert all_keys(store) == ()


def test_everything_that_is_wrong_with_a_key_is_told_at_once(store):
    with pytest.raises(InputError) as refused:
        create_key(store, "A", "two\nlines")
    assert [one.where for one in refused.value.problems] == ["--tenant", "--name"]
    with pytest.raises(InputError):
        create_key(store, "a", "x" * 201)


def test_keys_are_listed_the_oldest_first(store, clock):
    made = []
    for tenant in ("c", "a", "b"):
        made.append(create_key(store, tenant, "")[0])
        clock[0] += 1
    assert all_keys(store) == tuple(made)


def test_keys_that_are_made_at_once_are_all_kept(store):
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda nth: create_key(store, f"fund-{nth}", ""), range(24)))
    assert {key_of(store, secret).tenant for _key, secret in made} == {f"fund-{nth}" for nth in range(24)}
