"""`asmcarbon serve`."""

import os
from typing import Any

import click

from asmcarbon.cli.database import database_of, database_option
from asmcarbon.cli.numbers import FiniteRange
from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _

LOOPBACK = ("127.0.0.1", "::1", "localhost")

# Times in UTC are in the lines of the access log themselves, which are JSON.
_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(message)s"},
        "timed": {"format": "%(asctime)s %(levelname)s %(message)s"},
    },
    "handlers": {
        "plain": {"class": "logging.StreamHandler", "formatter": "plain"},
        "timed": {"class": "logging.StreamHandler", "formatter": "timed"},
    },
    "loggers": {
        "asmcarbon": {"handlers": ["timed"], "level": "INFO", "propagate": False},
        "asmcarbon.access": {"handlers": ["plain"], "level": "INFO", "propagate": False},
        "uvicorn": {"handlers": ["timed"], "level": "INFO", "propagate": False},
    },
}


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@database_option
@click.option("--tls-certificate", metavar="FILE", help="Certificate chain (PEM), to serve https.")
@click.option("--tls-key", metavar="FILE", help="Its private key (PEM).")
@click.option(
    "--behind-proxy",
    metavar="ADDRESS",
    help="A proxy at this address ends https: its X-Forwarded-Proto and X-Forwarded-For are believed, nobody else's.",
)
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 256), help="Jobs worked on at once.")
@click.option(
    "--solve-limit", default=120.0, show_default=True, type=FiniteRange(1, 86_400), help="Seconds for a solver."
)
@click.option(
    "--queue-limit", default=1000, show_default=True, type=click.IntRange(1), help="Jobs that may wait; then 429."
)
@click.option(
    "--keep-days", default=30.0, show_default=True, type=FiniteRange(0.01, 36_500), help="Days an ended job is kept."
)
@click.option(
    "--rate", default=50.0, show_default=True, type=FiniteRange(0.1, 1e6), help="Requests a second of each tenant."
)
def command(**given: Any) -> None:
    """Serve footprints and plans over HTTP.

    POST /v1/footprints takes a site as JSON and answers at once; /v1/plans, /v1/frontiers and /v1/risks answer with a
    job, which is on disk before it is accepted. /schema describes them all.

    Without keys (see `asmcarbon keys`) it serves this machine alone, over http.
    """
    is_exposed = _is_exposed(given)
    database = database_of(given["database"])
    _check_keys(given, database, is_exposed)
    import msgspec
    import uvicorn

    from asmcarbon.jobs.places import WorkLimits
    from asmcarbon.jobs.queue import QueueLimits
    from asmcarbon.jobs.settings import Settings

    solve_s = given["solve_limit"]
    settings = Settings(
        database=database,
        is_exposed=is_exposed,
        rate=given["rate"],
        burst=max(round(4 * given["rate"]), 1),
        work=WorkLimits(given["processes"], solve_s, 2.0 * solve_s + 60.0),
        queue=QueueLimits(
            waiting=given["queue_limit"], waiting_each=given["queue_limit"], keep_s=given["keep_days"] * 86_400.0
        ),
    )
    scheme = "http" if given["tls_certificate"] is None else "https"
    host = f"[{given['host']}]" if ":" in given["host"] else given["host"]
    told = _("the page is at {address}").format(address=f"{scheme}://{host}:{given['port']}/")
    click.echo(f"… {told}", err=True)
    os.environ["ASMCARBON_SETTINGS"] = msgspec.json.encode(settings).decode()
    uvicorn.run(
        "asmcarbon.api.app:served",
        factory=True,
        host=given["host"],
        port=given["port"],
        ssl_certfile=given["tls_certificate"],
        ssl_keyfile=given["tls_key"],
        proxy_headers=given["behind_proxy"] is not None,
        forwarded_allow_ips=given["behind_proxy"] or "",
        server_header=False,
        access_log=False,
        log_config=_LOGGING,
        timeout_graceful_shutdown=10,
    )


def _is_exposed(given: dict[str, Any]) -> bool:
    """Return whether other machines may reach the server; refuse it where what they send could be read on the way."""
    problems: list[Problem] = []
    certificate, key = given["tls_certificate"], given["tls_key"]
    if (certificate is None) != (key is None):
        missing = "--tls-key" if key is None else "--tls-certificate"
        problems.append(Problem(missing, _("is missing"), _("both of a certificate and its key, or none")))
    for option, file in (("--tls-certificate", certificate), ("--tls-key", key)):
        if file is not None and not os.access(file, os.R_OK):
            problems.append(Problem(option, _("{file} cannot be read").format(file=file), _("a PEM file")))
    if certificate is not None and key is not None and not problems:
        problems += _certificate_problems(certificate, key)
    is_exposed = given["host"] not in LOOPBACK or given["behind_proxy"] is not None
    if is_exposed and certificate is None and given["behind_proxy"] is None:
        what = _("'{host}' can be reached by other machines, and keys would cross the net in the clear")
        expected = _("--tls-certificate and --tls-key, or --behind-proxy where a proxy has them, or this machine alone")
        problems.append(Problem("--host", what.format(host=given["host"]), expected, "--host 127.0.0.1"))
    if problems:
        raise InputError(problems)
    return is_exposed


def _certificate_problems(certificate: str, key: str) -> list[Problem]:
    """Return why a certificate and a key cannot be served with."""
    import ssl

    try:
        # A password would be asked for at the terminal, where there may be none.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    except (OSError, ValueError) as error:
        what = _("{file} and its key cannot be used: {reason}").format(file=certificate, reason=error)
        return [Problem("--tls-certificate", what, _("a certificate chain and its key without a password, as PEM"))]
    return []


def _check_keys(given: dict[str, Any], database: str, is_exposed: bool) -> None:
    """Refuse to serve other machines where there is no key."""
    from asmcarbon.jobs.keys import has_keys
    from asmcarbon.jobs.store import Store

    store = Store(database)
    try:
        if is_exposed and not has_keys(store):
            what = _("'{host}' can be reached by other machines, and there are no keys").format(host=given["host"])
            example = "asmcarbon keys create --tenant my-fund"
            raise InputError(Problem("--host", what, _("a key first, or this machine alone"), example))
    finally:
        store.close()
