"""`asmcarbon keys callback`."""

from pathlib import Path

import click

from asmcarbon.cli.database import database_of, database_option
from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _

_LONGEST = 1_000


@click.command("callback")
@click.argument("key_id", metavar="ID")
@click.argument("url", metavar="URL")
@click.option("--client-id", required=True, help="What the client's server knows this one by.")
@click.option(
    "--client-secret-file",
    required=True,
    metavar="FILE",
    help="File with the secret that goes with it, and nothing else; it is kept readable in the database.",
)
@click.option("--token-url", metavar="URL", help="Where the client's server gives tokens; URL/auth/token by default.")
@database_option
def callback(
    key_id: str, url: str, client_id: str, client_secret_file: str, token_url: str | None, database: str | None
) -> None:
    """Register where answers to the PACT events of a key are sent: to URL/3/events, and nowhere else.

    A key has one address; the last that was registered counts.
    """
    from asmcarbon.jobs.outbox import register_callback
    from asmcarbon.jobs.store import Store

    secret = _secret_of(Path(client_secret_file))
    found = register_callback(Store(database_of(database)), key_id, url, client_id, secret, token_url)
    click.echo(_("answers to events of key {id} go to {url}/3/events").format(id=found.key, url=found.url))


def _secret_of(file: Path) -> str:
    expected = _("a file that holds the secret alone")
    try:
        text = file.read_text(encoding="utf-8") if file.stat().st_size <= _LONGEST else None
    except OSError as error:
        what = _("cannot be read: {reason}").format(reason=error.strerror or error)
        raise InputError(Problem("--client-secret-file", what, expected, file=str(file))) from error
    except UnicodeDecodeError:
        text = None
    if text is None:
        raise InputError(Problem("--client-secret-file", _("holds more than a secret"), expected, file=str(file)))
    return text.strip()
