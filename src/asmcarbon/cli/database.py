"""Where the server keeps what it keeps: the option that `serve` and `keys` share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from asmcarbon.messages import _

_FILE = "server.sqlite"


def database_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --database."""
    return click.option(
        "--database",
        envvar="ASMCARBON_DATABASE",
        metavar="FILE|URL",
        help="SQLite file, made where there is none, or the URL of a PostgreSQL database (postgresql://user@host/name);"
        " by default server.sqlite in this user's folder for programs. $ASMCARBON_DATABASE states it too, and keeps a"
        " password off the command line.",
    )(command)


def database_of(stated: str | None) -> str:
    """Return the database that is meant."""
    if stated is not None:
        return stated
    folder = Path(click.get_app_dir("asmcarbon"))
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder / _FILE)


def shown(at: float | None) -> str:
    """Return a time as people read it, in UTC."""
    from datetime import UTC, datetime

    return _("never") if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
