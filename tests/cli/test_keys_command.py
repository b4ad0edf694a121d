"""`asmcarbon keys`: a secret is printed once, alone on the standard output, and never again."""

import json

import pytest

from asmcarbon.jobs.keys import key_of
from asmcarbon.jobs.store import Store


@pytest.fixture
def keys(asmcarbon, database):
    """Run the command on an empty database."""

    def run(*arguments):
        return asmcarbon("keys", *arguments, "--database", database)

    return run


def test_a_key_is_made_listed_and_revoked(keys, database):
    made = keys("create", "--tenant", "green-fund", "--name", "reporting", "--days", "30")
    assert made.returncode == 0, made.stderr
    secret = made.stdout.strip()
    assert "shown this once" in made.stderr and secret not in made.stderr
    store = Store(database)
    key = key_of(store, secret)
    assert (key.tenant, key.expires - key.created) == ("green-fund", pytest.approx(30 * 86_400))

    listed, as_json = keys("list"), keys("list", "--json")
    assert ["green-fund" in line for line in listed.stdout.splitlines()] == [False, True]
    (row,) = json.loads(as_json.stdout)
    assert (row["id"], row["name"], row["revoked"]) == (key.id, "reporting", None)
    for told in (listed, as_json):
        assert secret not in told.stdout and "hash" not in told.stdout

    revoked = keys("revoke", key.id)
    assert (revoked.returncode, revoked.stdout) == (0, f"revoked: key {key.id} of tenant green-fund\n")
    assert key_of(store, secret) is None
    store.close()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["create", "--tenant", "Green Fund"], "--tenant  is 'Green Fund'; expected at most 63 small letters"),
        (["create", "--tenant", "a", "--name", "x\ny"], "--name  is no text of one line"),
        (["create"], "Missing option '--tenant'"),
        (["create", "--tenant", "a", "--days", "0"], "0.0 is not in the range 0<x<=36500"),
        (["create", "--tenant", "a", "--days", "nan"], "nan is not a number"),
        (["create", "--tenant", "a", "--days", "inf"], "inf is not in the range"),
        (["revoke", "abc"], "ID  there is no key 'abc'"),
        (["revoke"], "Missing argument 'ID'"),
    ],
)
def test_what_cannot_be_is_refused_and_makes_nothing(asmcarbon, tmp_path, arguments, words):
    database = str(tmp_path / "server.sqlite")
    refused = asmcarbon("keys", *arguments, "--database", database)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert words in refused.stderr and "Traceback" not in refused.stderr
    assert json.loads(asmcarbon("keys", "list", "--json", "--database", database).stdout) == []


def test_a_database_that_cannot_be_is_told_in_one_line(asmcarbon, tmp_path):
    refused = asmcarbon("keys", "list", "--database", tmp_path)
    assert refused.returncode == 2
    assert refused.stderr.startswith("--database  ") and refused.stderr.count("\n") == 1


def test_the_database_is_stated_by_the_environment_too(asmcarbon, tmp_path, monkeypatch):
    monkeypatch.setenv("ASMCARBON_DATABASE", str(tmp_path / "of-environment.sqlite"))
    assert asmcarbon("keys", "create", "--tenant", "a").returncode == 0
    assert (tmp_path / "of-environment.sqlite").exists()
