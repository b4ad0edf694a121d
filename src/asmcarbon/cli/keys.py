"""`asmcarbon keys`."""

from typing import Any, Literal

import click

from asmcarbon.cli.database import database_of, database_option, shown
from asmcarbon.cli.keys_callback import callback
from asmcarbon.cli.numbers import FiniteRange
from asmcarbon.messages import _


@click.group("keys")
def command() -> None:
    """Make, list and revoke the keys of the server.

    A key opens one tenant's jobs and footprints. The first that is made closes the server to whoever has none.
    """


@command.command("create")
@click.option("--tenant", required=True, help="Whose jobs and footprints it opens: small letters, digits, hyphens.")
@click.option("--name", default="", help="What it is for, in your words.")
@click.option("--days", type=FiniteRange(0, 36_500, min_open=True), help="Days after which it ends; never otherwise.")
@click.option(
    "--opens",
    type=click.Choice(["all", "footprints"]),
    default="all",
    show_default=True,
    help="All that is the tenant's, or what it has published alone: for a buyer's system.",
)
@database_option
def create(
    tenant: str, name: str, days: float | None, opens: Literal["all", "footprints"], database: str | None
) -> None:
    """Make a key, and print it: this once, for only its hash is kept."""
    from asmcarbon.jobs.keys import create_key
    from asmcarbon.jobs.store import Store

    key, secret = create_key(Store(database_of(database)), tenant, name, days, opens)
    click.echo(secret)
    text = _("key {id} of tenant {tenant}, ends: {ends}; it is shown this once")
    click.echo(text.format(id=key.id, tenant=key.tenant, ends=shown(key.expires)), err=True)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@database_option
def list_keys(as_json: bool, database: str | None) -> None:
    """List the keys, without their secrets."""
    from asmcarbon.jobs.keys import all_keys
    from asmcarbon.jobs.store import Store

    found = all_keys(Store(database_of(database)))
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
        return
    rows: list[tuple[str, ...]] = [(_("id"), _("tenant"), _("opens"), _("made"), _("ends"), _("revoked"), _("name"))]
    for one in found:
        rows.append(
            (one.id, one.tenant, one.opens, shown(one.created), shown(one.expires), shown(one.revoked), one.name)
        )
    widths = [max(len(row[nth]) for row in rows) for nth in range(len(rows[0]))]
    for row in rows:
        click.echo("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


@command.command("revoke")
@click.argument("key_id", metavar="ID")
@database_option
def revoke(key_id: str, database: str | None) -> None:
    """Revoke a key, and the tokens that were given for it; within a second it opens nothing."""
    from asmcarbon.jobs.keys import revoke_key
    from asmcarbon.jobs.store import Store

    key: Any = revoke_key(Store(database_of(database)), key_id)
    click.echo(_("revoked: key {id} of tenant {tenant}").format(id=key.id, tenant=key.tenant))


command.add_command(callback)
