"""What the server keeps, in a SQLite file or in PostgreSQL by URL: its tables, and how a change is made whole."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from asmcarbon.errors import InputError, MissingExtra, Problem, StoreError
from asmcarbon.messages import _

# Of the tables below; a file of another is refused.
VERSION = 1
_POSTGRESQL = ("postgresql://", "postgres://", "postgresql+psycopg://")
# A number that servers of one database agree on while tables are made.
_LOCK = 7_281_946
_BUSY_S = 20

metadata = sa.MetaData()
versions = sa.Table("asmcarbon", metadata, sa.Column("version", sa.Integer, primary_key=True))
keys = sa.Table(
    "keys",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("tenant", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("opens", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False, unique=True),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("expires", sa.Float),
    sa.Column("revoked", sa.Float),
)
tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, sa.ForeignKey("keys.id"), nullable=False),
    sa.Column("expires", sa.Float, nullable=False),
)
jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("tenant", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("given", sa.LargeBinary, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("idempotency_key", sa.Text),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("started", sa.Float),
    sa.Column("finished", sa.Float),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("lease", sa.Text),
    sa.Column("leased_until", sa.Float),
    sa.Column("result", sa.LargeBinary),
    sa.Column("problem", sa.LargeBinary),
    sa.UniqueConstraint("tenant", "idempotency_key"),
    sa.Index("jobs_by_status", "status", "created"),
    sa.Index("jobs_by_tenant", "tenant", "created"),
)
messages = sa.Table(
    "messages",
    metadata,
    sa.Column("job", sa.Text, sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)
footprints = sa.Table(
    "footprints",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("tenant", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("valid_from", sa.Float, nullable=False),
    sa.Column("valid_until", sa.Float, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Index("footprints_by_tenant", "tenant", "number"),
)
# What footprints are looked for by, in small letters: product, company, geography, classification.
labels = sa.Table(
    "labels",
    metadata,
    sa.Column("footprint", sa.Integer, sa.ForeignKey("footprints.number"), primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, primary_key=True),
    sa.Column("tenant", sa.Text, nullable=False),
    sa.Index("labels_by_value", "tenant", "kind", "value"),
)
# Where the answers to a key's events are sent, and what its server asks of us for that.
callbacks = sa.Table(
    "callbacks",
    metadata,
    sa.Column("key", sa.Text, sa.ForeignKey("keys.id"), primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("token_url", sa.Text, nullable=False),
    sa.Column("client_id", sa.Text, nullable=False),
    sa.Column("client_secret", sa.Text, nullable=False),
)
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, sa.ForeignKey("keys.id"), nullable=False),
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("created", sa.Float, nullable=False),
    sa.Column("due", sa.Float),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("lease", sa.Text),
    sa.Column("leased_until", sa.Float),
    sa.Column("ended", sa.Float),
    sa.Column("problem", sa.Text),
    sa.UniqueConstraint("key", "request"),
    sa.Index("outbox_by_due", "due"),
)


class Store:
    """A database; every change is one transaction, on disk before the call returns."""

    def __init__(self, database: str) -> None:
        """Open a SQLite file, made where there is none, or PostgreSQL by URL; make the tables that are missing."""
        self.is_postgresql = database.startswith(_POSTGRESQL)
        self._is_closed = False
        self.engine = _postgresql(database) if self.is_postgresql else _sqlite(database)
        try:
            with self.engine.connect() as connection, connection.begin():
                self._prepare(connection, _shown(database))
        except DBAPIError as error:
            what = _("{database} cannot be used: {reason}").format(database=_shown(database), reason=_reason(error))
            self.close()
            raise InputError(Problem("--database", what, _EXPECTED(), _EXAMPLE)) from None
        except InputError:
            self.close()
            raise

    def _prepare(self, connection: sa.Connection, shown: str) -> None:
        """Make the tables that are missing; InputError where those that are there are another's."""
        if self.is_postgresql:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        there = set(sa.inspect(connection).get_table_names())
        # A schema of PostgreSQL may have tables of others beside ours, a file is ours or it is not.
        others = there & metadata.tables.keys() if self.is_postgresql else there
        if others and versions.name not in there:
            what = _("{database} has tables of another program: {names}")
            what = what.format(database=shown, names=", ".join(sorted(others)[:5]))
            raise InputError(Problem("--database", what, _("a file or a schema of its own")))
        metadata.create_all(connection)
        found = connection.scalar(sa.select(versions.c.version))
        if found is None:
            connection.execute(versions.insert().values(version=VERSION))
        elif found != VERSION:
            what = _("{database} is of tables version {found}").format(database=shown, found=found)
            raise InputError(Problem("--database", what, _("version {version}").format(version=VERSION)))

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Give a connection that changes nothing, and keeps no writer waiting."""
        with self._told(), self._used(), self.engine.connect() as connection:
            connection = connection.execution_options(is_reading=True)
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Give a connection whose changes are kept whole, or, where an error leaves the block, not at all."""
        with self._told(), self._used(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _used(self) -> Iterator[None]:
        """Close what comes back after the store was closed: a thread does not stop in the middle."""
        try:
            yield
        finally:
            if self._is_closed:
                self.engine.pool.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell what a database cannot do for now as our error: a lock that is held too long, a server that is away."""
        try:
            yield
        except (OperationalError, NoConnectionError) as error:
            raise StoreError(_("the database does not answer: {reason}").format(reason=_reason(error))) from error

    def close(self) -> None:
        """Close every connection; one that is in use, when it comes back."""
        self._is_closed = True
        self.engine.pool.dispose()


def now() -> float:
    """Return the time, in seconds since 1970."""
    return time.time()


_EXAMPLE = "--database postgresql://user@host/name"


def _EXPECTED() -> str:  # noqa: N802
    return _("a SQLite file that may be written, or the URL of a PostgreSQL database")


def _shown(database: str) -> str:
    """Return the name of a database without its password, which may also stand behind a question mark."""
    if not database.startswith(_POSTGRESQL):
        return database
    return sa.make_url(database).set(query={}).render_as_string(hide_password=True)


def _reason(error: SQLAlchemyError) -> str:
    """Return why a database refuses, on one line."""
    return " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split())


def _postgresql(database: str) -> sa.Engine:
    try:
        url = sa.make_url(database).set(drivername="postgresql+psycopg")
        return sa.create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20)
    except (ArgumentError, ValueError):
        raise InputError(Problem("--database", _("is not a URL of a database"), _EXPECTED(), _EXAMPLE)) from None
    except (ModuleNotFoundError, NoSuchModuleError):
        raise MissingExtra(_("PostgreSQL"), "postgresql") from None


def _sqlite(database: str) -> sa.Engine:
    # Whole, because SQLite takes some relative names for a database in memory.
    file = Path(database).absolute()
    if not database or "://" in database or not database.isprintable() or not file.parent.is_dir():
        what = _("'{file}' is no file that could be").format(file=database)
        raise InputError(Problem("--database", what, _EXPECTED(), _EXAMPLE))
    try:
        # What is kept is for the server alone.
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        what = _("{file} cannot be opened: {reason}").format(file=file, reason=error.strerror)
        raise InputError(Problem("--database", what, _EXPECTED(), _EXAMPLE)) from None
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(file)), connect_args={"timeout": _BUSY_S}, pool_size=10, max_overflow=20
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        # Told as kept is kept: on the disk, also where the power fails.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        # A writer waits here for the one before it, and never in the middle of its change.
        is_reading = connection.get_execution_options().get("is_reading", False)
        connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")

    return engine
