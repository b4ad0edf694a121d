"""`asmcarbon keys callback`: where answers go, with a secret that no screen shows."""

import click.testing
import pytest

from asmcarbon.cli.main import main
from asmcarbon.jobs.keys import create_key
from asmcarbon.jobs.outbox import callback_of
from asmcarbon.jobs.store import Store


@pytest.fixture
def database(tmp_path):
    return str(tmp_path / "server.sqlite")


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret"
    path.write_text("their-secret\n", encoding="utf-8")
    return path


def run(*arguments):
    return click.testing.CliRunner().invoke(main, ["keys", "callback", *(str(one) for one in arguments)])


def test_an_address_is_registered_and_the_secret_is_not_shown(database, secret):
    store = Store(database)
    key = create_key(store, "coop", "buyer")[0].id
    url = "https://buyer.example.com/pact/"
    done = run(key, url, "--client-id", "us", "--client-secret-file", secret, "--database", database)
    assert done.exit_code == 0, done.output
    assert "https://buyer.example.com/pact/3/events" in done.stdout and "their-secret" not in done.output
    found = callback_of(store, key)
    assert found is not None
    assert (found.client_id, found.client_secret) == ("us", "their-secret")
    assert found.token_url == "https://buyer.example.com/pact/auth/token"
    store.close()


@pytest.mark.parametrize(
    ("url", "content", "where"),
    [
        ("http://buyer.example.com", "x", "URL  "),
        ("https://buyer.example.com", "", "--client-secret-file  "),
        ("https://buyer.example.com", "x" * 2_000, "--client-secret-file  "),
        ("https://buyer.example.com", None, "--client-secret-file  cannot be read"),
    ],
)
def test_what_cannot_be_registered_is_refused(database, tmp_path, url, content, where):
    store = Store(database)
    key, path = create_key(store, "coop", "buyer")[0].id, tmp_path / "file"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    done = run(key, url, "--client-id", "us", "--client-secret-file", path, "--database", database)
    assert done.exit_code == 2
    assert where in done.stderr
    assert callback_of(store, key) is None
    store.close()
