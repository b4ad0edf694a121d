"""`asmcarbon serve`."""

import click

from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@click.command("serve")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; only this machine, as long as there are no keys.",
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
def command(host: str, port: int) -> None:
    """Serve footprints and plans over HTTP.

    POST /v1/footprints and /v1/plans take a site as JSON; /schema describes them all.
    """
    if host not in LOOPBACK:
        what = _("'{host}' can be reached by other machines, and there are no keys yet").format(host=host)
        raise InputError(Problem("--host", what, _("this machine alone"), "--host 127.0.0.1"))
    import uvicorn

    uvicorn.run("asmcarbon.api.app:app", host=host, port=port, server_header=False, log_level="info")
